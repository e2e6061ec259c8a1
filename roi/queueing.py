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

The calculations take a column of utilisations, which may be draws, any shape; one alone is a column of one.
"""

import math
from functools import lru_cache

import numpy as np

from roi.arrays import FloatArray, IntArray
from roi.errors import RoiError

EXACT_SERVICES = 60
"""Service times up to which the wait is summed. Beyond, the exponential tail agrees to rounding: such waits
matter at rho > 0.7 only, where the rest falls by more than e^1.5 per service time relative to it."""

POISSON_TERMS = 40
"""P(A >= 40) is below 1e-47 for a mean of at most 1."""
HALVINGS = 52
"""From a whole service time down to the rounding of a double."""


@lru_cache(maxsize=1024)
def md1_wait_quantile(utilization_fraction: float, quantile: float) -> float:
    """Wait in the queue that the given share of requests does not exceed, in service times.

    Zero when at least that share finds the server idle: P(W = 0) = 1 - rho.
    """
    return float(wait_quantiles(np.array([utilization_fraction]), quantile)[0])


def sojourn_p95(service_s: float, utilization_fraction: float) -> float:
    """95th percentile of wait + service [s] of one server with constant service time."""
    if not (0.0 < service_s < math.inf):
        raise RoiError(f"service time {service_s!r} s must be above 0 and finite")
    return service_s * (1.0 + md1_wait_quantile(utilization_fraction, 0.95))


def wait_quantiles(utilization_fractions: FloatArray, quantile: float) -> FloatArray:
    """The wait of every utilisation, in service times."""
    rho = np.ravel(utilization_fractions)
    _require_fractions(rho, quantile)
    at_most = _number_in_system(rho)
    reached = at_most >= quantile
    services = np.argmax(reached, axis=0)
    waits = services - _before(rho, at_most, services, quantile)
    late = ~reached.any(axis=0)
    if late.any():
        rest = np.log((1.0 - at_most[-1, late]) / (1.0 - quantile))
        waits[late] = EXACT_SERVICES + rest / _tail_decay(rho[late])
    waits[quantile <= 1.0 - rho] = 0.0
    return np.reshape(waits, np.shape(utilization_fractions))


def _number_in_system(rho: FloatArray) -> FloatArray:
    """P(L <= i) for i = 0 .. EXACT_SERVICES [(EXACT_SERVICES + 1) x D]."""
    beyond = _poisson_tails(rho)
    weights = np.empty((EXACT_SERVICES + 1, len(rho)))
    weights[0] = 1.0 - rho
    grow = np.exp(rho)
    for i in range(1, EXACT_SERVICES + 1):
        first = max(1, i + 1 - POISSON_TERMS)
        ups = np.einsum("jd,jd->d", weights[first:i], beyond[i - first + 1 : 1 : -1])
        if i <= POISSON_TERMS:
            ups += weights[0] * beyond[i]
        weights[i] = ups * grow
    return np.cumsum(weights, axis=0)


def _poisson_tails(mean: FloatArray) -> FloatArray:
    """P(A >= i) for i = 0 .. POISSON_TERMS, added from the far end so that small ones keep their digits."""
    terms = np.empty((POISSON_TERMS + 20, len(mean)))
    terms[0] = np.exp(-mean)
    for i in range(1, len(terms)):
        terms[i] = terms[i - 1] * mean / i
    return np.asarray(np.cumsum(terms[::-1], axis=0)[::-1][: POISSON_TERMS + 1])


def _before(rho: FloatArray, at_most: FloatArray, services: IntArray, quantile: float) -> FloatArray:
    """How long before the end of that service time the quantile is reached, in service times."""
    low, high = np.zeros_like(rho), np.ones_like(rho)
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        enough = _wait_probability(rho, at_most, services, middle) >= quantile
        low, high = np.where(enough, middle, low), np.where(enough, high, middle)
    return low


def _wait_probability(
    rho: FloatArray, at_most: FloatArray, services: IntArray, before: FloatArray
) -> FloatArray:
    """P(W <= services - before), 0 <= before <= 1, by the sum at the head of the module."""
    term, total = np.exp(-rho * before), np.zeros_like(rho)
    rows = np.arange(len(rho))
    for j in range(int(services.max(initial=0))):
        total += np.where(j < services, term * at_most[np.maximum(services - j, 0), rows], 0.0)
        term = term * rho * before / (j + 1)
    return total


def _tail_decay(rho: FloatArray) -> FloatArray:
    """The positive root of theta / (e^theta - 1) = rho, between 2 (1 - rho) and -2 ln rho, by bisection."""
    low, high = 2.0 * (1.0 - rho), -2.0 * np.log(rho)
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        above = middle / np.expm1(middle) > rho
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    return np.asarray(0.5 * (low + high))


def _require_fractions(utilization_fractions: FloatArray, quantile: float) -> None:
    wrong = utilization_fractions[~((utilization_fractions >= 0.0) & (utilization_fractions < 1.0))]
    if len(wrong):
        raise RoiError(
            f"utilization {float(wrong[0])!r} must be at least 0 and below 1; at 1 and above the queue "
            "grows without end, add servers"
        )
    if not 0.0 <= quantile < 1.0:
        raise RoiError(f"quantile {quantile!r} must be at least 0 and below 1")
