"""Random scenarios of one workload: every kind of supply, prices that move, work that waits, limits."""

import numpy as np

from roi.scenario.document import Scenario
from tests.roi.small_case import fid, profile

PROFILES = (
    profile("one", quality=[fid(10.0)]),
    profile("two", energy__energy_j_per_image=3000.0, speed__seconds_per_image=1.0, quality=[fid(14.0)]),
    profile("three", speed__seconds_per_image=5.0, quality=[fid(5.0)], config__batch_size=1),
    profile("four", energy__energy_j_per_image=400.0, quality=[fid(12.0)], config__batch_size=2),
    profile("five", hardware__accelerator="NVIDIA B200", speed__seconds_per_image=0.7, quality=[fid(9.0)]),
)
"""Profiles on two boards, none better than another in everything."""

BLOCKS = [
    {"name": "day", "hours_per_year": 5110, "electricity_price": 30},
    {"name": "night", "hours_per_year": 3650, "electricity_price": 18},
]


def random_scenario(seed: int) -> Scenario:
    """One to four supplies, one to four years; work between a picture an hour and many machines."""
    rng = np.random.default_rng(seed)
    supplies = [_supply(rng, number) for number in range(int(rng.integers(1, 5)))]
    document = {
        "schema_version": 1,
        "name": f"random {seed}",
        "currency": "JPY",
        "price_year": 2026,
        "site": _site(rng),
        "labour": {"wage_per_h": float(rng.uniform(500, 5000))},
        "finance": _finance(rng),
        "limits": _limits(rng),
        "workloads": [_workload(rng)],
        "supplies": supplies,
    }
    if rng.random() < 0.3:
        document["model_cost"] = {
            "upkeep_per_year": float(rng.uniform(0, 5e5)),
            "migration": float(rng.uniform(0, 1e6)),
        }
    return Scenario.model_validate(document)


def _site(rng: np.random.Generator) -> dict[str, object]:
    site: dict[str, object] = {"country": "JPN", "electricity_price": 25, "pue": 1.4, "grid_intensity": 0.45}
    if rng.random() < 0.25:
        site["time_blocks"] = BLOCKS
    if rng.random() < 0.2:
        site["demand_charge_per_kw_month"] = float(rng.uniform(500, 2500))
    return site


def _finance(rng: np.random.Generator) -> dict[str, object]:
    found: dict[str, object] = {
        "discount_rate_per_year": float(rng.choice([0.0, 0.05, 0.12])),
        "horizon_years": int(rng.integers(1, 5)),
    }
    if rng.random() < 0.4:
        names = ("electricity", "wage", "rent", "api", "upkeep", "fallback")
        found["escalation"] = {name: float(rng.uniform(-0.1, 0.1)) for name in names}
    return found


def _limits(rng: np.random.Generator) -> dict[str, object]:
    found: dict[str, object] = {}
    if rng.random() < 0.2:
        found["internal_carbon_price"] = float(rng.uniform(0, 50_000))
    if rng.random() < 0.15:
        found["carbon_cap_per_year"] = float(rng.uniform(500, 60_000))
    if rng.random() < 0.15:
        found["opex_budget_per_year"] = float(rng.uniform(1e6, 6e7))
    return found


def _workload(rng: np.random.Generator) -> dict[str, object]:
    waits = bool(rng.random() < 0.3)
    found: dict[str, object] = {
        "name": "pictures",
        "images_per_month": float(10 ** rng.uniform(3, 6.2)),
        "quality": {"fid_max": float(rng.choice([6, 11, 13, 20]))},
        "acceptance": {"kind": "beta", "mean": float(rng.uniform(0.2, 0.9)), "concentration": 3},
        "images_per_attempt": [1, 2, 4],
        "attempts_max": int(rng.integers(2, 5)),
        "review": {
            "seconds_per_attempt": float(rng.uniform(0, 4)),
            "seconds_per_image": float(rng.uniform(0, 3)),
        },
        "fallback_cost": None if rng.random() < 0.3 else float(rng.uniform(50, 2000)),
        "deliver_min": float(rng.choice([0.0, 0.4, 0.7])),
        "deferrable": waits,
        "mix": bool(rng.random() < 0.2),
    }
    if rng.random() < 0.3:
        found["growth_per_year"] = float(rng.uniform(-0.1, 0.4))
    if not waits and rng.random() < 0.3:
        found["peak_factor"] = float(rng.uniform(1, 2))
    if rng.random() < 0.15:
        found["carbon_max"] = float(10 ** rng.uniform(-3, -1))
    return found


def _supply(rng: np.random.Generator, number: int) -> dict[str, object]:
    kind = rng.choice(["hour", "second", "spot", "reserved", "whole", "shared", "api"])
    name = f"{chr(97 + int(rng.integers(0, 26)))}{number} {kind}"
    if kind == "api":
        sold = {
            "vendor": f"v{number}",
            "model": "FLUX.1-dev",
            "width": 1024,
            "height": 1024,
            "commercial_use": "yes",
        }
        return {"kind": "api", "name": name, "price_per_image": float(rng.uniform(1, 12)), **sold}
    common: dict[str, object] = {
        "name": name,
        "board": str(rng.choice(["H100 SXM", "H100 SXM", "B200 SXM"])),
        "gpu_count": int(rng.choice([1, 1, 8])),
        "utilization_fraction": float(rng.choice([0.4, 0.7])),
        "idle_power_w_per_gpu": 90,
        "embodied_kg_co2e_per_gpu": 400,
        "lifetime_years": int(rng.integers(2, 6)),
    }
    if rng.random() < 0.2:
        common["units_max"] = int(rng.integers(1, 4))
    if rng.random() < 0.3:
        common["opening_cost"] = float(rng.uniform(1e4, 1e6))
    boards = int(str(common["gpu_count"]))
    if kind in ("whole", "shared"):
        return {
            **common,
            "kind": "own",
            "shared": kind == "shared",
            "sunk": bool(rng.random() < 0.15),
            "capex": float(boards * rng.uniform(2e6, 7e6)),
            "residual_fraction": float(rng.uniform(0, 0.4)),
            "upkeep_per_year": float(boards * rng.uniform(5e4, 3e5)),
            "space_per_year": float(boards * 4e4),
        }
    rent: dict[str, object] = {
        **common,
        "kind": "rent",
        "vendor": f"v{number}",
        "country": str(rng.choice(["JPN", "FIN"])),
        "pue": 1.3,
        "price_per_h": float(boards * rng.uniform(150, 700)),
    }
    if kind == "second":
        rent |= {
            "billing": "second",
            "cold_start_s": float(rng.choice([0, 5, 40])),
            "minimum_s": float(rng.choice([0, 10])),
        }
    if kind == "spot":
        rent |= {"term": "spot", "interruption_overhead_fraction": float(rng.uniform(0, 0.5))}
    if kind == "reserved":
        rent |= {"term": "reserved", "commitment_years": int(rng.integers(1, 4))}
    return rent
