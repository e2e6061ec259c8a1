"""A small scenario in which every kind of supply competes and every figure that matters has a range."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from bench.profile import Profile
from roi.decision.decide import decide
from roi.scenario.change import with_changes
from roi.scenario.document import Scenario
from roi.scenario.effective import RATES
from roi.sensitivity.base import Base, decision_base
from roi.sensitivity.inputs import Ranged
from roi.sensitivity.tornado import TornadoBar, tornado_of
from tests.roi.small_case import API, OWN, fid, profile, with_supplies

RANGES: dict[str, object] = {
    "site.electricity_price": {"value": 25, "low": 20, "high": 40},
    "site.pue": {"value": 1.5, "low": 1.1, "high": 1.8},
    "labour.wage_per_h": {"value": 3600, "low": 1800, "high": 7200},
    "finance.discount_rate_per_year": {"value": 0.05, "low": 0.0, "high": 0.15},
    "workloads[0].images_per_month": {"value": 100000, "low": 20000, "high": 9000000},
    "workloads[0].acceptance.mean": {"value": 0.5, "low": 0.3, "high": 0.8},
    "workloads[0].acceptance.concentration": {"value": 3, "low": 2, "high": 6},
    "workloads[0].review.seconds_per_attempt": {"value": 2, "low": 1, "high": 4},
    "workloads[0].review.seconds_per_image": {"value": 1, "low": 0.5, "high": 3},
    "workloads[0].fallback_cost": {"value": 256, "low": 30, "high": 900},
    "workloads[0].deliver_min": {"value": 0.5, "low": 0.4, "high": 0.97},
    "supplies[0].price_per_h": {"value": 19, "unit": "USD/h", "low": 10, "high": 160},
    "supplies[0].utilization_fraction": {"value": 0.5, "low": 0.2, "high": 0.8},
    "supplies[1].capex": {"value": 20e6, "low": 10e6, "high": 90e6},
    "supplies[1].residual_fraction": {"value": 0.5, "low": 0.1, "high": 0.6},
    "supplies[1].upkeep_per_year": {"value": 2e6, "low": 1e6, "high": 9e6},
    "supplies[2].price_per_image": {"value": 2.5, "low": 0.2, "high": 3},
    "exchange_rates.USD": {"value": 150, "as_of": "2026-11-01", "low": 120, "high": 180},
}


def ranged_scenario(kind: str = "beta", **changes: object) -> Scenario:
    """Rented, owned alone, sold and owned beside other work, with ranges; `changes` are fields of its workload."""
    acceptance: dict[str, object] = {"kind": kind, "mean": 0.5}
    if kind != "alike":
        acceptance["concentration"] = 3
    base = with_supplies(
        {**OWN, "shared": False},
        API,
        {**OWN, "name": "owned beside", "host_power_w_per_gpu": None},
        acceptance=acceptance,
        images_per_attempt=[1, 4],
        **changes,
    )
    absent = {"workloads[0].acceptance.concentration"} if kind == "alike" else set()
    if base.workloads[0].fallback_cost is None:
        absent.add("workloads[0].fallback_cost")
    return with_changes(base, {place: figure for place, figure in RANGES.items() if place not in absent})


def two_profiles(stderr: float | None = None) -> list[Profile]:
    """One of 2 s an image, and a quicker one of single images whose joules leave idle power out."""
    return [
        profile("slow", quality=[fid(10.0, stderr=stderr)]),
        profile(
            "quick",
            config__batch_size=1,
            speed={"seconds_per_image": 1.5},
            energy={"energy_j_per_image": 500.0, "boundary": "gpu_net_idle", "idle_power_w": 60.0},
            quality=[fid(15.0, stderr=stderr)],
        ),
    ]


def drawn_scenarios(
    scenario: Scenario, inputs: tuple[Ranged, ...], values: Mapping[str, np.ndarray], size: int
) -> Iterator[Scenario]:
    """The scenario of each draw, newly written and validated: the slow second route."""
    for number in range(size):
        changes: dict[str, object] = {}
        for ranged in inputs:
            for place in ranged.places:
                value = float(values[place][number])
                if place.startswith(RATES):
                    changes |= {f"{place}.value": value, f"{place}.low": None, f"{place}.high": None}
                else:
                    changes[place] = value
        yield with_changes(scenario, changes)


def base_of(scenario: Scenario, profiles: Sequence[Profile]) -> Base:
    """The decision for the scenario as it stands."""
    return decision_base(decide(scenario, profiles, near=False), profiles)


def bars_of(scenario: Scenario, profiles: Sequence[Profile]) -> tuple[TornadoBar, ...]:
    """The tornado around it."""
    return tornado_of(base_of(scenario, profiles))
