"""What each configuration costs as the only source of its workload on one supply, for many at once.

It only sorts: what comes out cheapest is judged whole by `moving`.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from roi.verify.case import Case, Work
from roi.verify.discounting import MONTHS
from roi.verify.doing import Asked, Units, alive, model_of
from roi.verify.figures import BoolArray, FloatArray, number
from roi.verify.money import committed, price_of
from roi.verify.requests import Requests
from roi.verify.scheduling import filled, units_for
from roi.verify.supplies import SECONDS, YEAR_H, Supply

CHUNK = 1_000_000
"""Numbers of one array that are held at once."""

Limited = tuple[FloatArray, FloatArray | float | None]
"""What is used [N x Y or 1], and the most that may be; None without a limit."""


def steering_alone(asked: Asked, work: Work, place: int, each: Requests) -> FloatArray:
    """Value today of all cash and of the internal carbon price; infinite where it cannot be done or breaks a limit
    [money, N]."""
    case, count = asked.case, len(each.images)
    size = max(1, CHUNK // (case.years * len(case.block_h)))
    parts = [np.arange(count)[start : start + size] for start in range(0, count, size)]
    found = [_Alone(asked, work, place, each.picked(part)).steering for part in parts]
    return np.concatenate([np.zeros(0), *found])


def placed(
    case: Case, work: Work, supply: Supply, each: Requests, paid_h: FloatArray, busy_h: FloatArray
) -> FloatArray:
    """Requests by year and block where each serves all of the workload, beside other work on the supply
    [N x Y x B]."""
    counted = np.ones_like(each.deliver) if work.fallback is not None else each.deliver
    yearly = work.wanted / counted[:, None]
    if not work.waits:
        return np.asarray(yearly[..., None] * work.block_share)
    if supply.kind == "api":
        return np.asarray(yearly[..., None] * (np.arange(len(case.block_h)) == 0))
    by_block = filled(case, supply, each.board_s[:, None] / SECONDS * yearly, paid_h, busy_h)
    return np.asarray(by_block / (each.board_s[:, None, None] / SECONDS))


@dataclass(frozen=True, eq=False)
class _Alone:
    asked: Asked
    work: Work
    place: int
    each: Requests

    @property
    def steering(self) -> FloatArray:
        case = self.case
        today = (self.running + case.carbon_price * self.kg) @ case.spread + self.once + self.fetched
        return np.where(self.possible & np.isfinite(today), today, np.inf)

    @property
    def case(self) -> Case:
        return self.asked.case

    @property
    def supply(self) -> Supply:
        return self.case.supplies[self.place]

    @cached_property
    def made(self) -> FloatArray:
        none = np.zeros((self.case.years, len(self.case.block_h)))
        return placed(self.case, self.work, self.supply, self.each, none, none)

    @cached_property
    def yearly(self) -> FloatArray:
        return np.asarray(self.made.sum(axis=2))

    @cached_property
    def busy_h(self) -> FloatArray:
        return np.asarray(self.made * self.each.board_s[:, None, None] / SECONDS)

    @cached_property
    def units(self) -> Units | None:
        if not self.supply.in_units:
            return None
        pressing = 0.0 if self.work.waits else self.work.peak
        return units_for(
            self.case, self.supply, self.busy_h, self.busy_h * pressing, np.zeros(self.yearly.shape)
        )

    @cached_property
    def idle_kwh(self) -> FloatArray:
        """[kWh, N x Y x B]"""
        idle = self.asked.idle_kw[self.place]
        if self.units is None:
            return np.zeros_like(self.busy_h)
        return np.asarray(
            (np.nan if idle is None else idle) * (self.supply.boards * self.units.hours - self.busy_h)
        )

    @cached_property
    def energy_kwh(self) -> FloatArray:
        """[kWh, N x Y x B]"""
        return np.asarray(self.made * self.each.energy_kwh[:, None, None] + self.idle_kwh)

    @cached_property
    def running(self) -> FloatArray:
        """Running cash at the prices of its year [money, N x Y]."""
        case, supply, units = self.case, self.supply, self.units
        found = self._by_request
        if supply.owned:
            found = found + (self.idle_kwh * case.kwh_price).sum(axis=2)
        if units is not None and supply.kind == "hour":
            found = found + supply.price * case.price_of["rent"] * units.hours.sum(axis=2)
        if units is not None and supply.kind == "own":
            found = found + supply.yearly * case.price_of["upkeep"] * units.units
            found = found + (units.powered * self.unit_kw).max(axis=2) * case.kw_price
        return found + self._committed[0] + np.outer(self._models[:, 1], case.price_of["upkeep"])

    @cached_property
    def _by_request(self) -> FloatArray:
        """What of it requests cost [money, N x Y]."""
        case = self.case
        found = np.zeros_like(self.yearly)
        for stream, amounts in self.each.money.items():
            found += amounts[:, None] * self.yearly * price_of(case, stream)
        if self.supply.owned:
            found += (self.made * self.each.energy_kwh[:, None, None] * case.kwh_price).sum(axis=2)
        return found

    @property
    def unit_kw(self) -> float:
        """Highest power of a unit, where it counts [kW]."""
        case, supply = self.case, self.supply
        counts = np.any(case.kw_price) or number(case.scenario["site"], "site_power_kw") is not None
        if not counts or supply.kind != "own":
            return 0.0
        return (np.nan if supply.max_kw is None else supply.max_kw) * supply.place.pue

    @cached_property
    def kg(self) -> FloatArray:
        """Location-based, making included [kgCO2e, N x Y]."""
        return self.electricity_kg(self.supply.place.grid_kg) + self.made_kg

    def electricity_kg(self, intensity: float | None) -> FloatArray:
        """At an intensity of today [kgCO2e, N x Y]."""
        return self._at_grid(self.energy_kwh.sum(axis=2), intensity)

    def _at_grid(self, kwh: FloatArray, intensity: float | None) -> FloatArray:
        return np.where(
            kwh == 0.0, 0.0, kwh * (np.nan if intensity is None else intensity) * self.case.grid_change
        )

    @cached_property
    def made_kg(self) -> FloatArray:
        """Making [kgCO2e, N x Y]."""
        supply, units = self.supply, self.units
        if units is None:
            return np.asarray(np.nan_to_num(self.each.made_kg)[:, None] * self.yearly)
        yearly = (supply.made_kg or 0.0) * supply.boards / supply.made_over_years
        if not supply.held:
            return np.asarray(units.hours.sum(axis=2) * yearly / YEAR_H)
        return alive(supply, units.bought) * yearly

    @cached_property
    def once(self) -> FloatArray:
        """What the capital budget limits, value today [money, N]."""
        return self._once(self.case.start[:-1])

    def _once(self, factor: FloatArray) -> FloatArray:
        found = self.supply.opening + self._models[:, 0]
        if self.units is not None and self.supply.kind == "own":
            found = found + self.units.bought @ (self._unit_price * factor)
        return np.asarray(found)

    @property
    def _unit_price(self) -> FloatArray:
        return np.asarray(self.supply.capital * self.case.compounded(self.supply.capital_change))

    @cached_property
    def fetched(self) -> FloatArray:
        """What units fetch (negative), and what is owed after the horizon, value today [money, N]."""
        case, supply, units = self.case, self.supply, self.units
        found = np.asarray(self._committed[1] * case.start[-1])
        if units is None or supply.kind != "own":
            return found
        ends = np.minimum(np.arange(case.years) + supply.whole_life, case.years)
        left = self._unit_price * supply.left_by_year(case.years) * case.start[ends]
        return np.asarray(found - units.bought @ left)

    @cached_property
    def _committed(self) -> tuple[FloatArray, FloatArray]:
        """Rent of commitments [money, N x Y], and what is owed when the horizon ends [money, N]."""
        if self.units is None or self.supply.kind != "reserved":
            return np.zeros_like(self.yearly), np.zeros(len(self.yearly))
        signed = self.supply.price * YEAR_H * self.case.price_of["rent"] * self.units.bought
        return committed(self.case, signed, self.supply.whole_life)

    @cached_property
    def _models(self) -> FloatArray:
        """Taking up and yearly upkeep of each model [money, N x 2]."""
        known = {place: self._model_cost(place) for place in set(self.each.run.tolist())}
        return np.array([known[place] for place in self.each.run.tolist()]).reshape(-1, 2)

    def _model_cost(self, place: int) -> tuple[float, float]:
        model = model_of(self.supply, None if place < 0 else self.asked.runs[place])
        taking, yearly = self.case.model_cost(model)
        return 0.0 if model in self.asked.models_today else taking, yearly

    @property
    def possible(self) -> BoolArray:
        """Whether there are units enough and no limit is exceeded [N]."""
        limited = (*self._budgets(), *self._emissions(), *self._site_and_shares())
        found = np.ones(len(self.yearly), dtype=np.bool_)
        for used, most in (*limited, (self.at_once, self.supply.units_max)):
            if most is not None:
                found &= np.all(used <= most, axis=1)
        return found

    def _budgets(self) -> list[Limited]:
        limits, money = self.case.limits, self.case.money
        once, more = self._once(np.ones(self.case.years))[:, None], self.work.peak - 1.0
        return [
            ((self.running + more * self._by_request) / MONTHS, money.amount(limits, "budget_per_month")),
            (self.running, money.amount(limits, "opex_budget_per_year")),
            (once, money.amount(limits, "capex_budget")),
        ]

    def _emissions(self) -> list[Limited]:
        limits, carbon_max = self.case.limits, self.work.carbon_max
        market = number(limits, "market_carbon_cap_per_year")
        more_kwh = (self.work.peak - 1.0) * self.each.energy_kwh[:, None] * self.yearly
        more_kg = self._at_grid(more_kwh, self.supply.place.grid_kg)
        return [
            (self.kg, None if carbon_max is None else carbon_max * self.work.wanted),
            ((self.kg + more_kg) / MONTHS, number(limits, "carbon_cap_per_month")),
            (self.kg, number(limits, "carbon_cap_per_year")),
            (self.electricity_kg(self.supply.place.market_kg) + self.made_kg, market),
        ]

    @property
    def at_once(self) -> FloatArray:
        """Units that are there, or whose hours are used, at once [N x Y]."""
        if self.units is None:
            room = self.supply.boards * self.supply.load * self.case.block_h
            return np.asarray((self.busy_h * self.work.peak / room).max(axis=2))
        return np.asarray(self.units.powered.max(axis=2))

    def _site_and_shares(self) -> list[Limited]:
        limits, whole = self.case.limits, np.ones((len(self.yearly), 1))
        found: list[Limited] = []
        if self.units is not None and self.supply.kind == "own":
            site = number(self.case.scenario["site"], "site_power_kw")
            found.append(((self.units.powered * self.unit_kw).max(axis=2), site))
        if self.supply.vendor is not None:
            found.append((whole, number(limits, "vendor_share_max")))
        if self.supply.spot:
            found.append((whole, number(limits, "spot_share_max")))
        return found
