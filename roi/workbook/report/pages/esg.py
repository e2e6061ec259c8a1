"""The sheet ESG: emissions by scope and year, location- and market-based, and the carbon of every option."""

from collections.abc import Sequence

from roi.disclosure import (
    SCOPES,
    ScopedCarbon,
    carbon_by_scope,
    disclosure_notes,
    scope_name,
    software_carbon_intensity,
)
from roi.planning.entries import Ledger
from roi.texts import Language, text
from roi.units import KG_PER_TONNE
from roi.workbook.book import Book, Sheet
from roi.workbook.expression import Cell, across, down
from roi.workbook.functions import added, total
from roi.workbook.report.pages.charts import FILLS, Drawn, Frame, lying_bars, place
from roi.workbook.report.pages.layout import (
    Column,
    begin_sheet,
    put,
    put_heading,
    put_headings,
    put_line,
    put_stale,
    put_text,
    reserve,
)
from roi.workbook.report.pages.material import Material
from roi.workbook.report.pages.options import Listed, Listing

LOCATION, MARKET = (0, 2, 3, 5), (1, 2, 4, 5)
"""Places of the scopes that add up to a total."""
PURCHASED = ("scope_3_purchased_services", "scope_3_purchased_services_market")
"""Scopes of rented machines and of services, which may disclose nothing."""
UPSTREAM = 2
"""Place of category 3, without which a total is still one of what is known."""
CHARTED = 10
CHART_CM, CHARACTERS_PER_CM = 19.0, 5.6
"""The chart stands beside a table of years; where those are few, an empty column has room for the rest of it."""
ROWS_PER_CM = 1.9
"""Rows of fifteen points in a centimetre."""


def esg_page(book: Book, material: Material, changed: Cell, listing: Listing) -> None:
    """Make the sheet."""
    language, decision = material.language, material.decision
    widths = (48, *(12 for _ in range(len(material.year_labels) + 1)), 14)
    last = len(widths)
    sheet, row = begin_sheet(book, "esg", widths, [text(language, "plan.scopes_note")], language)
    row = put_stale(sheet, row - 1, last, changed, language)
    row = _options(sheet, row, material, listing, last)
    if decision.ledger is not None:
        row = _scopes(sheet, row, material, decision.ledger, text(language, "paper.esg_plan"), last)
        row = _intensity(sheet, row, material, decision.ledger)
    if decision.baseline is not None and not decision.without_baseline:
        row = _scopes(sheet, row, material, decision.baseline, text(language, "paper.esg_today"), last)
    for note in _notes(material):
        put_text(sheet, row, (1, last), note, "note")
        row += 1
    sheet.freeze = "B2"


def _scopes(sheet: Sheet, row: int, material: Material, ledger: Ledger, title: str, last: int) -> int:
    """Values by scope and year; their sums are formulas."""
    language = material.language
    row = put_heading(sheet, row, title, last)
    heads = [Column(text(language, "paper.esg_scope"))]
    heads += [Column(label, "value", "#,##0") for label in material.year_labels]
    heads.append(Column(text(language, "plan.sum"), "total"))
    row = put_headings(sheet, row, heads)
    scoped = carbon_by_scope(material.decision.scenario, ledger)
    rows = [
        _scope_row(sheet, row + offset, heads, material, field, _known(ledger, scoped, field))
        for offset, field in enumerate(SCOPES)
    ]
    row += len(rows)
    for key, members in (("total_location", LOCATION), ("total_market", MARKET)):
        put(sheet, row, 1, text(language, f"plan.{key}"), "label")
        _totals(sheet, row, [rows[place] for place in members if place != UPSTREAM], rows[UPSTREAM], language)
        row += 1
    return row + 1


def _totals(
    sheet: Sheet, row: int, parts: Sequence[Sequence[Cell]], upstream: Sequence[Cell], language: Language
) -> None:
    """Sums of each year over the scopes, and of all years; absent where a part of them is."""
    sums = []
    for year, cells in enumerate(zip(*parts, strict=True)):
        counted = [*cells, *(each for each in upstream[year : year + 1] if _stated(each))]
        if all(_stated(each) for each in cells):
            sums.append(sheet.put(row, year + 2, added(counted), "total"))
        else:
            put(sheet, row, year + 2, text(language, "plan.absent"), "total")
    if len(sums) == len(upstream):
        sheet.put(row, len(upstream) + 2, total(across(sums)), "total")
    else:
        put(sheet, row, len(upstream) + 2, text(language, "plan.absent"), "total")


def _stated(cell: Cell) -> bool:
    return not isinstance(cell.value, str)


def _known(ledger: Ledger, scoped: Sequence[ScopedCarbon], field: str) -> list[float | None]:
    """A scope by year; nothing of a service that discloses nothing is no zero."""
    values: list[float | None] = [getattr(each, field) for each in scoped]
    if ledger.carbon_disclosed or field not in PURCHASED:
        return values
    return [value or None for value in values]


def _scope_row(
    sheet: Sheet,
    row: int,
    heads: Sequence[Column],
    material: Material,
    field: str,
    values: Sequence[float | None],
) -> list[Cell]:
    language = material.language
    absent = text(language, "plan.absent")
    shown = [absent if value is None else float(value) for value in values]
    name = scope_name(material.decision.scenario, field, language)
    cells = put_line(sheet, row, heads[:-1], (name, *shown))[1:]
    if None in values:
        put(sheet, row, len(heads), absent, "total")
    else:
        sheet.put(row, len(heads), total(across(cells)), "total")
    return cells


def _intensity(sheet: Sheet, row: int, material: Material, ledger: Ledger) -> int:
    """SCI, with one accepted image as its unit."""
    sci = software_carbon_intensity(ledger)
    put(sheet, row, 1, text(material.language, "paper.esg_sci"), "label")
    shown = text(material.language, "plan.undisclosed") if sci is None else sci * KG_PER_TONNE
    put(sheet, row, 2, shown, "value", "#,##0.000")
    return row + 2


def _notes(material: Material) -> list[str]:
    ledger, baseline = material.decision.ledger, material.decision.baseline
    sides = [side for side in (ledger, baseline) if side is not None]
    notes = disclosure_notes(material.decision.scenario, sides, material.language)
    notes.append(text(material.language, "paper.esg_note"))
    if not all(side.carbon_disclosed for side in sides):
        notes.append(text(material.language, "plan.partly_disclosed"))
    return notes


def _options(sheet: Sheet, row: int, material: Material, listing: Listing, last: int) -> int:
    """Live carbon of the cheapest option of every model and supply, a bar each; the row after them."""
    language = material.language
    row = put_heading(sheet, row, text(language, "paper.esg_options"), last)
    shown = _distinct(listing)[:CHARTED]
    if not shown:
        put_text(sheet, row, (1, last), text(language, "paper.esg_options_none"))
        return row + 2
    heads = [
        Column(text(language, "paper.option_option")),
        Column(text(language, "paper.option_carbon"), "calculated", "#,##0.00"),
    ]
    below = put_headings(sheet, row, heads)
    cells = [
        put_line(sheet, below + offset, heads, (_name(each), each.carbon))
        for offset, each in enumerate(shown)
    ]
    drawn = Drawn(text(language, "paper.option_carbon"), down([each[1] for each in cells]), FILLS[3])
    frame = _frame(material, len(shown))
    place(sheet, lying_bars(frame, down([each[0] for each in cells]), [drawn]), row, 3)
    used = max(below + len(shown), row + int(frame.height_cm * ROWS_PER_CM) + 1)
    lacking = CHART_CM * CHARACTERS_PER_CM - sum(sheet.widths[column] for column in range(3, last + 1))
    if lacking > 0.0:
        sheet.widths[last + 1] = lacking
    reserve(sheet, used, last + (lacking > 0.0))
    return used + 1


def _frame(material: Material, bars: int) -> Frame:
    return Frame(
        title=text(material.language, "paper.esg_chart"),
        below="",
        beside=text(material.language, "paper.option_carbon"),
        width_cm=CHART_CM,
        height_cm=4.0 + 0.75 * bars,
        number_format="#,##0.0",
        legend=False,
    )


def _distinct(listing: Listing) -> list[Listed]:
    """The first of every workload, model and supply that discloses its carbon."""
    found: dict[tuple[str, str, str], Listed] = {}
    for each in listing.options:
        offer = each.line.option.offer
        if isinstance(each.carbon.value, float):
            found.setdefault((each.line.option.workload, offer.model_id, offer.supply), each)
    return list(found.values())


def _name(each: Listed) -> str:
    return f"{each.line.label} / {each.line.option.offer.supply}"
