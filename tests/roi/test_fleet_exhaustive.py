"""The solver of the fleet against exhaustive search on small random cases, the evaluator on each plan."""

import os

import pytest

from roi.fleet.evaluation import evaluate
from roi.fleet.problem import FleetProgramme, FleetSolution
from roi.fleet.solver import solve_fleet
from tests.roi.fleet_exhaustive import Found, TooLargeError, exhaustive, random_case

COUNT = int(os.environ.get("ROI_FLEET_CASES", "250"))
"""Random programmes; more on request."""


@pytest.fixture(scope="module")
def searched() -> dict[int, tuple[FleetProgramme, Found]]:
    """Random programmes that are small enough, by their seed."""
    found = {}
    for seed in range(COUNT):
        try:
            case = random_case(seed)
            found[seed] = (case, exhaustive(case))
        except TooLargeError:
            continue
    return found


def test_random_programmes_are_many_and_some_have_no_plan(searched):
    without = sum(found.plan is None for _, found in searched.values())
    assert len(searched) >= 0.85 * COUNT
    assert 0.1 * COUNT <= without <= 0.4 * COUNT


def test_the_evaluator_confirms_objective_and_rules_of_every_exhaustive_plan(searched):
    wrong = {}
    for seed, (case, found) in searched.items():
        if found.plan is not None:
            evaluation = evaluate(case, found.plan)
            same = evaluation.objective == pytest.approx(found.objective, rel=1e-9)
            if not (same and evaluation.feasible):
                wrong[seed] = (found.objective, evaluation.objective, evaluation.broken[:3])
    assert wrong == {}


@pytest.fixture(scope="module")
def solved(searched) -> dict[int, FleetSolution]:
    """The solver's answer to each."""
    return {seed: solve_fleet(case) for seed, (case, _) in searched.items()}


def test_the_solver_finds_no_plan_exactly_where_the_search_finds_none(searched, solved):
    wrong = {
        seed: (solved[seed].status, found.objective)
        for seed, (_, found) in searched.items()
        if (solved[seed].status == "infeasible") != (found.plan is None)
    }
    assert wrong == {}


def test_the_solver_reaches_the_exhaustive_optimum(searched, solved):
    wrong = {
        seed: (solved[seed].objective, found.objective)
        for seed, (_, found) in searched.items()
        if found.plan is not None and solved[seed].objective != pytest.approx(found.objective, rel=1e-7)
    }
    assert wrong == {}


def test_no_bound_lies_above_the_exhaustive_optimum(searched, solved):
    wrong = {
        seed: (solved[seed].bound, found.objective)
        for seed, (_, found) in searched.items()
        if found.plan is not None and solved[seed].bound > found.objective * (1 + 1e-7)
    }
    assert wrong == {}


def test_the_evaluator_agrees_with_every_plan_of_the_solver(searched, solved):
    wrong = {}
    for seed, (case, _) in searched.items():
        if solved[seed].plan is not None:
            found = evaluate(case, solved[seed].plan)
            if not found.agrees(solved[seed]):
                wrong[seed] = (found.objective, solved[seed].objective, found.broken[:3])
    assert wrong == {}
