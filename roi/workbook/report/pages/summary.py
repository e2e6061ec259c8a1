"""The sheet Summary, one page: the main figures, the way from TCO to NPV, the assumptions by effect."""

from roi.texts import text
from roi.workbook.book import Book, Sheet
from roi.workbook.expression import Cell, Formula
from roi.workbook.report.pages.amounts import board_amount, full_months, irr_reasons, price_format
from roi.workbook.report.pages.headline import Headline
from roi.workbook.report.pages.layout import (
    Column,
    begin_sheet,
    put_heading,
    put_headings,
    put_line,
    put_merged,
    put_stale,
    put_text,
    raise_row,
    shortened,
    shown_width,
    span_width,
)
from roi.workbook.report.pages.material import Material, Moved

WIDTHS = (36, 13, 11, 11, 11, 15, 15, 12)
SHOWN = 14
"""Assumptions that are told; the sheet Sensitivity has all that move anything."""
LABEL_SHOWN = 60


def summary_page(book: Book, material: Material, headline: Headline) -> None:
    """Fill the sheet."""
    language = material.language
    sheet, row = begin_sheet(book, "summary", WIDTHS, [text(language, "paper.summary_note")], language)
    sheet.landscape, sheet.pages_high = False, 1
    row = _figures(sheet, row - 1, material, headline)
    row = _bridge(sheet, row, material, headline)
    _assumptions(sheet, row, material, headline.changed)


def _figures(sheet: Sheet, row: int, material: Material, headline: Headline) -> int:
    """Ten at most, each with what it is made of."""
    language, currency = material.language, material.decision.scenario.currency
    row = put_heading(sheet, row, text(language, "paper.summary_figures"), len(WIDTHS))
    found: list[tuple[str, str, Cell | Formula | None, str | None]] = [
        ("summary_initial", "summary_initial_is", headline.initial, None),
        ("summary_capital", "summary_capital_is", headline.capital, None),
        ("summary_running", "summary_running_is", headline.running, None),
        ("summary_tco", "summary_tco_is", headline.tco, None),
        ("summary_today_tco", "summary_today_tco_is", headline.today_tco, None),
        (
            "summary_per_image",
            "summary_per_image_is",
            headline.per_image,
            price_format(currency, language),
        ),
        ("summary_npv", "summary_npv_is", headline.npv, None),
        ("summary_irr", "summary_irr_is", headline.irr, text(language, "paper.irr_format")),
        ("summary_payback", "summary_payback_is", full_months(headline.payback), "0"),
        ("summary_carbon", "summary_carbon_is", headline.carbon, "#,##0.00,"),
    ]
    for name, made_of, cell, number_format in found:
        if cell is None:
            continue
        amount, form = (
            board_amount(cell, currency, language) if number_format is None else (cell, number_format)
        )
        put_text(sheet, row, (1, 1), text(language, f"paper.{name}"), "label")
        put_merged(sheet, row, (2, 3), amount, "money", form)
        if name == "summary_irr":
            raise_row(sheet, row, max(irr_reasons(language), key=shown_width), span_width(sheet, 2, 3))
        put_text(sheet, row, (4, len(WIDTHS)), text(language, f"paper.{made_of}"), "box")
        row += 1
    return row + 1


def _bridge(sheet: Sheet, row: int, material: Material, headline: Headline) -> int:
    """Live steps that add up."""
    if not headline.bridge:
        return row
    language, currency = material.language, material.decision.scenario.currency
    row = put_heading(sheet, row, text(language, "live.bridge"), len(WIDTHS))
    for place, (name, cell) in enumerate(headline.bridge, 1):
        last = place == len(headline.bridge)
        amount, form = board_amount(cell, currency, language)
        put_merged(sheet, row, (1, 1), name, "label")
        put_merged(sheet, row, (2, 3), amount, "total" if last else "money", form)
        put_merged(sheet, row, (4, len(WIDTHS)), cell, "money")
        row += 1
    put_text(sheet, row, (1, len(WIDTHS)), text(language, "paper.bridge_note"), "note")
    return row + 2


def _assumptions(sheet: Sheet, row: int, material: Material, changed: Cell) -> None:
    """The widest first, with the result at both ends."""
    language = material.language
    moving = [each for each in material.moved if each.at_low is None or each.at_low != each.at_high][:SHOWN]
    title = text(language, "paper.summary_assumptions", count=len(moving))
    row = put_heading(sheet, row, title, len(WIDTHS))
    row = put_stale(sheet, row, len(WIDTHS), changed, language) - 1
    result = text(
        language, "paper.result_npv" if material.by_npv else "paper.result_cost", currency=material.coin
    )
    style = "money" if material.by_npv else "money_fine"
    names = (
        "moved_figure",
        "moved_unit",
        "moved_low",
        "moved_value",
        "moved_high",
        "moved_at_low",
        "moved_at_high",
    )
    columns = [Column(text(language, f"paper.{name}", result=result), "value") for name in names]
    columns = [*columns[:5], *(Column(each.heading, style) for each in columns[5:])]
    columns.append(Column(text(language, "paper.summary_whose")))
    row = put_headings(sheet, row, columns)
    for each in moving:
        put_line(sheet, row, columns, _assumption(each, material))
        row += 1
    put_text(sheet, row, (1, len(WIDTHS)), material.moved_note, "note")


def _assumption(each: Moved, material: Material) -> tuple[str | float | None, ...]:
    none = text(material.language, "paper.no_answer")
    whose = text(material.language, "paper.log_placeholder_short") if each.placeholder else ""
    ends = (none if end is None else end for end in (each.at_low, each.at_high))
    return shortened(each.label, LABEL_SHOWN), each.unit, each.low, each.value, each.high, *ends, whose
