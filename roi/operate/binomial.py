"""A share of counts: its exact interval, and the chart that notices when it has fallen.

The chart is the cumulative sum of log likelihood ratios (Page, Biometrika 41, 1954): with k of n passing on a day,

    S = max(0, S + k ln(p1 / p0) + (n - k) ln((1 - p1) / (1 - p0)))          alarm when S >= h

where p0 is what was planned and p1 the share that matters. While p0 holds, days to a false alarm are at least e^h
on average, whatever n is (Lorden, Annals of Mathematical Statistics 42, 1971, theorem 2): each day's likelihood
ratio has mean 1.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bench.distributions import beta_quantile

DAYS_PER_MONTH = 30.4375
FALSE_ALARM_MONTHS = 24.0
"""Shortest mean time to a false alarm of all charts together."""


@dataclass(frozen=True)
class Day:
    """Counts of one day."""

    day: date
    passed: int
    counted: int


@dataclass(frozen=True)
class Shift:
    """When a chart gave alarm, and since when it had been rising."""

    first_day: date
    alarm_day: date


def threshold(charts: int, months: float = FALSE_ALARM_MONTHS) -> float:
    """h for which so many charts together give a false alarm no more often than once in so many months."""
    return math.log(charts * months * DAYS_PER_MONTH)


def fallen(days: Iterable[Day], planned: float, matters: float, h: float) -> Shift | None:
    """The first alarm that a share has fallen from `planned` to `matters` or below; None where there is none.

    Parameters
    ----------
    planned, matters
        p0 and p1, 0 < p1 < p0 < 1.
    """
    passing, failing = math.log(matters / planned), math.log((1.0 - matters) / (1.0 - planned))
    level, since = 0.0, None
    for each in days:
        if not each.counted:
            continue
        level += each.passed * passing + (each.counted - each.passed) * failing
        if level <= 0.0:
            level, since = 0.0, None
            continue
        since = since or each.day
        if level >= h:
            return Shift(since, each.day)
    return None


def interval(passed: int, counted: int, confidence: float = 0.95) -> tuple[float, float]:
    """Clopper and Pearson's exact interval of a share (Biometrika 26, 1934); (0, 1) of nothing."""
    tail = (1.0 - confidence) / 2.0
    if not counted:
        return 0.0, 1.0
    low = 0.0 if passed == 0 else beta_quantile(tail, passed, counted - passed + 1)
    high = 1.0 if passed == counted else beta_quantile(1.0 - tail, passed + 1, counted - passed)
    return low, high
