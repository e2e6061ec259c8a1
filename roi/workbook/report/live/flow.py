"""The difference between plan and today: by year on Cash flow, by month on a sheet of its own."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from roi.cost import PAID_ONCE
from roi.finance.discounting import MONTHS_PER_YEAR
from roi.finance.payback import ROUNDING
from roi.workbook.expression import Block, Cell, Formula, across, call
from roi.workbook.functions import added, every, largest, smallest, taken, total, when
from roi.workbook.report.live.capex import Units
from roi.workbook.report.live.ground import Ground
from roi.workbook.report.live.ledger import Booked
from roi.workbook.report.live.shares import Shares
from roi.workbook.report.live.timeline import Line, Timeline, by_year
from roi.workbook.report.pages.layout import put_title

ONCE = PAID_ONCE
END = ("residual", "owed")
REVIEW = "review"
Charges = Callable[[int], Formula | float]
"""What is written off of purchases in a year, plan less today [money]."""
SIGN = ("sign_month", "sign", "sign_changes")
LEVEL_SIGN = ("level_sign_month", "level_sign", "level_sign_changes")
"""Rows that follow the sign of the cash, and of its running sum."""


@dataclass(frozen=True, eq=False)
class Difference:
    """Savings of the plan against today by year; positive is good."""

    start: Line
    """At the beginning of each year."""
    running: Line
    """Evenly over each year, working time included as far as it is money."""
    end: Line
    """At the end of each year, tax included."""
    unrealised: Line
    """Saved working time that is not counted as money."""
    tax: Line


@dataclass(frozen=True, eq=False)
class Months:
    """Cash of the difference by month."""

    numbers: Line
    flows: Line
    values: Line
    """Of the flows, today."""
    cumulative: Line
    discounted: Line
    changes: Line
    """Whether the sign changes here."""
    sign: Cell
    """Of the last flow that is not zero."""
    level_changes: Line
    rounding: Cell
    """Below it a cumulative amount is nothing [money]."""
    rounding_discounted: Cell


def put_difference(
    ground: Ground,
    line: Timeline,
    booked: Mapping[str, Booked],
    charges: Charges,
) -> Difference:
    """Rows of the difference below the amounts of both sides."""
    line.heading(ground.say("difference"), ground.heads())
    start = _saving(ground, line, booked, "saved_start", lambda name: name in ONCE)
    at_end = _saving(ground, line, booked, "saved_end", lambda name: name in END)
    running = _saving(ground, line, booked, "saved_running", lambda name: name not in (*ONCE, *END, REVIEW))
    saved = _saving(ground, line, booked, "saved_review", lambda name: name == REVIEW)
    fraction = ground.scenario.finance.cash_realisation_fraction
    share = None if fraction is None else ground.figure(fraction)

    def counted(cell: Cell) -> Formula:
        """Working time that becomes money; what is lost counts whole."""
        return cell.formula() if share is None else when(cell > 0, cell * share, cell)

    unrealised = line.line(
        (ground.say("unrealised"), "", ground.currency),
        by_year(ground.years, lambda year: saved.cells[year] - counted(saved.cells[year])),
        "money",
    )
    during = line.line(
        (ground.say("saved_during"), "", ground.currency),
        by_year(ground.years, lambda year: running.cells[year] + counted(saved.cells[year])),
        "total",
    )
    tax = _tax(ground, line, booked, (during, at_end), charges)
    end = line.line(
        (ground.say("saved_at_end"), "", ground.currency),
        by_year(ground.years, lambda year: at_end.cells[year] + tax.cells[year]),
        "total",
    )
    return Difference(start, during, end, unrealised, tax)


def _saving(
    ground: Ground, line: Timeline, booked: Mapping[str, Booked], key: str, counts: Callable[[str], bool]
) -> Line:
    """Today's components less the plan's."""
    today = [each for name, each in booked["today"].compared.items() if counts(name)]
    plan = [each for name, each in booked["plan"].compared.items() if counts(name)]

    def saved(year: int) -> Formula:
        theirs = added([each.cells[year] for each in today])
        return theirs - added([each.cells[year] for each in plan])

    return line.line((ground.say(key), "", ground.currency), by_year(ground.years, saved), "money")


def _tax(
    ground: Ground,
    line: Timeline,
    booked: Mapping[str, Booked],
    saved: tuple[Line, Line],
    charges: Charges,
) -> Line:
    """-rate * (savings - charges); purchases count by their charges alone."""
    tax = ground.scenario.finance.tax
    names = (ground.say("tax"), "", ground.currency)
    if tax is None:
        zero = ground.constant(ground.say("no_tax"), 0.0)
        return line.line(names, by_year(ground.years, lambda _year: zero.formula()), "money")
    during, at_end = saved
    once = _saving(ground, line, booked, "taxed_once", lambda name: name in ("opening", "migration"))
    off = line.line(
        (ground.say("written_off"), "", ground.currency), [charges(y) for y in range(ground.years)], "money"
    )
    rate = ground.figure(tax.rate)
    return line.line(
        names,
        by_year(
            ground.years,
            lambda year: (
                -rate * (during.cells[year] + at_end.cells[year] + once.cells[year] - off.cells[year])
            ),
        ),
        "money",
    )


def written_off(ground: Ground, units: Mapping[tuple[str, int], Units], shares: Shares) -> Charges:
    """Charges of the plan's purchases less those of today's."""

    def charges(name: str, year: int) -> Formula:
        side = ground.side(name)
        found: list[Formula | Cell] = []
        for (owner, place), each in units.items():
            if owner == name:
                share = shares.of(side, ("supply", place))
                mine = [charge.cells[year] for charge in each.written_off]
                found += mine if share is None else [cell * share for cell in mine]
        return added(found)

    return lambda year: charges("plan", year) - charges("today", year)


def put_months(ground: Ground, rate: Cell, difference: Difference) -> Months:
    """Starts at month 12 y, a twelfth of the running amounts at the end of each month, ends at month 12 (y + 1)."""
    count = MONTHS_PER_YEAR * ground.years + 1
    sheet = ground.book.sheet("months", ground.say("sheet_months"))
    line = Timeline(sheet, 1, [str(month) for month in range(count)])
    line.row = put_title(sheet, ground.say("months_title"), [ground.say("months_note")], 12)
    line.sheet.widths[2] = 4.0
    sheet.freeze, sheet.repeated_columns = "F5", "A:C"
    sheet.pages_wide, sheet.pages_high = ground.years, 1
    line.heading(ground.say("by_month"), ground.heads(before="before"))
    numbers = line.line(
        (ground.say("month"), "", ""), [float(month) for month in range(count)], "constant", "0"
    )
    flows = _flows(ground, line, numbers, difference)
    values = line.line(
        (ground.say("month_value"), "", ground.currency),
        by_year(count, lambda month: flows.cells[month] * (1 + rate) ** -(numbers.cells[month] / 12)),
        "money",
    )
    cumulative = _running_sum(ground, line, "cumulative", flows)
    discounted = _running_sum(ground, line, "cumulative_today", values)
    share = ground.constant(ground.say("rounding_share"), ROUNDING * count)
    sign, changes = _signs(ground, line, SIGN, (numbers, flows), None)
    rounding, rounding_today = (
        line.figure(
            (ground.say(key), "", ground.currency),
            Formula(f"SUMPRODUCT(ABS({each.fixed().text}))", math.fsum(map(abs, each.fixed().numbers())))
            * share,
            "calculated",
            "0.0E+00",
        )
        for key, each in (("rounding_cash", flows), ("rounding_today", values))
    )
    _, level_changes = _signs(ground, line, LEVEL_SIGN, (numbers, cumulative), rounding)
    return Months(
        numbers, flows, values, cumulative, discounted, changes, sign, level_changes, rounding, rounding_today
    )


def _flows(ground: Ground, line: Timeline, numbers: Line, difference: Difference) -> Line:
    count = len(numbers.cells)
    horizon = ground.horizon

    def boundary(month: int) -> Formula:
        number = numbers.cells[month]
        return call("MOD", float(number.value) % 12, number, 12).equals(0)

    def year_of(month: int, *, ends: bool) -> Formula:
        """Number from 1 of the year that begins or ends at a month; the nearest one where none does."""
        years = numbers.cells[month] / 12
        whole = call("INT", float(math.floor(float(years.value))), years)
        return largest(1, whole) if ends else smallest(horizon, whole + 1)

    def running(month: int) -> Formula:
        number = numbers.cells[month]
        years = number / 12
        whole = call("ROUNDUP", float(math.ceil(float(years.value))), years, 0)
        return when(number > 0, taken(difference.running.fixed(), largest(1, whole)) / 12, 0)

    begins = line.line(
        (ground.say("begins"), "", ground.currency),
        by_year(
            count,
            lambda month: when(
                every(boundary(month), numbers.cells[month] < horizon * 12),
                taken(difference.start.fixed(), year_of(month, ends=False)),
                0,
            ),
        ),
        "money",
    )
    during = line.line((ground.say("runs"), "", ground.currency), by_year(count, running), "money")
    ends = line.line(
        (ground.say("ends"), "", ground.currency),
        by_year(
            count,
            lambda month: when(
                every(boundary(month), numbers.cells[month] > 0),
                taken(difference.end.fixed(), year_of(month, ends=True)),
                0,
            ),
        ),
        "money",
    )
    return line.line(
        (ground.say("flow"), "", ground.currency),
        by_year(count, lambda month: begins.cells[month] + during.cells[month] + ends.cells[month]),
        "total",
    )


def _running_sum(ground: Ground, line: Timeline, key: str, added_up: Line) -> Line:
    """Each month's with all before it."""
    formulas = [total(_up_to(added_up, month)) for month in range(len(added_up.cells))]
    return line.line((ground.say(key), "", ground.currency), formulas, "money")


def _signs(
    ground: Ground, line: Timeline, keys: Sequence[str], given: tuple[Line, Line], least: Cell | None
) -> tuple[Cell, Line]:
    """The last sign, and where signs change; nothing has the sign before it. `given` are months and amounts."""
    numbers, amounts = given
    limit, beyond = (0.0, "<>0") if least is None else (float(least.value), f">{least.formula().text}")
    found, last = [], 0.0
    for month, cell in enumerate(amounts.cells):
        last = month + 1.0 if abs(float(cell.value)) > limit else last
        past, seen = (_up_to(each, month).text for each in (numbers, amounts))
        found.append(Formula(f"SUMPRODUCT(MAX((ABS({seen}){beyond})*({past}+1)))", last))
    latest = line.line((ground.say(keys[0]), "", ""), found, "calculated", "0").cells

    def sign(month: int) -> Formula:
        amount = taken(amounts.fixed(), largest(1, latest[month]))
        return when(latest[month] > 0, call("SIGN", math.copysign(1.0, float(amount.value)), amount), 0)

    row = line.row
    signs = line.line(
        (ground.say(keys[1]), "", "1"), by_year(len(latest), sign), "calculated", "0", before=0.0
    ).cells
    before = (Cell(line.sheet.title, row, signs[0].column - 1, 0.0, series=True), *signs[:-1])
    changes = [when(one * other < 0, 1, 0) for one, other in zip(before, signs, strict=True)]
    placed = line.line((ground.say(keys[2]), "", "1"), changes, "calculated", "0")
    return signs[-1], placed


def _up_to(line: Line, month: int) -> Block:
    """All months until one, that included."""
    return across([line.cells[0].pinned(), *line.cells[1 : month + 1]])
