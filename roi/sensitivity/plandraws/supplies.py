"""What the units of a plan's supplies cost in every draw: rent by the hour, commitments, servers, their waiting."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from roi.fleet.evaluation.units import DAYS_PER_YEAR
from roi.fleet.problem import FleetPlan, FleetProgramme
from roi.planning.supplies import is_by_use
from roi.scenario import effective
from roi.scenario.supply import Api, Own, Rent
from roi.sensitivity.montecarlo.drawn import Drawn
from roi.sensitivity.plandraws.work import Work, pue
from roi.sensitivity.plandraws.yearly import escalation, growth, yearly
from roi.units import HOURS_PER_YEAR, SECONDS_PER_HOUR, WATTS_PER_KW

FloatArray = npt.NDArray[np.float64]

ROUNDING_H = 1e-6
"""Hours above a whole number that are still that number [h]; as in `roi.planning.same_plan`."""


@dataclass(frozen=True, eq=False)
class SupplyCash:
    """Money of one supply that does not go with requests [money, D x Y each]."""

    running: FloatArray
    start: FloatArray
    """At the beginning of each year: purchases apart."""
    purchase: FloatArray
    end: FloatArray
    """At the end of each year; a residual is negative."""
    powered: FloatArray
    """Units powered at some time in each block [D x Y x B]."""


def supply_cash(
    drawn: Drawn,
    problem: FleetProgramme,
    plan: FleetPlan,
    place: int,
    work: list[Work],
    idle_power_w: float | None,
    *,
    opened: bool,
) -> SupplyCash:
    """The supply of that position in the programme; `work` is what its boards do."""
    scenario, shown = drawn.scenario, problem.supplies[place]
    index = [each.name for each in scenario.supplies].index(shown.name)
    supply, where = scenario.supplies[index], f"supplies[{index}]"
    years, blocks = len(problem.year_factor), len(problem.block_hours)
    nothing = np.zeros((drawn.size, years))
    start = nothing.copy()
    if plan.opened[place] and opened and supply.opening_cost is not None:
        start[:, 0] = drawn.column(drawn.amount(f"{where}.opening_cost", supply.opening_cost))
    busy_h = sum(
        (each.requests * each.board_s[:, None, None] / SECONDS_PER_HOUR for each in work),
        start=np.zeros((drawn.size, years, blocks)),
    )
    kwh = sum((each.requests * each.energy_kwh[:, None, None] for each in work), start=np.zeros_like(busy_h))
    powered = np.broadcast_to(np.asarray(plan.powered[place, 0], dtype=np.float64), busy_h.shape)
    if isinstance(supply, Api):
        return SupplyCash(nothing, start, nothing, nothing, powered)
    price = _electricity(drawn, supply, years)
    running = (price * kwh).sum(axis=2)
    if is_by_use(supply):
        return SupplyCash(running, start, nothing, nothing, powered)
    hours = _hours(drawn, problem, plan, place, supply, where, busy_h)
    running = running + (price * _idle_kwh(drawn, supply, where, idle_power_w, hours, busy_h)).sum(axis=2)
    if isinstance(supply, Rent):
        return SupplyCash(
            running + _rent(drawn, problem, plan, place, supply, where, hours),
            start,
            nothing,
            nothing,
            powered,
        )
    upkeep = drawn.amount(f"{where}.upkeep_per_year", supply.upkeep_per_year) + drawn.amount(
        f"{where}.space_per_year", supply.space_per_year
    )
    running = running + yearly(drawn, upkeep) * escalation(drawn, "upkeep", years) * plan.units[place]
    purchase, end = _bought(drawn, plan, place, supply, where, years)
    needed = np.ceil(hours / problem.block_hours - ROUNDING_H)
    most = np.asarray(plan.units[place], dtype=np.float64)[None, :, None]
    return SupplyCash(running, start, purchase, end, np.maximum(powered, np.minimum(needed, most)))


def _electricity(drawn: Drawn, supply: Rent | Own, years: int) -> FloatArray:
    """Price of a facility kilowatt-hour; 0 where it is part of the rent [money/kWh, D x Y x B]."""
    site = drawn.scenario.site
    if isinstance(supply, Rent) or site.electricity_price is None:
        return np.zeros((1, 1, 1))
    common = drawn.amount("site.electricity_price", site.electricity_price)
    today = [
        common
        if block.electricity_price is None
        else drawn.amount(f"site.time_blocks[{number}].electricity_price", block.electricity_price)
        for number, block in enumerate(site.time_blocks)
    ] or [common]
    escalated = escalation(drawn, "electricity", years)
    return np.stack([yearly(drawn, price) * escalated for price in today], axis=2)


def _hours(
    drawn: Drawn,
    problem: FleetProgramme,
    plan: FleetPlan,
    place: int,
    supply: Rent | Own,
    where: str,
    busy_h: FloatArray,
) -> FloatArray:
    """Unit-hours: what the work needs, and what the plan had beyond it [D x Y x B]."""
    shown = problem.supplies[place]
    load = drawn.column(drawn.figure(f"{where}.utilization_fraction", supply.utilization_fraction))
    swap_h = _swap_h(problem, plan, place)
    least = _least_hours(problem, plan, place, busy_h + swap_h, load)
    rows = plan.rows[problem.candidates.supply[plan.rows] == place]
    mine = [number for number, row in enumerate(plan.rows) if row in rows]
    base_s = np.einsum("r,ryb->yb", problem.candidates.board_s[plan.rows[mine]], plan.requests[mine, 0])
    base = _least_hours(
        problem, plan, place, (base_s / SECONDS_PER_HOUR + swap_h)[None], np.array([shown.load_max])
    )
    hours = least + np.maximum(plan.hours[place, 0] - base, 0.0)
    if shown.kind in ("own", "reserved"):
        most = problem.block_hours * np.asarray(plan.units[place], dtype=np.float64)[:, None]
        hours = np.minimum(hours, most)
    return np.asarray(hours)


def _swap_h(problem: FleetProgramme, plan: FleetPlan, place: int) -> FloatArray:
    """Board-hours in every block for each model beyond the first [h, Y x 1]."""
    mine = problem.candidates.supply[plan.rows] == place
    models = problem.candidates.model[plan.rows[mine]]
    serving = np.any(plan.requests[mine, 0] > 0.0, axis=2)
    served = np.array(
        [len({int(model) for model in models[serving[:, year]]}) for year in range(serving.shape[1])]
    )
    per_day = problem.supplies[place].swap_board_s_per_day / SECONDS_PER_HOUR
    return np.asarray(per_day * DAYS_PER_YEAR * np.maximum(served - 1, 0))[:, None]


def _least_hours(
    problem: FleetProgramme, plan: FleetPlan, place: int, work_h: FloatArray, load: FloatArray
) -> FloatArray:
    shown = problem.supplies[place]
    least = np.maximum(work_h / (shown.boards * load)[:, None, None], problem.block_hours * plan.on[place, 0])
    return np.asarray(np.ceil(least - ROUNDING_H) if shown.whole_hours else least)


def _idle_kwh(
    drawn: Drawn,
    supply: Rent | Own,
    where: str,
    idle_power_w: float | None,
    hours: FloatArray,
    busy_h: FloatArray,
) -> FloatArray:
    """Energy of boards that are powered and wait [kWh, D x Y x B]."""
    if supply.idle_power_w_per_gpu is not None:
        board_w = drawn.figure(f"{where}.idle_power_w_per_gpu", supply.idle_power_w_per_gpu)
    else:
        board_w = np.asarray(effective.idle_power_w_per_gpu(supply, idle_power_w))
    host_w = drawn.figure(f"{where}.host_power_w_per_gpu", effective.host_power_w_per_gpu(supply))
    idle_kw = drawn.column((board_w + host_w) / WATTS_PER_KW * pue(drawn, supply, where))
    return np.asarray(idle_kw[:, None, None] * (supply.gpu_count * hours - busy_h))


def _rent(
    drawn: Drawn,
    problem: FleetProgramme,
    plan: FleetPlan,
    place: int,
    supply: Rent,
    where: str,
    hours: FloatArray,
) -> FloatArray:
    """By the hour, or every hour of the commitments that are alive [money, D x Y]."""
    years = hours.shape[1]
    price = yearly(drawn, drawn.amount(f"{where}.price_per_h", supply.price_per_h))
    price = price * escalation(drawn, "rent", years)
    if supply.term != "reserved":
        return np.asarray(price * hours.sum(axis=2))
    life, bought = problem.supplies[place].life_years, plan.buy[place]
    alive = np.array([bought[max(0, year - life + 1) : year + 1].sum() for year in range(years)])
    return np.asarray(price * HOURS_PER_YEAR * alive)


def _bought(
    drawn: Drawn, plan: FleetPlan, place: int, supply: Own, where: str, years: int
) -> tuple[FloatArray, FloatArray]:
    """Purchases at the beginning of each year, and residuals at the end of theirs [money, D x Y]."""
    price = yearly(drawn, drawn.amount(f"{where}.capex", supply.capex))
    price = price * growth(drawn, f"{where}.capex_change_per_year", supply.capex_change_per_year, years)
    purchase = price * plan.buy[place]
    lives = drawn.column(drawn.figure(f"{where}.lifetime_years", effective.lifetime_years(supply)))
    life = np.maximum(1.0, np.floor(lives))[:, None]
    vintage = np.arange(years)
    left = yearly(drawn, drawn.figure(f"{where}.residual_fraction", supply.residual_fraction))
    worth = purchase * (1.0 - (1.0 - left) * np.minimum(life, years - vintage) / life)
    end = np.zeros_like(purchase)
    leaves = np.minimum(vintage + life - 1, years - 1).astype(np.int64)
    np.add.at(end, (np.arange(drawn.size)[:, None], leaves), -worth)
    return purchase, end
