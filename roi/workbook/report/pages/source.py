"""Figures of the scenario as cells: the row on Inputs where there is one, else a constant beside its use."""

from collections.abc import Mapping
from dataclasses import dataclass

from roi.figure import Figure
from roi.numbers import Symbol
from roi.scenario.document import Scenario
from roi.scenario.effective import RATES, Resolved
from roi.scenario.supply import Own, Rent
from roi.workbook.book import Sheet
from roi.workbook.expression import Cell, Formula, term
from roi.workbook.report.pages.layout import put_merged
from roi.workbook.report.symbols import Written
from roi.workbook.styles import figure_format


class Sources:
    """Finds figures on Inputs; what does not stand there is listed on the sheet that uses it."""

    def __init__(
        self, whole: Resolved, inputs: Mapping[str, Cell], sheet: Sheet, corner: tuple[int, int]
    ) -> None:
        """`corner`: row and column of the list's first name; its value stands three columns to the right."""
        self.whole, self._inputs, self._sheet = whole, inputs, sheet
        self._row, self._column = corner
        self._listed: dict[str, Cell] = {}

    @property
    def scenario(self) -> Scenario:
        """The resolved scenario."""
        return self.whole.scenario

    @property
    def symbols(self) -> "Symbols":
        """The same for the decision's equations."""
        return Symbols(self)

    def figure(self, figure: Figure) -> Cell:
        """A figure of the scenario."""
        return self._standing(self.whole.place(figure), figure.value)

    def amount(self, figure: Figure) -> Formula:
        """A figure of money in the scenario's currency."""
        own, scenario = self.figure(figure).formula(), self.whole.scenario
        currency = figure.currency
        if currency is None or currency == scenario.currency:
            return own
        return own * self._standing(f"{RATES}{currency}", scenario.exchange_rates[currency].value)

    def _standing(self, place: str, value: float) -> Cell:
        return self._inputs[place] if place in self._inputs else self.constant(place, value)

    def constant(self, name: str, value: float) -> Cell:
        """A number that is exact, or that nobody may change here."""
        if name not in self._listed:
            put_merged(self._sheet, self._row, (self._column, self._column + 2), name, "box")
            self._listed[name] = self._sheet.put(
                self._row, self._column + 3, value, "constant", figure_format(value)
            )
            self._row += 1
        return self._listed[name]


@dataclass(frozen=True, slots=True)
class Symbols:
    """Figures of the scenario as symbols: a reader as `roi.options.terms` asks for."""

    cells: Sources

    @property
    def scenario(self) -> Scenario:
        """The resolved scenario whose figures stand in cells."""
        return self.cells.scenario

    def of(self, given: Cell | Formula | int) -> Symbol:
        """A cell or formula as a symbol."""
        return Written(term(given), self.cells.constant)

    def figure(self, figure: Figure) -> Symbol:
        """The figure's cell."""
        return self.of(self.cells.figure(figure))

    def amount(self, figure: Figure) -> Symbol:
        """Money in the scenario's currency."""
        return self.of(self.cells.amount(figure))

    def boards(self, machine: Rent | Own) -> Symbol:
        """Boards in an instance or server."""
        if machine.gpu_count == 1:
            return self.of(1)
        return self.of(self.cells.constant(f"{machine.name}: gpu_count", float(machine.gpu_count)))

    def optional(self, figure: Figure | None) -> Symbol:
        """The figure; 0 where the scenario leaves it out."""
        return self.of(0) if figure is None else self.figure(figure)
