"""Headings, tables by year and amounts in one unit, alike on every page."""

import math
from collections.abc import Iterable, Sequence

from rich.table import Table
from rich.text import Text

from roi.amounts import coin
from roi.fiscal import fiscal_years
from roi.scenario.document import Scenario
from roi.texts import Language, text

YEARS_SHOWN = 5
"""Years with a column of their own; what comes later stands in one column, and the JSON has every year."""


def heading(title: str) -> Text:
    """A heading with a blank line above."""
    return Text(f"\n{title}", style="bold")


def grid(*names: str, words: int = 1) -> Table:
    """A table without lines: the first `words` columns hold words and may wrap, the others numbers."""
    found = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for place, name in enumerate(names):
        if place < words:
            found.add_column(name, overflow="fold")
        else:
            found.add_column(name, justify="right", no_wrap=True)
    return found


def pairs() -> Table:
    """Names on the left, values on the right."""
    rows = Table.grid(padding=(0, 2))
    rows.add_column(style="bold", no_wrap=True)
    rows.add_column(overflow="fold")
    return rows


def bullets(lines: Iterable[tuple[str, str, str]]) -> Table:
    """Lines of mark, text and style; what does not fit hangs under its text."""
    rows = Table.grid(padding=(0, 1))
    rows.add_column(no_wrap=True)
    rows.add_column(overflow="fold")
    for mark, line, style in lines:
        rows.add_row(Text(mark, style=style), Text(line, style=style))
    return rows


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


def head(language: Language, key: str) -> Text:
    """A heading with a blank line above."""
    return Text(f"\n{text(language, f'page.{key}')}", style="bold")


def table(language: Language, *keys: str, currency: str = "") -> Table:
    """A table without lines; the first column is text, the others stand right."""
    grid = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for place, key in enumerate(keys):
        grid.add_column(
            text(language, f"page.{key}", currency=coin(currency, language)),
            justify="left" if place == 0 else "right",
        )
    return grid
