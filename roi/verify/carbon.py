"""Energy and emissions of a plan by year: of electricity by place, of making by use or by life."""

import numpy as np

from roi.verify.discounting import MONTHS
from roi.verify.doing import Doing
from roi.verify.figures import FloatArray
from roi.verify.supplies import SECONDS, YEAR_H


def location_kg(doing: Doing) -> FloatArray:
    """Location-based, making included; what is not published counts nothing [kgCO2e, Y]."""
    return np.asarray((electricity_kg(doing, market=False) + made_kg(doing)).sum(axis=0))


def market_kg(doing: Doing) -> FloatArray:
    """The same, market-based; NaN where a used supply states no intensity [kgCO2e, Y]."""
    return np.asarray((electricity_kg(doing, market=True) + made_kg(doing)).sum(axis=0))


def busiest_month_kg(doing: Doing) -> FloatArray:
    """Location-based, of the busiest month of each year: more electricity for more pictures of every workload at
    once; waiting and making as in any other month [kgCO2e, Y]."""
    more_kwh = np.zeros((len(doing.case.supplies), doing.case.years))
    more = np.array([work.peak - 1.0 for work in doing.works()])
    np.add.at(more_kwh, doing.supply, (more * doing.each.energy_kwh)[:, None] * doing.yearly)
    return np.asarray((location_kg(doing) + _at_grid(doing, more_kwh, market=False).sum(axis=0)) / MONTHS)


def energy_kwh(doing: Doing) -> FloatArray:
    """At the facilities' meters, waiting included, by supply [kWh, S x Y]."""
    found = _idle_kwh(doing)
    np.add.at(found, doing.supply, doing.each.energy_kwh[:, None] * doing.yearly)
    return found


def electricity_kg(doing: Doing, *, market: bool) -> FloatArray:
    """Of electricity, by supply; NaN where nobody states the intensity of what is used [kgCO2e, S x Y]."""
    return _at_grid(doing, energy_kwh(doing), market=market)


def _at_grid(doing: Doing, kwh: FloatArray, *, market: bool) -> FloatArray:
    each = np.array([intensity(doing, place, market=market) for place in range(len(kwh))])
    return np.where(kwh == 0.0, 0.0, kwh * each)


def made_kg(doing: Doing) -> FloatArray:
    """Making, by supply: by use, over paid hours or over the life of what is held [kgCO2e, S x Y]."""
    found = np.array([_made_of_units(doing, place) for place in range(len(doing.case.supplies))])
    np.add.at(found, doing.supply, np.nan_to_num(doing.each.made_kg)[:, None] * doing.yearly)
    return found


def bought_kg(doing: Doing) -> FloatArray:
    """Making of servers in the year of their purchase; nothing where nobody publishes it [kgCO2e, Y]."""
    found = np.zeros(doing.case.years)
    for place, held in doing.units.items():
        supply = doing.case.supplies[place]
        if supply.kind == "own":
            found += (supply.made_kg or 0.0) * supply.boards * held.bought
    return found


def disclosed(doing: Doing) -> bool:
    """Whether all that is used says what it emits."""
    used = [
        supply
        for place, supply in enumerate(doing.case.supplies)
        if doing.used(place) or doing.alive(place).any()
    ]
    return all(supply.kind != "api" and supply.made_kg is not None for supply in used)


def intensity(doing: Doing, place: int, *, market: bool) -> FloatArray:
    """Of the electricity where a supply stands [kgCO2e/kWh, Y]; NaN where nobody states it."""
    stands = doing.case.supplies[place].place
    today = stands.market_kg if market else stands.grid_kg
    return np.asarray((np.nan if today is None else today) * doing.case.grid_change)


def _made_of_units(doing: Doing, place: int) -> FloatArray:
    """Making of whole units: over paid hours of rented ones, over the life of those that are held [kgCO2e, Y]."""
    supply, held = doing.case.supplies[place], doing.units.get(place)
    if held is None or supply.made_kg is None:
        return np.zeros(doing.case.years)
    yearly = supply.made_kg * supply.boards / supply.made_over_years
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
        common = idle[place] * intensity(doing, place, market=False) + _made_of_units(doing, place)
        mine = time[:, place]
        mine = np.where(mine.sum(axis=0) > 0.0, mine, mine.sum(axis=1, keepdims=True))
        total = mine.sum(axis=0)
        found += np.divide(mine, total, out=np.zeros_like(mine), where=total > 0.0) * common
    return found


def _idle_kwh(doing: Doing) -> FloatArray:
    """By supply [kWh, S x Y]."""
    return np.array([doing.idle_kwh(place).sum(axis=1) for place in range(len(doing.case.supplies))])
