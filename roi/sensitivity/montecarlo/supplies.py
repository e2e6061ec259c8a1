"""A supply of the fleet programme in every draw: what `roi.planning.supplies` makes of it, by column."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from roi.figure import Figure
from roi.fleet.problem import SupplyKind
from roi.planning.supplies import AnySupply, is_by_use, units_there
from roi.scenario import effective
from roi.scenario.supply import Api, Own, Rent
from roi.sensitivity.montecarlo.drawn import Drawn
from roi.sensitivity.montecarlo.yearly import Years, escalation, growth
from roi.units import HOURS_PER_YEAR, MONTHS_PER_YEAR, SECONDS_PER_HOUR, WATTS_PER_KW

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


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


@dataclass(frozen=True, eq=False)
class _Reader:
    """Figures of one supply, a number a draw."""

    drawn: Drawn
    years: Years
    place: str

    def figure(self, name: str, figure: Figure | None, place: str | None = None) -> FloatArray:
        """0 where there is none [D]."""
        where = self.place if place is None else place
        found = np.zeros(()) if figure is None else self.drawn.figure(f"{where}.{name}", figure)
        return self.drawn.column(found)

    def amount(self, name: str, figure: Figure | None) -> FloatArray:
        """Money; 0 where there is none [D]."""
        found = np.zeros(()) if figure is None else self.drawn.amount(f"{self.place}.{name}", figure)
        return self.drawn.column(found)

    def price(self, name: str, figure: Figure, kind: str) -> FloatArray:
        """Money that changes as its kind of price does [D x Y]."""
        return self.amount(name, figure)[:, None] * escalation(self.drawn, kind, self.years.count)

    @property
    def nothing(self) -> FloatArray:
        return np.zeros((self.drawn.size, self.years.count))


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
        _supply(_Reader(drawn, years, f"supplies[{index}]"), each, idle_power_w.get(each.name), in_use)
        for index, each in enumerate(drawn.scenario.supplies)
    ]


def _supply(
    read: _Reader, supply: AnySupply, measured_idle_w: float | None, in_use: frozenset[str]
) -> DrawnSupply:
    opening = None if supply.name in in_use else supply.opening_cost
    base = _nothing(read, supply) | {"opening": read.amount("opening_cost", opening)}
    if isinstance(supply, Api):
        return DrawnSupply(
            **base | {"image_price": read.price("price_per_image", supply.price_per_image, "api")}
        )
    base |= _machine(read, supply, measured_idle_w)
    return DrawnSupply(**base | (_rented(read, supply) if isinstance(supply, Rent) else _owned(read, supply)))


def _nothing(read: _Reader, supply: AnySupply) -> dict[str, Any]:
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


def _machine(read: _Reader, supply: Rent | Own, measured_idle_w: float | None) -> dict[str, Any]:
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


def _idle_w(read: _Reader, supply: Rent | Own, measured_w: float | None) -> FloatArray:
    if supply.idle_power_w_per_gpu is not None:
        return read.figure("idle_power_w_per_gpu", supply.idle_power_w_per_gpu)
    return np.full(read.drawn.size, effective.idle_power_w_per_gpu(supply, measured_w))


def _rented(read: _Reader, supply: Rent) -> dict[str, Any]:
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


def _owned(read: _Reader, supply: Own) -> dict[str, Any]:
    parts = ("upkeep_per_year", "space_per_year")
    running = np.sum([read.amount(name, getattr(supply, name)) for name in parts], axis=0)
    running = running[:, None] * escalation(read.drawn, "upkeep", read.years.count)
    found: dict[str, Any] = {"kwh_price": _kwh_price(read)}
    if supply.shared:
        return found | {"used_price": _used_price(read, supply, running)}
    life = np.maximum(1, read.figure("lifetime_years", effective.lifetime_years(supply)).astype(np.int64))
    years = read.years.count
    price = read.amount("capex", supply.capex)[:, None] * growth(
        read.drawn, f"{read.place}.capex_change_per_year", supply.capex_change_per_year, years
    )
    age = np.minimum(life[:, None], years - np.arange(years))
    left = read.figure("residual_fraction", supply.residual_fraction)[:, None]
    return found | {
        "kind": "own",
        "existing": (units_there(supply) or 0) if supply.sunk else 0,
        "life_years": life,
        "year_price": running,
        "buy_price": price,
        "residual": price * (1.0 - (1.0 - left) * age / life[:, None]),
        "max_kw": _max_kw(read, supply),
    }


def _used_price(read: _Reader, supply: Own, running: FloatArray) -> FloatArray:
    """Capital recovery at today's prices, and upkeep and space [money/s, D x Y]."""
    load = read.figure("utilization_fraction", supply.utilization_fraction)
    busy_s = (HOURS_PER_YEAR * SECONDS_PER_HOUR * supply.gpu_count * load)[:, None]
    if supply.sunk:
        return np.asarray(running / busy_s)
    finance = read.drawn.scenario.finance
    rate = read.figure("discount_rate_per_year", finance.discount_rate_per_year, "finance")
    life = read.figure("lifetime_years", effective.lifetime_years(supply))
    left = read.figure("residual_fraction", supply.residual_fraction)
    net = read.amount("capex", supply.capex) * (1.0 - left * np.exp(-life * np.log1p(rate)))
    return np.asarray(((net * recovery_factor(rate, life))[:, None] + running) / busy_s)


def recovery_factor(rate: FloatArray, years: FloatArray) -> FloatArray:
    """CRF(rate, years) of every draw; 1 / years at rate 0, the limit."""
    flat = np.where(rate == 0.0, 1.0, rate)
    factor = flat / -np.expm1(-years * np.log1p(flat))
    return np.asarray(np.where(rate == 0.0, 1.0 / years, factor))


def _kwh_price(read: _Reader) -> FloatArray:
    """Price of a kilowatt-hour at the site [money/kWh, D x Y x B]."""
    site = read.drawn.scenario.site
    common = _Reader(read.drawn, read.years, "site").amount("electricity_price", site.electricity_price)
    today = [
        common
        if block.electricity_price is None
        else _Reader(read.drawn, read.years, f"site.time_blocks[{number}]").amount(
            "electricity_price", block.electricity_price
        )
        for number, block in enumerate(site.time_blocks)
    ] or [common]
    return np.asarray(
        np.stack(today, axis=1)[:, None] * escalation(read.drawn, "electricity", read.years.count)[..., None]
    )


def _max_kw(read: _Reader, supply: Own) -> FloatArray:
    """Facility power of a server at full load; 0 where nothing reads it [kW, D]."""
    site = read.drawn.scenario.site
    if site.demand_charge_per_kw_month is None and site.site_power_kw is None:
        return np.zeros(read.drawn.size)
    if supply.max_power_kw is not None:
        unit_kw = read.figure("max_power_kw", supply.max_power_kw)
    else:
        host = effective.host_power_w_per_gpu(supply)
        moved_w = read.figure("host_power_w_per_gpu", host) - host.value
        unit_kw = effective.max_power_kw(supply) + supply.gpu_count * moved_w / WATTS_PER_KW
    return unit_kw * read.figure("pue", site.pue, "site")


def demand_charge(drawn: Drawn, years: Years) -> FloatArray:
    """Charge for the year's highest power of the site's own servers [money/kW, D x Y]."""
    charge = drawn.scenario.site.demand_charge_per_kw_month
    if charge is None:
        return np.zeros((drawn.size, years.count))
    today = drawn.column(drawn.amount("site.demand_charge_per_kw_month", charge)) * MONTHS_PER_YEAR
    return np.asarray(today[:, None] * escalation(drawn, "electricity", years.count))
