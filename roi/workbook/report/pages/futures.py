"""The sheet Monte Carlo: what the drawn futures say of the plan, as they were drawn."""

from collections.abc import Sequence

from roi.amounts import money_unit
from roi.texts import text
from roi.workbook.book import Book, Sheet
from roi.workbook.expression import Cell, down
from roi.workbook.functions import total
from roi.workbook.report.pages.charts import FILLS, Drawn, Frame, columns, place
from roi.workbook.report.pages.layout import (
    Column,
    begin_sheet,
    put_heading,
    put_headings,
    put_line,
    put_stale,
    put_table,
    put_text,
    reserve,
)
from roi.workbook.report.pages.material import Futures, Material, Quantity

WIDTHS = (36, 16, 14, 14, 14, 14, 14)
CHART_ROWS = 20


def futures_page(book: Book, material: Material, found: Futures, changed: Cell) -> None:
    """Make the sheet."""
    language = material.language
    note = text(language, "paper.montecarlo_note", draws=found.draws, inputs=found.inputs, seed=found.seed)
    sheet, row = begin_sheet(book, "montecarlo", WIDTHS, [note], language)
    sheet.landscape, sheet.pages_high = False, 1
    row = put_stale(sheet, row - 1, len(WIDTHS), changed, language)
    row = _quantities(sheet, row, found, material)
    row = _chances(sheet, row, found, material)
    row = _histogram(sheet, row, found, material)
    for each in found.notes:
        put_text(sheet, row, (1, len(WIDTHS)), each, "note")
        row += 1


def _quantities(sheet: Sheet, row: int, found: Futures, material: Material) -> int:
    language = material.language
    row = put_heading(sheet, row, text(language, "paper.quantities_title"), len(WIDTHS))
    names = (
        "quantity_name",
        "quantity_unit",
        "quantity_now",
        "quantity_p5",
        "quantity_p50",
        "quantity_p95",
        "quantity_mean",
    )
    heads = [Column(text(language, f"paper.{name}")) for name in names]
    row = put_headings(sheet, row, heads)
    for offset, each in enumerate(found.quantities):
        looks = [Column(head.heading, "value", each.number_format) for head in heads]
        put_line(sheet, row + offset, looks, _contents(each))
    return row + len(found.quantities) + 1


def _contents(each: Quantity) -> tuple[str | float | None, ...]:
    return each.name, each.unit, each.now, each.p5, each.p50, each.p95, each.mean


def _chances(sheet: Sheet, row: int, found: Futures, material: Material) -> int:
    language = material.language
    row = put_heading(sheet, row, text(language, "paper.chances_title"), len(WIDTHS))
    heads = [
        Column(text(language, "paper.chance")),
        Column(text(language, "paper.chance_share"), "value", "0.0%"),
    ]
    return put_table(sheet, row, heads, found.chances) + 1


def _histogram(sheet: Sheet, row: int, found: Futures, material: Material) -> int:
    language, currency = material.language, material.decision.scenario.currency
    row = put_heading(sheet, row, text(language, "paper.histogram_title", binned=found.binned), len(WIDTHS))
    chart_row, row = row, row + CHART_ROWS
    scale = money_unit(
        (end for bin_ in found.bins for end in bin_[:2]), currency, language, by_thousands=True
    )
    small = scale.size == 1.0
    look = "#,##0.00" if small else "#,##0"
    heads = [
        Column(text(language, "paper.bin_begins", unit=scale.name)),
        Column(text(language, "paper.bin_from"), "value", look),
        Column(text(language, "paper.bin_to"), "value", look),
        Column(text(language, "paper.bin_count"), "value", "#,##0"),
        Column(text(language, "paper.bin_share"), "share"),
    ]
    row = put_headings(sheet, row, heads)
    counted = [
        put_line(sheet, row + offset, heads[:4], (label, low, high, float(count)))
        for offset, (label, (low, high, count)) in enumerate(
            zip(_labels(found.bins, scale.size), found.bins, strict=True)
        )
    ]
    block = down([cells[3] for cells in counted])
    for offset, cells in enumerate(counted):
        put_line(sheet, row + offset, heads[4:], (cells[3] / total(block),), 5)
    frame = Frame(
        title=found.binned,
        below=scale.name,
        beside=text(language, "paper.axis_futures"),
        width_cm=23.0,
        height_cm=9.6,
        legend=False,
    )
    counts = Drawn(text(language, "paper.bin_count"), block, FILLS[3])
    chart = columns(frame, down([cells[0] for cells in counted]), [counts])
    chart.gapWidth = 8
    place(sheet, chart, chart_row, 1)
    reserve(sheet, chart_row + CHART_ROWS - 1, len(WIDTHS))
    return row + len(counted) + 1


def _labels(bins: Sequence[tuple[float, float, int]], size: float) -> list[str]:
    """Where each bin begins, in its unit, as a text: a category of the chart; the first where it ends."""
    begins = [_number(low / size) for low, _, _ in bins[1:]]
    first = _number(bins[0][1] / size)
    return [f"< {first}", *begins[:-1], f"> {begins[-1]}"] if begins else [first]


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.2f}"
