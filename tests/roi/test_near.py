"""Near-equals of a choice, and the acceptance at which each would be the choice."""

import math

import pytest

from bench.library import library_profiles
from roi.decision.decide import decide
from roi.decision.market import market
from roi.decision.near import _crossing, near_equals, steering_cost_per_accepted_image
from roi.errors import RoiError
from roi.output.explain import explanation
from roi.output.lines import decision_text
from roi.scenario.change import with_changes
from roi.scenario.load import demonstration
from tests.roi.small_case import API, profile, scenario, with_supplies

FASTER = profile("faster", speed__seconds_per_image=1.0)
SLOWER = profile("slower", speed__seconds_per_image=1.5)
TOGETHER = (
    FASTER,
    SLOWER,
    profile("slow", speed__seconds_per_image=3.0),
    profile("slowest", speed__seconds_per_image=9.0),
)


def alternatives(asked, *profiles):
    return decide(asked, profiles).alternatives[asked.workloads[0].name]


def test_near_equals_are_the_cheapest_of_each_other_model_and_supply_nearest_first():
    two_settings = profile("dearer", config__model_id="test/slower", speed__seconds_per_image=2.0)
    found = alternatives(with_supplies({**API, "price_per_image": 0.8}), *TOGETHER, two_settings)
    assert [each.option.offer.id for each in found] == ["slower", "slow", "api:sold"]


def test_the_three_nearest_are_shown_and_all_within_two_percent():
    """Rent 0.2 a second x 4 images: 0.01 s is 0.0085 of 8.225, so 0.05 s is within 2 % too."""
    crowd = [profile(f"m{n}", speed__seconds_per_image=1.0 + 0.01 * n) for n in range(6)]
    assert len(alternatives(scenario(), *crowd)) == 5
    assert len(alternatives(scenario(), *crowd[:1], *TOGETHER[1:])) == 3


def test_extra_cost_and_the_component_behind_it_by_hand():
    """0.5 s x 4 images x 0.2 a second x 1.0625 attempts = 0.425 more than 8.225."""
    [near] = alternatives(scenario(), FASTER, SLOWER)
    assert near.component == "rent"
    assert near.component_difference == pytest.approx(0.425, rel=1e-12)
    assert near.extra_cost_fraction == pytest.approx(0.425 / 8.225, rel=1e-12)
    assert near.acceptance == 0.5


def test_break_even_acceptance_by_hand():
    """One image, one attempt, no fallback: cost / p. 0.4 + 3 at 1/2 are 6.8; 0.8 + 3 at p are 6.8 at 3.8 / 6.8."""
    changes = {
        "workloads[0].images_per_attempt": [1],
        "workloads[0].attempts_max": 1,
        "workloads[0].fallback_cost": None,
    }
    single = {"config__batch_size": 1}
    asked = scenario(changes)
    [near] = alternatives(
        asked,
        profile("a", speed__seconds_per_image=2.0, **single),
        profile("b", speed__seconds_per_image=4.0, **single),
    )
    assert near.break_even_acceptance == pytest.approx(3.8 / 6.8, abs=2e-9)


def test_an_alternative_that_costs_more_when_all_pass_has_no_break_even():
    [near] = alternatives(scenario(), FASTER, profile("hours", speed__seconds_per_image=100.0))
    assert near.break_even_acceptance is None


def chosen_with(asked, near, mean):
    """The model that is chosen when the near-equal's pictures pass with that mean, its spread kept."""
    workload = asked.workloads[0]
    acceptance = {**workload.acceptance.model_dump(mode="json"), "mean": mean}
    changed = with_changes(
        asked, {"workloads[0].acceptance_by_model": {near.option.offer.model_id: acceptance}}
    )
    return decide(changed, library_profiles()).choices[0].option.offer.model_id


@pytest.mark.parametrize("kind", ["alike", "beta", "redrawn"])
def test_at_its_break_even_acceptance_an_alternative_is_the_choice_and_just_below_it_is_not(kind):
    spread = None if kind == "alike" else 3
    acceptance = {"kind": kind, "mean": 0.5, "concentration": spread}
    asked = with_changes(demonstration(), {"workloads[0].acceptance": acceptance})
    decision = decide(asked, library_profiles())
    best = decision.choices[0].option.offer.model_id
    near = [
        each
        for each in decision.alternatives["product-pictures"]
        if each.option.offer.model_id != best and each.break_even_acceptance
    ]
    assert len(near) >= 2
    for each in near:
        assert chosen_with(asked, each, each.break_even_acceptance + 1e-7) == each.option.offer.model_id
        assert chosen_with(asked, each, each.break_even_acceptance - 1e-7) == best


@pytest.mark.parametrize(("low", "high"), [(0.0, 1.0), (0.1, 0.9)])
def test_the_crossing_of_a_steep_falling_curve_is_found_to_a_billionth(low, high):
    def excess(p):
        return math.exp(-20 * p) - math.exp(-6.0)

    found = _crossing(excess, low, high, excess(low), excess(high))
    assert found == pytest.approx(0.3, abs=2e-9)
    assert excess(found) <= 0


def test_the_crossing_starts_from_an_infinite_cost():
    """Below 0.4 nothing delivers often enough, and the cost is infinite."""

    def excess(p):
        return math.inf if p < 0.4 else 0.7 - p

    assert _crossing(excess, 0.1, 0.99, math.inf, excess(0.99)) == pytest.approx(0.7, abs=2e-9)


def test_the_break_even_lies_where_the_alternative_costs_what_the_choice_costs():
    asked = scenario({"workloads[0].attempts_max": 5, "workloads[0].images_per_attempt": [4, 8]})
    together = (FASTER, SLOWER, profile("middle", speed__seconds_per_image=1.2))
    decision = decide(asked, together)
    target = steering_cost_per_accepted_image(asked, asked.workloads[0], decision.choices[0].option)
    assert len(decision.alternatives["pictures"]) == 2
    for near in decision.alternatives["pictures"]:
        acceptance = {"kind": "alike", "mean": near.break_even_acceptance}
        moved = with_changes(asked, {"workloads[0].acceptance": acceptance})
        workload = moved.workloads[0]
        pool = [o for o in market(moved, workload, together).options if o.offer.id == near.option.offer.id]
        cost = min(steering_cost_per_accepted_image(moved, workload, option) for option in pool)
        assert cost == pytest.approx(target, rel=1e-7)


def test_the_standing_cost_of_a_model_counts_in_the_comparison():
    """600,000 a year are 0.5 an image; fine at 0.425 more in rent would be nearer without it."""
    cost = {"test/faster": {"upkeep_per_year": 600_000, "migration": 0}}
    decision = decide(scenario({"model_cost_by_model": cost}), [FASTER, SLOWER])
    assert decision.choices[0].option.offer.id == "slower"
    [near] = decision.alternatives["pictures"]
    assert (near.component, near.component_difference) == ("model", pytest.approx(0.5, rel=1e-12))


def test_a_choice_that_costs_nothing_is_a_fault_of_the_scenario():
    free = {"labour.wage_per_h": 0, "supplies[0].price_per_h": 0, "workloads[0].fallback_cost": None}
    with pytest.raises(RoiError, match="the choice costs nothing"):
        decide(scenario(free), [FASTER, SLOWER])


def test_without_another_model_or_supply_there_is_no_near_equal():
    asked = scenario()
    [choice] = decide(asked, [FASTER]).choices
    options = market(asked, asked.workloads[0], [FASTER]).options
    assert near_equals(asked, asked.workloads[0], options, choice) == ()


def test_what_a_carbon_cap_keeps_out_is_cheaper_and_no_acceptance_lets_it_in():
    """Dirty saves 0.5 s x 0.2 x 4 x 1.0625 = 0.425 an image; a cap at what clean emits keeps it out."""
    dirty = profile("dirty", energy__energy_j_per_image=9000.0, speed__seconds_per_image=1.0)
    clean = profile("clean", energy__energy_j_per_image=100.0, speed__seconds_per_image=1.5)
    [free] = decide(scenario(), [clean]).choices
    cap = free.option.carbon_kg_co2e_per_accepted_image * 100_000 * 1.001
    decision = decide(scenario({"limits.carbon_cap_per_month": cap}), [dirty, clean])
    assert decision.choices[0].option.offer.id == "clean"
    [near] = decision.alternatives["pictures"]
    assert near.extra_cost_fraction == pytest.approx(-0.425 / 8.65, rel=1e-12)
    assert (near.component, near.component_difference) == ("rent", pytest.approx(-0.425, rel=1e-12))
    assert near.break_even_acceptance is None
    for language, words in (("en", "cheaper alone"), ("ja", "単独では割安")):
        assert words in decision_text(decision, language, columns=200)
        assert "dirty" in explanation(decision, "dirty", language)[0]
