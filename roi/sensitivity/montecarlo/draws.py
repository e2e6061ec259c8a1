"""Draws of the ranged figures: seeded, independent, one stream a figure.

Every figure draws from a stream of its own, seeded by the run's seed and the figure's place: a figure more or
less leaves the draws of all others as they are.
"""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from roi.arrays import FloatArray
from roi.errors import RoiError
from roi.sensitivity.inputs import Ranged
from roi.texts.messages import Message

Shape = Literal["triangular", "pert", "uniform"]
"""`triangular`: low, value as the mode, high; `pert`: the smoother Beta of project planning, mean (low + 4 value +
high) / 6; `uniform`: low to high, the value does not count."""

PERT_WEIGHT = 4.0
"""Weight of the mode in PERT (Malcolm, Roseboom, Clark and Fazar, Operations Research 7, 1959)."""
DRAWS_MIN = 2
MEMORY_BYTES = 4 * 2**30
"""What draws may take, whatever the machine has: the same question is answered or refused everywhere."""
BYTES_PER_NUMBER = 8
NUMBERS_PER_DRAW = 60
"""Of a draw beside its figures: costs, choices, what is sorted for the spread (measured, with room to spare)."""
NUMBERS_PER_MONTH = 5
"""Cash flows that stand side by side while a plan of years is priced in every draw."""
FIXED_FIELDS = ("horizon_years", "hours_per_year")
"""A plan is made for its years and blocks: they are not drawn."""


@dataclass(frozen=True, eq=False)
class Draws:
    """Values of the drawn figures, `size` of each."""

    values: Mapping[str, FloatArray]
    """By place [D each]; every place of a figure that stands in several holds the same array."""
    size: int
    seed: int
    shape: Shape


def drawable(inputs: Sequence[Ranged]) -> tuple[Ranged, ...]:
    """Those that are drawn."""
    return tuple(each for each in inputs if each.field not in FIXED_FIELDS)


def draw(inputs: Sequence[Ranged], size: int, seed: int, shape: Shape = "triangular") -> Draws:
    """`size` independent draws of every figure.

    Raises
    ------
    RoiError
        When fewer than two draws are asked for or more than memory holds, or the seed is negative.
    """
    require_draws(size, seed, len(inputs))
    values = {}
    for ranged in inputs:
        column = _column(ranged, stream(seed, ranged.place), size, shape)
        values.update(dict.fromkeys(ranged.places, column))
    return Draws(values, size, seed, shape)


def require_draws(size: int, seed: int, figures: int, months: float = 0.0) -> None:
    """Refuse what cannot be drawn; `figures` are drawn, over so many `months` of a plan."""
    if size < DRAWS_MIN or seed < 0:
        raise RoiError(Message("drawn.few", draws=size, seed=seed, least=DRAWS_MIN))
    numbers = 2 * figures + NUMBERS_PER_DRAW + NUMBERS_PER_MONTH * months
    most = int(MEMORY_BYTES / (BYTES_PER_NUMBER * numbers))
    if size > most:
        raise RoiError(Message("drawn.many", draws=size, most=most))


def stream(seed: int, name: str) -> np.random.Generator:
    """The stream of random numbers of that name."""
    return np.random.default_rng([seed, zlib.crc32(name.encode("utf-8"))])


def _column(ranged: Ranged, numbers: np.random.Generator, size: int, shape: Shape) -> FloatArray:
    low, mode, high = ranged.low, ranged.value, ranged.high
    if shape == "uniform":
        return numbers.uniform(low, high, size)
    if shape == "pert":
        width = high - low
        a = 1.0 + PERT_WEIGHT * (mode - low) / width
        b = 1.0 + PERT_WEIGHT * (high - mode) / width
        return low + width * numbers.beta(a, b, size)
    return numbers.triangular(low, mode, high, size)
