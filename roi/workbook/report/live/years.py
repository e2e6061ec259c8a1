"""The sheet Years: numbers of the years, what a payment of each is worth today, how prices change."""

from dataclasses import dataclass

from roi.workbook.expression import Cell, Formula, call
from roi.workbook.report.live.ground import Ground
from roi.workbook.report.live.timeline import Line, Timeline, by_year


@dataclass(frozen=True, eq=False)
class Discounting:
    """Value today of one unit of money of each year."""

    rate: Cell
    """Per year."""
    start: Line
    """Paid at its beginning."""
    during: Line
    """Paid by a twelfth at the end of each of its months."""
    end: Line
    """Paid at its end."""


def put_discounting(ground: Ground, line: Timeline) -> Discounting:
    """Rows of factors."""
    years, numbers = ground.years, ground.numbers.cells
    finance = ground.scenario.finance
    rate = ground.figure(finance.discount_rate_per_year)
    monthly = line.figure(
        (ground.say("monthly_rate"), "", ground.say("a_month")),
        (1 + rate) ** (ground.constant("1", 1.0) / 12) - 1,
        "calculated",
        "0.0000%",
    )
    twelve = _year_of_months(monthly)
    start = line.line(
        (ground.say("factor_start"), "", "1"),
        by_year(years, lambda year: 1 / (1 + rate) ** numbers[year]),
        "calculated",
        "0.0000",
    )
    during = line.line(
        (ground.say("factor_during"), "", "1"),
        by_year(years, lambda year: start.cells[year] * twelve / 12),
        "calculated",
        "0.0000",
    )
    end = line.line(
        (ground.say("factor_end"), "", "1"),
        by_year(years, lambda year: start.cells[year] / (1 + rate)),
        "calculated",
        "0.0000",
    )
    return Discounting(rate, start, during, end)


def _year_of_months(monthly: Cell) -> Formula:
    """Value at a year's beginning of one unit at the end of each month: PV, which knows a rate of nothing."""
    rate = float(monthly.value)
    worth = sum((1.0 + rate) ** -month for month in range(1, 13))
    return call("PV", worth, monthly, 12, _minus_one())


def _minus_one() -> Formula:
    return Formula("-1", -1.0)
