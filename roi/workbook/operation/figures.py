"""Formulas of a month's figures, planned and as they were, from the sheets Counts and Account."""

from collections.abc import Sequence

from roi.operate.summary import MonthReport
from roi.workbook.expression import Block, Cell, Formula, number
from roi.workbook.functions import added, product_sum, total
from roi.workbook.operation.account import Accounted, require_close
from roi.workbook.operation.counts import Counts

Pair = tuple[Formula | None, Formula | None]
"""As planned and as it was; None where nobody counted it."""


def figure_formulas(report: MonthReport, counts: Counts, accounted: Accounted) -> dict[str, Pair]:
    """Every figure of the report by its name, each formula held against the report's own figure.

    Raises
    ------
    ValueError
        When a formula says another thing than the report.
    """
    found = _counted(counts) | _energy(counts)
    found |= {name: (formula, accounted.actual[name]) for name, formula in accounted.planned.items()}
    for each in report.figures:
        for formula, expected in zip(found[each.name], (each.planned, each.actual), strict=True):
            if (formula is None) != (expected is None):
                raise ValueError(f"{each.name}: is known to the sheet or to the report alone")
            if formula is not None and expected is not None:
                require_close(formula, expected, each.name)
    return {each.name: found[each.name] for each in report.figures}


def _counted(counts: Counts) -> dict[str, Pair]:
    asked, done = counts.planned_block, counts.counted_block
    requests, attempts = total(asked("requests")), total(asked("attempts"))
    made, tried = total(done("requests")), total(done("attempts"))
    accepted, hour = total(asked("accepted_requests")), counts.seconds_per_hour
    passed, judged = total(done("requests_accepted")), total(done("requests_judged"))
    first = product_sum(asked("first_attempt_acceptance"), asked("requests")) / requests
    looks = product_sum(asked("review_seconds_per_attempt"), asked("attempts")) / hour
    seen = _ratio(done("review_seconds"), done("attempts_reviewed"))
    known = bool(number(judged))
    return {
        "requests": (requests, made),
        "attempts": (attempts, tried),
        "attempts_per_request": (attempts / requests, tried / made if number(made) else None),
        "accepted_requests": (accepted, passed if known else None),
        "first_attempt_acceptance": (first, _ratio(done("first_accepted"), done("first_judged"))),
        "fallback_share": (1 - accepted / requests, 1 - passed / judged if known else None),
        "review_hours": (looks, None if seen is None else seen * tried / hour),
    }


def _ratio(part: Block, whole: Block) -> Formula | None:
    return total(part) / total(whole) if number(total(whole)) else None


def _energy(counts: Counts) -> dict[str, Pair]:
    """kWh and what they emit; a part that was planned and not counted leaves the whole unknown.

    Nothing where no supply discloses what it draws.
    """
    if not any("energy_kwh" in row for row in counts.planned.values()) and not any(
        row["idle_energy_kwh"].value for row in counts.idle_planned.values()
    ):
        return dict.fromkeys(("busy_kwh", "idle_kwh", "carbon"), (None, None))
    busy = [
        (counts.planned[name], done.get("energy_kwh"), "energy_kwh") for name, done in counts.counted.items()
    ]
    idle = [(row, counts.idle_kwh.get(name), "idle_energy_kwh") for name, row in counts.idle_planned.items()]
    both = [each for each in (*busy, *idle) if each[2] in each[0] and each[0][each[2]].value]
    return {
        "busy_kwh": (_sum([row["energy_kwh"] for row, _, _ in busy if "energy_kwh" in row]), _whole(busy)),
        "idle_kwh": (_sum([row["idle_energy_kwh"] for row, _, _ in idle]), _whole(idle)),
        "carbon": (
            _sum([row["carbon_kg_co2e"] for row, _, _ in both]),
            None
            if any(kwh is None for _, kwh, _ in both)
            else added([kwh * row["carbon_kg_co2e"] / row[of] for row, kwh, of in both if kwh is not None]),
        ),
    }


def _whole(parts: Sequence[tuple[dict[str, Cell], Cell | None, str]]) -> Formula | None:
    planned = [kwh for row, kwh, of in parts if of in row and row[of].value]
    known = [kwh for kwh in planned if kwh is not None]
    return _sum(known) if len(known) == len(planned) else None


def _sum(cells: Sequence[Cell]) -> Formula:
    return added(cells)
