"""The sheet Checks: every check a formula, and one flag for all of them that page one shows."""

from collections.abc import Sequence
from dataclasses import dataclass

from roi.texts import text
from roi.workbook.book import Book, Sheet
from roi.workbook.expression import Cell, Formula, call, down, letters
from roi.workbook.report.pages.layout import Column, put_headings, put_line, put_text, put_title, set_widths
from roi.workbook.report.pages.material import Material

WIDTHS = (5, 60, 22, 22, 14, 50)
MASTER = "master_check"


@dataclass(frozen=True, slots=True)
class Check:
    """Two figures that must agree, or one thing that must hold."""

    name: str
    """Key of the sentence that says what is checked, in `paper.check_...`."""
    holds: Formula
    left: Cell | Formula | None = None
    right: Cell | Formula | None = None


def checks_page(book: Book, material: Material, checks: Sequence[Check]) -> Cell:
    """Make the sheet; the flag that holds when every check does.

    Placeholders are counted beside the checks: they make a figure provisional, not wrong.
    """
    language = material.language
    sheet = book.sheet("checks", text(language, "paper.sheet_checks"))
    set_widths(sheet, WIDTHS)
    title = text(language, "paper.checks_title")
    master_row = put_title(sheet, title, [text(language, "paper.checks_note")], len(WIDTHS))
    names = ("check_number", "check_name", "check_left", "check_right", "check_result", "check_why")
    columns = [Column(text(language, f"paper.{name}"), "calculated") for name in names]
    row = put_headings(sheet, master_row + 2, columns)
    sheet.freeze = f"A{row}"
    held = [
        _line(sheet, row + offset, columns, offset + 1, check, material)
        for offset, check in enumerate(checks)
    ]
    flagged = down(held)
    sheet.flags.append((f"E{row}:E{row + len(held) - 1}", f"NOT({letters(5)}{row})", "bad"))
    sheet.put(master_row, 2, text(language, "paper.check_master"), "label")
    master = sheet.put(master_row, 3, call("AND", all(flagged.values), flagged), "good")
    sheet.flags.append((f"C{master_row}", f"NOT({master.formula().text})", "bad"))
    book.name(MASTER, master)
    _placeholders(sheet, row + len(held) + 1, material)
    return master


def _line(
    sheet: Sheet, row: int, columns: Sequence[Column], number: int, check: Check, material: Material
) -> Cell:
    words = text(material.language, f"paper.check_{check.name}")
    why = text(material.language, f"paper.why_{check.name}")
    put_line(sheet, row, columns[:4], (float(number), words, check.left, check.right))
    put_line(sheet, row, columns[5:], (why,), 6)
    return sheet.put(row, 5, check.holds, "good")


def _placeholders(sheet: Sheet, row: int, material: Material) -> None:
    """How many figures are not the user's yet, and which."""
    count, total = material.placeholders, len(material.assumptions)
    key = "paper.placeholders" if count else "paper.placeholders_none"
    put_text(
        sheet,
        row,
        (2, len(WIDTHS)),
        text(material.language, key, count=count, total=total),
        "bad" if count else "good",
    )
    for offset, each in enumerate((each for each in material.assumptions if each.placeholder), 1):
        put_text(sheet, row + offset, (2, 2), each.label, "box")
        put_text(sheet, row + offset, (3, 4), each.place, "box")
        put_text(sheet, row + offset, (5, len(WIDTHS)), each.replace_with or each.source, "box")
