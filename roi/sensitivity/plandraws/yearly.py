"""Amounts that change from year to year, in every draw."""

import numpy as np
import numpy.typing as npt

from roi.figure import Figure
from roi.sensitivity.montecarlo.drawn import Drawn

FloatArray = npt.NDArray[np.float64]


def growth(drawn: Drawn, place: str, change: Figure | None, years: int) -> FloatArray:
    """Amount of each year over that of year 0, (1 + change)^y [D x Y]."""
    rate = np.zeros(()) if change is None else drawn.figure(place, change)
    return np.asarray((1.0 + drawn.column(rate)[:, None]) ** np.arange(years))


def escalation(drawn: Drawn, name: str, years: int) -> FloatArray:
    """Growth of a kind of price [D x Y]."""
    change = getattr(drawn.scenario.finance.escalation, name)
    return growth(drawn, f"finance.escalation.{name}", change, years)


def yearly(drawn: Drawn, amount: FloatArray) -> FloatArray:
    """An amount of every draw, the same in every year [D x 1]."""
    return drawn.column(amount)[:, None]
