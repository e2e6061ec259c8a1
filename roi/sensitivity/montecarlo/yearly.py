"""Amounts that change from year to year, in every draw."""

from roi.arrays import FloatArray
from roi.figure import Figure
from roi.planning.horizon import growth_at
from roi.sensitivity.montecarlo.drawn import Drawn


def growth(drawn: Drawn, change: Figure | None, years: int) -> FloatArray:
    """Amount of each year over that of year 0 [D x Y]."""
    return growth_at(drawn.optional(change), years)


def price(drawn: Drawn, figure: Figure, change: Figure | None, years: int) -> FloatArray:
    """Money that changes from year to year [D x Y]."""
    return drawn.amount(figure)[:, None] * growth(drawn, change, years)
