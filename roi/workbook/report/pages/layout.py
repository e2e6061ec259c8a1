"""Titles, tables and paragraphs on a sheet, with rows as high as their texts need."""

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from roi.texts import Language, text
from roi.workbook.book import Book, Sheet
from roi.workbook.expression import Cell, Formula, Value, letters, term
from roi.workbook.functions import when

LINE_POINTS = 15.5
"""Height of a line of the report's 10-point fonts, Japanese ones included [points]."""
ROW_POINTS_MAX = 409.0
"""Highest row of Excel [points]."""
FILLED_FRACTION = 0.92
"""Share of a line that words fill before they wrap."""
TEXT_SHOWN = 1200
"""Longest text of a cell that a page shows whole; the sheet Log has it all."""

Content = Value | Formula | Cell | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table."""

    heading: str
    style: str = "box"
    number_format: str | None = None


def shown_width(text: str) -> float:
    """Characters of the default font that a text is wide: wide and full-width ones count nearly two."""
    return sum(1.95 if unicodedata.east_asian_width(sign) in "WF" else 1.0 for sign in text)


def line_count(text: str, width: float) -> int:
    """Lines that a text takes in a column of that width [characters]."""
    room = max(width * FILLED_FRACTION, 1.0)
    return sum(max(1, math.ceil(shown_width(line) / room)) for line in text.split("\n"))


def shortened(text: str, longest: int = TEXT_SHOWN) -> str:
    """The text, cut with an ellipsis where a page has no room for it."""
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def set_widths(sheet: Sheet, widths: Sequence[float]) -> None:
    """Widths of the columns from the first on [characters]."""
    sheet.widths.update(enumerate(widths, 1))


def span_width(sheet: Sheet, first: int, last: int) -> float:
    """Width of neighbouring columns [characters]."""
    return sum(sheet.widths.get(column, 8.43) for column in range(first, last + 1))


def put(
    sheet: Sheet, row: int, column: int, content: Content, style: str, number_format: str | None = None
) -> Cell:
    """Place a value, a formula, or a reference to another cell; an empty text is nothing."""
    told = content.formula() if isinstance(content, Cell) else content
    return sheet.put(row, column, None if told == "" else told, style, number_format)


def put_merged(
    sheet: Sheet,
    row: int,
    columns: tuple[int, int],
    content: Content,
    style: str,
    number_format: str | None = None,
    *,
    rows: int = 1,
) -> Cell:
    """Place content in a block of cells that are one; every cell has the style, so that borders are whole."""
    first, last = columns
    placed = put(sheet, row, first, content, style, number_format)
    for each_row in range(row, row + rows):
        for column in range(first, last + 1):
            if (each_row, column) != (row, first):
                sheet.put(each_row, column, None, style)
    if (rows, first) != (1, last):
        sheet.merged.append(f"{letters(first)}{row}:{letters(last)}{row + rows - 1}")
    return placed


def put_text(
    sheet: Sheet, row: int, columns: tuple[int, int], text: Content, style: str = "paragraph"
) -> Cell:
    """A text across columns, its row as high as it needs."""
    placed = put_merged(sheet, row, columns, text, style)
    raise_row(sheet, row, str(placed.value), span_width(sheet, *columns))
    return placed


def raise_row(sheet: Sheet, row: int, text: str, width: float) -> None:
    """Make a row as high as a text needs, and never lower than it is."""
    needed = line_count(text, width) * LINE_POINTS + 3.0
    sheet.heights[row] = min(max(needed, sheet.heights.get(row, 0.0)), ROW_POINTS_MAX)


def put_title(sheet: Sheet, title: str, notes: Sequence[str], last_column: int) -> int:
    """Title in the first row, notes below it; the row after them."""
    sheet.put(1, 1, title, "title")
    sheet.heights[1] = 26.0
    for offset, note in enumerate(notes):
        put_text(sheet, 2 + offset, (1, last_column), note, "note")
    return 2 + len(notes) + 1


def begin_sheet(
    book: Book,
    name: str,
    widths: Sequence[float],
    notes: Sequence[str],
    language: Language,
    texts: str = "paper",
) -> tuple[Sheet, int]:
    """A sheet with its columns, title and notes, and the row after them; `texts` are the group of its texts."""
    sheet = book.sheet(name, text(language, f"{texts}.sheet_{name}"))
    set_widths(sheet, widths)
    return sheet, put_title(sheet, text(language, f"{texts}.{name}_title"), notes, len(widths))


def put_letterhead(sheet: Sheet, title: str, last_column: int, language: Language) -> None:
    """A title, and boxes in which people sign; three rows."""
    put_merged(sheet, 1, (1, 6), title, "title", rows=2)
    boxes = text(language, "paper.approvals").split("|")
    first = last_column - len(boxes) + 1
    put_merged(sheet, 1, (first - 1, first - 1), text(language, "paper.approval"), "column", rows=2)
    for offset, name in enumerate(boxes):
        sheet.put(1, first + offset, name, "column")
        sheet.put(2, first + offset, None, "box")
    sheet.heights.update({1: 18.0, 2: 46.0, 3: 5.0})


def put_heading(sheet: Sheet, row: int, title: str | Formula, last_column: int) -> int:
    """A heading across the sheet; the row after it."""
    put_merged(sheet, row, (1, last_column), title, "heading")
    sheet.heights[row] = 19.0
    return row + 1


def put_headings(sheet: Sheet, row: int, columns: Sequence[Column], first_column: int = 1) -> int:
    """The head of a table; the row after it."""
    for offset, column in enumerate(columns):
        sheet.put(row, first_column + offset, column.heading, "column")
        raise_row(sheet, row, column.heading, sheet.widths.get(first_column + offset, 8.43))
    return row + 1


def put_line(
    sheet: Sheet, row: int, columns: Sequence[Column], contents: Sequence[Content], first_column: int = 1
) -> list[Cell]:
    """One line of a table."""
    placed = []
    for offset, (column, content) in enumerate(zip(columns, contents, strict=True)):
        place = first_column + offset
        style = "box" if content is None or isinstance(content, str) else column.style
        placed.append(
            put(sheet, row, place, content, style, None if style == "box" else column.number_format)
        )
        if isinstance(content, str):
            raise_row(sheet, row, content, sheet.widths.get(place, 8.43))
    return placed


def put_table(sheet: Sheet, row: int, columns: Sequence[Column], lines: Sequence[Sequence[Content]]) -> int:
    """Head and lines of a table; the row after it."""
    row = put_headings(sheet, row, columns)
    for offset, line in enumerate(lines):
        put_line(sheet, row + offset, columns, line)
    return row + len(lines)


def reserve(sheet: Sheet, row: int, column: int) -> None:
    """Have the print reach as far as this cell, for a chart that covers it."""
    if (row, column) not in sheet.cells:
        sheet.put(row, column, None)


def put_stale(sheet: Sheet, row: int, last_column: int, changed: Cell, language: Language) -> int:
    """A line that speaks as soon as an input is changed; the row after it."""
    told = when(changed, term(text(language, "paper.stale")), text(language, "paper.fresh"))
    put_merged(sheet, row, (1, last_column), told, "note")
    sheet.flag(f"A{row}:{letters(last_column)}{row}", changed.formula(), "stale")
    sheet.heights[row] = 18.0
    return row + 2
