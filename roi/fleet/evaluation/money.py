"""Cash of a plan by component, and what it is worth today."""

import math
from collections.abc import Mapping

import numpy as np

from roi.arrays import FloatArray
from roi.fleet.evaluation.quantities import Quantities, at_busiest_pace, of_supplies, quantities
from roi.fleet.problem import FleetPlan, FleetProgramme
from roi.fleet.vintages import ends_of, lives_of
from roi.units import MONTHS_PER_YEAR

AT_START = ("purchase", "opening", "migration")
"""Components paid at the beginning of a year."""
AT_END = ("residual", "owed")
"""Components that stand at the end of a year; all others are spread over it."""
CAPEX = ("purchase", "opening", "migration")
"""Components that the capital budget limits."""
RUNNING = (
    "electricity_busy",
    "electricity_idle",
    "unit_hours",
    "unit_years",
    "commitment",
    "model_upkeep",
    "demand_charge",
)
"""Components that, with the streams, the running budget limits."""


def cash_by_component(programme: FleetProgramme, plan: FleetPlan, done: Quantities) -> dict[str, FloatArray]:
    """Money at the prices of its year, costs positive, the residual negative, by component [W x Y each].

    Streams come first under their own names, then `RUNNING`, then what is paid or fetched once.
    """
    shape = done.requests.shape[1:3]
    streams = {name: _stream(programme, plan, name, done) for name in programme.candidates.stream}
    found = {**_running(programme, plan, done), **_one_off(programme, plan)}
    both = sorted(set(streams) & set(found))
    if both:
        raise ValueError(f"stream {both[0]!r} has the name of a component of the fleet; name it otherwise")
    return {name: np.broadcast_to(cash, shape).copy() for name, cash in {**streams, **found}.items()}


def running_cash(programme: FleetProgramme, cash: Mapping[str, FloatArray]) -> FloatArray:
    """What the running budget limits [money, W x Y]."""
    return np.asarray(np.sum([cash[name] for name in (*programme.candidates.stream, *RUNNING)], axis=0))


def busiest_month_cash(
    programme: FleetProgramme, plan: FleetPlan, cash: Mapping[str, FloatArray]
) -> FloatArray:
    """Running cash of the busiest month: what goes with requests at its pace, all else evenly [money, W x Y]."""
    busy = quantities(programme, at_busiest_pace(programme, plan))
    electricity = _electricity(programme, busy.busy_kwh)
    streams = [_stream(programme, plan, name, busy) for name in programme.candidates.stream]
    evenly = [cash[name] for name in RUNNING if name != "electricity_busy"]
    return np.asarray(np.sum([electricity, *streams, *evenly], axis=0) / MONTHS_PER_YEAR)


def world_cost(
    programme: FleetProgramme, cash: Mapping[str, FloatArray], carbon_kg: FloatArray
) -> FloatArray:
    """Present value of the cash and of what the internal carbon price weighs, exactly summed [money, W].

    Carbon that is not disclosed weighs nothing, as on the rungs below.
    """
    weight = np.where(np.isnan(carbon_kg), 0.0, carbon_kg) * programme.carbon_price
    today = [amounts * factor_of(programme, name) for name, amounts in cash.items()]
    today.append(weight * programme.year_factor)
    return np.array([math.fsum(np.concatenate([each[w] for each in today])) for w in range(len(weight))])


def expected_and_tail(programme: FleetProgramme, cost: FloatArray) -> tuple[float, float]:
    """Mean of the worlds' costs, and the mean of their worst `tail_fraction` (CVaR).

    CVaR is the least of eta + E[max(cost - eta, 0)] / tail_fraction over eta; it is piecewise linear in eta with
    its bends at the costs, so that the least lies at one of them (Rockafellar and Uryasev, 2000).
    """
    probability = programme.world_probability
    tail = min(
        float(eta) + math.fsum(probability * np.maximum(cost - eta, 0.0)) / programme.tail_fraction
        for eta in cost
    )
    return math.fsum(probability * cost), tail


def factor_of(programme: FleetProgramme, component: str) -> FloatArray:
    """Value today of a component's cash, by when it is paid [1, Y]."""
    if component in AT_START:
        return programme.start_factor[:-1]
    return programme.start_factor[1:] if component in AT_END else programme.year_factor


def _stream(programme: FleetProgramme, plan: FleetPlan, name: str, done: Quantities) -> FloatArray:
    per_request = programme.candidates.stream[name][plan.rows]
    today = np.einsum("r,rwyb->wy", per_request, done.requests)
    return np.asarray(today * programme.stream_factor[name])


def _running(programme: FleetProgramme, plan: FleetPlan, done: Quantities) -> dict[str, FloatArray]:
    worlds, years, _ = done.requests.shape[1:]
    hour_price = of_supplies(programme, lambda supply: supply.hour_price, (worlds, years))
    year_price = of_supplies(programme, lambda supply: supply.year_price, (worlds, years))
    lives = lives_of(years, of_supplies(programme, lambda supply: supply.life_years))
    return {
        "electricity_busy": _electricity(programme, done.busy_kwh),
        "electricity_idle": _electricity(programme, done.idle_kwh),
        "unit_hours": np.einsum("swy,swyb->wy", hour_price, plan.hours),
        "unit_years": np.einsum("swy,sy->wy", year_price, plan.units),
        "commitment": np.einsum("swv,syv,sv->wy", _signed(programme), lives, plan.buy),
        "model_upkeep": np.einsum("my,my->y", programme.model_upkeep, plan.kept),
        "demand_charge": programme.demand_charge * done.site_kw.max(axis=2),
    }


def _electricity(programme: FleetProgramme, kwh: FloatArray) -> FloatArray:
    """Of kilowatt-hours by supply and period [money, W x Y]."""
    price = of_supplies(programme, lambda supply: supply.electricity_price, kwh.shape[1:])
    return np.asarray(np.einsum("swyb,swyb->wy", price, kwh))


def _one_off(programme: FleetProgramme, plan: FleetPlan) -> dict[str, FloatArray]:
    years = plan.buy.shape[1]
    price = of_supplies(programme, lambda supply: supply.buy_price, (years,))
    opening = of_supplies(programme, lambda supply: supply.opening_cost)
    first = np.arange(years) == 0
    return {
        "purchase": np.einsum("sy,sy->y", price, plan.buy),
        "opening": np.where(first, opening @ plan.opened, 0.0),
        "migration": np.einsum("m,my->y", programme.model_migration, plan.taken),
        "residual": _residual(programme, plan),
        "owed": _owed(programme, plan),
    }


def _signed(programme: FleetProgramme) -> FloatArray:
    """What each year of a commitment costs, by the year of its signature [money/year, S x W x Y]."""
    shape = programme.demand.shape[0], programme.demand.shape[2]
    return of_supplies(programme, lambda supply: supply.commitment_price, shape)


def _owed(programme: FleetProgramme, plan: FleetPlan) -> FloatArray:
    """What commitments still owe after the horizon, at its value when the horizon ends [W x Y]."""
    years = plan.buy.shape[1]
    found = np.zeros((programme.demand.shape[0], years))
    for supply, signed, bought in zip(programme.supplies, _signed(programme), plan.buy, strict=True):
        if supply.kind != "reserved":
            continue
        for year in np.flatnonzero(bought):
            beyond = max(0, int(year) + supply.life_years - years)
            later = math.fsum(programme.later_factor[:beyond]) / programme.start_factor[-1]
            found[:, -1] += signed[:, year] * bought[year] * later
    return found


def _residual(programme: FleetProgramme, plan: FleetPlan) -> FloatArray:
    """Negative, in the last year of a vintage's life, or of the horizon where that ends first [Y]."""
    years = plan.buy.shape[1]
    fetched = of_supplies(programme, lambda supply: supply.residual, (years,)) * plan.buy
    last = ends_of(years, of_supplies(programme, lambda supply: supply.life_years)) - 1
    found = np.zeros(years)
    np.subtract.at(found, last, fetched)
    return found
