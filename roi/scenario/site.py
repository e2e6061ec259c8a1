"""Where owned hardware stands: country, tariff, power."""

import math
from typing import Self

from pydantic import model_validator

from roi.figure import (
    BlockPricePerKwh,
    CarbonPerKwh,
    Country,
    Figure,
    GridZone,
    HoursPerYear,
    Input,
    Kilowatts,
    Name,
    PricePerKwh,
    PricePerKwMonth,
    Pue,
    Rate,
)
from roi.texts.messages import Message
from roi.units import HOURS_PER_YEAR


def hold_one_grid_intensity(grid_zone: str | None, grid_intensity: Figure | None) -> None:
    """Refuse a place that names a zone and also states an intensity: one of the two would do nothing.

    Raises
    ------
    ValueError
        When both are given.
    """
    if grid_zone is not None and grid_intensity is not None:
        raise ValueError(Message("fault.two_intensities"))


HOURS_TOLERANCE = 0.01
"""By how much typed hours may miss the year [h]."""


class TimeBlock(Input):
    """A part of the year with its own tariff: a season, a time of day, or both."""

    name: Name
    """How it is called."""
    hours_per_year: HoursPerYear
    """Hours of it in a year."""
    electricity_price: BlockPricePerKwh | None = None
    """Price of a kilowatt-hour in it, which may be negative; the site's when left out."""


class Site(Input):
    """Where owned hardware stands."""

    country: Country
    """Country of the site, ISO 3166 alpha-3; it selects the grid intensity."""
    grid_zone: GridZone | None = None
    """Zone of the country's grid, such as `tokyo` in JPN, whose own factor then counts; the whole country when left
    out."""
    electricity_price: PricePerKwh | None = None
    """All-in price of a kilowatt-hour, without the demand charge; needed as soon as a supply is `own`."""
    pue: Pue
    """Facility energy over IT energy."""
    grid_intensity: CarbonPerKwh | None = None
    """Location-based intensity, on the basis that you know; when left out the cited one of the zone or country,
    of the latest year up to the price year."""
    market_grid_intensity: CarbonPerKwh | None = None
    """Market-based intensity of the supply contract, shown beside the location-based one; without it nothing
    market-based is stated."""
    grid_intensity_change_per_year: Rate | None = None
    """Change of the grid intensity, location-based and market-based, of every place from year to year; it stays
    the same when left out."""
    demand_charge_per_kw_month: PricePerKwMonth | None = None
    """Charge for the highest power of the site's own servers; none when left out."""
    site_power_kw: Kilowatts | None = None
    """Most power that the site can give to the servers; no limit when left out."""
    time_blocks: tuple[TimeBlock, ...] = ()
    """Parts of the year with a tariff of their own; one block of 8760 hours when left out."""

    @property
    def reads_power(self) -> bool:
        """Whether anything reads what own servers draw at full load: a charge for power, or a limit of it."""
        return self.demand_charge_per_kw_month is not None or self.site_power_kw is not None

    @model_validator(mode="after")
    def _one_grid_intensity(self) -> Self:
        hold_one_grid_intensity(self.grid_zone, self.grid_intensity)
        return self

    @model_validator(mode="after")
    def _blocks_fill_the_year(self) -> Self:
        names = [block.name for block in self.time_blocks]
        if len(set(names)) != len(names):
            raise ValueError(Message("fault.block_twice"))
        hours = math.fsum(block.hours_per_year.value for block in self.time_blocks)
        if names and abs(hours - HOURS_PER_YEAR) > HOURS_TOLERANCE:
            raise ValueError(Message("fault.block_hours", hours=hours))
        return self
