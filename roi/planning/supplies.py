"""The scenario's supplies as the fleet programme sees them: paid by use, or in whole units.

They are built once, over who says what figures are (`Ahead`): the values with the drawn worlds of a plan, or all
draws of a simulation.
"""

from dataclasses import dataclass
from typing import Any, Generic, Protocol

import numpy as np

from roi.arrays import FloatArray
from roi.figure import Figure
from roi.footprint import embodied_kg_co2e_per_year, facility_kw
from roi.numbers import Number, floor, larger
from roi.options.terms import Figures, Terms, Values, machine_terms
from roi.planning.horizon import Calendar, growth
from roi.planning.worlds import Worlds
from roi.scenario import effective
from roi.scenario.document import Scenario
from roi.scenario.supply import Api, Own, Rent
from roi.units import HOURS_PER_YEAR

AnySupply = Rent | Own | Api


def is_by_use(supply: AnySupply) -> bool:
    """Whether a supply is paid by use: an API, rent by the second, an own server that other work fills."""
    if isinstance(supply, Rent):
        return supply.billing == "second"
    return isinstance(supply, Api) or supply.shared


def units_there(supply: Rent | Own) -> int | None:
    """Most units to be had; of a server that is already paid for those that stand there, one when left out."""
    sunk = isinstance(supply, Own) and supply.sunk
    return (supply.units_max or 1) if sunk else supply.units_max


def unit_life_years(read: Figures[Number], supply: Own) -> Number:
    """Whole years for which a server works: part of a year is not counted on."""
    return larger(1.0 + read.optional(None), floor(read.figure(effective.lifetime_years(supply))))


def vendor_names(scenario: Scenario) -> tuple[str, ...]:
    """Vendors of rented machines and services; own servers have none."""
    return tuple(sorted({each.vendor for each in scenario.supplies if not isinstance(each, Own)}))


class Ahead(Protocol[Number]):
    """The years that a plan looks ahead, and what is paid in them; W is a drawn world, or a draw."""

    @property
    def read(self) -> Figures[Number]:
        """Figures at today's prices."""
        ...

    @property
    def years(self) -> int:
        """Y."""
        ...

    @property
    def worlds(self) -> int:
        """W."""
        ...

    @property
    def block_hours(self) -> FloatArray:
        """[h, B]"""
        ...

    def price(self, figure: Figure, change: Figure | None) -> FloatArray:
        """Money that may be drawn, at the prices of each year [W x Y]."""
        ...

    def steady(self, amount: Number, change: Figure | None = None) -> FloatArray:
        """What is not drawn in a plan's worlds, in each year [Y, or D x Y]."""
        ...

    def whole(self, number: Number) -> Any:
        """A whole number as one [int, or D of them]."""
        ...


@dataclass(frozen=True, eq=False)
class Planned:
    """Values, and the drawn worlds of a plan."""

    scenario: Scenario
    dates: Calendar
    futures: Worlds

    @property
    def read(self) -> Values:
        """Figures at today's prices."""
        return Values(self.scenario)

    @property
    def years(self) -> int:
        """Y."""
        return self.dates.years

    @property
    def worlds(self) -> int:
        """W."""
        return self.futures.count

    @property
    def block_hours(self) -> FloatArray:
        """[h, B]"""
        return self.dates.block_hours

    def price(self, figure: Figure, change: Figure | None) -> FloatArray:
        """Money at the prices of each year [W x Y]."""
        drawn = self.scenario.amount(figure) * self.futures.of(figure)
        return np.outer(drawn, growth(change, self.years))

    def steady(self, amount: float, change: Figure | None = None) -> FloatArray:
        """The same in every world [Y]."""
        return amount * growth(change, self.years)

    def whole(self, number: float) -> int:
        """A whole number as one."""
        return int(number)


@dataclass(frozen=True, eq=False)
class FleetBuilder(Generic[Number]):
    """Builds supplies: the fields of a `FleetSupply`, each a number or a column as `ahead` reads them."""

    ahead: Ahead[Number]
    in_use: frozenset[str]
    """Supplies that baselines use today: they are open already."""

    @property
    def scenario(self) -> Scenario:
        """The one whose supplies are built."""
        return self.ahead.read.scenario

    def fields(self, supply: AnySupply, measured_idle_w: float | None) -> dict[str, Any]:
        """One supply; the idle power of its boards as it was measured is used where it states none."""
        found = self._common(supply)
        if isinstance(supply, Api):
            return found
        terms = machine_terms(self.ahead.read, supply)
        found |= self._place(terms)
        if isinstance(supply, Own):
            found |= {"at_site": True, "electricity_price": self._electricity_price()}
        if is_by_use(supply):
            return found | {"units_max": units_there(supply)}
        found |= self._unit(supply, terms, measured_idle_w)
        return found | (
            self._rented(supply, terms) if isinstance(supply, Rent) else self._owned(supply, terms)
        )

    def _common(self, supply: AnySupply) -> dict[str, Any]:
        """What every supply has; the arrays in their shapes, so that none is broadcast by chance."""
        read, blocks = self.ahead.read, len(self.ahead.block_hours)
        nothing = read.optional(None)
        yearly = self.ahead.steady(nothing)
        drawn: FloatArray = np.zeros((self.ahead.worlds, self.ahead.years))
        new = supply.opening_cost is not None and supply.name not in self.in_use
        return {
            "name": supply.name,
            "vendor": -1 if isinstance(supply, Own) else vendor_names(self.scenario).index(supply.vendor),
            "kind": "by_use",
            "spot": isinstance(supply, Rent) and supply.term == "spot",
            "load_max": 1.0 + nothing,
            "opening_cost": read.amount(supply.opening_cost) if new and supply.opening_cost else nothing,
            "hour_price": drawn,
            "year_price": drawn,
            "commitment_price": drawn,
            "electricity_price": np.zeros((*drawn.shape, blocks)),
            "buy_price": yearly,
            "residual": yearly,
            "life_years": self.ahead.whole(1.0 + nothing),
            "existing": np.zeros(self.ahead.years, dtype=np.int64),
            "idle_kw_per_board": nothing,
            "max_kw_per_unit": nothing,
            "grid_kg_per_kwh": yearly,
            "market_kg_per_kwh": yearly,
            "embodied_kg_per_unit_hour": nothing,
            "embodied_kg_per_unit_year": nothing,
        }

    def _place(self, terms: Terms[Number]) -> dict[str, Any]:
        """Boards, and the grid where they stand: it changes alike everywhere."""
        change = self.scenario.site.grid_intensity_change_per_year
        location = self.ahead.steady(terms.grid_intensity_kg_co2e_per_kwh, change)
        market = terms.market_grid_intensity_kg_co2e_per_kwh
        return {
            "boards": terms.gpu_count,
            "load_max": terms.utilization_fraction,
            "grid_kg_per_kwh": location,
            "market_kg_per_kwh": np.full_like(location, np.nan)
            if market is None
            else self.ahead.steady(market, change),
        }

    def _unit(
        self, supply: Rent | Own, terms: Terms[Number], measured_idle_w: float | None
    ) -> dict[str, Any]:
        """What whole units have, rented or owned."""
        idle_w = _idle_w(self.ahead.read, supply, measured_idle_w) + terms.host_power_w_per_gpu
        return {
            "units_max": supply.units_max,
            "idle_kw_per_board": facility_kw(idle_w, terms.pue),
            "swap_board_s_per_day": _swap_s_per_day(supply),
        }

    def _rented(self, supply: Rent, terms: Terms[Number]) -> dict[str, Any]:
        """By the hour, or by a commitment: every year of it at the price of the year in which it is signed."""
        hour_price = self.ahead.price(supply.price_per_h, self.scenario.finance.escalation.rent)
        embodied_kg_per_year = self._embodied_kg_per_year(terms, terms.lifetime_years)
        if supply.term == "reserved":
            nothing = self.ahead.read.optional(None)
            return {
                "kind": "reserved",
                "commitment_price": hour_price * HOURS_PER_YEAR,
                "life_years": self.ahead.whole((supply.commitment_years or 1) + nothing),
                "embodied_kg_per_unit_year": embodied_kg_per_year,
            }
        hours = self.ahead.block_hours
        return {
            "kind": "on_demand",
            "hour_price": hour_price,
            "whole_hours": bool(np.all(hours == np.round(hours))),
            "embodied_kg_per_unit_hour": embodied_kg_per_year / HOURS_PER_YEAR,
        }

    def _owned(self, supply: Own, terms: Terms[Number]) -> dict[str, Any]:
        """Bought and kept; of a server that is already paid for there are `units_max`, else one, and no more."""
        ahead, read, upkeep = self.ahead, self.ahead.read, self.scenario.finance.escalation.upkeep
        price = ahead.steady(read.amount(supply.capex), supply.capex_change_per_year)
        life = unit_life_years(read, supply)
        left = _left_fraction(ahead.steady(terms.residual_fraction), ahead.steady(life), ahead.years)
        there = (units_there(supply) or 0) if supply.sunk else 0
        return {
            "kind": "own",
            "buy_price": price,
            "residual": price * left,
            "life_years": ahead.whole(life),
            "existing": np.full(ahead.years, there, dtype=np.int64),
            "units_max": units_there(supply),
            "year_price": ahead.price(supply.upkeep_per_year, upkeep)
            + ahead.price(supply.space_per_year, upkeep),
            "max_kw_per_unit": self._max_kw(supply, terms),
            "embodied_kg_per_unit_year": self._embodied_kg_per_year(terms, life),
        }

    def _embodied_kg_per_year(self, terms: Terms[Number], years: Number) -> Number:
        """Making of a whole unit over so many years; NaN where nobody published it for the board [kgCO2e/year]."""
        made = terms.embodied_kg_co2e_per_gpu
        known = np.nan + 0.0 * terms.pue if made is None else made
        return embodied_kg_co2e_per_year(known, terms.boards, years)

    def _max_kw(self, supply: Own, terms: Terms[Number]) -> Number:
        """Facility power at full load; 0 where nothing reads it: no charge for power and no limit of it."""
        read, site = self.ahead.read, self.scenario.site
        if not site.reads_power:
            return read.optional(None)
        if supply.max_power_kw is not None:
            return read.figure(supply.max_power_kw) * terms.pue
        board_w = effective.power_limit_w(supply) + terms.host_power_w_per_gpu
        return facility_kw(terms.boards * board_w, terms.pue)

    def _electricity_price(self) -> FloatArray:
        """Price of a kilowatt-hour at the site [money/kWh, W x Y x B]."""
        site, change = self.scenario.site, self.scenario.finance.escalation.electricity
        own = [block.electricity_price or site.electricity_price for block in site.time_blocks]
        figures = [each for each in own or [site.electricity_price] if each is not None]
        return np.stack([self.ahead.price(each, change) for each in figures], axis=2)


def _idle_w(read: Figures[Number], supply: Rent | Own, measured_w: float | None) -> Number:
    """Power of one board that is on and waits [W]."""
    given = supply.idle_power_w_per_gpu
    if given is not None:
        return read.figure(given)
    return effective.measured_or_missing_w(supply, measured_w) + read.optional(None)


def left_fraction(residual_fraction: Number, age_years: Number, life_years: Number) -> Number:
    """Of the price of a unit what is left at an age: it falls evenly from the price to the residual [1]."""
    return 1.0 - (1.0 - residual_fraction) * age_years / life_years


def _left_fraction(residual_fraction: FloatArray, life_years: FloatArray, years: int) -> FloatArray:
    """Of the price of a unit of each year, what is left at its end, or at the horizon's where that comes first.

    [1, Y]
    """
    age = np.minimum(life_years, years - np.arange(years))
    return left_fraction(residual_fraction, age, life_years)


def _swap_s_per_day(supply: Rent | Own) -> float:
    if supply.model_swap_s is None or supply.model_swaps_per_day is None:
        return 0.0
    return supply.model_swap_s.value * supply.model_swaps_per_day.value
