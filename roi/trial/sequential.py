"""Intervals that hold however often somebody looks: a trial may be read every day and stopped on what it shows.

The normal-mixture confidence sequence: with z = difference / standard error after n prompts, the evidence
against "no difference" is E = exp(z^2 n r / (2 (n r + 1))) / sqrt(n r + 1), and P(E >= 1/a at any time) <= a
for normal sums (Robbins, Ann. Math. Stat. 41, 1970) and, as n grows, for any (Waudby-Smith et al., "Time-
uniform central limit theory and asymptotic confidence sequences", Ann. Stat. 52, 2024). r is tuned so that the
interval is narrowest at the planned size. A standard error of few degrees of freedom is widened as Student's
quantile widens the normal one.
"""

import math

MIN_PROMPTS = 20
"""Below this the normal approximation is not relied on: nothing is called better or equivalent."""


def tuning(planned: int, alpha: float = 0.05) -> float:
    """r for which the interval is narrowest after `planned` prompts."""
    twice = -2.0 * math.log(alpha)
    return (twice + math.log(twice + 1.0)) / max(planned, 1)


def multiplier(prompts: float, planned: int, alpha: float = 0.05) -> float:
    """Standard errors on either side of the estimate that hold at all times together."""
    scaled = prompts * tuning(planned, alpha)
    return math.sqrt((scaled + 1.0) / scaled * (2.0 * math.log(1.0 / alpha) + math.log(scaled + 1.0)))


def always_valid_p(z: float, prompts: float, planned: int, alpha: float = 0.05) -> float:
    """p-value against no difference that may be looked at at any time: the inverse of the evidence."""
    scaled = prompts * tuning(planned, alpha)
    exponent = z * z * scaled / (2.0 * (scaled + 1.0)) - 0.5 * math.log(scaled + 1.0)
    return min(1.0, math.exp(-exponent)) if exponent > -700.0 else 1.0
