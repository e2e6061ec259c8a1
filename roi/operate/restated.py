"""What the decision brings if the months to come are like one that is over: the plan's own cash and tax.

Against today stands what today would have cost for as many requests: more work is no loss where today would have
had it too. Saved working time is cash to the plan's fraction, a further minute whole; tax on the difference falls
due at the end of each year, write-offs being those of the plan.
"""

import math
from dataclasses import dataclass

from roi.finance.depreciation import tax_flows
from roi.finance.discounting import MONTHS_PER_YEAR, monthly_rate, npv
from roi.finance.payback import simple_payback_months
from roi.operate.approved import Approved, Month
from roi.operate.counted import Happened
from roi.operate.lines import Account
from roi.planning.cash_flow import realised
from roi.policy.monthly_plan import PlannedReturn


@dataclass(frozen=True)
class Restated:
    """What the decision brings if the months to come are like this one."""

    npv_approved: float
    npv: float
    payback_approved: float | None
    """[months]"""
    payback: float | None
    """[months]"""
    cash_flows: tuple[float, ...]
    """Monthly cash of the difference to today, index 0 = the first day, after tax [money]."""
    after_tax: bool


@dataclass(frozen=True)
class _More:
    """What a month saved more against today than was planned [money]."""

    running: float
    """People who look apart."""
    review: float


def restated(held: Approved, found: Happened, account: Account) -> Restated | None:
    """The plan's return with this month's difference in every month from this one on; None without a baseline."""
    brings = held.plan.brings
    if brings is None:
        return None
    more = _more(held, found, account, brings)
    flows = _flows(held, found.month, brings, more)
    rate = monthly_rate(brings.discount_rate_per_year)
    return Restated(
        npv_approved=brings.npv,
        npv=brings.npv + npv(flows, rate) - npv(brings.cash_flows, rate),
        payback_approved=brings.simple_payback_months,
        payback=simple_payback_months(flows),
        cash_flows=tuple(flows),
        after_tax=brings.tax_rate is not None,
    )


def _more(held: Approved, found: Happened, account: Account, brings: PlannedReturn) -> _More:
    year, uses = held.year_of(found.month), held.uses(found.month)
    running, review = [], []
    for today in brings.today:
        asked = math.fsum(use.requests for use in uses if use.workload == today.workload)
        if today.year == year and asked:
            done = sum(each.requests for key, each in found.uses.items() if key[0] == today.workload)
            running.append(today.running * (done / asked - 1.0))
            review.append(today.review * (done / asked - 1.0))
    for line in account.lines:
        (review if line.component == "review" else running).append(line.planned - line.actual)
    return _More(math.fsum(running), math.fsum(review))


def _flows(held: Approved, month: Month, brings: PlannedReturn, more: _More) -> list[float]:
    flows = list(brings.cash_flows)
    first, years = month.since(held.first_month) + 1, (len(flows) - 1) // MONTHS_PER_YEAR
    added = [more.running + _cash_of_looks(held, brings, year, more.review) for year in range(1, years + 1)]
    by_year = [0.0] * years
    for place in range(first, len(flows)):
        year = (place - 1) // MONTHS_PER_YEAR
        flows[place] += added[year]
        by_year[year] += added[year]
    if brings.tax_rate is not None:
        for year, tax in enumerate(tax_flows(by_year, [0.0] * years, brings.tax_rate)):
            flows[(year + 1) * MONTHS_PER_YEAR] += tax
    return flows


def _cash_of_looks(held: Approved, brings: PlannedReturn, year: int, more: float) -> float:
    """What further saved working time of a month of a year of the plan is in cash [money]."""
    planned, fraction = planned_looks(held, year), brings.cash_realisation_fraction
    if fraction is None:  # nobody works today: nothing of theirs can be saved
        return more
    return realised(planned + more, fraction) - realised(planned, fraction)


def planned_looks(held: Approved, year: int) -> float:
    """Working time that a mean month of a year of the plan saves against today [money]."""
    today = () if held.plan.brings is None else held.plan.brings.today
    return math.fsum(
        (
            *(one.review for one in today if one.year == year),
            *(-one.costs.get("review", 0.0) for one in held.plan.uses if one.year == year),
        )
    )
