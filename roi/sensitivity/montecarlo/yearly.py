"""Amounts that change from year to year, in every draw."""

from dataclasses import dataclass

import numpy as np

from roi import finance
from roi.arrays import FloatArray
from roi.figure import Figure
from roi.planning.horizon import calendar
from roi.sensitivity.montecarlo.drawn import Drawn


@dataclass(frozen=True, eq=False)
class Years:
    """The years of the plan, which are not drawn, and what money of them is worth today, which is."""

    count: int
    """Y."""
    block_names: tuple[str, ...]
    block_hours: FloatArray
    """[h, B]"""
    year_factor: FloatArray
    """Of a cost spread over a year [1, D x Y]."""
    start_factor: FloatArray
    """Of a cost at the beginning of a year, and at the horizon's end [1, D x (Y + 1)]."""
    later_factor: FloatArray
    """Of a cost spread over each year after the horizon, as far as commitments reach [1, D x later]."""


def years_of(drawn: Drawn) -> Years:
    """As `roi.planning.horizon.calendar`, with the rate of every draw."""
    dates = calendar(drawn.scenario)
    years = range(dates.years)
    rate = drawn.figure(drawn.scenario.finance.discount_rate_per_year)
    later = [finance.year_factor(rate, dates.years + year) for year in range(len(dates.later_factor))]
    return Years(
        dates.years,
        dates.block_names,
        dates.block_hours,
        np.stack([finance.year_factor(rate, year) for year in years], axis=1),
        np.stack([finance.start_factor(rate, year) for year in range(dates.years + 1)], axis=1),
        np.stack(later, axis=1) if later else np.zeros((drawn.size, 0)),
    )


def growth(drawn: Drawn, change: Figure | None, years: int) -> FloatArray:
    """Amount of each year over that of year 0, (1 + change)^y [D x Y]."""
    return np.asarray((1.0 + drawn.optional(change)[:, None]) ** np.arange(years))


def price(drawn: Drawn, figure: Figure, change: Figure | None, years: int) -> FloatArray:
    """Money that changes from year to year [D x Y]."""
    return drawn.amount(figure)[:, None] * growth(drawn, change, years)
