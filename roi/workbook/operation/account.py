"""The sheet Account: every line of money as a product of factors, and what it is once each step has been taken."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from roi.amounts import coin_digits
from roi.operate.factors import STEPS, Factor, Line
from roi.operate.summary import MonthReport
from roi.texts import Language, catalogue, text
from roi.workbook.book import Book, Sheet
from roi.workbook.expression import Cell, Formula, down, number, term
from roi.workbook.functions import added, summed_where, total
from roi.workbook.operation.counts import Counts
from roi.workbook.report.pages.layout import Column, begin_sheet, put, put_headings

WIDTHS = (20.0, 44.0, 16.0, 24.0, 15.0, 15.0, *([14.0] * (len(STEPS) + 1)))
FINE = "#,##0.00####"
PLANNED, ACTUAL, FIRST = 5, 6, 7
"""Columns of a factor as planned and as it was, and of a line's money before any step."""
Source = Callable[[], Formula]
CLOSE = 1e-9
"""How far a formula may lie from what the report says, relative to it: rounding."""


@dataclass(frozen=True, slots=True)
class Accounted:
    """Live sums of the account."""

    planned: dict[str, Formula]
    """Money by component."""
    actual: dict[str, Formula]
    sums: tuple[Cell, ...]
    """All money before any step, after the first, ... after all of them."""
    digits: Cell
    """Behind the point of the currency's smallest coin."""
    half_coin: Cell
    """[money]"""
    of_the_run: Cell
    """All money as the ledger said when this was made, in whole coins [money]."""


def account_page(book: Book, report: MonthReport, counts: Counts, language: Language) -> Accounted:
    """Make the sheet."""
    notes = [text(language, "operation_paper.account_note"), text(language, "operation.bridge_rule")]
    sheet, row = begin_sheet(book, "account", WIDTHS, notes, language, "operation_paper")
    names = ("component", "of", "step", "factor", "planned", "actual")
    heads = [text(language, f"operation_paper.{name}") for name in names]
    heads += [text(language, f"operation_step.{name}") for name in ("planned", *STEPS)]
    row = put_headings(sheet, row, [Column(head) for head in heads])
    sheet.freeze, sheet.repeated_rows = f"C{row}", f"{row - 1}:{row - 1}"
    top, lines = row, report.account.lines
    linked = _linked(counts)
    amounts: list[tuple[Cell, ...]] = []
    for line in lines:
        amounts.append(_line(sheet, row, line, linked, language))
        row += len(line.factors) + 1
    sums = _sums(sheet, row, amounts, language)
    keys = down([Cell(sheet.title, place, 1, _key(sheet, place)) for place in range(top, row)])
    by_component: list[dict[str, Formula]] = []
    for column, done in ((FIRST, 0), (FIRST + len(STEPS), len(STEPS))):
        money = down([_cell(sheet, place, column) for place in range(top, row)])
        components = dict.fromkeys(line.component for line in lines)
        by_component.append(
            {name: summed_where(keys, text(language, f"component.{name}"), money) for name in components}
        )
        for name, formula in by_component[-1].items():
            mine = math.fsum(line.amount(done) for line in lines if line.component == name)
            require_close(formula, mine, name)
    return Accounted(by_component[0], by_component[1], sums, *_coins(sheet, row + 2, report, language))


def _coins(sheet: Sheet, row: int, report: MonthReport, language: Language) -> tuple[Cell, Cell, Cell]:
    """What rounds and checks the bridge."""
    digits = coin_digits(report.approved.policy.currency)
    given = {
        "digits": float(digits),
        "half_coin": 0.5 * 10.0**-digits,
        "run": float(report.bridge.actual),
    }
    found = []
    for offset, (name, amount) in enumerate(given.items()):
        put(sheet, row + offset, 2, text(language, f"operation_paper.{name}"), "label")
        found.append(sheet.put(row + offset, 3, amount, "constant", "#,##0.####"))
    return found[0], found[1], found[2]


def _key(sheet: Sheet, row: int) -> str:
    placed = sheet.cells.get((row, 1))
    return "" if placed is None or not isinstance(placed.content, str) else placed.content


def _cell(sheet: Sheet, row: int, column: int) -> Cell:
    placed = sheet.cells.get((row, column))
    return Cell(sheet.title, row, column, "" if placed is None or placed.content is None else placed.content)


def _line(
    sheet: Sheet, row: int, line: Line, linked: Mapping[tuple[str, str, bool], Source], language: Language
) -> tuple[Cell, ...]:
    """The line's money after each step, its factors below it."""
    sheet.put(row, 1, text(language, f"component.{line.component}"), "box")
    sheet.put(row, 2, line.of or text(language, "operation_paper.site"), "box")
    cells = []
    for offset, factor in enumerate(line.factors, 1):
        sheet.put(row + offset, 3, text(language, f"operation_step.{factor.step}"), "box")
        sheet.put(row + offset, 4, factor_name(factor, language), "box")
        planned = put(sheet, row + offset, PLANNED, _planned(line, factor, linked), "calculated", FINE)
        told = _actual(line, factor, planned, linked)
        style = "calculated" if isinstance(told, Formula) else "input"
        cells.append((factor, planned, put(sheet, row + offset, ACTUAL, told, style, FINE)))
    amounts = []
    for done in range(len(STEPS) + 1):
        product = term(1)
        for place, (factor, planned, actual) in enumerate(cells):
            taken = actual if factor.step in STEPS[:done] else planned
            product = taken.formula() if not place else product * taken
        require_close(product, line.amount(done), f"{line.component} of {line.of}")
        amounts.append(sheet.put(row, FIRST + done, product, "money_fine"))
    return tuple(amounts)


def _planned(line: Line, factor: Factor, linked: Mapping[tuple[str, str, bool], Source]) -> Formula | float:
    source = linked.get((factor.what, line.of, False))
    return factor.planned if source is None else _checked(source(), factor.planned, factor)


def _actual(
    line: Line, factor: Factor, planned: Cell, linked: Mapping[tuple[str, str, bool], Source]
) -> Formula | float:
    """From the counts where it was counted there; as planned where nobody counted it."""
    if not factor.known:
        return planned.formula() if factor.actual == factor.planned else factor.actual
    source = linked.get((factor.what, line.of, True))
    if source is None:
        return planned.formula() if factor.actual == factor.planned else factor.actual
    return _checked(source(), factor.actual, factor)


def _checked(formula: Formula, expected: float, factor: Factor) -> Formula:
    require_close(formula, expected, factor.what)
    return formula


def require_close(formula: Formula, expected: float, what: str) -> None:
    """Hold a formula's value against the report's.

    Raises
    ------
    ValueError
        When they differ by more than rounding: the workbook would say another thing.
    """
    if not math.isclose(number(formula), expected, rel_tol=CLOSE, abs_tol=CLOSE):
        raise ValueError(f"{what}: the sheet computes {number(formula)!r}, the report {expected!r}")


def factor_name(factor: Factor, language: Language) -> str:
    """What a factor is called."""
    key = f"operation_factor_name.{factor.what}"
    return text(language, key) if key in catalogue(language) else factor.what


def _linked(counts: Counts) -> dict[tuple[str, str, bool], Source]:
    """Factors that follow from the counts, by what they are, of what, and whether as it was."""
    found: dict[tuple[str, str, bool], Source] = {}
    for name, asked in counts.planned.items():
        found |= _by_use(name, asked, counts.counted[name], counts)
    for name, asked in counts.idle_planned.items():
        found["idle_kwh", name, False] = asked["idle_energy_kwh"].formula
        if name in counts.idle_kwh:
            found["idle_kwh", name, True] = counts.idle_kwh[name].formula
    return found


def _by_use(
    name: str, asked: Mapping[str, Cell], done: Mapping[str, Cell], counts: Counts
) -> dict[tuple[str, str, bool], Source]:
    hour = counts.seconds_per_hour
    all_asked, all_done = (total(block("requests")) for block in (counts.planned_block, counts.counted_block))
    found: dict[tuple[str, str, bool], Source] = {
        ("requests", name, False): lambda: all_asked,
        ("requests", name, True): lambda: all_done,
        ("share", name, False): lambda: asked["requests"] / all_asked,
        ("attempts_per_request", name, False): lambda: asked["attempts"] / asked["requests"],
        ("fallback_share", name, False): lambda: 1 - asked["accepted_requests"] / asked["requests"],
        ("hours_per_attempt", name, False): lambda: asked["review_seconds_per_attempt"] / hour,
    }
    if "energy_kwh" in asked:
        found["kwh_per_attempt", name, False] = lambda: asked["energy_kwh"] / asked["attempts"]
    if number(all_done):
        found["share", name, True] = lambda: done["requests"] / all_done
    if done["requests"].value:
        found["attempts_per_request", name, True] = lambda: done["attempts"] / done["requests"]
    if done["requests_judged"].value:
        found["fallback_share", name, True] = lambda: 1 - done["requests_accepted"] / done["requests_judged"]
    if done["attempts_reviewed"].value:
        found["hours_per_attempt", name, True] = lambda: (
            done["review_seconds"] / done["attempts_reviewed"] / hour
        )
    if "energy_kwh" in done and done["attempts"].value:
        found["kwh_per_attempt", name, True] = lambda: done["energy_kwh"] / done["attempts"]
    return found


def _sums(sheet: Sheet, row: int, amounts: list[tuple[Cell, ...]], language: Language) -> tuple[Cell, ...]:
    sheet.put(row, 1, text(language, "plan.total"), "total")
    for column in range(2, FIRST):
        sheet.put(row, column, None, "total")
    return tuple(
        sheet.put(row, FIRST + done, added([line[done] for line in amounts]), "total", "#,##0.00")
        for done in range(len(STEPS) + 1)
    )
