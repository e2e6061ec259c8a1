"""The best option of every draw."""

from dataclasses import dataclass, fields

import numpy as np

from roi.arrays import BoolArray, FloatArray, IntArray
from roi.planning.assemble import Present
from roi.sensitivity.montecarlo.bound import proven
from roi.sensitivity.montecarlo.cells import Cells
from roi.sensitivity.montecarlo.drawn import Drawn
from roi.sensitivity.montecarlo.gates import fids
from roi.sensitivity.montecarlo.pricing import Options, carbon_of, priced
from roi.sensitivity.montecarlo.setting import settings_of
from roi.sensitivity.montecarlo.work import Asked

ENTRIES_PER_PART = 500_000
"""Entries of an array of options, years and blocks that are made at once: few enough for the processor's cache."""
SAME_COST = 1e-9
"""Fraction within which two costs are one."""
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
