"""What a column of draws amounts to."""

import math
from dataclasses import dataclass

import numpy as np

from roi.arrays import FloatArray

ROUNDING = 1e-12
"""Of an amount: what differs by less differs by rounding alone."""
QUANTILES = (0.05, 0.5, 0.95)


@dataclass(frozen=True, slots=True)
class Spread:
    """A quantity over the draws in which it has a value."""

    draws: int
    """How many these are."""
    mean: float
    standard_error: float
    """Of the mean, from the finite number of draws."""
    p5: float
    p50: float
    p95: float


def spread_of(column: FloatArray) -> Spread | None:
    """Mean and quantiles of the finite entries; None where there are fewer than two.

    Quantiles lie linearly between order statistics (Hyndman and Fan, American Statistician 50, 1996, type 7).
    """
    known = column[np.isfinite(column)]
    if len(known) < 2:
        return None
    p5, p50, p95 = (float(each) for each in np.quantile(known, QUANTILES))
    mean, deviation = float(known.mean()), float(known.std(ddof=1))
    error = deviation / math.sqrt(len(known)) if deviation > ROUNDING * abs(mean) else 0.0
    return Spread(len(known), mean, error, p5, p50, p95)


def rank_correlation(one: FloatArray, other: FloatArray) -> float:
    """Spearman's: the correlation of the ranks of two columns without ties; 0 for a constant one."""
    ranks = [np.argsort(np.argsort(column)).astype(np.float64) for column in (one, other)]
    centred = [rank - rank.mean() for rank in ranks]
    if np.ptp(one) == 0 or np.ptp(other) == 0:
        return 0.0
    return float(centred[0] @ centred[1] / math.sqrt((centred[0] @ centred[0]) * (centred[1] @ centred[1])))
