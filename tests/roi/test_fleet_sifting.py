"""Sifting against the programme written whole: prices, bounds, plans, conflicts."""

from dataclasses import replace

import numpy as np
import pytest

from roi.fleet.answer import money_of
from roi.fleet.build import build
from roi.fleet.evaluation import evaluate
from roi.fleet.evaluation.carbon import busiest_month_kg
from roi.fleet.evaluation.money import busiest_month_cash
from roi.fleet.highs import run_highs
from roi.fleet.problem import FleetProgramme, FleetRules
from roi.fleet.prune import prune_candidates
from roi.fleet.sheet import NONE
from roi.fleet.sifting.prices import Pricing, prices_of
from roi.fleet.sifting.route import sift
from roi.fleet.solver import SMALLEST_SIFTED, share_count, solve_fleet
from tests.perf.fleet_instance import fleet_instance
from tests.roi.fleet_cases import random_programme

SEEDS = range(60)


def within_a_month(free: FleetProgramme) -> FleetProgramme:
    """Limits of the busiest month a little below what the cheapest plan needs."""
    plan = solve_fleet(free).plan
    if plan is None:
        return free
    found = evaluate(free, plan)
    cash = busiest_month_cash(free, plan, found.cash).max(axis=0)
    kg = busiest_month_kg(free, plan, found.carbon).max(axis=0) + 0.01
    return replace(free, rules=FleetRules(month_budget=1.02 * cash, month_carbon_kg=0.97 * kg))


def sifted(case: FleetProgramme, gap: float = 1e-6):
    rows = prune_candidates(case).rows
    return sift(case, rows, gap=gap, time_limit_s=None, told=lambda *_: None)


@pytest.mark.parametrize("seed", SEEDS)
def test_reduced_costs_are_the_cost_less_the_price_of_every_entry(seed):
    """By features and by the entries of the matrix, at prices drawn at random."""
    case = random_programme(seed)
    if seed % 2:
        month = np.full(case.demand.shape[2], 9.0)
        case = replace(case, rules=FleetRules(month_budget=month, month_carbon_kg=month))
    rows = np.arange(len(case.candidates))
    built = build(case, rows)
    arrays, size = built.arrays, len(built.objective)
    dual = np.random.default_rng(seed).normal(0.0, 1.0, len(arrays.rhs))
    splits = built.draft.row["splits"]
    dual[splits[splits != NONE]] = 0.0
    weighed = np.bincount(arrays.column, weights=arrays.value * dual[arrays.row], minlength=size)
    expected = built.objective - weighed
    prices, row_prices = prices_of(built, dual, 1.0)
    pricing = Pricing(case, rows)
    for j, mine in enumerate(pricing.rows):
        found = pricing.reduced(j, prices, row_prices)
        there = built.columns.share[mine] != NONE
        assert np.array_equal(np.isfinite(found), there)
        assert found[there] == pytest.approx(expected[built.columns.share[mine][there]], rel=1e-6, abs=1e-8)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_bound_lies_below_the_optimum_and_the_plan_above(seed):
    case = random_programme(seed)
    if seed % 2:
        case = within_a_month(case)
    exact, found = solve_fleet(case), sifted(case)
    assert (exact.plan is None) == (found.values is None)
    if found.values is not None:
        allowed = 1e-6 * abs(exact.objective)
        assert money_of(found.built, found.bound) <= exact.objective + allowed
        objective = money_of(found.built, float(found.built.objective @ found.values))
        assert objective >= exact.objective - allowed


def test_the_bound_is_the_relaxation_of_the_whole():
    case = fleet_instance(20, workloads=5, blocks=4, years=2)
    whole = build(case, prune_candidates(case).rows)
    relaxation = run_highs(whole.arrays, whole.objective, gap=0.0, integer=False)
    found = sifted(case, gap=1e-9)
    assert len(found.built.objective) < 0.5 * len(whole.objective)
    assert money_of(found.built, found.bound) == pytest.approx(
        money_of(whole, relaxation.objective), rel=1e-6
    )


def test_a_fleet_too_large_for_one_step_is_proven_within_its_gap():
    case = fleet_instance(100, workloads=20, blocks=12, years=2)
    assert share_count(case, prune_candidates(case)) > SMALLEST_SIFTED
    solution = solve_fleet(case, gap=0.005)
    assert 0.0 < solution.gap <= 0.005
    assert evaluate(case, solution.plan).agrees(solution)
