"""No answer: the rules in conflict, and relaxations that are feasible when they are applied."""

import pytest

from bench.library import library_profiles
from roi.decision.decide import decide
from roi.output.explain import explanation
from roi.output.page.conflict import _digits, _outward
from roi.scenario.change import with_changes
from roi.scenario.load import demonstration
from tests.roi.decision_text import decision_text
from tests.roi.small_case import API, SECOND, fid, profile
from tests.roi.used_case import scenario, with_supplies

PLACES = {
    "fid_max": "workloads[0].quality.fid_max",
    "min_pixels": "workloads[0].min_pixels",
    "latency_max_s": "workloads[0].latency_max_s",
    "deliver_min": "workloads[0].deliver_min",
    "carbon_max": "workloads[0].carbon_max",
    "countries": "workloads[0].countries",
    "accept_match": "limits.accept_match",
    "accept_evidence": "limits.accept_evidence",
    "accept_commercial_use": "limits.accept_commercial_use",
    "models_max": "limits.models_max",
    "budget_per_month": "limits.budget_per_month",
    "carbon_cap_per_month": "limits.carbon_cap_per_month",
}
"""Where the scenario holds the limit of each rule."""


def applied(asked, relaxation):
    """The scenario with every change of the relaxation in it."""
    changes = {}
    for change in relaxation.changes:
        whole = isinstance(change.limit, int) and not isinstance(change.limit, bool)
        listed = isinstance(change.limit, list)
        value = [*change.limit, change.needed] if listed else int(change.needed) if whole else change.needed
        changes[PLACES[change.rule]] = value
    return with_changes(asked, changes)


def conflict(asked, profiles):
    """The decision without an answer; each of its relaxations, applied, must give one."""
    decision = decide(asked, profiles)
    assert (decision.status, decision.choices, decision.verified) == ("infeasible", (), False)
    for relaxation in decision.relaxations:
        assert decide(applied(asked, relaxation), profiles).status == "optimal"
    return decision


@pytest.mark.parametrize(
    ("place", "limit", "rule", "needed"),
    [
        ("workloads[0].quality.fid_max", 9.5, "fid_max", 10.0),
        ("workloads[0].min_pixels", 2_000_000, "min_pixels", 1_048_576.0),
        ("workloads[0].deliver_min", 0.999, "deliver_min", 255 / 256),
        ("workloads[0].carbon_max", 0.001, "carbon_max", 0.002),
        ("workloads[0].countries", ["FRA"], "countries", "JPN"),
        ("limits.accept_evidence", ["published"], "accept_evidence", "measured"),
        ("limits.accept_match", ["near"], "accept_match", "exact"),
        ("limits.accept_commercial_use", ["no"], "accept_commercial_use", "yes"),
    ],
)
def test_one_closed_gate_says_how_far_it_must_open(place, limit, rule, needed):
    """The carbon of a single attempt is 0.002 kg, that of two 0.002125."""
    decision = conflict(scenario({place: limit}), [profile()])
    assert decision.binding == (rule,)
    relaxation = decision.relaxations[0]
    assert relaxation.kind == "smallest_change"
    [change] = relaxation.changes
    assert (change.rule, change.limit) == (rule, limit)
    assert change.needed == (pytest.approx(needed, rel=1e-12) if isinstance(needed, float) else needed)
    assert relaxation.cost_per_month == pytest.approx(relaxation.cost_per_accepted_image * 100_000, rel=1e-12)


def test_a_wait_that_is_too_long_says_how_long_it_is():
    """8 s of work at 4 % load."""
    asked = scenario({"workloads[0].latency_max_s": 7, "supplies[0].utilization_fraction": 0.04})
    [relaxation] = conflict(asked, [profile()]).relaxations
    assert relaxation.changes[0].needed == pytest.approx(8.0, rel=1e-12)


def test_two_rules_that_must_move_together_are_named_together():
    asked = scenario({"workloads[0].quality.fid_max": 5, "workloads[0].min_pixels": 2_000_000})
    decision = conflict(asked, [profile()])
    assert decision.binding == ("fid_max", "min_pixels")
    assert {change.rule for change in decision.relaxations[0].changes} == {"fid_max", "min_pixels"}


def test_rules_that_can_move_alone_are_each_offered_the_cheapest_first():
    """Good is slower and far too large a step from the licence; both ways are told."""
    unlicensed = profile("unlicensed", config__model_licence=None, speed__seconds_per_image=1.0)
    coarse = profile("coarse", quality=[fid(21.0)])
    decision = conflict(scenario(), [coarse, unlicensed])
    assert decision.binding == ("accept_commercial_use", "fid_max")
    assert [relaxation.id for relaxation in decision.relaxations] == ["unlicensed", "coarse"]


def test_the_smallest_movement_stands_first_and_the_cheapest_answer_beside_it():
    near = profile("near", quality=[fid(20.5)], speed__seconds_per_image=9.0)
    cheap = profile("cheap", quality=[fid(39.0)], speed__seconds_per_image=0.1)
    found = conflict(scenario(), [near, cheap]).relaxations
    assert [(each.kind, each.id, each.changes[0].needed) for each in found] == [
        ("smallest_change", "near", 20.5),
        ("cheapest", "cheap", 39.0),
    ]


def test_the_price_of_a_relaxation_is_cash_whatever_the_internal_carbon_price():
    changes = {"limits.internal_carbon_price": 1e6, "workloads[0].quality.fid_max": 5}
    [relaxation] = conflict(scenario(changes), [profile()]).relaxations
    free = decide(scenario(), [profile()]).choices[0]
    assert relaxation.cost_per_accepted_image == pytest.approx(free.cost_per_accepted_image, rel=1e-12)


def test_the_price_of_a_company_wide_relaxation_is_cash_too():
    """The cleanest plan tries once: rent 1.6, look 6, a sixteenth of a fallback of 256."""
    asked = scenario({"limits.internal_carbon_price": 1e6, "limits.carbon_cap_per_month": 1})
    cleanest, cheapest = conflict(asked, [profile()]).relaxations
    assert (cleanest.kind, cheapest.kind) == ("smallest_change", "cheapest")
    assert cleanest.cost_per_month == pytest.approx(23.6 * 100_000, rel=1e-6)


def test_the_figures_on_the_page_are_rounded_outward_so_that_they_suffice():
    assert (_outward(0.00212512345, up=True), _outward(255 / 256, up=False)) == (0.00212513, 0.996093)
    assert (_digits(1_048_576.0), _digits(865_000.5)) == ("1,048,576", "865,000.5")
    page = decision_text(decide(scenario({"workloads[0].deliver_min": 0.999}), [profile()]), "en", 200)
    assert "0.999 -> 0.996093" in page
    assert decide(scenario({"workloads[0].deliver_min": 0.996093}), [profile()]).status == "optimal"


def test_what_passes_by_itself_in_a_conflict_names_the_rules():
    decision = decide(scenario({"limits.carbon_cap_per_month": 1}), [profile()])
    assert "carbon cap of the busiest month" in explanation(decision, "one", "en")[-1]


def test_what_no_limit_can_open_is_named_without_a_relaxation():
    decision = conflict(scenario(), [profile(energy=None)])
    assert (decision.binding, decision.relaxations) == (("energy",), ())


def test_an_api_under_a_carbon_limit_cannot_be_relaxed_by_a_figure():
    asked = with_supplies(API, carbon_max=0.01)
    [relaxation] = decide(asked, []).relaxations
    assert [(change.rule, change.limit, change.needed) for change in relaxation.changes] == [
        ("carbon_max", 0.01, None)
    ]


def two_workloads(**limits):
    banners = {**SECOND, "quality": {"fid_max": 9}}
    first = scenario().workloads[0].model_dump(mode="json")
    return scenario({"workloads": [first, banners], **{f"limits.{name}": v for name, v in limits.items()}})


PAIR = (
    profile("cheap", speed__seconds_per_image=1.0),
    profile("fine", speed__seconds_per_image=6.0, quality=[fid(5.0)]),
)


def test_a_budget_that_is_too_small_names_what_the_cheapest_plan_needs():
    """100,000 x 8.225, and 20,000 x (4.8 + 6) x 1.0625 / (1 - 1/256)."""
    [relaxation] = conflict(two_workloads(budget_per_month=1000), PAIR).relaxations
    needed = 822_500 + 20_000 * (4.8 + 6) * 1.0625 / (1 - 1 / 256)
    assert [(change.rule, change.limit) for change in relaxation.changes] == [("budget_per_month", 1000.0)]
    assert relaxation.changes[0].needed == pytest.approx(needed, rel=1e-6)


def test_a_carbon_cap_that_is_too_small_names_what_the_cleanest_plan_emits():
    decision = conflict(two_workloads(carbon_cap_per_month=1), PAIR)
    assert decision.binding == ("carbon_cap_per_month",)
    tighter = decision.relaxations[0].changes[0].needed * 0.999
    assert decide(two_workloads(carbon_cap_per_month=tighter), PAIR).status == "infeasible"


def test_a_budget_and_a_carbon_cap_that_exclude_each_other_are_both_named():
    """Clean emits less and costs more than cheap; neither keeps both limits."""
    clean = profile("clean", energy__energy_j_per_image=100.0, speed__seconds_per_image=2.5)
    dirty = profile("dirty", energy__energy_j_per_image=9000.0, speed__seconds_per_image=1.0)
    cheapest = decide(scenario(), [dirty]).choices[0]
    cleanest = decide(scenario(), [clean]).choices[0]
    limits = {
        "limits.budget_per_month": 100_000 * cheapest.cost_per_accepted_image * 1.001,
        "limits.carbon_cap_per_month": 100_000 * cleanest.carbon_kg_co2e_per_accepted_image * 1.001,
    }
    decision = conflict(scenario(limits), [clean, dirty])
    assert set(decision.binding) == {"carbon_cap_per_month", "budget_per_month"}
    assert {change.rule for each in decision.relaxations for change in each.changes} == {
        "carbon_cap_per_month",
        "budget_per_month",
    }


def test_on_the_published_figures_a_bar_of_one_would_have_to_move_to_pixart_sigma():
    asked = with_changes(demonstration(), {"workloads[0].quality.fid_max": 1})
    decision = conflict(asked, library_profiles())
    assert decision.binding == ("fid_max",)
    [relaxation] = decision.relaxations
    assert relaxation.changes[0].needed == 6.15
    assert "pixart-sigma" in relaxation.id


def test_from_a_limit_of_nothing_the_smallest_change_is_the_least_amount():
    """As from a limit next to nothing, where every change is a thousandfold."""
    profiles = library_profiles()

    def smallest(limit: float) -> float:
        found = decide(with_changes(demonstration(), {"workloads[0].carbon_max": limit}), profiles)
        return next(each.changes[0].needed for each in found.relaxations if each.kind == "smallest_change")

    assert smallest(0.0) == smallest(1e-9)


def test_beside_the_smallest_change_of_a_company_limit_stands_the_cheapest_plan():
    """One clean option alone meets the least cap; a little more carbon lets the fast one do all of the work."""
    asked = with_changes(two_workloads(), {"limits.carbon_cap_per_month": 1e-3})
    decision = conflict(asked, PAIR)
    kinds = {each.kind: each for each in decision.relaxations}
    assert "smallest_change" in kinds
    for each in decision.relaxations:
        applied_there = decide(applied(asked, each), PAIR)
        assert applied_there.cost_per_accepted_image is not None
        month = sum(c.cost_per_accepted_image * c.accepted_images_per_month for c in applied_there.choices)
        assert each.cost_per_month == pytest.approx(month, rel=1e-6)
