"""The whole report: live sheets between the page that decides and the pages that explain, check and record."""

from pathlib import Path

from roi.resources import template_path
from roi.texts import text
from roi.workbook.book import Book
from roi.workbook.report.live.inputs import mark_what_acts
from roi.workbook.report.pages.calculation import Calculation
from roi.workbook.report.pages.checks import checks_page
from roi.workbook.report.pages.course import course_page
from roi.workbook.report.pages.decision import ANNEX, Marks, decision_page
from roi.workbook.report.pages.esg import esg_page
from roi.workbook.report.pages.fields import fields_page
from roi.workbook.report.pages.futures import futures_page
from roi.workbook.report.pages.log import log_page
from roi.workbook.report.pages.material import Material
from roi.workbook.report.pages.options import options_page
from roi.workbook.report.pages.proofs import proofs
from roi.workbook.report.pages.risks import risks_page
from roi.workbook.report.pages.sensitivity import sensitivity_page
from roi.workbook.report.pages.summary import summary_page
from roi.workbook.write import book_bytes

AUTHOR = "image-roi"
"""Who a file says made it, where nobody proposes."""
FIRST = ("decision", *ANNEX)
"""Page one and its annex; the appendix follows."""
SECOND = ("options", "option_costs", "sensitivity", "esg")
LAST = ("checks", "log")
WORKINGS = ("years", "retry", "energy", "capex", "cashflow", "months", "results")
"""Formulas, which say nothing on paper: left out where the report is printed for its readers."""


def report_book(
    material: Material, live: Calculation, *, fields: bool = False, printed: bool = False
) -> Book:
    """All sheets in the order in which they are read; the one with the fields of a company's template on demand,
    without the formulas' sheets where it is to be printed."""
    book, changed = live.book, live.headline.changed
    proposal = material.decision.scenario.proposal
    book.title = material.matter
    book.author = proposal.proposer or proposal.department or AUTHOR
    decision = book.sheet("decision", text(material.language, "paper.sheet_decision"))
    summary_page(book, material, live.headline)
    listing = options_page(book, material, live.inputs, live.ahead, live.headline)
    course_page(book, material, live.course)
    sensitivity_page(book, material, changed)
    if material.futures is not None:
        futures_page(book, material, material.futures, changed)
    esg_page(book, material, changed, listing)
    risks_page(book, material, changed)
    hashed = log_page(book, material, live.inputs)
    checks = (*live.checks, *proofs(material, live, listing, hashed))
    master = checks_page(book, material, checks, changed, live.headline.wrong)
    marks = Marks(master.holds, master.failing, listing.message, listing.challenged)
    decision_page(decision, book, material, live.headline, marks)
    mark_what_acts(book, live.inputs, material)
    if fields:
        fields_page(book, material, live.headline, live.course)
    between = [key for key in book.sheets if key not in (*FIRST, *SECOND, *LAST, "fields")]
    last = (*LAST, *(["fields"] if fields else []))
    read = [key for key in (*FIRST, *SECOND) if key in book.sheets]
    book.sheets = {key: book.sheets[key] for key in (*read, *between, *last)}
    for key in WORKINGS if printed else ():
        if key in book.sheets:
            book.sheets[key].printed = False
    return book


def report_bytes(
    material: Material,
    live: Calculation,
    styles: Path | None = None,
    *,
    fields: bool = False,
    printed: bool = False,
) -> bytes:
    """The finished file, in the styles of the bundled template or of another that holds all of them; see
    `report_book`.

    Raises
    ------
    ValueError
        When the template lacks a style.
    """
    book = report_book(material, live, fields=fields, printed=printed)
    return book_bytes(book, styles or template_path("report.xlsx"))
