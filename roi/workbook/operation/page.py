"""The sheet Operation: one A4 page to sign, with the month's figures and what moved the money."""

from collections.abc import Iterator

from roi.amounts import coin, coin_digits
from roi.operate.factors import STEPS
from roi.operate.summary import MonthReport
from roi.texts import Language, text
from roi.workbook.book import Sheet
from roi.workbook.expression import Cell, Formula, call, down, letters
from roi.workbook.functions import absolute, added, when
from roi.workbook.operation.account import Accounted
from roi.workbook.operation.figures import Pair
from roi.workbook.operation.finance import Returned
from roi.workbook.operation.said import Said
from roi.workbook.report.pages.charts import FILLS, Drawn, Frame, lying_bars, place
from roi.workbook.report.pages.layout import (
    Content,
    put_heading,
    put_letterhead,
    put_merged,
    put_text,
    reserve,
    set_widths,
)

COLUMNS, WIDTH = 12, 8.6
NAME, PLAN, ACTUAL, MORE, SHARE = (1, 4), (5, 6), (7, 8), (9, 10), (11, 12)
"""Columns of the table."""
CHART_ROWS = 17
STYLES: dict[str, tuple[str, str | None]] = {
    "1": ("calculated", "#,##0"),
    "money": ("money", None),
    "share": ("share", None),
    "ratio": ("calculated", "#,##0.000"),
}
"""Style and number format by the unit of a figure."""
OTHERS = ("calculated", "#,##0.0")


def operation_page(
    sheet: Sheet,
    report: MonthReport,
    said: Said,
    rows: dict[str, tuple[str, str, Pair]],
    accounted: Accounted,
    returned: Returned | None,
    language: Language,
) -> None:
    """Fill the sheet, which stands first; `rows` are name and unit of each figure with its formulas."""
    set_widths(sheet, [WIDTH] * COLUMNS)
    sheet.landscape, sheet.pages_high, sheet.tab_colour = False, 1, "1D4ED8"
    put_letterhead(sheet, said.title, COLUMNS, language)
    row = 4
    for sentence in said.sentences:
        put_text(sheet, row, (1, COLUMNS), sentence, "sentence")
        row += 1
    row = put_heading(sheet, row, text(language, "operation.coverage"), COLUMNS)
    for line in said.coverage:
        put_text(sheet, row, (1, COLUMNS), f"- {line}")
        row += 1
    row = _figures(sheet, row, rows, language)
    if returned is not None:
        row = _returned(sheet, row, report, returned, language)
    row, ends = _bridge(sheet, row, report, accounted, language)
    _checks(sheet, row, report, accounted, ends, language)


def _figures(sheet: Sheet, row: int, rows: dict[str, tuple[str, str, Pair]], language: Language) -> int:
    """Plan, actual, difference; the row after them."""
    row = put_heading(sheet, row, text(language, "operation.figures"), COLUMNS)
    for place_, name in ((NAME, "figure"), (PLAN, "planned"), (ACTUAL, "actual"), (MORE, "difference")):
        put_merged(sheet, row, place_, text(language, f"operation.{name}"), "column")
    put_merged(sheet, row, SHARE, text(language, "operation_paper.share"), "column")
    unknown, undisclosed = (text(language, f"operation.{key}") for key in ("unknown", "undisclosed"))
    for offset, (name, unit, (planned, actual)) in enumerate(rows.values(), 1):
        style = STYLES.get(unit, OTHERS)
        absent = undisclosed if planned is None else unknown
        told = undisclosed if planned is None else planned, absent if actual is None else actual
        _row(sheet, row + offset, name, told, style)
    return row + len(rows) + 1


def _row(
    sheet: Sheet, row: int, name: str, told: tuple[Content, Content], style: tuple[str, str | None]
) -> None:
    put_text(sheet, row, NAME, name, "label")
    left, right = (
        put_merged(sheet, row, place_, each, *style)
        for place_, each in zip((PLAN, ACTUAL), told, strict=True)
    )
    known = not isinstance(left.value, str) and not isinstance(right.value, str)
    put_merged(sheet, row, MORE, right - left if known else "-", *style)
    put_merged(sheet, row, SHARE, _share(left, right) if known and left.value else "-", "share")


def _returned(sheet: Sheet, row: int, report: MonthReport, returned: Returned, language: Language) -> int:
    """NPV and payback, as approved and restated."""
    told = report.restated
    if told is None:
        return row
    approved = told.payback_approved
    months = text(language, "operation.never") if approved is None else approved
    _row(
        sheet, row, text(language, "operation_paper.npv"), (told.npv_approved, returned.npv), ("money", None)
    )
    _row(sheet, row + 1, text(language, "operation_paper.payback"), (months, returned.payback), OTHERS)
    return row + 2


def _share(planned: Cell, actual: Cell) -> Formula:
    """The difference against the plan; nothing against a plan of nothing."""
    return when(planned.equals(0), 0, actual / when(planned.equals(0), 1, planned) - 1)


def _bridge(
    sheet: Sheet, row: int, report: MonthReport, accounted: Accounted, language: Language
) -> tuple[int, tuple[Cell, list[Cell], Cell]]:
    """From plan to actual in whole coins, and the chart of the steps; the row after them, ends and steps."""
    bridge, currency = report.bridge, report.approved.policy.currency
    heading = text(language, "operation.bridge", currency=coin(currency, language))
    row = put_heading(sheet, row, heading, COLUMNS)
    fine = "#,##0" + (f".{'0' * coin_digits(currency)}" if coin_digits(currency) else "")
    levels = [float(bridge.planned)]
    for _, amount in bridge.steps:
        levels.append(round(levels[-1] + float(amount), coin_digits(currency)))
    rounded = [
        call("ROUND", level, each, accounted.digits)
        for level, each in zip(levels, accounted.sums, strict=True)
    ]
    contents: Iterator[tuple[str, Formula]] = iter(
        (
            ("planned", rounded[0]),
            *(
                (step, after - before)
                for step, before, after in zip(STEPS, rounded, rounded[1:], strict=False)
            ),
            ("actual", rounded[-1]),
        )
    )
    names, amounts = [], []
    for offset, (name, formula) in enumerate(contents):
        style = "total" if name in ("planned", "actual") else "money"
        names.append(
            put_merged(sheet, row + offset, (1, 3), text(language, f"operation_step.{name}"), "label")
        )
        amounts.append(put_merged(sheet, row + offset, (4, 5), formula, style, fine))
    frame = Frame(
        title=text(language, "operation_paper.chart"),
        below="",
        beside=f"[{coin(currency, language)}]",
        width_cm=11.8,
        height_cm=8.6,
        legend=False,
    )
    drawn = Drawn(text(language, "operation.amount"), down(amounts[1:-1]), FILLS[0])
    place(sheet, lying_bars(frame, down(names[1:-1]), [drawn]), row, 6)
    reserve(sheet, row + CHART_ROWS - 1, COLUMNS)
    return row + CHART_ROWS, (amounts[0], amounts[1:-1], amounts[-1])


def _checks(
    sheet: Sheet,
    row: int,
    report: MonthReport,
    accounted: Accounted,
    ends: tuple[Cell, list[Cell], Cell],
    language: Language,
) -> None:
    """Whether the steps add up, and whether the sheet still says what the run said."""
    planned, steps, actual = ends
    for columns, holds, yes, no, style in (
        ((1, 6), added([planned, *steps]) - actual, "adds_up", "adds_not", "bad"),
        ((7, COLUMNS), accounted.of_the_run - actual, "of_the_run", "changed", "stale"),
    ):
        same = absolute(holds) < accounted.half_coin
        words = (text(language, f"operation_paper.{name}") for name in (yes, no))
        put_merged(sheet, row, columns, when(same, *words), "good")
        area = f"{letters(columns[0])}{row}:{letters(columns[1])}{row}"
        sheet.flags.append((area, f"NOT({same.text})", style))
    put_text(sheet, row + 1, (1, COLUMNS), _signed(report, language), "note")


def _signed(report: MonthReport, language: Language) -> str:
    held = report.approved
    return text(
        language,
        "operation_paper.policy",
        hash=held.sha256[:12],
        approved=held.approved_at[:10],
        first=held.first_month,
        zone=held.zone.key,
    )
