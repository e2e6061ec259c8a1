"""The limits of a fleet programme by name: what is there, and the same programme with another one."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from roi.arrays import FloatArray
from roi.fleet.problem import FleetProgramme, FleetRules

FIELDS = {
    "models_max": "models_max",
    "capex_budget": "capex_budget",
    "opex_budget": "opex_budget",
    "carbon_cap": "carbon_cap_kg",
    "market_cap": "market_cap_kg",
    "budget_per_month": "month_budget",
    "carbon_cap_per_month": "month_carbon_kg",
    "vendor_share": "vendor_share_max",
    "spot_share": "spot_share_max",
    "site_power": "site_power_kw",
}
"""Field of `FleetRules` of every family of limits."""
SHARES = ("vendor_share", "spot_share")
"""Limits of a part of all accepted images."""
MONTHLY = ("budget_per_month", "carbon_cap_per_month")
"""Limits of a month; their rows are sums of a year, the busiest month twelve times."""
UNITS_MAX = "units_max"
CHEAPER_FRACTION = 0.01
"""Saving from which the cheapest change of a limit is told beside the smallest."""
CARBON_MAX = "carbon_max"


def units_rules(programme: FleetProgramme) -> Mapping[str, int]:
    """Supplies whose units are limited, by the name of the rule."""
    return {
        f"{UNITS_MAX}_{each.name}": r
        for r, each in enumerate(programme.supplies)
        if each.units_max is not None
    }


def carbon_rules(programme: FleetProgramme) -> Mapping[str, int]:
    """Workloads whose pictures may emit so much and no more, by the name of the rule."""
    if programme.carbon_max is None:
        return {}
    names = programme.workload_names
    limited = np.flatnonzero(np.isfinite(programme.carbon_max)).tolist()
    alone = len(programme.workload_names) == 1
    return {CARBON_MAX if alone else f"{CARBON_MAX}_{names[j]}": j for j in limited}


def rules(programme: FleetProgramme) -> tuple[str, ...]:
    """Names of the limits that are present, in a fixed order."""
    present = (rule for rule, field in FIELDS.items() if getattr(programme.rules, field) is not None)
    return (*present, *units_rules(programme), *carbon_rules(programme))


def limit_of(programme: FleetProgramme, rule: str) -> float | FloatArray:
    """The limit as it stands; an array of years where it is yearly."""
    if rule in carbon_rules(programme) and programme.carbon_max is not None:
        return float(programme.carbon_max[carbon_rules(programme)[rule]])
    if rule not in FIELDS:
        return float(programme.supplies[units_rules(programme)[rule]].units_max or 0)
    value = getattr(programme.rules, FIELDS[rule])
    if isinstance(value, np.ndarray):
        return np.asarray(np.broadcast_to(value, programme.demand.shape[2]), dtype=np.float64)
    return float(value)


def with_limit(programme: FleetProgramme, rule: str, limit: float | FloatArray | None) -> FleetProgramme:
    """The programme with another limit for one rule; None removes it."""
    if rule in FIELDS:
        value = round(float(limit)) if rule == "models_max" and limit is not None else limit
        return replace(programme, rules=_replaced(programme.rules, FIELDS[rule], value))
    if rule in carbon_rules(programme) and programme.carbon_max is not None:
        most_kg = programme.carbon_max.copy()
        most_kg[carbon_rules(programme)[rule]] = np.inf if limit is None else float(limit)
        return replace(programme, carbon_max=most_kg if np.any(np.isfinite(most_kg)) else None)
    place = units_rules(programme)[rule]
    most = None if limit is None else round(float(limit))
    supplies = list(programme.supplies)
    supplies[place] = replace(supplies[place], units_max=most)
    return replace(programme, supplies=tuple(supplies))


def _replaced(rules: FleetRules, field: str, value: object) -> FleetRules:
    return replace(rules, **{field: value})  # type: ignore[arg-type]
