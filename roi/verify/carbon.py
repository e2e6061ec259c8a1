"""Energy and emissions of a plan by year: of electricity by place, of making by use or by life."""

import numpy as np

from roi.verify.doing import Doing
from roi.verify.figures import FloatArray
from roi.verify.supplies import SECONDS, YEAR_H


def energy_kwh(doing: Doing) -> FloatArray:
    """At the meters of all facilities, waiting included [kWh, Y]."""
    return np.asarray(doing.each.energy_kwh @ doing.yearly + _idle_kwh(doing).sum(axis=0))


def location_kg(doing: Doing) -> FloatArray:
    """Location-based, making included; what is not published counts nothing [kgCO2e, Y]."""
    return np.asarray(by_supply(doing, market=False).sum(axis=0))


def market_kg(doing: Doing) -> FloatArray:
    """The same, market-based; NaN where a used supply states no intensity [kgCO2e, Y]."""
    return np.asarray(by_supply(doing, market=True).sum(axis=0))


def disclosed(doing: Doing) -> bool:
    """Whether all that is used says what it emits."""
    used = [
        supply
        for place, supply in enumerate(doing.case.supplies)
        if doing.used(place) or doing.alive(place).any()
    ]
    return all(supply.kind != "api" and supply.made_kg is not None for supply in used)


def by_supply(doing: Doing, *, market: bool) -> FloatArray:
    """[kgCO2e, S x Y]"""
    idle, found = _idle_kwh(doing), np.zeros((len(doing.case.supplies), doing.case.years))
    for place in range(len(found)):
        mine = doing.supply == place
        kwh = doing.each.energy_kwh[mine] @ doing.yearly[mine] + idle[place]
        electricity = np.where(kwh == 0.0, 0.0, kwh * intensity(doing, place, market=market))
        made = np.nan_to_num(doing.each.made_kg[mine]) @ doing.yearly[mine]
        found[place] = electricity + made + made_kg(doing, place)
    return found


def intensity(doing: Doing, place: int, *, market: bool) -> FloatArray:
    """Of the electricity where a supply stands [kgCO2e/kWh, Y]; NaN where nobody states it."""
    stands = doing.case.supplies[place].place
    today = stands.market_kg if market else stands.grid_kg
    return np.asarray((np.nan if today is None else today) * doing.case.grid_change)


def made_kg(doing: Doing, place: int) -> FloatArray:
    """Making of whole units: over paid hours of rented ones, over the life of those that are held [kgCO2e, Y]."""
    supply, held = doing.case.supplies[place], doing.units.get(place)
    if held is None or supply.made_kg is None:
        return np.zeros(doing.case.years)
    yearly = supply.made_kg * supply.boards / supply.life_years
    return doing.alive(place) * yearly if supply.held else held.hours.sum(axis=1) * yearly / YEAR_H


def of_workloads(doing: Doing) -> FloatArray:
    """Location-based emissions of every workload; what units wait and carry is split by the time of boards, in a
    year without work as over all years [kgCO2e, J x Y]."""
    works, time = len(doing.case.works), np.zeros((len(doing.case.works), *doing.busy_h.shape[:2]))
    found = np.zeros((works, doing.case.years))
    for row, (work, place) in enumerate(zip(doing.work.tolist(), doing.supply.tolist(), strict=True)):
        grid = intensity(doing, place, market=False)
        own = doing.each.energy_kwh[row] * grid + doing.each.made_kg[row]
        found[work] += np.where(doing.yearly[row] > 0.0, own * doing.yearly[row], 0.0)
        time[work, place] += doing.each.board_s[row] / SECONDS * doing.yearly[row]
    idle = _idle_kwh(doing)
    for place in doing.units:
        common = idle[place] * intensity(doing, place, market=False) + made_kg(doing, place)
        mine = time[:, place]
        mine = np.where(mine.sum(axis=0) > 0.0, mine, mine.sum(axis=1, keepdims=True))
        total = mine.sum(axis=0)
        found += np.divide(mine, total, out=np.zeros_like(mine), where=total > 0.0) * common
    return found


def _idle_kwh(doing: Doing) -> FloatArray:
    """By supply [kWh, S x Y]."""
    return np.array([doing.idle_kwh(place).sum(axis=1) for place in range(len(doing.case.supplies))])
