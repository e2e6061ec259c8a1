"""The sheet Charts: cost by component and year beside today's, and cumulative cash with its payback."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from roi.amounts import Unit, money_unit
from roi.cost import COMPONENTS
from roi.texts import text
from roi.workbook.book import Book, Sheet
from roi.workbook.expression import Cell, across, call, down
from roi.workbook.functions import total, when
from roi.workbook.report.pages.charts import FILLS, Drawn, Frame, columns, lines, place
from roi.workbook.report.pages.layout import (
    Column,
    Content,
    begin_sheet,
    put_heading,
    put_headings,
    put_line,
    reserve,
)
from roi.workbook.report.pages.material import Material

CHART_ROWS = 21
LEAST_COLUMNS = 11
COLUMN_WIDTH = 11.0


@dataclass(frozen=True, slots=True)
class Course:
    """Live rows of the calculation."""

    plan: Mapping[str, Sequence[Cell]]
    """Cash by component, a cell a year [money]."""
    today: Mapping[str, Sequence[Cell]]
    """The same of the baseline; empty where it is not of the same work."""
    months: Sequence[Cell]
    """Numbers of the months from 0 on; empty without a baseline."""
    cumulative: Sequence[Cell]
    """Cash of the difference added up, by month [money]."""
    payback: Cell | None
    """Months; a text where it never comes; None without a baseline."""


def course_page(book: Book, material: Material, course: Course) -> None:
    """Make the sheet: charts above, the table of the first below."""
    language = material.language
    sides = ["plan", "today"] if course.today else ["plan"]
    width = max(len(material.year_labels) * len(sides) + 1, LEAST_COLUMNS)
    widths = (26, *(COLUMN_WIDTH for _ in range(width - 1)))
    sheet, row = begin_sheet(book, "charts", widths, [text(language, "paper.charts_note")], language)
    sheet.landscape, sheet.pages_high = False, 1
    cost_row, row = row, row + CHART_ROWS
    if course.cumulative:
        _cash_chart(sheet, row, material, course)
        row += CHART_ROWS
    reserve(sheet, row - 1, width)
    row += 1
    put_heading(sheet, row, text(language, "paper.charts_table"), width)
    _costs(sheet, row + 1, cost_row, material, course)


def _costs(sheet: Sheet, row: int, chart_row: int, material: Material, course: Course) -> None:
    """Years side by side with today's, and the chart of them."""
    language, currency = material.language, material.decision.scenario.currency
    heads = [Column(text(language, "paper.charts_component"))]
    for label in material.year_labels:
        heads.append(Column(text(language, "paper.charts_plan", year=label), "money"))
        if course.today:
            heads.append(Column(text(language, "paper.charts_today", year=label), "money"))
    below = put_headings(sheet, row, heads)
    labels = [Cell(sheet.title, row, column, head.heading) for column, head in enumerate(heads[1:], 2)]
    names = [name for name in COMPONENTS if name in course.plan or name in course.today]
    rows = [
        put_line(
            sheet,
            below + offset,
            heads,
            (text(language, f"component.{name}"), *_amounts(course, name, len(material.year_labels))),
        )
        for offset, name in enumerate(names)
    ]
    last = below + len(rows)
    sums = [total(down([cells[column] for cells in rows])) for column in range(1, len(heads))]
    put_line(
        sheet, last, [Column(head.heading, "total") for head in heads], (text(language, "plan.total"), *sums)
    )
    scale = money_unit((float(each.value) for each in sums), currency, language, by_thousands=True)
    frame = _frame(text(language, "paper.charts_cost"), text(language, "paper.axis_year"), scale)
    series = [
        Drawn(cells[0], across(cells[1:]), FILLS[place_ % len(FILLS)]) for place_, cells in enumerate(rows)
    ]
    place(sheet, columns(frame, across(labels), series), chart_row, 1)


def _amounts(course: Course, name: str, years: int) -> list[Content]:
    """Of the plan and of today in turn; nothing where a side lacks the component."""
    found: list[Content] = []
    for year in range(years):
        for side in (course.plan, course.today) if course.today else (course.plan,):
            found.append(side[name][year] if name in side else 0.0)
    return found


def _cash_chart(sheet: Sheet, row: int, material: Material, course: Course) -> None:
    """Cumulative cash by month, and where it has come back."""
    language, currency = material.language, material.decision.scenario.currency
    scale = money_unit(
        (float(cell.value) for cell in course.cumulative), currency, language, by_thousands=True
    )
    line = text(language, "paper.charts_cash_line")
    series = [Drawn(line, across(course.cumulative), FILLS[0], across(course.months))]
    if course.payback is not None:
        series.append(_payback(sheet, row, material, course.payback, course.cumulative[0]))
    frame = _frame(text(language, "paper.charts_cash"), text(language, "paper.axis_months"), scale)
    place(sheet, lines(frame, series), row, 1)


def _payback(sheet: Sheet, row: int, material: Material, payback: Cell, begin: Cell) -> Drawn:
    """A mark where the line crosses nothing; at the line's beginning where it never does."""
    known = call("ISNUMBER", not isinstance(payback.value, str), payback)
    label = text(material.language, "paper.charts_payback")
    month, height = when(known, payback, 0), when(known, 0, begin)
    below = row + CHART_ROWS - 1
    cells = put_line(
        sheet,
        below,
        [Column("", "text"), *(Column("", "calculated", "#,##0.0"),) * 2],
        (label, month, height),
    )
    return Drawn(cells[0], down(cells[2:]), FILLS[5], down(cells[1:2]), marks_only=True)


def _frame(title: str, below: str, scale: Unit) -> Frame:
    return Frame(
        title=title,
        below=below,
        beside=f"[{scale.name}]",
        width_cm=25.0,
        height_cm=10.4,
        number_format=scale.number_format,
        below_format="0",
    )
