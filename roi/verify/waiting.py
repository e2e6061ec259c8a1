"""How long 95 of 100 attempts wait in front of one board that takes the same time for each: M/D/1.

Erlang's sum of 1909 for the share that waits at most t services,

    P(W <= t) = (1 - rho) sum_{k=0}^{floor(t)} (rho (k - t))^k / k! * e^(rho (t - k)),

has terms of alternating sign and of size e^(rho t); it is added with as many digits as that costs. Lundberg's
bounds hold the answer from both sides, rho e^(-theta t) <= P(W > t) <= e^(-theta t) with theta = rho (e^theta - 1),
and are all that is used where the sum grows long.
"""

import decimal
import math
from functools import lru_cache

QUANTILE = 0.95
LONGEST_SUM = 40.0
"""Services up to which the sum is taken."""
STEPS = 42


@lru_cache(maxsize=256)
def wait_bounds(load: float) -> tuple[float, float]:
    """The 95th percentile of the wait from below and from above [services]; alike where it is summed."""
    if 1.0 - load >= QUANTILE:
        return 0.0, 0.0
    theta = _adjustment(load)
    low = max(0.0, math.log(load / (1.0 - QUANTILE)) / theta)
    high = -math.log1p(-QUANTILE) / theta
    if high > LONGEST_SUM:
        return low, high
    for _ in range(STEPS):
        middle = 0.5 * (low + high)
        if _waits_at_most(load, middle) < QUANTILE:
            low = middle
        else:
            high = middle
    return low, high


def _waits_at_most(load: float, services: float) -> float:
    with decimal.localcontext() as context:
        context.prec = 25 + math.ceil(load * services)
        rho, t = decimal.Decimal(load), decimal.Decimal(services)
        total, faculty = decimal.Decimal(0), decimal.Decimal(1)
        for k in range(int(services) + 1):
            faculty *= max(k, 1)
            x = rho * (k - t)
            power = x**k if k else decimal.Decimal(1)
            total += power / faculty * (-x).exp()
        return float((1 - rho) * total)


def _adjustment(load: float) -> float:
    """Positive theta with theta = load (e^theta - 1), by Newton's steps from above: the function is convex."""
    theta = -2.0 * math.log(load)
    for _ in range(STEPS):
        theta -= (load * math.expm1(theta) - theta) / (load * math.exp(theta) - 1.0)
    return theta
