"""The sheet Risks: what may go wrong, what it would mean, what is done about it."""

from roi.texts import text
from roi.workbook.book import Book
from roi.workbook.expression import Cell
from roi.workbook.report.pages.layout import Column, begin_sheet, put_headings, put_stale, put_text, shortened
from roi.workbook.report.pages.material import Material

WIDTHS = (5, 42, 42, 38)
SHOWN = 300


def risks_page(book: Book, material: Material, changed: Cell) -> None:
    """Make the sheet."""
    language = material.language
    sheet, row = begin_sheet(book, "risks", WIDTHS, [text(language, "paper.risks_note")], language)
    sheet.landscape, sheet.pages_high = False, 1
    row = put_stale(sheet, row - 1, len(WIDTHS), changed, language)
    names = ("risk_number", "risk_what", "risk_effect", "risk_measure")
    row = put_headings(sheet, row, [Column(text(language, f"paper.{name}")) for name in names])
    sheet.freeze, sheet.repeated_rows = f"A{row}", f"{row - 1}:{row - 1}"
    for number, risk in enumerate(material.risks, 1):
        sheet.put(row, 1, float(number), "value", "0")
        for column, told in enumerate((risk.what, risk.effect, risk.measure), 2):
            put_text(sheet, row, (column, column), shortened(told, SHOWN), "box")
        row += 1
