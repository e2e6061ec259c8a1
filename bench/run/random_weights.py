"""What a figure taken with random weights does not know: how far the joules of trained ones lie from it.

Seconds follow from shapes and stay. Power follows from the values too: the same matrix product draws up to about
40 % apart between extreme inputs (arXiv 2409.18324). How far real models lie apart is measured: pairs of library
rows, one with random weights and one with trained ones (`bench.pairs`), by family where there are two or more.
"""

import math

from bench.models import model_info
from bench.pairs import Effect, random_over_trained
from bench.pipelines import LoadedPipeline
from bench.profile import Backbone, Energy
from bench.statistics import COVERAGE_FACTOR_MIN


def standard_fraction(seen: Effect) -> float:
    """Standard uncertainty of random joules as a figure for trained ones: what they lie off and how that varies.

    The joules are not corrected, so that their mean distance counts in full.
    """
    return math.hypot(math.log(seen.energy_ratio), seen.energy_spread_log)


def widened(energy: Energy | None, backbone: Backbone) -> Energy | None:
    """The joules with the doubt about weights in their absolute interval.

    The interval for comparisons stays: runs of the same random weights share most of that doubt.
    """
    if energy is None or energy.uncertainty is None:
        return energy
    doubt = COVERAGE_FACTOR_MIN * standard_fraction(random_over_trained(backbone))
    expanded = math.hypot(energy.uncertainty.expanded_fraction, doubt)
    uncertainty = dict(energy.uncertainty) | {"expanded_fraction": expanded}
    return Energy.model_validate(dict(energy) | {"uncertainty": uncertainty})


def notes_of(loaded: LoadedPipeline, seed: int) -> tuple[str, ...]:
    """What a reader of the profile must know when its weights came from a blueprint; nothing otherwise."""
    if loaded.blueprint is None:
        return ()
    info = model_info(loaded.blueprint.model_id)
    drawn = (
        f"Weights of blueprint {loaded.blueprint.name} drawn from seed {seed}: pictures mean nothing. "
        f"{seen_sentence(random_over_trained(info.backbone if info else None))}; the absolute interval holds that, "
        "the interval for comparisons does not."
    )
    cut = (
        "Prompts are cut at words and punctuation marks in place of the model's vocabulary; their length in tokens "
        "is close to the real one."
    )
    return drawn, cut


def seen_sentence(seen: Effect) -> str:
    """How far random weights were seen to lie from trained ones, in words."""
    low, high = seen.energy_range
    less = f"{1 - high:.0%} to {1 - low:.0%}"
    return f"Random weights drew {less} less than trained ones in {seen.pairs} pairs on an H100"
