"""The likelihood of a log of attempts, its profiles, and the two searches that the fit needs.

A request whose attempt m succeeds weighs S(n(m - 1)) - S(nm), one that was given up after attempt m weighs
S(nm) (S as in roi/retry.py; giving up must not depend on the prompt's own p). Split at the attempts, every
request is a chain of tosses with the hazard g_k of attempt k + 1, so that the log is its table of successes
and failures by attempt:

    log L(p, rho) = sum_k successes_k * log g_k + failures_k * log (1 - g_k)
    1 - g_k = prod_{i<n} (1 - p / (1 + (nk + i) * rho / (1 - rho)))

p = a / (a + b) is the mean, rho = 1 / (a + b + 1) the correlation between two images of one prompt: 0 when
prompts are alike, towards 1 when a prompt passes always or never.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from roi.retry import attempt_hazard

RHO_MAX = 0.999
"""Largest correlation searched; a + b is then 0.001 and a prompt passes practically always or never."""
LOGIT_LIMIT = 20.0
GRID_POINTS = 12
GOLDEN = 0.5 * (math.sqrt(5.0) - 1.0)


@dataclass(frozen=True)
class Tosses:
    """Successes and failures of every request's attempt 1, 2, ..."""

    successes: tuple[int, ...]
    """Requests accepted at attempt k + 1 [1]."""
    failures: tuple[int, ...]
    """Requests rejected at attempt k + 1 [1]."""
    images_per_attempt: int
    """Images made by an attempt [1]."""


def log_likelihood(tosses: Tosses, p: float, rho: float) -> float:
    """log L of the log at mean p and correlation rho; minus infinity where the log is impossible."""
    precision = (1.0 - rho) / rho if rho > 0.0 else math.inf
    n = tosses.images_per_attempt
    total = 0.0
    for k, (successes, failures) in enumerate(zip(tosses.successes, tosses.failures, strict=True)):
        hazard = attempt_hazard(p, precision, k * n, n)
        if (successes and hazard <= 0.0) or (failures and hazard >= 1.0):
            return -math.inf
        total += successes * math.log(hazard) if successes else 0.0
        total += failures * math.log1p(-hazard) if failures else 0.0
    return total


def logistic(logit: float) -> float:
    """1 / (1 + e^-logit); 0 and 1 at minus and plus infinity."""
    return 1.0 / (1.0 + math.exp(-logit))


def logit(p: float) -> float:
    """ln(p / (1 - p)), the scale on which acceptance is searched: tiny p keeps its digits."""
    return math.log(p) - math.log1p(-p)


def best_mean(tosses: Tosses, rho: float) -> tuple[float, float]:
    """The most likely mean at a fixed correlation, and its log L."""
    x, height = maximum(lambda x: log_likelihood(tosses, logistic(x), rho), -LOGIT_LIMIT, LOGIT_LIMIT)
    return logistic(x), height


def best_at_mean(tosses: Tosses, mean_logit: float) -> float:
    """Highest log L at a fixed mean, given as its logit."""
    p = logistic(mean_logit)
    return maximum(lambda rho: log_likelihood(tosses, p, rho), 0.0, RHO_MAX)[1]


def best_at_a(tosses: Tosses, a: float) -> float:
    """Highest log L at a fixed a: with the mean p, a + b = a / p and rho = p / (p + a)."""

    def height(x: float) -> float:
        p = logistic(x)
        return log_likelihood(tosses, p, p / (p + a))

    return maximum(height, -LOGIT_LIMIT, LOGIT_LIMIT)[1]


def best_at_b(tosses: Tosses, b: float) -> float:
    """Highest log L at a fixed b: with the mean p, a + b = b / (1 - p) and rho = (1 - p) / (1 - p + b)."""

    def height(x: float) -> float:
        q = logistic(-x)
        return log_likelihood(tosses, 1.0 - q, q / (q + b))

    return maximum(height, -LOGIT_LIMIT, LOGIT_LIMIT)[1]


def maximum(function: Callable[[float], float], low: float, high: float) -> tuple[float, float]:
    """Place and height of the highest point: the best of a grid, then golden section between its neighbours.

    The ends themselves are candidates, because prompts that are alike lie at the end rho = 0.
    """
    step = (high - low) / (GRID_POINTS - 1)
    grid = [low + i * step for i in range(GRID_POINTS)]
    heights = [function(x) for x in grid]
    best = max(range(GRID_POINTS), key=heights.__getitem__)
    x, height = _golden(function, grid[max(best - 1, 0)], grid[min(best + 1, GRID_POINTS - 1)])
    return (x, height) if height > heights[best] else (grid[best], heights[best])


def _golden(function: Callable[[float], float], low: float, high: float) -> tuple[float, float]:
    left, right = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
    at_left, at_right = function(left), function(right)
    while high - low > 1e-7:
        if at_left >= at_right:
            high, right, at_right = right, left, at_left
            left = high - GOLDEN * (high - low)
            at_left = function(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + GOLDEN * (high - low)
            at_right = function(right)
    return (left, at_left) if at_left >= at_right else (right, at_right)


def crossing(function: Callable[[float], float], start: float, end: float) -> float | None:
    """Where a function that is below 0 at the start first rises to 0 on the way to the end, or None.

    Doubling steps find a bracket, bisection narrows it to 1e-5.
    """
    step = math.copysign(0.125, end - start)
    below, above = start, start
    while function(above) < 0.0:
        if above == end:
            return None
        below = above
        above = above + step if abs(end - above) > abs(step) else end
        step *= 2.0
    while abs(above - below) > 1e-5:
        middle = 0.5 * (below + above)
        if function(middle) < 0.0:
            below = middle
        else:
            above = middle
    return 0.5 * (below + above)
