"""The middle of page one: what it costs on the left, what else there is on the right."""

from collections.abc import Iterator
from dataclasses import dataclass

from roi.texts import text
from roi.workbook.book import Book, Sheet
from roi.workbook.expression import Cell, Formula
from roi.workbook.functions import as_text, when
from roi.workbook.report.pages.amounts import board_amount, price_format, rounded
from roi.workbook.report.pages.headline import Headline
from roi.workbook.report.pages.layout import (
    Content,
    put,
    put_merged,
    put_text,
    raise_row,
    shortened,
    span_width,
)
from roi.workbook.report.pages.material import Material

COLUMNS = 12
OTHERS_SHOWN, FILLED_SHOWN = 3, 2


def told_amount(material: Material, cell: Cell | Formula) -> tuple[Formula, str]:
    """An amount as a board reads it, and its number format."""
    return board_amount(cell, material.decision.scenario.currency, material.language)


def put_amounts(sheet: Sheet, row: int, material: Material, headline: Headline, book: Book) -> int:
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
    for offset, each in enumerate(amounts, 1):
        put_text(sheet, row + offset, (1, 3), each.label, "label")
        told = put_merged(sheet, row + offset, (4, 5), each.content, each.style, each.number_format)
        sheet.heights[row + offset] = max(sheet.heights[row + offset], 17.0)
        if each.name is not None:
            book.name(f"decision_{each.name}", each.named or told)
    compared = _compared(material, headline, book)
    for offset, other in enumerate(compared, 1):
        put_text(sheet, row + offset, (6, 9), other.label, "box")
        raise_row(sheet, row + offset, other.longest, span_width(sheet, 6, 9))
        put_merged(sheet, row + offset, (10, 11), other.amount, "money", other.number_format)
        put(sheet, row + offset, 12, other.change, "share", "+0.0%;-0.0%;0.0%")
    for offset in range(len(compared) + 1, len(amounts) + 1):
        put_merged(sheet, row + offset, (6, COLUMNS), None, "box")
    for offset in range(len(amounts) + 1, len(compared) + 1):
        put_merged(sheet, row + offset, (1, 5), None, "box")
    return row + max(len(amounts), len(compared)) + 1


@dataclass(frozen=True, slots=True)
class _Amount:
    """One amount of the left half."""

    label: str
    content: Formula
    style: str
    number_format: str | None = None
    name: str | None = None
    """After which the cell is named too."""
    named: Cell | None = None
    """The cell that has the name, where it is not the page's own: one with the amount in whole coins."""


@dataclass(frozen=True, slots=True)
class _Compared:
    """One line of the right half."""

    label: str | Formula
    longest: str
    amount: Formula
    number_format: str
    change: Content


def _amount_rows(material: Material, headline: Headline) -> list[_Amount]:
    """Costs; what commitments cost after the plan; beside the price of an image how far paid hours are filled."""
    language, years = material.language, len(material.year_labels)

    def amount(name: str, cell: Cell, **values: object) -> _Amount:
        content, form = told_amount(material, cell)
        return _Amount(
            text(language, f"paper.{name}", **values),
            content,
            "money",
            form,
            name.removeprefix("amount_"),
            cell,
        )

    rows = [
        amount("amount_initial", headline.initial),
        amount("amount_capital", headline.capital),
        amount("amount_running", headline.running),
        amount("amount_tco", headline.tco, years=years),
    ]
    if headline.owed is not None:
        rows.append(amount("amount_owed", headline.owed, years=_years_owed(material)))
    fine = price_format(material.decision.scenario.currency, language)
    image = headline.per_image.formula()
    rows.append(_Amount(text(language, "paper.amount_per_image"), image, "money_fine", fine, "per_image"))
    return [*rows, *_filled_rows(material, headline)]


def _years_owed(material: Material) -> str:
    """Years after the plan that are owed: as many, or from the least to the most."""
    years = [owed.years for owed in material.decision.owed]
    least, most = min(years), max(years)
    key = "years_between" if least < most else "years_one" if most == 1 else "years_more"
    return text(material.language, f"paper.{key}", least=least, most=most)


def _filled_rows(material: Material, headline: Headline) -> Iterator[_Amount]:
    """Share of paid hours at work beside the share that is planned at most, for every supply in whole units."""
    for each in headline.filled[:FILLED_SHOWN]:
        several = len(headline.filled) > 1
        alone = "paper.amount_filled_own" if each.own else "paper.amount_filled"
        key = "paper.amount_filled_of" if several else alone
        label = text(material.language, key, supply=shortened(each.supply, 30))
        used = as_text(each.used, "0.0%", f"{float(each.used.value):.1%}")
        stated = as_text(each.stated, "0%", f"{float(each.stated.value):.0%}")
        yield _Amount(label, used.joined(" (").joined(stated).joined(")"), "box")


def _compared(material: Material, headline: Headline, book: Book) -> list[_Compared]:
    """Names, value today and change against today, or against the plan where nobody says what happens today.

    Other plans are of the run: with other inputs their amounts leave the column of live ones. One that costs the
    same is called a tie.
    """
    language, today = material.language, headline.today_tco
    against = headline.tco if today is None else today
    rows: list[_Compared] = []

    def live(key: str, cell: Cell, change: Content) -> None:
        label = text(language, f"paper.{key}")
        rows.append(_Compared(label, label, *told_amount(material, cell), change))

    if today is not None:
        live("do_nothing", today, None)
    live("this_proposal", headline.tco, headline.tco / against - 1)
    log, none = book.sheets["log"], text(language, "paper.none")
    last = max(placed for placed, _ in log.cells) + 1
    for place, other in enumerate(material.others[:OTHERS_SHOWN], 1):
        label = shortened(f"{other.label}: {other.made_by}", 70)
        if other.tie:
            label = text(language, "paper.other_tie", other=label)
        log.put(last + place, 1, f"{text(language, 'paper.log_others')}: {other.label}", "box")
        kept = log.put(last + place, 2, other.tco, "money")
        told = rounded(other.tco, material.decision.scenario.currency, language)
        run = text(language, "paper.other_of_the_run", other=label, amount=told)
        share = None if float(against.value) <= 0.0 else when(headline.changed, none, kept / against - 1)
        amount, form = told_amount(material, kept)
        shown = when(headline.changed, none, amount)
        rows.append(_Compared(when(headline.changed, run, label), run, shown, form, share))
    return rows
