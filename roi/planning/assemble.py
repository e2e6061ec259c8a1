"""Scenario and options -> the fleet programme."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from bench.profile import Profile
from roi.arrays import FloatArray
from roi.figure import Figure
from roi.fleet.problem import FleetProgramme, FleetRules, FleetSupply
from roi.options.price import Option
from roi.planning.candidates import by_name, candidates, stream_factors
from roi.planning.horizon import Calendar, calendar, growth, share_by_block
from roi.planning.supplies import FleetBuilder, Planned, vendor_names
from roi.planning.worlds import Worlds
from roi.scenario import effective
from roi.scenario.baseline import ExternalBaseline
from roi.scenario.document import Scenario
from roi.scenario.effective import resolved
from roi.scenario.supply import Api
from roi.units import KG_PER_TONNE, MONTHS_PER_YEAR


@dataclass(frozen=True)
class Present:
    """What is known beside the scenario."""

    models_today: tuple[str, ...] = ()
    """Models in operation today, which are taken up for nothing."""
    idle_power_w: Mapping[str, float] = field(default_factory=dict)
    """Power of one waiting board by supply, as profiles were measured [W]."""
    supplies_today: tuple[str, ...] = ()
    """Supplies that serve a workload today, also one that is not asked about: they are open already."""


def present_of(then: Sequence[Option], idle_power_w: Mapping[str, float]) -> Present:
    """Models and supplies of the baselines are in operation today."""
    models = sorted({option.offer.model_id for option in then})
    supplies = sorted({option.offer.supply for option in then})
    return Present(tuple(models), idle_power_w, tuple(supplies))


def idle_powers(scenario: Scenario, profiles: Sequence[Profile]) -> dict[str, float]:
    """Power of one waiting board by supply, where profiles of its board give it [W]."""
    found = {
        supply.name: effective.measured_idle_power_w(supply, profiles)
        for supply in scenario.supplies
        if not isinstance(supply, Api)
    }
    return {name: watts for name, watts in found.items() if watts is not None}


def programme(
    scenario: Scenario,
    options: Sequence[Option],
    present: Present | None = None,
    *,
    supplies: Sequence[str] | None = None,
    models: Sequence[str] | None = None,
    limited: bool = True,
) -> FleetProgramme:
    """The options, in their order, with the scenario's supplies, years, prices and limits.

    Parameters
    ----------
    present
        Models in operation and idle power as measured; when left out none, and that of the options' profiles.
    supplies, models
        Names in the programme's order; those that the options use, sorted, when left out.
    limited
        False without the company's limits, as things stand that are in operation already.

    Raises
    ------
    RoiError
        When the horizon is no whole number of years.
    MissingFigureError
        When a machine in whole units lacks its idle power, or its highest power where that counts.
    """
    whole = resolved(scenario)
    scenario, dates, worlds = whole.scenario, calendar(scenario), Worlds(whole)
    where = supplies or sorted({option.offer.supply for option in options})
    kept = models or sorted({option.offer.model_id for option in options})
    columns = candidates(scenario, options, kept, where)
    present = present or Present(idle_power_w=idle_powers(scenario, _profiles(options)))
    ahead = Planned(scenario, dates, worlds)
    return FleetProgramme(
        candidates=columns,
        supplies=_supplies(ahead, where, present),
        workload_names=tuple(workload.name for workload in by_name(scenario)),
        model_names=tuple(kept),
        vendor_names=vendor_names(scenario),
        block_names=dates.block_names,
        block_hours=dates.block_hours,
        world_probability=worlds.probability,
        demand=_demand(scenario, dates, worlds),
        demand_of_accepted=np.array([each.fallback_cost is None for each in by_name(scenario)]),
        deferrable=np.array([each.deferrable for each in by_name(scenario)]),
        peak_factor=_peak_factor(scenario),
        one_option=np.array([not each.mix for each in by_name(scenario)]),
        stream_factor=stream_factors(scenario, columns.stream, worlds, dates.years),
        year_factor=dates.year_factor,
        start_factor=dates.start_factor,
        later_factor=dates.later_factor,
        model_upkeep=_model_upkeep(scenario, kept, dates.years),
        model_migration=_model_migration(scenario, kept, present.models_today),
        demand_charge=_demand_charge(ahead),
        carbon_price=np.full(dates.years, _carbon_price(scenario)),
        carbon_max=_carbon_max(scenario) if limited else None,
        rules=_rules(scenario, dates.years) if limited else FleetRules(),
        **_risk(scenario),
    )


def supplies_today(scenario: Scenario) -> frozenset[str]:
    """Supplies that serve a workload today."""
    baselines = (workload.baseline for workload in scenario.workloads)
    return frozenset(
        each.supply for each in baselines if each is not None and not isinstance(each, ExternalBaseline)
    )


def _profiles(options: Sequence[Option]) -> list[Profile]:
    return [option.offer.profile for option in options if option.offer.profile is not None]


def _supplies(ahead: Planned, names: Sequence[str], present: Present) -> tuple[FleetSupply, ...]:
    scenario = ahead.scenario
    builder = FleetBuilder(ahead, supplies_today(scenario).union(present.supplies_today))
    named = {supply.name: supply for supply in scenario.supplies}
    return tuple(FleetSupply(**builder.fields(named[name], present.idle_power_w.get(name))) for name in names)


def _demand(scenario: Scenario, dates: Calendar, worlds: Worlds) -> FloatArray:
    """Accepted images, or requests where each ends with a picture [W x J x Y x B]."""
    found = []
    for workload in by_name(scenario):
        images = workload.images_per_month
        drawn = worlds.of(images)
        by_year = images.value * MONTHS_PER_YEAR * growth(workload.growth_per_year, dates.years)
        found.append(np.einsum("w,y,b->wyb", drawn, by_year, share_by_block(workload, dates)))
    return np.stack(found, axis=1)


def _peak_factor(scenario: Scenario) -> FloatArray:
    return np.array(
        [
            1.0 if each.deferrable or each.peak_factor is None else each.peak_factor.value
            for each in by_name(scenario)
        ]
    )


def _model_upkeep(scenario: Scenario, models: Sequence[str], years: int) -> FloatArray:
    costs = [scenario.cost_of_model(model) for model in models]
    today = np.array([0.0 if cost is None else scenario.amount(cost.upkeep_per_year) for cost in costs])
    return np.outer(today, growth(scenario.finance.escalation.upkeep, years))


def _model_migration(scenario: Scenario, models: Sequence[str], today: Sequence[str]) -> FloatArray:
    costs = [None if model in today else scenario.cost_of_model(model) for model in models]
    return np.array([0.0 if cost is None else scenario.amount(cost.migration) for cost in costs])


def _demand_charge(ahead: Planned) -> FloatArray:
    """Of a year by world; it changes as electricity does [money/kW, W x Y]."""
    charge = ahead.scenario.site.demand_charge_per_kw_month
    if charge is None:
        return np.zeros((ahead.worlds, ahead.years))
    return ahead.price(charge, ahead.scenario.finance.escalation.electricity) * MONTHS_PER_YEAR


def _carbon_price(scenario: Scenario) -> float:
    price = scenario.limits.internal_carbon_price
    return 0.0 if price is None else scenario.amount(price) / KG_PER_TONNE


def _carbon_max(scenario: Scenario) -> FloatArray | None:
    """Most emissions of one picture of each workload [kgCO2e/image, J]."""
    given = [each.carbon_max for each in by_name(scenario)]
    most = np.array([np.inf if each is None else each.value for each in given])
    return most if np.any(np.isfinite(most)) else None


def _rules(scenario: Scenario, years: int) -> FleetRules:
    limits = scenario.limits
    capex, vendor, spot = limits.capex_budget, limits.vendor_share_max, limits.spot_share_max
    site_power = scenario.site.site_power_kw
    return FleetRules(
        models_max=limits.models_max,
        capex_budget=None if capex is None else scenario.amount(capex),
        opex_budget=_money_by_year(scenario, limits.opex_budget_per_year, years),
        carbon_cap_kg=_by_year(limits.carbon_cap_per_year, years),
        market_cap_kg=_by_year(limits.market_carbon_cap_per_year, years),
        month_budget=_money_by_year(scenario, limits.budget_per_month, years),
        month_carbon_kg=_by_year(limits.carbon_cap_per_month, years),
        vendor_share_max=None if vendor is None else vendor.value,
        spot_share_max=None if spot is None else spot.value,
        site_power_kw=None if site_power is None else site_power.value,
    )


def _money_by_year(scenario: Scenario, limit: Figure | None, years: int) -> FloatArray | None:
    return None if limit is None else np.full(years, scenario.amount(limit))


def _by_year(limit: Figure | None, years: int) -> FloatArray | None:
    return None if limit is None else np.full(years, limit.value)


def _risk(scenario: Scenario) -> Mapping[str, float]:
    risk = scenario.finance.risk
    return {} if risk is None else {"risk_weight": risk.weight.value, "tail_fraction": risk.tail_fraction}
