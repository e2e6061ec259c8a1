"""`carbon_max` on machines that several workloads share: what a picture answers for is split by use, and no sum.

More use of a machine spreads its waiting over more pictures, so that a plan may keep the limit only because other
work is put there too.
"""

import pytest

from roi.decision.decide import decide
from roi.planning.decide_plan import plan
from roi.scenario.change import with_changes
from tests.roi.small_case import OWN, SECOND, fid, profile, scenario, with_supplies

PROFILES = (profile("one", quality=[fid(10.0)]),)
ALONE = {
    **OWN,
    "name": "site",
    "shared": False,
    "gpu_count": 1,
    "capex": 5_000_000,
    "idle_power_w_per_gpu": 100,
}


def two(**changes):
    """Few pictures that must be made at the site, under a limit, beside many that may be made anywhere."""
    base = with_supplies(ALONE, images_per_month=200, countries=["JPN"])
    small = base.workloads[0].model_dump(mode="json")
    large = {**SECOND, "images_per_month": 150_000, "deferrable": True, "deliver_min": 0.1}
    abroad = {
        **base.supplies[0].model_dump(mode="json"),
        "name": "abroad",
        "gpu_count": 1,
        "country": "FIN",
        "price_per_h": {"value": 20.0},
    }
    site, dear = base.supplies[1].model_dump(mode="json"), {"site.electricity_price": 500}
    return with_changes(base, {"workloads": [small, large], "supplies": [abroad, site], **dear, **changes})


def carbon_of(found, workload):
    """Of an accepted image of a workload [kgCO2e]."""
    mine = [each for each in found.choices if each.option.workload == workload]
    return sum(each.share_fraction * each.carbon_kg_co2e_per_accepted_image for each in mine)


def test_a_limit_that_only_other_work_on_the_machine_keeps_has_an_answer():
    free = decide(two(), PROFILES, near=False)
    limit = 1.0
    assert carbon_of(free, "pictures") > limit
    asked = two(**{"workloads[0].carbon_max": limit})
    found = decide(asked, PROFILES, near=False)
    assert found.choices
    assert found.verified
    assert carbon_of(found, "pictures") <= limit * (1 + 1e-6)
    site = {each.option.offer.supply for each in found.choices if each.option.workload == "banners"}
    assert "site" in site


def test_a_further_supply_takes_no_answer_away_and_makes_none_dearer():
    limit = {"workloads[0].carbon_max": 1.0}
    asked = two(**limit)
    without = with_changes(asked, {"supplies": [asked.supplies[1].model_dump(mode="json")]})
    alone, both = plan(without, PROFILES, explained=False), plan(asked, PROFILES, explained=False)
    assert alone.worth is not None
    assert both.worth is not None
    assert both.worth.tco <= alone.worth.tco * (1 + 1e-9)
    assert both.status == "feasible" or both.solver.gap <= 1e-6


def test_an_undisclosed_service_of_other_work_takes_no_answer_away():
    sold = {
        "kind": "api",
        "name": "sold",
        "vendor": "W",
        "model": "FLUX.1-schnell",
        "price_per_image": 0.001,
        "width": 1024,
        "height": 1024,
        "commercial_use": "yes",
    }
    base = two()
    supplies = [*(each.model_dump(mode="json") for each in base.supplies), sold]
    asked = with_changes(base, {"supplies": supplies, "workloads[0].carbon_max": 1000})
    assert decide(asked, PROFILES, near=False).choices


def test_a_server_that_stands_there_unused_is_in_no_pictures_emissions():
    server = {**OWN, "name": "old", "shared": False, "sunk": True, "idle_power_w_per_gpu": 100}
    asked = with_supplies({**server, "upkeep_per_year": 50_000_000}, carbon_max=0.5)
    found = plan(asked, PROFILES, explained=False)
    assert {each.option.offer.supply for each in found.choices} == {"rented"}
    choice = decide(asked, PROFILES, near=False).choices[0]
    assert choice.carbon_kg_co2e_per_accepted_image <= 0.5


@pytest.mark.parametrize("mean", [0.9, 0.97])
def test_a_fallback_that_hardly_ever_comes_does_not_undo_the_proof(mean):
    asked = scenario({"workloads[0].acceptance.mean": mean, "workloads[0].attempts_max": 3})
    assert decide(asked, PROFILES, near=False).verified
