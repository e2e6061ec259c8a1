"""A scenario whose ranged figures are columns of draws."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from roi.arrays import FloatArray
from roi.figure import Figure
from roi.planning.horizon import growth_at
from roi.scenario.document import Scenario
from roi.scenario.effective import RATES, Resolved
from roi.scenario.supply import Own, Rent


@dataclass(frozen=True, eq=False)
class Drawn:
    """The scenario, and the figures that are not its own but drawn."""

    whole: Resolved
    values: Mapping[str, FloatArray]
    """By place [D each]; a model's figures of quality by `figure_place`."""
    size: int
    """D."""

    @property
    def scenario(self) -> Scenario:
        """The one whose figures are read here."""
        return self.whole.scenario

    def figure(self, figure: Figure) -> FloatArray:
        """Its draws, or its value in each of them [D].

        Raises
        ------
        ValueError
            When it is no figure of `scenario`.
        """
        found = self.values.get(self.whole.place(figure))
        return self.column(figure.value if found is None else found)

    def amount(self, figure: Figure) -> FloatArray:
        """Money in the scenario's currency, at the drawn exchange rate [D]."""
        currency, values = figure.currency, self.figure(figure)
        if currency is None or currency == self.scenario.currency:
            return values
        return values * self.rate(currency)

    def boards(self, machine: Rent | Own) -> FloatArray:
        """Boards in an instance or server [0-d]."""
        return np.asarray(float(machine.gpu_count))

    def optional(self, figure: Figure | None) -> FloatArray:
        """The figure; nothing where the scenario leaves it out, which then means nothing [D]."""
        return self.column(0.0) if figure is None else self.figure(figure)

    def rate(self, currency: str) -> FloatArray:
        """Scenario currency per unit of another [D]."""
        found = self.values.get(f"{RATES}{currency}")
        return self.column(self.scenario.exchange_rates[currency].value if found is None else found)

    def growth(self, change: Figure | None, years: int) -> FloatArray:
        """Amount of each year over that of year 0 [D x Y]."""
        return growth_at(self.optional(change), years)

    def price(self, figure: Figure, change: Figure | None, years: int) -> FloatArray:
        """Money that changes from year to year [D x Y]."""
        return self.amount(figure)[:, None] * self.growth(change, years)

    def part(self, start: int, stop: int) -> "Drawn":
        """Some of the draws."""
        values = {place: column[start:stop] for place, column in self.values.items()}
        return Drawn(self.whole, values, min(stop, self.size) - start)

    def column(self, values: float | FloatArray) -> FloatArray:
        """A number for each draw."""
        return np.broadcast_to(values, (self.size,))
