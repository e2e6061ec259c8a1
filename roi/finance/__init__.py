"""Money over time: plain numbers in, plain numbers out.

Rates are fractions per period, 0.05 for five per cent, above -1; real with real amounts, nominal with nominal
ones. Amounts at the end of a period, costs negative in `cash_flows`, index 0 = today.

`discounting` holds present values, annuities and rates, `rates_of_return` the internal rate of return, `payback`
its times, `measures` the figures that sum up a plan and the price of an hour on an own board, `depreciation` the
fiscal year with its tax. What a plan is worth takes columns of draws as well, one a period (`roi.numbers`).
"""

from roi.finance.depreciation import declining_balance_japan, straight_line, tax_flows
from roi.finance.discounting import (
    MONTHS_PER_YEAR,
    annuity,
    capital_recovery_factor,
    monthly_rate,
    npv,
    present_value_factor,
    start_factor,
    year_factor,
    yearly_rate,
)
from roi.finance.measures import (
    abatement_cost_per_tonne,
    equivalent_annual_cost,
    own_rate_per_h,
    roi_fraction,
)
from roi.finance.payback import discounted_payback_months, payback_months, simple_payback_months
from roi.finance.rates_of_return import Irr, IrrReason, irr

__all__ = [
    "MONTHS_PER_YEAR",
    "Irr",
    "IrrReason",
    "abatement_cost_per_tonne",
    "annuity",
    "capital_recovery_factor",
    "declining_balance_japan",
    "discounted_payback_months",
    "equivalent_annual_cost",
    "irr",
    "monthly_rate",
    "npv",
    "own_rate_per_h",
    "payback_months",
    "present_value_factor",
    "roi_fraction",
    "simple_payback_months",
    "start_factor",
    "straight_line",
    "tax_flows",
    "year_factor",
    "yearly_rate",
]
