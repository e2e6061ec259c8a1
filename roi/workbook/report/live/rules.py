"""Whether the plan, kept, still keeps the rules with the inputs in use: each a check that computes.

What is judged here moves with figures of Inputs. What only another choice could mend - quality, latency, who may be
used at all - stands as it was decided; `mark_what_acts` says which figures that concerns.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from roi.cost import ONE_OFF
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


def rule_checks(
    ground: Ground, line: Timeline, work: Work, energy: Energy, booked: Booked
) -> Iterator[Check]:
    """The checks of the plan's side; what they compare stands on the timeline's sheet."""
    line.heading(ground.say("rules"), ground.heads())
    yield from _delivery(ground, line, work.rows["plan"])
    yield from _hours(ground, line, energy)
    busiest = _Busiest(ground, work.rows["plan"])
    yield from _budgets(ground, line, booked, busiest)
    yield from _carbon(ground, line, energy.emitted["plan"], busiest)


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


@dataclass(frozen=True, eq=False)
class _Busiest:
    """The busiest month: what goes with requests at its pace, all else evenly."""

    ground: Ground
    rows: Sequence[Row]

    def month(self, yearly: Sequence[Cell], by_row: Mapping[int, Sequence[Line]]) -> list[Formula]:
        """Of sums of a year, and the parts of them that go with the requests of each row."""
        months = self.ground.constant("month/year", float(MONTHS_PER_YEAR))
        more = [(self._pace(number), lines) for number, lines in by_row.items()]
        beyond = [(pace - 1, lines) for pace, lines in more if pace is not None]

        def month(year: int) -> Formula:
            parts = [each * added([row.cells[year] for row in lines]) for each, lines in beyond]
            return added([yearly[year], *parts]) / months

        return by_year(self.ground.years, month)

    def _pace(self, number: int) -> Cell | None:
        """Busiest month over a mean one; None where every month is alike, or the work may wait."""
        workload = self.ground.scenario.workload(self.rows[number].option.workload)
        if workload is None or workload.deferrable or workload.peak_factor is None:
            return None
        return self.ground.figure(workload.peak_factor)


def _budgets(ground: Ground, line: Timeline, booked: Booked, busiest: _Busiest) -> Iterator[Check]:
    limits, components = ground.scenario.limits, booked.by_component
    if limits.capex_budget is not None:
        once = [cell for name in CAPEX if name in components for cell in components[name].cells]
        spent = line.figure((ground.say("rule_once"), "", ground.currency), added(once), "money")
        yield _check(("check_capex", "why_capex"), spent, ground.amount(limits.capex_budget))
    if limits.opex_budget_per_year is None and limits.budget_per_month is None:
        return
    running = [each for name, each in components.items() if name not in ONE_OFF]
    yearly = line.line(
        (ground.say("rule_running"), "", ground.currency),
        by_year(ground.years, lambda year: added([each.cells[year] for each in running])),
        "money",
    )
    if limits.opex_budget_per_year is not None:
        yield _check(("check_opex", "why_opex"), most_of(yearly), ground.amount(limits.opex_budget_per_year))
    if limits.budget_per_month is not None:
        busy = busiest.month(yearly.cells, booked.by_row)
        monthly = line.line((ground.say("rule_month_cash"), "", ground.currency), busy, "money")
        most = ground.amount(limits.budget_per_month)
        yield _check(("check_month_cash", "why_month_cash"), most_of(monthly), most)


def _carbon(ground: Ground, line: Timeline, emitted: Emitted, busiest: _Busiest) -> Iterator[Check]:
    """Emissions of the worst year, by the grid and by the contracts, and of the busiest month."""
    limits = ground.scenario.limits
    year, month = limits.carbon_cap_per_year, limits.carbon_cap_per_month
    if year is not None or month is not None:
        yearly = _emissions(ground, line, "rule_carbon", emitted, emitted.location)
        if year is not None:
            yield _check(("check_carbon", "why_carbon"), most_of(yearly), ground.figure(year))
        if month is not None:
            owned = zip(emitted.owners, emitted.location, strict=True)
            by_row = {number: (each,) for (kind, number), each in owned if kind == "row"}
            emissions = busiest.month(yearly.cells, by_row)
            monthly = line.line((ground.say("rule_month_carbon"), "", "kgCO2e"), emissions, "money")
            yield _check(("check_month_carbon", "why_month_carbon"), most_of(monthly), ground.figure(month))
    market = limits.market_carbon_cap_per_year
    if market is not None and emitted.market is not None:
        by_contract = _emissions(ground, line, "rule_market", emitted, emitted.market)
        yield _check(("check_market", "why_market"), most_of(by_contract), ground.figure(market))


def _emissions(
    ground: Ground, line: Timeline, row: str, emitted: Emitted, electricity: Sequence[Line]
) -> Line:
    """Of electricity and of making."""
    both = zip(*(each.cells for each in (*electricity, *emitted.embodied)), strict=True)
    sums = [added(list(cells)) for cells in both]
    return line.line((ground.say(row), "", "kgCO2e"), sums, "money")
