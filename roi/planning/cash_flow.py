"""Monthly cash of the plan against the baseline, of one ledger or in every draw.

Index 0 is today: what is paid at the beginning of year y stands at month 12 y, running costs a twelfth at the end
of each month, the residual and tax at the end of their year. Savings are positive. An internal carbon price is not
cash and is not here. Years of the plan stand for fiscal years. D is 1 for a ledger.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from roi.arrays import FloatArray, column
from roi.errors import RoiError
from roi.finance.depreciation import declining_balance_japan, straight_line, tax_flows
from roi.finance.discounting import MONTHS_PER_YEAR
from roi.numbers import Column, where
from roi.options.terms import Figures
from roi.planning.entries import Ledger
from roi.scenario import effective
from roi.scenario.money import Tax
from roi.scenario.supply import Own
from roi.texts.messages import Message, at

Read = Figures[float] | Figures[FloatArray]
"""Who says what a figure is: its value, or its draws."""


@dataclass(frozen=True, eq=False)
class Spending:
    """Money of a course of action; costs positive, a residual negative [money, D x Y each]."""

    running: FloatArray
    """Over the year, people who look apart."""
    review: FloatArray
    """People who look."""
    start: FloatArray
    """At the beginning of each year, purchases apart."""
    purchases: Mapping[str, FloatArray]
    """At the beginning of each year, by supply."""
    end: FloatArray
    """At the end of each year."""

    @property
    def bought(self) -> FloatArray:
        """All purchases at the beginning of each year."""
        return sum(self.purchases.values(), start=np.zeros_like(self.running))

    @property
    def by_month(self) -> FloatArray:
        """All of it by month [money, D x (12 Y + 1)]."""
        return by_month(self.running + self.review, self.start + self.bought, self.end)


@dataclass(frozen=True, eq=False)
class CashFlow:
    """The difference between two courses of action, and what it is made of."""

    before_tax: FloatArray
    """[money, D x (12 Y + 1)]"""
    after_tax: FloatArray
    """[money, D x (12 Y + 1)]"""
    tax: FloatArray
    """At the end of each year, paid tax negative [money, D x Y]."""
    unrealised_review: FloatArray
    """Saved working time that is not counted as cash, by year [money, D x Y]."""


def spending(ledger: Ledger) -> Spending:
    """The ledger by year and by when it is paid, as the one draw."""
    nothing = np.zeros((1, ledger.years))
    running, review, start, end = (nothing.copy() for _ in range(4))
    when = {"during": running, "start": start, "end": end}
    purchases: dict[str, FloatArray] = {}
    for entry in ledger.entries:
        where = review if entry.component == "review" else when[entry.timing]
        if entry.component == "purchase" and entry.supply is not None:
            where = purchases.setdefault(entry.supply, nothing.copy())
        where[0, entry.year] += entry.amount
    return Spending(running, review, start, purchases, end)


def by_month(running: FloatArray, start: FloatArray, end: FloatArray) -> FloatArray:
    """Yearly amounts by month: twelfths at the ends of months, beginnings, ends [D x Y] -> [D x (12 Y + 1)]."""
    size, years = running.shape
    flows = np.zeros((size, MONTHS_PER_YEAR * years + 1))
    flows[:, 1:] = np.repeat(running / MONTHS_PER_YEAR, MONTHS_PER_YEAR, axis=1)
    flows[:, 0:-1:MONTHS_PER_YEAR] += start
    flows[:, MONTHS_PER_YEAR::MONTHS_PER_YEAR] += end
    return flows


def cash_flow(read: Read, plan: Spending, today: Spending) -> CashFlow:
    """The difference between two courses of action that deliver the same pictures.

    Raises
    ------
    RoiError
        When people work in the baseline and the scenario does not say how much of their time is money.
    """
    saved = today.review - plan.review
    counted = _counted_review(read, today, saved)
    running = today.running - plan.running + counted
    start, end = today.start - plan.start, today.end - plan.end
    tax = _tax(read, running + start + end, written_off(read, plan) - written_off(read, today))
    start = start + today.bought - plan.bought
    before = by_month(running, start, end)
    return CashFlow(before, by_month(running, start, end + tax), tax, saved - counted)


def realised(saved: Column, fraction: Column) -> Column:
    """Saved money of people that is cash: a saved minute only to a fraction, a further minute whole."""
    return where(saved > 0.0, saved * fraction, saved)


def _counted_review(read: Read, today: Spending, saved: FloatArray) -> FloatArray:
    """What of it is cash."""
    fraction = read.scenario.finance.cash_realisation_fraction
    if fraction is not None:
        return realised(saved, column(read.figure(fraction)))
    if today.review.any():
        raise unrealised()
    return saved


def unrealised() -> RoiError:
    """People look today, and nobody says how much of their saved time is money."""
    return RoiError(at("finance.cash_realisation_fraction", Message("planning.realisation")))


def _tax(read: Read, taxable: FloatArray, written_off: FloatArray) -> FloatArray:
    """On the difference at the end of each year; a loss is set against other profit [money, D x Y]."""
    tax = read.scenario.finance.tax
    if tax is None:
        return np.zeros_like(taxable)
    rate = column(read.figure(tax.rate))[:, 0]
    return np.stack(tax_flows(list(taxable.T), list(written_off.T), rate), axis=1)


def written_off(read: Read, spent: Spending) -> FloatArray:
    """Charges of all purchases by year; none without a tax rate [money, D x Y].

    A server that leaves, at the end of its life or of the horizon, is written off whole in that year, against
    which stands what it fetches.
    """
    tax, charges = read.scenario.finance.tax, np.zeros_like(spent.running)
    if tax is None:
        return charges
    for supply in read.scenario.supplies:
        if isinstance(supply, Own) and supply.name in spent.purchases:
            years = column(read.figure(effective.lifetime_years(supply)))[:, 0]
            lives = np.maximum(1.0, np.floor(years))
            for life in np.unique(lives):
                there = np.broadcast_to(lives == life, len(charges))
                amounts = spent.purchases[supply.name][there]
                charges[there] += amounts @ _schedule(tax, int(life), charges.shape[1])
    return charges


def _schedule(tax: Tax, life_years: int, years: int) -> FloatArray:
    """Charges of one unit of money that is spent in year v and leaves at its end [v x y]."""
    schedule = np.zeros((years, years))
    method = straight_line if tax.depreciation == "straight_line" else declining_balance_japan
    for year in range(years):
        count = min(year + life_years, years) - year
        charges = list(method(1.0, 0.0, tax.life_years, count))
        charges[-1] += 1.0 - sum(charges)
        schedule[year, year : year + count] = charges
    return schedule
