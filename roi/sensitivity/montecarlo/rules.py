"""Rules of the company, and the limit of one picture, held by an option that makes all pictures of its workload."""

import numpy as np

from roi.arrays import BoolArray, FloatArray
from roi.fleet.unit_value import hour_cash
from roi.fleet.vintages import lives_of
from roi.fleet.whole_units import Carried
from roi.sensitivity.montecarlo.setting import Priced, Setting
from roi.sensitivity.montecarlo.supplies import DrawnSupply
from roi.sensitivity.montecarlo.work import Asked, Work, blocks_by_year, by_year
from roi.units import MONTHS_PER_YEAR

ROUNDING_FRACTION = 1e-9
"""By how much a sum may miss its limit."""


def breaks(
    asked: Asked, supply: DrawnSupply, work: Work, carried: Carried, priced: Priced, models: list[str]
) -> BoolArray:
    """Where an option breaks a rule [V x D]; `models` are those of the options."""
    setting = asked.setting
    limits, drawn = setting.drawn.scenario.limits, setting.drawn
    found = np.broadcast_to(carried.too_many(), work.load.shape[:2]).copy()
    if limits.carbon_cap_per_month is not None:
        busiest_kg = emitted(work, carried, priced) + by_year(work.busiest_kg)
        found |= _above(busiest_kg, drawn.figure(limits.carbon_cap_per_month) * MONTHS_PER_YEAR)
    if limits.carbon_cap_per_year is not None:
        found |= _above(emitted(work, carried, priced), drawn.figure(limits.carbon_cap_per_year))
    if limits.market_carbon_cap_per_year is not None:
        cap = drawn.figure(limits.market_carbon_cap_per_year)
        found |= _above(emitted(work, carried, priced, market=True), cap)
    picture = asked.workload.carbon_max
    if picture is not None:
        found |= _above(emitted(work, carried, priced) / asked.pictures, drawn.figure(picture))
    for limit, months, busiest in (
        (limits.budget_per_month, MONTHS_PER_YEAR, by_year(work.busiest_cash)),
        (limits.opex_budget_per_year, 1.0, 0.0),
    ):
        if limit is not None:
            spent = running(setting, supply, work, carried) + _of_models(setting, models)
            found |= _above(spent + busiest, drawn.amount(limit) * months)
    if limits.capex_budget is not None:
        spent_once = np.einsum("vdy,dy->vd", carried.bought, supply.buy_price) + supply.opening_cost
        spent_once = spent_once + np.array([setting.taking_up(model) for model in models])
        found |= _above(spent_once[..., None], drawn.amount(limits.capex_budget))
    return found | _parts_above(setting, supply) | _too_much_power(setting, supply, carried)


def _above(amount: FloatArray, limit: FloatArray) -> BoolArray:
    """In any year [V x D x Y] -> [V x D]."""
    most = np.asarray(limit) * (1.0 + ROUNDING_FRACTION)
    return np.asarray((amount > np.reshape(most, (-1, 1))).any(axis=2))


def emitted(work: Work, carried: Carried, priced: Priced, *, market: bool = False) -> FloatArray:
    """Of a year, waiting and making of units included [kgCO2e, V x D x Y]."""
    hour_kg = priced.market_hour_kg if market else priced.hour_kg
    hours, alive = carried.hours.sum(axis=3), carried.alive
    found = by_year(work.market_kg if market else work.location_kg)
    found = found + np.where(hours > 0.0, hours * hour_kg, 0.0)
    return np.asarray(found + np.where(alive > 0.0, alive * priced.alive_kg[:, None], 0.0))


def running(setting: Setting, supply: DrawnSupply, work: Work, carried: Carried) -> FloatArray:
    """Running cash of a year at its prices, models apart [money, V x D x Y]."""
    found = by_year(work.cash) + (blocks_by_year(work, carried) if work.by_block else 0.0)
    found = found + np.einsum("vdyb,dyb->vdy", carried.hours, hour_cash(supply))
    power = supply.max_kw_per_unit[:, None] * setting.demand_charge
    found = found + carried.units.max(axis=3) * power
    if supply.kind == "own":
        found = found + carried.in_service * supply.year_price
    if supply.kind == "reserved":
        found = found + committed(carried, supply)
    return np.asarray(found)


def committed(carried: Carried, supply: DrawnSupply) -> FloatArray:
    """Every year of a commitment at the price of the year of its signature [money, V x D x Y]."""
    lives = lives_of(supply.commitment_price.shape[1], supply.life_years)
    return np.asarray(np.einsum("vdn,dyn->vdy", carried.bought * supply.commitment_price, lives))


def _of_models(setting: Setting, models: list[str]) -> FloatArray:
    upkeep = {model: setting.upkeep(model) for model in set(models)}
    return np.array([upkeep[model] for model in models])


def _parts_above(setting: Setting, supply: DrawnSupply) -> BoolArray:
    """Where all pictures from one vendor, or on spot instances, are too many [D]."""
    limits, drawn = setting.drawn.scenario.limits, setting.drawn
    found = np.zeros(drawn.size, dtype=np.bool_)
    for share, counts in (
        (limits.vendor_share_max, supply.vendor >= 0),
        (limits.spot_share_max, supply.spot),
    ):
        if share is not None and counts:
            found |= drawn.figure(share) < 1.0 - ROUNDING_FRACTION
    return found


def _too_much_power(setting: Setting, supply: DrawnSupply, carried: Carried) -> BoolArray | bool:
    site_kw = setting.drawn.scenario.site.site_power_kw
    if site_kw is None or not supply.at_site:
        return False
    power = carried.units.max(axis=3) * supply.max_kw_per_unit[:, None]
    return _above(power, setting.drawn.figure(site_kw))
