"""Kernel Inception distance: the unbiased squared MMD of two sets of features under a cubic kernel.

    k(x, y) = (x . y / D + 1)^3

Bińkowski et al., "Demystifying MMD GANs", arXiv 1801.01401, section 3.1. Unlike FID it has no bias from the
number of pictures; it is taken as the mean over random subsets, drawn with a fixed seed.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SUBSETS = 100
SUBSET_SIZE = 1000
SEED = 0


@dataclass(frozen=True)
class Kid:
    """Mean over subsets and its standard error; no error when the subsets are the whole set."""

    value: float
    stderr: float | None


def kid(
    generated: NDArray[np.floating],
    reference: NDArray[np.floating],
    *,
    subsets: int = SUBSETS,
    subset_size: int | None = None,
) -> Kid:
    """KID of features [N, D] against features [M, D].

    Subsets hold half of the smaller set, 1,000 at most. The subsets of size m are drawn from n pictures without
    replacement, so the spread between them is that of independent ones times sqrt(1 - m / n), and that of n
    pictures is sqrt(m / n) of it.
    """
    smaller = min(len(generated), len(reference))
    size = subset_size or max(2, min(SUBSET_SIZE, smaller // 2))
    random = np.random.default_rng(SEED)
    values = np.array(
        [
            squared_mmd(
                generated[random.choice(len(generated), size, replace=False)],
                reference[random.choice(len(reference), size, replace=False)],
            )
            for _ in range(1 if size == smaller else subsets)
        ]
    )
    share = size / smaller
    spread = float(values.std(ddof=1)) * float(np.sqrt(share / (1.0 - share))) if share < 1.0 else None
    return Kid(float(values.mean()), spread)


def squared_mmd(one: NDArray[np.floating], other: NDArray[np.floating]) -> float:
    """Unbiased squared MMD of equally many features [m, D] and [m, D]; it may be negative."""
    x, y = np.asarray(one, dtype=np.float64), np.asarray(other, dtype=np.float64)
    m = len(x)
    within = _off_diagonal_sum(_kernel(x, x)) + _off_diagonal_sum(_kernel(y, y))
    return float(within / (m * (m - 1)) - 2.0 * _kernel(x, y).sum() / (m * m))


def _kernel(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    base: NDArray[np.float64] = x @ y.T / x.shape[1] + 1.0
    return base * base * base


def _off_diagonal_sum(matrix: NDArray[np.float64]) -> float:
    return float(matrix.sum() - np.trace(matrix))
