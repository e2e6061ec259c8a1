"""Emissions of a plan: of electricity, location- and market-based, and of making, amortised."""

from dataclasses import dataclass

import numpy as np

from roi.arrays import FloatArray
from roi.fleet.evaluation.quantities import OWNED, Quantities, at_busiest_pace, by_supply, of_supplies
from roi.fleet.problem import FleetPlan, FleetProgramme
from roi.units import MONTHS_PER_YEAR


@dataclass(frozen=True, eq=False)
class Carbon:
    """Emissions by supply, world and year; NaN where something that is used does not disclose them."""

    location_busy_kg: FloatArray
    """Of the requests' electricity, location-based [kgCO2e, S x W x Y]."""
    location_idle_kg: FloatArray
    """Of waiting boards, location-based [kgCO2e, S x W x Y]."""
    market_busy_kg: FloatArray
    """Of the requests' electricity, market-based [kgCO2e, S x W x Y]."""
    market_idle_kg: FloatArray
    """Of waiting boards, market-based [kgCO2e, S x W x Y]."""
    embodied_kg: FloatArray
    """Of making, amortised over use or life [kgCO2e, S x W x Y]."""

    @property
    def location_kg(self) -> FloatArray:
        """All emissions, location-based [kgCO2e, W x Y]."""
        return np.asarray((self.location_busy_kg + self.location_idle_kg + self.embodied_kg).sum(axis=0))

    @property
    def market_kg(self) -> FloatArray:
        """All emissions, market-based [kgCO2e, W x Y]."""
        return np.asarray((self.market_busy_kg + self.market_idle_kg + self.embodied_kg).sum(axis=0))


def carbon(programme: FleetProgramme, plan: FleetPlan, done: Quantities) -> Carbon:
    """Emissions of what the plan does."""
    years = plan.buy.shape[1]
    location = of_supplies(programme, lambda supply: supply.grid_kg_per_kwh, (years,))
    market = of_supplies(programme, lambda supply: supply.market_kg_per_kwh, (years,))
    busy, idle = done.busy_kwh.sum(axis=3), done.idle_kwh.sum(axis=3)
    return Carbon(
        location_busy_kg=_of_used(busy, location[:, None, :]),
        location_idle_kg=_of_used(idle, location[:, None, :]),
        market_busy_kg=_of_used(busy, market[:, None, :]),
        market_idle_kg=_of_used(idle, market[:, None, :]),
        embodied_kg=_embodied_kg(programme, plan, done),
    )


def busiest_month_kg(programme: FleetProgramme, plan: FleetPlan, emitted: Carbon) -> FloatArray:
    """Location-based emissions of the busiest month: the electricity of requests at its pace, waiting and making
    evenly [kgCO2e, W x Y]."""
    busy = at_busiest_pace(programme, plan)
    kwh = by_supply(programme, busy, programme.candidates.energy_kwh[plan.rows]).sum(axis=3)
    grid = of_supplies(programme, lambda supply: supply.grid_kg_per_kwh, plan.buy.shape[1:])
    each = _of_used(kwh, grid[:, None, :]) + emitted.location_idle_kg + emitted.embodied_kg
    return np.asarray(each.sum(axis=0) / MONTHS_PER_YEAR)


def _embodied_kg(programme: FleetProgramme, plan: FleetPlan, done: Quantities) -> FloatArray:
    per_hour = of_supplies(programme, lambda supply: supply.embodied_kg_per_unit_hour)
    per_year = of_supplies(
        programme, lambda supply: supply.embodied_kg_per_unit_year if supply.kind in OWNED else 0.0
    )
    of_requests = by_supply(programme, plan, programme.candidates.embodied_kg[plan.rows]).sum(axis=3)
    of_hours = _of_used(np.sum(plan.hours, axis=3), per_hour[:, None, None])
    return np.asarray(of_requests + of_hours + _of_used(done.alive, per_year[:, None])[:, None, :])


def _of_used(amount: FloatArray, intensity: FloatArray) -> FloatArray:
    """Nothing used emits nothing, even where the intensity is not disclosed."""
    return np.where(amount == 0.0, 0.0, amount * intensity)
