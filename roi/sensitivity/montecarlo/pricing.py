"""The cost of every option in every draw as the only source of its workload, in whole units over the plan's years.

Infinite where a gate or a rule fails there. Gates that do not move with the draws were held before (`cells`). The
units are those of `roi.fleet.whole_units`, with the draws in the place of worlds.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from roi.fleet.whole_units import Carried
from roi.sensitivity.montecarlo.gates import closed
from roi.sensitivity.montecarlo.rules import breaks
from roi.sensitivity.montecarlo.setting import Priced, Setting, units_of
from roi.sensitivity.montecarlo.supplies import DrawnSupply
from roi.sensitivity.montecarlo.work import Asked, Work, together, total, work_on

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Options:
    """Of M cells with at most 1 .. K attempts in D draws; an option's row is its cell times K, plus its attempts
    less one."""

    steering: FloatArray
    """Value today of cash and an internal carbon price, of one accepted image; infinite where a gate or rule fails
    [money, V x D]."""
    cash: FloatArray
    """The same without the carbon price, whether or not it passes; the same array where there is none
    [money, V x D]."""
    carbon: FloatArray
    """Location-based and embodied, of all years; NaN where it is not disclosed [kgCO2e, V x D]."""
    passes: BoolArray
    """Whether the gates of the option hold, rules of units and of the company apart [V x D]."""


def priced(asked: Asked) -> Options:
    """Every option in every draw."""
    cells, setting = asked.cells, asked.setting
    size = (len(cells) * cells.attempts_max, setting.drawn.size)
    steering, cash, carbon = (np.empty(size) for _ in range(3))
    passes = np.empty(size, dtype=np.bool_)
    for index in np.unique(cells.supply).tolist():
        rows, supply = np.flatnonzero(cells.supply == index), setting.supplies[index]
        there = (rows[:, None] * cells.attempts_max + np.arange(cells.attempts_max)).ravel()
        found = _on_supply(asked, rows, supply)
        steering[there], cash[there] = found.steering / asked.value, found.cash / asked.value
        carbon[there], passes[there] = found.carbon, found.passes
    return Options(steering, cash, carbon, passes)


def _on_supply(asked: Asked, rows: IntArray, supply: DrawnSupply) -> Options:
    """Of the cells on one supply, not by picture [money]."""
    setting, cells = asked.setting, asked.cells
    work, unit = work_on(asked, rows, supply), units_of(setting, supply)
    carried = carried_by(work, unit)
    models = [cells.offers[cell].model_id for cell in rows for _ in range(cells.attempts_max)]
    kept = {model: setting.model_value([model]) for model in set(models)}
    fixed = supply.opening + np.array([kept[model] for model in models])
    passes = ~closed(asked, rows, supply)
    steering = fixed + steering_value(setting, work, carried)
    cash = fixed + cash_value(setting, work, carried, unit) if setting.steers else steering
    shut = ~passes | breaks(asked, supply, work, carried, unit, models)
    return Options(np.where(shut, np.inf, steering), cash, carbon_of(work, carried, unit), passes)


def carried_by(work: Work, unit: Priced) -> Carried:
    """The work on its supply."""
    return Carried(terms=unit.steering, load=work.load, peak_load=work.peak_load, waits=work.waits)


def cash_value(setting: Setting, work: Work, carried: Carried, unit: Priced) -> FloatArray:
    """Value today of requests and units, opening and models apart [money, V x D]."""
    return total(work.cash, setting.years.year_factor) + carried.cost(unit.cash)


def steering_value(setting: Setting, work: Work, carried: Carried) -> FloatArray:
    """The same with the internal carbon price; carbon that is not disclosed weighs nothing [money, V x D]."""
    found = total(work.cash, setting.years.year_factor) + carried.cost()
    if setting.steers:
        weight = setting.carbon_price * setting.years.year_factor
        found = found + np.nan_to_num(total(work.location_kg, weight))
    return np.asarray(found)


def carbon_of(work: Work, carried: Carried, unit: Priced) -> FloatArray:
    """Of all years, what was made before apart; NaN where it is not disclosed [kgCO2e, V x D]."""
    hours, alive = carried.hours.sum(axis=3), carried.alive - carried.terms.existing
    found = total(work.location_kg, np.ones_like(unit.hour_kg))
    found = found + np.where(hours > 0.0, hours * unit.hour_kg, 0.0).sum(axis=2)
    return np.asarray(found + np.where(alive > 0.0, alive * unit.alive_kg[:, None], 0.0).sum(axis=2))


@dataclass(frozen=True, eq=False)
class Chosen:
    """An option that is kept, and how much of its workload it serves."""

    asked: Asked
    cell: int
    attempts_max: int
    share: float
    """Of the pictures of its workload [1]."""

    @property
    def row(self) -> int:
        """Among the options of its workload."""
        return self.cell * self.asked.cells.attempts_max + self.attempts_max - 1


@dataclass(frozen=True, eq=False)
class Kept:
    """What the kept options cost together, whether or not they pass."""

    cash: FloatArray
    """Of an accepted image [money, D]."""
    carbon: FloatArray
    """Of an accepted image; NaN where it is not disclosed [kgCO2e, D]."""
    fits: BoolArray
    """Whether the supplies have enough units [D]."""


def kept(setting: Setting, chosen: list[Chosen]) -> Kept:
    """The options with their shares, on as many units as they then need together."""
    cash = setting.model_value({each.asked.cells.offers[each.cell].model_id for each in chosen})
    carbon, fits = np.zeros_like(cash), np.ones(len(cash), dtype=np.bool_)
    for index in sorted({int(each.asked.cells.supply[each.cell]) for each in chosen}):
        supply = setting.supplies[index]
        here = [each for each in chosen if each.asked.cells.supply[each.cell] == index]
        work, unit = together([_work_of(each, supply) for each in here]), units_of(setting, supply)
        carried = carried_by(work, unit)
        cash = cash + supply.opening + cash_value(setting, work, carried, unit)[0]
        carbon = carbon + carbon_of(work, carried, unit)[0]
        fits = fits & ~carried.too_many()[0]
    workloads = {id(each.asked): each.asked for each in chosen}.values()
    pictures = sum((each.pictures.sum(axis=1) for each in workloads), start=np.zeros_like(cash))
    value = sum((each.value for each in workloads), start=np.zeros_like(cash))
    return Kept(cash / value, carbon / pictures, fits)


def _work_of(each: Chosen, supply: DrawnSupply) -> Work:
    work = work_on(each.asked, np.array([each.cell]), supply)
    return work.part(each.attempts_max - 1, each.share)
