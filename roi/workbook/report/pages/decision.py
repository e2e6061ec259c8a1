"""The sheet Decision: one A4 page, laid out as an approval document."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from roi.amounts import money
from roi.texts import Language, text
from roi.workbook.book import Book, Sheet
from roi.workbook.expression import Cell, Formula, call, letters, term
from roi.workbook.functions import as_text, when
from roi.workbook.report.pages.headline import Headline
from roi.workbook.report.pages.layout import (
    Content,
    put,
    put_heading,
    put_letterhead,
    put_merged,
    put_text,
    raise_row,
    set_widths,
    shortened,
    span_width,
)
from roi.workbook.report.pages.material import Material

COLUMNS = 12
WIDTH = 8.6
PURPOSE_SHOWN, RISK_SHOWN, SCHEDULE_SHOWN, ASKED_SHOWN = 260, 110, 220, 420
RISKS_SHOWN, OTHERS_SHOWN, SENTENCES_SHOWN, WARNINGS_SHOWN, FILLED_SHOWN = 3, 3, 6, 3, 3
LABEL, WORDS = (1, 2), (3, COLUMNS)
LONG_AMOUNT = "JPY 1,000 M"
"""As wide as an amount in a sentence becomes."""


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
    row = _asked(sheet, row, material)
    row = _amounts(sheet, row, material, headline, book)
    row = _effects(sheet, row, material, headline, book)
    row = _of_the_run(sheet, row, _risks(sheet, row, material, headline), headline)
    row = _of_the_run(sheet, row, _sentences(sheet, row, material, headline), headline)
    _foot(sheet, row, material, headline, marks)


def _of_the_run(sheet: Sheet, first: int, behind: int, headline: Headline) -> int:
    """Grey for rows of the run as soon as an input is changed; the row behind them."""
    area = f"A{first + 1}:{letters(COLUMNS)}{behind - 1}"
    sheet.flags.append((area, headline.changed.formula().text, "constant"))
    return behind


def _marked(words: str, headline: Headline, language: Language) -> Formula:
    """A heading that says that what stands below it is of the run, where it is."""
    return when(headline.changed, text(language, "paper.of_the_run", words=words), words)


def _head(sheet: Sheet, material: Material) -> int:
    """Kind of document, boxes for approval, who proposes what."""
    language, proposal = material.language, material.decision.scenario.proposal
    put_letterhead(sheet, text(language, "paper.document"), COLUMNS, language)
    _pair(sheet, 4, text(language, "paper.matter"), material.matter)
    within = {None: "", True: text(language, "paper.within"), False: text(language, "paper.outside")}
    _two_pairs(
        sheet, 5, material, ("proposer", proposal.proposer or ""), ("department", proposal.department or "")
    )
    drafted = "" if proposal.drafted_on is None else proposal.drafted_on.isoformat()
    wanted = "" if proposal.decision_wanted_by is None else proposal.decision_wanted_by.isoformat()
    _two_pairs(sheet, 6, material, ("drafted_on", drafted), ("decision_wanted_by", wanted))
    _two_pairs(
        sheet,
        7,
        material,
        ("budget_line", proposal.budget_line or ""),
        ("within_budget", within[proposal.within_budget]),
    )
    return 8


def _pair(sheet: Sheet, row: int, name: str, words: Content, style: str = "box") -> Cell:
    put_merged(sheet, row, LABEL, name, "label")
    raise_row(sheet, row, name, span_width(sheet, *LABEL))
    return put_text(sheet, row, WORDS, words, style)


def _two_pairs(
    sheet: Sheet, row: int, material: Material, left: tuple[str, str], right: tuple[str, str]
) -> None:
    for (name, words), label, box in ((left, LABEL, (3, 6)), (right, (7, 8), (9, COLUMNS))):
        put_merged(sheet, row, label, text(material.language, f"paper.{name}"), "label")
        put_text(sheet, row, box, words, "box")


def _asked(sheet: Sheet, row: int, material: Material) -> int:
    """What is to be decided, why, and when it happens."""
    language, proposal = material.language, material.decision.scenario.proposal
    _pair(sheet, row, text(language, "paper.asked"), shortened(material.asked, ASKED_SHOWN))
    purpose = proposal.purpose or text(language, "paper.purpose_default")
    _pair(sheet, row + 1, text(language, "paper.purpose"), shortened(purpose, PURPOSE_SHOWN))
    schedule = shortened("; ".join(material.schedule), SCHEDULE_SHOWN)
    _pair(sheet, row + 2, text(language, "paper.schedule"), schedule)
    return row + 3


def _amounts(sheet: Sheet, row: int, material: Material, headline: Headline, book: Book) -> int:
    """Initial and running amounts on the left; on the right doing nothing and the plan and what else there is."""
    language = material.language
    years = len(material.year_labels)
    put_merged(sheet, row, (1, 5), text(language, "paper.amount", currency=material.coin), "heading")
    put_merged(
        sheet,
        row,
        (6, COLUMNS),
        text(language, "paper.compared", currency=material.coin, years=years),
        "heading",
    )
    sheet.heights[row] = 18.0
    amounts = _amount_rows(material, headline)
    for offset, (name, label, content, style) in enumerate(amounts, 1):
        put_text(sheet, row + offset, (1, 3), label, "label")
        told = put_merged(sheet, row + offset, (4, 5), content, style)
        sheet.heights[row + offset] = max(sheet.heights[row + offset], 17.0)
        if name is not None:
            book.name(f"decision_{name.partition('_')[2]}", told)
    compared = _compared(material, headline, book)
    for offset, (other, amount, change) in enumerate(compared, 1):
        put_text(sheet, row + offset, (6, 9), other, "box")
        if isinstance(other, Formula):
            longest = text(language, "paper.other_of_the_run", other=other.value, amount=LONG_AMOUNT)
            raise_row(sheet, row + offset, longest, span_width(sheet, 6, 9))
        put_merged(sheet, row + offset, (10, 11), amount, "money")
        put(sheet, row + offset, 12, change, "share", "+0.0%;-0.0%;0.0%")
    for offset in range(len(compared) + 1, len(amounts) + 1):
        put_merged(sheet, row + offset, (6, COLUMNS), None, "box")
    for offset in range(len(amounts) + 1, len(compared) + 1):
        put_merged(sheet, row + offset, (1, 5), None, "box")
    return row + max(len(amounts), len(compared)) + 1


AmountRow = tuple[str | None, str, Formula, str]
"""Key of the label, after which the cell is named too, the label, content, style."""


def _amount_rows(material: Material, headline: Headline) -> list[AmountRow]:
    """Costs; what commitments cost after the plan; beside the price of an image how far paid hours are filled."""
    language, years = material.language, len(material.year_labels)

    def amount(name: str, cell: Cell, style: str, **values: object) -> AmountRow:
        return name, text(language, f"paper.{name}", **values), cell.formula(), style

    rows = [
        amount("amount_initial", headline.initial, "money"),
        amount("amount_running", headline.running, "money"),
        amount("amount_tco", headline.tco, "money", years=years),
    ]
    if headline.owed is not None:
        rows.append(amount("amount_owed", headline.owed, "money", years=_years_owed(material)))
    rows.append(amount("amount_per_image", headline.per_image, "money_fine"))
    return [*rows, *_filled_rows(material, headline)]


def _years_owed(material: Material) -> str:
    """Years after the plan that are owed: as many, or from the least to the most."""
    years = [owed.years for owed in material.decision.owed]
    least, most = min(years), max(years)
    key = "years_between" if least < most else "years_one" if most == 1 else "years_more"
    return text(material.language, f"paper.{key}", least=least, most=most)


def _filled_rows(material: Material, headline: Headline) -> Iterator[AmountRow]:
    """Share of paid hours at work beside the share that is planned at most, for every supply in whole units."""
    for each in headline.filled[:FILLED_SHOWN]:
        several = len(headline.filled) > 1
        label = text(
            material.language,
            "paper.amount_filled_of" if several else "paper.amount_filled",
            supply=shortened(each.supply, 30),
        )
        used = as_text(each.used, "0.0%", f"{float(each.used.value):.1%}")
        stated = as_text(each.stated, "0%", f"{float(each.stated.value):.0%}")
        yield None, label, used.joined(" (").joined(stated).joined(")"), "box"


def _compared(
    material: Material, headline: Headline, book: Book
) -> list[tuple[str | Formula, Content, Content]]:
    """Names, value today and change against today, or against the plan where nobody says what happens today.

    Other plans are of the run: with other inputs their amounts leave the column of live ones.
    """
    language, today = material.language, headline.today_tco
    against = headline.tco if today is None else today
    rows: list[tuple[str | Formula, Content, Content]] = []
    if today is not None:
        rows.append((text(language, "paper.do_nothing"), today.formula(), None))
    rows.append((text(language, "paper.this_proposal"), headline.tco.formula(), headline.tco / against - 1))
    log, none = book.sheets["log"], text(language, "paper.none")
    last = max(placed for placed, _ in log.cells) + 1
    for place, other in enumerate(material.others[:OTHERS_SHOWN], 1):
        label = shortened(f"{other.label}: {other.made_by}", 70)
        log.put(last + place, 1, f"{text(language, 'paper.log_others')}: {other.label}", "box")
        kept = log.put(last + place, 2, other.tco, "money")
        told = money(other.tco, material.decision.scenario.currency, language)
        run = text(language, "paper.other_of_the_run", other=label, amount=told)
        change = None if float(against.value) <= 0.0 else when(headline.changed, none, kept / against - 1)
        rows.append((when(headline.changed, run, label), when(headline.changed, none, kept), change))
    return rows


def _effects(sheet: Sheet, row: int, material: Material, headline: Headline, book: Book) -> int:
    """Four figures: net present value, internal rate of return, payback, carbon."""
    language = material.language
    row = put_heading(sheet, row, text(language, "paper.effect"), COLUMNS)
    months = text(language, "paper.months_format")
    figures: Sequence[tuple[str, Content, str]] = (
        ("effect_npv", headline.npv, "#,##0;[Red]-#,##0"),
        ("effect_irr", headline.irr, text(language, "paper.irr_format")),
        ("effect_payback", _full_months(headline.payback), months),
        ("effect_carbon", _avoided(headline), "#,##0.0,;-#,##0.0,"),
    )
    for place, (name, content, number_format) in enumerate(figures):
        columns = (1 + 3 * place, 3 + 3 * place)
        put_merged(sheet, row, columns, text(language, f"paper.{name}", currency=material.coin), "column")
        shown = text(language, "paper.none") if content is None else content
        told = put_merged(
            sheet,
            row + 1,
            columns,
            shown.formula() if isinstance(shown, Cell) else shown,
            "figure",
            number_format,
        )
        book.name(f"decision_{name.partition('_')[2]}", told)
    sheet.heights.update({row: 17.0, row + 1: 27.0})
    return row + 2


def _full_months(payback: Cell | None) -> Formula | None:
    """Full months that are enough, as the sentences say it; words where there are none."""
    if payback is None:
        return None
    told = payback.value
    numeric = not isinstance(told, str)
    full = call("ROUNDUP", math.ceil(float(told)) if numeric else 0.0, payback, 0)
    return when(call("ISNUMBER", numeric, payback), full, payback)


def _avoided(headline: Headline) -> Formula | None:
    """Change of emissions against today, below zero where they fall [tCO2e]."""
    if headline.carbon is None or headline.today_carbon is None:
        return None
    return headline.carbon - headline.today_carbon


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
        mine = [each.text for each in material.sentences if each.warning is warning]
        for sentence in mine[:most]:
            mark = text(language, "paper.speaks_against" if warning else "paper.speaks_for")
            put_text(sheet, row, (1, COLUMNS), f"{mark} {sentence}", "paragraph")
            row += 1
    return row


def _foot(sheet: Sheet, row: int, material: Material, headline: Headline, marks: Marks) -> None:
    """Whether the page may be believed, and whether it still stands."""
    language = material.language
    row = put_heading(sheet, row, text(language, "paper.reliance"), COLUMNS)
    bad = term(text(language, "paper.checks_fail")).joined(marks.failing)
    open_ = text(language, "paper.checks_unjudged")
    good = when(headline.unjudged, open_, text(language, "paper.checks_hold"))
    put_merged(sheet, row, (1, 6), when(marks.master, good, bad), "good")
    sheet.flags.append((f"A{row}:F{row}", f"NOT({marks.master.formula().text})", "bad"))
    sheet.flags.append((f"A{row}:F{row}", headline.unjudged.formula().text, "stale"))
    count, total = material.placeholders, len(material.assumptions)
    key = "paper.placeholders" if count else "paper.placeholders_none"
    told = text(language, key, count=count, total=total)
    put_merged(sheet, row, (7, COLUMNS), told, "bad" if count else "good")
    case = term(text(language, "paper.case")).joined(headline.scenario).joined(_stale(headline, language))
    _flagged(sheet, row + 1, case, headline.changed)
    _flagged(sheet, row + 2, marks.rerun.formula(), marks.challenged)
    sheet.heights.update({row: 18.0, row + 1: 29.0, row + 2: 16.0})
    put_text(sheet, row + 3, (1, COLUMNS), _terms(material), "note")


def _flagged(sheet: Sheet, row: int, words: Formula, flag: Cell) -> None:
    """A line that stands out as soon as the flag is set."""
    put_merged(sheet, row, (1, COLUMNS), words, "note")
    sheet.flags.append((f"A{row}:L{row}", flag.formula().text, "stale"))


def _stale(headline: Headline, language: Language) -> Formula:
    return when(headline.changed, text(language, "paper.inputs_changed"), text(language, "paper.inputs_kept"))


def _terms(material: Material) -> str:
    """What the amounts mean, and whose inputs they rest on."""
    told = " ".join(material.terms)
    return shortened(
        f"{told} {text(material.language, 'paper.hash', hash=material.decision.inputs_hash[:12])}", 700
    )
