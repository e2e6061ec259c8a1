"""The sheet Results: what both sides come to."""

from collections.abc import Sequence
from dataclasses import dataclass

from roi.planning.answer import ONE_OFF, PlanDecision
from roi.texts import text
from roi.workbook.expression import Cell, Formula, down, term
from roi.workbook.functions import added, product_sum, taken, total
from roi.workbook.report.live.commitments import Owed
from roi.workbook.report.live.courses import bought_outside
from roi.workbook.report.live.emissions import Emitted
from roi.workbook.report.live.flow import END, ONCE
from roi.workbook.report.live.ground import Ground
from roi.workbook.report.live.ledger import Booked
from roi.workbook.report.live.shares import Shares
from roi.workbook.report.live.timeline import Line, Timeline, by_year
from roi.workbook.report.live.work import Work
from roi.workbook.report.live.years import Discounting

OWN = ("review", "fallback", "residual", "owed")
"""Components that are not paid to a supplier of this plan within its years."""


@dataclass(frozen=True, eq=False)
class Totals:
    """What a side comes to."""

    initial: Cell
    capital: Cell
    """One-off cash of all years [money]."""
    applied: Cell
    """Paid to suppliers over all years [money]."""
    running: Cell
    tco: Cell
    per_image: Cell
    owed: Cell | None
    """After the plan, not discounted; None where nothing is."""
    carbon: Cell | None
    compared_carbon: Formula | None
    """Of what is compared with the other side."""


def put_totals(
    ground: Ground,
    line: Timeline,
    name: str,
    booked: Booked,
    discounting: Discounting,
    given: tuple[Work, Emitted | None, Shares, Sequence[Owed]],
) -> Totals:
    """Cash by timing, its value today, pictures, carbon."""
    work, emitted, shares, after = given
    line.heading(ground.titled("totals", name), ground.heads())
    money, components = ground.currency, booked.by_component

    def cash(key: str, names: Sequence[str]) -> Line:
        lines = [components[each] for each in names if each in components]
        return line.line(
            (ground.say(key), "", money),
            by_year(ground.years, lambda year: added([each.cells[year] for each in lines])),
            "money",
        )

    start, end = cash("at_start", ONCE), cash("at_end", END)
    during = cash("during", [each for each in components if each not in (*ONCE, *END)])
    tco = line.figure(
        (ground.say("tco"), "", money),
        product_sum(start.fixed(), discounting.start.fixed())
        + product_sum(during.fixed(), discounting.during.fixed())
        + product_sum(end.fixed(), discounting.end.fixed()),
        "total",
    )
    pictures = _pictures(ground, line, name, work)
    worth = product_sum(pictures.fixed(), discounting.during.fixed())
    per_image = line.figure((ground.say("per_image"), "", money), tco / worth, "money_fine")
    running = [each for component, each in components.items() if component not in ONE_OFF]
    horizon = ground.horizon
    yearly = added([total(each.fixed()) for each in running]) / horizon
    applied = added([total(each.fixed()) for component, each in components.items() if component not in OWN])
    owed = added([total(each.amounts.fixed()) for each in after])
    return Totals(
        owed=line.figure((ground.say("owed"), "", money), owed, "money") if after else None,
        initial=line.figure((ground.say("initial"), "", money), taken(start.fixed(), 1), "money"),
        capital=line.figure((ground.say("capital"), "", ground.currency), total(start.fixed()), "money"),
        applied=line.figure((ground.say("applied"), "", money), applied, "money"),
        running=line.figure((ground.say("running"), "", money), yearly, "money"),
        tco=tco,
        per_image=per_image,
        carbon=_carbon(ground, line, name, work, emitted),
        compared_carbon=_compared_carbon(ground, name, work, emitted, shares),
    )


def _pictures(ground: Ground, line: Timeline, name: str, work: Work) -> Line:
    """Accepted pictures of a year, fallbacks and those from outside included."""
    rows = work.rows.get(name, ())

    def made(year: int) -> Formula:
        found = [row.yearly.cells[year] * row.accepted for row in rows]
        return added([*found, *_from_outside(ground, name, work, year)])

    return line.line((ground.say("pictures"), "", "1"), by_year(ground.years, made), "money")


def _from_outside(ground: Ground, name: str, work: Work, year: int) -> list[Cell]:
    if name != "today":
        return []
    scenario = ground.scenario
    return [work.demand[index].cells[year] for index, _, _ in bought_outside(scenario)]


def _disclosed(decision: PlanDecision, name: str) -> bool:
    ledger = decision.ledger if name == "plan" else decision.baseline
    return ledger is not None and ledger.carbon_disclosed


def _carbon_lines(
    ground: Ground, line: Timeline, name: str, work: Work, emitted: Emitted | None
) -> dict[str, Line]:
    """Kilowatt-hours and kilograms of a year; without the market-based ones where they are absent."""
    groups: dict[str, tuple[Line, ...] | None] = (
        {}
        if emitted is None
        else {
            "kwh": emitted.kwh,
            "location": emitted.location,
            "market": emitted.market,
            "embodied": emitted.embodied,
        }
    )
    found = {}
    for key in ("kwh", "location", "market", "embodied"):
        lines = groups.get(key, ())
        if lines is None:
            continue
        unit = "kWh" if key == "kwh" else "kgCO2e"

        def amount(year: int, lines: Sequence[Line] = lines, key: str = key) -> Formula:
            own = total(down([each.cells[year] for each in lines])) if lines else term(0)
            outside = _outside_carbon(ground, work, year) if name == "today" else []
            return added([own, *outside]) if key in ("location", "market") else own

        found[key] = line.line((ground.say(f"sum_{key}"), "", unit), by_year(ground.years, amount), "money")
    return found


def _outside_carbon(ground: Ground, work: Work, year: int) -> list[Formula]:
    """Of pictures from outside, where somebody knows it."""
    scenario = ground.scenario
    return [
        work.demand[index].cells[year] * ground.figure(baseline.carbon_per_image)
        for index, _, baseline in bought_outside(scenario)
        if baseline.carbon_per_image is not None
    ]


def _carbon(ground: Ground, line: Timeline, name: str, work: Work, emitted: Emitted | None) -> Cell | None:
    """All years, location-based and embodied; None where somebody does not disclose it."""
    sums = _carbon_lines(ground, line, name, work, emitted)
    for key in ("kwh", "market"):
        unit = "kWh" if key == "kwh" else "kgCO2e"
        if key not in sums:
            absent = text(ground.language, "plan.absent")
            line.figure((ground.say(f"total_{key}"), "", unit), absent, "calculated")
            continue
        whole = total(sums[key].fixed())
        if key == "market":
            whole = whole + total(sums["embodied"].fixed())
        if key == "kwh" or _disclosed(ground.material.decision, name):
            line.figure((ground.say(f"total_{key}"), "", unit), whole, "money")
    if not _disclosed(ground.material.decision, name):
        undisclosed = text(ground.language, "plan.undisclosed")
        line.figure((ground.say("total_carbon"), "", "kgCO2e"), undisclosed, "calculated")
        return None
    kilograms = total(sums["location"].fixed()) + total(sums["embodied"].fixed())
    return line.figure((ground.say("total_carbon"), "", "kgCO2e"), kilograms, "total")


def _compared_carbon(
    ground: Ground, name: str, work: Work, emitted: Emitted | None, shares: Shares
) -> Formula | None:
    if not _disclosed(ground.material.decision, name):
        return None
    side = next((each for each in ground.sides if each.name == name), None)
    found: list[Formula] = []
    if emitted is not None:
        pairs = (
            *zip(emitted.location, emitted.owners, strict=True),
            *zip(emitted.embodied, emitted.makers, strict=True),
        )
        for line, owner in pairs:
            share = shares.of(side, owner)
            whole = total(line.fixed())
            found.append(whole if share is None else whole * share)
    if name == "today":
        found += [each for year in range(ground.years) for each in _outside_carbon(ground, work, year)]
    return added(found)
