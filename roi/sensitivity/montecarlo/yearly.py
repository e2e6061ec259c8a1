"""Amounts that change from year to year, in every draw."""

from dataclasses import dataclass

import numpy as np

from roi.arrays import FloatArray, IntArray
from roi.figure import Figure
from roi.planning.horizon import calendar
from roi.sensitivity.montecarlo.drawn import Drawn
from roi.units import MONTHS_PER_YEAR


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
    per_year = np.log1p(drawn.figure(drawn.scenario.finance.discount_rate_per_year))[:, None]
    later = dates.years + np.arange(len(dates.later_factor))
    return Years(
        dates.years,
        dates.block_names,
        dates.block_hours,
        _spread(per_year, np.arange(dates.years)),
        np.exp(-per_year * np.arange(dates.years + 1)),
        _spread(per_year, later),
    )


def _spread(log_rate: FloatArray, years: IntArray) -> FloatArray:
    """A twelfth at the end of each month, as `roi.finance.year_factor` [1, D x years]."""
    ends = np.arange(1, 13) / MONTHS_PER_YEAR
    return np.asarray(np.exp(-log_rate * years) * np.exp(-log_rate * ends).mean(axis=1, keepdims=True))


def growth(drawn: Drawn, change: Figure | None, years: int) -> FloatArray:
    """Amount of each year over that of year 0, (1 + change)^y [D x Y]."""
    return np.asarray((1.0 + drawn.optional(change)[:, None]) ** np.arange(years))


def price(drawn: Drawn, figure: Figure, change: Figure | None, years: int) -> FloatArray:
    """Money that changes from year to year [D x Y]."""
    return drawn.amount(figure)[:, None] * growth(drawn, change, years)
