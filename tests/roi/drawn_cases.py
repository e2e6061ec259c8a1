"""Scenarios with ranges, of every kind of supply and rule, in which each draw can be decided by itself."""

from collections.abc import Callable

from roi.scenario.change import with_changes
from roi.scenario.document import Scenario
from tests.roi.sensitivity_cases import ranged_scenario

MODEL_COST = {
    "upkeep_per_year": {"value": 60000, "low": 20000, "high": 3e6},
    "migration": {"value": 300000, "low": 100000, "high": 4e6},
}
BLOCKS = {
    "site.time_blocks": [
        {"name": "day", "hours_per_year": 4380, "electricity_price": {"value": 30, "low": 20, "high": 60}},
        {"name": "night", "hours_per_year": 4380},
    ]
}
UNEVEN = {
    **BLOCKS,
    "workloads[0].peak_factor": {"value": 1.5, "low": 1.0, "high": 3},
    "workloads[0].share_by_block": {"day": 0.8, "night": 0.2},
}
CHANGING = {
    "workloads[0].growth_per_year": {"value": 0.2, "low": -0.3, "high": 0.6},
    "finance.escalation.rent": {"value": 0.05, "low": -0.2, "high": 0.3},
    "finance.escalation.electricity": {"value": 0.02, "low": -0.1, "high": 0.15},
    "finance.escalation.upkeep": {"value": 0.02, "low": -0.1, "high": 0.15},
    "finance.escalation.wage": {"value": 0.02, "low": 0, "high": 0.05},
    "finance.escalation.api": {"value": 0.0, "low": -0.15, "high": 0.1},
    "finance.escalation.fallback": 0.03,
    "site.grid_intensity_change_per_year": {"value": -0.03, "low": -0.1, "high": 0.1},
}
BY_THE_SECOND = {
    "supplies[0].billing": "second",
    "supplies[0].cold_start_s": {"value": 5, "low": 1, "high": 20},
    "supplies[0].minimum_s": {"value": 10, "low": 5, "high": 40},
}
SERVER = {
    "supplies[0].lifetime_years": {"value": 3, "low": 1.2, "high": 5.9},
    "supplies[0].capex_change_per_year": {"value": -0.1, "low": -0.3, "high": 0.3},
    "supplies[0].idle_power_w_per_gpu": {"value": 60, "low": 30, "high": 90},
}
CHARGE = {"site.demand_charge_per_kw_month": {"value": 1890, "low": 1000, "high": 30000}}
CARBON_PRICE = {"limits.internal_carbon_price": {"value": 2e6, "low": 1e5, "high": 2e7}}
CARBON_MAX = {"carbon_max": {"value": 0.01, "low": 0.001, "high": 0.06}}


def against(changes: dict[str, object] | None = None, kind: str = "beta", **fields: object) -> Scenario:
    """All supplies against each other; `changes` by place, `fields` of the workload."""
    return with_changes(ranged_scenario(kind, **fields), changes or {})


def alone(name: str, *changes: dict[str, object], **fields: object) -> Scenario:
    """One supply alone, so that no plan can split the work."""
    base = ranged_scenario(**fields)
    kept = [each.model_dump(mode="json") for each in base.supplies if each.name == name]
    merged = {place: value for each in changes for place, value in each.items()}
    return with_changes(with_changes(base, {"supplies": kept}), merged)


def reserved(years: int, *changes: dict[str, object]) -> Scenario:
    """A commitment of so many years alone, with growth and escalation."""
    term = {"supplies[0].term": "reserved", "supplies[0].commitment_years": years}
    return alone("rented", CHANGING, term, *changes)


CASES: dict[str, Callable[[], Scenario]] = {
    "prompts alike": lambda: against(kind="alike"),
    "prompts differ": against,
    "prompts rewritten": lambda: against(kind="redrawn"),
    "no fallback": lambda: against(fallback_cost=None),
    "pictures may wait": lambda: against(deferrable=True),
    "a longest wait": lambda: against(
        kind="alike", latency_max_s={"value": 30, "low": 6, "high": 90}, attempts_max=3
    ),
    "few pictures": lambda: against(
        {"workloads[0].images_per_month": {"value": 4000, "low": 500, "high": 40000}}
    ),
    "growth and escalation": lambda: against(CHANGING),
    "blocks, a peak and a charge for power": lambda: against({**UNEVEN, **CHARGE}),
    "a model costs to keep": lambda: against({"model_cost": MODEL_COST}),
    "opening, and what runs today": lambda: against(
        {
            "supplies[0].opening_cost": {"value": 1e6, "low": 1e5, "high": 1e8},
            "supplies[2].opening_cost": {"value": 1e6, "low": 1e5, "high": 1e8},
            "model_cost": MODEL_COST,
            "workloads[0].baseline": {
                "kind": "profile",
                "profile": "slow",
                "supply": "rented",
                "images_per_attempt": 4,
                "attempts_max": 2,
            },
        }
    ),
    "carbon steers": lambda: against(CARBON_PRICE),
    "carbon of a picture is limited": lambda: against(
        carbon_max={"value": 0.003, "low": 0.001, "high": 0.006}
    ),
    "carbon of a month is capped": lambda: against(
        {"limits.carbon_cap_per_month": {"value": 1500, "low": 200, "high": 6000}}
    ),
    "market-based carbon of a year is capped": lambda: against(
        {
            "limits.market_carbon_cap_per_year": {"value": 15000, "low": 2000, "high": 60000},
            "site.market_grid_intensity": {"value": 0.2, "low": 0.1, "high": 0.5},
            "supplies[0].market_grid_intensity": 0.3,
        }
    ),
    "money of a month is limited": lambda: against(
        {"limits.budget_per_month": {"value": 6e7, "low": 1e7, "high": 3e8}}
    ),
    "money of the busiest month is limited": lambda: against(
        {**UNEVEN, "limits.budget_per_month": {"value": 6e7, "low": 1e6, "high": 3e8}}
    ),
    "carbon of the busiest month is capped": lambda: against(
        {**UNEVEN, "limits.carbon_cap_per_month": {"value": 1500, "low": 200, "high": 6000}}
    ),
    "a server alone within a month": lambda: alone(
        "owned",
        CHANGING,
        SERVER,
        CHARGE,
        UNEVEN,
        {
            "limits.carbon_cap_per_month": {"value": 1e4, "low": 1e3, "high": 1e5},
            "limits.budget_per_month": {"value": 6e6, "low": 1e6, "high": 3e8},
        },
    ),
    "one-off money is limited": lambda: against(
        {"limits.capex_budget": {"value": 4e7, "low": 1e6, "high": 3e8}, "model_cost": MODEL_COST}
    ),
    "one vendor may not make all": lambda: against(
        {"limits.vendor_share_max": {"value": 0.9, "low": 0.5, "high": 1.0}}
    ),
    "spot, and a limit of it": lambda: against(
        {
            "supplies[0].term": "spot",
            "supplies[0].interruption_overhead_fraction": {"value": 0.1, "low": 0, "high": 0.4},
            "limits.spot_share_max": {"value": 0.9, "low": 0.5, "high": 1.0},
        }
    ),
    "by the second, few instances": lambda: against({**BY_THE_SECOND, "supplies[0].units_max": 1}),
    "few units": lambda: against({"supplies[0].units_max": 2, "supplies[1].units_max": 1}),
    "servers already paid for": lambda: against(
        {
            "supplies[1].sunk": True,
            "supplies[1].units_max": 2,
            "supplies[3].sunk": True,
            "supplies[3].units_max": 1,
        }
    ),
    "the site gives little power": lambda: against(
        {
            "site.site_power_kw": {"value": 30, "low": 8, "high": 60},
            "supplies[1].max_power_kw": {"value": 10, "low": 8, "high": 12},
        }
    ),
    "the hour alone": lambda: alone("rented", CHANGING, UNEVEN),
    "the hour alone, pictures may wait": lambda: alone("rented", CHANGING, BLOCKS, deferrable=True),
    "the hour alone within rules": lambda: alone(
        "rented", CHANGING, CARBON_PRICE, {"limits.opex_budget_per_year": 4e8}, **CARBON_MAX
    ),
    "the second alone": lambda: alone("rented", CHANGING, BY_THE_SECOND, {"supplies[0].units_max": 20}),
    "two years committed alone": lambda: reserved(2),
    "three years committed alone, seven ahead": lambda: reserved(3, UNEVEN, {"finance.horizon_years": 7}),
    "ten years committed alone": lambda: reserved(10),
    "a server alone": lambda: alone("owned", CHANGING, SERVER),
    "a server alone, a charge for power": lambda: alone("owned", CHANGING, SERVER, CHARGE, UNEVEN),
    "a server alone, pictures may wait": lambda: alone("owned", CHANGING, SERVER, BLOCKS, deferrable=True),
    "a server alone within rules": lambda: alone(
        "owned",
        CHANGING,
        SERVER,
        {
            "limits.carbon_cap_per_year": {"value": 1e5, "low": 1e4, "high": 1e6},
            "limits.opex_budget_per_year": {"value": 6e7, "low": 1e7, "high": 3e9},
            "limits.capex_budget": {"value": 4e8, "low": 1e7, "high": 3e9},
        },
    ),
    "a server alone, carbon steers": lambda: alone("owned", CHANGING, SERVER, CARBON_PRICE, **CARBON_MAX),
    "a server that other work fills alone": lambda: alone(
        "owned beside", CHANGING, {"supplies[0].units_max": 2}
    ),
}
