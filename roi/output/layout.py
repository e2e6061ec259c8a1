"""Headings, tables by year and amounts in one unit, alike on every page."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.table import Table
from rich.text import Text

from roi.fiscal import fiscal_years
from roi.output.figures import WHOLE_UNIT_CURRENCIES
from roi.scenario.document import Scenario
from roi.texts import Language, text

YEARS_SHOWN = 5
"""Years with a column of their own; what comes later stands in one column, and the JSON has every year."""
THOUSAND, MILLION = 1e3, 1e6
LARGEST_NUMBER = 1e7
"""Amounts from here on are written in the next larger unit, so that seven figures stand in a column at most."""


@dataclass(frozen=True, slots=True)
class Unit:
    """The unit in which all amounts of one table stand."""

    name: str
    size: float

    def shown(self, amount: float) -> str:
        """The amount in whole units; a dash for nothing."""
        return f"{amount / self.size:,.0f}" if amount else "-"


def money_unit(amounts: Iterable[float], currency: str, language: Language) -> Unit:
    """Coins, thousands or millions of them, so that the largest amount has seven figures at most."""
    largest = max((abs(amount) for amount in amounts), default=0.0)
    coin = text(language, "plan.jpy") if currency == "JPY" else currency
    coins_max = LARGEST_NUMBER if currency in WHOLE_UNIT_CURRENCIES else LARGEST_NUMBER / 100
    if largest < coins_max:
        return Unit(text(language, "plan.unit_one", currency=coin), 1.0)
    if largest < LARGEST_NUMBER * THOUSAND:
        return Unit(text(language, "plan.unit_thousand", currency=coin), THOUSAND)
    return Unit(text(language, "plan.unit_million", currency=coin), MILLION)


def carbon_unit(masses_kg: Iterable[float]) -> Unit:
    """Kilograms, or tonnes where kilograms would not fit."""
    largest = max((abs(mass) for mass in masses_kg), default=0.0)
    return Unit("kgCO2e", 1.0) if largest < LARGEST_NUMBER else Unit("tCO2e", THOUSAND)


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


def whole_months(months: float, language: Language) -> str:
    """Full months that are enough: 19.4 gives 20 months."""
    count = math.ceil(months)
    return text(language, "plan.month_one") if count == 1 else text(language, "plan.month_many", count=count)


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
            text(language, f"page.{key}", currency=currency), justify="left" if place == 0 else "right"
        )
    return grid
