"""Headings of years: fiscal years where the day of drafting is known, else year 1 to n."""

from roi.fiscal import fiscal_years
from roi.scenario.document import Scenario
from roi.texts import Language, text


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
