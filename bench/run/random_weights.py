"""What a figure taken with random weights does not know: how far the joules of trained ones lie from it.

Seconds follow from shapes and stay. Power follows from the values too: the same matrix product draws up to about
40 % apart between extreme inputs (arXiv 2409.18324). Neither trained nor random weights are an extreme, so that
limits of +-20 %, taken as uniform, stand for the trained ones: a standard uncertainty of 20 % / sqrt(3), which is
a judgement until both were measured on one board.
"""

import math

from bench.pipelines import LoadedPipeline
from bench.profile import Energy
from bench.statistics import COVERAGE_FACTOR_MIN

LIMIT_FRACTION = 0.20
"""Limits of what trained weights may draw more or less than random ones [1]."""

STANDARD_FRACTION = LIMIT_FRACTION / math.sqrt(3.0)
"""Standard uncertainty of a uniform distribution between them [1]."""


def widened(energy: Energy | None) -> Energy | None:
    """The joules with the doubt about weights in their absolute interval.

    The interval for comparisons stays: runs of the same random weights share most of that doubt.
    """
    if energy is None or energy.uncertainty is None:
        return energy
    expanded = math.hypot(energy.uncertainty.expanded_fraction, COVERAGE_FACTOR_MIN * STANDARD_FRACTION)
    uncertainty = dict(energy.uncertainty) | {"expanded_fraction": expanded}
    return Energy.model_validate(dict(energy) | {"uncertainty": uncertainty})


def notes_of(loaded: LoadedPipeline, seed: int) -> tuple[str, ...]:
    """What a reader of the profile must know when its weights came from a blueprint; nothing otherwise."""
    if loaded.blueprint is None:
        return ()
    drawn = (
        f"Weights of blueprint {loaded.blueprint.name} drawn from seed {seed}: pictures mean nothing, and trained "
        f"weights may draw other power; the absolute interval holds limits of +-{LIMIT_FRACTION:.0%} for that, "
        "the interval for comparisons does not."
    )
    cut = (
        "Prompts are cut at words and punctuation marks in place of the model's vocabulary; their length in tokens "
        "is close to the real one."
    )
    return drawn, cut
