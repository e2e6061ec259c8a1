"""Frontiers against brute force over every option."""

import itertools

import pytest

from bench.library import library_profiles
from roi.decision.decide import decide
from roi.options.market import market
from roi.scenario.change import with_changes
from roi.scenario.document import Scenario
from roi.scenario.load import demonstration
from roi.sensitivity.frontier import carbon_frontier, fid_frontier
from roi.sensitivity.judging import decision_verdict
from tests.roi.sensitivity_cases import ranged_scenario, two_profiles
from tests.roi.small_case import API, SECOND, fid, profile, scenario, with_supplies


def efficient(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Cost and carbon of the points that no other beats, cheapest first."""
    kept: list[tuple[float, float]] = []
    for cost, carbon in sorted(points):
        if not kept or carbon < kept[-1][1] * (1 - 1e-6):
            kept.append((cost, carbon))
    return kept


def all_plans(asked: Scenario, profiles: list) -> list[tuple[float, float]]:
    """Cost and carbon of a month of every plan with one option a workload."""
    found = []
    for workload in asked.workloads:
        images = workload.images_per_month.value
        found.append(
            [
                (o.cost_per_accepted_image * images, o.carbon_kg_co2e_per_accepted_image * images)
                for o in market(asked, workload, profiles).options
                if o.carbon_kg_co2e_per_accepted_image is not None
            ]
        )
    return [tuple(map(sum, zip(*plan, strict=True))) for plan in itertools.product(*found)]


@pytest.mark.parametrize("workloads", [1, 2])
def test_the_carbon_frontier_is_that_of_all_plans(workloads: int) -> None:
    base = ranged_scenario()
    listed = [base.workloads[0].model_dump(mode="json"), {**SECOND, "images_per_attempt": [1, 4]}]
    asked = with_changes(base, {"workloads": listed[:workloads]})
    found = carbon_frontier(asked, two_profiles())
    expected = efficient(all_plans(asked, two_profiles()))
    assert found.complete
    assert [(p.cost_per_month, p.carbon_kg_per_month) for p in found.points] == [
        pytest.approx(point, rel=1e-9) for point in expected
    ]


def test_the_first_point_is_the_decision_and_slopes_are_money_per_tonne() -> None:
    asked, profiles = demonstration(), library_profiles()
    points = carbon_frontier(asked, profiles).points
    verdict = decision_verdict(decide(asked, profiles))
    assert points[0].cost_per_accepted_image == pytest.approx(verdict.cost_per_accepted_image, rel=1e-12)
    assert points[0].picks == verdict.picks
    assert points[0].abatement_cost_per_tonne is None
    for dirtier, cleaner in itertools.pairwise(points):
        tonnes = (dirtier.carbon_kg_per_month - cleaner.carbon_kg_per_month) / 1000
        extra = cleaner.cost_per_month - dirtier.cost_per_month
        assert cleaner.abatement_cost_per_tonne == pytest.approx(extra / tonnes, rel=1e-12)


def test_a_carbon_cap_at_a_point_buys_that_point() -> None:
    asked, profiles = demonstration(), library_profiles()
    point = carbon_frontier(asked, profiles).points[2]
    capped = with_changes(asked, {"limits.carbon_cap_per_month": point.carbon_kg_per_month * (1 + 1e-9)})
    assert decision_verdict(decide(capped, profiles)).picks == point.picks


def test_supplies_that_keep_their_carbon_to_themselves_are_named() -> None:
    asked = with_changes(with_supplies(API), {"supplies[0].price_per_h": 28800})
    found = carbon_frontier(asked, [profile()])
    assert found.undisclosed == ("sold",)
    assert {point.picks[0].supply for point in found.points} == {"rented"}


def test_a_mixed_workload_has_points_between_its_options() -> None:
    asked = with_changes(ranged_scenario(), {"workloads[0].mix": True})
    found = carbon_frontier(asked, two_profiles())
    assert not found.complete
    assert any(len(point.picks) > 1 for point in found.points)
    slopes = [point.abatement_cost_per_tonne for point in found.points[1:]]
    assert all(next_ >= slope * (1 - 1e-6) for slope, next_ in itertools.pairwise(slopes))


def test_nothing_that_passes_gives_no_frontier() -> None:
    asked = with_changes(scenario(), {"workloads[0].quality.fid_max": 1})
    assert carbon_frontier(asked, [profile()]).points == ()


def test_the_fid_frontier_holds_the_levels_at_which_the_cheapest_changes() -> None:
    profiles = [
        profile("fine", quality=[fid(5.0)], speed={"seconds_per_image": 8.0}),
        profile("dearer-and-worse", quality=[fid(9.0)], speed={"seconds_per_image": 9.0}),
        profile("coarse", quality=[fid(25.0)], speed={"seconds_per_image": 1.0}),
    ]
    points = fid_frontier(scenario(), profiles)
    assert [(point.fid, point.pick.model) for point in points] == [(25.0, "coarse"), (5.0, "fine")]
    assert points[0].cost_per_accepted_image == pytest.approx((0.8 + 6) * 1.0625 + 1, rel=1e-12)
    assert points[1].cost_per_accepted_image == pytest.approx((6.4 + 6) * 1.0625 + 1, rel=1e-12)


def test_a_bar_at_a_level_chooses_its_point() -> None:
    profiles = [profile("fine", quality=[fid(5.0)], speed={"seconds_per_image": 8.0}), profile()]
    for point in fid_frontier(scenario(), profiles):
        decision = decide(scenario({"workloads[0].quality.fid_max": point.fid}), profiles)
        assert decision_verdict(decision).picks == (point.pick,)
