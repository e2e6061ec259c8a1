"""Attempts and delivery in every draw, for every number of images and attempts of one acceptance."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from roi.arrays import FloatArray
from roi.retry import attempts_and_delivery
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
    p, precision = drawn.figure(given.mean), np.asarray(np.inf)
    if given.kind != "alike" and given.concentration is not None:
        precision = drawn.figure(given.concentration)
    found = {}
    for number in images:
        walk = list(attempts_and_delivery(p, precision, given.kind == "redrawn", number, attempts_max))
        found[number] = Outcomes(np.array([each for each, _ in walk]), np.array([each for _, each in walk]))
    return found
