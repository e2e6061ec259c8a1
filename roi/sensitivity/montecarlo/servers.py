"""Owned servers in every draw: bought whole, or filled by other work and charged by use."""

from typing import Any

import numpy as np

from roi.arrays import FloatArray
from roi.planning.supplies import units_there
from roi.scenario import effective
from roi.scenario.supply import Own
from roi.sensitivity.montecarlo.drawn import Drawn
from roi.sensitivity.montecarlo.reader import Reader
from roi.sensitivity.montecarlo.yearly import Years, escalation, growth
from roi.units import HOURS_PER_YEAR, MONTHS_PER_YEAR, SECONDS_PER_HOUR, WATTS_PER_KW


def owned(read: Reader, supply: Own) -> dict[str, Any]:
    """What a server of the site has beyond its boards, as fields of a drawn supply."""
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


def _used_price(read: Reader, supply: Own, running: FloatArray) -> FloatArray:
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


def _kwh_price(read: Reader) -> FloatArray:
    """Price of a kilowatt-hour at the site [money/kWh, D x Y x B]."""
    site = read.drawn.scenario.site
    common = Reader(read.drawn, read.years, "site").amount("electricity_price", site.electricity_price)
    today = [
        common
        if block.electricity_price is None
        else Reader(read.drawn, read.years, f"site.time_blocks[{number}]").amount(
            "electricity_price", block.electricity_price
        )
        for number, block in enumerate(site.time_blocks)
    ] or [common]
    return np.asarray(
        np.stack(today, axis=1)[:, None] * escalation(read.drawn, "electricity", read.years.count)[..., None]
    )


def _max_kw(read: Reader, supply: Own) -> FloatArray:
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
