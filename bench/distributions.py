"""Distribution functions and quantiles of Student's t, chi-square and beta, without a library for them."""

import functools
import math
from collections.abc import Callable

_BISECTIONS = 200
_FRACTION_TERMS = 400
_TINY = 1e-300


@functools.lru_cache(maxsize=4096)
def t_quantile(probability: float, degrees_of_freedom: float) -> float:
    """Quantile of Student's t, by bisection on its distribution function (relative error below 1e-8).

    Needs 0.5 <= probability < 1 and degrees of freedom > 0, which need not be whole.
    """
    if probability == 0.5:
        return 0.0
    high = 1.0
    while t_distribution(high, degrees_of_freedom) < probability:
        high *= 2
    return _bisected(lambda t: t_distribution(t, degrees_of_freedom), probability, high)


def t_distribution(t: float, degrees_of_freedom: float) -> float:
    """P(T <= t) for t >= 0: 1 - I_x(v / 2, 1 / 2) / 2 with x = v / (v + t^2) (DLMF 8.17)."""
    v = degrees_of_freedom
    if t * t < v:
        return 0.5 + 0.5 * _incomplete_beta(0.5, v / 2, t * t / (v + t * t))
    return 1.0 - 0.5 * _incomplete_beta(v / 2, 0.5, v / (v + t * t))


def chi_square_quantile(probability: float, degrees_of_freedom: float) -> float:
    """Quantile of the chi-square distribution, by bisection; needs 0 < probability < 1."""
    high = degrees_of_freedom + 1.0
    while chi_square_distribution(high, degrees_of_freedom) < probability:
        high *= 2
    return _bisected(lambda x: chi_square_distribution(x, degrees_of_freedom), probability, high)


def chi_square_distribution(x: float, degrees_of_freedom: float) -> float:
    """P(X <= x) for x >= 0: the regularised lower incomplete gamma P(v / 2, x / 2) (DLMF 8.2.4)."""
    return _incomplete_gamma(degrees_of_freedom / 2, x / 2)


def beta_quantile(probability: float, a: float, b: float) -> float:
    """Quantile of the beta distribution, by bisection; needs 0 < probability < 1."""
    return _bisected(lambda x: _incomplete_beta(a, b, x), probability, 1.0)


def _bisected(rising: Callable[[float], float], target: float, high: float) -> float:
    """Where a rising function on 0 to `high` reaches the target."""
    low = 0.0
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        if not low < middle < high:
            break
        low, high = (middle, high) if rising(middle) < target else (low, middle)
    return (low + high) / 2


def _incomplete_gamma(a: float, x: float) -> float:
    """Regularised P(a, x): the series converges fast below x = a + 1, above it the continued fraction of Q."""
    if x <= 0.0:
        return 0.0
    front = math.exp(a * math.log(x) - x - math.lgamma(a))
    return front * _gamma_series(a, x) if x < a + 1 else 1.0 - front * _gamma_fraction(a, x)


def _gamma_series(a: float, x: float) -> float:
    """Sum of x^n / (a (a + 1) ... (a + n)) of DLMF 8.7.1."""
    term = total = 1.0 / a
    n = 0
    while term > total * 1e-17:
        n += 1
        term *= x / (a + n)
        total += term
    return total


def _gamma_fraction(a: float, x: float) -> float:
    """1 / (x + 1 - a - (1 - a) / (x + 3 - a - ...)) of DLMF 8.9.2, by Lentz's method."""
    numerator, denominator = 1.0 / _TINY, 1.0 / (x + 1 - a)
    value = denominator
    for term in range(1, _FRACTION_TERMS):
        share, whole = -term * (term - a), x + 2 * term + 1 - a
        denominator = 1.0 / _away_from_zero(whole + share * denominator)
        numerator = _away_from_zero(whole + share / numerator)
        step = numerator * denominator
        value *= step
        if abs(step - 1.0) < 1e-16:
            break
    return value


def _incomplete_beta(a: float, b: float, x: float) -> float:
    """Regularised I_x(a, b); the continued fraction converges fast below x = (a + 1) / (a + b + 2)."""
    if x <= 0.0 or x >= 1.0:
        return min(1.0, max(0.0, x))
    if x > (a + 1) / (a + b + 2):
        return 1.0 - _incomplete_beta(b, a, 1.0 - x)
    log_front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    return math.exp(log_front) / (a * _beta_fraction(a, b, x))


def _beta_fraction(a: float, b: float, x: float) -> float:
    """1 + d1 / (1 + d2 / (1 + ...)) of DLMF 8.17.22, by Lentz's method."""
    value, numerator, denominator = 1.0, 1.0, 0.0
    for term in range(1, _FRACTION_TERMS):
        d = _beta_coefficient(a, b, x, term)
        denominator = 1.0 / _away_from_zero(1.0 + d * denominator)
        numerator = _away_from_zero(1.0 + d / numerator)
        step = numerator * denominator
        value *= step
        if abs(step - 1.0) < 1e-16:
            break
    return value


def _beta_coefficient(a: float, b: float, x: float, term: int) -> float:
    m = term // 2
    if term % 2 == 0:
        return m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
    return -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))


def _away_from_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY
