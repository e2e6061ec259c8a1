"""A scenario whose ranged figures are columns of draws."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from roi.arrays import FloatArray
from roi.figure import Figure
from roi.scenario.document import Scenario
from roi.sensitivity.inputs import RATES


@dataclass(frozen=True, eq=False)
class Drawn:
    """The scenario, and the figures that are not its own but drawn."""

    scenario: Scenario
    values: Mapping[str, FloatArray]
    """By place [D each]; a model's FID by `fid_place`."""
    size: int
    """D."""

    def figure(self, place: str, figure: Figure) -> FloatArray:
        """The figure at a place: its draws [D], or its value [0-d]."""
        found = self.values.get(place)
        return np.asarray(figure.value) if found is None else found

    def amount(self, place: str, figure: Figure) -> FloatArray:
        """The money figure in the scenario's currency, at the drawn exchange rate [D or 0-d]."""
        currency, values = figure.currency, self.figure(place, figure)
        if currency is None or currency == self.scenario.currency:
            return values
        return values * self.rate(currency)

    def rate(self, currency: str) -> FloatArray:
        """Scenario currency per unit of another [D or 0-d]."""
        found = self.values.get(f"{RATES}{currency}")
        return np.asarray(self.scenario.exchange_rates[currency].value) if found is None else found

    def part(self, start: int, stop: int) -> "Drawn":
        """Some of the draws."""
        values = {place: column[start:stop] for place, column in self.values.items()}
        return Drawn(self.scenario, values, min(stop, self.size) - start)

    def column(self, values: FloatArray) -> FloatArray:
        """A number for each draw."""
        return np.broadcast_to(values, (self.size,))
