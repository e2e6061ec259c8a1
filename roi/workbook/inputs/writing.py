"""Writes the input workbook: the scenario's rows, what may be entered, and how to read it."""

import math
import unicodedata
from datetime import date
from pathlib import Path

from roi.errors import ScenarioError
from roi.figure import Figure, Spec
from roi.new_file import LEFT_AS_IT_IS, put_new_file
from roi.resources import template_path
from roi.scenario.document import Scenario
from roi.texts import Language, text
from roi.texts.messages import Message
from roi.workbook.book import TEXT_LENGTH, Book, Choice, Sheet
from roi.workbook.expression import Value, letters
from roi.workbook.inputs.columns import COLUMNS, none_words
from roi.workbook.inputs.places import spelled
from roi.workbook.inputs.rows import Heading, InputRow, scenario_rows
from roi.workbook.inputs.typed import entry_shown, text_shown
from roi.workbook.write import book_bytes

LEGEND_ROW, TITLE_ROW = 2, 3
_WIDTHS = (30, 22, 17, 12, 10, 10, 38, 36, 11, 10, 10, 28)
_GENERAL, _TEXT = "General", "@"
_LINE_POINTS = 14.0
_ROW_POINTS_MAX = 409.0
"""Highest row of Excel."""
_FILLED_FRACTION = 0.9
"""Share of a line that words fill before they break."""
_EXACT_WHOLE_MAX = 2**53
"""A cell holds a double; a larger whole number is written as a text."""


def input_book(scenario: Scenario, language: Language) -> Book:
    """The input workbook of a scenario."""
    book = Book()
    sheet = book.sheet("scenario", text(language, "input.sheet"))
    _put_head(sheet, language)
    for number, line in enumerate(scenario_rows(scenario, language), TITLE_ROW + 1):
        if isinstance(line, Heading):
            _put_heading(sheet, number, line)
        else:
            _put_row(sheet, number, line, language)
        _set_height(sheet, number)
    _put_explanation(book.sheet("how", text(language, "input.how_sheet")), language)
    return book


def write_input_workbook(scenario: Scenario, path: Path, language: Language) -> None:
    """Write the input workbook of a scenario as a new file; an existing one is never touched.

    Raises
    ------
    ScenarioError
        When something already stands there, the folder cannot be written to, or a text fits no cell.
    """
    content = book_bytes(input_book(scenario, language), template_path("report.xlsx"))
    put_new_file(path, content, LEFT_AS_IT_IS)


def _put_head(sheet: Sheet, language: Language) -> None:
    sheet.put(1, 1, text(language, "input.title"), "title")
    sheet.put(LEGEND_ROW, 1, text(language, "input.legend"), "text")
    legend = (("input", "legend_input"), ("placeholder", "legend_placeholder"), ("note", "legend_note"))
    for column, (style, name) in enumerate(legend, 3):
        sheet.put(LEGEND_ROW, column, text(language, f"input.{name}"), style, _TEXT)
    for column, name in enumerate(COLUMNS, 1):
        sheet.put(TITLE_ROW, column, text(language, f"input.{name}"), "column")
        sheet.widths[column] = _WIDTHS[column - 1]
    sheet.freeze = f"C{TITLE_ROW + 1}"
    sheet.repeated_rows = f"{TITLE_ROW}:{TITLE_ROW}"


def _put_explanation(sheet: Sheet, language: Language) -> None:
    sheet.widths[1] = 120
    sheet.put(1, 1, text(language, "input.how_sheet"), "title")
    for number, line in enumerate(text(language, "input.how").splitlines(), 3):
        sheet.put(number, 1, line, "paragraph")
        _set_height(sheet, number)


def _set_height(sheet: Sheet, number: int) -> None:
    """Room for every wrapped line: not every program makes it by itself when it opens the file."""
    texts = {column: sheet.cells.get((number, column)) for column in sheet.widths}
    lines = [
        math.ceil(_breadth(str(cell.content)) / (sheet.widths[column] * _FILLED_FRACTION))
        for column, cell in texts.items()
        if cell is not None and cell.content is not None and cell.style != "heading"
    ]
    sheet.heights[number] = min(_LINE_POINTS * max(lines, default=1) + 2, _ROW_POINTS_MAX)


def _breadth(content: str) -> int:
    """Breadth of a text in characters of a column's width; a Japanese sign takes two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WFA" else 1 for sign in content)


def _put_heading(sheet: Sheet, number: int, heading: Heading) -> None:
    """The place of a heading stands beside its label: the first column holds places that take a value."""
    words = {2: f"{heading.label}  {spelled(heading.steps)}", 7: heading.meaning}
    for column in range(1, len(COLUMNS) + 1):
        sheet.put(number, column, words.get(column), "heading")


def _put_row(sheet: Sheet, number: int, row: InputRow, language: Language) -> None:
    figure = row.figure
    entry = "placeholder" if figure is not None and figure.placeholder else "input"
    sheet.put(number, 1, spelled(row.steps), "note")
    sheet.put(number, 2, row.label, "label")
    is_text = row.bounds is None and row.unit is None
    if is_text:
        sheet.put(number, 3, _shown(row, language), f"{entry}_text")
    else:
        sheet.put(number, 3, _shown(row, language), entry, _GENERAL)
    sheet.put(number, 7, row.meaning, "note")
    _put_choices(sheet, f"C{number}", row.allowed, language)
    _put_bounds(sheet, ("C",), number, row.bounds, row.unit, language)
    if row.unit is not None:
        sheet.put(number, 4, row.unit, entry if figure is not None and figure.unit else "note", _TEXT)
        _put_details(sheet, number, figure, entry, language)
        _put_bounds(sheet, ("E", "F"), number, row.bounds, row.unit, language)


def _put_details(sheet: Sheet, number: int, figure: Figure | None, entry: str, language: Language) -> None:
    details: dict[str, Value | None] = {}
    if figure is not None:
        details = {
            "low": figure.low,
            "high": figure.high,
            "source": text_shown(figure.source),
            "as_of": None if figure.as_of is None else figure.as_of.isoformat(),
            "confidence": figure.confidence,
            "placeholder": "true" if figure.placeholder else None,
            "replace_with": None if figure.replace_with is None else text_shown(figure.replace_with),
        }
    for column in ("low", "high", "source", "as_of", "confidence", "placeholder", "replace_with"):
        position = COLUMNS.index(column) + 1
        is_text = column in ("source", "replace_with")
        content = details.get(column)
        if isinstance(content, str):
            _require_room(content)
        style, number_format = (f"{entry}_text", None) if is_text else (entry, _GENERAL)
        sheet.put(number, position, content, style, number_format)
    _put_choices(sheet, f"{_letter('confidence')}{number}", ("high", "medium", "low"), language)
    _put_choices(sheet, f"{_letter('placeholder')}{number}", ("true", "false"), language)


def _letter(column: str) -> str:
    return letters(COLUMNS.index(column) + 1)


def _shown(row: InputRow, language: Language) -> Value | None:
    """What stands in the value column."""
    content = row.content
    if isinstance(content, bool):
        return str(content).lower()
    if isinstance(content, tuple):
        empty = text(language, "input.none") if row.empty_differs else None
        shown = ", ".join(entry_shown(str(item)) for item in content)
        return f'"{shown}"' if shown in none_words() else shown or empty
    if isinstance(content, str):
        _require_room(text_shown(content))
        return text_shown(content)
    if isinstance(content, int) and content > _EXACT_WHOLE_MAX:
        return str(content)
    if isinstance(content, date):
        return content.isoformat()
    return content if isinstance(content, int | float) else None


def _require_room(content: str) -> None:
    if len(content.encode("utf-16-le")) // 2 > TEXT_LENGTH:
        raise ScenarioError(Message("sheet.long_text", length=len(content), begins=repr(content[:40])))


def _put_choices(sheet: Sheet, area: str, allowed: tuple[str, ...], language: Language) -> None:
    if allowed:
        message = text(language, "input.one_of", words=", ".join(allowed))
        sheet.choices.append(Choice(area, options=f'"{",".join(allowed)}"', message=message))


def _put_bounds(
    sheet: Sheet,
    columns: tuple[str, ...],
    number: int,
    bounds: Spec | None,
    unit: str | None,
    language: Language,
) -> None:
    if bounds is None:
        return
    least = bounds.gt if bounds.ge is None else bounds.ge
    most = bounds.lt if bounds.le is None else bounds.le
    if least is None and most is None:
        return
    message = _bounds_message(bounds, unit, language)
    for column in columns:
        sheet.choices.append(Choice(f"{column}{number}", at_least=least, at_most=most, message=message))


def _bounds_message(bounds: Spec, unit: str | None, language: Language) -> str:
    """What a number beyond its bounds is told, such as `A number above 0 and at most 1.`."""
    said = {
        name: text(language, f"input.{name}", bound=f"{value:,.15g}")
        for name in ("ge", "gt", "le", "lt")
        if (value := getattr(bounds, name)) is not None
    }
    both = text(language, "input.and").join(said.values())
    return text(language, "input.bounds", bounds=both, unit="" if unit is None else f" [{unit.strip('()')}]")
