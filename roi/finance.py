"""Money over time: plain numbers in, plain numbers out.

Rates are fractions per period, 0.05 for five per cent, above -1; real with real amounts, nominal with nominal
ones. Amounts at the end of a period, costs negative in `cash_flows`, index 0 = today.
"""

import math
from collections.abc import Sequence

from roi.errors import RoiError

HOURS_PER_YEAR = 8760.0
"""Hours of a year of 365 days [h]."""

MONTHS_PER_YEAR = 12
"""Months of a year [1]."""


def present_value_factor(rate: float, years: float) -> float:
    """Value today of one unit paid after the given years: (1 + rate)^-years."""
    _require_rate(rate)
    return math.exp(-years * math.log1p(rate))


def capital_recovery_factor(rate: float, years: float) -> float:
    """Level payment at the end of each year that repays one unit: CRF = rate / (1 - (1 + rate)^-years).

    1 / years at rate 0, the limit. The sum of a geometric series solved for the payment.
    """
    _require_rate(rate)
    if not (0.0 < years < math.inf):
        raise RoiError(f"a life of {years!r} years must be above 0 and finite")
    if rate == 0.0:
        return 1.0 / years
    return rate / -math.expm1(-years * math.log1p(rate))


def annuity(amount_today: float, rate: float, years: float) -> float:
    """Equal yearly amount, at the end of each year, worth the amount today: amount * CRF."""
    return amount_today * capital_recovery_factor(rate, years)


def present_value(cash_flows: Sequence[float], rate: float) -> float:
    """Value today of flows at the ends of periods 1, 2, ...: sum_{t>=1} flow_t / (1 + rate)^t."""
    _require_rate(rate)
    return math.fsum(
        flow * present_value_factor(rate, period) for period, flow in enumerate(cash_flows, start=1)
    )


def npv(cash_flows: Sequence[float], rate: float) -> float:
    """Net present value, index 0 = today and undiscounted: sum_{t>=0} flow_t / (1 + rate)^t.

    The convention of numpy-financial; a spreadsheet's NPV starts one period later, as `present_value` does.
    """
    return math.fsum(flow * present_value_factor(rate, period) for period, flow in enumerate(cash_flows))


def monthly_rate(annual_rate: float) -> float:
    """Effective rate per month, (1 + r)^(1/12) - 1, so that twelve months compound to the year."""
    _require_rate(annual_rate)
    return math.expm1(math.log1p(annual_rate) / MONTHS_PER_YEAR)


def own_rate_per_h(
    capex: float,
    residual: float,
    rate: float,
    life_years: float,
    yearly_costs: float,
    utilization_fraction: float,
) -> float:
    """Money per busy hour of an owned board, electricity apart.

    [(capex - residual / (1 + r)^L) * CRF(r, L) + yearly costs] / (8760 * utilization), amounts positive.
    Derived from the rent that, paid at the end of each year, is worth what buying costs today net of the
    resale at the end. `yearly_costs` are upkeep and space; idle hours are borne by the busy ones.
    """
    if not 0.0 < utilization_fraction <= 1.0:
        raise RoiError(f"utilization {utilization_fraction!r} must lie above 0 and at most at 1")
    net_capex = capex - residual * present_value_factor(rate, life_years)
    yearly = annuity(net_capex, rate, life_years) + yearly_costs
    return yearly / (HOURS_PER_YEAR * utilization_fraction)


def _require_rate(rate: float) -> None:
    if not (-1.0 < rate < math.inf):
        raise RoiError(f"rate {rate!r} per period must be above -1 and finite; five per cent is 0.05")
