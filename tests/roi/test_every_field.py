"""Every field of a scenario acts in every command, or is named by it as not counted there."""

import json

import pytest
from pydantic import BaseModel

from roi.decision.decide import decide
from roi.errors import RoiError
from roi.figure import Figure
from roi.output.document import decision_document
from roi.output.not_counted import not_counted
from roi.output.plan.document import plan_document
from roi.planning.decide_plan import plan
from roi.scenario.change import with_changes
from roi.scenario.document import Scenario
from roi.scenario.supply import Api, Own, Rent
from tests.roi.small_case import fid, profile

PROFILES = (
    profile("one", quality=[fid(10.0, stderr=0.5)]),
    profile("three", speed__seconds_per_image=5.0, quality=[fid(5.0, stderr=0.5)], config__batch_size=1),
)

BLOCKS = [
    {"name": "day", "hours_per_year": 5110, "electricity_price": 30},
    {"name": "night", "hours_per_year": 3650, "electricity_price": 18},
]
MACHINE = {
    "board": "H100 SXM",
    "gpu_count": 1,
    "utilization_fraction": 0.5,
    "host_power_w_per_gpu": 150,
    "embodied_kg_co2e_per_gpu": 400,
    "embodied_host_kg_co2e_per_gpu": 100,
    "lifetime_years": 4,
    "idle_power_w_per_gpu": 90,
    "opening_cost": 100_000,
    "units_max": 40,
}
RENTED = {
    **MACHINE,
    "kind": "rent",
    "vendor": "v",
    "price_per_h": 400,
    "country": "JPN",
    "pue": 1.3,
    "grid_intensity": 0.45,
    "market_grid_intensity": 0.4,
}
OWNED = {
    **MACHINE,
    "kind": "own",
    "shared": False,
    "capex": 6_000_000,
    "residual_fraction": 0.2,
    "upkeep_per_year": 300_000,
    "space_per_year": 60_000,
    "max_power_kw": 1.2,
    "capex_change_per_year": -0.05,
}
SUPPLIES = {
    "hour": {**RENTED, "name": "s"},
    "second": {**RENTED, "name": "s", "billing": "second", "cold_start_s": 5, "minimum_s": 9},
    "spot": {**RENTED, "name": "s", "term": "spot", "interruption_overhead_fraction": 0.2},
    "reserved": {**RENTED, "name": "s", "term": "reserved", "commitment_years": 2},
    "own": {**OWNED, "name": "s"},
    "shared": {**OWNED, "name": "s", "shared": True},
    "api": {
        "kind": "api",
        "name": "s",
        "vendor": "v",
        "model": "FLUX.1-dev",
        "price_per_image": 4,
        "width": 1024,
        "height": 1024,
        "latency_s": 8,
        "country": "JPN",
        "opening_cost": 50_000,
        "commercial_use": "yes",
    },
}


def asked(kind: str) -> Scenario:
    """Work for several machines over three years on one supply, with every optional field given that can be."""
    workload = {
        "name": "pictures",
        "images_per_month": 500_000,
        "quality": {"fid_max": 20, "z": 1.0},
        "min_pixels": 1_000_000,
        "latency_max_s": 60,
        "acceptance": {"kind": "beta", "mean": 0.6, "concentration": 3},
        "acceptance_by_model": {},
        "images_per_attempt": [1, 2, 4],
        "attempts_max": 3,
        "review": {"seconds_per_attempt": 2, "seconds_per_image": 1},
        "fallback_cost": 200,
        "deliver_min": 0.5,
        "countries": ["JPN"],
        "growth_per_year": 0.2,
        "peak_factor": 1.4,
        "share_by_block": {"day": 0.8, "night": 0.2},
        "baseline": {"kind": "external", "name": "studio", "cost_per_image": 90, "seconds_per_image": 60},
    }
    return Scenario.model_validate(
        {
            "schema_version": 1,
            "name": kind,
            "currency": "JPY",
            "price_year": 2026,
            "site": {
                "country": "JPN",
                "electricity_price": 25,
                "pue": 1.4,
                "grid_intensity": 0.45,
                "market_grid_intensity": 0.2,
                "grid_intensity_change_per_year": -0.03,
                "demand_charge_per_kw_month": 1500,
                "site_power_kw": 500,
                "time_blocks": BLOCKS,
            },
            "proposal": {"drafted_on": "2026-05-01"},
            "labour": {"wage_per_h": 2000},
            "finance": {
                "discount_rate_per_year": 0.08,
                "horizon_years": 3,
                "escalation": dict.fromkeys(
                    ("electricity", "wage", "rent", "api", "upkeep", "fallback"), 0.02
                ),
                "cash_realisation_fraction": 0.5,
                "tax": {"rate": 0.3, "life_years": 5},
            },
            "workloads": [workload],
            "supplies": [SUPPLIES[kind]],
            "model_cost": {"upkeep_per_year": 100_000, "migration": 200_000},
        }
    )


TIGHT: dict[str, object] = {
    "limits.budget_per_month": 1000,
    "limits.carbon_cap_per_month": 0.001,
    "limits.carbon_cap_per_year": 0.001,
    "limits.market_carbon_cap_per_year": 0.001,
    "limits.capex_budget": 10,
    "limits.opex_budget_per_year": 1000,
    "limits.vendor_share_max": 0.1,
    "limits.spot_share_max": 0.1,
    "limits.internal_carbon_price": 900_000,
    "limits.accept_match": ["near"],
    "limits.accept_evidence": ["published"],
    "limits.boards": ["B200 SXM"],
    "limits.accept_commercial_use": ["no"],
    "site.site_power_kw": 0.5,
    "workloads[0].quality.fid_max": 4,
    "workloads[0].quality.z": 40,
    "workloads[0].quality.bars": [
        {"metric": "geneval", "reference": "geneval/original-prompts", "at_least": 0.9}
    ],
    "workloads[0].quality.reference": "fid/coco2014-10k",
    "workloads[0].min_pixels": 5_000_000,
    "workloads[0].latency_max_s": 0.5,
    "workloads[0].deliver_min": 0.999,
    "workloads[0].carbon_max": 1e-7,
    "workloads[0].countries": ["FIN"],
    "workloads[0].images_per_attempt": [1],
    "workloads[0].acceptance_by_model": {"test/one": {"kind": "alike", "mean": 0.99}},
    "supplies[0].units_max": 1,
    "supplies[0].model": "nobody's",
    "supplies[0].width": 64,
    "supplies[0].height": 64,
    "supplies[0].latency_s": 100,
    "supplies[0].country": "FIN",
    "supplies[0].commercial_use": "no",
    "supplies[0].board": "B200 SXM",
    "supplies[0].sunk": True,
    "finance.risk": {"weight": 0.5, "worlds": 3},
    "finance.tax.depreciation": "declining_balance",
    "finance.basis": "nominal",
    "finance.amounts": "tax_inclusive",
    "finance.fiscal_year_first_month": 7,
    "model_cost_by_model": {
        name: {"upkeep_per_year": 9e5, "migration": 0} for name in ("test/one", "test/three", "FLUX.1-dev")
    },
    "site.time_blocks": [{**BLOCKS[0], "electricity_price": 60}, BLOCKS[1]],
    "workloads[0].share_by_block": {"day": 0.5, "night": 0.5},
    "workloads[0].acceptance.kind": "redrawn",
}
"""Values that change an answer where adding a half to a number would not."""

APART: dict[str, str] = {
    "schema_version": "the form of the file",
    "name": "a title",
    "currency": "of the answer; tests of one programme change it",
    "exchange_rates": "needed by foreign prices alone; tests of one programme use them",
    "proposal": "the head of the paper; the report's tests read it, and recommend names it as not counted",
    "site.country": "chooses a cited grid factor, and one is given here; tests of grids change it",
    "supplies[0].vendor": "a title; vendor_share_max counts by it",
    "site.grid_zone": "stands against grid_intensity; tests of grids change it",
    "supplies[0].kind": "another supply altogether",
    "supplies[0].grid_zone": "stands against grid_intensity; tests of grids change it",
    "supplies[0].term": "another supply altogether",
    "supplies[0].billing": "another supply altogether",
    "supplies[0].model_swap_s": "needs two models on one supply; the fleet's own tests have them",
    "supplies[0].model_swaps_per_day": "needs two models on one supply; the fleet's own tests have them",
    "workloads[0].deferrable": "stands against latency_max_s and share_by_block; random scenarios have both",
    "workloads[0].mix": "changes an answer only under a binding limit; random scenarios have it",
    "price_year": "chooses the year of cited grid factors; tests of grids change it",
    "supplies[0].name": "a title",
    "workloads[0].name": "a title",
    "workloads[0].baseline.kind": "another baseline altogether",
    "workloads[0].baseline.name": "a title",
    "limits.models_max": "needs several models; random portfolios have it",
}
"""Places that this walk leaves to other tests, and why."""


def places(part: BaseModel, before: str = "") -> list[str]:
    """Every field below the part, a figure or a plain value each."""
    found: list[str] = []
    for name in type(part).model_fields:
        place, value = f"{before}{name}", getattr(part, name)
        if place in APART:
            continue
        if isinstance(value, BaseModel) and not isinstance(value, Figure):
            found += places(value, f"{place}.")
        elif isinstance(value, tuple) and value and isinstance(value[0], BaseModel) and name != "time_blocks":
            found += places(value[0], f"{place}[0].")
        else:
            found.append(place)
    return found


def raised(scenario: Scenario, place: str) -> object:
    """Another value for the place."""
    if place in TIGHT:
        return TIGHT[place]
    value: object = scenario
    for step in place.replace("[0]", ".0").split("."):
        value = value[int(step)] if step.isdigit() else getattr(value, step)
    number = value.value if isinstance(value, Figure) else value
    if isinstance(number, bool):
        return not number
    if number is None:
        return None
    assert isinstance(number, int | float), f"{place}: give it another value in TIGHT"
    if isinstance(number, int):
        return number + 1
    return 0.9 if 0 < number < 1 else number * 1.5 or 1.0


def answer(scenario: Scenario, command: str) -> str:
    """The whole answer but for what names the inputs."""
    try:
        if command == "plan":
            document = plan_document(plan(scenario, PROFILES, explained=False), "en")
        else:
            document = decision_document(decide(scenario, PROFILES, near=False), "en")
    except RoiError as refusal:
        return f"refused: {refusal}"
    kept = {
        key: value for key, value in document.items() if key not in ("inputs_hash", "assumptions", "solver")
    }
    return json.dumps(kept, sort_keys=True)


WALK = [(kind, place) for kind in SUPPLIES for place in places(asked(kind))]


@pytest.fixture(scope="module")
def unchanged() -> dict[tuple[str, str], str]:
    """Answers as things stand."""
    return {
        (kind, command): answer(asked(kind), command)
        for kind in SUPPLIES
        for command in ("recommend", "plan")
    }


@pytest.mark.parametrize("command", ["recommend", "plan"])
def test_every_field_changes_the_answer_on_some_supply_or_is_named_as_not_counted(unchanged, command):
    acts: dict[str, list[str]] = {}
    for kind, place in WALK:
        if acts.get(place):
            continue
        if (other := raised(asked(kind), place)) is None:
            continue
        try:
            changed = with_changes(asked(kind), {place: other})
        except RoiError:
            continue
        named = command == "recommend" and any(place.startswith(each) for each in not_counted(changed))
        differs = answer(changed, command) != unchanged[kind, command]
        acts.setdefault(place, []).extend([kind] if differs or named else [])
    assert sorted(place for place, kinds in acts.items() if not kinds) == []
    assert len(acts) > 80


def test_the_walk_knows_every_field_of_every_kind_of_supply():
    walked = {place.rpartition(".")[2] for _, place in WALK if place.startswith("supplies")}
    apart = {place.rpartition(".")[2] for place in APART if place.startswith("supplies")}
    assert {name for kind in (Rent, Own, Api) for name in kind.model_fields} == walked | apart


def test_what_recommend_does_not_count_stands_on_its_page():
    from tests.roi.decision_text import decision_text

    page = " ".join(decision_text(decide(asked("hour"), PROFILES), "en", 200).split())
    assert (
        "Not counted here: proposal, finance.cash_realisation_fraction, finance.tax, workloads[0].baseline."
        in page
    )
