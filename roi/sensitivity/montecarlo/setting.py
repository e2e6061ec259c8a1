"""Everything but the workloads in every draw: supplies, models, rates, and what a unit of a supply is worth."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any, TypeVar

import numpy as np

from roi.arrays import FloatArray
from roi.cost import change_of
from roi.fleet.unit_value import hour_cash, hour_kg, vintage_cash
from roi.fleet.vintages import lives_of
from roi.fleet.whole_units import UnitTerms, unit_terms
from roi.options.terms import Terms
from roi.planning.assemble import Present, supplies_today
from roi.planning.horizon import Calendar, calendar_at
from roi.sensitivity.montecarlo.drawn import Drawn
from roi.sensitivity.montecarlo.supplies import DrawnSupply, supplies_of
from roi.units import KG_PER_TONNE, MONTHS_PER_YEAR

DRAWS_AT_ONCE = 10_000
"""Draws of which all supplies are held at once: some hundreds of numbers each."""


@dataclass(frozen=True, eq=False)
class Setting:
    """The scenario around its workloads, by draw."""

    drawn: Drawn
    present: Present
    dates: Calendar
    supplies: list[DrawnSupply]
    """In the scenario's order."""

    @cached_property
    def carbon_price(self) -> FloatArray:
        """Internal; it steers and is no cash [money/kgCO2e, D x 1]."""
        steering = self.drawn.scenario.limits.internal_carbon_price
        if steering is None:
            return np.zeros((self.drawn.size, 1))
        return self.drawn.amount(steering)[:, None] / KG_PER_TONNE

    @cached_property
    def demand_charge(self) -> FloatArray:
        """For the year's highest power of the site's own servers [money/kW, D x Y]."""
        scenario = self.drawn.scenario
        charge, change = scenario.site.demand_charge_per_kw_month, scenario.finance.escalation.electricity
        if charge is None:
            return np.zeros((self.drawn.size, self.dates.years))
        return self.drawn.price(charge, change, self.dates.years) * MONTHS_PER_YEAR

    @property
    def steers(self) -> bool:
        """Whether an internal carbon price steers."""
        return self.drawn.scenario.limits.internal_carbon_price is not None

    def model_value(self, models: Iterable[str]) -> FloatArray:
        """Taking up of models and their upkeep over all years, value today [money, D]."""
        found = np.zeros(self.drawn.size)
        for model in models:
            found = found + self.taking_up(model) + (self.upkeep(model) * self.dates.year_factor).sum(axis=1)
        return found

    def change(self, stream: str) -> FloatArray:
        """Price of a stream over today's [D x Y]."""
        change = change_of(stream, self.drawn.scenario.finance.escalation)
        return self.drawn.growth(change, self.dates.years)

    def upkeep(self, model: str) -> FloatArray:
        """Of a model kept [money/year, D x Y]."""
        scenario = self.drawn.scenario
        cost = scenario.cost_of_model(model)
        if cost is None:
            return np.zeros((self.drawn.size, self.dates.years))
        return self.drawn.price(cost.upkeep_per_year, scenario.finance.escalation.upkeep, self.dates.years)

    def taking_up(self, model: str) -> FloatArray:
        """Of a model; nothing where it is in operation today [money, D]."""
        cost = self.drawn.scenario.cost_of_model(model)
        if cost is None or model in self.present.models_today:
            return np.zeros(self.drawn.size)
        return self.drawn.amount(cost.migration)

    def part(self, start: int, stop: int) -> "Setting":
        """Some of the draws."""
        supplies = [_part(each, start, stop) for each in self.supplies]
        return Setting(self.drawn.part(start, stop), self.present, _part(self.dates, start, stop), supplies)


def settings_of(drawn: Drawn, present: Present) -> Iterator[Setting]:
    """The drawn scenario in blocks of draws, so that what a block needs is all that is held."""
    for start in range(0, drawn.size, DRAWS_AT_ONCE):
        yield setting_of(drawn.part(start, min(start + DRAWS_AT_ONCE, drawn.size)), present)


Columns = TypeVar("Columns", DrawnSupply, Calendar, Terms[FloatArray])


def _part(columns: Columns, start: int, stop: int) -> Columns:
    """Some of the draws of everything that has them on its first axis."""
    changed: dict[str, Any] = {}
    for each in fields(columns):
        value = getattr(columns, each.name)
        if isinstance(value, np.ndarray) and value.ndim and each.name not in ("block_hours", "existing"):
            changed[each.name] = value[start:stop]
        elif isinstance(value, Terms):
            changed[each.name] = _part(value, start, stop)
    return replace(columns, **changed)


def setting_of(drawn: Drawn, present: Present) -> Setting:
    """The drawn scenario, with models in operation and idle power as profiles give it."""
    rate = drawn.figure(drawn.scenario.finance.discount_rate_per_year)
    dates = calendar_at(drawn.scenario, rate)
    supplies = supplies_of(drawn, dates, present.idle_power_w, supplies_today(drawn.scenario))
    return Setting(drawn, present, dates, supplies)


@dataclass(frozen=True, eq=False)
class Priced:
    """A supply's units: what they are worth with the internal carbon price, and in cash; what they emit."""

    steering: UnitTerms
    cash: UnitTerms
    hour_kg: FloatArray
    """Waiting and making of a paid hour; NaN where it is not disclosed [kgCO2e/h, D x Y]."""
    alive_kg: FloatArray
    """Making, of a year of a bought or committed unit [kgCO2e/year, D]."""
    market_hour_kg: FloatArray
    """[kgCO2e/h, D x Y]"""


def units_of(setting: Setting, supply: DrawnSupply) -> Priced:
    """Of the units of one supply."""
    dates, alive_kg = setting.dates, supply.embodied_kg_per_unit_year
    by_hour = hour_kg(supply, supply.grid_kg_per_kwh)
    cash = unit_terms(
        supply,
        dates.block_hours,
        dates.year_factor,
        hour_value=hour_cash(supply) * dates.year_factor[..., None],
        vintage_value=vintage_cash(supply, dates.year_factor, dates.start_factor, dates.later_factor),
        power_price=supply.max_kw_per_unit[:, None] * setting.demand_charge,
    )
    if not setting.steers:
        steering = cash
    else:
        weight = setting.carbon_price * dates.year_factor
        made = np.einsum(
            "dyv,dy->dv",
            lives_of(dates.years, supply.life_years),
            np.nan_to_num(alive_kg)[:, None] * weight,
        )
        steering = replace(
            cash,
            hour_value=cash.hour_value + (np.nan_to_num(by_hour) * weight)[..., None],
            vintage_value=cash.vintage_value + made,
        )
    return Priced(steering, cash, by_hour, alive_kg, hour_kg(supply, supply.market_kg_per_kwh))
