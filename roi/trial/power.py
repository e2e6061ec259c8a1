"""How large a trial must be: what difference it sees, read every day, with which chance.

The variance of a prompt's difference follows from the two acceptances and from how votes hang together
(`Likeness`); with R reviewers of every picture and v = p (1 - p) (1 - c_strictness):

    var = (v_a + v_b) (1 + (R - 1) c_reviewers) / R - 2 sqrt(v_a v_b) (c_arms + (R - 1) c_across) / R

The chance that the always-valid interval leaves 0 by one of the looks is that of a normal walk (20,000 seeded
paths).
"""

import math
from collections.abc import Sequence

import numpy as np

from roi.trial.sequential import MIN_PROMPTS, multiplier
from roi.trial.trial_file import Likeness, Trial

PATHS = 20_000
WANTED = 0.8
"""Chance with which a difference is to be found [1]."""
LOOKS = 20
"""Times a trial is thought to be read, evenly over its prompts."""
SIZES = (20, 30, 40, 60, 80, 100, 150, 200, 300, 400, 600, 800, 1200, 2000)
"""Numbers of prompts to choose from."""


def difference_stdev(p_one: float, p_other: float, reviewers: int, likeness: Likeness) -> float:
    """Standard deviation of the mean difference of votes on one prompt [1]."""
    within = 1.0 - likeness.of_strictness
    one, other = within * p_one * (1.0 - p_one), within * p_other * (1.0 - p_other)
    alike = (1.0 + (reviewers - 1) * likeness.of_reviewers) / reviewers
    together = (likeness.of_arms + (reviewers - 1) * likeness.across) / reviewers
    return math.sqrt(max((one + other) * alike - 2.0 * math.sqrt(one * other) * together, 1e-9))


def looks_of(prompts: int) -> tuple[int, ...]:
    """Numbers of prompts at which a trial is thought to be read."""
    first = min(MIN_PROMPTS, prompts)
    return tuple(sorted({round(each) for each in np.linspace(first, prompts, LOOKS)}))


def power(
    difference: float,
    stdev: float,
    prompts: int,
    alpha: float,
    *,
    seed: int = 0,
    looks: Sequence[int] | None = None,
) -> float:
    """Chance that a true difference is found by the end, read at every look [1]."""
    at = np.array(looks if looks is not None else looks_of(prompts), dtype=np.float64)
    random = np.random.default_rng(seed)
    steps = np.diff(np.concatenate([[0.0], at]))
    walk = np.cumsum(random.normal(difference / stdev * steps, np.sqrt(steps), (PATHS, len(at))), axis=1)
    z = walk / np.sqrt(at)
    limits = np.array([multiplier(each, prompts, alpha) for each in at])
    seen = at >= MIN_PROMPTS
    return float(np.mean(np.any((np.abs(z) >= limits) & seen, axis=1)))


def detectable(trial: Trial, acceptance: float) -> float | None:
    """Smallest difference that the trial finds with a chance of `WANTED`; None when not even 0.5 is found."""
    low, high = 0.0, 0.5
    if _power_at(trial, acceptance, high) < WANTED:
        return None
    while high - low > 0.0005:
        middle = (low + high) / 2.0
        low, high = (low, middle) if _power_at(trial, acceptance, middle) >= WANTED else (middle, high)
    return high


def size_for(
    difference: float,
    acceptance: float,
    reviewers: int,
    likeness: Likeness,
    alpha: float,
) -> int | None:
    """Fewest prompts of `SIZES` that find a difference with a chance of `WANTED`; None when 2,000 are too few."""
    stdev = difference_stdev(acceptance, min(acceptance + difference, 1.0), reviewers, likeness)
    return next((size for size in SIZES if power(difference, stdev, size, alpha) >= WANTED), None)


def _power_at(trial: Trial, acceptance: float, difference: float) -> float:
    other = min(max(acceptance + difference, 0.0), 1.0)
    stdev = difference_stdev(acceptance, other, trial.reviewers, trial.likeness)
    return power(difference, stdev, trial.prompts, trial.alpha / (len(trial.arms) - 1))
