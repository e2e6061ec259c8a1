"""An infeasible programme names its conflict and the smallest limits that resolve it."""

import itertools

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from roi.optimize import Programme, diagnose, solve
from roi.optimize.diagnosis import rules
from roi.optimize.problem import limits, requests_per_share
from tests.roi.optimize_cases import brute_force, changed, random_programme, toy

FIELDS = {"models_max": "models_max", "opex_budget": "budget", "carbon_cap": "carbon_cap_kg"}


def infeasible_programme(seed: int) -> Programme | None:
    programme = random_programme(seed, size=10, workloads=3, models=3, whole="all", rules=tuple(FIELDS))
    return programme if np.isinf(brute_force(programme)) else None


def needs_of_every_plan(programme: Programme) -> list[dict[str, float]]:
    """What each combination of single options needs of every rule, and its objective."""
    c, per_share = programme.candidates, requests_per_share(programme)
    options = [np.flatnonzero(c.workload == j) for j in range(len(programme.demand))]
    found = []
    for picks in itertools.product(*options):
        chosen = list(picks)
        kept = np.unique(c.model[chosen])
        need = {"models_max": float(len(kept))}
        for limit in limits(programme):
            need[limit.name] = (limit.per_request * per_share)[chosen].sum() + limit.per_model[kept].sum()
        need["objective"] = (c.objective_per_request * per_share)[chosen].sum()
        need["objective"] += programme.model_fixed_cost[kept].sum()
        found.append(need)
    return found


def least_limit(programme: Programme, rule: str) -> float:
    others = {name: getattr(programme, field) for name, field in FIELDS.items() if name != rule}
    fits = [
        need[rule]
        for need in needs_of_every_plan(programme)
        if all(need[name] <= cap * (1 + 1e-9) for name, cap in others.items())
    ]
    return min(fits, default=np.inf)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32 - 1))
def test_each_relaxation_is_the_smallest_limit_of_brute_force(seed):
    programme = infeasible_programme(seed)
    assume(programme is not None)
    expected = {rule: least_limit(programme, rule) for rule in FIELDS}
    single = [each for each in diagnose(programme).relaxations if len(each.limits) == 1]
    found = {rule: limit for each in single for rule, limit in each.limits.items()}
    if any(np.isfinite(limit) for limit in expected.values()):
        finite = {rule: limit for rule, limit in expected.items() if np.isfinite(limit)}
        assert found == pytest.approx(finite, rel=1e-7)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32 - 1))
def test_the_binding_rules_conflict_and_any_of_them_left_out_resolves_it(seed):
    programme = infeasible_programme(seed)
    assume(programme is not None)
    binding = diagnose(programme).binding
    kept = {FIELDS[rule]: None for rule in FIELDS if rule not in binding}
    core = changed(programme, **kept)
    assert np.isinf(brute_force(core))
    for rule in binding:
        assert np.isfinite(brute_force(changed(core, **{FIELDS[rule]: None})))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32 - 1))
def test_with_a_relaxation_the_programme_costs_what_the_diagnosis_says(seed):
    programme = infeasible_programme(seed)
    assume(programme is not None)
    relaxations = diagnose(programme).relaxations
    assert len(relaxations) >= 1
    assert [each.objective for each in relaxations] == sorted(each.objective for each in relaxations)
    for each in relaxations:
        loosened = {FIELDS[rule]: limit * (1 + 1e-9) for rule, limit in each.limits.items()}
        loosened |= {"models_max": round(loosened["models_max"])} if "models_max" in loosened else {}
        assert brute_force(changed(programme, **loosened)) == pytest.approx(each.objective, rel=1e-7)


def test_a_feasible_programme_has_no_binding_rules():
    diagnosis = diagnose(toy(models_max=1, budget=100.0))
    assert diagnosis.binding == ()
    assert diagnosis.relaxations == ()


def test_two_separate_conflicts_are_resolved_together():
    """Least carbon 13 kg with model 1 at 10 + 32 + 7; a cap of 1 kg and a budget of 1 each fail alone."""
    programme = toy(whole=True, carbon_cap_kg=1.0, budget=1.0)
    diagnosis = diagnose(programme)
    assert diagnosis.binding == ("carbon_cap",)
    (relaxation,) = diagnosis.relaxations
    assert relaxation.limits == pytest.approx({"opex_budget": 37.0, "carbon_cap": 32.0})
    assert relaxation.objective == pytest.approx(8.0 * 1.0 + 8.0 * 3.0 + 5.0)


def test_a_capped_resource_is_a_rule_like_the_others():
    programme = toy(whole=True, kept_free=True, resource_caps={"busy_s": 4.0})
    assert rules(programme) == ("busy_s",)
    diagnosis = diagnose(programme)
    assert diagnosis.binding == ("busy_s",)
    assert diagnosis.relaxations[0].limits == pytest.approx({"busy_s": 5.0 + 8.0})
    assert solve(programme).status == "infeasible"
