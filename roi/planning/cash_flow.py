"""Monthly cash of the plan against the baseline.

Index 0 is today: what is paid at the beginning of year y stands at month 12 y, running costs a twelfth at the end
of each month, the residual and tax at the end of their year. Savings are positive. An internal carbon price is not
cash and is not here. Years of the plan stand for fiscal years.
"""

import math
from dataclasses import dataclass

from roi.errors import RoiError
from roi.finance import MONTHS_PER_YEAR
from roi.planning.answer import Entry, Ledger
from roi.planning.write_off import written_off
from roi.scenario.document import Scenario

REVIEW = "review"


@dataclass(frozen=True, slots=True)
class CashFlow:
    """The difference by month, before tax, and what it is made of."""

    before_tax: tuple[float, ...]
    """[money, 12 Y + 1]"""
    taxable: tuple[float, ...]
    """Savings of a year on which tax is due before anything is written off [money, Y]."""
    written_off: tuple[float, ...]
    """Depreciation of the plan's purchases less that of the baseline's, by year [money, Y]."""
    unrealised_review: tuple[float, ...]
    """Saved working time that is not counted as cash, by year [money, Y]."""


def cash_flow(scenario: Scenario, plan: Ledger, baseline: Ledger) -> CashFlow:
    """The difference between two courses of action that deliver the same pictures.

    Raises
    ------
    RoiError
        When people work in the baseline and the scenario does not say how much of their time is money.
    """
    years = plan.years
    flows = [0.0] * (MONTHS_PER_YEAR * years + 1)
    taxable = [0.0] * years
    for sign, ledger in ((1.0, baseline), (-1.0, plan)):
        for entry in ledger.entries:
            if entry.component != REVIEW:
                _book(flows, entry, sign * entry.amount)
            if entry.component not in (REVIEW, "purchase"):
                taxable[entry.year] += sign * entry.amount
    saved = review_saving(plan, baseline)
    counted = counted_review(scenario, baseline, saved)
    for year, amount in enumerate(counted):
        _spread(flows, year, amount)
        taxable[year] += amount
    return CashFlow(
        before_tax=tuple(flows),
        taxable=tuple(taxable),
        written_off=tuple(
            mine - theirs
            for mine, theirs in zip(written_off(scenario, plan), written_off(scenario, baseline), strict=True)
        ),
        unrealised_review=tuple(a - b for a, b in zip(saved, counted, strict=True)),
    )


def review_saving(plan: Ledger, baseline: Ledger) -> tuple[float, ...]:
    """Working time of the baseline less that of the plan, at its wage, by year [money, Y]."""
    mine, theirs = _review(plan), _review(baseline)
    return tuple(today - then for today, then in zip(theirs, mine, strict=True))


def counted_review(scenario: Scenario, baseline: Ledger, saved: tuple[float, ...]) -> tuple[float, ...]:
    """What of it is cash: a saved minute only to `cash_realisation_fraction`, a further minute whole.

    Raises
    ------
    RoiError
        When people work in the baseline and the fraction is not given.
    """
    fraction = scenario.finance.cash_realisation_fraction
    if fraction is None:
        if any(_review(baseline)):
            raise RoiError(
                "finance.cash_realisation_fraction: people look at pictures in the baseline, and a saved minute is "
                "not yet saved money; write the share of saved working time that leaves the payroll, 0 to 1"
            )
        return saved
    return tuple(amount * fraction.value if amount > 0 else amount for amount in saved)


def _review(ledger: Ledger) -> tuple[float, ...]:
    return tuple(
        math.fsum(each.amount for each in ledger.entries if each.component == REVIEW and each.year == year)
        for year in range(ledger.years)
    )


def _book(flows: list[float], entry: Entry, amount: float) -> None:
    if entry.timing == "during":
        _spread(flows, entry.year, amount)
    else:
        flows[MONTHS_PER_YEAR * (entry.year + (entry.timing == "end"))] += amount


def _spread(flows: list[float], year: int, amount: float) -> None:
    for month in range(1, MONTHS_PER_YEAR + 1):
        flows[MONTHS_PER_YEAR * year + month] += amount / MONTHS_PER_YEAR
