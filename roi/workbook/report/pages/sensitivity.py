"""The sheet Sensitivity: every figure at both ends of its range, and where the net present value turns."""

from roi.amounts import money_unit
from roi.texts import text
from roi.workbook.book import Book, Sheet
from roi.workbook.expression import Cell, down
from roi.workbook.report.pages.charts import FILLS, Drawn, Frame, lying_bars, place
from roi.workbook.report.pages.layout import (
    Column,
    begin_sheet,
    put,
    put_heading,
    put_headings,
    put_line,
    put_stale,
    put_table,
    put_text,
    reserve,
)
from roi.workbook.report.pages.material import Material, Moved

WIDTHS = (46, 14, 13, 13, 13, 17, 17, 17, 17, 34)
CHARTED = 12
"""Figures in the chart; the table has all."""
CHART_ROWS = 24


def sensitivity_page(book: Book, material: Material, changed: Cell) -> None:
    """Make the sheet."""
    language = material.language
    notes = [text(language, "paper.sensitivity_note"), material.moved_note]
    sheet, row = begin_sheet(book, "sensitivity", WIDTHS, notes, language)
    row = put_stale(sheet, row - 1, len(WIDTHS), changed, language)
    chart_row, row = row, row + CHART_ROWS
    row = _turns(sheet, row, material)
    row, placed = _tornado(sheet, row, material)
    if placed:
        _chart(sheet, chart_row, material, placed)
    sheet.freeze = "B2"


def _tornado(sheet: Sheet, row: int, material: Material) -> tuple[int, list[list[Cell]]]:
    """Every figure with the result at both ends, and its difference to the present one."""
    language, finance = material.language, material.decision.finance
    result = text(
        language,
        "paper.result_npv" if material.by_npv else "paper.result_cost",
        currency=material.coin,
    )
    style, number_format = ("money", None) if material.by_npv else ("money_fine", None)
    row = put_heading(sheet, row, text(language, "paper.tornado_title"), len(WIDTHS))
    worth = material.decision.worth
    value = (
        finance.npv
        if finance is not None
        else 0.0
        if worth is None
        else worth.levelised_cost_per_accepted_image
    )
    put(sheet, row, 1, text(language, "paper.result_now", result=result), "label")
    now = put(sheet, row, 2, value, style, number_format)
    sheet.put(row, 3, None, style)
    sheet.merged.append(f"B{row}:C{row}")
    names = (
        "moved_figure",
        "moved_unit",
        "moved_low",
        "moved_value",
        "moved_high",
        "moved_at_low",
        "moved_at_high",
        "moved_less_low",
        "moved_less_high",
        "moved_remark",
    )
    styles = ("box", "box", "value", "value", "value", style, style, style, style, "box")
    columns = [
        Column(text(language, f"paper.{name}", result=result), look)
        for name, look in zip(names, styles, strict=True)
    ]
    row = put_headings(sheet, row + 1, columns)
    placed = [_line(sheet, row + offset, columns, each, now) for offset, each in enumerate(material.moved)]
    return row + len(placed) + 1, placed


def _line(sheet: Sheet, row: int, columns: list[Column], moved: Moved, now: Cell) -> list[Cell]:
    head = put_line(
        sheet,
        row,
        columns[:7],
        (moved.label, moved.unit, moved.low, moved.value, moved.high, moved.at_low, moved.at_high),
    )
    less = [
        None if value is None else cell - now
        for cell, value in zip(head[5:], (moved.at_low, moved.at_high), strict=True)
    ]
    return [*head, *put_line(sheet, row, columns[7:], (*less, moved.remark), 8)]


def _chart(sheet: Sheet, row: int, material: Material, placed: list[list[Cell]]) -> None:
    """Differences to the present result, the widest on top."""
    language = material.language
    shown = placed[:CHARTED]
    amounts = [abs(cell.value) for cells in shown for cell in cells[7:9] if isinstance(cell.value, float)]
    scale = money_unit(amounts, material.decision.scenario.currency, language, by_thousands=True)
    less = "paper.axis_npv_less" if material.by_npv else "paper.axis_cost_less"
    frame = Frame(
        title=text(language, "paper.tornado_chart"),
        below="",
        beside=text(language, less, unit=scale.name),
        width_cm=30.0,
        height_cm=11.8,
        number_format=scale.number_format if material.by_npv else "#,##0.0",
    )
    series = [
        Drawn(text(language, "paper.moved_series_low"), down([cells[7] for cells in shown]), FILLS[1]),
        Drawn(text(language, "paper.moved_series_high"), down([cells[8] for cells in shown]), FILLS[0]),
    ]
    place(sheet, lying_bars(frame, down([cells[0] for cells in shown]), series), row, 1)
    reserve(sheet, row + CHART_ROWS - 1, len(WIDTHS))


def _turns(sheet: Sheet, row: int, material: Material) -> int:
    """Values at which the sign of the NPV changes, or that there is none."""
    language = material.language
    row = put_heading(sheet, row, text(language, "paper.turns_title"), len(WIDTHS))
    if not material.turns:
        put_text(sheet, row, (1, len(WIDTHS)), text(language, "paper.turns_none"))
        return row + 2
    columns = [
        Column(text(language, "paper.moved_figure")),
        Column(text(language, "paper.moved_unit")),
        Column(text(language, "paper.turn_now"), "value"),
        Column(text(language, "paper.turn_value"), "value"),
        Column(text(language, "paper.turn_change"), "share", "+0.0%;-0.0%"),
    ]
    lines = [(turn.label, turn.unit, turn.now, turn.value, turn.change_fraction) for turn in material.turns]
    return put_table(sheet, row, columns, lines) + 1
