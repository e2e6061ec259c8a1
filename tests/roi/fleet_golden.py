"""Toy fleets, one for every constraint family, and their LP texts.

`python -m tests.roi.fleet_golden` writes the golden files anew.
"""

import json
import re
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np

from roi.fleet import problem
from roi.fleet.build import build
from roi.fleet.problem import FleetProgramme, FleetRules, FleetSupply
from roi.fleet.solver import solve_fleet
from tests.roi.fleet_cases import candidate, programme, random_programme

GOLDEN = Path(__file__).parent.parent / "golden"
HOURS = np.array([10.0, 20.0])
PEAK = {"peak_factor": np.array([1.5])}
BUSIEST = np.array([7.5])
ON_SITE = {"at_site": True, "max_kw_per_unit": 2.0, "idle_kw_per_board": 0.5}


def families() -> tuple[str, ...]:
    """Names of the constraints in the docstring that defines the programme, in its order."""
    rows = (problem.__doc__ or "").partition("families")[2].partition("\nA single choice")[0]
    return tuple(re.findall(r"^    ([a-z_]+) +\S", rows, flags=re.MULTILINE))


def toys() -> dict[str, FleetProgramme]:
    """A toy per family, under the family's name."""
    own, waits = toy(_own()), toy(_own(), deferrable=np.array([True]))
    sited = toy(_own(**ON_SITE))
    return {
        "demand": toy(_api()),
        "one_option": toy(_api(), one_option=np.array([True])),
        "splits": toy(_api(), _rented(), one_option=np.array([True])),
        "uses": toy(_api(), model_upkeep=np.array([[5.0], [7.0]])),
        "keeps": toy(_api(), one_option=np.array([True]), model_upkeep=np.array([[5.0], [7.0]])),
        "takes_up": toy(_api(), model_migration=np.array([0.0, 9.0])),
        "models_max": toy(_api(), rules=FleetRules(models_max=1)),
        "capacity": waits,
        "use_max": toy(_api(units_max=2), deferrable=np.array([True])),
        "always_on": own,
        "on_hours": toy(_rented()),
        "powered": replace(sited, demand_charge=np.array([[3.0]])),
        "fleet": toy(_own(existing=np.array([1])), deferrable=np.array([True])),
        "units_max": toy(_own(units_max=3), deferrable=np.array([True])),
        "opens": toy(_own(opening_cost=4.0), _api(opening_cost=2.0), deferrable=np.array([True])),
        "peak": replace(sited, demand_charge=np.array([[3.0]])),
        "site_power": replace(sited, rules=FleetRules(site_power_kw=6.0)),
        "swaps": toy(_own(swap_board_s_per_day=20.0), deferrable=np.array([True])),
        "capex_budget": replace(waits, rules=FleetRules(capex_budget=400.0)),
        "opex_budget": toy(_api(), _rented(), rules=FleetRules(opex_budget=np.array([90.0]))),
        "carbon_cap": toy(_api(), _rented(), rules=FleetRules(carbon_cap_kg=np.array([8.0]))),
        "market_cap": toy(_api(), _rented(), rules=FleetRules(market_cap_kg=np.array([6.0]))),
        "budget_per_month": toy(_api(), _rented(), _own(), rules=FleetRules(month_budget=BUSIEST), **PEAK),
        "carbon_cap_per_month": toy(_api(), _rented(), rules=FleetRules(month_carbon_kg=BUSIEST), **PEAK),
        "carbon_max": toy(_api(), _rented(), carbon_max=np.array([0.5])),
        "vendor_share": toy(_api(), _rented(), rules=FleetRules(vendor_share_max=0.75)),
        "spot_share": toy(_api(), _rented(spot=True), rules=FleetRules(spot_share_max=0.5)),
        "tail": _two_worlds(),
    }


def toy(*supplies: FleetSupply, **fields: object) -> FleetProgramme:
    """One workload of two blocks, two models, each model on every supply."""
    found = []
    for choice in range(2):
        for r, supply in enumerate(supplies):
            by_use = supply.kind == "by_use" and supply.units_max is None
            busy = 0.0 if by_use else 3600.0 * (choice + 1)
            cash = {"api": 3.0 + choice} if supply.kind == "by_use" else {"review": 0.5}
            found.append(
                candidate(
                    choice,
                    model=choice,
                    supply=r,
                    deliver=1.0 - 0.2 * choice,
                    board_s=busy,
                    energy_kwh=busy / 3600 * 0.8,
                    embodied_kg=0.25 if supply.kind == "by_use" else 0.0,
                    **cash,
                )
            )
    waits = bool(np.any(fields.get("deferrable", False)))
    demand = np.array([[[[24.0, 0.0] if waits else [8.0, 16.0]]]])
    names = {"model_names": ("SDXL", "画像モデル"), "block_names": ("day", "night")}
    return programme(found, supplies, demand=demand, block_hours=HOURS, **names, **fields)


def lp_text(case: FleetProgramme) -> str:
    """The LP file of an unpruned programme."""
    problem = build(case, np.arange(len(case.candidates))).problem()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "problem.lp"
        problem.writeLP(str(path))
        return path.read_text(encoding="utf-8")


def fingerprint() -> str:
    """LP texts and plans, to be compared between hash seeds."""
    plans = []
    for seed in range(6):
        solution = solve_fleet(random_programme(seed))
        plan = solution.plan
        shown = None if plan is None else (plan.rows.tolist(), plan.requests.tolist(), plan.buy.tolist())
        plans.append((solution.status, repr(solution.objective), solution.dominated_by.tolist(), shown))
    return json.dumps({"lp": {name: lp_text(case) for name, case in toys().items()}, "plans": plans})


def _own(**fields: object) -> FleetSupply:
    price = {"buy_price": np.array([100.0]), "residual": np.array([10.0])}
    return FleetSupply(name="own", vendor=-1, kind="own", **price, electricity_price=_prices(), **fields)


def _rented(**fields: object) -> FleetSupply:
    carbon = {"grid_kg_per_kwh": np.array([0.5]), "market_kg_per_kwh": np.array([0.25])}
    price = {"hour_price": np.array([[2.0]]), "embodied_kg_per_unit_hour": 0.1}
    return FleetSupply(name="rented", vendor=0, kind="on_demand", **carbon, **price, **fields)


def _api(**fields: object) -> FleetSupply:
    return FleetSupply(name="some api", vendor=1, kind="by_use", **fields)


def _prices() -> np.ndarray:
    return np.array([[[0.25, 0.125]]])


def _two_worlds() -> FleetProgramme:
    case = toy(_api())
    return replace(
        case,
        demand=np.repeat(case.demand, 2, axis=0) * np.array([1.0, 2.0])[:, None, None, None],
        world_probability=np.array([0.75, 0.25]),
        stream_factor={"api": np.array([[1.0], [1.5]])},
        demand_charge=np.zeros((2, 1)),
        risk_weight=0.5,
        tail_fraction=0.25,
    )


if __name__ == "__main__":
    for name, case in toys().items():
        (GOLDEN / f"fleet_{name}.lp").write_text(lp_text(case), encoding="utf-8")
