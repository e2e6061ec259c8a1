"""Draws of the ranged figures: seeded, independent, one stream a figure.

Every figure draws from a stream of its own, seeded by the run's seed and the figure's place: a figure more or
less leaves the draws of all others as they are.
"""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from roi.errors import RoiError
from roi.sensitivity.inputs import Ranged

FloatArray = npt.NDArray[np.float64]

Shape = Literal["triangular", "pert", "uniform"]
"""`triangular`: low, value as the mode, high; `pert`: the smoother Beta of project planning, mean (low + 4 value +
high) / 6; `uniform`: low to high, the value does not count."""

PERT_WEIGHT = 4.0
"""Weight of the mode in PERT (Malcolm, Roseboom, Clark and Fazar, Operations Research 7, 1959)."""
DRAWS_MIN = 2
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
        When fewer than two draws are asked for, or the seed is negative.
    """
    require_draws(size, seed)
    values = {}
    for ranged in inputs:
        column = _column(ranged, stream(seed, ranged.place), size, shape)
        values.update(dict.fromkeys(ranged.places, column))
    return Draws(values, size, seed, shape)


def require_draws(size: int, seed: int) -> None:
    """Refuse what cannot be drawn."""
    if size < DRAWS_MIN or seed < 0:
        raise RoiError(f"{size} draws with seed {seed}: at least {DRAWS_MIN} draws and a seed of 0 or more")


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
