"""Figures of one part of the scenario as columns of draws."""

from dataclasses import dataclass

import numpy as np

from roi.arrays import FloatArray
from roi.figure import Figure
from roi.sensitivity.montecarlo.drawn import Drawn
from roi.sensitivity.montecarlo.yearly import Years, escalation


@dataclass(frozen=True, eq=False)
class Reader:
    """Figures of one supply, a number a draw."""

    drawn: Drawn
    years: Years
    place: str

    def figure(self, name: str, figure: Figure | None, place: str | None = None) -> FloatArray:
        """0 where there is none [D]."""
        where = self.place if place is None else place
        found = np.zeros(()) if figure is None else self.drawn.figure(f"{where}.{name}", figure)
        return self.drawn.column(found)

    def amount(self, name: str, figure: Figure | None) -> FloatArray:
        """Money; 0 where there is none [D]."""
        found = np.zeros(()) if figure is None else self.drawn.amount(f"{self.place}.{name}", figure)
        return self.drawn.column(found)

    def price(self, name: str, figure: Figure, kind: str) -> FloatArray:
        """Money that changes as its kind of price does [D x Y]."""
        return self.amount(name, figure)[:, None] * escalation(self.drawn, kind, self.years.count)

    @property
    def nothing(self) -> FloatArray:
        """0 in every year of every draw [D x Y]."""
        return np.zeros((self.drawn.size, self.years.count))
