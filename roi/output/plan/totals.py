"""Sums over a ledger that page, JSON and sentences show."""

import math
from collections.abc import Callable

from roi.cost import ONE_OFF, PAID_ONCE
from roi.planning.answer import PlanDecision, Worth
from roi.planning.entries import Ledger

LEAST_SAID = 1.0
"""Of the currency: a smaller total is no finding, and may be a rounding [money]."""
HARDLY_FRACTION = 0.005
"""Part of today's below which a saving is none to speak of: it rounds to 0 %."""
PEOPLE = ("review", "fallback")
"""Components that pay people or replace a picture; the others pay for making pictures."""


def fallback_pictures(decision: PlanDecision) -> float:
    """Requests of all years that end with a fallback picture."""
    return math.fsum(
        choice.option.fallback_fraction * math.fsum(choice.requests_by_year) for choice in decision.choices
    )


def today_ledger(decision: PlanDecision) -> Ledger | None:
    """The baseline, where it is of the same work as the plan: every workload states what serves it today."""
    return None if decision.without_baseline else decision.baseline


def today_worth(decision: PlanDecision) -> Worth | None:
    """Totals of the baseline, where it is of the same work as the plan."""
    return None if decision.without_baseline else decision.baseline_worth


def running_by_year(ledger: Ledger) -> tuple[float, ...]:
    """Cash of every year without what is paid once [money]."""
    return _by_year(ledger, lambda component: component not in ONE_OFF)


def paid_once(ledger: Ledger) -> float:
    """Purchases, opening and migration of all years [money], residual values not taken off."""
    return ledger.total(lambda entry: entry.component in PAID_ONCE)


def mean_running(ledger: Ledger) -> float:
    """Running cash of a year, mean over the years [money/year]."""
    return math.fsum(running_by_year(ledger)) / ledger.years


def people_fraction(ledger: Ledger) -> float | None:
    """Share of people and fallback pictures in the cost without residuals [1]; None when nothing is paid."""
    return _fraction(ledger, PEOPLE)


def electricity_fraction(ledger: Ledger) -> float | None:
    """Share of electricity and its demand charge [1]; None when electricity is part of every price paid."""
    components = ("electricity", "demand_charge")
    if not any(entry.component in components for entry in ledger.entries):
        return None
    return _fraction(ledger, components)


def _fraction(ledger: Ledger, components: tuple[str, ...]) -> float | None:
    paid = ledger.total(lambda entry: entry.component != "residual")
    return ledger.total(lambda entry: entry.component in components) / paid if paid > 0.0 else None


def _by_year(ledger: Ledger, counts: Callable[[str], bool]) -> tuple[float, ...]:
    amounts: list[list[float]] = [[] for _ in range(ledger.years)]
    for entry in ledger.entries:
        if counts(entry.component):
            amounts[entry.year].append(entry.amount)
    return tuple(math.fsum(of_year) for of_year in amounts)
