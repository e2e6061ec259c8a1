"""The best option of every draw, and where no plan can be cheaper however it splits the work."""

from dataclasses import dataclass, fields

import numpy as np

from roi.arrays import BoolArray, FloatArray, IntArray
from roi.fleet.whole_units import most_of
from roi.planning.assemble import Present
from roi.sensitivity.montecarlo.cells import Cells
from roi.sensitivity.montecarlo.drawn import Drawn
from roi.sensitivity.montecarlo.gates import fids
from roi.sensitivity.montecarlo.pricing import OnSupply, Options, carbon_of, models_of, priced
from roi.sensitivity.montecarlo.setting import Setting, settings_of
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
    if len(asked.setting.dates.block_hours) > 1:
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
    return asked.cells.workload.deferrable and units and len(asked.setting.dates.block_hours) > 1


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
    least = np.full((int(number.max()) + 1, setting.drawn.size, setting.dates.years), np.inf)
    models = np.zeros((len(least), setting.drawn.size))
    for each in found.on_supplies:
        by_choice = np.where(found.passes[each.rows][..., None], _of_year(setting, each), np.inf)
        here = number[each.rows]
        least[here] = np.minimum(least[here], by_choice)
        models[here] = models_of(asked, each.rows)
    return np.asarray((least.sum(axis=2) + models).min(axis=0))


def _of_year(setting: Setting, each: OnSupply) -> FloatArray:
    """The least that the work of a year costs where this supply does part of it [money, V x D x Y]."""
    terms, weight = each.unit.steering, setting.dates.year_factor
    found = by_year(each.work.cash) * weight
    if each.work.by_block:
        found = found + blocks_by_year(each.work, each.carried) * weight
    if setting.steers:
        found = found + np.nan_to_num(by_year(each.work.location_kg)) * setting.carbon_price * weight
    opening = setting.supplies[each.supply].opening_cost / setting.dates.years
    if terms.by_use:
        return np.asarray(found + opening[:, None])
    load = most_of(each.work.load) if each.work.waits else np.maximum(most_of(each.work.peak_load), 1.0)
    hours = (terms.hour_value * terms.block_hours).sum(axis=2)
    unit = hours + terms.service_value + terms.cheapest_unit_year
    return np.asarray(found + load * unit + opening[:, None])


ENTRIES_PER_PART = 500_000
"""Entries of an array of options, years and blocks that are made at once: few enough for the processor's cache."""
SAME_CARBON = 1e-8
"""The same of emissions: the solver's room for what was reached before."""


@dataclass(frozen=True, eq=False)
class Decided:
    """Every draw's answer; rows are those of `roi.sensitivity.montecarlo.pricing.Options`."""

    cash: FloatArray
    """Of an accepted image of the best option [money, D]; infinite where none passes."""
    row: IntArray
    """Of the best option; of no meaning where none passes [D]."""
    answered: BoolArray
    """Whether any option passes [D]."""
    stands: BoolArray
    """Whether each of the watched rows passes gates and rules by itself [rows x D]."""
    stands_somehow: BoolArray
    """Whether the cell of each does at some number of attempts [rows x D]."""
    passes: BoolArray
    """Whether each of the watched rows passes its own gates [rows x D]."""
    watched_cash: FloatArray
    """Of an accepted image of the watched rows, where they stand [money, rows x D]."""
    proven: BoolArray
    """Whether no plan is cheaper than the best single option, or none passes its gates [D]."""


def decided(
    cells: Cells, drawn: Drawn, present: Present, watched: IntArray, *, prove: bool = True
) -> Decided:
    """Every draw decided anew, in parts that stay in the cache: cost, then carbon, quality, delivery, order.

    Without `prove` none is said to be proven.
    """
    options = len(cells) * cells.attempts_max
    columns = int(drawn.scenario.finance.horizon_years.value) * max(1, len(drawn.scenario.site.time_blocks))
    length = max(1, ENTRIES_PER_PART // (options * columns))
    parts = []
    for setting in settings_of(drawn, present):
        for start in range(0, setting.drawn.size, length):
            there = setting.part(start, min(start + length, setting.drawn.size))
            parts.append(_part(Asked(there, cells), watched, prove=prove))
    return Decided(
        *(np.concatenate([getattr(part, each.name) for part in parts], axis=-1) for each in fields(Decided))
    )


def _part(asked: Asked, watched: IntArray, *, prove: bool) -> Decided:
    found, attempts_max = priced(asked), asked.cells.attempts_max
    best = _best(asked, found)
    draws = np.arange(len(best))
    answered = np.isfinite(found.steering[best, draws])
    stands: BoolArray = np.asarray(np.isfinite(found.steering), dtype=np.bool_)
    somehow = np.asarray(stands.reshape(len(asked.cells), attempts_max, -1).any(axis=1), dtype=np.bool_)
    return Decided(
        np.where(answered, found.cash[best, draws], np.inf),
        best,
        answered,
        stands[watched],
        somehow[watched // attempts_max],
        found.passes[watched],
        found.cash[watched],
        proven(asked, found) if prove else np.zeros(len(best), dtype=np.bool_),
    )


def _best(asked: Asked, found: Options) -> IntArray:
    """The row of every draw, as `roi.fleet.ties` chooses between plans that cost the same [D]."""
    steering, order = found.steering, order_of(asked.cells)
    least = steering.min(axis=0)
    with np.errstate(invalid="ignore"):
        tied: BoolArray = np.asarray(steering <= least + SAME_COST * np.abs(least))
    several = np.flatnonzero(tied.sum(axis=0) > 1)
    best: IntArray = np.asarray(tied.argmax(axis=0))
    if not len(several):
        return best
    among, attempts_max = tied[:, several], asked.cells.attempts_max
    carbon = _carbon(found, among, several)
    quality = np.repeat(fids(asked)[:, several], attempts_max, axis=0)
    failing = (
        1.0 - np.concatenate([asked.outcome(cell).deliver for cell in range(len(asked.cells))])[:, several]
    )
    for criterion in (carbon, quality, failing):
        least = np.where(among, criterion, np.inf).min(axis=0)
        among &= (criterion <= least + SAME_CARBON * np.abs(least)) | np.isinf(least)
    best[several] = order[among[order].argmax(axis=0)]
    return best


def _carbon(found: Options, among: BoolArray, draws: IntArray) -> FloatArray:
    """Emissions of those that are among the best; infinite where they are not disclosed [kgCO2e, V x draws]."""
    carbon = np.full(among.shape, np.inf)
    for each in found.on_supplies:
        if among[each.rows].any():
            kg = carbon_of(each.work, each.carried, each.unit)[:, draws]
            carbon[each.rows] = np.where(np.isnan(kg), np.inf, kg)
    return carbon


def order_of(cells: Cells) -> IntArray:
    """Rows of the options in the programme's order: profile, images, attempts, supply [V]."""
    names = [
        (offer.id, int(images), attempts, offer.supply)
        for offer, images in zip(cells.offers, cells.images, strict=True)
        for attempts in range(cells.attempts_max)
    ]
    return np.array(sorted(range(len(names)), key=names.__getitem__), dtype=np.int64)
