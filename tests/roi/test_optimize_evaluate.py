"""The evaluator sees every way in which a plan can be wrong, and knows no solver."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from roi.evaluate import evaluate
from roi.optimize import Programme, Solution, solve
from tests.roi.optimize_cases import changed, toy


@pytest.fixture(scope="module")
def programme() -> Programme:
    return toy(whole=True, models_max=2, budget=60.0, carbon_cap_kg=40.0, resource_caps={"busy_s": 90.0})


@pytest.fixture(scope="module")
def plan(programme: Programme) -> Solution:
    """Model 0 for both workloads: 8 requests at 1 and 8 at 3, and 5 for keeping it."""
    return solve(programme)


def broken(programme: Programme, plan: Solution) -> set[str]:
    evaluation = evaluate(programme, plan)
    assert evaluation.agrees is False
    return {check.name for check in evaluation.rows if not check.satisfied}


def test_objective_cash_and_carbon_are_those_of_the_sum_by_hand(programme, plan):
    evaluation = evaluate(programme, plan)
    assert evaluation.agrees is True
    assert evaluation.objective == evaluation.cash == 8 * 1.0 + 8 * 3.0 + 5.0
    assert evaluation.carbon_kg_co2e == 8 * 2.0 + 8 * 2.0


def test_each_slack_is_what_is_left_before_the_limit(programme, plan):
    slack = {check.name: check.slack for check in evaluate(programme, plan).rows}
    assert slack["opex_budget"] == 60.0 - 37.0
    assert slack["carbon_cap"] == 40.0 - 32.0
    assert slack["busy_s"] == 90.0 - 80.0
    assert slack["models_max"] == 1.0
    assert slack["demand_products"] == 0.0


def test_a_wrong_objective_is_noticed_at_two_billionths(programme, plan):
    assert broken(programme, replace(plan, objective=plan.objective * (1 + 2e-9))) == set()


def test_too_few_requests_break_the_demand(programme, plan):
    short = replace(plan, requests=plan.requests * np.array([1.0, 1 - 2e-6]))
    assert broken(programme, short) == {"demand_people_shots_1"}


def test_a_negative_number_of_requests_is_noticed(programme, plan):
    rows, requests = np.array([0, 1, 2]), np.array([8.0 + 1.6, -1.0, 8.0])
    mixed = changed(programme, one_option=np.array([False, True]))
    negative = replace(plan, rows=rows, requests=requests, models=(0, 1))
    assert broken(mixed, negative) == {"requests_products"}


def test_two_options_where_one_is_asked_break_one_option(programme, plan):
    two = replace(plan, rows=np.array([0, 1, 2]), requests=np.array([4.0, 2.5, 8.0]), models=(0, 1))
    assert broken(programme, two) == {"one_option_products"}


def test_requests_to_a_model_that_is_not_kept_break_keeps_or_uses(programme, plan):
    assert broken(programme, replace(plan, models=())) == {
        "keeps_products_SDXL",
        "keeps_people_shots_1_SDXL",
    }
    mixed = changed(programme, one_option=np.array([False, False]))
    assert broken(mixed, replace(plan, models=())) == {"uses_products_SDXL", "uses_people_shots_1_SDXL"}


@pytest.mark.parametrize(
    ("field", "value", "name"),
    [
        ("models_max", 0, "models_max"),
        ("budget", 36.9, "opex_budget"),
        ("carbon_cap_kg", 31.9, "carbon_cap"),
        ("resource_caps", {"busy_s": 79.9}, "busy_s"),
    ],
)
def test_a_plan_beyond_a_rule_breaks_that_rule_alone(programme, plan, field, value, name):
    assert broken(changed(programme, **{field: value}), plan) == {name}


def test_a_used_candidate_without_disclosed_carbon_leaves_the_carbon_open(programme, plan):
    carbon = np.array([np.nan, 1.0, 2.0, 1.0])
    candidates = replace(programme.candidates, carbon_kg_co2e_per_request=carbon)
    free = changed(programme, carbon_cap_kg=None, candidates=candidates)
    assert evaluate(free, plan).carbon_kg_co2e is None


def test_evaluating_and_stating_a_programme_load_no_solver():
    code = (
        "import sys, roi.evaluate, roi.optimize, roi.optimize.prune;"
        "print(sorted({'pulp', 'highspy', 'scipy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, encoding="utf-8")
    assert done.stdout == "[]\n"
