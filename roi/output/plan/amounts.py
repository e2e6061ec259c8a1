"""Money and carbon by year, beside today."""

import math
from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from roi.amounts import Unit, carbon_unit, money, money_unit
from roi.disclosure import ScopedCarbon, carbon_by_scope, disclosure_notes, scope_name
from roi.output.layout import YEARS_SHOWN, folded, grid, heading, year_columns, year_labels
from roi.output.plan.totals import today_ledger, today_worth
from roi.planning.answer import COMPONENTS, Ledger, PlanDecision, Worth
from roi.planning.worth import summed
from roi.texts import Language, text


def money_rows(
    decision: PlanDecision, ledger: Ledger, worth: Worth, language: Language
) -> list[RenderableType]:
    """Cash of every component by year, its total, and today's total beside it."""
    mine = ledger.by_component_and_year()
    baseline = today_ledger(decision)
    today = {} if baseline is None else baseline.by_component_and_year()
    totals = [math.fsum(part[year] for part in mine.values()) for year in range(ledger.years)]
    sums = [math.fsum(totals), math.fsum(map(math.fsum, today.values()))]
    unit = money_unit([*totals, *sums], decision.scenario.currency, language)
    rows = _by_year_table(decision, ledger, language)
    for name in COMPONENTS:
        if name in mine or name in today:
            amounts = mine.get(name, (0.0,) * ledger.years)
            before = math.fsum(today.get(name, ()))
            _add(rows, text(language, f"component.{name}"), amounts, before, unit, decision)
    _add(rows, text(language, "plan.total"), totals, sums[1], unit, decision, style="bold")
    title = text(language, "plan.money", unit=unit.name)
    return [heading(title), rows, Text(_present_value(decision, worth, language), style="dim")]


def _by_year_table(decision: PlanDecision, ledger: Ledger, language: Language) -> Table:
    labels = year_labels(decision.scenario, ledger.years, language)
    sums = [text(language, "plan.sum")]
    if today_ledger(decision) is not None:
        sums.append(text(language, "plan.today_sum"))
    return grid("", *year_columns(labels, language), *sums)


def _add(
    rows: Table,
    name: str,
    amounts: Sequence[float],
    today: float | None,
    unit: Unit,
    decision: PlanDecision,
    style: str = "",
) -> None:
    cells = [unit.shown(amount) for amount in (*folded(amounts), math.fsum(amounts))]
    if today_ledger(decision) is not None:
        cells.append("" if today is None else unit.shown(today))
    rows.add_row(name, *cells, style=style)


def _present_value(decision: PlanDecision, worth: Worth, language: Language) -> str:
    currency, rate = decision.scenario.currency, decision.scenario.finance.discount_rate_per_year.value
    before = today_worth(decision)
    if before is None:
        return text(language, "plan.present_value", rate=rate, plan=money(worth.tco, currency, language))
    today = money(before.tco, currency, language)
    return text(
        language,
        "plan.present_value_today",
        rate=rate,
        plan=money(worth.tco, currency, language),
        today=today,
    )


def carbon_rows(decision: PlanDecision, ledger: Ledger, language: Language) -> list[RenderableType]:
    """Emissions by scope and year, location- and market-based, beside today's; what is absent says so."""
    scoped = carbon_by_scope(decision.scenario, ledger)
    baseline = today_ledger(decision)
    before = () if baseline is None else carbon_by_scope(decision.scenario, baseline)
    masses = [[each.total_location for each in scoped], [each.total_location for each in before]]
    unit = carbon_unit(map(math.fsum, masses))
    rows = _by_year_table(decision, ledger, language)
    for name in _SCOPES:
        amounts, today = _scope(scoped, name), _scope(before, name)
        if any((*amounts, *today)):
            cells = [_shown(amount, unit, language) for amount in (*_folded(amounts), summed(amounts))]
            cells += [] if baseline is None else [_shown(summed(today), unit, language)]
            style = "bold" if name.startswith("total") else ""
            rows.add_row(scope_name(decision.scenario, name, language), *cells, style=style)
    notes = _carbon_notes(decision, scoped, before, [side for side in (ledger, baseline) if side], language)
    return [heading(text(language, "plan.scopes", unit=unit.name)), rows, *notes]


def _shown(amount: float | None, unit: Unit, language: Language) -> str:
    return text(language, "plan.absent") if amount is None else unit.shown(amount)


def _folded(amounts: Sequence[float | None]) -> list[float | None]:
    """By year, those without a column of their own summed; absent where one of them is."""
    later = [summed(amounts[YEARS_SHOWN:])] if len(amounts) > YEARS_SHOWN else []
    return [*amounts[:YEARS_SHOWN], *later]


def _carbon_notes(
    decision: PlanDecision,
    scoped: Sequence[ScopedCarbon],
    before: Sequence[ScopedCarbon],
    sides: Sequence[Ledger],
    language: Language,
) -> Iterator[Text]:
    if any(_scope((*scoped, *before), "scope_3_capital_goods")):
        yield Text(text(language, "plan.scopes_note"), style="dim")
    for note in disclosure_notes(decision.scenario, sides, language):
        yield Text(note, style="dim")
    if not all(side.carbon_disclosed for side in sides):
        yield Text(text(language, "plan.partly_disclosed"), style="yellow")


_SCOPES = (
    "scope_2_location",
    "scope_2_market",
    "scope_3_fuel_and_energy",
    "scope_3_purchased_services",
    "scope_3_purchased_services_market",
    "scope_3_capital_goods",
    "total_location",
    "total_market",
)
"""Figures of `ScopedCarbon` and keys of their names."""


def _scope(scoped: Sequence[ScopedCarbon], name: str) -> list[float | None]:
    return [getattr(each, name) for each in scoped]
