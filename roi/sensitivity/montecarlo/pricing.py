"""The cost of every option in every draw as the only source of its workload, in whole units over the plan's years.

Infinite where a gate or a rule fails there. Gates that do not move with the draws were held before (`cells`). The
units are those of `roi.fleet.whole_units`, with the draws in the place of worlds.
"""

from dataclasses import dataclass

import numpy as np

from roi.arrays import BoolArray, FloatArray, IntArray
from roi.fleet.whole_units import Carried, over_years
from roi.sensitivity.montecarlo.gates import closed
from roi.sensitivity.montecarlo.rules import breaks
from roi.sensitivity.montecarlo.setting import Priced, Setting, units_of
from roi.sensitivity.montecarlo.supplies import DrawnSupply
from roi.sensitivity.montecarlo.work import Asked, Work, blocks_by_year, together, total, work_on


@dataclass(frozen=True, eq=False)
class Options:
    """Of M cells with at most 1 .. K attempts in D draws; an option's row is its cell times K, plus its attempts
    less one."""

    steering: FloatArray
    """Value today of cash and an internal carbon price, of one accepted image; infinite where a gate or rule fails
    [money, V x D]."""
    cash: FloatArray
    """The same without the carbon price; the same array where there is none [money, V x D]."""
    passes: BoolArray
    """Whether the gates of the option hold, rules of units and of the company apart [V x D]."""
    on_supplies: tuple["OnSupply", ...]
    """Behind the sums."""


@dataclass(frozen=True, eq=False)
class OnSupply:
    """The options of one supply."""

    supply: int
    """Position in the scenario."""
    rows: IntArray
    """Among all options."""
    work: Work
    carried: Carried
    unit: Priced


def priced(asked: Asked) -> Options:
    """Every option in every draw."""
    cells, setting = asked.cells, asked.setting
    size = (len(cells) * cells.attempts_max, setting.drawn.size)
    steering, passes = np.empty(size), np.empty(size, dtype=np.bool_)
    cash = np.empty(size) if setting.steers else steering
    behind = []
    for index in np.unique(cells.supply).tolist():
        mine, supply = np.flatnonzero(cells.supply == index), setting.supplies[index]
        found = _on_supply(asked, mine, index)
        behind.append(found)
        fixed = supply.opening_cost + models_of(asked, found.rows)
        passes[found.rows] = ~closed(asked, mine, supply)
        shut = ~passes[found.rows] | breaks(
            asked, supply, found.work, found.carried, found.unit, model_names(asked, found.rows)
        )
        if setting.steers:
            cash[found.rows] = (
                fixed + cash_value(setting, found.work, found.carried, found.unit)
            ) / asked.value
        value = (fixed + steering_value(setting, found.work, found.carried)) / asked.value
        steering[found.rows] = np.where(shut, np.inf, value)
    return Options(steering, cash, passes, tuple(behind))


def _on_supply(asked: Asked, mine: IntArray, index: int) -> OnSupply:
    supply, attempts_max = asked.setting.supplies[index], asked.cells.attempts_max
    rows = (mine[:, None] * attempts_max + np.arange(attempts_max)).ravel()
    work, unit = work_on(asked, mine, supply), units_of(asked.setting, supply)
    return OnSupply(index, rows, work, carried_by(work, unit), unit)


def model_names(asked: Asked, rows: IntArray) -> list[str]:
    """Of options."""
    return [asked.cells.offers[cell].model_id for cell in (rows // asked.cells.attempts_max).tolist()]


def models_of(asked: Asked, rows: IntArray) -> FloatArray:
    """Taking up and upkeep of the models of options, value today [money, V x D]."""
    names = model_names(asked, rows)
    values = {name: asked.setting.model_value([name]) for name in set(names)}
    return np.array([values[name] for name in names])


def carried_by(work: Work, unit: Priced) -> Carried:
    """The work on its supply."""
    return Carried(terms=unit.steering, load=work.load, peak_load=work.peak_load, waits=work.waits)


def cash_value(setting: Setting, work: Work, carried: Carried, unit: Priced) -> FloatArray:
    """Value today of requests and units, opening and models apart [money, V x D]."""
    return np.asarray(_requests_value(setting, work, carried) + carried.cost(unit.cash))


def _requests_value(setting: Setting, work: Work, carried: Carried) -> FloatArray:
    """Value today of what goes with requests [money, V x D]."""
    found = total(work.cash, setting.dates.year_factor)
    if work.by_block:
        found = found + (blocks_by_year(work, carried) * setting.dates.year_factor).sum(axis=2)
    return np.asarray(found)


def steering_value(setting: Setting, work: Work, carried: Carried) -> FloatArray:
    """The same with the internal carbon price; carbon that is not disclosed weighs nothing [money, V x D]."""
    found = _requests_value(setting, work, carried) + carried.cost()
    if setting.steers:
        weight = setting.carbon_price * setting.dates.year_factor
        found = found + np.nan_to_num(total(work.location_kg, weight))
    return np.asarray(found)


def carbon_of(work: Work, carried: Carried, unit: Priced) -> FloatArray:
    """Of all years, what was made before apart; NaN where it is not disclosed [kgCO2e, V x D]."""
    found = total(work.location_kg, np.ones_like(unit.hour_kg))
    if carried.terms.by_use:
        return found
    found = found + over_years(
        carried.hours, np.broadcast_to(unit.hour_kg[..., None], unit.steering.hour_value.shape)
    )
    if carried.terms.owned:
        found = found + (carried.alive - carried.terms.existing).sum(axis=2) * unit.alive_kg
    return np.asarray(found)


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
        cash = cash + supply.opening_cost + cash_value(setting, work, carried, unit)[0]
        carbon = carbon + carbon_of(work, carried, unit)[0]
        fits = fits & ~carried.too_many()[0]
    workloads = {id(each.asked): each.asked for each in chosen}.values()
    ones = np.ones_like(setting.dates.year_factor)
    pictures = sum(((each.pictures * ones).sum(axis=1) for each in workloads), start=np.zeros_like(cash))
    value = sum((each.value for each in workloads), start=np.zeros_like(cash))
    return Kept(cash / value, carbon / pictures, fits)


def _work_of(each: Chosen, supply: DrawnSupply) -> Work:
    work = work_on(each.asked, np.array([each.cell]), supply)
    return work.part(each.attempts_max - 1, each.share)
