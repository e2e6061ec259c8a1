"""The same plan under another programme: what is decided stays, requests and hours follow the work.

Decided and kept: choices, shares of the demand, units bought and in service, instances on throughout, models.
    requests    the old ones times the new requests per share over the old
    hours       max(hours of work over what a unit can do, block hours times units on), rounded up where whole
                hours are paid, plus what the old plan had beyond that; own and reserved at most those of the units
    powered     what it was, or more where the hours need it
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from roi.arrays import FloatArray, IntArray, column
from roi.errors import RoiError
from roi.fleet.evaluation.quantities import OWNED, of_supplies, power_counts, quantities
from roi.fleet.evaluation.units import DAYS_PER_YEAR
from roi.fleet.problem import FleetPlan, FleetProgramme, Supply, Whole
from roi.numbers import Column
from roi.texts.messages import Message
from roi.units import SECONDS_PER_HOUR

ROUNDING_H = 1e-6
"""Hours above a whole number that are still that number [h]."""


def same_plan(
    before: FleetProgramme, plan: FleetPlan, after: FleetProgramme, rows: Sequence[int]
) -> FleetPlan:
    """The plan in the programme `after`; `rows` are its candidates there, in the order of `plan.rows`.

    Raises
    ------
    RoiError
        When years, time blocks or the number of drawn worlds are others: such a plan must be solved anew.
    """
    if before.demand.shape != after.demand.shape:
        raise RoiError(Message("planning.other_shape"))
    there = np.asarray(rows, dtype=np.int64)
    scale = _requests_per_share(after, there) / _requests_per_share(before, plan.rows)
    moved = replace(
        plan,
        rows=there,
        requests=plan.requests * scale,
        choices=tuple(sorted(set(after.candidates.choice[there].tolist()))),
    )
    hours = _hours(before, plan, after, moved)
    moved = replace(moved, hours=hours)
    return replace(moved, powered=_powered(after, moved))


def _requests_per_share(programme: FleetProgramme, rows: IntArray) -> FloatArray:
    """Requests that serve the whole demand of a period, or of the year where work may wait; 1 without demand.

    [R x W x Y x B]
    """
    workload, deliver = programme.candidates.workload[rows], programme.candidates.deliver[rows]
    demand = programme.demand.transpose(1, 0, 2, 3)[workload]
    waits = programme.deferrable[workload]
    demand = np.where(waits[:, None, None, None], demand[..., :1], demand)
    counted = np.where(programme.demand_of_accepted[workload], deliver, 1.0)
    return np.asarray(np.where(demand > 0.0, demand / counted[:, None, None, None], 1.0))


def _hours(before: FleetProgramme, plan: FleetPlan, after: FleetProgramme, moved: FleetPlan) -> FloatArray:
    least, kept = _least_hours(after, moved), kept_hours(before, plan)
    return np.stack(
        [
            paid_hours(supply, least[place] + kept[place], moved.units[place], after.block_hours)
            for place, supply in enumerate(after.supplies)
        ]
    )


def least_hours(
    supply: Supply[Column, Whole], work_h: FloatArray, on: IntArray, block_hours: FloatArray
) -> FloatArray:
    """Unit-hours that board-hours of work and units on throughout need [h, W x Y x B]; W may be draws."""
    if supply.kind == "by_use":
        return np.zeros_like(work_h)
    least = np.maximum(work_h / column(supply.boards * supply.load_max, 2), block_hours * on)
    return np.ceil(least - ROUNDING_H) if supply.whole_hours else least


def paid_hours(
    supply: Supply[Column, Whole], hours: FloatArray, units: IntArray, block_hours: FloatArray
) -> FloatArray:
    """Of own and committed units no more hours than there are [h, W x Y x B]."""
    most = block_hours * np.asarray(units, dtype=np.float64)[:, None]
    return np.minimum(hours, most) if supply.kind in OWNED else hours


def powered_units(
    supply: Supply[Column, Whole],
    powered: IntArray,
    hours: FloatArray,
    units: IntArray,
    block_hours: FloatArray,
) -> FloatArray:
    """Units powered: as before, or more where the hours need it [W x Y x B]."""
    needed = np.ceil(hours / block_hours - ROUNDING_H)
    if supply.kind in OWNED:
        needed = np.minimum(needed, units[:, None])
    return np.maximum(powered, needed)


def shares_of_year(programme: FleetProgramme, plan: FleetPlan) -> FloatArray:
    """Of the pictures that a workload needs in a year, those that a row makes in a block [1, R x W x Y x B]."""
    candidates, rows = programme.candidates, plan.rows
    workload = candidates.workload[rows]
    counted = np.where(programme.demand_of_accepted[workload], candidates.deliver[rows], 1.0)
    needed = programme.demand.sum(axis=3).transpose(1, 0, 2)[workload][..., None]
    made = plan.requests * counted[:, None, None, None]
    return np.asarray(np.divide(made, needed, out=np.zeros_like(made), where=needed > 0.0))


def kept_hours(programme: FleetProgramme, plan: FleetPlan) -> FloatArray:
    """Unit-hours of the plan beyond those that its work and its units on throughout need [h, S x W x Y x B]."""
    return np.asarray(np.maximum(plan.hours - _least_hours(programme, plan), 0.0))


def swap_h(programme: FleetProgramme, plan: FleetPlan) -> FloatArray:
    """Board-hours in every block of a year for loading each model beyond the first [h, S x Y]."""
    per_day = of_supplies(programme, lambda supply: supply.swap_board_s_per_day)
    further = np.maximum(quantities(programme, plan).serves.sum(axis=1) - 1, 0)
    return np.asarray(per_day[:, None] * DAYS_PER_YEAR * further / SECONDS_PER_HOUR)


def _least_hours(programme: FleetProgramme, plan: FleetPlan) -> FloatArray:
    """Unit-hours that the work and the units on throughout need [h, S x W x Y x B]."""
    work_h = quantities(programme, plan).busy_h + swap_h(programme, plan)[:, None, :, None]
    return np.stack(
        [
            least_hours(supply, work_h[place], plan.on[place], programme.block_hours)
            for place, supply in enumerate(programme.supplies)
        ]
    )


def _powered(programme: FleetProgramme, plan: FleetPlan) -> IntArray:
    found = plan.powered.copy()
    for place in np.flatnonzero(power_counts(programme)):
        found[place] = powered_units(
            programme.supplies[place],
            plan.powered[place],
            plan.hours[place],
            plan.units[place],
            programme.block_hours,
        )
    return found
