"""Effects with their 95 % intervals, and p-values for and against a claim: plain numbers, no profiles.

Every p-value is one-sided. With one test, "p <= 0.025" and "the 95 % interval lies wholly on that side" are
the same statement; `bench.study.verdict` corrects for many tests.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist, correlation, fmean, stdev, variance

from bench.distributions import (
    beta_quantile,
    chi_square_distribution,
    chi_square_quantile,
    t_distribution,
    t_quantile,
)
from bench.statistics import CONFIDENCE

UPPER = 0.5 + CONFIDENCE / 2
"""Probability below the upper end of a two-sided interval."""
_EXPONENT_MAX = 700.0
"""e to this power is still a number."""
_RANGE_STEP = 0.01
_RANGE_REACH = 10.0


@dataclass(frozen=True)
class Estimate:
    """An effect, its 95 % interval, and what speaks for and against a claim about it."""

    value: float
    low: float
    high: float
    p_for: float
    """Probability of data so favourable to the claim, were it just false."""
    p_against: float
    """Probability of data so unfavourable to the claim, were it just true."""

    @property
    def speaks_for(self) -> bool:
        """Whether the interval lies wholly among values that confirm, or else the data rather favour the claim.

        A value may both confirm and refute, such as a real difference within the margin: then it confirms.
        """
        return self.p_for <= 1 - UPPER or self.p_for <= self.p_against

    @property
    def p_two_sided(self) -> float:
        """Of the test that may end on either side."""
        return min(1.0, 2 * (self.p_for if self.speaks_for else self.p_against))


@dataclass(frozen=True)
class LogMean:
    """A mean of logarithms, or a difference of two."""

    mean: float
    standard_error: float
    degrees_of_freedom: float

    def p_above(self, bound: float) -> float:
        """One-sided p of the hypothesis that the true mean is at most the bound."""
        if self.standard_error == 0.0:
            return 0.0 if self.mean > bound else 1.0
        t = (self.mean - bound) / self.standard_error
        below = t_distribution(abs(t), self.degrees_of_freedom)
        return 1.0 - below if t >= 0 else below

    def p_below(self, bound: float) -> float:
        """One-sided p of the hypothesis that the true mean is at least the bound."""
        return LogMean(-self.mean, self.standard_error, self.degrees_of_freedom).p_above(-bound)

    def ratio(self, p_for: float, p_against: float) -> Estimate:
        """The ratio of geometric means with its t interval."""
        reach = t_quantile(UPPER, self.degrees_of_freedom) * self.standard_error
        low, high = power(self.mean - reach), power(self.mean + reach)
        return Estimate(power(self.mean), low, high, p_for, p_against)


def power(exponent: float) -> float:
    """e to the exponent, kept finite."""
    return math.exp(min(_EXPONENT_MAX, exponent))


def mean_of(logs: Sequence[float]) -> LogMean:
    """Mean of at least two logarithms, one a model."""
    return LogMean(fmean(logs), stdev(logs) / math.sqrt(len(logs)), len(logs) - 1)


def difference_of(a: Sequence[float], b: Sequence[float]) -> LogMean:
    """Mean of a less mean of b, by Welch: variances s^2 / n add, degrees of freedom after Satterthwaite."""
    parts = (variance(a) / len(a), variance(b) / len(b))
    total = math.fsum(parts)
    weight = parts[0] ** 2 / (len(a) - 1) + parts[1] ** 2 / (len(b) - 1)
    freedom = total * total / weight if weight > 0 else float(len(a) + len(b) - 2)
    return LogMean(fmean(a) - fmean(b), math.sqrt(total), freedom)


def raised(mean: LogMean, margin: float) -> Estimate:
    """For: the ratio is above 1. Against: it is below 1 + margin, hence not above 1 by anything that matters."""
    return mean.ratio(mean.p_above(0.0), mean.p_below(math.log1p(margin)))


def inside(mean: LogMean, low: float, high: float) -> Estimate:
    """For: the ratio lies between low and high. Against: it lies outside."""
    bounds = math.log(low), math.log(high)
    p_for = max(mean.p_above(bounds[0]), mean.p_below(bounds[1]))
    return mean.ratio(p_for, min(mean.p_below(bounds[0]), mean.p_above(bounds[1])))


def negligible(mean: LogMean, margin: float) -> Estimate:
    """For: the ratio lies within 1 / (1 + margin) and 1 + margin (two one-sided tests). Against: it is not 1."""
    bound = math.log1p(margin)
    p_for = max(mean.p_above(-bound), mean.p_below(bound))
    return mean.ratio(p_for, min(mean.p_above(0.0), mean.p_below(0.0)))


def expected_ratio(logs: Sequence[float], count: int, threshold: float) -> Estimate:
    """Highest over lowest energy to be expected among `count` models, from the spread s of those at hand.

    Log-normal models: the expected range of `count` values is d(count) standard deviations, (n - 1) s^2 / sigma^2
    is chi-square with n - 1 degrees of freedom, so the value is e^(d s), and its ends follow from those of sigma.
    For: it is at least the threshold. Against: it is below.
    """
    freedom, spread, d = len(logs) - 1, stdev(logs), expected_range(count)
    low, high = (
        power(d * spread * math.sqrt(freedom / chi_square_quantile(tail, freedom)))
        for tail in (UPPER, 1 - UPPER)
    )
    below = chi_square_distribution(freedom * (spread * d / math.log(threshold)) ** 2, freedom)
    return Estimate(power(d * spread), low, high, 1.0 - below, below)


def expected_range(count: int) -> float:
    """Expected largest less smallest of `count` standard normal values: the integral of 1 - F^n - (1 - F)^n."""
    steps = round(2 * _RANGE_REACH / _RANGE_STEP)
    total = 0.0
    for step in range(1, steps):
        below = NormalDist().cdf(step * _RANGE_STEP - _RANGE_REACH)
        total += 1.0 - below**count - (1.0 - below) ** count
    return total * _RANGE_STEP


def majority(hits: int, n: int) -> Estimate:
    """A share with its exact interval (Clopper and Pearson). For: above one half. Against: below."""
    low = beta_quantile(1 - UPPER, hits, n - hits + 1) if hits else 0.0
    high = beta_quantile(UPPER, hits + 1, n - hits) if hits < n else 1.0
    return Estimate(hits / n, low, high, _at_least(hits, n), _at_least(n - hits, n))


def _at_least(hits: int, n: int) -> float:
    """Probability of so many heads or more in n throws."""
    return sum(math.comb(n, k) for k in range(hits, n + 1)) / float(2**n)


def rank_correlation(x: Sequence[float], y: Sequence[float], bound: float) -> Estimate:
    """Spearman's correlation of at least four pairs. For: below the bound. Against: above 0.

    Fisher's z with the standard error sqrt((1 + r^2 / 2) / (n - 3)) of Bonett and Wright (Psychometrika 65,
    2000, 23-28). A perfect order would have an interval of no width: r is held half a step, the exchange of
    two neighbours, away from 1.
    """
    n, r = len(x), correlation(_ranks(x), _ranks(y))
    edge = 1.0 - 6.0 / (n * (n * n - 1))
    held = max(-edge, min(edge, r))
    error = math.sqrt((1 + held * held / 2) / (n - 3))
    z, reach = math.atanh(held), NormalDist().inv_cdf(UPPER) * error
    p_for = NormalDist().cdf((z - math.atanh(bound)) / error)
    low, high = math.tanh(z - reach), math.tanh(z + reach)
    return Estimate(r, min(low, r), max(high, r), p_for, NormalDist().cdf(-z / error))


def _ranks(values: Sequence[float]) -> list[float]:
    """Ranks from 1; equal values share their mean rank."""
    order = sorted(values)
    return [order.index(value) + (order.count(value) + 1) / 2 for value in values]


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjusted p-values in the order given (Holm, Scandinavian Journal of Statistics 6, 1979, 65-70)."""
    adjusted, largest = [0.0] * len(p_values), 0.0
    for rank, index in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        largest = max(largest, min(1.0, (len(p_values) - rank) * p_values[index]))
        adjusted[index] = largest
    return adjusted
