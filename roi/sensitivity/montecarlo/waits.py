"""The 95th percentile of the M/D/1 queue for a column of utilisations, by the sums of `roi.queueing`."""

import math

import numpy as np

from roi.arrays import FloatArray, IntArray
from roi.queueing import EXACT_SERVICES, POISSON_TERMS

QUANTILE = 0.95
HALVINGS = 52
"""From a whole service time down to the rounding of a double."""


def waits_p95(utilization: FloatArray) -> FloatArray:
    """Wait that 95 % of requests do not exceed, in service times; utilisation in [0, 1), any shape."""
    rho = np.ravel(utilization)
    at_most = _number_in_system(rho)
    reached = at_most >= QUANTILE
    services = np.argmax(reached, axis=0)
    waits = services - _before(rho, at_most, services)
    late = ~reached.any(axis=0)
    if late.any():
        waits[late] = _tail(rho[late], at_most[-1, late])
    waits[rho <= 1.0 - QUANTILE] = 0.0
    return np.reshape(waits, np.shape(utilization))


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
    """P(A >= i) for i = 0 .. POISSON_TERMS, added from the far end."""
    terms = np.empty((POISSON_TERMS + 20, len(mean)))
    terms[0] = np.exp(-mean)
    for i in range(1, len(terms)):
        terms[i] = terms[i - 1] * mean / i
    return np.asarray(np.cumsum(terms[::-1], axis=0)[::-1][: POISSON_TERMS + 1])


def _before(rho: FloatArray, at_most: FloatArray, services: IntArray) -> FloatArray:
    """How long before the end of that service time the quantile is reached, in service times."""
    low, high = np.zeros_like(rho), np.ones_like(rho)
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        enough = _probability(rho, at_most, services, middle) >= QUANTILE
        low, high = np.where(enough, middle, low), np.where(enough, high, middle)
    return low


def _probability(rho: FloatArray, at_most: FloatArray, services: IntArray, before: FloatArray) -> FloatArray:
    """P(W <= services - before)."""
    term, total = np.exp(-rho * before), np.zeros_like(rho)
    rows = np.arange(len(rho))
    for j in range(int(services.max(initial=0))):
        total += np.where(j < services, term * at_most[np.maximum(services - j, 0), rows], 0.0)
        term = term * rho * before / (j + 1)
    return total


def _tail(rho: FloatArray, at_most: FloatArray) -> FloatArray:
    low, high = 2.0 * (1.0 - rho), -2.0 * np.log(rho)
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        above = middle / np.expm1(middle) > rho
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    decay = 0.5 * (low + high)
    return np.asarray(EXACT_SERVICES + (np.log(1.0 - at_most) - math.log(1.0 - QUANTILE)) / decay)
