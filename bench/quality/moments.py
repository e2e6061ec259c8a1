"""Mean and covariance of features, a batch at a time: memory for one matrix, whatever the number of pictures."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

ROWS = 1024
"""Features widened to double precision together: 16 MiB at 2,048 dimensions."""


@dataclass(frozen=True)
class Moments:
    """Number of samples, their mean [D] and the sum of outer products about it [D, D]."""

    count: int
    mean: Array
    scatter: Array

    @property
    def covariance(self) -> Array:
        """Unbiased covariance [D, D]; needs two samples."""
        covariance: Array = self.scatter / (self.count - 1)
        return covariance


def moments_of(features: NDArray[np.floating]) -> Moments:
    """Moments of the rows of features [N, D], in double precision, at most `ROWS` of them at a time."""
    if len(features) > ROWS:
        return merged(moments_of(features[i : i + ROWS]) for i in range(0, len(features), ROWS))
    rows = np.asarray(features, dtype=np.float64)
    mean = rows.mean(axis=0)
    centred = rows - mean
    return Moments(len(rows), mean, centred.T @ centred)


def merged(parts: Iterable[Moments]) -> Moments:
    """Moments of all samples of the parts together; there must be one part at least.

    The pairwise update of Chan, Golub, LeVeque, "Algorithms for computing the sample variance", The American
    Statistician 37 (1983), equation 1.5 in matrix form: it never subtracts two large sums.
    """
    rest = iter(parts)
    first = next(rest)
    count, mean, scatter = first.count, first.mean.copy(), first.scatter.copy()
    for part in rest:
        total = count + part.count
        shift = part.mean - mean
        scatter += part.scatter
        scatter += np.outer(shift, shift * (count * part.count / total))
        mean += shift * (part.count / total)
        count = total
    return Moments(count, mean, scatter)
