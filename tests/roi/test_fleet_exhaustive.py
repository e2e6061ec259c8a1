"""The exhaustive search of the fleet's small cases, and the evaluator on each plan that it finds."""

import os

import pytest

from roi.fleet.evaluation import evaluate
from roi.fleet.problem import FleetProgramme
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
