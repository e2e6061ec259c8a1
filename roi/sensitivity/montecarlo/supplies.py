"""A supply of the fleet programme in every draw: what `roi.planning.supplies` makes of it, by column."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from roi.arrays import FloatArray, IntArray
from roi.fleet.problem import SupplyKind
from roi.options.terms import Terms, machine_terms
from roi.planning.supplies import AnySupply, is_by_use, units_there
from roi.scenario import effective
from roi.scenario.supply import Api, Own, Rent
from roi.sensitivity.montecarlo.drawn import Drawn
from roi.sensitivity.montecarlo.servers import owned
from roi.sensitivity.montecarlo.yearly import Years, growth, price
from roi.units import HOURS_PER_YEAR, WATTS_PER_KW


@dataclass(frozen=True, eq=False, kw_only=True)
class DrawnSupply:
    """Prices are those of their year, carbon is location-based unless said otherwise."""

    supply: AnySupply
    kind: SupplyKind
    terms: Terms[FloatArray] | None
    """At today's prices [D each]; None for a service."""
    price_per_image: FloatArray
    """Of a service, today [money/image, D]."""
    units_max: int | None
    existing: int
    """Units that are there already."""
    whole_hours: bool
    idle_kw: FloatArray
    """Facility power of a waiting board; 0 where only work is paid [kW, D]."""
    max_kw: FloatArray
    """Facility power of a unit at full load, where it counts for the site [kW, D]."""
    life_years: IntArray
    """Whole years for which a unit is bought or committed to [year, D]."""
    opening: FloatArray
    """[money, D]"""
    hour_price: FloatArray
    """Rent of an instance [money/h, D x Y]."""
    kwh_price: FloatArray
    """0 where it is part of the rent [money/kWh, D x Y x B]."""
    year_price: FloatArray
    """Upkeep and space of a unit in service [money/year, D x Y]."""
    buy_price: FloatArray
    """[money, D x Y]"""
    residual: FloatArray
    """What a unit bought in a year fetches at its end or the horizon's [money, D x Y]."""
    grid: FloatArray
    """[kgCO2e/kWh, D x Y]"""
    market_grid: FloatArray
    """Market-based; the location-based one where no other is stated [kgCO2e/kWh, D x Y]."""

    @property
    def by_use(self) -> bool:
        """Whether nothing but use is paid."""
        return self.kind == "by_use"

    @property
    def boards(self) -> int:
        """Boards in a unit."""
        return 1 if self.terms is None else self.terms.gpu_count

    @property
    def load_max(self) -> FloatArray:
        """Highest share of a unit's time in which its boards work [1, D]."""
        return np.ones_like(self.opening) if self.terms is None else self.terms.utilization_fraction

    @property
    def made_kg_per_hour(self) -> FloatArray:
        """Making, of an hour of a unit; NaN where nobody published it [kgCO2e/h, D]."""
        terms = self.terms
        if terms is None or terms.embodied_kg_co2e_per_gpu is None:
            return np.full_like(self.opening, np.nan)
        return terms.embodied_kg_co2e_per_gpu * terms.gpu_count / (terms.lifetime_years * HOURS_PER_YEAR)


def supplies_of(
    drawn: Drawn, years: Years, idle_power_w: Mapping[str, float], in_use: frozenset[str]
) -> list[DrawnSupply]:
    """Every supply of the scenario, in its order.

    Parameters
    ----------
    idle_power_w
        Of one waiting board as it was measured, by supply; where the supply states none [W].
    in_use
        Supplies that are open already.
    """
    return [
        _supply(drawn, years, each, idle_power_w.get(each.name), in_use) for each in drawn.scenario.supplies
    ]


def _supply(
    drawn: Drawn, years: Years, supply: AnySupply, measured_idle_w: float | None, in_use: frozenset[str]
) -> DrawnSupply:
    base = _nothing(drawn, years, supply)
    if supply.opening_cost is not None and supply.name not in in_use:
        base["opening"] = drawn.amount(supply.opening_cost)
    if isinstance(supply, Api):
        return DrawnSupply(**base | {"price_per_image": drawn.amount(supply.price_per_image)})
    terms = machine_terms(drawn, supply)
    base |= _machine(drawn, years, supply, terms, measured_idle_w)
    more = _rented(drawn, years, supply) if isinstance(supply, Rent) else owned(drawn, supply, years.count)
    return DrawnSupply(**base | more)


def _nothing(drawn: Drawn, years: Years, supply: AnySupply) -> dict[str, Any]:
    """A supply that costs, draws and emits nothing that is known."""
    columns = ("price_per_image", "idle_kw", "max_kw", "opening")
    yearly = (
        "hour_price",
        "year_price",
        "buy_price",
        "residual",
        "grid",
        "market_grid",
    )
    size = drawn.size
    return {
        "supply": supply,
        "kind": "by_use",
        "terms": None,
        "units_max": None,
        "existing": 0,
        "whole_hours": False,
        "life_years": np.ones(size, dtype=np.int64),
        "kwh_price": np.zeros((size, years.count, len(years.block_hours))),
        **dict.fromkeys(columns, np.zeros(size)),
        **dict.fromkeys(yearly, np.zeros((size, years.count))),
    }


def _machine(
    drawn: Drawn,
    years: Years,
    supply: Rent | Own,
    terms: Terms[FloatArray],
    measured_idle_w: float | None,
) -> dict[str, Any]:
    """Boards, and where they stand."""
    grid, market = terms.grid_intensity_kg_co2e_per_kwh, terms.market_grid_intensity_kg_co2e_per_kwh
    change = growth(drawn, drawn.scenario.site.grid_intensity_change_per_year, years.count)
    idle_w = np.zeros(drawn.size) if is_by_use(supply) else _idle_w(drawn, supply, measured_idle_w)
    return {
        "terms": terms,
        "units_max": units_there(supply),
        "idle_kw": np.zeros(drawn.size)
        if is_by_use(supply)
        else (idle_w + terms.host_power_w_per_gpu) / WATTS_PER_KW * terms.pue,
        "grid": grid[:, None] * change,
        "market_grid": (grid if market is None else market)[:, None] * change,
    }


def _idle_w(drawn: Drawn, supply: Rent | Own, measured_w: float | None) -> FloatArray:
    if supply.idle_power_w_per_gpu is not None:
        return drawn.figure(supply.idle_power_w_per_gpu)
    return np.full(drawn.size, effective.idle_power_w_per_gpu(supply, measured_w))


def _rented(drawn: Drawn, years: Years, supply: Rent) -> dict[str, Any]:
    whole = bool(np.all(years.block_hours == np.round(years.block_hours)))
    kind = "by_use" if is_by_use(supply) else "reserved" if supply.term == "reserved" else "on_demand"
    committed = supply.commitment_years or 1
    return {
        "kind": kind,
        "whole_hours": whole and kind == "on_demand",
        "hour_price": price(drawn, supply.price_per_h, drawn.scenario.finance.escalation.rent, years.count),
        "life_years": np.full(drawn.size, committed),
    }
