"""When an outlay has come back.

Flows per period, index 0 = today, costs negative. A period's flow is taken to come evenly within the period that
ends at its index, so that payback times are fractional. Periods are months here; flows of years give years.
"""

import math
from collections.abc import Sequence
from itertools import accumulate

from roi.finance.discounting import present_value_factor
from roi.numbers import Column, smaller, total, where

ROUNDING = 4 * math.ulp(1.0)
"""Rounding of one term of a cumulative flow, relative to the sum of the terms' amounts [1]."""


def simple_payback_months(cash_flows: Sequence[float]) -> float | None:
    """Months after which the cumulative flow is never below zero again; None when it ends below zero."""
    found = payback_months(cash_flows) if cash_flows else 0.0
    return None if math.isnan(found) else found


def payback_months(cash_flows: Sequence[Column]) -> Column:
    """Months after which the cumulative flow is never below zero again; NaN where it ends below zero.

    The last crossing, not the first: a replacement that is bought later must come back too. 0 when nothing is
    ever owed. A level within rounding of zero is zero. Undiscounted, of the difference to the baseline (Short,
    Packey and Holt, A Manual for the Economic Evaluation of Energy Efficiency and Renewable Energy Technologies,
    NREL/TP-462-5173, 1995).
    """
    nothing = 0.0 * cash_flows[0]
    tolerance = ROUNDING * len(cash_flows) * total(abs(flow) for flow in cash_flows)
    months = nothing
    for period, level in enumerate(accumulate(cash_flows)):
        after = math.nan + nothing
        if period + 1 < len(cash_flows):
            next_flow = cash_flows[period + 1]
            rise = where(next_flow == 0.0, 1.0 + nothing, next_flow)
            after = period + smaller(1.0 + nothing, -level / rise)
        months = where(level < -tolerance, after, months)
    return months


def discounted_payback_months(cash_flows: Sequence[float], monthly_rate: float) -> float | None:
    """As `simple_payback_months`, of the flows' values today: flow_t / (1 + monthly_rate)^t.

    None when the net present value is below zero: then the outlay and its interest never come back.
    """
    factors = (present_value_factor(monthly_rate, period) for period in range(len(cash_flows)))
    return simple_payback_months([flow * factor for flow, factor in zip(cash_flows, factors, strict=True)])
