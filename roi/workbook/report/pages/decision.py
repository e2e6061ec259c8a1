"""The sheet Decision: one A4 page, laid out as a form of approval in the order in which boards read it."""

from collections.abc import Sequence
from dataclasses import dataclass

from roi.texts import Language, text
from roi.workbook.book import Book, Sheet
from roi.workbook.expression import Cell, Formula, call, letters, term
from roi.workbook.functions import when
from roi.workbook.report.pages.amounts import full_months
from roi.workbook.report.pages.costing import COLUMNS, put_amounts, told_amount
from roi.workbook.report.pages.headline import Headline
from roi.workbook.report.pages.layout import (
    Content,
    put_heading,
    put_letterhead,
    put_merged,
    put_text,
    raise_row,
    set_widths,
    shortened,
    span_width,
)
from roi.workbook.report.pages.material import Material, day_words

WIDTH = 8.6
PURPOSE_SHOWN, RISK_SHOWN, SCHEDULE_SHOWN, ASKED_SHOWN, CONTRACT_SHOWN = 260, 110, 200, 320, 90
RISKS_SHOWN, SENTENCES_SHOWN, WARNINGS_SHOWN = 3, 5, 2
LABEL, WORDS = (1, 2), (3, COLUMNS)
LEFT, RIGHT = ((1, 2), (3, 6)), ((7, 8), (9, COLUMNS))
"""Label and box of two fields beside each other."""
ANNEX = ("summary", "charts", "montecarlo", "risks")
"""Sheets for the readers of page one, each a printed page."""
TOLD_BELOW = "placeholders"
"""Key of the sentence that the page's state tells."""


@dataclass(frozen=True, slots=True)
class Marks:
    """What stands at the foot of the page and is decided elsewhere."""

    master: Cell
    """Whether every check holds."""
    failing: Cell
    """What the first that does not is about."""
    rerun: Cell
    """Which option is now cheaper, or that none listed is, or that nothing here judges it."""
    challenged: Cell
    """Whether the plan should be made again."""


def decision_page(sheet: Sheet, book: Book, material: Material, headline: Headline, marks: Marks) -> None:
    """Fill the sheet, which stands first in the book."""
    set_widths(sheet, [WIDTH] * COLUMNS)
    sheet.landscape, sheet.pages_high, sheet.tab_colour = False, 1, "1D4ED8"
    row = _head(sheet, material)
    row, applied = _asked(sheet, row, material, headline)
    row = _effects(sheet, row, material, headline, book)
    row = put_amounts(sheet, row, material, headline, book)
    if material.decision.scenario.finance.risk is not None:
        _of_the_run(sheet, applied - 1, row, headline)
    row = _of_the_run(sheet, row, _risks(sheet, row, material, headline), headline)
    row = _of_the_run(sheet, row, _sentences(sheet, row, material, headline), headline)
    annex = [book.sheets[key].title for key in ANNEX if key in book.sheets]
    _foot(sheet, row, material, headline, marks, annex)


def _of_the_run(sheet: Sheet, first: int, behind: int, headline: Headline) -> int:
    """Grey for rows of the run as soon as an input is changed; the row behind them."""
    if behind > first + 1:
        area = f"A{first + 1}:{letters(COLUMNS)}{behind - 1}"
        sheet.flag(area, headline.changed.formula(), "constant")
    return behind


def _marked(words: str, headline: Headline, language: Language) -> Formula:
    """A heading that says that what stands below it is of the run, where it is."""
    return when(headline.changed, text(language, "paper.of_the_run", words=words), words)


def _head(sheet: Sheet, material: Material) -> int:
    """Kind of document, boxes for the decision, what it is about and who proposes it."""
    language, proposal = material.language, material.decision.scenario.proposal
    put_letterhead(sheet, text(language, "paper.document"), COLUMNS, language)
    sheet.heights.update({1: 17.0, 2: 42.0})
    drafted, wanted = day_words(proposal.drafted_on), day_words(proposal.decision_wanted_by)
    budget = " / ".join(filter(None, (proposal.budget_line, material.within_budget)))
    _two(sheet, 3, material, ("number", ""), ("judged", text(language, "paper.judgements")))
    _two(sheet, 4, material, ("drafted_on", drafted), ("decided_on", text(language, "paper.no_day")))
    _pair(sheet, 5, text(language, "paper.matter"), material.matter)
    _two(sheet, 6, material, ("proposer", proposal.proposer or ""), ("department", proposal.department or ""))
    _two(sheet, 7, material, ("decision_wanted_by", wanted), ("budget_line", budget))
    return 8


def _pair(sheet: Sheet, row: int, name: str, words: str) -> None:
    put_merged(sheet, row, LABEL, name, "label")
    raise_row(sheet, row, name, span_width(sheet, *LABEL))
    put_text(sheet, row, WORDS, words, "box")


def _two(
    sheet: Sheet,
    row: int,
    material: Material,
    left: tuple[str, Content | tuple[Formula, str]],
    right: tuple[str, Content | tuple[Formula, str]],
) -> None:
    """Two fields; an amount comes with its number format."""
    for (name, content), (label, box) in ((left, LEFT), (right, RIGHT)):
        told = text(material.language, f"paper.{name}")
        put_merged(sheet, row, label, told, "label")
        raise_row(sheet, row, told, span_width(sheet, *label))
        if isinstance(content, tuple):
            put_merged(sheet, row, box, content[0], "money", content[1])
        else:
            put_text(sheet, row, box, content, "box")


def _asked(sheet: Sheet, row: int, material: Material, headline: Headline) -> tuple[int, int]:
    """What is to be decided and why, for how much, from whom and until when; the row after it, and that of the
    amount."""
    language, proposal, agreed = material.language, material.decision.scenario.proposal, material.contract
    _pair(sheet, row, text(language, "paper.asked"), shortened(material.asked, ASKED_SHOWN))
    purpose = proposal.purpose or text(language, "paper.purpose_default")
    _pair(sheet, row + 1, text(language, "paper.purpose"), shortened(purpose, PURPOSE_SHOWN))
    net = told_amount(material, headline.applied)
    other = ("amount_capital", told_amount(material, headline.capital))
    if headline.applied_with_tax is not None:
        other = ("applied_with_tax", told_amount(material, headline.applied_with_tax))
    _two(sheet, row + 2, material, ("applied", net), other)
    _pair(sheet, row + 3, text(language, "paper.vendors"), shortened(agreed.vendors, CONTRACT_SHOWN))
    term_told, payment = (shortened(each, CONTRACT_SHOWN) for each in (agreed.term, agreed.payment))
    _two(sheet, row + 4, material, ("term", term_told), ("payment", payment))
    schedule = shortened("; ".join(material.schedule), SCHEDULE_SHOWN)
    _pair(sheet, row + 5, text(language, "paper.schedule"), schedule)
    return row + 6, row + 2


def _effects(sheet: Sheet, row: int, material: Material, headline: Headline, book: Book) -> int:
    """Four figures: net present value, internal rate of return, payback, carbon; below them the range."""
    language, none = material.language, text(material.language, "paper.none")
    row = put_heading(sheet, row, text(language, "paper.effect"), COLUMNS)
    taxed = text(language, "paper.before_tax" if headline.before_tax else "paper.after_tax")
    worth = (none, None) if headline.npv is None else told_amount(material, headline.npv)
    carbon_name, carbon = _carbon(material, headline)
    figures: Sequence[tuple[str, Content, str | None, Cell | None]] = (
        ("effect_npv", *worth, headline.npv),
        ("effect_irr", headline.irr, text(language, "paper.irr_format"), None),
        ("effect_payback", full_months(headline.payback), text(language, "paper.months_format"), None),
        (carbon_name, carbon, "#,##0.0,;-#,##0.0,", None),
    )
    for place, (name, content, number_format, named) in enumerate(figures):
        columns = (1 + 3 * place, 3 + 3 * place)
        title = text(language, f"paper.{name}", currency=material.coin, taxed=taxed)
        put_merged(sheet, row, columns, title, "column")
        shown = none if content is None else content
        words = shown.value if isinstance(shown, Cell | Formula) else shown
        reason = isinstance(words, str) and words != none and named is None
        style = "label" if reason else "figure"
        told = put_merged(
            sheet,
            row + 1,
            columns,
            shown.formula() if isinstance(shown, Cell) else shown,
            style,
            number_format,
        )
        book.name(f"decision_{name.split('_')[1]}", named or told)
    sheet.heights.update({row: 30.0 if headline.today_carbon is None else 17.0, row + 1: 34.0})
    ranged = _marked(material.range_words, headline, language)
    put_text(sheet, row + 2, (1, COLUMNS), ranged, "box")
    sheet.flag(f"A{row + 2}:{letters(COLUMNS)}{row + 2}", headline.changed.formula(), "constant")
    return row + 3


def _carbon(material: Material, headline: Headline) -> tuple[str, Content]:
    """Name and figure [tCO2e]: the change against today, below zero where emissions fall; those of the plan where
    today's are not known."""
    if headline.carbon is None:
        return "effect_carbon", text(material.language, "plan.undisclosed")
    if headline.today_carbon is not None:
        return "effect_carbon", headline.carbon - headline.today_carbon
    alone = material.decision.without_baseline
    return "effect_carbon_plan" if alone else "effect_carbon_today_unknown", headline.carbon


def _risks(sheet: Sheet, row: int, material: Material, headline: Headline) -> int:
    """The gravest three, each with what is done about it."""
    language = material.language
    title = text(language, "paper.risks_top", count=RISKS_SHOWN)
    row = put_heading(sheet, row, _marked(title, headline, language), COLUMNS)
    for risk in material.risks[:RISKS_SHOWN]:
        put_text(sheet, row, (1, 5), shortened(risk.what, RISK_SHOWN), "box")
        put_text(sheet, row, (6, 8), shortened(risk.effect, RISK_SHOWN), "box")
        put_text(sheet, row, (9, COLUMNS), shortened(risk.measure, RISK_SHOWN), "box")
        row += 1
    return row


def _sentences(sheet: Sheet, row: int, material: Material, headline: Headline) -> int:
    """What may be said, and what speaks against it."""
    language = material.language
    row = put_heading(sheet, row, _marked(text(language, "paper.sentences"), headline, language), COLUMNS)
    for warning, most in ((False, SENTENCES_SHOWN), (True, WARNINGS_SHOWN)):
        mine = [
            each.text for each in material.sentences if each.warning is warning and each.key != TOLD_BELOW
        ]
        for sentence in mine[:most]:
            mark = text(language, "paper.speaks_against" if warning else "paper.speaks_for")
            put_text(sheet, row, (1, COLUMNS), f"{mark} {sentence}", "paragraph")
            row += 1
    return row


def _foot(
    sheet: Sheet, row: int, material: Material, headline: Headline, marks: Marks, annex: Sequence[str]
) -> None:
    """What lies behind the page, whether it may be believed, and whether it still stands: one state."""
    language = material.language
    sheets = text(language, "page.between_names").join(annex)
    _pair(sheet, row, text(language, "paper.enclosures"), text(language, "paper.enclosed", sheets=sheets))
    row = put_heading(sheet, row + 1, text(language, "paper.reliance"), COLUMNS)
    bad = term(text(language, "paper.checks_fail")).joined(marks.failing)
    count, total = material.placeholders, len(material.assumptions)
    state = text(language, "paper.state_draft" if count else "paper.state_good", count=count, total=total)
    open_, cheaper = text(language, "paper.checks_unjudged"), text(language, "paper.checks_cheaper")
    stands = when(headline.unjudged, open_, when(marks.challenged, cheaper, state))
    told = when(marks.master, stands, bad)
    put_merged(sheet, row, (1, COLUMNS), told, "draft" if count else "good")
    area = f"A{row}:{letters(COLUMNS)}{row}"
    sheet.flag(area, call("NOT", not marks.master.value, marks.master), "bad")
    sheet.flag(area, marks.challenged.formula(), "stale")
    case = term(text(language, "paper.case")).joined(headline.scenario).joined(_stale(headline, language))
    _flagged(sheet, row + 1, case, headline.changed)
    _flagged(sheet, row + 2, marks.rerun.formula(), marks.challenged)
    sheet.heights.update({row: 18.0, row + 1: 16.0, row + 2: 16.0})
    put_text(sheet, row + 3, (1, COLUMNS), _terms(material), "note")


def _flagged(sheet: Sheet, row: int, words: Formula, flag: Cell) -> None:
    """A line that stands out as soon as the flag is set."""
    put_merged(sheet, row, (1, COLUMNS), words, "note")
    sheet.flag(f"A{row}:L{row}", flag.formula(), "stale")


def _stale(headline: Headline, language: Language) -> Formula:
    return when(headline.changed, text(language, "paper.inputs_changed"), text(language, "paper.inputs_kept"))


def _terms(material: Material) -> str:
    """What the amounts mean, and whose inputs they rest on."""
    told = " ".join(material.terms)
    return shortened(
        f"{told} {text(material.language, 'paper.hash', hash=material.decision.inputs_hash[:12])}", 700
    )
