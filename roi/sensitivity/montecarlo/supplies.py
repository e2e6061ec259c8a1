"""A supply of the fleet programme in every draw: what `roi.planning.supplies` makes of it, by column."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from roi.arrays import FloatArray, IntArray
from roi.fleet.problem import SupplyKind
from roi.planning.supplies import AnySupply, is_by_use, units_there
from roi.scenario import effective
from roi.scenario.supply import Api, Own, Rent
from roi.sensitivity.montecarlo.drawn import Drawn
from roi.sensitivity.montecarlo.reader import Reader
from roi.sensitivity.montecarlo.servers import owned
from roi.sensitivity.montecarlo.yearly import Years, growth
from roi.units import HOURS_PER_YEAR, WATTS_PER_KW


@dataclass(frozen=True, eq=False, kw_only=True)
class DrawnSupply:
    """Prices are those of their year, carbon is location-based unless said otherwise."""

    supply: AnySupply
    kind: SupplyKind
    boards: int
    """Boards in a unit."""
    units_max: int | None
    existing: int
    """Units that are there already."""
    whole_hours: bool
    load_max: FloatArray
    """Highest share of a unit's time in which its boards work [1, D]."""
    work_factor: FloatArray
    """Work over work that counts [1, D]."""
    cold_start_s: FloatArray
    """[s, D]"""
    minimum_s: FloatArray
    """[s, D]"""
    host_power_w: FloatArray
    """Rest of the server for each board [W, D]."""
    pue: FloatArray
    """[1, D]"""
    idle_kw: FloatArray
    """Facility power of a waiting board; 0 where only work is paid [kW, D]."""
    max_kw: FloatArray
    """Facility power of a unit at full load, where it counts for the site [kW, D]."""
    made_kg: FloatArray
    """Making of one board with its part of the server; NaN where nobody published it [kgCO2e, D]."""
    lifetime_years: FloatArray
    """[year, D]"""
    life_years: IntArray
    """Whole years for which a unit is bought or committed to [year, D]."""
    opening: FloatArray
    """[money, D]"""
    hour_price: FloatArray
    """Rent of an instance [money/h, D x Y]."""
    image_price: FloatArray
    """Of a service [money/image, D x Y]."""
    used_price: FloatArray
    """Capital, upkeep and space of a board-second on a server that other work fills [money/s, D x Y]."""
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
    def made_kg_per_hour(self) -> FloatArray:
        """Making, of an hour of a unit [kgCO2e/h, D]."""
        return self.made_kg * self.boards / (self.lifetime_years * HOURS_PER_YEAR)


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
        _supply(Reader(drawn, years, f"supplies[{index}]"), each, idle_power_w.get(each.name), in_use)
        for index, each in enumerate(drawn.scenario.supplies)
    ]


def _supply(
    read: Reader, supply: AnySupply, measured_idle_w: float | None, in_use: frozenset[str]
) -> DrawnSupply:
    opening = None if supply.name in in_use else supply.opening_cost
    base = _nothing(read, supply) | {"opening": read.amount("opening_cost", opening)}
    if isinstance(supply, Api):
        return DrawnSupply(
            **base | {"image_price": read.price("price_per_image", supply.price_per_image, "api")}
        )
    base |= _machine(read, supply, measured_idle_w)
    return DrawnSupply(**base | (_rented(read, supply) if isinstance(supply, Rent) else owned(read, supply)))


def _nothing(read: Reader, supply: AnySupply) -> dict[str, Any]:
    """A supply that costs, draws and emits nothing that is known."""
    columns = ("cold_start_s", "minimum_s", "host_power_w", "idle_kw", "max_kw")
    yearly = (
        "hour_price",
        "image_price",
        "used_price",
        "year_price",
        "buy_price",
        "residual",
        "grid",
        "market_grid",
    )
    one, size, blocks = np.ones(read.drawn.size), read.drawn.size, len(read.years.block_hours)
    return {
        "supply": supply,
        "kind": "by_use",
        "boards": 1,
        "units_max": None,
        "existing": 0,
        "whole_hours": False,
        "load_max": one,
        "work_factor": one,
        "pue": one,
        "made_kg": np.full(size, np.nan),
        "lifetime_years": one,
        "life_years": np.ones(size, dtype=np.int64),
        "kwh_price": np.zeros((size, read.years.count, blocks)),
        **dict.fromkeys(columns, np.zeros(size)),
        **dict.fromkeys(yearly, read.nothing),
    }


def _machine(read: Reader, supply: Rent | Own, measured_idle_w: float | None) -> dict[str, Any]:
    """Boards, and the ground where they stand."""
    site, years = read.drawn.scenario.site, read.years.count
    ground, place = (supply, read.place) if isinstance(supply, Rent) else (site, "site")
    grid = read.figure("grid_intensity", effective.grid_intensity(read.drawn.scenario, ground), place)
    market = ground.market_grid_intensity
    change = growth(
        read.drawn, "site.grid_intensity_change_per_year", site.grid_intensity_change_per_year, years
    )
    pue = read.figure("pue", ground.pue, place)
    host_w = read.figure("host_power_w_per_gpu", effective.host_power_w_per_gpu(supply))
    board, host = (
        effective.embodied_kg_co2e_per_gpu(supply),
        effective.embodied_host_kg_co2e_per_gpu(supply),
    )
    made = read.figure("embodied_kg_co2e_per_gpu", board) + read.figure("embodied_host_kg_co2e_per_gpu", host)
    life = read.figure("lifetime_years", effective.lifetime_years(supply))
    by_use = is_by_use(supply)
    return {
        "boards": supply.gpu_count,
        "units_max": units_there(supply),
        "load_max": read.figure("utilization_fraction", supply.utilization_fraction),
        "host_power_w": host_w,
        "pue": pue,
        "idle_kw": np.zeros(read.drawn.size)
        if by_use
        else (_idle_w(read, supply, measured_idle_w) + host_w) / WATTS_PER_KW * pue,
        "made_kg": np.full(read.drawn.size, np.nan) if board is None else made,
        "lifetime_years": life,
        "grid": grid[:, None] * change,
        "market_grid": (grid if market is None else read.figure("market_grid_intensity", market, place))[
            :, None
        ]
        * change,
    }


def _idle_w(read: Reader, supply: Rent | Own, measured_w: float | None) -> FloatArray:
    if supply.idle_power_w_per_gpu is not None:
        return read.figure("idle_power_w_per_gpu", supply.idle_power_w_per_gpu)
    return np.full(read.drawn.size, effective.idle_power_w_per_gpu(supply, measured_w))


def _rented(read: Reader, supply: Rent) -> dict[str, Any]:
    whole = bool(np.all(read.years.block_hours == np.round(read.years.block_hours)))
    kind = "by_use" if is_by_use(supply) else "reserved" if supply.term == "reserved" else "on_demand"
    committed = supply.commitment_years or 1
    return {
        "kind": kind,
        "whole_hours": whole and kind == "on_demand",
        "hour_price": read.price("price_per_h", supply.price_per_h, "rent"),
        "life_years": np.full(read.drawn.size, committed),
        "work_factor": 1.0
        + read.figure("interruption_overhead_fraction", supply.interruption_overhead_fraction),
        "cold_start_s": read.figure("cold_start_s", supply.cold_start_s),
        "minimum_s": read.figure("minimum_s", supply.minimum_s),
    }
