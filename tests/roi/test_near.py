"""Near-equals of a choice, and the acceptance at which each would be the choice."""

import math

import pytest

from bench.library import library_profiles
from roi.decision.break_even import crossing
from roi.decision.decide import decide
from roi.decision.near import near_equals, one_more_attempt, settled_by, trial_looks
from roi.fleet.solver import solve_fleet
from roi.options.market import market
from roi.output.explain import explanation
from roi.planning.sole_source import steering_alone
from roi.scenario.change import with_changes
from roi.scenario.load import demonstration
from roi.texts import text
from tests.roi.decision_text import decision_text
from tests.roi.small_case import API, fid, profile
from tests.roi.used_case import scenario, with_supplies

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

    found = crossing(excess, low, high, excess(low), excess(high))
    assert found == pytest.approx(0.3, abs=2e-9)
    assert excess(found) <= 0


def test_the_crossing_starts_from_an_infinite_cost():
    """Below 0.4 nothing delivers often enough, and the cost is infinite."""

    def excess(p):
        return math.inf if p < 0.4 else 0.7 - p

    assert crossing(excess, 0.1, 0.99, math.inf, excess(0.99)) == pytest.approx(0.7, abs=2e-9)


def test_the_break_even_lies_where_the_alternative_costs_what_the_choice_costs():
    asked = scenario({"workloads[0].attempts_max": 5, "workloads[0].images_per_attempt": [4, 8]})
    together = (FASTER, SLOWER, profile("middle", speed__seconds_per_image=1.2))
    decision = decide(asked, together)
    target = decision.choices[0].steering_cost_per_accepted_image
    assert len(decision.alternatives["pictures"]) == 2
    for near in decision.alternatives["pictures"]:
        acceptance = {"kind": "alike", "mean": near.break_even_acceptance}
        moved = with_changes(asked, {"workloads[0].acceptance": acceptance})
        workload = moved.workloads[0]
        pool = [o for o in market(moved, workload, together).options if o.offer.id == near.option.offer.id]
        cost = min(steering_alone(moved, pool, decision.present))
        assert cost == pytest.approx(target, rel=1e-7)


def test_the_standing_cost_of_a_model_counts_in_the_comparison():
    """600,000 a year are 0.5 an image; fine at 0.425 more in rent would be nearer without it."""
    cost = {"test/faster": {"upkeep_per_year": 600_000, "migration": 0}}
    decision = decide(scenario({"model_cost_by_model": cost}), [FASTER, SLOWER])
    assert decision.choices[0].option.offer.id == "slower"
    [near] = decision.alternatives["pictures"]
    assert (near.component, near.component_difference) == ("model", pytest.approx(0.5, rel=1e-12))


def test_where_everything_is_free_nothing_is_divided_by_zero():
    free = {"labour.wage_per_h": 0, "supplies[0].price_per_h": 0, "workloads[0].fallback_cost": None}
    decision = decide(scenario(free), [FASTER, SLOWER])
    [near] = decision.alternatives["pictures"]
    assert (near.cost_per_accepted_image, near.extra_cost_fraction) == (0.0, None)
    page = decision_text(decision, "en", columns=200)
    assert "no difference" in page
    assert "People and fallback" not in page


def test_without_another_model_or_supply_there_is_no_near_equal():
    asked = scenario()
    decision = decide(asked, [FASTER])
    options = market(asked, asked.workloads[0], [FASTER]).options
    found = near_equals(asked, asked.workloads[0], options, decision.choices, decision.present, solve_fleet)
    assert found == ()


def dirty_and_clean():
    """Dirty saves 0.5 s x 0.2 x 4 x 1.0625 = 0.425 an image of clean's 8.65."""
    dirty = profile("dirty", energy__energy_j_per_image=9000.0, speed__seconds_per_image=1.0)
    return dirty, profile("clean", energy__energy_j_per_image=100.0, speed__seconds_per_image=1.5)


@pytest.mark.parametrize(("language", "price"), [("en", "JPY 8.2"), ("ja", "合格画像1枚あたり 8.2")])
def test_what_a_carbon_cap_keeps_out_is_no_near_equal_and_explain_names_the_cap(language, price):
    dirty, clean = dirty_and_clean()
    [free] = decide(scenario(), [clean]).choices
    cap = free.carbon_kg_co2e_per_accepted_image * 100_000 * 1.001
    decision = decide(scenario({"limits.carbon_cap_per_month": cap}), [dirty, clean])
    assert decision.choices[0].option.offer.id == "clean"
    assert decision.alternatives["pictures"] == ()
    lines = "\n".join(explanation(decision, "dirty", language))
    assert price in lines
    assert text(language, "plan_rule.carbon_cap_per_month") in lines


def test_a_budget_keeps_out_what_is_dearer_than_it():
    """8.225 and 8.65 an image are 822,500 and 865,000 a month."""
    for budget, ids in ((864_000, []), (866_000, ["slower"])):
        found = alternatives(scenario({"limits.budget_per_month": budget}), FASTER, SLOWER)
        assert [each.option.offer.id for each in found] == ids


def test_at_a_break_even_under_a_carbon_cap_the_alternative_is_the_choice_and_just_below_it_is_not():
    """The cap lies below what slower emits at its best setting, which then has to try less often."""
    changes = {"workloads[0].attempts_max": 3}
    [free] = alternatives(scenario(changes), FASTER, SLOWER)
    cap = free.carbon_kg_co2e_per_accepted_image * 100_000 * 0.999
    capped = scenario({**changes, "limits.carbon_cap_per_month": cap})
    [near] = alternatives(capped, FASTER, SLOWER)
    assert near.option.attempts_max < free.option.attempts_max
    for step, chosen in ((1e-7, "slower"), (-1e-7, "faster")):
        passing = {"kind": "alike", "mean": near.break_even_acceptance + step}
        moved = with_changes(capped, {"workloads[0].acceptance_by_model": {"test/slower": passing}})
        assert decide(moved, [FASTER, SLOWER]).choices[0].option.offer.id == chosen


def test_totals_that_steer_stand_beside_cash_and_order_the_alternatives():
    dirty, clean = dirty_and_clean()
    decision = decide(scenario({"limits.internal_carbon_price": 1e6}), [dirty, clean])
    [choice], [near] = decision.choices, decision.alternatives["pictures"]
    assert choice.option.offer.id == "clean"
    assert choice.cost_per_accepted_image == pytest.approx(8.65, rel=1e-12)
    assert near.cost_per_accepted_image == pytest.approx(8.225, rel=1e-12)
    carbon = near.carbon_kg_co2e_per_accepted_image
    assert near.internal_carbon_cost_per_accepted_image == pytest.approx(1000 * carbon, rel=1e-12)
    steering = choice.cost_per_accepted_image + choice.internal_carbon_cost_per_accepted_image
    expected = (8.225 + near.internal_carbon_cost_per_accepted_image) / steering - 1
    assert near.extra_cost_fraction == pytest.approx(expected, rel=1e-12)
    assert "is not cash" in decision_text(decision, "en", columns=300)


def test_the_same_model_elsewhere_would_win_by_its_price_and_not_by_acceptance():
    """Rent 0.1 a board-second more of 0.2: a third of 0.3 has to go."""
    dearer = {**scenario().supplies[0].model_dump(mode="json"), "name": "dearer", "price_per_h": 1080}
    decision = decide(with_supplies(dearer), [FASTER])
    [near] = decision.alternatives["pictures"]
    assert near.break_even_acceptance is None
    assert near.break_even_price_fraction == pytest.approx(1 / 3, rel=1e-9)
    assert "33.3% cheaper" in decision_text(decision, "en", columns=200)
    assert any("33.3% cheaper" in line for line in explanation(decision, "faster", "en"))


def test_a_break_even_within_half_a_point_is_shown_as_equivalent():
    nearly = profile("nearly", speed__seconds_per_image=1.001)
    page = decision_text(decide(scenario(), [FASTER, nearly]), "en", columns=200)
    assert "equivalent: within the uncertainty of acceptance" in page
    assert "Equivalent: nearly" in page
    assert "Equivalent" not in decision_text(decide(scenario(), [FASTER, SLOWER]), "en", columns=200)


def test_one_attempt_beyond_the_limit_is_priced_by_hand():
    """A third attempt of 7.2 is needed 1 time in 256 and saves 15/16 of a fallback of 256 / 256."""
    asked = scenario()
    decision = decide(asked, [FASTER])
    [choice] = decision.choices
    more = (4 * 0.2 + 6) / 256 - 15 / 16
    found = one_more_attempt(asked, asked.workloads[0], choice, decision.present)
    assert found == pytest.approx(more, rel=1e-9)
    longer = scenario({"workloads[0].attempts_max": 3})
    assert decide(longer, [FASTER]).choices[0].cost_per_accepted_image == pytest.approx(
        8.225 + more, rel=1e-9
    )


def test_equal_costs_are_a_tie_that_less_carbon_settles_and_the_page_says_so():
    """Two models at the same seconds and so the same rent; one draws a third of the joules."""
    thrifty = profile("thrifty", energy__energy_j_per_image=300.0)
    decision = decide(scenario(), [profile("hungry"), thrifty])
    assert decision.choices[0].option.offer.id == "thrifty"
    [near] = decision.alternatives["pictures"]
    assert (near.tied, near.extra_cost_fraction, near.trial_looks) == (True, 0.0, None)
    page = decision_text(decision, "en", columns=200)
    assert "A tie at the same cost with hungry" in page
    assert "Settled by: less carbon." in page


@pytest.mark.parametrize(
    ("parts", "other", "criterion"),
    [
        ({"quality": [fid(9.0)]}, {}, "quality"),
        ({}, {}, "order"),
    ],
)
def test_what_carbon_does_not_settle_quality_does_and_then_the_order_of_names(parts, other, criterion):
    decision = decide(scenario(), [profile("b", **parts), profile("a", **other)])
    chosen = "b" if criterion == "quality" else "a"
    assert decision.choices[0].option.offer.id == chosen
    [near] = decision.alternatives["pictures"]
    assert settled_by(decision.choices[0], near) == criterion


def test_of_settings_at_one_cost_the_one_that_delivers_more_is_taken():
    """Without a fallback every further attempt of pictures that pass alike costs what the first did: all tie."""
    changes = {"workloads[0].fallback_cost": None, "workloads[0].attempts_max": 3}
    [choice] = decide(scenario(changes), [FASTER]).choices
    assert choice.option.attempts_max == 3


def test_a_trial_that_tells_half_from_three_fifths_needs_385_looks_of_each():
    """(1.95996 + 0.84162)^2 x (0.25 + 0.24) / 0.1^2 = 384.6 (Fleiss, Levin and Paik, without the correction)."""
    assert trial_looks(0.5, 0.6) == 385
    assert trial_looks(0.5, 0.5) is None


def test_the_trial_that_would_separate_equivalents_stands_on_the_page():
    nearly = profile("nearly", speed__seconds_per_image=1.001)
    decision = decide(scenario(), [FASTER, nearly])
    [near] = decision.alternatives["pictures"]
    assert near.trial_looks == trial_looks(0.5, near.break_even_acceptance)
    assert f"{near.trial_looks:,} judged pictures of each model" in decision_text(decision, "en", columns=300)
