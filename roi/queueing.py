"""Waiting in front of one server that takes the same time for every request: the M/D/1 queue.

Requests arrive at random (Poisson) at the rate rho per service time, are served in order, one after another,
each in exactly one service time. Times are in units of the service time unless a name says seconds.

Erlang's formula of 1909 gives the distribution of the wait W as a sum of alternating terms of size e^(rho t),
which loses every digit for long waits. The form used here adds positive terms only. Take a request that
arrives at time u in (0, 1] with q requests waiting (not in service) at time 0 and j arrivals between. Whoever
is in service at time 0 leaves within one service time, and then one request starts per service time, so the
request has started by time k exactly if q + j <= k - 1; the same holds if the server is idle at time 0.
Hence, for t = k - u,

    P(W <= t) = sum_{j=0}^{k-1} e^(-rho u) (rho u)^j / j! * P(waiting <= k - 1 - j)

(G. J. Franx, Operations Research Letters 29, 2001, for several servers). With A ~ Poisson(rho) arrivals
during a service, the number L in the system balances the steps from below i up to i or more against those
from i to i - 1:

    P(L = i) P(A = 0) = P(L = 0) P(A >= i) + sum_{j=1}^{i-1} P(L = j) P(A >= i - j + 1),    P(L = 0) = 1 - rho

and P(waiting <= i) = P(L <= i + 1). For long waits P(W > t) falls like e^(-theta t), theta / (e^theta - 1) =
rho.
"""

import math
from functools import lru_cache

from roi.errors import RoiError

EXACT_SERVICES = 60
"""Service times up to which the wait is summed. Beyond, the exponential tail agrees to rounding: such waits
matter at rho > 0.7 only, where the rest falls by more than e^1.5 per service time relative to it."""

POISSON_TERMS = 40
"""P(A >= 40) is below 1e-47 for a mean of at most 1."""


@lru_cache(maxsize=1024)
def md1_wait_quantile(utilization_fraction: float, quantile: float) -> float:
    """Wait in the queue that the given share of requests does not exceed, in service times.

    Zero when at least that share finds the server idle: P(W = 0) = 1 - rho.
    """
    _require_fractions(utilization_fraction, quantile)
    if quantile <= 1.0 - utilization_fraction:
        return 0.0
    at_most = _number_in_system(utilization_fraction, EXACT_SERVICES)
    services = next((k for k, share in enumerate(at_most) if share >= quantile), None)
    if services is None:
        decay = _tail_decay(utilization_fraction)
        return EXACT_SERVICES + math.log((1.0 - at_most[-1]) / (1.0 - quantile)) / decay
    return _root_within(utilization_fraction, at_most, services, quantile)


def sojourn_p95(service_s: float, utilization_fraction: float) -> float:
    """95th percentile of wait + service [s] of one server with constant service time."""
    if not (0.0 < service_s < math.inf):
        raise RoiError(f"service time {service_s!r} s must be above 0 and finite")
    return service_s * (1.0 + md1_wait_quantile(utilization_fraction, 0.95))


def _number_in_system(rho: float, services: int) -> list[float]:
    """P(L <= i) for i = 0 to services."""
    beyond = _poisson_tails(rho)
    weights = [1.0 - rho]
    for i in range(1, services + 1):
        first = max(1, i + 1 - POISSON_TERMS)
        ups = sum(weights[j] * beyond[i - j + 1] for j in range(first, i))
        if i <= POISSON_TERMS:
            ups += weights[0] * beyond[i]
        weights.append(ups * math.exp(rho))
    at_most = [weights[0]]
    for weight in weights[1:]:
        at_most.append(at_most[-1] + weight)
    return at_most


def _poisson_tails(mean: float) -> list[float]:
    """P(A >= i) for i = 0 to POISSON_TERMS, added from the far end so that small ones keep their digits."""
    term = math.exp(-mean)
    terms = [term]
    for i in range(1, POISSON_TERMS + 20):
        term *= mean / i
        terms.append(term)
    return [math.fsum(terms[i:]) for i in range(POISSON_TERMS + 1)]


def _wait_probability(rho: float, at_most: list[float], services: int, before: float) -> float:
    """P(W <= services - before), 0 <= before <= 1, by the sum at the head of the module."""
    term = math.exp(-rho * before)
    total = 0.0
    for j in range(services):
        total += term * at_most[services - j]
        term *= rho * before / (j + 1)
    return total


def _root_within(rho: float, at_most: list[float], services: int, quantile: float) -> float:
    """The wait in the last service time before `services` at which the distribution reaches the quantile."""
    low, high = 0.0, 1.0
    while high - low > 1e-15:
        middle = 0.5 * (low + high)
        if _wait_probability(rho, at_most, services, middle) >= quantile:
            low = middle
        else:
            high = middle
    return services - low


def _tail_decay(rho: float) -> float:
    """The positive root of theta / (e^theta - 1) = rho, between 2 (1 - rho) and -2 ln rho, by bisection."""
    low, high = 2.0 * (1.0 - rho), -2.0 * math.log(rho)
    while high - low > 1e-15 * high:
        middle = 0.5 * (low + high)
        if middle in (low, high):
            break
        if middle / math.expm1(middle) > rho:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


def _require_fractions(utilization_fraction: float, quantile: float) -> None:
    if not 0.0 <= utilization_fraction < 1.0:
        raise RoiError(
            f"utilization {utilization_fraction!r} must be at least 0 and below 1; at 1 and above the queue "
            "grows without end, add servers"
        )
    if not 0.0 <= quantile < 1.0:
        raise RoiError(f"quantile {quantile!r} must be at least 0 and below 1")
