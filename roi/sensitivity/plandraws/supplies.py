"""What the units of a plan's supplies cost in every draw: rent by the hour, commitments, servers, their waiting."""

from dataclasses import dataclass

import numpy as np

from roi.arrays import FloatArray
from roi.fleet.evaluation.quantities import OWNED
from roi.fleet.problem import FleetPlan, FleetProgramme
from roi.planning.same_plan import ROUNDING_H, kept_hours, swap_h
from roi.sensitivity.montecarlo.setting import Setting, lives_of, owed_factor
from roi.sensitivity.montecarlo.supplies import DrawnSupply
from roi.sensitivity.plandraws.work import Work
from roi.units import SECONDS_PER_HOUR


@dataclass(frozen=True, eq=False)
class SupplyCash:
    """Money of one supply that does not go with requests [money, D x Y each]."""

    running: FloatArray
    start: FloatArray
    """At the beginning of each year: purchases apart."""
    purchase: FloatArray
    end: FloatArray
    """At the end of each year; a residual is negative, what is owed after the horizon stands in the last."""
    powered: FloatArray
    """Units powered at some time in each block [D x Y x B]."""


def supply_cash(
    setting: Setting,
    problem: FleetProgramme,
    plan: FleetPlan,
    place: int,
    work: list[Work],
) -> SupplyCash:
    """The supply of that position in the programme; `work` is what its boards do."""
    names = [each.name for each in setting.drawn.scenario.supplies]
    supply = setting.supplies[names.index(problem.supplies[place].name)]
    nothing = np.zeros((setting.drawn.size, setting.years.count))
    start = nothing.copy()
    start[:, 0] = supply.opening_cost * bool(plan.opened[place])
    busy_h, kwh = (np.zeros((*nothing.shape, len(problem.block_hours))) for _ in range(2))
    for each in work:
        busy_h += each.requests * each.board_s[:, None, None] / SECONDS_PER_HOUR
        kwh += each.requests * each.energy_kwh[:, None, None]
    powered = np.broadcast_to(np.asarray(plan.powered[place, 0], dtype=np.float64), busy_h.shape)
    running = (supply.electricity_price * kwh).sum(axis=2)
    if supply.by_use:
        return SupplyCash(running, start, nothing, nothing, powered)
    hours = _hours(problem, plan, place, supply, busy_h)
    waiting_kwh = supply.idle_kw_per_board[:, None, None] * (supply.boards * hours - busy_h)
    running = running + (supply.electricity_price * waiting_kwh).sum(axis=2)
    if supply.kind == "on_demand":
        running = running + supply.hour_price * hours.sum(axis=2)
        return SupplyCash(running, start, nothing, nothing, powered)
    if supply.kind == "reserved":
        signed = supply.commitment_price * plan.buy[place]
        running = running + np.einsum("dyv,dv->dy", lives_of(setting.years.count, supply.life_years), signed)
        return SupplyCash(running, start, nothing, _owed(setting, supply, signed), powered)
    running = running + supply.year_price * plan.units[place]
    needed = np.ceil(hours / problem.block_hours - ROUNDING_H)
    most = np.asarray(plan.units[place], dtype=np.float64)[None, :, None]
    return SupplyCash(
        running,
        start,
        supply.buy_price * plan.buy[place],
        _fetched(supply, plan, place),
        np.maximum(powered, np.minimum(needed, most)),
    )


def _owed(setting: Setting, supply: DrawnSupply, signed: FloatArray) -> FloatArray:
    """What commitments cost after the horizon, at its value when it ends [money, D x Y]."""
    found: FloatArray = np.zeros_like(signed)
    owed = signed * owed_factor(setting.years, int(supply.life_years[0]))
    found[:, -1] = owed.sum(axis=1) / setting.years.start_factor[:, -1]
    return np.asarray(found)


def _fetched(supply: DrawnSupply, plan: FleetPlan, place: int) -> FloatArray:
    """Residuals at the end of their years, negative [money, D x Y]."""
    worth = supply.residual * plan.buy[place]
    found: FloatArray = np.zeros_like(worth)
    years = worth.shape[1]
    leaves = np.minimum(np.arange(years) + supply.life_years[:, None], years) - 1
    np.add.at(found, (np.arange(len(worth))[:, None], leaves), -worth)
    return found


def _hours(
    problem: FleetProgramme,
    plan: FleetPlan,
    place: int,
    supply: DrawnSupply,
    busy_h: FloatArray,
) -> FloatArray:
    """Unit-hours: what the work needs, and what the plan had beyond it [D x Y x B]."""
    shown = problem.supplies[place]
    work_h = busy_h + swap_h(problem, plan)[place, :, None]
    room_h = (shown.boards * supply.load_max)[:, None, None]
    least = np.maximum(work_h / room_h, problem.block_hours * plan.on[place, 0])
    if shown.whole_hours:
        least = np.ceil(least - ROUNDING_H)
    hours = least + kept_hours(problem, plan)[place, 0]
    if shown.kind in OWNED:
        most = problem.block_hours * np.asarray(plan.units[place], dtype=np.float64)[:, None]
        hours = np.minimum(hours, most)
    return np.asarray(hours)
