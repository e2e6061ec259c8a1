"""What a plan does, from data and plan alone: busy hours, energy, units alive, images, power."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from roi.arrays import BoolArray, FloatArray
from roi.fleet.problem import FleetPlan, FleetProgramme, FleetSupply
from roi.fleet.vintages import lives_of
from roi.units import SECONDS_PER_HOUR

OWNED = ("own", "reserved")
"""Kinds of supply whose units are bought or committed to, and then there."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Quantities:
    """Arrays over supplies S, worlds W, years Y, blocks B and the plan's rows R."""

    requests: FloatArray
    """[R x W x Y x B]"""
    accepted: FloatArray
    """Images that pass the look, fallbacks left out [R x W x Y]."""
    busy_h: FloatArray
    """Board-hours of work [h, S x W x Y x B]."""
    busy_kwh: FloatArray
    """Energy of the requests [kWh, S x W x Y x B]."""
    idle_kwh: FloatArray
    """Energy of boards that are powered and wait [kWh, S x W x Y x B]."""
    bought: FloatArray
    """Units bought or committed to and still alive [S x Y]."""
    alive: FloatArray
    """With those that were there before [S x Y]."""
    serves: BoolArray
    """Whether a supply serves a model in a year, in any world [S x M x Y]."""
    site_kw: FloatArray
    """Highest power of the site's servers [kW, W x Y x B]."""


def quantities(programme: FleetProgramme, plan: FleetPlan) -> Quantities:
    """Everything that costs, limits and carbon are made of."""
    candidates, rows = programme.candidates, plan.rows
    requests = np.asarray(plan.requests, dtype=np.float64)
    busy_h = by_supply(programme, plan, candidates.board_s[rows]) / SECONDS_PER_HOUR
    bought = alive_vintages(programme, np.asarray(plan.buy, dtype=np.float64))
    return Quantities(
        requests=requests,
        accepted=np.einsum("r,rwyb->rwy", candidates.deliver[rows], requests),
        busy_h=busy_h,
        busy_kwh=by_supply(programme, plan, candidates.energy_kwh[rows]),
        idle_kwh=_idle_kwh(programme, plan, busy_h),
        bought=bought,
        alive=bought + of_supplies(programme, lambda supply: supply.existing, bought.shape[1:]),
        serves=_serves(programme, plan),
        site_kw=_site_kw(programme, plan),
    )


def at_busiest_pace(programme: FleetProgramme, plan: FleetPlan) -> FleetPlan:
    """The plan with a year of busiest months, as its units stand; work that may wait is spread evenly."""
    workload = programme.candidates.workload[plan.rows]
    pace = np.where(programme.deferrable[workload], 1.0, programme.peak_factor[workload])
    requests = np.asarray(plan.requests, dtype=np.float64) * pace[:, None, None, None]
    return replace(plan, requests=requests)


def of_supplies(
    programme: FleetProgramme, value: Callable[[FleetSupply], object], shape: tuple[int, ...] = ()
) -> FloatArray:
    """A property of every supply, spread over the shape where it is stated once [S x shape]."""
    found = np.empty((len(programme.supplies), *shape))
    for place, supply in enumerate(programme.supplies):
        found[place] = np.asarray(value(supply), dtype=np.float64)
    return found


def power_counts(programme: FleetProgramme) -> BoolArray:
    """Supplies whose powered units the site's limit or the demand charge reads [S]."""
    counted = programme.rules.site_power_kw is not None or bool(np.any(programme.demand_charge))
    return np.array(
        [
            counted and each.kind != "by_use" and each.at_site and each.max_kw_per_unit > 0
            for each in programme.supplies
        ],
        dtype=np.bool_,
    )


def by_supply(programme: FleetProgramme, plan: FleetPlan, per_request: FloatArray) -> FloatArray:
    """Sum of a property of requests over the rows of each supply [S x W x Y x B].

    A row without requests in a period adds nothing there, even where the property is not disclosed.
    """
    requests = np.asarray(plan.requests, dtype=np.float64)
    amounts = np.where(requests == 0.0, 0.0, per_request[:, None, None, None] * requests)
    found = np.zeros((len(programme.supplies), *requests.shape[1:]))
    np.add.at(found, programme.candidates.supply[plan.rows], amounts)
    return found


def alive_vintages(programme: FleetProgramme, buy: FloatArray) -> FloatArray:
    """Units that are bought or committed to and still alive [S x Y]."""
    lives = lives_of(buy.shape[1], of_supplies(programme, lambda supply: supply.life_years))
    return np.asarray(np.einsum("syv,sv->sy", lives, buy))


def _idle_kwh(programme: FleetProgramme, plan: FleetPlan, busy_h: FloatArray) -> FloatArray:
    idle_kw = of_supplies(
        programme, lambda supply: 0.0 if supply.kind == "by_use" else supply.idle_kw_per_board
    )
    boards = of_supplies(programme, lambda supply: supply.boards)
    waiting_h = boards[:, None, None, None] * plan.hours - busy_h
    return np.asarray(idle_kw[:, None, None, None] * waiting_h)


def _serves(programme: FleetProgramme, plan: FleetPlan) -> BoolArray:
    years = np.shape(plan.requests)[2]
    found = np.zeros((len(programme.supplies), len(programme.model_names), years), dtype=np.bool_)
    supply, model = programme.candidates.supply[plan.rows], programme.candidates.model[plan.rows]
    np.logical_or.at(found, (supply, model), np.any(np.asarray(plan.requests) > 0.0, axis=(1, 3)))
    return found


def _site_kw(programme: FleetProgramme, plan: FleetPlan) -> FloatArray:
    unit_kw = of_supplies(programme, lambda supply: supply.max_kw_per_unit if supply.at_site else 0.0)
    return np.asarray(np.einsum("s,swyb->wyb", unit_kw, plan.powered))
