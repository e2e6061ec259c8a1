"""The best option of every draw."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from roi.sensitivity.montecarlo.cells import Cells
from roi.sensitivity.montecarlo.drawn import Drawn
from roi.sensitivity.montecarlo.pricing import Priced, priced, rates_of

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

ENTRIES_PER_PART = 500_000
"""Entries of the cost array that are made at once: few enough to stay in the processor's cache."""


@dataclass(frozen=True, eq=False)
class Decided:
    """Every draw's answer; an option's row is its cell times K, plus its attempts less one."""

    cash: FloatArray
    """Of an accepted image of the best option [money, D]; infinite where none passes."""
    row: IntArray
    """Of the best option; of no meaning where none passes [D]."""
    answered: BoolArray
    """Whether any option passes [D]."""
    passes_as_set: BoolArray
    """Whether the chosen rows pass [D]."""
    passes: BoolArray
    """Whether each chosen cell passes at some number of attempts [D]."""


def decided(cells: Cells, drawn: Drawn, chosen_rows: Sequence[int]) -> Decided:
    """Every draw decided anew, in parts that stay in the cache; ties go to the first row, as in `decide`."""
    size, options = drawn.size, len(cells) * cells.attempts_max
    found = Decided(
        np.empty(size),
        np.empty(size, dtype=np.int64),
        np.empty(size, dtype=np.bool_),
        np.empty(size, dtype=np.bool_),
        np.empty(size, dtype=np.bool_),
    )
    rates = rates_of(cells, drawn)
    length = min(size, max(1, ENTRIES_PER_PART // options))
    memory = np.empty((len(cells), cells.attempts_max, length))
    for start in range(0, size, length):
        stop = min(start + length, size)
        there = {index: rate.part(start, stop) for index, rate in rates.items()}
        out = memory if stop - start == length else None
        part = priced(cells, drawn.part(start, stop), there, out=out)
        _take(found, part, slice(start, stop), chosen_rows)
    return found


def _take(found: Decided, part: Priced, place: slice, chosen_rows: Sequence[int]) -> None:
    """The answers of some draws into their place."""
    _, attempts_max, size = part.steering.shape
    flat, draws = part.steering.reshape(-1, size), np.arange(size)
    best = flat.argmin(axis=0)
    found.row[place] = best
    found.answered[place] = np.isfinite(flat[best, draws])
    found.cash[place] = part.cash.reshape(-1, size)[best, draws]
    found.passes_as_set[place] = np.isfinite(flat[chosen_rows]).all(axis=0)
    cells = part.steering[[row // attempts_max for row in chosen_rows]]
    found.passes[place] = np.isfinite(cells).any(axis=1).all(axis=0)
