"""What units draw: boards that wait, and the site's own servers at full load."""

from roi.footprint import facility_kw
from roi.options.terms import machine_terms
from roi.scenario import effective
from roi.scenario.supply import Own, Rent
from roi.workbook.expression import Cell, Formula
from roi.workbook.functions import largest, rounded_up, smallest
from roi.workbook.report.live.capex import Units
from roi.workbook.report.live.courses import Side
from roi.workbook.report.live.ground import Ground
from roi.workbook.report.live.timeline import Line, Timeline, by_year
from roi.workbook.report.symbols import formula_of


def idle_kw_of(ground: Ground, line: Timeline, supply: Rent | Own) -> Cell:
    """Facility power of a board that is on and waits."""
    decision = ground.material.decision
    if supply.idle_power_w_per_gpu is not None:
        idle = ground.figure(supply.idle_power_w_per_gpu)
    else:
        watts = effective.measured_or_missing_w(supply, decision.idle_power_w.get(supply.name))
        idle = ground.constant(ground.say("idle_measured", supply=supply.name), watts)
    terms = machine_terms(ground.symbols, supply)
    power = facility_kw(ground.symbols.of(idle) + terms.host_power_w_per_gpu, terms.pue)
    names = (ground.say("idle_kw"), supply.name, "kW")
    return line.figure(names, formula_of(power), "calculated", "0.000")


def idle_kwh(
    ground: Ground, line: Timeline, side: Side, where: tuple[int, int], given: tuple[Line, Line, Cell]
) -> Line:
    """Electricity of the boards that wait; `given` are board-hours at work, paid hours and power of a board."""
    place, block = where
    work, hours, idle_kw = given
    boards = ground.boards(side.machine(place))
    return line.line(
        (ground.say("idle_kwh"), side.supply_in(place, block), "kWh"),
        by_year(ground.years, lambda year: idle_kw * (boards * hours.cells[year] - work.cells[year])),
        "money",
    )


def site_kw(
    ground: Ground, line: Timeline, side: Side, where: tuple[int, int], given: tuple[Line, Units]
) -> Line:
    """Power of the units that are on at some time of a part of the year, at full load."""
    place, block = where
    hours, units = given
    name = side.supply_in(place, block)
    supply = side.supply(place)
    if not isinstance(supply, Own):
        raise ValueError("only the site's own servers draw its power")
    powered = line.line(
        (ground.say("powered_plan"), name, ground.say("units")),
        [float(each) for each in side.plan.powered[place, 0, :, block]],
        "plan",
        "0",
    )
    length, rounding, most = ground.block_hours(side, block), ground.rounding_h, _max_kw(ground, supply)

    def power(year: int) -> Formula:
        needed = rounded_up(largest(0, hours.cells[year] / length - rounding))
        return largest(powered.cells[year], smallest(needed, units.there(year))) * most

    return line.line((ground.say("site_kw"), name, "kW"), by_year(ground.years, power), "calculated")


def _max_kw(ground: Ground, supply: Own) -> Formula:
    """Facility power of a unit at full load."""
    terms = machine_terms(ground.symbols, supply)
    if supply.max_power_kw is not None:
        return formula_of(ground.symbols.figure(supply.max_power_kw) * terms.pue)
    limit = ground.constant(ground.say("power_limit", board=supply.board), effective.power_limit_w(supply))
    board_w = ground.symbols.of(limit) + terms.host_power_w_per_gpu
    return formula_of(facility_kw(terms.boards * board_w, terms.pue))
