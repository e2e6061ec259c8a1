"""Pruning leaves out only what is dominated, and says by what."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roi.optimize import Candidates, Programme, prune_candidates, solve
from roi.optimize.prune import keep_all
from tests.roi.optimize_cases import changed, random_programme

RULES = ("opex_budget", "carbon_cap", "busy_s")


def group(cost: list[float], carbon: list[float], deliver: list[float], **rules: object) -> Programme:
    """Candidates of one workload, model, supply and vendor, for 10 accepted images."""
    same = np.zeros(len(cost), dtype=np.int64)
    return Programme(
        candidates=Candidates(
            workload=same,
            model=same,
            supply=same,
            vendor=same,
            objective_per_request=np.array(cost),
            cash_per_request=np.array(cost),
            carbon_kg_co2e_per_request=np.array(carbon),
            deliver=np.array(deliver),
        ),
        workload_names=("all",),
        model_names=("one",),
        demand=np.array([10.0]),
        demand_of_accepted=np.array([True]),
        one_option=np.array([False]),
        model_fixed_cost=np.array([0.0]),
        **rules,
    )


def slow_dominated(programme: Programme) -> set[int]:
    """By comparing every pair: dominated, or equal to an earlier one, with less or equal carbon deciding."""
    c, accepted = programme.candidates, programme.demand_of_accepted
    present = [c.objective_per_request]
    present += [c.cash_per_request] if programme.budget is not None else []
    present += [c.carbon_kg_co2e_per_request] if programme.carbon_cap_kg is not None else []
    present += [c.resources[name] for name in programme.resource_caps]
    key = list(zip(c.workload, c.model, c.supply, c.vendor, strict=True))
    size = len(c)
    per = [
        tuple(float(a[i] / (c.deliver[i] if accepted[c.workload[i]] else 1.0)) for a in present)
        for i in range(size)
    ]
    carbon = [
        float(c.carbon_kg_co2e_per_request[i] / (c.deliver[i] if accepted[c.workload[i]] else 1.0))
        for i in range(size)
    ]
    rank = [(*per[i], carbon[i], i) for i in range(size)]
    return {
        b
        for b in range(size)
        for a in range(size)
        if key[a] == key[b]
        and all(x <= y for x, y in zip(per[a], per[b], strict=True))
        and (per[a] != per[b] or rank[a] < rank[b])
    }


@settings(max_examples=300, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32 - 1), rules=st.sets(st.sampled_from(RULES)).map(sorted).map(tuple))
def test_pruning_leaves_out_exactly_what_pairwise_comparison_does(seed, rules):
    programme = random_programme(seed, size=40, workloads=2, models=2, rules=rules)
    pruning = prune_candidates(programme)
    assert set(np.flatnonzero(pruning.dominated_by >= 0).tolist()) == slow_dominated(programme)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32 - 1), rules=st.sets(st.sampled_from(RULES)).map(sorted).map(tuple))
def test_the_named_dominator_stays_and_shares_the_group(seed, rules):
    programme = random_programme(seed, size=60, workloads=2, models=2, rules=rules)
    pruning, c = prune_candidates(programme), programme.candidates
    gone = np.flatnonzero(pruning.dominated_by >= 0)
    by = pruning.dominated_by[gone]
    assert np.isin(by, pruning.rows).all()
    for column in (c.workload, c.model, c.supply, c.vendor):
        assert (column[by] == column[gone]).all()


def test_without_a_carbon_cap_carbon_does_not_keep_a_dearer_candidate():
    free = group([1.0, 2.0], [9.0, 1.0], [1.0, 1.0])
    assert prune_candidates(free).dominated_by.tolist() == [-1, 0]
    capped = changed(free, carbon_cap_kg=50.0)
    assert prune_candidates(capped).dominated_by.tolist() == [-1, -1]


def test_cheap_per_request_but_dear_per_delivered_image_is_dominated():
    """1.0 / 0.4 = 2.5 an image against 2.0 / 1.0."""
    programme = group([1.0, 2.0], [1.0, 1.0], [0.4, 1.0])
    assert prune_candidates(programme).dominated_by.tolist() == [1, -1]


def test_of_equal_candidates_the_first_in_canonical_order_stays():
    programme = group([2.0, 2.0, 2.0], [1.0, 1.0, 1.0], [1.0, 1.0, 1.0], carbon_cap_kg=50.0)
    assert prune_candidates(programme).dominated_by.tolist() == [-1, 0, 0]


def test_of_equal_costs_the_one_with_less_carbon_stays_for_the_tie_break():
    programme = group([2.0, 2.0, 2.0], [np.nan, 1.0, 0.5], [1.0, 1.0, 1.0])
    assert prune_candidates(programme).dominated_by.tolist() == [2, 2, -1]


def test_pruning_across_models_would_cost_two_more_under_models_max():
    """Model 1 is dearer than model 0 for workload 0, but only model 1 serves workload 1.

    With one model the plan is model 1 for both, 3 + 4. Left out as dominated across models, there is no plan.
    """
    programme = _shared_model(models_max=1)
    assert prune_candidates(programme).rows.tolist() == [0, 1, 2]
    assert solve(programme).objective == 7.0
    across = changed(programme, candidates=_without(programme.candidates, 1))
    assert solve(across).status == "infeasible"


def test_pruning_across_models_would_cost_two_more_with_a_fixed_cost():
    """Keeping model 0 beside model 1 costs 4 for a saving of 2 on workload 0."""
    programme = changed(_shared_model(), model_fixed_cost=np.array([4.0, 4.0]))
    assert solve(programme).objective == 3.0 + 4.0 + 4.0
    across = changed(programme, candidates=_without(programme.candidates, 1))
    assert solve(across).objective == 1.0 + 4.0 + 8.0


@pytest.mark.parametrize("rules", [(), ("carbon_cap",), RULES])
def test_a_group_of_a_thousand_candidates_keeps_its_optimum(rules):
    programme = random_programme(11, size=1000, workloads=1, models=1, whole="all", rules=rules)
    pruned, whole = solve(programme), solve(programme, prune=keep_all)
    assert pruned.objective == pytest.approx(whole.objective, rel=1e-9)
    assert pruned.candidates_total == 1000
    assert pruned.candidates_after_pruning < 100


def _shared_model(**rules: object) -> Programme:
    """Workload 0 by model 0 at 1 or by model 1 at 3; workload 1 by model 1 at 4."""
    base = group([1.0, 3.0, 4.0], [1.0, 1.0, 1.0], [1.0, 1.0, 1.0])
    columns = {name: getattr(base.candidates, name) for name in Candidates.__dataclass_fields__}
    columns |= {"workload": np.array([0, 0, 1]), "model": np.array([0, 1, 1])}
    return changed(
        base,
        candidates=Candidates(**columns),
        workload_names=("first", "second"),
        model_names=("small", "large"),
        demand=np.ones(2),
        demand_of_accepted=np.array([True, True]),
        one_option=np.array([True, True]),
        model_fixed_cost=np.zeros(2),
        **rules,
    )


def _without(candidates: Candidates, row: int) -> Candidates:
    names = [name for name in Candidates.__dataclass_fields__ if name != "resources"]
    return Candidates(**{name: np.delete(getattr(candidates, name), row) for name in names})
