"""The sheet Checks: every check a formula, and one flag for all of them that page one shows."""

from collections.abc import Sequence
from dataclasses import dataclass

from roi.texts import text
from roi.workbook.book import Book, Sheet
from roi.workbook.expression import Cell, Formula, call, down, letters
from roi.workbook.functions import absolute, first_beside, largest, some, when
from roi.workbook.report.pages.layout import Column, Content, begin_sheet, put_headings, put_line, put_text
from roi.workbook.report.pages.material import Material

WIDTHS = (5, 60, 22, 22, 14, 50)
MASTER = "master_check"
TOLERANCE = 1e-9
"""Difference of two ways to one figure that rounding explains, as a share of the figure."""


@dataclass(frozen=True, slots=True)
class Check:
    """Two ways to one figure, which must agree; or what a rule limits, and its limit."""

    name: str
    """Key of the words that say what is checked."""
    why: str
    """Key of the words that say why it matters."""
    left: Content
    right: Content
    of_the_run: bool = False
    """Whether one side is of the run that made the report: with other inputs there is nothing to compare."""
    at_most: bool = False
    """Whether the left must not lie above the right, instead of being the same."""


@dataclass(frozen=True, slots=True)
class Master:
    """All checks in one."""

    holds: Cell
    """Whether every check does."""
    failing: Cell
    """What the first that does not is about; a dash where all hold."""


def checks_page(
    book: Book, material: Material, checks: Sequence[Check], changed: Cell, wrong: Cell
) -> Master:
    """Make the sheet.

    Placeholders are counted beside the checks: they make a figure provisional, not wrong. An input that cannot be
    so leaves nothing to check.
    """
    language = material.language
    sheet, top = begin_sheet(book, "checks", WIDTHS, [text(language, "paper.checks_note")], language)
    names = ("check_number", "check_name", "check_left", "check_right", "check_result", "check_why")
    columns = [Column(text(language, f"paper.{name}"), "calculated") for name in names]
    sheet.put(top + 1, 2, text(language, "paper.check_tolerance"), "label")
    tolerance = sheet.put(top + 1, 3, TOLERANCE, "constant", "0E+00")
    row = put_headings(sheet, top + 3, columns)
    sheet.freeze = f"A{row}"
    placed = [
        _line(sheet, row + place, columns, float(place + 1), check, (changed, tolerance), material)
        for place, check in enumerate(checks)
    ]
    told, held = down([each[0] for each in placed]), down([each[1] for each in placed])
    last = row + len(checks) - 1
    sheet.flag(f"E{row}:E{last}", f"NOT({letters(5)}{row})", "bad")
    sheet.put(top, 2, text(language, "paper.check_master"), "label")
    possible = wrong.equals("-")
    all_hold = call("AND", all(held.values), held)
    master = sheet.put(top, 3, Formula(f"IF({possible.text},{all_hold.text},FALSE)", all_hold.value), "good")
    sheet.flag(f"C{top}", call("NOT", not master.value, master), "bad")
    book.name(MASTER, master)
    sheet.put(top + 1, 5, text(language, "paper.check_failing"), "label")
    failing = sheet.put(top + 1, 6, when(possible, first_beside(held, told), wrong), "box")
    _placeholders(sheet, last + 2, material)
    return Master(master, failing)


def _line(
    sheet: Sheet,
    row: int,
    columns: Sequence[Column],
    number: float,
    check: Check,
    given: tuple[Cell, Cell],
    material: Material,
) -> tuple[Cell, Cell]:
    """Name and result."""
    words = text(material.language, check.name)
    cells = put_line(sheet, row, columns[:4], (number, words, check.left, check.right))
    put_line(sheet, row, columns[5:], (text(material.language, check.why),), 6)
    changed, tolerance = given
    holds = (_within if check.at_most else _agree)(cells[2], cells[3], tolerance)
    return cells[1], sheet.put(row, 5, some(changed, holds) if check.of_the_run else holds, "good")


def _agree(left: Cell, right: Cell, tolerance: Cell) -> Formula:
    """Whether two figures differ by rounding at most; of texts whether they are the same."""
    if isinstance(left.value, str | bool):
        return left.equals(right)
    return absolute(left - right) <= tolerance * largest(1, absolute(left))


def _within(left: Cell, right: Cell, tolerance: Cell) -> Formula:
    """Whether the left lies above the right by rounding at most."""
    return left - right <= tolerance * largest(1, absolute(left))


def _placeholders(sheet: Sheet, row: int, material: Material) -> None:
    """How many figures are not the user's yet; the sheet Inputs marks which."""
    count, total = material.placeholders, len(material.assumptions)
    key = "paper.placeholders" if count else "paper.placeholders_none"
    put_text(
        sheet,
        row,
        (2, len(WIDTHS)),
        text(material.language, key, count=count, total=total),
        "bad" if count else "good",
    )
    if count:
        put_text(
            sheet, row + 1, (2, len(WIDTHS)), text(material.language, "paper.placeholders_where"), "note"
        )
