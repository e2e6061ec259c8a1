"""Money over time: plain numbers in, plain numbers out.

Rates are fractions per period, 0.05 for five per cent, above -1; real with real amounts, nominal with nominal
ones. Amounts at the end of a period, costs negative in `cash_flows`, index 0 = today.

`discounting` holds present values, annuities and rates, `rates_of_return` the internal rate of return, `payback`
its times, `measures` the figures that sum up a plan and the price of an hour on an own board, `depreciation` the
fiscal year with its tax. What a plan is worth takes columns of draws as well, one a period (`roi.numbers`).
"""
