"""The sheet Return: monthly cash against today, as approved and with this month's difference; NPV, payback."""

import math
from dataclasses import dataclass

from roi.finance.discounting import MONTHS_PER_YEAR, monthly_rate, npv
from roi.finance.payback import ROUNDING
from roi.operate.restated import Restated, planned_looks
from roi.operate.summary import MonthReport
from roi.policy.monthly_plan import PlannedReturn
from roi.texts import Language, text
from roi.workbook.book import Book
from roi.workbook.expression import Cell, Formula, call, down, number, term
from roi.workbook.functions import added, total, when
from roi.workbook.operation.account import Accounted, require_close
from roi.workbook.operation.counts import Counts
from roi.workbook.payback import Steps, paid_back
from roi.workbook.report.pages.layout import Column, Content, begin_sheet, put, put_headings, put_line

WIDTHS = (52.0, 18.0, 18.0, 18.0, 18.0, 18.0)


@dataclass(frozen=True, slots=True)
class Returned:
    """Live figures of the return."""

    npv: Cell
    """[money]"""
    payback: Cell
    """[months], or a word where it never comes."""


def return_page(
    book: Book, report: MonthReport, counts: Counts, accounted: Accounted, language: Language
) -> Returned | None:
    """Make the sheet; None where there is no return to restate."""
    brings, told = report.approved.plan.brings, report.restated
    if brings is None or told is None:
        return None
    return _Page(book, report, brings, told, language).made(counts, accounted)


class _Page:
    def __init__(
        self, book: Book, report: MonthReport, brings: PlannedReturn, told: Restated, language: Language
    ) -> None:
        self._report, self._brings, self._told, self._language = report, brings, told, language
        notes = [self._text("return_note"), self._text("after_tax" if told.after_tax else "before_tax")]
        self._sheet, self._row = begin_sheet(book, "return", WIDTHS, notes, language, "operation_paper")

    def made(self, counts: Counts, accounted: Accounted) -> Returned:
        """Inputs, what the month saved more, years, months; the results on top of the months."""
        brings, report = self._brings, self._report
        fraction = brings.cash_realisation_fraction
        yearly = self._figure("discount", brings.discount_rate_per_year, "input")
        self._rate = self._figure("discount_month", (1 + yearly) ** (term(1) / 12) - 1)
        self._tax = self._figure("tax", brings.tax_rate or 0.0, "input")
        self._fraction = self._figure("realised", 1.0 if fraction is None else fraction, "input")
        self._first = self._figure("first", float(report.month.since(report.approved.first_month) + 1))
        running, review = self._today(counts)
        names = [name for name in accounted.planned if name != "review"]
        parts = [accounted.planned[name] - accounted.actual[name] for name in names]
        self._running = self._figure("more_running", added([*parts, *running]))
        looks = (
            [accounted.planned["review"] - accounted.actual["review"]]
            if "review" in accounted.planned
            else []
        )
        self._review = self._figure("more_review", added([*looks, *review]))
        results, self._row = self._row, self._row + 3
        return self._results(results, self._months(self._years()))

    def _text(self, name: str) -> str:
        return text(self._language, f"operation_paper.{name}")

    def _figure(self, name: str, content: Content, style: str = "calculated") -> Cell:
        put(self._sheet, self._row, 1, self._text(name), "label")
        found = put(self._sheet, self._row, 2, content, style, "#,##0.00####")
        self._row += 1
        return found

    def _table(self, *names: str) -> list[Column]:
        heads = [Column(self._text(name), "calculated", "#,##0.00") for name in names]
        self._row = put_headings(self._sheet, self._row + 1, heads)
        return heads

    def _today(self, counts: Counts) -> tuple[list[Formula], list[Formula]]:
        """What today would have cost more for as many requests, by workload: running, and people who look."""
        held, month = self._report.approved, self._report.month
        heads = self._table("workload", "today_running", "today_review", "asked", "done")
        running, review = [], []
        for today in self._brings.today:
            mine = [name for name in counts.planned if name.startswith(f"{today.workload}: ")]
            if today.year != held.year_of(month) or not mine:
                continue
            asked, done = (
                added([rows[name]["requests"] for name in mine]) for rows in (counts.planned, counts.counted)
            )
            line = put_line(
                self._sheet, self._row, heads, (today.workload, today.running, today.review, asked, done)
            )
            growth = line[4] / line[3] - 1
            running.append(line[1] * growth)
            review.append(line[2] * growth)
            self._row += 1
        self._row += 1
        return running, review

    def _years(self) -> list[Cell]:
        """What a month of each year brings more [money]."""
        heads = self._table("year", "looks_planned", "looks_cash", "more")
        found = []
        for year in range(1, self._count // MONTHS_PER_YEAR + 1):
            planned = put(self._sheet, self._row, 2, planned_looks(self._report.approved, year), "plan")
            put(self._sheet, self._row, 1, float(year), "value", "0")
            after = planned + self._review
            cash = self._cash(after) - self._cash(planned.formula())
            looks = put(self._sheet, self._row, 3, cash, "calculated")
            found.append(put(self._sheet, self._row, 4, self._running + looks, heads[3].style))
            self._row += 1
        return found

    def _cash(self, saved: Formula) -> Formula:
        return when(saved > 0, saved * self._fraction, saved)

    @property
    def _count(self) -> int:
        return len(self._brings.cash_flows) - 1

    def _months(self, by_year: list[Cell]) -> list[list[Cell]]:
        """Month, approved, more, tax on it, restated, added up."""
        heads = self._table("month", "flow_approved", "more", "tax_on_it", "flow", "cumulative")
        self._sheet.repeated_rows = f"{self._row - 1}:{self._row - 1}"
        lines: list[list[Cell]] = []
        for month, approved in enumerate(self._brings.cash_flows):
            number_ = put(self._sheet, self._row, 1, float(month), "value", "0")
            flow = put(self._sheet, self._row, 2, approved, "plan", heads[1].number_format)
            over = self._first > number_
            more = when(over, 0, by_year[(month - 1) // MONTHS_PER_YEAR]) if month else term(0)
            more_cell = put(self._sheet, self._row, 3, more, "calculated")
            due: Formula = term(0)
            if month and not month % MONTHS_PER_YEAR:
                due = -self._tax * total(down([*(line[2] for line in lines[-11:]), more_cell]))
            tax = put(self._sheet, self._row, 4, due, "calculated")
            restated = put(self._sheet, self._row, 5, flow + more_cell + tax, "calculated")
            so_far = lines[-1][5] + restated if lines else restated.formula()
            level = put(self._sheet, self._row, 6, so_far, "calculated")
            require_close(restated.formula(), self._told.cash_flows[month], f"month {month}")
            lines.append([number_, flow, more_cell, tax, restated, level])
            self._row += 1
        return lines

    def _results(self, row: int, lines: list[list[Cell]]) -> Returned:
        """NPV and payback of the restated flow."""
        self._row = row
        numbers, flows, levels = (down([line[column] for line in lines]) for column in (0, 4, 5))
        rate, amounts = self._rate, flows.numbers()
        later = down([line[4] for line in lines[1:]])
        value = npv(amounts, number(rate))
        worth = self._figure("npv", lines[0][4] + call("NPV", value - amounts[0], rate, later))
        expected = npv(self._told.cash_flows, monthly_rate(self._brings.discount_rate_per_year))
        require_close(worth.formula(), expected, "npv")
        size = Formula(f"SUMPRODUCT(ABS({flows.text}))", math.fsum(abs(each) for each in amounts))
        step = self._sheet.put(row, 4, ROUNDING * len(lines), "constant", "0.0E+00")
        count = self._sheet.put(row + 1, 4, float(len(lines)), "constant", "0")
        least = self._sheet.put(row, 5, size * step, "constant", "0.0E+00")
        put(self._sheet, row, 3, self._text("rounding"), "note")
        put(self._sheet, row + 1, 3, self._text("steps"), "note")
        never = text(self._language, "operation.never")
        months = paid_back(Steps(numbers, flows, levels), least, count, never)
        return Returned(worth, self._figure("payback", months))
