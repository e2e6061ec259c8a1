"""Present values, annuities and the rates between them."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from roi.errors import RoiError
from roi.numbers import Number, Symbol, exp, expm1, log1p, total, where, within

if TYPE_CHECKING:
    from roi.arrays import FloatArray

MONTHS_PER_YEAR = 12
"""Months of a year [1]."""


def present_value_factor(rate: Number, years: Number) -> Number:
    """Value today of one unit paid after the given years: (1 + rate)^-years."""
    require_rate(rate)
    if isinstance(rate, Symbol):
        found: Number = cast(Any, rate.of("present_value_factor", years))
        return found
    return exp(-years * log1p(rate))


def capital_recovery_factor(rate: Number, years: Number) -> Number:
    """Level payment at the end of each year that repays one unit: CRF = rate / (1 - (1 + rate)^-years).

    1 / years at rate 0, the limit. The sum of a geometric series solved for the payment.
    """
    require_rate(rate)
    if not within(years, 0.0, math.inf):
        raise RoiError(f"a life of {years!r} years must be above 0 and finite")
    if isinstance(rate, Symbol):
        found: Number = cast(Any, rate.of("recovery_factor", years))
        return found
    some = where(rate == 0.0, 1.0 + 0.0 * rate, rate)
    return where(rate == 0.0, 1.0 / years, some / -expm1(-years * log1p(some)))


def annuity(amount_today: Number, rate: Number, years: Number) -> Number:
    """Equal yearly amount, at the end of each year, worth the amount today: amount * CRF."""
    return amount_today * capital_recovery_factor(rate, years)


def npv(cash_flows: Sequence[Number], rate: Number) -> Number:
    """Net present value, index 0 = today and undiscounted: sum_{t>=0} flow_t / (1 + rate)^t.

    The convention of numpy-financial; a spreadsheet's NPV starts one period later, as `present_value` does.
    """
    return total(
        flow * present_value_factor(rate, period + 0.0 * rate) for period, flow in enumerate(cash_flows)
    )


def monthly_rate(annual_rate: Number) -> Number:
    """Effective rate per month, (1 + r)^(1/12) - 1, so that twelve months compound to the year."""
    require_rate(annual_rate)
    return expm1(log1p(annual_rate) / MONTHS_PER_YEAR)


def yearly_rate(rate_per_month: float) -> float:
    """Effective rate per year, (1 + r)^12 - 1: the inverse of `monthly_rate`."""
    require_rate(rate_per_month)
    return math.expm1(MONTHS_PER_YEAR * math.log1p(rate_per_month))


def start_factor(rate: Number, year: int) -> Number:
    """Value today of one unit paid at the beginning of a year, year 0 = now: (1 + rate)^-year, `rate` per year."""
    return present_value_factor(rate, year + 0.0 * rate)


def year_factor(rate: Number, year: int) -> Number:
    """Value today of one unit spread over a year, a twelfth at the end of each month; year 0 begins now.

    sum_{m=1}^{12} (1 + rate)^-(year + m / 12) / 12, `rate` per year: what the twelve monthly flows are worth at
    `monthly_rate(rate)`, so that years and months give one present value.
    """
    ends = (year + m / MONTHS_PER_YEAR + 0.0 * rate for m in range(1, MONTHS_PER_YEAR + 1))
    return total(present_value_factor(rate, end) for end in ends) / MONTHS_PER_YEAR


def require_rate(rate: "float | FloatArray | Symbol") -> None:
    """A rate of -1 or less, infinite or not a number has no present value."""
    if not within(rate, -1.0, math.inf):
        raise RoiError(f"rate {rate!r} per period must be above -1 and finite; five per cent is 0.05")
