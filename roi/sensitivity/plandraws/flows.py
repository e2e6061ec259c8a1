"""Two courses of action as monthly cash in every draw, and their difference, as in `roi.planning.cash_flow`."""

import numpy as np

from roi.arrays import FloatArray
from roi.finance import declining_balance_japan, straight_line
from roi.scenario import effective
from roi.scenario.supply import Own
from roi.sensitivity.montecarlo.drawn import Drawn
from roi.sensitivity.plandraws.course import Course
from roi.units import MONTHS_PER_YEAR

MONTHS = int(MONTHS_PER_YEAR)


def cash_of(running: FloatArray, start: FloatArray, end: FloatArray) -> FloatArray:
    """Yearly amounts by month: twelfths at the ends of months, beginnings, ends [D x Y] -> [D x (12 Y + 1)]."""
    size, years = running.shape
    flows = np.zeros((size, MONTHS * years + 1))
    flows[:, 1:] = np.repeat(running / MONTHS_PER_YEAR, MONTHS, axis=1)
    flows[:, 0:-1:MONTHS] += start
    flows[:, MONTHS::MONTHS] += end
    return flows


def cost_flows(found: Course) -> FloatArray:
    """All cash of a course of action by month, costs positive [D x (12 Y + 1)]."""
    return cash_of(found.running + found.review, found.start + _purchases(found), found.end)


def difference(drawn: Drawn, plan: Course, today: Course) -> FloatArray:
    """Today's cash less the plan's by month, savings positive, after tax where a rate is given.

    A saved minute of looking is cash only to `cash_realisation_fraction`, a further minute wholly.
    """
    review = _counted_review(drawn, today.review - plan.review)
    running = today.running - plan.running + review
    start = today.start - plan.start
    end = today.end - plan.end
    taxed = _tax(drawn, running + start + end, plan, today)
    return cash_of(running, start + _purchases(today) - _purchases(plan), end + taxed)


def _purchases(found: Course) -> FloatArray:
    return sum(found.purchases.values(), start=np.zeros_like(found.running))


def _counted_review(drawn: Drawn, saved: FloatArray) -> FloatArray:
    fraction = drawn.scenario.finance.cash_realisation_fraction
    if fraction is None:
        return saved
    return np.where(saved > 0, saved * drawn.figure(fraction)[:, None], saved)


def _tax(drawn: Drawn, taxable: FloatArray, plan: Course, today: Course) -> FloatArray:
    """Tax on the difference at the end of each year, paid tax negative [money, D x Y]."""
    tax = drawn.scenario.finance.tax
    if tax is None:
        return np.zeros_like(taxable)
    charges = _written_off(drawn, plan) - _written_off(drawn, today)
    return -drawn.figure(tax.rate)[:, None] * (taxable - charges)


def _written_off(drawn: Drawn, found: Course) -> FloatArray:
    """Charges of all purchases by year [money, D x Y]."""
    charges = np.zeros_like(found.running)
    for name, amounts in found.purchases.items():
        lives = _life_years(drawn, name)
        for life in np.unique(lives):
            draws = lives == life
            charges[draws] += amounts[draws] @ _schedule(drawn, int(life), amounts.shape[1])
    return charges


def _life_years(drawn: Drawn, name: str) -> FloatArray:
    """Whole years for which a server works [year, D]."""
    supply = next(each for each in drawn.scenario.supplies if each.name == name)
    if not isinstance(supply, Own):
        raise ValueError(f"supply {name!r} is not bought")
    return np.maximum(1.0, np.floor(drawn.figure(effective.lifetime_years(supply))))


def _schedule(drawn: Drawn, life_years: int, years: int) -> FloatArray:
    """Charges of one unit of money that is spent in year v and leaves at its end [v x y]."""
    tax = drawn.scenario.finance.tax
    schedule = np.zeros((years, years))
    if tax is None:
        return schedule
    method = straight_line if tax.depreciation == "straight_line" else declining_balance_japan
    for year in range(years):
        count = min(year + life_years, years) - year
        charges = list(method(1.0, 0.0, tax.life_years, count))
        charges[-1] += 1.0 - sum(charges)
        schedule[year, year : year + count] = charges
    return schedule
