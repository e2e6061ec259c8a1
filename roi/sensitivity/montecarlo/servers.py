"""Owned servers in every draw: bought whole, or filled by other work and charged by use."""

from typing import Any

import numpy as np

from roi.arrays import FloatArray
from roi.planning.supplies import units_there
from roi.scenario import effective
from roi.scenario.supply import Own
from roi.sensitivity.montecarlo.drawn import Drawn
from roi.sensitivity.montecarlo.yearly import Years, price
from roi.units import MONTHS_PER_YEAR, WATTS_PER_KW


def owned(drawn: Drawn, supply: Own, years: int) -> dict[str, Any]:
    """What a server of the site has beyond its boards, as fields of a drawn supply."""
    change = drawn.scenario.finance.escalation.upkeep
    running = price(drawn, supply.upkeep_per_year, change, years)
    running = running + price(drawn, supply.space_per_year, change, years)
    found: dict[str, Any] = {"kwh_price": _kwh_price(drawn, years)}
    if supply.shared:
        return found
    life = np.maximum(1, drawn.figure(effective.lifetime_years(supply)).astype(np.int64))
    bought = price(drawn, supply.capex, supply.capex_change_per_year, years)
    age = np.minimum(life[:, None], years - np.arange(years))
    left = drawn.figure(supply.residual_fraction)[:, None]
    return found | {
        "kind": "own",
        "existing": (units_there(supply) or 0) if supply.sunk else 0,
        "life_years": life,
        "year_price": running,
        "buy_price": bought,
        "residual": bought * (1.0 - (1.0 - left) * age / life[:, None]),
        "max_kw": _max_kw(drawn, supply),
    }


def _kwh_price(drawn: Drawn, years: int) -> FloatArray:
    """Price of a kilowatt-hour at the site [money/kWh, D x Y x B]."""
    site, change = drawn.scenario.site, drawn.scenario.finance.escalation.electricity
    own = [block.electricity_price or site.electricity_price for block in site.time_blocks]
    figures = [each for each in own or [site.electricity_price] if each is not None]
    return np.stack([price(drawn, each, change, years) for each in figures], axis=2)


def _max_kw(drawn: Drawn, supply: Own) -> FloatArray:
    """Facility power of a server at full load; 0 where nothing reads it [kW, D]."""
    site = drawn.scenario.site
    if site.demand_charge_per_kw_month is None and site.site_power_kw is None:
        return np.zeros(drawn.size)
    if supply.max_power_kw is not None:
        unit_kw = drawn.figure(supply.max_power_kw)
    else:
        host = effective.host_power_w_per_gpu(supply)
        moved_w = drawn.figure(host) - host.value
        unit_kw = effective.max_power_kw(supply) + supply.gpu_count * moved_w / WATTS_PER_KW
    return unit_kw * drawn.figure(site.pue)


def demand_charge(drawn: Drawn, years: Years) -> FloatArray:
    """Charge for the year's highest power of the site's own servers [money/kW, D x Y]."""
    charge = drawn.scenario.site.demand_charge_per_kw_month
    if charge is None:
        return np.zeros((drawn.size, years.count))
    change = drawn.scenario.finance.escalation.electricity
    return price(drawn, charge, change, years.count) * MONTHS_PER_YEAR
