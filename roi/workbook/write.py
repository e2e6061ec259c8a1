"""Writes a book with openpyxl, on a template of styles, and adds the cached value to every formula.

openpyxl writes formulas without values; a mail preview or a reader that does not compute would show blanks. The
values are therefore put into the sheets' XML afterwards.
"""

import io
import re
import zipfile
from html import escape
from pathlib import Path

from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell as WrittenCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, NamedStyle
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from roi.workbook.book import HELPERS, TEXT_LENGTH, Book, Choice, Placed, Sheet
from roi.workbook.expression import Value, letters, quoted

A4, A3 = 9, 8
"""Paper sizes in the files' numbering."""
SIDE_INCHES, FOOT_INCHES = 0.45, 0.6
A4_CHARACTERS_MOST = 185
"""Widest sheet that lies on A4 with type of 7 points at least [characters]."""
A4_INCHES, A3_INCHES = (8.27, 11.69), (11.69, 16.54)
CHARACTERS_PER_INCH, POINTS_PER_INCH = 13.0, 72.0
NOTHING = "XFD1"
"""An empty cell as all that is printed: LibreOffice prints hidden sheets, but no empty page."""
ROW_POINTS = 15.0
"""Height of a row that nobody set [points]."""
ORPHAN_FRACTION, LEAST_SCALE = 0.34, 0.7
"""Rest of a page that is pressed into those before it; smallest print, 7 points of 10."""
STANDARD_WIDTH = 8.43
"""Of a column that nobody set [characters]."""
AMOUNTS = frozenset(("money", "money_fine", "total"))
"""Styles of amounts: where a formula gives a text, it stands where numbers do, whole; no number is ever wrapped."""

_UNWRITABLE = re.compile(f"{ILLEGAL_CHARACTERS_RE.pattern}|[\ufffe\uffff]")
_LOOKS_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
"""Excel reads `_x0041_` in a text as the letter A; its first sign is therefore written in that way itself."""

_FORMULA_CELL = re.compile(
    r'<c r="(?P<address>[A-Z]+[0-9]+)"(?P<style>(?: s="[0-9]+")?)(?: t="[a-z]+")?>'
    r"<f>(?P<formula>[^<]*)</f><v ?(?:/>|></v>)</c>"
)


_NUMBER_CELL = re.compile(
    r'(?P<start><c r="(?P<address>[A-Z]+[0-9]+)"(?: s="[0-9]+")? t="n"><v>)(?P<number>[^<]+)(?=</v>)'
)


def book_bytes(book: Book, template: Path) -> bytes:
    """The finished file, on the styles of a template whose own sheets are left out.

    Raises
    ------
    ValueError
        When the template lacks a style that the book uses.
    """
    workbook = load_workbook(template)
    _require_styles(book, workbook)
    for title in workbook.sheetnames:
        del workbook[title]
    for sheet in book.sheets.values():
        _fill(workbook.create_sheet(sheet.title), sheet, workbook)
    for name, target in book.names.items():
        workbook.defined_names[name] = DefinedName(name, attr_text=target)
    workbook.calculation.fullCalcOnLoad = True
    workbook.properties.title, workbook.properties.creator = book.title, book.author
    buffer = io.BytesIO()
    workbook.save(buffer)
    return with_cached_values(buffer.getvalue(), list(book.sheets.values()))


def with_cached_values(file: bytes, sheets: list[Sheet]) -> bytes:
    """The file with the value of every formula beside its text; `sheets` in the order of the file's parts.

    Raises
    ------
    ValueError
        When a formula of the file is none of the sheets': its value would be missing.
    """
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(file)) as source,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        parts = {f"xl/worksheets/sheet{number}.xml": sheet for number, sheet in enumerate(sheets, 1)}
        for info in source.infolist():
            content = source.read(info)
            if info.filename in parts:
                content = _valued(content.decode("utf-8"), parts[info.filename]).encode("utf-8")
            target.writestr(info.filename, content)
    return buffer.getvalue()


def _valued(xml: str, sheet: Sheet) -> str:
    """Formulas with their values, and numbers in full: openpyxl writes sixteen digits, a double needs seventeen."""
    values = {address: placed.content for address, placed in sheet.formulas()}
    numbers = {
        f"{letters(column)}{row}": repr(placed.content)
        for (row, column), placed in sheet.cells.items()
        if placed.formula is None and isinstance(placed.content, float)
    }

    def cell(found: re.Match[str]) -> str:
        value = values.pop(found["address"])
        kind, text = _cached(value)
        start = f'<c r="{found["address"]}"{found["style"]}{kind}>'
        return f"{start}<f>{found['formula']}</f><v>{text}</v></c>"

    finished = _FORMULA_CELL.sub(cell, xml)
    finished = _NUMBER_CELL.sub(
        lambda found: found["start"] + numbers.get(found["address"], found["number"]), finished
    )
    if values or "<v />" in finished or "<v></v>" in finished:
        raise ValueError(f"{sheet.title}: formulas without a cached value: {sorted(values)[:5]}")
    return finished


def _cached(value: Value | None) -> tuple[str, str]:
    if isinstance(value, bool):
        return ' t="b"', str(int(value))
    if isinstance(value, str):
        return ' t="str"', escape(value, quote=False)
    if value is None:
        raise ValueError("a formula without a value")
    return "", repr(float(value))


def _require_styles(book: Book, workbook: Workbook) -> None:
    used = {placed.style for sheet in book.sheets.values() for placed in sheet.cells.values()}
    missing = sorted(used - set(workbook.named_styles))
    if missing:
        raise ValueError(f"the template lacks the styles {', '.join(missing)}; add them under these names")


def _fill(worksheet: Worksheet, sheet: Sheet, workbook: Workbook) -> None:
    for (row, column), placed in sorted(sheet.cells.items()):
        _write_cell(worksheet.cell(row, column), placed, sheet.title)
    for column, width in sheet.widths.items():
        worksheet.column_dimensions[get_column_letter(column)].width = width
    for row, height in sheet.heights.items():
        worksheet.row_dimensions[row].height = height
    for area in sheet.merged:
        worksheet.merged_cells.add(area)
    for choice in sheet.choices:
        worksheet.add_data_validation(_validation(choice))
    for area, formula, style in sheet.flags:
        worksheet.conditional_formatting.add(area, _rule(formula, _named(workbook, style), sheet.title))
    for chart, corner in sheet.charts:
        worksheet.add_chart(chart, corner)
    _set_page(worksheet, sheet)


def _write_cell(cell: WrittenCell, placed: Placed, title: str) -> None:
    """Named style first: it sets the number format that the cell's own then replaces."""
    cell.style = placed.style
    if placed.number_format is not None:
        cell.number_format = placed.number_format
    if placed.formula is not None:
        if placed.style in AMOUNTS:
            cell.alignment = Alignment(horizontal="right", vertical="center", wrap_text=True)
        elif placed.style == "figure":
            cell.alignment = Alignment(horizontal="center", vertical="center", shrink_to_fit=True)
        cell.value = "=" + placed.formula.replace(quoted(title) + "!", "")
    elif isinstance(placed.content, str):
        _write_text(cell, placed.content)
    else:
        cell.value = placed.content


def _write_text(cell: WrittenCell, text: str) -> None:
    """A text is never a formula, whatever it begins with, and is what was typed but for what no file can hold."""
    whole = _UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", text)[:TEXT_LENGTH]
    cell.value = _LOOKS_ESCAPED.sub("_x005F_", whole).replace("\r", "_x000D_")
    cell.data_type = "s"
    if text.startswith(("=", "+", "-", "@")):
        cell.quotePrefix = True


def _validation(choice: Choice) -> DataValidation:
    if choice.options is not None:
        found = DataValidation(type="list", formula1=choice.options, allow_blank=False)
    elif choice.at_most is None:
        found = DataValidation(
            type="decimal", operator="greaterThanOrEqual", formula1=_bound(choice.at_least)
        )
    else:
        found = DataValidation(
            type="decimal",
            operator="between",
            formula1=_bound(choice.at_least),
            formula2=_bound(choice.at_most),
        )
    found.error = choice.message
    found.showErrorMessage = True
    found.add(choice.area)
    return found


def _bound(value: float | None) -> str:
    return repr(-1e300 if value is None else float(value))


def _rule(formula: str, style: NamedStyle, title: str) -> FormulaRule:
    return FormulaRule(formula=[formula.replace(quoted(title) + "!", "")], font=style.font, fill=style.fill)


def _named(workbook: Workbook, name: str) -> NamedStyle:
    return next(style for style in workbook._named_styles if style.name == name)


def _set_page(worksheet: Worksheet, sheet: Sheet) -> None:
    worksheet.freeze_panes = sheet.freeze
    worksheet.sheet_view.showGridLines = False
    setup = worksheet.page_setup
    wide = sum(sheet.widths.get(column, STANDARD_WIDTH) for column in range(1, _printed(sheet) + 1))
    setup.paperSize = A3 if sheet.landscape and wide / sheet.pages_wide > A4_CHARACTERS_MOST else A4
    margins = worksheet.page_margins
    margins.left = margins.right = SIDE_INCHES
    margins.top, margins.bottom, margins.footer = SIDE_INCHES, FOOT_INCHES, SIDE_INCHES / 2
    setup.orientation = "landscape" if sheet.landscape else "portrait"
    setup.fitToWidth, setup.fitToHeight = sheet.pages_wide, sheet.pages_high or _whole_pages(sheet, wide)
    worksheet.sheet_properties.pageSetUpPr.fitToPage = True
    worksheet.print_title_rows = sheet.repeated_rows
    worksheet.print_title_cols = sheet.repeated_columns
    worksheet.oddFooter.center.text = "&A"
    worksheet.oddFooter.right.text = "&P / &N"
    if sheet.tab_colour is not None:
        worksheet.sheet_properties.tabColor = sheet.tab_colour
    if not sheet.printed:
        worksheet.print_title_rows = worksheet.print_title_cols = None
        worksheet.print_area = NOTHING
    elif sheet.cells:
        last = max(row for row, column in sheet.cells if column < HELPERS)
        worksheet.print_area = f"A1:{letters(_printed(sheet))}{last}"
    worksheet.column_dimensions[letters(HELPERS)].hidden = True


def _whole_pages(sheet: Sheet, wide: float) -> int:
    """Pages high at which no page stands nearly empty; 0 where they fill up by themselves.

    A rest of less than a third of a page is pressed into the pages before it, unless type would get too small.
    """
    a3 = sheet.landscape and wide / sheet.pages_wide > A4_CHARACTERS_MOST
    across, down = (A3_INCHES if a3 else A4_INCHES)[:: -1 if sheet.landscape else 1]
    room = (across - 2 * SIDE_INCHES) * CHARACTERS_PER_INCH
    scale = min(1.0, room * sheet.pages_wide / wide)
    last = max((row for row, column in sheet.cells if column < HELPERS), default=1)
    points = sum(sheet.heights.get(row, ROW_POINTS) for row in range(1, last + 1))
    pages = points * scale / ((down - SIDE_INCHES - FOOT_INCHES) * POINTS_PER_INCH)
    whole = int(pages)
    pressed = whole >= 1 and pages - whole < ORPHAN_FRACTION
    return whole if pressed and scale * whole / pages >= LEAST_SCALE else 0


def _printed(sheet: Sheet) -> int:
    """The last column that is printed."""
    if sheet.printed_columns is not None:
        return sheet.printed_columns
    return max((column for _, column in sheet.cells if column < HELPERS), default=1)
