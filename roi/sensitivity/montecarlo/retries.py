"""Attempts and delivery in every draw, for every number of images and attempts of one acceptance.

One walk over the images of a prompt serves all of them (`roi.retry`): with the hazard h(m) = p / (1 + m /
precision), S(m + 1) = S(m) (1 - h(m)) and D(m + 1) = D(m) + S(m) h(m); attempts = sum_{k<K} S(nk), deliver =
D(nK). Where prompts are rewritten the same with S(n)^k. Exact for whole numbers of images, which is all there are.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from roi.arrays import FloatArray
from roi.scenario.acceptance_input import AcceptanceInput
from roi.sensitivity.montecarlo.drawn import Drawn


@dataclass(frozen=True, eq=False)
class Outcomes:
    """Of one acceptance and one number of images per attempt, for at most 1 .. K attempts."""

    attempts: FloatArray
    """Expected attempts of a request [K x D]."""
    deliver: FloatArray
    """Probability that a request ends with an accepted image [K x D]."""


def outcomes(
    drawn: Drawn, given: AcceptanceInput, images: Sequence[int], attempts_max: int
) -> dict[int, Outcomes]:
    """Outcomes by images per attempt."""
    p = drawn.figure(given.mean)
    precision = np.asarray(np.inf)
    if given.kind != "alike" and given.concentration is not None:
        precision = drawn.figure(given.concentration)
    kept = given.kind != "redrawn"
    remaining, passed = _walk(p, precision, max(images) * (attempts_max if kept else 1))
    if kept:
        return {n: _kept(remaining, passed, n, attempts_max) for n in images}
    return {n: _redrawn(remaining[n], passed[n], attempts_max) for n in images}


def _walk(p: FloatArray, precision: FloatArray, images: int) -> tuple[FloatArray, FloatArray]:
    """S(m) and D(m) for m = 0 .. images [(images + 1) x D]."""
    remaining, passed = np.empty((images + 1, len(p))), np.empty((images + 1, len(p)))
    remaining[0], passed[0] = 1.0, 0.0
    for failed in range(images):
        hazard = p / (1.0 + failed / precision)
        passed[failed + 1] = passed[failed] + remaining[failed] * hazard
        remaining[failed + 1] = remaining[failed] * (1.0 - hazard)
    return remaining, passed


def _kept(remaining: FloatArray, passed: FloatArray, images: int, attempts_max: int) -> Outcomes:
    last = images * attempts_max
    attempts = np.cumsum(remaining[0:last:images], axis=0)
    return Outcomes(attempts, np.minimum(passed[images : last + 1 : images], 1.0))


def _redrawn(remaining: FloatArray, passed: FloatArray, attempts_max: int) -> Outcomes:
    needed = remaining ** np.arange(attempts_max)[:, None]
    return Outcomes(np.cumsum(needed, axis=0), np.minimum(np.cumsum(needed * passed, axis=0), 1.0))
