"""The sheet Results: what both sides come to."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from roi.cost import ONE_OFF
from roi.planning.answer import PlanDecision
from roi.texts import text
from roi.workbook.expression import Cell, Formula, down, term
from roi.workbook.functions import added, product_sum, taken, total
from roi.workbook.report.live.courses import bought_outside
from roi.workbook.report.live.emissions import Emitted
from roi.workbook.report.live.flow import END, ONCE, Charges
from roi.workbook.report.live.ground import Ground
from roi.workbook.report.live.ledger import Booked
from roi.workbook.report.live.shares import Shares
from roi.workbook.report.live.timeline import Line, Timeline, by_year
from roi.workbook.report.live.work import Work
from roi.workbook.report.live.years import Discounting
from roi.workbook.report.pages.checks import Check
from roi.workbook.report.pages.headline import Filled

OWN = ("review", "fallback", "residual", "owed")
"""Components that are not paid to a supplier of this plan within its years."""
CARBON = ("kwh", "location", "market", "embodied")


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


Amounts = Sequence[Formula | float]
"""By year."""


@dataclass(frozen=True, eq=False)
class Served:
    """What a side delivers, and what making it emits."""

    pictures: Amounts
    """Accepted, fallbacks and those from outside included."""
    carbon: Mapping[str, Amounts]
    """`kwh`, `location`, `market`, `embodied`; without `market` where somebody states no intensity."""
    compared_carbon: Formula | None
    """Of what is compared with the other side; None where that is all, or unknown."""


@dataclass(frozen=True, eq=False)
class Booking:
    """What the totals of plan and today are made from, by side."""

    booked: Mapping[str, Booked]
    served: Mapping[str, Served]
    owed: Mapping[str, Sequence[Formula]]
    """After the plan, not discounted."""
    charges: Charges
    filled: tuple[Filled, ...]
    checks: Callable[[Timeline], list[Check]]
    """What must hold within the calculation, with rows on the sheet of results."""


def put_totals(
    ground: Ground,
    line: Timeline,
    name: str,
    booked: Booked,
    discounting: Discounting,
    given: tuple[Served, Sequence[Formula]],
) -> Totals:
    """Cash by timing, its value today, pictures, carbon; what is owed after the plan."""
    served, after = given
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
    pictures = line.line((ground.say("pictures"), "", "1"), served.pictures, "money")
    worth = product_sum(pictures.fixed(), discounting.during.fixed())
    per_image = line.figure((ground.say("per_image"), "", money), tco / worth, "money_fine")
    told = _told(ground, line, components, start, after)
    carbon, compared = _carbon(ground, line, name, served.carbon), served.compared_carbon
    if compared is None and carbon is not None and not ground.material.decision.without_baseline:
        compared = carbon.formula()
    return Totals(
        owed=told.get("owed"),
        initial=told["initial"],
        capital=told["capital"],
        applied=told["applied"],
        running=told["running"],
        tco=tco,
        per_image=per_image,
        carbon=carbon,
        compared_carbon=compared,
    )


def _told(
    ground: Ground, line: Timeline, components: Mapping[str, Line], start: Line, after: Sequence[Formula]
) -> dict[str, Cell]:
    """Amounts that page one tells beside TCO; `owed` only where something is."""
    running = [each for component, each in components.items() if component not in ONE_OFF]
    paid = [each for component, each in components.items() if component not in OWN]
    amounts = {
        "initial": taken(start.fixed(), 1),
        "capital": total(start.fixed()),
        "applied": added([total(each.fixed()) for each in paid]),
        "running": added([total(each.fixed()) for each in running]) / ground.horizon,
    }
    if after:
        amounts = {"owed": added(after), **amounts}
    return {
        key: line.figure((ground.say(key), "", ground.currency), amount, "money")
        for key, amount in amounts.items()
    }


def served(ground: Ground, name: str, work: Work, emitted: Emitted | None, shares: Shares) -> Served:
    """From the sheets of requests and of energy."""
    return Served(
        _pictures(ground, name, work),
        _emissions(ground, name, work, emitted),
        _compared_carbon(ground, name, work, emitted, shares),
    )


def _pictures(ground: Ground, name: str, work: Work) -> list[Formula]:
    """Accepted pictures of a year, fallbacks and those from outside included."""
    rows = work.rows.get(name, ())

    def made(year: int) -> Formula:
        found = [row.yearly.cells[year] * row.accepted for row in rows]
        return added([*found, *_from_outside(ground, name, work, year)])

    return by_year(ground.years, made)


def _from_outside(ground: Ground, name: str, work: Work, year: int) -> list[Cell]:
    if name != "today":
        return []
    scenario = ground.scenario
    return [work.demand[index].cells[year] for index, _, _ in bought_outside(scenario)]


def _disclosed(decision: PlanDecision, name: str) -> bool:
    ledger = decision.ledger if name == "plan" else decision.baseline
    return ledger is not None and ledger.carbon_disclosed


def _emissions(ground: Ground, name: str, work: Work, emitted: Emitted | None) -> dict[str, list[Formula]]:
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
    for key in CARBON:
        lines = groups.get(key, ())
        if lines is None:
            continue

        def amount(year: int, lines: Sequence[Line] = lines, key: str = key) -> Formula:
            own = total(down([each.cells[year] for each in lines])) if lines else term(0)
            outside = _outside_carbon(ground, work, year) if name == "today" else []
            return added([own, *outside]) if key in ("location", "market") else own

        found[key] = by_year(ground.years, amount)
    return found


def _outside_carbon(ground: Ground, work: Work, year: int) -> list[Formula]:
    """Of pictures from outside, where somebody knows it."""
    scenario = ground.scenario
    return [
        work.demand[index].cells[year] * ground.figure(baseline.carbon_per_image)
        for index, _, baseline in bought_outside(scenario)
        if baseline.carbon_per_image is not None
    ]


def _carbon(ground: Ground, line: Timeline, name: str, carbon: Mapping[str, Amounts]) -> Cell | None:
    """All years, location-based and embodied; None where somebody does not disclose it."""
    units = {key: "kWh" if key == "kwh" else "kgCO2e" for key in CARBON}
    sums = {
        key: line.line((ground.say(f"sum_{key}"), "", units[key]), amounts, "money")
        for key, amounts in carbon.items()
    }
    for key in ("kwh", "market"):
        if key not in sums:
            absent = text(ground.language, "plan.absent")
            line.figure((ground.say(f"total_{key}"), "", units[key]), absent, "calculated")
            continue
        whole = total(sums[key].fixed())
        if key == "market":
            whole = whole + total(sums["embodied"].fixed())
        if key == "kwh" or _disclosed(ground.material.decision, name):
            line.figure((ground.say(f"total_{key}"), "", units[key]), whole, "money")
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
    side = ground.side(name)
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
