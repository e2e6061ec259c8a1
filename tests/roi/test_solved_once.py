"""One solved programme gives the recommendation, the plan and their analysis; an offer alone is its own plan."""

from dataclasses import replace

import pytest

from roi.decision.decide import decide, decision_of
from roi.decision.near import sole_source
from roi.fleet.solver import solve_fleet
from roi.planning.decide_plan import plan
from roi.planning.sole_source import cash_alone
from roi.planning.solved import solved
from roi.planning.today import present_in
from roi.scenario.change import with_changes
from tests.roi.live_cases import PROFILES, committed, committed_for_ten_years, owned, single
from tests.roi.small_case import API

SCENARIOS = {
    "committed": committed,
    "ten_years": committed_for_ten_years,
    "owned": lambda: owned("straight_line"),
    "api": lambda: single(API),
}


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_plan_read_as_a_recommendation_is_the_recommendation(name):
    asked = SCENARIOS[name]()
    known, read = decide(asked, PROFILES, near=False), decision_of(plan(asked, PROFILES))
    assert known.solver is not None
    assert read.solver is not None
    assert known.verification is not None
    assert read.verification is not None
    assert read.verification.checks == known.verification.checks
    same = {"seconds": read.solver.seconds}
    assert read == replace(known, solver=replace(known.solver, **same), verification=read.verification)


@pytest.mark.parametrize("name", SCENARIOS)
def test_what_is_solved_already_is_not_another_answer(name):
    asked = SCENARIOS[name]()
    found = solved(asked, PROFILES, present_in(asked, PROFILES), solve_fleet)
    assert plan(asked, PROFILES, found=found).worth == plan(asked, PROFILES).worth
    mine, theirs = (decide(asked, PROFILES, found=each) for each in (found, None))
    assert (mine.choices, mine.alternatives) == (theirs.choices, theirs.alternatives)


@pytest.mark.parametrize("name", ["ten_years", "api", "owned"])
def test_an_option_alone_costs_by_component_what_it_costs_alone(name):
    asked = SCENARIOS[name]()
    decision = decide(asked, PROFILES, near=False)
    costs = cash_alone(asked, decision.options, decision.present)
    for option, cost in list(zip(decision.options, costs, strict=True))[::7]:
        choice = sole_source(asked, option, decision.present)
        assert choice is not None
        assert choice.cost_per_accepted_image == pytest.approx(cost, rel=1e-9)


def test_an_option_with_too_few_units_is_no_choice_alone():
    changes = {"supplies[0].units_max": 1, "workloads[0].images_per_month": 2_000_000}
    asked = with_changes(committed_for_ten_years(), changes)
    decision = decide(asked, PROFILES, near=False)
    options = {option.offer.supply: option for option in decision.options}
    assert sole_source(asked, options["rented"], decision.present) is None
    assert sole_source(asked, options["reserved"], decision.present) is not None
