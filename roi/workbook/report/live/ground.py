"""What every sheet of the calculation is made from."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from roi.figure import Figure
from roi.planning.same_plan import ROUNDING_H
from roi.scenario.document import Scenario
from roi.scenario.supply import Own, Rent
from roi.texts import Language, text
from roi.workbook.book import Book
from roi.workbook.expression import Cell, Formula
from roi.workbook.report.live.courses import Side
from roi.workbook.report.live.inputs import Inputs
from roi.workbook.report.live.timeline import Line, Timeline, by_year
from roi.workbook.report.pages.layout import put_title
from roi.workbook.report.pages.material import Material
from roi.workbook.report.pages.source import Symbols
from roi.workbook.report.symbols import formula_of


@dataclass(frozen=True, slots=True)
class Measured:
    """Cells of a profile."""

    joules: Cell
    """Of an image [J]."""
    seconds: Cell
    """Of an image [s]."""
    boards: Cell


@dataclass(eq=False)
class Ground:
    """The book under construction, its inputs, and the sides that it compares."""

    book: Book
    material: Material
    inputs: Inputs
    sides: tuple[Side, ...]
    numbers: Line = field(init=False)
    """Numbers of the years, from 0 on."""
    profiles: Mapping[str, Measured] = field(init=False)
    """What was measured, by the profile's id."""
    _changes: dict[str, Line] = field(default_factory=dict)

    @property
    def language(self) -> Language:
        """The reader's."""
        return self.material.language

    @property
    def years(self) -> int:
        """Years of the plan."""
        return len(self.material.year_labels)

    @property
    def scenario(self) -> Scenario:
        """The one whose figures stand on Inputs."""
        return self.inputs.sources.whole.scenario

    @property
    def currency(self) -> str:
        """That of all amounts."""
        return self.scenario.currency

    @property
    def horizon(self) -> Cell:
        """Number of the plan's years, which it fixes."""
        return self.constant("finance.horizon_years", float(self.years))

    def side(self, name: str) -> Side | None:
        """The side of that name; None of today where no model or service serves anything."""
        return next((each for each in self.sides if each.name == name), None)

    def say(self, key: str, **values: object) -> str:
        """Words in the reader's language."""
        return text(self.language, f"live.{key}", **values)

    def titled(self, key: str, side: str, **values: object) -> str:
        """Heading of a section of one side."""
        return f"{self.say(f'side_{side}')}: {self.say(key, **values)}"

    def heads(self, key: str = "single", before: str = "share_column") -> tuple[str, ...]:
        """Heads of the first five columns of a section."""
        return tuple(self.say(name) for name in ("what", "whose", "unit", key, before))

    def timeline(self, key: str) -> Timeline:
        """A new sheet of rows over the years."""
        sheet = self.book.sheet(key, self.say(f"sheet_{key}"))
        line = Timeline(sheet, 1, self.material.year_labels)
        line.row = put_title(sheet, self.say(f"{key}_title"), [self.say(f"{key}_note")], line.last_column)
        sheet.freeze = "B2"
        return line

    def figure(self, figure: Figure) -> Cell:
        """A figure of the scenario."""
        return self.inputs.sources.figure(figure)

    def amount(self, figure: Figure) -> Formula:
        """A figure of money in the scenario's currency."""
        return self.inputs.sources.amount(figure)

    @property
    def symbols(self) -> Symbols:
        """Figures for the decision's equations."""
        return self.inputs.sources.symbols

    def boards(self, supply: Rent | Own) -> Formula:
        """Boards in an instance or server."""
        return formula_of(self.symbols.boards(supply))

    def constant(self, name: str, value: float) -> Cell:
        """A number that is exact, or that the plan fixes."""
        return self.inputs.sources.constant(name, value)

    @property
    def rounding_h(self) -> Cell:
        """Hours this few are rounding."""
        return self.constant(self.say("rounding"), ROUNDING_H)

    def block_hours(self, side: Side, block: int) -> Cell:
        """Length of a part of the year [h]."""
        programme = side.programme
        name = self.say("hours_of", block=programme.block_names[block])
        return self.constant(name, float(programme.block_hours[block]))

    def change(self, line: Timeline, figure: Figure | None) -> Line | None:
        """(1 + change) ^ year as a row, once for every figure; None where nothing changes."""
        if figure is None:
            return None
        place = self.inputs.sources.whole.place(figure)
        if place not in self._changes:
            rate = self.figure(figure)
            known = {each.place: each.label for each in self.material.assumptions}
            self._changes[place] = line.line(
                (known.get(place, place), "", "1"),
                by_year(self.years, lambda year: (1 + rate) ** self.numbers.cells[year]),
                "calculated",
                "0.0000",
            )
        return self._changes[place]


def times(formula: Formula, change: Line | None, year: int) -> Formula:
    """An amount of today with the change of its price up to a year."""
    return formula if change is None else formula * change.cells[year]


def serving(ground: Ground, life: Cell, year: int) -> tuple[str, list[bool]]:
    """Of every vintage v whether it serves in a year, which it does from v through v + life - 1: as words of a
    formula, and what they come to.
    """
    numbers, here = ground.numbers.fixed().text, ground.numbers.cells[year].formula().text
    words = f"({numbers}<={here})*({numbers}+{life.formula().text}>{here})"
    return words, [vintage <= year < vintage + float(life.value) for vintage in range(ground.years)]


def summed_serving(ground: Ground, factors: Sequence[Line], life: Cell, year: int) -> Formula:
    """Product of the factors, summed over the vintages that serve in a year."""
    words, serves = serving(ground, life, year)
    blocks = [each.fixed() for each in factors]
    products = map(math.prod, zip(*(each.numbers() for each in blocks), strict=True))
    found = sum(each for each, counts in zip(products, serves, strict=True) if counts)
    return Formula(f"SUMPRODUCT({'*'.join(each.text for each in blocks)}*{words})", float(found))
