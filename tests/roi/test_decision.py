"""decide(): the choice against brute force, its proof, company-wide limits, and what may not matter."""

import itertools
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roi.decision.decide import decide
from roi.errors import RoiError
from roi.options.market import market
from roi.planning.fingerprint import inputs_hash
from roi.planning.sole_source import steering_alone
from roi.planning.today import present_in
from roi.scenario.change import with_changes
from tests.roi.small_case import API, OWN, SECOND, fid, profile
from tests.roi.used_case import scenario, with_supplies

CHEAP = profile("cheap", energy__energy_j_per_image=3000.0, speed__seconds_per_image=1.0)
CLEAN = profile("clean", energy__energy_j_per_image=300.0, speed__seconds_per_image=3.0)
FINE = profile("fine", speed__seconds_per_image=6.0, quality=[fid(5.0)])
SMALL = profile("small", config__batch_size=1, speed__seconds_per_image=2.5, quality=[fid(8.0)])
PROFILES = (CHEAP, CLEAN, FINE, SMALL)


def two_workloads(**changes):
    """Pictures, and banners that only `fine` and `small` are good enough for."""
    first = scenario().workloads[0].model_dump(mode="json")
    banners = {**SECOND, "quality": {"fid_max": 9}, "images_per_attempt": [1, 4]}
    return scenario({"workloads": [first, banners], **changes})


def month_of(workload, option):
    """Requests a month of an option that serves the workload alone."""
    return workload.images_per_month.value / option.delivered


def keeping_per_month(asked, model_id):
    """Upkeep of a model, and its migration spread over the horizon."""
    cost = asked.cost_of_model(model_id)
    if cost is None:
        return 0.0
    months = 12 * asked.finance.horizon_years.value
    return asked.amount(cost.upkeep_per_year) / 12 + asked.amount(cost.migration) / months


def cheapest_plan(asked, profiles=PROFILES, models_max=None, carbon_cap=math.inf, budget=math.inf):
    """Least cash a month over every pair of options, models' standing cost included."""
    pools = [market(asked, workload, profiles).options for workload in asked.workloads]
    best = math.inf
    for plan in itertools.product(*pools):
        kept = {option.offer.model_id for option in plan}
        requests = [month_of(w, o) for w, o in zip(asked.workloads, plan, strict=True)]
        cost = sum(o.cost_per_request * r for o, r in zip(plan, requests, strict=True))
        cost += sum(keeping_per_month(asked, model) for model in kept)
        pairs = zip(plan, requests, strict=True)
        carbon = sum(o.attempt.carbon_kg_co2e * o.outcome.expected_attempts * r for o, r in pairs)
        if len(kept) <= (models_max or len(kept)) and carbon <= carbon_cap and cost <= budget:
            best = min(best, cost)
    return best


def cost_of(decision):
    return math.fsum(c.cost_per_accepted_image * c.accepted_images_per_month for c in decision.choices)


def carbon_of(decision):
    return math.fsum(
        c.carbon_kg_co2e_per_accepted_image * c.accepted_images_per_month for c in decision.choices
    )


def test_the_cheapest_option_is_chosen_with_its_figures():
    """Cheap takes 1 s an image: rent 0.85, look 6.375, fallback 1; 100,000 images in each of 60 months."""
    decision = decide(scenario(), PROFILES)
    [choice] = decision.choices
    assert (decision.status, choice.option.offer.id, decision.verified) == ("optimal", "cheap", True)
    assert choice.cost_per_accepted_image == pytest.approx(8.225, rel=1e-12)
    assert decision.solver.bound == pytest.approx(822_500.0 * 60, rel=1e-9)


def test_components_add_up_to_the_cost_with_the_standing_cost_of_the_model():
    """1,200,000 a year and 3,000,000 over 5 years are 150,000 a month, 1.5 an image."""
    asked = scenario({"model_cost": {"upkeep_per_year": 1_200_000, "migration": 3_000_000}})
    [choice] = decide(asked, PROFILES).choices
    kept = choice.cost_components["model"] + choice.cost_components["migration"]
    assert kept == pytest.approx(1.5, rel=1e-12)
    assert math.fsum(choice.cost_components.values()) == pytest.approx(
        choice.cost_per_accepted_image, rel=1e-9
    )


def test_an_api_may_be_the_choice():
    sold = {**API, "price_per_image": 0.01}
    decision = decide(with_supplies(sold), PROFILES)
    assert decision.choices[0].option.offer.id == "api:sold"
    assert decision.verified


@pytest.mark.parametrize("models_max", [None, 1, 2])
@pytest.mark.parametrize("standing", [0, 600_000])
def test_two_workloads_are_served_as_brute_force_over_shared_models_would(models_max, standing):
    asked = two_workloads(
        **{
            "limits.models_max": models_max,
            "model_cost": {"upkeep_per_year": standing, "migration": 0},
        }
    )
    decision = decide(asked, PROFILES)
    assert decision.verified
    assert cost_of(decision) == pytest.approx(cheapest_plan(asked, models_max=models_max), rel=1e-9)
    kept = {choice.option.offer.model_id for choice in decision.choices}
    assert len(kept) <= (models_max or 4)


def test_one_model_for_both_is_dearer_than_one_for_each():
    assert cost_of(decide(two_workloads(**{"limits.models_max": 1}), PROFILES)) > cost_of(
        decide(two_workloads(), PROFILES)
    )


@pytest.mark.parametrize("share", [0.95, 0.9, 0.8])
def test_a_carbon_cap_costs_what_brute_force_says(share):
    cap = carbon_of(decide(two_workloads(), PROFILES)) * share
    asked = two_workloads(**{"limits.carbon_cap_per_month": cap})
    decision = decide(asked, PROFILES)
    assert decision.verified
    assert carbon_of(decision) <= cap * (1 + 1e-9)
    assert cost_of(decision) == pytest.approx(cheapest_plan(asked, carbon_cap=cap), rel=1e-9)


def test_a_budget_that_the_cheapest_plan_needs_changes_nothing():
    free = decide(two_workloads(), PROFILES)
    asked = two_workloads(**{"limits.budget_per_month": cost_of(free) * (1 + 1e-9)})
    assert cost_of(decide(asked, PROFILES)) == pytest.approx(cost_of(free), rel=1e-9)


@pytest.mark.parametrize(("price", "chosen", "rent"), [(1.59e6, "cheap", 0.85), (1.61e6, "clean", 2.55)])
def test_an_internal_carbon_price_steers_and_is_not_cash(price, chosen, rent):
    """Clean saves 0.001 kg an attempt for 1.6 more of rent: from 1600 a kilogram it wins, at its own cash."""
    steered = decide(scenario({"limits.internal_carbon_price": price}), [CHEAP, CLEAN])
    assert steered.choices[0].option.offer.id == chosen
    assert steered.choices[0].cost_per_accepted_image == pytest.approx(rent + 7.375, rel=1e-12)


def test_equal_options_are_told_apart_by_their_names_whatever_their_order():
    twins = [profile(name, config__model_id="test/same") for name in ("b", "a", "c")]
    chosen = {decide(scenario(), order).choices[0].option.offer.id for order in itertools.permutations(twins)}
    assert chosen == {"a"}


def test_the_hash_is_of_what_the_answer_rests_on_and_not_of_its_order():
    asked = scenario()
    assert inputs_hash(asked, PROFILES) == inputs_hash(asked, PROFILES[::-1])
    assert inputs_hash(asked, PROFILES) != inputs_hash(asked, PROFILES[1:])
    dearer = scenario({"labour.wage_per_h": 3601})
    assert inputs_hash(asked, PROFILES) != inputs_hash(dearer, PROFILES)


def test_an_unknown_reference_is_refused_with_those_that_are_known():
    with pytest.raises(RoiError) as refusal:
        decide(scenario({"workloads[0].quality.reference": "fid/coco"}), PROFILES)
    assert "fid/coco'" in str(refusal.value)
    assert "fid/coco2014-10k" in str(refusal.value)


def test_a_score_that_is_better_when_higher_is_never_held_under_an_fid_bar():
    with pytest.raises(RoiError, match="is of clip_score, and the bar is an FID; known: fid/"):
        decide(scenario({"workloads[0].quality.reference": "clip/mjhq-30k"}), PROFILES)


def test_a_reference_of_the_users_own_profile_is_known():
    asked = scenario({"workloads[0].quality.reference": "fid/our-pictures"})
    own = profile(quality=[fid(3.0, reference="fid/our-pictures")])
    assert decide(asked, [own, CHEAP]).choices[0].option.offer.id == "one"


@st.composite
def cases(draw):
    """A scenario of random prices, wages, acceptance and limits of n and K, with a few random profiles."""
    kind = draw(st.sampled_from(["alike", "beta", "redrawn"]))
    spread = None if kind == "alike" else draw(st.floats(0.5, 20))
    asked = with_supplies(
        *draw(st.lists(st.sampled_from([0, 1, 2]), max_size=2, unique=True).map(_supplies)),
        acceptance={"kind": kind, "mean": draw(st.floats(0.05, 0.95)), "concentration": spread},
        images_per_attempt=draw(st.lists(st.integers(1, 6), min_size=1, max_size=3, unique=True)),
        attempts_max=draw(st.integers(1, 5)),
        fallback_cost=draw(st.none() | st.just(0.0) | st.floats(0.01, 5000)),
        deliver_min=draw(st.sampled_from([0.0, 0.3, 0.7])),
        deferrable=draw(st.booleans()),
        images_per_month=draw(st.floats(10, 1e6)),
        quality={"fid_max": draw(st.floats(1, 30))},
    )
    changes = {
        "labour.wage_per_h": draw(st.floats(1, 10_000)),
        "supplies[0].price_per_h": draw(st.floats(1, 10_000)),
        "supplies[0].utilization_fraction": draw(st.floats(0.05, 0.95)),
        "model_cost": draw(st.none() | st.just({"upkeep_per_year": 600_000, "migration": 100_000})),
        "limits.internal_carbon_price": draw(st.none() | st.just(0.0) | st.floats(0.01, 1e6)),
    }
    return with_changes(asked, changes), draw(
        st.lists(_profiles(), min_size=1, max_size=4, unique_by=lambda p: p.id)
    )


def _supplies(picked):
    whole = {**OWN, "name": "alone", "shared": False, "idle_power_w_per_gpu": 100}
    return [[OWN, whole, API][index] for index in picked]


def _profiles():
    return st.builds(
        lambda name, seconds, joules, value, batch: profile(
            name,
            speed={"seconds_per_image": seconds},
            energy={"energy_j_per_image": joules, "boundary": "gpu"},
            quality=[fid(value)],
            config__batch_size=batch,
        ),
        st.sampled_from("abcdef"),
        st.floats(0.1, 20),
        st.floats(10, 10_000),
        st.floats(2, 25),
        st.integers(1, 6),
    )


def steering_cost(decision):
    """Over all parts of the workload; one choice may run on several supplies."""
    return math.fsum(c.share_fraction * c.steering_cost_per_accepted_image for c in decision.choices)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(cases())
def test_the_choice_is_the_cheapest_of_all_options(case):
    asked, profiles = case
    listed = market(asked, asked.workloads[0], profiles).options
    costs = steering_alone(asked, listed, present_in(asked, profiles))
    decision = decide(asked, profiles, near=False)
    if not costs:
        assert decision.status == "infeasible"
    else:
        assert decision.verified
        assert steering_cost(decision) <= min(costs) * (1 + 1e-9)
        if len(decision.choices) == 1:
            assert steering_cost(decision) == pytest.approx(min(costs), rel=1e-9)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(cases(), st.floats(0, 10))
def test_a_looser_bar_never_costs_more(case, more):
    asked, profiles = case
    bar = asked.workloads[0].quality.fid_max
    looser = with_changes(asked, {"workloads[0].quality.fid_max": bar + more})
    before, after = decide(asked, profiles), decide(looser, profiles)
    if before.status == "optimal":
        assert steering_cost(after) <= steering_cost(before) * (1 + 1e-9)
