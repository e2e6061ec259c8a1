"""The years and parts of the year over which a plan looks, and what a change from year to year makes of a price."""

from dataclasses import dataclass

import numpy as np

from roi.arrays import FloatArray
from roi.errors import RoiError
from roi.figure import Figure
from roi.finance import discounting
from roi.numbers import Column
from roi.scenario.document import Scenario
from roi.scenario.supply import Rent
from roi.scenario.workload import Workload
from roi.texts.messages import Message, at
from roi.units import HOURS_PER_YEAR

WHOLE_YEAR = "year"
"""Name of the one block where the site states none."""


@dataclass(frozen=True, eq=False)
class Calendar:
    """Years, blocks and their values today: of a plan, or in every draw, whose axis then comes first."""

    years: int
    block_names: tuple[str, ...]
    block_hours: FloatArray
    """[h, B]"""
    year_factor: FloatArray
    """Of a cost spread over a year [1, Y]."""
    start_factor: FloatArray
    """Of a cost at the beginning of a year, and at the horizon's end [1, Y + 1]."""
    later_factor: FloatArray
    """Of a cost spread over each year after the horizon, as far as commitments reach [1, later]."""


def calendar(scenario: Scenario) -> Calendar:
    """Years and blocks of the scenario.

    Raises
    ------
    RoiError
        When the horizon is no whole number of years.
    """
    return calendar_at(scenario, scenario.finance.discount_rate_per_year.value)


def calendar_at(scenario: Scenario, rate: Column) -> Calendar:
    """The same at another discount rate, or at that of every draw."""
    years, blocks = whole_years(scenario), scenario.site.time_blocks
    rented = (each for each in scenario.supplies if isinstance(each, Rent))
    longest = max((each.commitment_years or 0 for each in rented), default=0)
    later = [discounting.year_factor(rate, years + year) for year in range(longest)]
    return Calendar(
        years=years,
        block_names=tuple(block.name for block in blocks) or (WHOLE_YEAR,),
        block_hours=np.array([block.hours_per_year.value for block in blocks] or [HOURS_PER_YEAR]),
        year_factor=np.stack([discounting.year_factor(rate, year) for year in range(years)], axis=-1),
        start_factor=np.stack([discounting.start_factor(rate, year) for year in range(years + 1)], axis=-1),
        later_factor=np.stack(later, axis=-1) if later else np.zeros((*np.shape(rate), 0)),
    )


def whole_years(scenario: Scenario) -> int:
    """Horizon of the scenario [year].

    Raises
    ------
    RoiError
        When it is no whole number of years.
    """
    horizon = scenario.finance.horizon_years.value
    if horizon != round(horizon) or horizon < 1:
        sentence = Message("planning.whole_years", given=f"{horizon:g}", years=max(1, round(horizon)))
        raise RoiError(at("finance.horizon_years", sentence))
    return round(horizon)


def growth(change_per_year: Figure | None, years: int) -> FloatArray:
    """Amount of each year over that of year 0; 1 without a change [1, Y]."""
    return growth_at(0.0 if change_per_year is None else change_per_year.value, years)


def growth_at(change_per_year: float | FloatArray, years: int) -> FloatArray:
    """Amount of each year over that of year 0: (1 + change)^y [1, Y, or D x Y for draws]."""
    return np.asarray((1.0 + np.asarray(change_per_year)[..., None]) ** np.arange(years))


def share_by_block(workload: Workload, dates: Calendar) -> FloatArray:
    """Share of a year's pictures asked for in each block; all in the first where work may wait [1, B]."""
    if workload.deferrable:
        return np.asarray(np.arange(len(dates.block_names)) == 0, dtype=np.float64)
    if not workload.share_by_block:
        return np.asarray(dates.block_hours / dates.block_hours.sum())
    shares = np.array([workload.share_by_block.get(name, 0.0) for name in dates.block_names])
    return np.asarray(shares / shares.sum())
