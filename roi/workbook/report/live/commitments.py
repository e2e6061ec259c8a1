"""Commitments: every year of one at the price of its signature, and what it still costs after the plan."""

from dataclasses import dataclass

from roi.scenario.supply import Rent
from roi.units import HOURS_PER_YEAR
from roi.workbook.expression import Cell, Formula, call
from roi.workbook.functions import largest
from roi.workbook.report.live.ground import Ground, summed_serving, times
from roi.workbook.report.live.timeline import Line, Timeline, by_year
from roi.workbook.report.live.years import Discounting


@dataclass(frozen=True, eq=False)
class Signed:
    """What commitments of a supply cost."""

    paid: Line
    """In each year of the plan [money]."""
    owed: "Owed | None"
    """After the plan; None where no commitment reaches so far."""


@dataclass(frozen=True, eq=False)
class Owed:
    """What the units signed in each year cost after the plan."""

    years: tuple[int, ...]
    """Years after the plan of every signature that reaches so far."""
    amounts: Line
    """Of all those years, not discounted [money]."""
    values: Line
    """The same at the plan's end [money]."""


def put_signed(
    ground: Ground,
    line: Timeline,
    supply: Rent,
    counts: tuple[Line, Cell],
    money: tuple[Line | None, Discounting],
) -> Signed:
    """Rows of a reserved supply; `counts` what is signed in each year and for how many years."""
    buy, life = counts
    change, discounting = money
    whose, years = supply.name, ground.years
    price = ground.amount(supply.price_per_h)
    yearly = price * ground.constant("h/year", HOURS_PER_YEAR)
    signed = line.line(
        (ground.say("signed_price"), whose, ground.currency),
        [times(yearly, change, year) for year in range(years)],
        "money",
    )
    paid = line.line(
        (ground.say("signed_paid"), whose, ground.currency),
        by_year(years, lambda year: summed_serving(ground, (buy, signed), life, year)),
        "money",
    )
    return Signed(paid, _owed(ground, line, whose, (buy, signed, life), discounting))


def _owed(
    ground: Ground, line: Timeline, whose: str, given: tuple[Line, Line, Cell], discounting: Discounting
) -> Owed | None:
    buy, price, life = given
    counts, reach = buy.fixed().numbers(), int(float(life.value)) - ground.years
    years = tuple(vintage + reach for vintage, count in enumerate(counts) if count and vintage + reach > 0)
    if not years:
        return None
    horizon = ground.horizon
    after = line.line(
        (ground.say("signed_after"), whose, ground.say("years")),
        by_year(ground.years, lambda year: largest(0, ground.numbers.cells[year] + life - horizon)),
        "calculated",
        "0",
    ).cells
    yearly = [count * each for count, each in zip(buy.cells, price.cells, strict=True)]
    amounts = [each * left for each, left in zip(yearly, after, strict=True)]
    values = [each * _worth_at_end(discounting, left) for each, left in zip(yearly, after, strict=True)]
    names = whose, ground.currency
    return Owed(
        years,
        line.line((ground.say("signed_owed"), *names), amounts, "money"),
        line.line((ground.say("signed_value"), *names), values, "money"),
    )


def _worth_at_end(discounting: Discounting, after: Cell) -> Formula:
    """Of one unit of money a year, by twelfths at month ends, for so many years from then on."""
    rate, count = float(discounting.rate.value), int(float(after.value))
    value = sum((1.0 + rate) ** -year for year in range(count))
    yearly = call("PV", value, discounting.rate, after, Formula("-1", -1.0), 0, 1)
    return yearly * discounting.during.cells[0].pinned()
