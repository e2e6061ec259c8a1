"""How many units can be of use, whether a price makes it pay to have ever more of them, and whether a programme is
of a size that can be solved: units that HiGHS counts exactly, shares that memory holds.

Figures are bounded where they are read (`bench.magnitude`), so that all numbers here are finite; their products may
still be more than a solver can do with.
"""

import numpy as np

from roi.arrays import FloatArray
from roi.errors import SolverError
from roi.fleet.coefficients import (
    UnitCoefficients,
    existing_units,
    per_demand,
    unit_coefficients,
    vintage_value,
    whole_demand,
)
from roi.fleet.evaluation.quantities import OWNED, of_supplies
from roi.fleet.evaluation.units import DAYS_PER_YEAR
from roi.fleet.problem import FleetProgramme
from roi.texts.messages import Message
from roi.units import SECONDS_PER_HOUR

LOAD_MIN = 1e-7
"""A smaller load of a unit counts as this: below the solver's tolerance it would need no unit at all."""
ROUNDING = 1e-9
"""A load this little above a whole number of units is rounding."""


def units_bound(programme: FleetProgramme) -> FloatArray:
    """Units beyond which no plan gains: those that do all work at once, or `units_max` [R].

    Where no unit pays for itself by idling, a plan with more than all work needs is improved by leaving one out.
    Where existing ones gain by idling (a negative price of electricity), they are all counted.

    Raises
    ------
    SolverError
        When units without limit would earn money by themselves.
    """
    refuse_unbounded(programme)
    needed = needed_units(programme)
    idling = _idle_value(programme, unit_coefficients(programme)) < 0
    gains = np.any(idling, axis=(1, 2))
    needed = np.where(gains, needed + existing_units(programme).max(axis=1), needed)
    most = of_supplies(programme, lambda each: np.inf if each.units_max is None else float(each.units_max))
    return np.where(np.isfinite(most) & gains, most, np.minimum(most, needed))


def refuse_unbounded(programme: FleetProgramme) -> None:
    """See `units_bound`."""
    unit = unit_coefficients(programme)
    if np.any(programme.demand_charge < 0):
        raise SolverError(Message("solver.peak_earns"))
    for r, supply in enumerate(programme.supplies):
        if supply.kind == "by_use":
            continue
        if supply.kind in OWNED:
            _refuse_purchases(programme, unit, r)
        elif supply.units_max is None and _expected_gain(programme, _hour_value(programme, unit)[r]) < 0:
            _refuse_idling(programme, unit, r)


def _refuse_purchases(programme: FleetProgramme, unit: UnitCoefficients, r: int) -> None:
    supply = programme.supplies[r]
    alive = unit.lives[r]
    owned = vintage_value(programme, unit)[r]
    if _expected_gain(programme, owned) < 0:
        raise SolverError(Message("solver.purchase_earns", supply=repr(supply.name)))
    if supply.units_max is None:
        idle = np.minimum(_idle_value(programme, unit)[r], 0.0)
        if _expected_gain(programme, owned + idle @ alive) < 0:
            _refuse_idling(programme, unit, r)


def _refuse_idling(programme: FleetProgramme, unit: UnitCoefficients, r: int) -> None:
    w, y, b = np.unravel_index(np.argmin(unit.hour_cash[r]), unit.hour_cash[r].shape)
    supply = programme.supplies[r]
    price = np.broadcast_to(supply.electricity_price, unit.hour_cash[r].shape)[w, y, b]
    name = repr(supply.name)
    if price < 0:
        block = repr(programme.block_names[b])
        raise SolverError(Message("solver.negative_price", supply=name, block=block, year=y + 1, price=price))
    raise SolverError(Message("solver.idle_earns", supply=name, earned=-unit.hour_cash[r, w, y, b]))


def _expected_gain(programme: FleetProgramme, by_world: FloatArray) -> float:
    """Least over everything but worlds, of the mean world or, where risk weighs, of the worst for us."""
    values = by_world.reshape(len(programme.world_probability), -1)
    if programme.risk_weight > 0:
        return float(values.min())
    return float((programme.world_probability @ values).min())


def _hour_value(programme: FleetProgramme, unit: UnitCoefficients) -> FloatArray:
    """What an idle unit-hour weighs today [money/h, R x W x Y x B]."""
    kg = np.nan_to_num(unit.hour_location_kg) * programme.carbon_price
    yearly = programme.year_factor[:, None]
    return np.asarray((unit.hour_cash + kg[:, None, :, None]) * yearly)


def _idle_value(programme: FleetProgramme, unit: UnitCoefficients) -> FloatArray:
    """What a unit in service without work weighs today, powered only where that earns [money, R x W x Y]."""
    hours = np.minimum(_hour_value(programme, unit), 0.0) @ programme.block_hours
    return np.asarray(hours + unit.year_cash * programme.year_factor)


def needed_units(programme: FleetProgramme) -> FloatArray:
    """Units for all work that can be done here, in the busiest block, waiting work included [R]."""
    everything = np.arange(len(programme.candidates))
    candidates, size = programme.candidates, len(programme.supplies)
    slowest = np.zeros((size, len(programme.workload_names)))
    unit = per_demand(programme, everything)
    np.maximum.at(slowest, (candidates.supply, candidates.workload), unit.unit_s + unit.use_s)
    slowest *= programme.peak_factor
    block_s = SECONDS_PER_HOUR * programme.block_hours
    work = np.einsum("rj,wjyb->rwyb", slowest, whole_demand(programme)) / block_s
    most = (work + _swap_load(programme)).reshape(size, -1).max(axis=1)
    return np.asarray(np.ceil(most * (1.0 - ROUNDING) + LOAD_MIN * len(programme.workload_names)))


def _swap_load(programme: FleetProgramme) -> FloatArray:
    """Units that swapping between all models keeps busy [R x 1 x 1 x B]."""
    others = len(programme.model_names) - 1
    return swap_load(programme)[:, None, None, :] * others


def swap_load(programme: FleetProgramme) -> FloatArray:
    """Units that one further model keeps busy throughout a block [1, R x B]."""
    per_day = of_supplies(programme, lambda each: each.swap_board_s_per_day if each.kind != "by_use" else 0.0)
    unit_s = of_supplies(programme, lambda each: SECONDS_PER_HOUR * each.boards * each.load_max)
    return np.asarray((per_day * DAYS_PER_YEAR / unit_s)[:, None] / programme.block_hours)


UNITS_MAX = 1e6
"""Units of one supply in a plan. Billed hours of so many are up to 9e9 a year; HiGHS errs on whole numbers from
some 1e11 (measured), and a double holds them to its tolerance until 1e10."""
NEEDED_MAX = 1e9
"""Units that all work would need at once on a supply that has few: what one unit does is then a share of the work
within the solver's tolerance."""
SHARES_MAX = 2e7
"""Candidates times worlds, years and blocks: some gigabytes."""
DEMAND_MIN = 1e-9
"""Pictures a year of a workload; with fewer all that goes with pictures vanishes beside what a unit costs."""


def require_solvable(programme: FleetProgramme) -> None:
    """Refuse a programme that is too large, or too small.

    Raises
    ------
    SolverError
        With the workload or the parts of the scenario that make it so.
    """
    worlds, _, years, blocks = programme.demand.shape
    count = len(programme.candidates)
    if count * worlds * years * blocks > SHARES_MAX:
        raise SolverError(
            Message("solver.large", count=count, worlds=worlds, years=years, blocks=blocks, most=SHARES_MAX)
        )
    yearly = programme.demand.sum(axis=3)
    for j, least in enumerate(np.where(yearly > 0, yearly, np.inf).min(axis=(0, 2)).tolist()):
        if least < DEMAND_MIN:
            name = repr(programme.workload_names[j])
            raise SolverError(Message("solver.too_few_pictures", workload=name, pictures=least))
    needed, most = needed_units(programme), units_bound(programme)
    for r in np.flatnonzero((needed > NEEDED_MAX) | (most > UNITS_MAX)).tolist():
        raise SolverError(_too_many_units(programme, r, float(needed[r])))


def _too_many_units(programme: FleetProgramme, r: int, units: float) -> Message:
    """Names the workload that takes the most of the supply."""
    candidates = programme.candidates
    rows = np.flatnonzero(candidates.supply == r)
    yearly = programme.demand.sum(axis=3).max(axis=(0, 2))
    unit = per_demand(programme, rows)
    work = (unit.unit_s + unit.use_s) * yearly[candidates.workload[rows]]
    most = int(rows[int(np.argmax(work))])
    j, model = int(candidates.workload[most]), programme.model_names[int(candidates.model[most])]
    return Message(
        "solver.too_many_units",
        workload=repr(programme.workload_names[j]),
        pictures=yearly[j],
        supply=repr(programme.supplies[r].name),
        units=units,
        model=model,
        most=UNITS_MAX,
    )
