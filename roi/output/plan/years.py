"""Years of a plan as the company counts them: its fiscal years where the day of drafting is known."""

from datetime import date

from roi.scenario.document import Scenario
from roi.texts import Language, text


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


def year_labels(scenario: Scenario, years: int, language: Language) -> tuple[str, ...]:
    """Names of the years for headings: fiscal years, else year 1 to n."""
    fiscal = fiscal_years(scenario, years)
    if fiscal is None:
        return tuple(text(language, "plan.year_n", n=year + 1) for year in range(years))
    return tuple(text(language, "plan.fiscal_year", year=year) for year in fiscal)


def years_sentence(scenario: Scenario, years: int, language: Language) -> str:
    """Which twelve months the first year means."""
    fiscal = fiscal_years(scenario, years)
    if fiscal is None:
        return text(language, "plan.years_plain")
    month = scenario.finance.fiscal_year_first_month
    return text(language, "plan.years_fiscal", year=fiscal[0], month=month)
