"""What every plan costs at least in a draw, however it splits the work: as `roi.fleet.alone.least_cost`."""

import numpy as np

from roi.arrays import BoolArray, FloatArray, IntArray
from roi.fleet.whole_units import UnitTerms, most_of
from roi.sensitivity.montecarlo.cells import Cells
from roi.sensitivity.montecarlo.pricing import OnSupply, Options, models_of
from roi.sensitivity.montecarlo.setting import Setting, lives_of
from roi.sensitivity.montecarlo.work import Asked, blocks_by_year, by_year

SAME_COST = 1e-9
"""Fraction within which two costs are one."""


def proven(asked: Asked, found: Options) -> BoolArray:
    """Where no plan can be cheaper than the best single option, or none passes its gates [D].

    Any share of a year's work on a supply needs one unit there; the shares of a year add up to 1, so that the
    cheapest supply of a choice bounds what all its supplies together cost. With several time blocks the bound is
    not computed, with negative prices it says nothing; a choice that one supply alone offers needs none.
    """
    if asked.cells.workload.mix:
        return np.zeros(asked.drawn.size, dtype=np.bool_)
    choices, best = choices_of(asked.cells), found.steering.min(axis=0)
    nothing = ~found.passes.any(axis=0)
    sure = np.isfinite(best) & _nothing_earns(found)
    if len(set(choices.tolist())) == len(choices) and not _waits_at_prices(asked):
        return np.asarray(nothing | sure, dtype=np.bool_)
    if len(asked.setting.years.block_hours) > 1:
        return np.asarray(nothing, dtype=np.bool_)
    least = _least(asked, found, choices) / asked.value
    return np.asarray(nothing | (sure & (least >= best * (1.0 - SAME_COST))), dtype=np.bool_)


def choices_of(cells: Cells) -> IntArray:
    """By cell the number of its choice: a profile or service with its images, wherever it runs [M]."""
    numbers: dict[tuple[str, int], int] = {}
    pairs = zip(cells.offers, cells.images.tolist(), strict=True)
    return np.array([numbers.setdefault((offer.id, images), len(numbers)) for offer, images in pairs])


def _waits_at_prices(asked: Asked) -> bool:
    """Whether work waits for whole units whose electricity has several prices: priced by one plan of several."""
    units = any(not each.by_use for each in asked.setting.supplies)
    return asked.cells.workload.deferrable and units and len(asked.setting.years.block_hours) > 1


def _nothing_earns(found: Options) -> BoolArray:
    """Where nothing is worth having for itself [D]."""
    terms = [each.unit.steering for each in found.on_supplies]
    signs = [
        (each.hour_value.min(axis=(1, 2)), each.vintage_value.min(axis=1), each.service_value.min(axis=1))
        for each in terms
    ]
    return np.asarray(np.min([np.min(each, axis=0) for each in signs], axis=0) >= 0.0)


def _least(asked: Asked, found: Options, choices: IntArray) -> FloatArray:
    """Least over the choices of what each costs at least, value today [money, D]."""
    setting, attempts_max = asked.setting, asked.cells.attempts_max
    number = (choices[:, None] * attempts_max + np.arange(attempts_max)).ravel()
    least = np.full((int(number.max()) + 1, setting.drawn.size, setting.years.count), np.inf)
    models = np.zeros((len(least), setting.drawn.size))
    for each in found.on_supplies:
        by_choice = np.where(found.passes[each.rows][..., None], _of_year(setting, each), np.inf)
        here = number[each.rows]
        least[here] = np.minimum(least[here], by_choice)
        models[here] = models_of(asked, each.rows)
    return np.asarray((least.sum(axis=2) + models).min(axis=0))


def _of_year(setting: Setting, each: OnSupply) -> FloatArray:
    """The least that the work of a year costs where this supply does part of it [money, V x D x Y]."""
    terms, weight = each.unit.steering, setting.years.year_factor
    found = by_year(each.work.cash) * weight
    if each.work.by_block:
        found = found + blocks_by_year(each.work, each.carried) * weight
    if setting.steers:
        found = found + np.nan_to_num(by_year(each.work.location_kg)) * setting.carbon_price * weight
    opening = setting.supplies[each.supply].opening_cost / setting.years.count
    if terms.by_use:
        return np.asarray(found + opening[:, None])
    load = most_of(each.work.load) if each.work.waits else np.maximum(most_of(each.work.peak_load), 1.0)
    hours = (terms.hour_value * terms.block_hours).sum(axis=2)
    unit = hours + terms.service_value + _cheapest_unit_year(setting, terms)
    return np.asarray(found + load * unit + opening[:, None])


def _cheapest_unit_year(setting: Setting, terms: UnitTerms) -> FloatArray:
    """Least part of a purchase that a year of a unit carries; 0 where units are there [money, D x Y]."""
    if not terms.owned or terms.existing.any():
        return np.zeros_like(terms.vintage_value)
    lives = lives_of(setting.years.count, terms.life_years)
    part = terms.vintage_value / lives.sum(axis=1)
    return np.asarray(np.where(lives > 0.0, part[:, None, :], np.inf).min(axis=2))
