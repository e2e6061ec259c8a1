"""Years as headings: fiscal where the day of drafting is known, the late ones in one column."""

import math
from collections.abc import Sequence

from roi.fiscal import fiscal_years
from roi.scenario.document import Scenario
from roi.texts import Language, text

YEARS_SHOWN = 5
"""Years with a column of their own; what comes later stands in one column, and the JSON has every year."""


def year_columns(labels: Sequence[str], language: Language) -> tuple[str, ...]:
    """Headings of the years with a column of their own, and of all later ones together."""
    later = (text(language, "plan.later"),) if len(labels) > YEARS_SHOWN else ()
    return (*labels[:YEARS_SHOWN], *later)


def folded(amounts: Sequence[float]) -> list[float]:
    """Amounts by year, those without a column of their own summed."""
    later = [math.fsum(amounts[YEARS_SHOWN:])] if len(amounts) > YEARS_SHOWN else []
    return [*amounts[:YEARS_SHOWN], *later]


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
