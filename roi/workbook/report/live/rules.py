"""Whether the plan, kept, still keeps the rules with the inputs in use: each a check that computes.

What is judged here moves with figures of Inputs. What only another choice could mend - quality, latency, who may be
used at all - stands as it was decided; `mark_what_acts` says which figures that concerns.
"""

from collections.abc import Iterator, Sequence

from roi.cost import ONE_OFF
from roi.figure import Figure
from roi.fleet.evaluation.money import CAPEX
from roi.units import MONTHS_PER_YEAR
from roi.workbook.expression import Cell, Formula
from roi.workbook.functions import added, largest, smallest
from roi.workbook.report.live.emissions import Emitted
from roi.workbook.report.live.energy import Energy
from roi.workbook.report.live.ground import Ground
from roi.workbook.report.live.hours import Hours, Needed
from roi.workbook.report.live.ledger import Booked
from roi.workbook.report.live.timeline import Line, Timeline, by_year
from roi.workbook.report.live.work import Row, Work
from roi.workbook.report.pages.checks import Check

CAPS = (("carbon_cap_per_year", 1.0), ("carbon_cap_per_month", MONTHS_PER_YEAR))
BUDGETS = (("opex_budget_per_year", 1.0), ("budget_per_month", MONTHS_PER_YEAR))


def rule_checks(
    ground: Ground, line: Timeline, work: Work, energy: Energy, booked: Booked
) -> Iterator[Check]:
    """The checks of the plan's side; what they compare stands on the timeline's sheet."""
    line.heading(ground.say("rules"), ground.heads())
    yield from _delivery(ground, line, work.rows["plan"])
    yield from _hours(ground, line, energy)
    yield from _budgets(ground, line, booked)
    yield from _carbon(ground, line, energy.emitted["plan"])


def _check(keys: tuple[str, str], used: Cell | Formula, most: Cell | Formula | float) -> Check:
    """`keys`: of what is checked, and of why it matters."""
    what, why = keys
    return Check(f"live.{what}", f"live.{why}", used, most, at_most=True)


def _delivery(ground: Ground, line: Timeline, rows: Sequence[Row]) -> Iterator[Check]:
    """The least share of requests that end with an accepted image, over what the workload asks for."""
    scenario = ground.scenario
    for row in rows:
        workload = scenario.workload(row.option.workload)
        if workload is not None:
            names = (ground.say("rule_delivery"), f"{row.option.workload} / {row.option.offer.supply}", "1")
            wanted = line.figure(names, ground.figure(workload.deliver_min), "share")
            yield _check(("check_delivery", "why_delivery"), wanted, row.delivered)


def _hours(ground: Ground, line: Timeline, energy: Energy) -> Iterator[Check]:
    """Board-hours that the work needs beyond those there, in an average and in the busiest month."""
    mine = [each for (side, _), each in energy.hours.items() if side == "plan"]
    for row, keys, needed in (
        (
            "rule_capacity",
            ("check_capacity", "why_capacity"),
            [need for each in mine for need in each.needed],
        ),
        ("rule_peak", ("check_peak", "why_peak"), [need for each in mine for need in each.peak]),
    ):
        if needed:
            lacking = [_lacking(ground, line, row, each) for each in needed]
            yield _check(keys, largest(*lacking), ground.constant(ground.say("nothing"), 0.0))
    waiting = [cell for each in mine for idle in each.idle_kwh for cell in idle.cells]
    if waiting:
        names = (ground.say("rule_waiting"), "", "kWh")
        least = line.figure(names, smallest(0, *(_least(each) for each in mine)), "calculated")
        yield _check(("check_waiting", "why_waiting"), -least, ground.constant(ground.say("nothing"), 0.0))


def _lacking(ground: Ground, line: Timeline, key: str, each: Needed) -> Formula:
    """What is needed beyond what is there, in the worst year [h]."""
    rows = by_year(ground.years, lambda year: largest(0, each.needed[year] - each.there[year]))
    placed = line.line((ground.say(key), each.whose, ground.say("board_hours")), rows)
    return most_of(placed)


def _least(hours: Hours) -> Formula:
    return smallest(*(least_of(each) for each in hours.idle_kwh))


def least_of(line: Line) -> Formula:
    """The smallest of a row."""
    return smallest(*(cell.pinned() for cell in line.cells))


def most_of(line: Line) -> Formula:
    """The largest of a row."""
    return largest(*(cell.pinned() for cell in line.cells))


def _limited(ground: Ground, names: Sequence[tuple[str, float]], *, money: bool) -> Iterator[Formula]:
    """Limits of a year that the company states."""
    limits = ground.scenario.limits
    for name, months in names:
        figure: Figure | None = getattr(limits, name)
        if figure is not None:
            amount = ground.amount(figure) if money else ground.figure(figure).formula()
            yield amount if months == 1 else amount * ground.constant("month/year", float(months))


def _budgets(ground: Ground, line: Timeline, booked: Booked) -> Iterator[Check]:
    limits, components = ground.scenario.limits, booked.by_component
    if limits.capex_budget is not None:
        once = [cell for name in CAPEX if name in components for cell in components[name].cells]
        spent = line.figure((ground.say("rule_once"), "", ground.currency), added(once), "money")
        yield _check(("check_capex", "why_capex"), spent, ground.amount(limits.capex_budget))
    given = list(_limited(ground, BUDGETS, money=True))
    if given:
        running = [each for name, each in components.items() if name not in ONE_OFF]
        yearly = line.line(
            (ground.say("rule_running"), "", ground.currency),
            by_year(ground.years, lambda year: added([each.cells[year] for each in running])),
            "money",
        )
        yield _check(("check_opex", "why_opex"), most_of(yearly), smallest(*given))


def _carbon(ground: Ground, line: Timeline, emitted: Emitted) -> Iterator[Check]:
    """Emissions of the worst year, by the grid and by the contracts."""
    market = (("market_carbon_cap_per_year", 1.0),)
    for row, keys, caps, lines in (
        ("rule_carbon", ("check_carbon", "why_carbon"), CAPS, emitted.location),
        ("rule_market", ("check_market", "why_market"), market, emitted.market),
    ):
        given = list(_limited(ground, caps, money=False))
        if not given or lines is None:
            continue
        both = zip(*(each.cells for each in (*lines, *emitted.embodied)), strict=True)
        sums = [added(list(cells)) for cells in both]
        yearly = line.line((ground.say(row), "", "kgCO2e"), sums, "money")
        yield _check(keys, most_of(yearly), smallest(*given))
