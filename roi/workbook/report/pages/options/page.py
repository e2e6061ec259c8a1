"""Both sheets of options: what may be chosen, and how each cost comes about."""

from collections.abc import Mapping

from roi.texts import text
from roi.workbook.book import Book, Sheet
from roi.workbook.expression import Cell, letters
from roi.workbook.report.live.ahead import Ahead
from roi.workbook.report.live.machines import machines
from roi.workbook.report.live.retries import acceptance_of, key_of, retries
from roi.workbook.report.pages.headline import Headline
from roi.workbook.report.pages.layout import (
    Column,
    put_heading,
    put_headings,
    put_text,
    put_title,
    set_widths,
)
from roi.workbook.report.pages.material import Material
from roi.workbook.report.pages.options.costs import COLUMNS, Costed, CostSources, put_costs
from roi.workbook.report.pages.options.frontier import frontiers_height, put_frontiers
from roi.workbook.report.pages.options.listing import TOLERANCE, WIDTHS, Listing, put_listing
from roi.workbook.report.pages.source import Sources

CONSTANTS_COLUMN = 14
"""Beside the table of supplies."""


def options_page(
    book: Book, material: Material, inputs: Mapping[str, Cell], ahead: Ahead, headline: Headline
) -> Listing:
    """Make both sheets."""
    language = material.language
    sheet = book.sheet("options", text(language, "paper.sheet_options"))
    costs = book.sheet("option_costs", text(language, "paper.sheet_option_costs"))
    costed, tolerance = _costs_page(costs, material, inputs, ahead)
    set_widths(sheet, WIDTHS)
    notes = [text(language, "paper.options_note")]
    notes += [
        text(language, "paper.options_hidden", workload=name, count=count) for name, count in material.hidden
    ]
    row = put_title(sheet, text(language, "paper.options_title"), notes, len(WIDTHS))
    below, found = put_listing(sheet, row + frontiers_height(material), material, costed, tolerance, headline)
    put_frontiers(sheet, row, material, found, headline.changed)
    row = _excluded(sheet, below, material)
    _quotes(sheet, row, material)
    sheet.freeze = "B2"
    return found


def _costs_page(
    sheet: Sheet, material: Material, inputs: Mapping[str, Cell], ahead: Ahead
) -> tuple[list[Costed], Cell]:
    """A line for every option, below it what the lines are computed from, and the tolerance of comparisons."""
    language, whole = material.language, ahead.whole
    scenario = whole.scenario
    set_widths(sheet, (44, 26, 11, 12, 12, 9, 12, 13, 13, 13, 13, 12, 13, 13, 13, 13, 13, 13))
    title, note = text(language, "paper.costs_title"), text(language, "paper.costs_note")
    top = put_title(sheet, title, [note], len(COLUMNS))
    below = top + len(material.options) + 2
    put_heading(sheet, below, text(language, "paper.costs_from"), len(COLUMNS))
    put_headings(sheet, below + 1, [Column(text(language, "paper.constants"))], CONSTANTS_COLUMN)
    sources = Sources(whole, inputs, sheet, (below + 2, CONSTANTS_COLUMN))
    listed = [line.option for line in material.options]
    names = list(dict.fromkeys(option.offer.supply for option in listed))
    row, found = machines(sheet, below + 1, scenario, names, sources, language)
    accepted = [acceptance_of(scenario, option) for option in listed]
    keys = [key_of(sources, given, option) for given, option in zip(accepted, listed, strict=True)]
    acceptances = {key[0]: given for key, given in zip(keys, accepted, strict=True)}
    _, retried = retries(sheet, row, keys, acceptances, sources, language)
    columns = [
        Column(text(language, f"paper.{name}", currency=material.coin), style, number_format)
        for name, style, number_format in COLUMNS
    ]
    row = put_headings(sheet, top, columns)
    costing = CostSources(sources, found, ahead)
    costed = [
        put_costs(sheet, row + offset, columns, line, costing, retried[key])
        for offset, (line, key) in enumerate(zip(material.options, keys, strict=True))
    ]
    sheet.freeze = f"C{row}"
    return costed, sources.constant(text(language, "paper.tolerance"), TOLERANCE)


def _excluded(sheet: Sheet, row: int, material: Material) -> int:
    """What was left out, by reason with counts; the row after it."""
    language = material.language
    last = len(WIDTHS)
    row = put_heading(sheet, row, text(language, "paper.excluded_title"), last)
    if not material.excluded:
        put_text(sheet, row, (1, last), text(language, "paper.excluded_none"))
        return row + 2
    heads = ("excluded_reason", "excluded_workload", "excluded_count", "excluded_example")
    put_headings(sheet, row, [Column(text(language, f"paper.{head}")) for head in heads])
    for offset, each in enumerate(material.excluded, 1):
        here = row + offset
        put_text(sheet, here, (1, 1), each.reason, "box")
        put_text(sheet, here, (2, 2), each.workload, "box")
        sheet.put(here, 3, float(each.count), "value", "0")
        put_text(sheet, here, (4, last), each.example, "box")
    sheet.merged.append(f"D{row}:{letters(last)}{row}")
    for column in range(5, last + 1):
        sheet.put(row, column, None, "column")
    return row + len(material.excluded) + 2


def _quotes(sheet: Sheet, row: int, material: Material) -> None:
    """APIs beside the choice, whether or not they pass: values as they stood."""
    language = material.language
    if not material.quotes:
        return
    last = len(WIDTHS)
    row = put_heading(sheet, row, text(language, "paper.quotes_title"), last)
    heads = ("quote_option", "quote_workload", "quote_price", "quote_cost", "quote_judged")
    put_headings(
        sheet,
        row,
        [Column(text(language, f"paper.{head}", currency=material.coin)) for head in heads],
    )
    for column in range(6, last + 1):
        sheet.put(row, column, None, "column")
    sheet.merged.append(f"E{row}:{letters(last)}{row}")
    for offset, quote in enumerate(material.quotes, 1):
        here = row + offset
        put_text(sheet, here, (1, 1), quote.label, "box")
        put_text(sheet, here, (2, 2), quote.workload, "box")
        sheet.put(here, 3, quote.price, "value", "#,##0.00")
        sheet.put(here, 4, "-" if quote.cost is None else quote.cost, "value", "#,##0.00")
        put_text(sheet, here, (5, last), quote.judged, "box")
