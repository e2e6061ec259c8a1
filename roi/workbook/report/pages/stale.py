"""The mark on figures that do not follow the inputs."""

from roi.texts import Language, text
from roi.workbook.book import Sheet
from roi.workbook.expression import Cell, letters, term
from roi.workbook.functions import when
from roi.workbook.report.pages.layout import put_merged


def put_stale(sheet: Sheet, row: int, last_column: int, changed: Cell, language: Language) -> int:
    """A line that speaks as soon as an input is changed; the row after it."""
    told = when(changed, term(text(language, "paper.stale")), text(language, "paper.fresh"))
    put_merged(sheet, row, (1, last_column), told, "note")
    sheet.flags.append((f"A{row}:{letters(last_column)}{row}", changed.formula().text, "stale"))
    sheet.heights[row] = 18.0
    return row + 2
