"""The whole report: live sheets between the page that decides and the pages that explain, check and record."""

from pathlib import Path

from roi.resources import template_path
from roi.texts import text
from roi.workbook.book import Book
from roi.workbook.report.headlines import headline_of
from roi.workbook.report.live import Live, live_book
from roi.workbook.report.pages.checks import checks_page
from roi.workbook.report.pages.decision import Marks, decision_page
from roi.workbook.report.pages.esg import esg_page
from roi.workbook.report.pages.futures import futures_page
from roi.workbook.report.pages.log import log_page
from roi.workbook.report.pages.material import Material
from roi.workbook.report.pages.options import options_page
from roi.workbook.report.pages.risks import risks_page
from roi.workbook.report.pages.sensitivity import sensitivity_page
from roi.workbook.report.proofs import checks_of
from roi.workbook.write import book_bytes

FIRST = ("decision", "options", "option_costs")
LAST = ("sensitivity", "montecarlo", "esg", "risks", "checks", "log")


def report_book(material: Material) -> Book:
    """All sheets in the order in which they are read."""
    language = material.language
    live = live_book(material.decision, language)
    book = live.book
    decision = book.sheet("decision", text(language, "paper.sheet_decision"))
    listing = options_page(book, material, live.inputs)
    headline = headline_of(live)
    sensitivity_page(book, material, headline.changed)
    futures_page(book, material, headline.changed)
    esg_page(book, material, headline.changed, listing)
    risks_page(book, material, headline.changed)
    hashed = log_page(book, material)
    master = checks_page(book, material, checks_of(live, material, hashed))
    decision_page(decision, book, material, headline, Marks(master, listing.message, listing.challenged))
    between = [key for key in book.sheets if key not in (*FIRST, *LAST)]
    book.sheets = {key: book.sheets[key] for key in (*FIRST, *between, *LAST)}
    return book


def report_bytes(material: Material, styles: Path | None = None) -> bytes:
    """The finished file, in the styles of the bundled template or of another that holds all of them.

    Raises
    ------
    ValueError
        When the template lacks a style.
    """
    return book_bytes(report_book(material), styles or template_path("report.xlsx"))


__all__ = ["Live", "report_book", "report_bytes"]
