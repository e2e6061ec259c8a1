"""The workbook of a month: the page that is signed, then the return, the account and the counts behind it."""

from pathlib import Path

from roi.operate.summary import MonthReport
from roi.resources import template_path
from roi.texts import Language, text
from roi.workbook.book import Book
from roi.workbook.operation.account import account_page
from roi.workbook.operation.counts import counts_page
from roi.workbook.operation.figures import Pair, figure_formulas
from roi.workbook.operation.finance import return_page
from roi.workbook.operation.page import operation_page
from roi.workbook.operation.said import Said
from roi.workbook.write import book_bytes

ORDER = ("operation", "return", "account", "counts")


def operation_book(report: MonthReport, said: Said, language: Language) -> Book:
    """All sheets in the order in which they are read.

    Raises
    ------
    ValueError
        When a formula says another thing than the report.
    """
    book = Book()
    first = book.sheet("operation", text(language, "operation_paper.sheet_operation"))
    counts = counts_page(book, report.approved, report.happened, language)
    accounted = account_page(book, report, counts, language)
    formulas = figure_formulas(report, counts, accounted)
    units = {each.name: each.unit for each in report.figures}
    rows: dict[str, tuple[str, str, Pair]] = {
        name: (said.names[name], units[name], pair) for name, pair in formulas.items()
    }
    returned = return_page(book, report, counts, accounted, language)
    operation_page(first, report, said, rows, accounted, returned, language)
    book.sheets = {key: book.sheets[key] for key in ORDER if key in book.sheets}
    return book


def operation_bytes(report: MonthReport, said: Said, language: Language, styles: Path | None = None) -> bytes:
    """The finished file, in the styles of the bundled template or of another that holds all of them."""
    return book_bytes(operation_book(report, said, language), styles or template_path("report.xlsx"))
