"""Frontiers against brute force over every option."""

import itertools

import pytest

from bench.library import library_profiles
from roi.decision.decide import decide
from roi.fleet.solver import solve_fleet
from roi.options.market import market
from roi.planning.course import best_course
from roi.planning.today import present_in
from roi.planning.worth import worth
from roi.scenario.change import with_changes
from roi.scenario.document import Scenario
from roi.scenario.load import demonstration
from roi.sensitivity.frontier import POINTS_MAX, carbon_frontier, fid_frontier
from roi.sensitivity.verdicts import decision_verdict
from tests.roi.drawn_cases import MODEL_COST, alone
from tests.roi.sensitivity_cases import ranged_scenario, two_profiles
from tests.roi.small_case import API, SECOND, fid, profile, scenario, with_supplies


def efficient(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Cost and carbon of the points that no other beats, cheapest first; costs within rounding are one."""
    kept: list[tuple[float, float]] = []
    for cost, carbon in sorted(points, key=lambda point: (float(f"{point[0]:.9g}"), point[1])):
        if not kept or carbon < kept[-1][1] * (1 - 1e-6):
            kept.append((cost, carbon))
    return kept


def all_plans(asked: Scenario, profiles: list) -> list[tuple[float, float]]:
    """Cost and carbon over the years of every plan with one option a workload."""
    present, found = present_in(asked, profiles), []
    for options in itertools.product(*(market(asked, each, profiles).options for each in asked.workloads)):
        course = best_course(asked, options, present, solve_fleet)
        if course is not None:
            total = worth(asked, course.ledger)
            found.append((total.tco, total.carbon_kg_co2e))
    return found


@pytest.mark.parametrize("workloads", [1, 2])
def test_the_carbon_frontier_is_that_of_all_plans(workloads: int) -> None:
    """On one supply nothing can be split: every plan is one option a workload, on the instances that they share."""
    base = alone("rented", {"model_cost": MODEL_COST})
    listed = [base.workloads[0].model_dump(mode="json"), {**SECOND, "images_per_attempt": [1, 4]}]
    asked = with_changes(base, {"workloads": listed[:workloads]})
    found = carbon_frontier(asked, two_profiles())
    assert found.complete
    assert len(found.points) > 2
    assert [(point.cost, point.carbon_kg) for point in found.points] == [
        pytest.approx(point, rel=1e-9) for point in efficient(all_plans(asked, two_profiles()))
    ]


def test_the_first_point_is_the_decision_and_slopes_are_money_per_tonne() -> None:
    asked, profiles = demonstration(), library_profiles()
    points, decision = carbon_frontier(asked, profiles).points, decide(asked, profiles, near=False)
    assert points[0].cost_per_accepted_image == pytest.approx(decision.cost_per_accepted_image, rel=1e-9)
    assert points[0].picks == decision_verdict(decision).picks
    assert points[0].abatement_cost_per_tonne is None
    for dirtier, cleaner in itertools.pairwise(points):
        tonnes = (dirtier.carbon_kg - cleaner.carbon_kg) / 1000
        extra = cleaner.cost - dirtier.cost
        assert cleaner.abatement_cost_per_tonne == pytest.approx(extra / tonnes, rel=1e-12)


def test_a_carbon_cap_at_a_point_buys_that_point() -> None:
    """The demonstration's five years are alike: a fifth of the point's emissions is a year's."""
    asked, profiles = demonstration(), library_profiles()
    point = carbon_frontier(asked, profiles).points[2]
    capped = with_changes(asked, {"limits.carbon_cap_per_year": point.carbon_kg / 5 * (1 + 1e-9)})
    assert decision_verdict(decide(capped, profiles, near=False)).picks == point.picks


def test_work_that_moves_bit_by_bit_between_supplies_has_points_spread_evenly() -> None:
    """Seconds here are cheap and dirty, elsewhere dear and clean: each picture that moves saves the same."""
    here = {**scenario().supplies[0].model_dump(mode="json"), "billing": "second"}
    there = {**here, "name": "clean", "price_per_h": 28800, "grid_intensity": 0.0}
    asked = with_changes(scenario(), {"supplies": [here, there], "workloads[0].attempts_max": 1})
    found = carbon_frontier(asked, [profile()])
    assert not found.complete
    assert len(found.points) == POINTS_MAX
    assert len(found.points[1].picks) == 2
    slopes = [point.abatement_cost_per_tonne for point in found.points[1:]]
    assert slopes == pytest.approx([slopes[0]] * len(slopes), rel=1e-5)


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
    """An instance at 0.8 a second makes four pictures in 32 s or in 4 s."""
    profiles = [
        profile("fine", quality=[fid(5.0)], speed={"seconds_per_image": 8.0}),
        profile("dearer-and-worse", quality=[fid(9.0)], speed={"seconds_per_image": 9.0}),
        profile("coarse", quality=[fid(25.0)], speed={"seconds_per_image": 1.0}),
    ]
    points = fid_frontier(scenario({"supplies[0].billing": "second"}), profiles)
    assert [(point.fid, point.pick.model) for point in points] == [(25.0, "coarse"), (5.0, "fine")]
    assert points[0].cost_per_accepted_image == pytest.approx((3.2 + 6) * 1.0625 + 1, rel=1e-9)
    assert points[1].cost_per_accepted_image == pytest.approx((25.6 + 6) * 1.0625 + 1, rel=1e-9)


def test_a_bar_at_a_level_chooses_its_point() -> None:
    profiles = [profile("fine", quality=[fid(5.0)], speed={"seconds_per_image": 8.0}), profile()]
    for point in fid_frontier(scenario(), profiles):
        decision = decide(scenario({"workloads[0].quality.fid_max": point.fid}), profiles)
        assert decision_verdict(decision).picks == (point.pick,)
