"""Kernel Inception distance: the unbiased squared MMD of two sets of features under a cubic kernel.

    k(x, y) = (x . y / D + 1)^3

Bińkowski et al., "Demystifying MMD GANs", arXiv 1801.01401, section 3.1. Unlike FID it has no bias from the
number of pictures; it is taken as the mean over random subsets, drawn with a fixed seed.

Its variance is that of a two-sample U-statistic (Hoeffding's decomposition; Sutherland et al., arXiv 1611.04488)
and that of the draw of subsets. With k = mean + a(x) + a(x') + g(x, x') within a set of n and
k = mean + b(x) + c(y) + g(x, y) across sets of n and m,

    4 Var(a - b) / n + 4 Var(a' - c) / m
        + 2 Var(g_xx) / (n (n - 1)) + 2 Var(g_yy) / (m (m - 1)) + 4 Var(g_xy) / (n m)

The first two, each estimated without bias and not below zero, vanish where both sets are alike; the others stay.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SUBSETS = 100
SUBSET_SIZE = 1000
SEED = 0
COMPONENTS_SIZE = 2000
"""So many of each set at most tell the components of the variance, which do not depend on the number [pictures]."""
FEW = 4
"""With fewer in a set its variance cannot be told [pictures]."""


@dataclass(frozen=True)
class Kid:
    """Mean over subsets and its standard error, of both sets; no error when one of them has fewer than four."""

    value: float
    stderr: float | None


def kid(
    generated: NDArray[np.floating],
    reference: NDArray[np.floating],
    *,
    subsets: int = SUBSETS,
    subset_size: int | None = None,
) -> Kid:
    """KID of features [N, D] against features [M, D]; subsets hold half of the smaller set, 1,000 at most."""
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
    if smaller < FEW:
        return Kid(float(values.mean()), None)
    drawn = values.size > 1
    counts = (len(generated), len(reference)) if drawn else (size, size)
    of_subsets = float(values.var(ddof=1)) / values.size if drawn else 0.0
    return Kid(float(values.mean()), float(np.sqrt(_variance(generated, reference, *counts) + of_subsets)))


def _variance(one: NDArray[np.floating], other: NDArray[np.floating], n: int, m: int) -> float:
    """Of the squared MMD of n and m pictures, from the features that are there."""
    random = np.random.default_rng(SEED)
    x, y = (
        np.asarray(each[random.permutation(len(each))[:COMPONENTS_SIZE]], dtype=np.float64)
        for each in (one, other)
    )
    across = _kernel(x, y)
    rows, columns = across.mean(axis=1), across.mean(axis=0)
    both = float(
        ((across - rows[:, None] - columns + across.mean()) ** 2).sum() / (len(x) - 1) / (len(y) - 1)
    )
    first_x, second_x = _components(_kernel(x, x), rows, both / len(y))
    first_y, second_y = _components(_kernel(y, y), columns, both / len(x))
    pairs = 2.0 * second_x / (n * (n - 1)) + 2.0 * second_y / (m * (m - 1)) + 4.0 * both / (n * m)
    return 4.0 * first_x / n + 4.0 * first_y / m + pairs


def _components(
    within: NDArray[np.float64], across: NDArray[np.float64], noise: float
) -> tuple[float, float]:
    """Var(a - b) and Var(g) of one set, from its kernel, its members' means across and their variance by chance."""
    size = len(within)
    np.fill_diagonal(within, 0.0)
    sums = within.sum(axis=1) / (size - 2)
    rest = within - sums[:, None] - sums + within.sum() / ((size - 1) * (size - 2))
    np.fill_diagonal(rest, 0.0)
    second = float((rest * rest).sum() / (size * (size - 3)))
    first = float((sums - across).var(ddof=1)) - second / (size - 2) - noise
    return max(0.0, first), second


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
