"""Company-wide limits: budgets, carbon caps, shares of vendors and of spot instances."""

from collections.abc import Mapping

import numpy as np

from roi.arrays import FloatArray
from roi.fleet.evaluation.carbon import Carbon, busiest_month_kg
from roi.fleet.evaluation.family import ConstraintFamily, Labels, family, picked
from roi.fleet.evaluation.money import CAPEX, busiest_month_cash, running_cash
from roi.fleet.evaluation.quantities import Quantities
from roi.fleet.evaluation.workloads import carbon_of_workloads, limit_kg
from roi.fleet.problem import FleetPlan, FleetProgramme


def limit_families(
    programme: FleetProgramme,
    plan: FleetPlan,
    done: Quantities,
    cash: Mapping[str, FloatArray],
    emitted: Carbon,
    names: Labels,
) -> list[ConstraintFamily]:
    """Budgets, caps of emissions, `carbon_max` of workloads, shares of vendors and spot; yearly ones hold in every
    world. Absent where there is no limit.
    """
    rules, axes = programme.rules, (names.worlds, names.years)
    once = sum(float(cash[name][0].sum()) for name in CAPEX)
    limits = (
        ("capex_budget", (), once, rules.capex_budget),
        ("opex_budget", axes, running_cash(programme, cash), rules.opex_budget),
        ("carbon_cap", axes, emitted.location_kg, rules.carbon_cap_kg),
        ("market_cap", axes, emitted.market_kg, rules.market_cap_kg),
    )
    found = [family(name, where, used, "<=", cap) for name, where, used, cap in limits if cap is not None]
    if rules.month_budget is not None:
        spent = busiest_month_cash(programme, plan, cash)
        found.append(family("budget_per_month", axes, spent, "<=", rules.month_budget))
    if rules.month_carbon_kg is not None:
        month_kg = busiest_month_kg(programme, plan, emitted)
        found.append(family("carbon_cap_per_month", axes, month_kg, "<=", rules.month_carbon_kg))
    found += _carbon_max(programme, plan, names)
    return found + _shares(programme, plan, done, names)


def _carbon_max(programme: FleetProgramme, plan: FleetPlan, names: Labels) -> list[ConstraintFamily]:
    """Emissions of each workload that has a limit for one picture."""
    if programme.carbon_max is None:
        return []
    limited = np.isfinite(programme.carbon_max)
    axes = (picked(names.workloads, limited), names.worlds, names.years)
    emitted, most = carbon_of_workloads(programme, plan), limit_kg(programme)
    return [family("carbon_max", axes, emitted[limited], "<=", most[limited])]


def _shares(
    programme: FleetProgramme, plan: FleetPlan, done: Quantities, names: Labels
) -> list[ConstraintFamily]:
    rules, supply = programme.rules, programme.candidates.supply[plan.rows]
    vendor = np.array([each.vendor for each in programme.supplies])[supply]
    spot = np.array([each.spot for each in programme.supplies], dtype=np.bool_)[supply]
    everything = done.accepted.sum(axis=0)
    axes, found = (names.worlds, names.years), []
    if rules.vendor_share_max is not None:
        of_vendor = np.array([done.accepted[vendor == v].sum(axis=0) for v in range(len(names.vendors))])
        most = rules.vendor_share_max * everything
        lhs = of_vendor.reshape(-1, *everything.shape)
        found.append(family("vendor_share", (names.vendors, *axes), lhs, "<=", most))
    if rules.spot_share_max is not None:
        on_spot = done.accepted[spot].sum(axis=0)
        found.append(family("spot_share", axes, on_spot, "<=", rules.spot_share_max * everything))
    return found
