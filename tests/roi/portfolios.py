"""Random portfolios: workloads that share supplies, blocks, currencies, zones, limits, models that are taken up.

What `tests.roi.one_workload` draws is here too, with whatever one workload and one year cannot show.
"""

import numpy as np

from roi.scenario.document import Scenario
from tests.roi import one_workload
from tests.roi.small_case import fid, profile

PROFILES = (
    *one_workload.PROFILES,
    profile(
        "net",
        energy={"energy_j_per_image": 500.0, "boundary": "gpu_net_idle", "idle_power_w": 70.0},
        config__batch_size=1,
    ),
    profile("host", energy__boundary="host", speed__seconds_per_image=1.3, config__batch_size=2),
    profile("wall", energy__boundary="wall", hardware__accelerator="NVIDIA B200", quality=[fid(8.0)]),
    profile("pair", hardware__accelerator_count=2, speed__seconds_per_image=0.9, quality=[fid(7.0)]),
    profile("barred", energy__energy_j_per_image=10.0, quality=[fid(90.0)]),
    profile("other", energy__energy_j_per_image=10.0, quality=[fid(3.0, reference="fid/coco2014-10k")]),
)
"""Profiles of every boundary, of two boards together, above the bar, and on another ruler."""

BLOCKS = [
    {"name": "day", "hours_per_year": 4000, "electricity_price": {"value": 0.2, "unit": "USD/kWh"}},
    {"name": "night", "hours_per_year": 3000, "electricity_price": -2},
    {"name": "rest", "hours_per_year": 1760},
]


def random_portfolio(seed: int) -> Scenario:
    """Two or three workloads on two to five supplies over one to four years."""
    rng = np.random.default_rng([seed, 13])
    document = one_workload.random_scenario(seed).model_dump(mode="json")
    blocks = BLOCKS if rng.random() < 0.4 else []
    document |= {
        "name": f"portfolio {seed}",
        "exchange_rates": {"USD": {"value": 150, "as_of": "2026-11-01"}},
        "site": document["site"] | _site(rng, blocks),
        "workloads": [
            _workload(rng, number, document["workloads"][0], blocks)
            for number in range(int(rng.integers(2, 4)))
        ],
        "supplies": [_supply(rng, number) for number in range(int(rng.integers(2, 6)))],
        "limits": document["limits"] | _limits(rng),
    }
    if rng.random() < 0.3:
        document["model_cost_by_model"] = {"test/one": {"upkeep_per_year": 9e4, "migration": 3e5}}
    document["finance"]["cash_realisation_fraction"] = 0.5
    document["workloads"][0]["baseline"] = _baseline(rng, document["supplies"])
    return Scenario.model_validate(document)


def _baseline(rng: np.random.Generator, supplies: list[dict[str, object]]) -> dict[str, object] | None:
    """A service, or a model on a machine of its board, that is in operation today."""
    tries = {"images_per_attempt": 4, "attempts_max": 2}
    if rng.random() < 0.5:
        return None
    for supply in supplies:
        if supply["kind"] == "api":
            return {"kind": "api", "supply": supply["name"], **tries}
        if supply["board"] == "H100 SXM" and "units_max" not in supply and not supply.get("sunk"):
            return {"kind": "profile", "supply": supply["name"], "profile": "one", **tries}
    return {"kind": "external", "name": "agency", "cost_per_image": 900, "seconds_per_image": 30}


def _site(rng: np.random.Generator, blocks: list[dict[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {"time_blocks": blocks}
    if rng.random() < 0.3:
        found["grid_intensity_change_per_year"] = float(rng.uniform(-0.1, 0.05))
    if rng.random() < 0.4:
        found |= {"grid_intensity": None, "grid_zone": "tokyo" if rng.random() < 0.5 else None}
    if rng.random() < 0.3:
        found["market_grid_intensity"] = 0.1
    if rng.random() < 0.2:
        found["site_power_kw"] = float(rng.uniform(5, 60))
    return found


def _limits(rng: np.random.Generator) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, chance, low, high in (
        ("capex_budget", 0.15, 1e6, 1e8),
        ("vendor_share_max", 0.1, 0.5, 1.0),
        ("spot_share_max", 0.1, 0.2, 1.0),
        ("budget_per_month", 0.1, 1e6, 1e8),
        ("carbon_cap_per_month", 0.1, 1e3, 1e5),
        ("market_carbon_cap_per_year", 0.1, 1e3, 1e5),
    ):
        if rng.random() < chance:
            found[name] = float(rng.uniform(low, high))
    if rng.random() < 0.2:
        found["models_max"] = int(rng.integers(1, 3))
    if rng.random() < 0.1:
        found["boards"] = ["H100 SXM"]
    return found


def _workload(
    rng: np.random.Generator, number: int, first: dict[str, object], blocks: list[dict[str, object]]
) -> dict[str, object]:
    waits = bool(rng.random() < 0.3)
    found = first | {
        "name": f"work {number}",
        "images_per_month": float(10 ** rng.uniform(3, 5.5)),
        "quality": {"fid_max": float(rng.choice([8, 11, 13, 20]))},
        "acceptance": {
            "kind": str(rng.choice(["alike", "beta", "redrawn"])),
            "mean": float(rng.uniform(0.2, 0.9)),
            "concentration": 3,
        },
        "fallback_cost": None
        if rng.random() < 0.3
        else {"value": float(rng.uniform(0.5, 12)), "unit": "USD"},
        "deferrable": waits,
        "mix": bool(rng.random() < 0.3),
        "deliver_min": float(rng.choice([0.0, 0.3])),
        "peak_factor": None if waits or rng.random() < 0.6 else float(rng.uniform(1, 2)),
        "growth_per_year": None if rng.random() < 0.5 else float(rng.uniform(-0.2, 0.4)),
        "latency_max_s": None if waits or rng.random() < 0.7 else float(rng.uniform(10, 80)),
        "min_pixels": 1,
        "countries": ["JPN"] if rng.random() < 0.1 else [],
    }
    if rng.random() < 0.2:
        found["acceptance_by_model"] = {"test/three": {"kind": "alike", "mean": 0.95}}
    if blocks and not waits and rng.random() < 0.5:
        found["share_by_block"] = {"day": 0.7, "night": 0.1, "rest": 0.2}
    return found


def _supply(rng: np.random.Generator, number: int) -> dict[str, object]:
    found = one_workload._supply(rng, number)
    if found["kind"] == "api":
        return found | {"price_per_image": {"value": float(rng.uniform(0.005, 0.1)), "unit": "USD/image"}}
    if rng.random() < 0.5:
        found |= {"host_power_w_per_gpu": float(rng.uniform(80, 300)), "embodied_kg_co2e_per_gpu": None}
        found["embodied_host_kg_co2e_per_gpu"] = float(rng.uniform(10, 100))
    if found["board"] == "B200 SXM":
        found["embodied_kg_co2e_per_gpu"] = 500
    if rng.random() < 0.2:
        found |= {"model_swap_s": 120, "model_swaps_per_day": 10}
    if found["kind"] == "own":
        return found | ({"capex_change_per_year": -0.1} if rng.random() < 0.4 else {})
    if rng.random() < 0.4:
        found |= {"market_grid_intensity": 0.05, "grid_intensity": float(rng.uniform(0.05, 0.7))}
    if rng.random() < 0.3:
        found["vendor"] = "both"
    return found
