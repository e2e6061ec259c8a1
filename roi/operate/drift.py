"""A slow fall of a share: its exponentially weighted mean, and whether chance alone could have brought it there.

With k of n passing on a day and ages in days (Roberts, Technometrics 1, 1959),

    share = sum of v k / sum of v n,        v = (1 - L)^age

While the share is p, Chernoff's bound on the weighted sum (Annals of Mathematical Statistics 23, 1952) holds for
every t > 0 and every n, however few:

    P(sum of v k <= s) <= exp(t s + sum of n ln(1 - p + p exp(-t v)))

A chart that is looked at once a day and alarms where the bound is at most a gives alarm by day T with a probability
of at most a T, and so a false alarm after 1 / (2 a) days on average or later.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from roi.operate.binomial import DAYS_PER_MONTH, FALSE_ALARM_MONTHS, Day, first_day

WEIGHT = 0.1
"""L: what today adds; a drift of some weeks is seen, a bad day is not."""
STEPS = 40


@dataclass(frozen=True)
class Drift:
    """A share that slides."""

    first_day: date
    share: float
    """Weighted mean as of the last day [1]."""
    per_day: float
    """What it has changed a day since then [1/day], below 0."""


def rarity(charts: int) -> float:
    """a for which so many charts give a false alarm no more often than once in `FALSE_ALARM_MONTHS`."""
    return 1.0 / (2.0 * charts * FALSE_ALARM_MONTHS * DAYS_PER_MONTH)


def drifted(days: Sequence[Day], planned: float, most_by_chance: float) -> Drift | None:
    """Whether a share has slid below `planned` by the last of the days; None where chance could have done it."""
    known = [each for each in days if each.counted]
    if not known:
        return None
    last = known[-1].day
    weighted = [((1.0 - WEIGHT) ** (last - each.day).days, each) for each in known]
    passed = math.fsum(weight * each.passed for weight, each in weighted)
    share = passed / math.fsum(weight * each.counted for weight, each in weighted)
    counts = [(weight, each.counted) for weight, each in weighted]
    if share >= planned or chance(passed, counts, planned) > most_by_chance:
        return None
    first = first_day(known, planned)
    return Drift(first, share, (share - planned) / max((last - first).days, 1))


def chance(passed: float, counts: Sequence[tuple[float, int]], planned: float) -> float:
    """Upper bound of the probability of so few, weighted; `counts` are weights and n, `planned` passes."""
    mean = planned * math.fsum(weight * counted for weight, counted in counts)
    variance = planned * (1.0 - planned) * math.fsum(weight**2 * counted for weight, counted in counts)
    if passed >= mean:
        return 1.0

    def exponent(t: float) -> float:
        return t * passed + math.fsum(
            counted * math.log1p(planned * math.expm1(-t * weight)) for weight, counted in counts
        )

    low, high = 0.0, 8.0 * (mean - passed) / variance
    for _ in range(STEPS):  # it is convex, and every t gives a bound
        third = (high - low) / 3.0
        if exponent(low + third) < exponent(high - third):
            high -= third
        else:
            low += third
    return math.exp(min(0.0, exponent(0.5 * (low + high))))
