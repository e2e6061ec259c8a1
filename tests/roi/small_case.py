"""A scenario and profiles whose every figure can be computed by hand; `tests.roi.test_options` does so.

Wage 1 JPY a second, no discounting, one year of service, 8 boards a machine, half of the paid hours at work.
"""

import json

from bench.profile import Profile
from roi.scenario.change import with_changes
from roi.scenario.document import Scenario
from roi.scenario.load import scenario_from_text

FID = "fid/mjhq-30k"

TEXT = """\
schema_version: 1
name: Small case
currency: JPY
price_year: 2026
exchange_rates:
  USD: {value: 150, as_of: 2026-11-01}
site: {country: JPN, electricity_price: 25, pue: 1.5, grid_intensity: 0.5}
labour: {wage_per_h: 3600}
finance: {discount_rate_per_year: 0, horizon_years: 5}
workloads:
  - name: pictures
    images_per_month: 100000
    quality: {fid_max: 20}
    acceptance: {kind: alike, mean: 0.5}
    images_per_attempt: [4]
    attempts_max: 2
    review: {seconds_per_attempt: 2, seconds_per_image: 1}
    fallback_cost: 256
    deliver_min: 0.5
supplies:
  - {kind: rent, name: rented, vendor: V, board: H100 SXM, gpu_count: 8, country: JPN, price_per_h: 2880, pue: 1.5,
     utilization_fraction: 0.5, grid_intensity: 0.5, host_power_w_per_gpu: 150, embodied_kg_co2e_per_gpu: 1471,
     embodied_host_kg_co2e_per_gpu: 500, lifetime_years: 1, idle_power_w_per_gpu: 60}
"""

OWN = {
    "kind": "own",
    "shared": True,
    "name": "owned",
    "board": "H100 SXM",
    "gpu_count": 8,
    "capex": 20_000_000,
    "residual_fraction": 0.5,
    "upkeep_per_year": 2_000_000,
    "space_per_year": 614_400,
    "utilization_fraction": 0.5,
    "host_power_w_per_gpu": 150,
    "embodied_kg_co2e_per_gpu": 1471,
    "embodied_host_kg_co2e_per_gpu": 500,
    "lifetime_years": 1,
}

API = {
    "kind": "api",
    "name": "sold",
    "vendor": "W",
    "model": "FLUX.1-dev",
    "price_per_image": 2.5,
    "width": 1024,
    "height": 1024,
    "commercial_use": "yes",
}

SECOND = {
    "name": "banners",
    "images_per_month": 20000,
    "quality": {"fid_max": 20},
    "acceptance": {"kind": "alike", "mean": 0.5},
    "images_per_attempt": [4],
    "attempts_max": 2,
    "review": {"seconds_per_attempt": 2, "seconds_per_image": 1},
    "deliver_min": 0.5,
}


def scenario(changes: dict[str, object] | None = None) -> Scenario:
    """The small scenario with other values at some places."""
    return with_changes(scenario_from_text(TEXT, "small case"), changes or {})


def with_supplies(*supplies: dict[str, object], **changes: object) -> Scenario:
    """The small scenario with these supplies behind the rented one; `changes` are fields of its workload."""
    base = scenario()
    rented = base.supplies[0].model_dump(mode="json")
    places = {f"workloads[0].{name}": value for name, value in changes.items()}
    return with_changes(base, {"supplies": [rented, *supplies], **places})


def profile(name: str = "one", **changes: object) -> Profile:
    """900 J and 2 s an image in batches of 4 on one H100, FID 10; `changes` replace values at `part__field`."""
    document: dict[str, object] = {
        "id": name,
        "config": {
            "model_id": f"test/{name}",
            "model_name": name,
            "backbone": "dit",
            "dtype": "bfloat16",
            "width": 1024,
            "height": 1024,
            "num_inference_steps": 20,
            "batch_size": 4,
            "model_licence": {"name": "Apache-2.0", "commercial_use": "yes"},
        },
        "hardware": {"accelerator": "NVIDIA H100 80GB HBM3"},
        "energy": {"energy_j_per_image": 900.0, "boundary": "gpu"},
        "speed": {"seconds_per_image": 2.0},
        "quality": [fid(10.0)],
        "evidence": {
            "kind": "measured",
            "grade": "A",
            "source": {"citation": "measured here"},
            "date": "2026-11-20",
        },
    }
    for place, value in changes.items():
        part, _, field = place.partition("__")
        if field:
            document[part] = {**document[part], field: value}
        else:
            document[part] = value
    return Profile.model_validate_json(json.dumps(document))


def fid(value: float, *, match: str = "exact", reference: str = FID, stderr: float | None = None) -> dict:
    """One FID of a profile."""
    return {
        "metric": "fid",
        "value": value,
        "stderr": stderr,
        "reference": reference,
        "source": {"citation": "measured here"},
        "match": match,
    }
