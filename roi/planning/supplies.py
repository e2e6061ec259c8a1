"""The scenario's supplies as the fleet programme sees them: paid by use, or in whole units."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from roi.arrays import FloatArray
from roi.figure import Figure
from roi.fleet.problem import FleetSupply, SupplyKind
from roi.options.terms import MachineTerms, Values, machine_terms
from roi.planning.horizon import Calendar, growth
from roi.planning.worlds import Worlds
from roi.scenario import effective
from roi.scenario.document import Scenario
from roi.scenario.supply import Api, Own, Rent
from roi.units import HOURS_PER_YEAR, WATTS_PER_KW

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


def unit_life_years(supply: Own) -> int:
    """Whole years for which a server works: part of a year is not counted on."""
    return max(1, int(effective.lifetime_years(supply).value))


def vendor_names(scenario: Scenario) -> tuple[str, ...]:
    """Vendors of rented machines and services; own servers have none."""
    return tuple(sorted({each.vendor for each in scenario.supplies if not isinstance(each, Own)}))


@dataclass(frozen=True, eq=False)
class FleetBuilder:
    """Builds the programme's supplies."""

    scenario: Scenario
    dates: Calendar
    worlds: Worlds
    in_use: frozenset[str]
    """Supplies that baselines use today: they are open already."""

    def supply(self, supply: AnySupply, measured_idle_w: float | None) -> FleetSupply:
        """One supply; the idle power of its boards as it was measured is used where it states none."""
        common = self._common(supply)
        if isinstance(supply, Api):
            return FleetSupply(**common)
        terms = machine_terms(Values(self.scenario), supply)
        common |= self._place(terms)
        if isinstance(supply, Own):
            common |= {"at_site": True, "electricity_price": self._electricity_price()}
        if is_by_use(supply):
            return FleetSupply(**common, units_max=units_there(supply))
        common |= self._unit(supply, terms, measured_idle_w)
        common |= self._rented(supply, terms) if isinstance(supply, Rent) else self._owned(supply, terms)
        return FleetSupply(**common)

    def _common(self, supply: AnySupply) -> dict[str, Any]:
        """What every supply has; the arrays in their shapes, so that none is broadcast by chance."""
        shape, years = (self.worlds.count, self.dates.years), self.dates.years
        opening = None if supply.name in self.in_use else supply.opening_cost
        return {
            "name": supply.name,
            "vendor": -1 if isinstance(supply, Own) else vendor_names(self.scenario).index(supply.vendor),
            "kind": "by_use",
            "spot": isinstance(supply, Rent) and supply.term == "spot",
            "opening_cost": 0.0 if opening is None else self.scenario.amount(opening),
            "hour_price": np.zeros(shape),
            "year_price": np.zeros(shape),
            "commitment_price": np.zeros(shape),
            "electricity_price": np.zeros((*shape, len(self.dates.block_names))),
            "buy_price": np.zeros(years),
            "residual": np.zeros(years),
            "existing": np.zeros(years, dtype=np.int64),
            "grid_kg_per_kwh": np.zeros(years),
            "market_kg_per_kwh": np.zeros(years),
        }

    def _place(self, terms: MachineTerms) -> dict[str, Any]:
        """Boards, and the grid where they stand: it changes alike everywhere."""
        change = growth(self.scenario.site.grid_intensity_change_per_year, self.dates.years)
        market = terms.market_grid_intensity_kg_co2e_per_kwh
        location = terms.grid_intensity_kg_co2e_per_kwh
        return {
            "boards": terms.gpu_count,
            "load_max": terms.utilization_fraction,
            "grid_kg_per_kwh": location * change,
            "market_kg_per_kwh": np.full(len(change), np.nan) if market is None else market * change,
        }

    def _unit(self, supply: Rent | Own, terms: MachineTerms, measured_idle_w: float | None) -> dict[str, Any]:
        """What whole units have, rented or owned."""
        idle_w = effective.idle_power_w_per_gpu(supply, measured_idle_w) + terms.host_power_w_per_gpu
        return {
            "units_max": supply.units_max,
            "idle_kw_per_board": idle_w / WATTS_PER_KW * terms.pue,
            "swap_board_s_per_day": _swap_s_per_day(supply),
        }

    def _rented(self, supply: Rent, terms: MachineTerms) -> dict[str, Any]:
        """By the hour, or by a commitment: every year of it at the price of the year in which it is signed."""
        escalated = growth(self.scenario.finance.escalation.rent, self.dates.years)
        drawn = self.worlds.of(supply.price_per_h, f"supplies.{supply.name}.price_per_h")
        hour_price = terms.price_per_h * np.outer(drawn, escalated)
        embodied_kg_per_h = _embodied_kg(terms) / (terms.lifetime_years * HOURS_PER_YEAR)
        if supply.term == "reserved":
            return {
                "kind": "reserved",
                "commitment_price": hour_price * HOURS_PER_YEAR,
                "life_years": supply.commitment_years,
                "embodied_kg_per_unit_year": embodied_kg_per_h * HOURS_PER_YEAR,
            }
        whole = bool(np.all(self.dates.block_hours == np.round(self.dates.block_hours)))
        return {
            "kind": "on_demand",
            "hour_price": hour_price,
            "whole_hours": whole,
            "embodied_kg_per_unit_hour": embodied_kg_per_h,
        }

    def _owned(self, supply: Own, terms: MachineTerms) -> dict[str, Any]:
        """Bought and kept; of a server that is already paid for there are `units_max`, else one, and no more."""
        kind: SupplyKind = "own"
        years, capex = self.dates.years, self.scenario.amount(supply.capex)
        price = capex * growth(supply.capex_change_per_year, years)
        life = unit_life_years(supply)
        upkeep = np.outer(self._drawn_upkeep(supply), growth(self.scenario.finance.escalation.upkeep, years))
        there = (units_there(supply) or 0) if supply.sunk else 0
        return {
            "kind": kind,
            "buy_price": price,
            "residual": price * _left_fraction(supply.residual_fraction.value, life, years),
            "life_years": life,
            "existing": np.full(years, there, dtype=np.int64),
            "units_max": units_there(supply),
            "year_price": upkeep,
            "max_kw_per_unit": self._max_kw(supply, terms),
            "embodied_kg_per_unit_year": _embodied_kg(terms) / terms.lifetime_years,
        }

    def _drawn_upkeep(self, supply: Own) -> FloatArray:
        """Upkeep and space of a year at today's prices by world [money/year, W]."""
        parts = {"upkeep_per_year": supply.upkeep_per_year, "space_per_year": supply.space_per_year}
        drawn = [
            self.scenario.amount(figure) * self.worlds.of(figure, f"supplies.{supply.name}.{name}")
            for name, figure in parts.items()
        ]
        return np.asarray(np.sum(drawn, axis=0))

    def _max_kw(self, supply: Own, terms: MachineTerms) -> float:
        """Facility power at full load; 0 where nothing reads it: no charge for power and no limit of it."""
        site = self.scenario.site
        if site.demand_charge_per_kw_month is None and site.site_power_kw is None:
            return 0.0
        return effective.max_power_kw(supply) * terms.pue

    def _electricity_price(self) -> FloatArray:
        """Price of a kilowatt-hour at the site [money/kWh, W x Y x B]."""
        site = self.scenario.site
        escalated = growth(self.scenario.finance.escalation.electricity, self.dates.years)
        own: list[Figure | None] = [block.electricity_price for block in site.time_blocks] or [None]
        found = []
        for name, price in zip(self.dates.block_names, own, strict=True):
            place = "site.electricity_price" if price is None else f"site.time_blocks.{name}"
            figure = price or site.electricity_price
            today = 0.0 if figure is None else self.scenario.amount(figure)
            found.append(today * np.outer(self.worlds.of(figure, place), escalated))
        return np.stack(found, axis=2)


def _embodied_kg(terms: MachineTerms) -> float:
    """Making of a whole unit; NaN where nobody published the board's figure [kgCO2e]."""
    return (
        np.nan if terms.embodied_kg_co2e_per_gpu is None else terms.embodied_kg_co2e_per_gpu * terms.gpu_count
    )


def _swap_s_per_day(supply: Rent | Own) -> float:
    if supply.model_swap_s is None or supply.model_swaps_per_day is None:
        return 0.0
    return supply.model_swap_s.value * supply.model_swaps_per_day.value


def _left_fraction(residual_fraction: float, life_years: int, years: int) -> FloatArray:
    """Of the price of a unit of each year, what is left at its end, or at the horizon's where that comes first.

    In between the value falls evenly from the price to the residual [1, Y].
    """
    age = np.minimum(life_years, years - np.arange(years))
    return np.asarray(1.0 - (1.0 - residual_fraction) * age / life_years)
