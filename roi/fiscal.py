"""Years of a plan as the company counts them: its fiscal years where the day of drafting is known."""

from datetime import date

from roi.scenario.document import Scenario


def first_fiscal_year(drafted_on: date, first_month: int) -> int:
    """The fiscal year, by the calendar year in which it begins, that begins first on or after that day."""
    begins = date(drafted_on.year, first_month, 1)
    return drafted_on.year if begins >= drafted_on else drafted_on.year + 1


def fiscal_years(scenario: Scenario, years: int) -> tuple[int, ...] | None:
    """Fiscal year of each year of the plan; None when the day of drafting is not stated."""
    drafted_on = scenario.proposal.drafted_on
    if drafted_on is None:
        return None
    first = first_fiscal_year(drafted_on, scenario.finance.fiscal_year_first_month)
    return tuple(range(first, first + years))
