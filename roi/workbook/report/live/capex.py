"""The sheet Capex and tax: units bought and alive, what they cost and fetch, how they are written off."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from roi.finance.depreciation import JAPANESE_RATES
from roi.fleet.evaluation.quantities import OWNED, quantities
from roi.options.terms import Values
from roi.planning.supplies import left_fraction, unit_life_years
from roi.scenario.effective import lifetime_years
from roi.scenario.money import Tax
from roi.scenario.supply import Own, Rent
from roi.workbook.expression import Cell, Formula, call
from roi.workbook.functions import every, largest, smallest, when
from roi.workbook.report.live.commitments import Signed, put_signed
from roi.workbook.report.live.courses import Side
from roi.workbook.report.live.ground import Ground, summed_serving, times
from roi.workbook.report.live.timeline import Line, Timeline, by_year
from roi.workbook.report.live.years import Discounting
from roi.workbook.report.symbols import formula_of


@dataclass(frozen=True, eq=False)
class Units:
    """Owned or committed units of a supply, by year; costs positive."""

    units: Line
    """In service."""
    committed: Line
    """Bought or committed to, and alive."""
    alive: Line
    """With those that were there before."""
    purchase: Line | None
    residual: Line | None
    """Negative: it is money that comes in."""
    written_off: tuple[Line, ...]
    """Charges of every purchase; none without tax."""
    signed: Signed | None
    """What commitments cost; None of units that are bought."""
    life: Cell
    """Whole years for which a unit works, or is committed to."""

    def there(self, year: int) -> Formula:
        """Units in service that are alive: with a shorter life the plan's are gone before their work is."""
        return smallest(self.units.cells[year], self.alive.cells[year])


def put_units(ground: Ground, changes: Timeline, discounting: Discounting) -> Mapping[tuple[str, int], Units]:
    """Make the sheet; the units by side and number of the supply in the programme."""
    scenario = ground.scenario
    escalation = scenario.finance.escalation
    rent = ground.change(changes, escalation.rent), discounting
    grown = {
        each.name: ground.change(changes, each.capex_change_per_year)
        for each in scenario.supplies
        if isinstance(each, Own)
    }
    line = ground.timeline("capex")
    found = {}
    for side in ground.sides:
        for place, supply in enumerate(side.programme.supplies):
            if supply.kind in OWNED and _is_used(side, place):
                line.heading(ground.titled("units_of", side.name, supply=supply.name), ground.heads())
                found[side.name, place] = _units(ground, line, (side, place), grown, rent)
    if not found:
        line.figure((ground.say("no_units"), "", ""), 0.0, "constant", "0")
    return found


def _is_used(side: Side, place: int) -> bool:
    done = quantities(side.programme, side.plan)
    return bool(done.alive[place].any() or side.plan.units[place].any())


def _units(
    ground: Ground,
    line: Timeline,
    where: tuple[Side, int],
    grown: Mapping[str, Line | None],
    rent: tuple[Line | None, Discounting],
) -> Units:
    """Buys and units in service are the plan's; everything else follows from price and life."""
    side, place = where
    supply = side.machine(place)
    whose, unit = supply.name, ground.say("units")
    buy = line.line((ground.say("buy"), whose, unit), side.plan.buy[place].tolist(), "plan", "0")
    units = line.line((ground.say("in_service"), whose, unit), side.plan.units[place].tolist(), "plan", "0")
    life = life_of(ground, line, supply)
    committed = line.line(
        (ground.say("committed"), whose, unit),
        by_year(ground.years, lambda year: summed_serving(ground, [buy], life, year)),
        "calculated",
        "0",
    )
    before = side.programme.supplies[place].existing
    there = ground.constant(ground.say("there_before", supply=whose), float(before[0]))
    alive = line.line(
        (ground.say("alive"), whose, unit),
        by_year(ground.years, lambda year: committed.cells[year] + there),
        "calculated",
        "0",
    )
    if isinstance(supply, Rent):
        signed = put_signed(ground, line, supply, (buy, life), rent)
        return Units(units, committed, alive, None, None, (), signed, life)
    return _owned(ground, line, supply, grown[whose], (buy, units, committed, alive), life)


def life_of(ground: Ground, line: Timeline, supply: Own | Rent) -> Cell:
    """Whole years for which a unit works, or is committed to."""
    names = (ground.say("life"), supply.name, ground.say("years"))
    if isinstance(supply, Rent):
        return line.figure(names, float(supply.commitment_years or 1), "plan", "0")
    years = ground.figure(lifetime_years(supply))
    whole = call("INT", float(math.floor(float(years.value))), years)
    life = line.figure(names, largest(1, whole), "calculated", "0")
    if life.value != unit_life_years(Values(ground.scenario), supply):
        raise ValueError("two ways to count the years of a unit")
    return life


def _owned(
    ground: Ground,
    line: Timeline,
    supply: Own,
    change: Line | None,
    counts: tuple[Line, Line, Line, Line],
    life: Cell,
) -> Units:
    """Price, purchases, what a unit fetches at the end of its life or of the horizon, and its charges."""
    buy, units, committed, alive = counts
    whose, money = supply.name, ground.currency
    capex = ground.amount(supply.capex)
    price = line.line(
        (ground.say("price"), whose, money),
        [times(capex, change, year) for year in range(ground.years)],
        "money",
    )
    purchase = line.line(
        (ground.say("purchase"), whose, money),
        by_year(ground.years, lambda year: buy.cells[year] * price.cells[year]),
        "money",
    )
    numbers = ground.numbers
    age = line.line(
        (ground.say("age_at_end"), whose, ground.say("years")),
        by_year(ground.years, lambda year: smallest(life, ground.horizon - numbers.cells[year])),
        "calculated",
        "0",
    )
    read = ground.symbols
    left = read.figure(supply.residual_fraction)
    fetched = line.line(
        (ground.say("fetched"), whose, money),
        by_year(
            ground.years,
            lambda year: formula_of(
                read.of(purchase.cells[year]) * left_fraction(left, read.of(age.cells[year]), read.of(life))
            ),
        ),
        "money",
    )
    residual = line.line(
        (ground.say("residual"), whose, money),
        by_year(ground.years, lambda year: _ended(ground, fetched, age, year)),
        "money",
    )
    tax = ground.scenario.finance.tax
    charges = () if tax is None else _charges(ground, line, tax, supply.name, (buy, purchase, age))
    return Units(units, committed, alive, purchase, residual, charges, None, life)


def _ended(ground: Ground, fetched: Line, age: Line, year: int) -> Formula:
    """What the vintages fetch whose last year this is, as money that comes in."""
    numbers, here = ground.numbers.fixed(), ground.numbers.cells[year]
    text = here.formula().text
    words = f"-SUMPRODUCT({fetched.fixed().text}*({numbers.text}+{age.fixed().text}-1={text}))"
    found = math.fsum(
        amount
        for vintage, (amount, held) in enumerate(
            zip(fetched.fixed().numbers(), age.fixed().numbers(), strict=True)
        )
        if vintage + held - 1 == year
    )
    return Formula(words, -found, 5)


def _charges(
    ground: Ground, line: Timeline, tax: Tax, whose: str, bought: tuple[Line, Line, Line]
) -> tuple[Line, ...]:
    """Charges of every year in which something is bought: the year in which it leaves bears what is left."""
    buy, purchase, age = bought
    return tuple(
        _written_off(ground, line, tax, whose, purchase.cells[vintage], age.cells[vintage], vintage)
        for vintage, cell in enumerate(buy.cells)
        if cell.value
    )


def _written_off(
    ground: Ground, line: Timeline, tax: Tax, whose: str, amount: Cell, held: Cell, vintage: int
) -> Line:
    """Book value at the beginning of each year, and the charge; the columns before the years hold nothing."""
    label = ground.material.year_labels[vintage]
    names = (ground.say("book_value", year=label), whose, ground.currency)
    worth, kept = amount.pinned(), held.pinned()
    start = ground.constant(ground.say("bought_in", year=label), float(vintage))
    rows = line.row, line.row + 1, line.row + 2
    level_row = rows[1] if tax.depreciation == "declining_balance" else None
    charge_row = rows[2] if level_row else rows[1]
    sheet = line.sheet.title

    def cell(row: int, column: int, value: float) -> Cell:
        return Cell(sheet, row, column, value, series=True)

    books: list[Formula] = []
    levels: list[Formula] = []
    charges: list[Formula] = []
    book_before, level_before, charge_before = 0.0, 0.0, 0.0
    for number in ground.numbers.cells:
        column = number.column
        bought = number.formula().equals(start)
        carried = cell(rows[0], column - 1, book_before) - cell(charge_row, column - 1, charge_before)
        books.append(when(bought, worth, carried))
        book = cell(rows[0], column, float(books[-1].value))
        if level_row:
            levels.append(_level(ground, tax, cell(level_row, column - 1, level_before), book, worth))
            level: Cell | None = cell(level_row, column, float(levels[-1].value))
        else:
            level = None
        last = number.formula().equals(start + kept - 1)
        usual = _usual(ground, tax, book, level, worth)
        charges.append(when(last, book, when(every(number >= start, number < start + kept), usual, 0)))
        book_before, charge_before = float(books[-1].value), float(charges[-1].value)
        level_before = float(levels[-1].value) if levels else 0.0
    line.line(names, books, "money", before=0.0)
    if level_row:
        line.line((ground.say("level"), whose, ground.currency), levels, "money", before=0.0)
    return line.line((ground.say("charge"), whose, ground.currency), charges, "money", before=0.0)


def _usual(ground: Ground, tax: Tax, book: Cell, level: Cell | None, worth: Cell) -> Formula:
    """The charge of a year that is not the last, never more than what is left."""
    if level is None:
        life = ground.constant("finance.tax.life_years", float(tax.life_years))
        return smallest(book, worth / life)
    rate = ground.constant(ground.say("rate"), JAPANESE_RATES[tax.life_years].rate)
    return smallest(book, when(level > 0, level, book * rate))


def _level(ground: Ground, tax: Tax, before: Cell, book: Cell, worth: Cell) -> Formula:
    """The even charge from the year on in which the declining one falls below the guarantee; until then nothing."""
    row = JAPANESE_RATES[tax.life_years]
    rate = ground.constant(ground.say("rate"), row.rate)
    revised = ground.constant(ground.say("revised"), row.revised)
    guarantee = ground.constant(ground.say("guarantee"), row.guarantee)
    started = when(book * rate < worth * guarantee, book * revised, 0)
    return when(before > 0, before, started)
