"""Two scenarios in which whatever can go wrong matters: a company that uses supplies of every kind, and a choice in
which everything cheaper is forbidden by one rule.
"""

from collections.abc import Mapping, Sequence

from bench.profile import Profile
from roi.scenario.change import with_changes
from roi.scenario.document import Scenario
from roi.scenario.load import scenario_from_text
from tests.roi.small_case import fid, profile

COMPANY = """\
schema_version: 1
name: everywhere
currency: JPY
price_year: 2026
exchange_rates:
  USD: {value: 150, as_of: 2026-11-01}
site:
  country: JPN
  grid_zone: tokyo
  pue: 1.4
  electricity_price: {value: 0.2, unit: USD/kWh}
  demand_charge_per_kw_month: 1890
  grid_intensity_change_per_year: -0.04
  market_grid_intensity: 0.1
  time_blocks:
    - {name: day, hours_per_year: 5000}
    - {name: night, hours_per_year: 3760, electricity_price: 12}
labour: {wage_per_h: {value: 20, unit: USD/h}}
finance:
  discount_rate_per_year: 0.08
  horizon_years: 3
  escalation: {electricity: 0.03, wage: 0.02, rent: -0.05, api: -0.1, upkeep: 0.01, fallback: 0.04}
model_cost: {upkeep_per_year: 50000, migration: 200000}
workloads: []
supplies:
  - {kind: rent, name: hourly, vendor: A, board: H100, gpu_count: 8, country: FIN, pue: 1.2,
     utilization_fraction: 0.6, price_per_h: {value: 16, unit: USD/h}, idle_power_w_per_gpu: 90,
     opening_cost: 400000}
  - {kind: rent, name: signed, vendor: B, board: H100, country: SWE, pue: 1.3, utilization_fraction: 0.5,
     price_per_h: {value: 1.2, unit: USD/h}, term: reserved, commitment_years: 4, market_grid_intensity: 0.02}
  - {kind: rent, name: serverless, vendor: C, board: H100, country: USA, pue: 1.25, utilization_fraction: 0.7,
     price_per_h: {value: 4, unit: USD/h}, billing: second, cold_start_s: 6, minimum_s: 20}
  - {kind: rent, name: interrupted, vendor: D, board: H100, country: DEU, pue: 1.35, utilization_fraction: 0.5,
     price_per_h: {value: 1, unit: USD/h}, idle_power_w_per_gpu: 80,
     term: spot, interruption_overhead_fraction: 0.3}
  - {kind: own, name: ours, board: H100, gpu_count: 4, utilization_fraction: 0.5, shared: false,
     capex: {value: 60000, unit: USD}, capex_change_per_year: -0.1, residual_fraction: 0.2, lifetime_years: 2,
     upkeep_per_year: 300000, space_per_year: {value: 3000, unit: USD/year}, idle_power_w_per_gpu: 70,
     opening_cost: 250000, model_swap_s: 3000, model_swaps_per_day: 20}
  - {kind: own, name: filled, board: B200, gpu_count: 2, utilization_fraction: 0.6, shared: true,
     capex: {value: 90000, unit: USD}, residual_fraction: 0.1, upkeep_per_year: 500000, space_per_year: 200000,
     embodied_kg_co2e_per_gpu: 600}
  - {kind: api, name: sold, vendor: E, model: FLUX.1-dev, price_per_image: {value: 0.02, unit: USD/image},
     width: 1024, height: 1024, country: FRA, commercial_use: "yes"}
"""

COUNTRIES = {
    "by the hour": "FIN",
    "by signature": "SWE",
    "by the second": "USA",
    "interrupted": "DEU",
    "at home": "JPN",
    "better at home": "JPN",
    "on what is filled": "JPN",
    "from a seller": "FRA",
}
"""Every workload may be done in one country alone, and so on one supply."""


def everywhere(changes: dict[str, object] | None = None) -> Scenario:
    """Eight kinds of pictures on supplies of seven kinds, over three years."""
    works = [_work(number, name, country) for number, (name, country) in enumerate(COUNTRIES.items())]
    found = with_changes(scenario_from_text(COMPANY.replace("[]", str(works)), "everywhere"), {})
    return with_changes(found, changes or {})


def _work(number: int, name: str, country: str) -> dict[str, object]:
    found: dict[str, object] = {
        "name": name,
        "images_per_month": 30_000 + 20_000 * number,
        "quality": {"fid_max": {"on what is filled": 4, "better at home": 9}.get(name, 16)},
        "acceptance": {"kind": "beta", "mean": 0.4, "concentration": 2.5},
        "images_per_attempt": [1, 2],
        "attempts_max": 3,
        "review": {"seconds_per_attempt": 2, "seconds_per_image": 1},
        "deliver_min": 0.5,
        "countries": [country],
    }
    if name in ("by the hour", "at home", "from a seller"):
        found["fallback_cost"] = {"value": 2, "unit": "USD"}
        found["growth_per_year"] = 0.3
    if name in ("by the hour", "at home"):
        found |= {"peak_factor": 1.5, "share_by_block": {"day": 0.8, "night": 0.2}}
    if name == "at home":
        found |= {"images_per_month": 900_000, "acceptance_by_model": {"test/net": {"mean": 0.5}}}
    return found


ANYWHERE = (
    profile("gross", config__batch_size=2, quality=[fid(8.0)]),
    profile(
        "net",
        config__batch_size=1,
        energy={
            "energy_j_per_image": 700.0,
            "boundary": "gpu_net_idle",
            "idle_power_w": 60.0,
            "idle_power_with_context_w": 95.0,
        },
        speed__seconds_per_image=1.9,
    ),
    profile(
        "plugged",
        config__batch_size=1,
        energy__boundary="wall",
        hardware__accelerator="NVIDIA B200",
        speed__seconds_per_image=1.0,
        quality=[fid(3.0)],
    ),
)
"""Joules without waiting, with it, and at the plug."""

FORBIDDEN = """\
schema_version: 1
name: all that is cheaper is forbidden
currency: JPY
price_year: 2026
site: {country: JPN, pue: 1.4, electricity_price: 25, grid_intensity: 0.45}
labour: {wage_per_h: 1800}
finance: {discount_rate_per_year: 0.05, horizon_years: 2}
workloads:
  - name: pictures
    images_per_month: 200000
    quality: {fid_max: 12, z: 2}
    min_pixels: 1048576
    latency_max_s: 30
    acceptance: {kind: alike, mean: 0.5}
    images_per_attempt: [1, 2, 4]
    attempts_max: 4
    review: {seconds_per_attempt: 0.1, seconds_per_image: 0.1}
    fallback_cost: 1
    deliver_min: 0.9
    countries: [JPN]
supplies:
  - {kind: rent, name: here, vendor: A, board: H100, country: JPN, price_per_h: 900, pue: 1.3,
     utilization_fraction: 0.5, billing: second, grid_intensity: 0.45, embodied_kg_co2e_per_gpu: 400}
  - {kind: rent, name: dear, vendor: C, board: H100, country: JPN, price_per_h: 1200, pue: 1.3,
     utilization_fraction: 0.5, billing: second, grid_intensity: 0.1, embodied_kg_co2e_per_gpu: 400}
  - {kind: rent, name: abroad, vendor: B, board: H100, country: FIN, price_per_h: 300, pue: 1.3,
     utilization_fraction: 0.5, billing: second, embodied_kg_co2e_per_gpu: 400}
  - {kind: api, name: unsaid, vendor: E, model: FLUX.1-dev, price_per_image: 0.01, width: 1024, height: 1024,
     country: JPN, latency_s: 5}
"""

GOOD = profile("good", config__batch_size=1)
"""2 s, FID 10: the cheapest that every rule lets through."""
NEXT = profile("next", config__batch_size=1, speed__seconds_per_image=2.5, quality=[fid(9.0)])


def trap(name: str, **changes: object) -> Profile:
    """Cheaper than the good one, and forbidden by one rule."""
    return profile(name, **{"config__batch_size": 1, "speed__seconds_per_image": 0.5, **changes})


TRAPS = {
    "bar": trap("barred", quality=[fid(12.5)]),
    "z": trap("unsure", quality=[fid(11.0, stderr=0.8)]),
    "reference": trap("elsewhere", quality=[fid(3.0, reference="fid/coco2014-10k")]),
    "match": trap("far", quality=[fid(5.0, match="far")]),
    "size": trap("small", config__width=512, config__height=512),
    "licence": trap("research", config__model_licence={"name": "research", "commercial_use": "no"}),
    "evidence": trap("guessed", evidence__kind="estimated"),
    "memory": trap("large", speed={"seconds_per_image": 0.5, "peak_memory_gib": 90.0}),
    "board": trap("pair", hardware__accelerator_count=2),
    "batch": trap("batched", config__batch_size=8, speed__seconds_per_image=0.2),
    "latency": trap("late", speed={"seconds_per_image": 0.5, "p95_batch_latency_s": 12.0}),
    "other board": profile("another", config__batch_size=1, hardware__accelerator="NVIDIA B200"),
}
"""By the rule that keeps each out; the last by there being no such board."""


def forbidding(changes: Mapping[str, object] | None = None) -> Scenario:
    """One kind of picture, on a board by the second."""
    return with_changes(scenario_from_text(FORBIDDEN, "forbidden"), dict(changes or {}))


def beside(*rules: str) -> Sequence[Profile]:
    """The good profile and the traps of some rules."""
    return (GOOD, NEXT, *(TRAPS[rule] for rule in rules))
