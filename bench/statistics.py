"""Intervals of means and of ratios, autocorrelation, and the uncertainty budget of a measurement.

Conventions: every interval is two-sided at 95 %; a fraction is relative to the mean; s is the sample standard
deviation (n - 1). The expanded uncertainty follows the Guide to the Expression of Uncertainty in Measurement
(JCGM 100:2008): standard uncertainties combine in squares (5.1.2), effective degrees of freedom are those of
Welch and Satterthwaite (G.4.1), k is the t quantile, and here never less than 2.
"""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import Literal

from bench.distributions import t_quantile

Unit = Literal["window", "process"]

CONFIDENCE = 0.95
AUTOCORRELATION_LIMIT = 0.3
"""Above this lag-1 autocorrelation windows are no independent repeats; the process is the unit."""
AUTOCORRELATION_WINDOWS_MIN = 8
"""Fewer windows say nothing about autocorrelation."""
TREND_VALUES_MIN = 3
TREND_SIGNIFICANCE = 0.10
"""Two-sided level of the test of a slope. A trend that is none costs one more window, one that is missed biases."""
SENSOR_FRACTION = 0.05
"""Standard uncertainty of a board's power sensor. Its steady-state error lies between -8 % and +13 %
(arXiv 2312.02741): taken as uniform, 6 % about +2.5 %."""
SENSOR_FRACTION_CALIBRATED = 0.015
"""The same after calibration against an external meter."""
COVERAGE_FACTOR_MIN = 2.0
DEGREES_OF_FREEDOM_MAX = 1e6
"""Above this Student's t is the normal distribution to six digits."""


@dataclass(frozen=True)
class Interval:
    """A mean of repeats with its 95 % interval."""

    mean: float
    stdev: float
    """Sample standard deviation over the repeats."""
    n: int
    half_width: float
    """Of the 95 % t interval of the mean, widened when the repeats are autocorrelated."""
    autocorrelation: float | None
    """At lag 1; None below `AUTOCORRELATION_WINDOWS_MIN` repeats."""
    unit: Unit
    """`process` when windows are no independent repeats, so that only process means tell the spread."""

    @property
    def half_width_fraction(self) -> float:
        """Half-width relative to the mean [1]."""
        return self.half_width / self.mean

    @property
    def standard_fraction(self) -> float:
        """Standard uncertainty of the mean relative to it: s / sqrt(n), widened as the half-width is [1]."""
        return self.half_width / t_quantile(0.5 + CONFIDENCE / 2, self.n - 1) / self.mean


@dataclass(frozen=True)
class Budget:
    """Standard uncertainties of a mean as fractions of it."""

    statistical_fraction: float
    tick_fraction: float
    sensor_fraction: float
    degrees_of_freedom: float
    """Of the statistical part; the others count as known exactly."""

    @property
    def comparison_fraction(self) -> float:
        """Half-width at 95 % without the sensor, which cancels in ratios on one board [1]."""
        return _expanded(self.statistical_fraction, self.tick_fraction, 0.0, self.degrees_of_freedom)

    @property
    def absolute_fraction(self) -> float:
        """Half-width at 95 % with the sensor: for joules that stand alone [1]."""
        return _expanded(
            self.statistical_fraction, self.tick_fraction, self.sensor_fraction, self.degrees_of_freedom
        )


@dataclass(frozen=True)
class Sample:
    """A mean as a ratio needs it."""

    mean: float
    standard_fraction: float
    """Standard uncertainty of the mean relative to it [1]."""
    degrees_of_freedom: float


@dataclass(frozen=True)
class Ratio:
    """A ratio of two means with its 95 % interval."""

    value: float
    low: float
    high: float

    def contains(self, value: float) -> bool:
        """Whether a value lies in the interval, ends included."""
        return self.low <= value <= self.high


def interval_95(values: Sequence[float]) -> Interval:
    """Mean of at least two repeats and its t interval.

    Where lag-1 autocorrelation r exceeds the limit, n repeats of an AR(1) series carry the information of
    n (1 - r) / (1 + r) independent ones, and the half-width grows by the square root of (1 + r) / (1 - r).
    That repairs part of the harm only, hence `unit`.
    """
    n = len(values)
    spread = stdev(values)
    half_width = t_quantile(0.5 + CONFIDENCE / 2, n - 1) * spread / math.sqrt(n)
    correlation = autocorrelation(values) if n >= AUTOCORRELATION_WINDOWS_MIN else None
    if correlation is None or correlation <= AUTOCORRELATION_LIMIT:
        return Interval(fmean(values), spread, n, half_width, correlation, "window")
    widened = half_width * math.sqrt((1 + correlation) / (1 - correlation))
    return Interval(fmean(values), spread, n, widened, correlation, "process")


def autocorrelation(values: Sequence[float]) -> float:
    """Lag-1 autocorrelation, sum of (x[i] - m)(x[i+1] - m) over sum of (x[i] - m)^2; 0 for a constant."""
    mean = fmean(values)
    deviations = [value - mean for value in values]
    squares = math.fsum(one * one for one in deviations)
    if squares == 0.0:
        return 0.0
    return math.fsum(a * b for a, b in itertools.pairwise(deviations)) / squares


@dataclass(frozen=True)
class Trend:
    """A straight line through values in their order."""

    change_fraction: float
    """Of the line from the first value to the last, over the mean [1]."""
    significant: bool
    """Whether the slope differs from zero at `TREND_SIGNIFICANCE`, against the scatter about the line."""


def trend(values: Sequence[float]) -> Trend:
    """Ordinary least squares over the place in the series, with the t test of its slope (n - 2 degrees of freedom).

    Fewer than three values have no trend. Values that lie on the line to rounding have one when it is not flat.
    """
    n = len(values)
    if n < TREND_VALUES_MIN:
        return Trend(0.0, significant=False)
    mean, middle = fmean(values), (n - 1) / 2
    squares = n * (n * n - 1) / 12
    slope = math.fsum((place - middle) * value for place, value in enumerate(values)) / squares
    left = math.fsum((value - mean - slope * (place - middle)) ** 2 for place, value in enumerate(values))
    error = math.sqrt(left / (n - 2) / squares)
    beyond = abs(slope) > t_quantile(1 - TREND_SIGNIFICANCE / 2, n - 2) * error
    return Trend(slope * (n - 1) / mean, significant=beyond)


def sample_of(mean: float, standard_fraction: float, half_width: float) -> Sample:
    """The sample whose t interval has this half-width.

    A stored result has a standard uncertainty and a half-width; their quotient is the coverage factor, and
    that says how many degrees of freedom stood behind it. Without scatter the half-width counts as 2 u.
    """
    fraction = half_width / mean
    if standard_fraction <= 0.0:
        return Sample(mean, fraction / COVERAGE_FACTOR_MIN, DEGREES_OF_FREEDOM_MAX)
    return Sample(mean, standard_fraction, degrees_of_freedom_of(fraction / standard_fraction))


def ratio_95(a: Sample, b: Sample, common_fraction: float = 0.0) -> Ratio:
    """a / b with its 95 % interval by Welch's method on logarithms.

    ln(a / b) has the variance u_a^2 + u_b^2 of the relative uncertainties (first order, good while both are
    below 20 %), Welch-Satterthwaite degrees of freedom and so a t interval; its ends are raised to powers of
    e. `common_fraction` is a further standard uncertainty of each mean, such as that of two sensors.
    """
    parts = (a.standard_fraction, b.standard_fraction)
    freedoms = (a.degrees_of_freedom, b.degrees_of_freedom)
    variance = sum(part * part for part in parts) + 2 * common_fraction * common_fraction
    value = a.mean / b.mean
    if variance == 0.0:
        return Ratio(value, value, value)
    factor = t_quantile(0.5 + CONFIDENCE / 2, effective_degrees_of_freedom(variance, parts, freedoms))
    reach = math.exp(factor * math.sqrt(variance))
    return Ratio(value, value / reach, value * reach)


def effective_degrees_of_freedom(
    variance: float, parts: Sequence[float], degrees_of_freedom: Sequence[float]
) -> float:
    """Welch-Satterthwaite: u^4 / sum of u_i^4 / v_i, with the combined variance u^2."""
    weight = sum(part**4 / freedom for part, freedom in zip(parts, degrees_of_freedom, strict=True))
    return min(DEGREES_OF_FREEDOM_MAX, variance * variance / weight) if weight > 0 else DEGREES_OF_FREEDOM_MAX


def degrees_of_freedom_of(coverage_factor: float) -> float:
    """Degrees of freedom at which the two-sided 95 % t quantile is this factor; at least 1."""
    low, high = 1.0, DEGREES_OF_FREEDOM_MAX
    if coverage_factor >= t_quantile(0.5 + CONFIDENCE / 2, low):
        return low
    if coverage_factor <= t_quantile(0.5 + CONFIDENCE / 2, high):
        return high
    while high / low > 1 + 1e-9:
        middle = math.sqrt(low * high)
        if t_quantile(0.5 + CONFIDENCE / 2, middle) > coverage_factor:
            low = middle
        else:
            high = middle
    return low


def _expanded(statistical: float, tick: float, sensor: float, degrees_of_freedom: float) -> float:
    variance = statistical**2 + tick**2 + sensor**2
    if variance == 0.0:
        return 0.0
    freedom = effective_degrees_of_freedom(variance, (statistical,), (degrees_of_freedom,))
    factor = max(COVERAGE_FACTOR_MIN, t_quantile(0.5 + CONFIDENCE / 2, freedom))
    return factor * math.sqrt(variance)
