"""A share of counts: its exact interval, and the chart that notices when it has fallen.

The chart is the cumulative sum of log likelihood ratios (Page, Biometrika 41, 1954): with k of n passing on a day,

    S = max(0, S + k ln(p1 / p0) + (n - k) ln((1 - p1) / (1 - p0)))          alarm when S >= h

where p0 is what was planned and p1 the share that matters. While p0 holds, days to a false alarm are at least e^h
on average, whatever n is (Lorden, Annals of Mathematical Statistics 42, 1971, theorem 2): each day's likelihood
ratio has mean 1.
"""

import math
from collections.abc import Iterable, Sequence
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
    """When a chart gave alarm, and the likeliest day of what it saw."""

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
    known, level = [each for each in days if each.counted], 0.0
    for each in known:
        level = max(0.0, level + each.passed * passing + (each.counted - each.passed) * failing)
        if level >= h:
            return Shift(first_day([one for one in known if one.day <= each.day], planned), each.day)
    return None


def first_day(days: Sequence[Day], planned: float) -> date:
    """The likeliest day of the fall: that since which the counts speak most against what was planned.

    Of the days from each one on, with n counted and the share q passed, the log likelihood ratio of q to p0 is
    n (q ln(q / p0) + (1 - q) ln((1 - q) / (1 - p0))).
    """
    best, found, passed, counted = 0.0, days[-1].day, 0, 0
    for each in reversed(days):
        passed, counted = passed + each.passed, counted + each.counted
        against = _against(passed / counted, planned) * counted
        if passed < planned * counted and against > best:
            best, found = against, each.day
    return found


def _against(seen: float, planned: float) -> float:
    parts = ((seen, planned), (1.0 - seen, 1.0 - planned))
    return math.fsum(share * math.log(share / before) for share, before in parts if share)


def interval(passed: int, counted: int, confidence: float = 0.95) -> tuple[float, float]:
    """Clopper and Pearson's exact interval of a share (Biometrika 26, 1934); (0, 1) of nothing."""
    tail = (1.0 - confidence) / 2.0
    if not counted:
        return 0.0, 1.0
    low = 0.0 if passed == 0 else beta_quantile(tail, passed, counted - passed + 1)
    high = 1.0 if passed == counted else beta_quantile(1.0 - tail, passed + 1, counted - passed)
    return low, high
