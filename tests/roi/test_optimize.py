"""The programme against brute force, against CBC, and against itself with looser rules."""

import warnings

import numpy as np
import pulp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roi.errors import SolverError
from roi.evaluate import evaluate
from roi.optimize import Candidates, Programme, solve
from roi.optimize.build import build
from roi.optimize.prune import keep_all
from tests.roi.optimize_cases import brute_force, changed, random_programme, toy

RULES = ("models_max", "opex_budget", "carbon_cap", "busy_s")
seeds = st.integers(0, 2**32 - 1)
rule_sets = st.sets(st.sampled_from(RULES)).map(lambda chosen: tuple(sorted(chosen)))
many = settings(max_examples=200, deadline=None, derandomize=True)


def assert_same(found: float, expected: float) -> None:
    if np.isinf(expected):
        assert np.isinf(found)
    else:
        assert found == pytest.approx(expected, rel=1e-7)


@many
@given(seed=seeds, rules=rule_sets)
def test_a_single_workload_gets_its_brute_force_optimum(seed, rules):
    programme = random_programme(seed, size=12, workloads=1, models=3, whole="all", rules=rules)
    assert_same(solve(programme).objective, brute_force(programme))


@many
@given(seed=seeds, rules=rule_sets)
def test_a_portfolio_of_single_options_gets_its_brute_force_optimum(seed, rules):
    programme = random_programme(seed, size=14, workloads=3, models=3, whole="all", rules=rules)
    assert_same(solve(programme).objective, brute_force(programme))


@many
@given(seed=seeds, rules=rule_sets)
def test_a_portfolio_with_mixing_gets_its_brute_force_optimum(seed, rules):
    programme = random_programme(seed, size=8, workloads=2, models=2, whole="some", rules=rules)
    assert_same(solve(programme).objective, brute_force(programme))


@many
@given(seed=seeds, rules=rule_sets)
def test_the_pruned_programme_has_the_objective_of_the_unpruned(seed, rules):
    programme = random_programme(seed, size=40, workloads=3, models=3, rules=rules)
    assert_same(solve(programme).objective, solve(programme, prune=keep_all).objective)


@many
@given(seed=seeds, rule=st.sampled_from(("budget", "carbon_cap_kg", "models_max")))
def test_a_looser_rule_never_costs_more(seed, rule):
    tight = random_programme(seed, size=16, workloads=3, models=3, rules=RULES)
    looser = {"budget": 1.1 * tight.budget, "carbon_cap_kg": 1.1 * tight.carbon_cap_kg}
    loose = changed(tight, **{rule: {**looser, "models_max": tight.models_max + 1}[rule]})
    assert solve(loose).objective <= solve(tight).objective * (1 + 1e-8)


@many
@given(seed=seeds, rules=rule_sets)
def test_the_evaluator_confirms_every_plan_and_the_bound_proves_it(seed, rules):
    programme = random_programme(seed, size=20, workloads=3, models=3, rules=rules)
    solution = solve(programme)
    if solution.status == "infeasible":
        assert evaluate(programme, solution).agrees is False
        return
    assert solution.status == "optimal"
    assert evaluate(programme, solution).agrees
    assert solution.bound <= solution.objective <= solution.bound * (1 + 1e-6)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@settings(max_examples=12, deadline=None, derandomize=True)
@given(seed=seeds)
def test_cbc_finds_the_same_objective_as_highs(seed):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        solver = pulp.PULP_CBC_CMD(msg=False, threads=1, gapRel=0.0)
    if not solver.available():
        pytest.skip("this release of PuLP brings no CBC for this machine")
    programme = random_programme(seed, size=20, workloads=3, models=3, rules=RULES)
    built = build(programme, keep_all(programme).rows)
    built.problem.solve(solver)
    found = built.problem.sol_status == pulp.LpSolutionOptimal
    second = built.problem.objective.value() * built.money_per_unit if found else np.inf
    first = solve(programme).objective
    assert np.isinf(first) if np.isinf(second) else first == pytest.approx(second, rel=1e-5)


def test_coefficients_of_1e_minus_9_beside_1e9_are_solved_exactly():
    cost = np.array([2e-9, 1e-9, 3e9, 2e9])
    programme = changed(
        toy(whole=True, kept_free=True),
        candidates=_with_cost(cost),
        demand=np.array([1e9, 1e-9]),
        demand_of_accepted=np.array([False, False]),
    )
    solution = solve(programme)
    assert solution.rows.tolist() == [1, 3]
    assert solution.objective == 1e-9 * 1e9 + 2e9 * 1e-9


def test_a_cheap_workload_is_settled_beside_one_a_billion_billion_times_dearer():
    programme = changed(
        toy(whole=True, kept_free=True), candidates=_with_cost(np.array([2e-9, 1e-9, 3e9, 2e9]))
    )
    assert solve(programme).rows.tolist() == [1, 3]


def test_a_mixture_splits_where_the_carbon_cap_binds():
    """The products take 5 kg at best, which leaves 12 kg for 8 requests of 2 kg or 1 kg: half and half."""
    programme = toy(kept_free=True, carbon_cap_kg=4 / 0.8 + 12.0)
    solution = solve(programme)
    assert solution.rows.tolist() == [1, 2, 3]
    assert solution.requests == pytest.approx([5.0, 4.0, 4.0], rel=1e-9)
    assert solution.objective == pytest.approx(5 * 2.0 + 4 * 3.0 + 4 * 4.0, rel=1e-12)


def test_a_single_option_sends_exactly_the_requests_that_deliver_the_demand():
    solution = solve(toy(whole=True, kept_free=True))
    assert dict(zip(solution.rows.tolist(), solution.requests.tolist(), strict=True)) == {0: 8.0, 2: 8.0}


def test_of_equal_costs_the_one_with_less_carbon_is_chosen():
    programme = _one_workload(cost=[1.0, 1.0, 1.0], carbon=[3.0, 2.0, 2.5], model=[0, 1, 2])
    assert solve(programme).rows.tolist() == [1]


def test_of_equal_costs_one_without_disclosed_carbon_comes_last():
    programme = _one_workload(cost=[1.0, 1.0], carbon=[np.nan, 9.0], model=[0, 1])
    assert solve(programme).rows.tolist() == [1]


def test_of_equal_costs_and_carbon_the_first_in_order_is_chosen():
    programme = _one_workload(cost=[2.0, 1.0, 1.0], carbon=[1.0, 1.0, 1.0], model=[0, 1, 2], models_max=2)
    assert solve(programme).rows.tolist() == [1]


@settings(max_examples=100, deadline=None, derandomize=True)
@given(seed=seeds)
def test_renumbering_the_models_does_not_change_the_carbon_of_the_plan(seed):
    programme = random_programme(seed, size=14, workloads=3, models=3, whole="all", rules=("models_max",))
    turned = np.array([2, 0, 1])
    columns = {name: getattr(programme.candidates, name) for name in Candidates.__dataclass_fields__}
    columns["model"] = turned[programme.candidates.model]
    renumbered = changed(
        programme,
        candidates=Candidates(**columns),
        model_fixed_cost=programme.model_fixed_cost[np.argsort(turned)],
    )
    first, second = (evaluate(each, solve(each)) for each in (programme, renumbered))
    assert first.objective == pytest.approx(second.objective, rel=1e-9)
    assert first.carbon_kg_co2e == pytest.approx(second.carbon_kg_co2e, rel=1e-6)


def test_two_solves_give_the_same_plan_to_the_last_bit():
    programme = random_programme(7, size=60, workloads=4, models=4, rules=("models_max", "carbon_cap"))
    first, second = solve(programme), solve(programme)
    assert first.rows.tolist() == second.rows.tolist()
    assert first.requests.tobytes() == second.requests.tobytes()


def test_a_time_limit_without_a_plan_is_an_error_that_says_what_to_do():
    rules = ("models_max", "opex_budget", "carbon_cap")
    programme = random_programme(3, size=400, workloads=20, models=8, whole="all", rules=rules)
    with pytest.raises(SolverError, match=r"no plan for the programme within 0 s .* allow more time"):
        solve(programme, time_limit_s=0.0)


def test_a_wide_gap_is_reported_as_it_is():
    programme = random_programme(5, size=300, workloads=12, models=8, whole="all", rules=("carbon_cap",))
    solution = solve(programme, gap=0.5)
    exact = solve(programme)
    assert solution.gap == pytest.approx((solution.objective - solution.bound) / solution.objective)
    assert solution.bound <= exact.objective * (1 + 1e-9)
    assert solution.status == ("optimal" if solution.gap <= 1e-6 else "feasible")


def test_the_banner_of_highs_stays_off_standard_output(capfd):
    solve(toy(whole=True, models_max=1, budget=60.0))
    assert capfd.readouterr().out == ""


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("demand", np.array([4.0, 0.0]), "demand must be finite and positive"),
        ("budget", -1.0, "limits must be finite and not negative"),
        ("model_fixed_cost", np.array([np.nan, 1.0]), "model_fixed_cost must be finite"),
        ("workload_names", ("products", "people", "maps"), "has shape"),
        ("resource_caps", {"water": 1.0}, "resource_caps names 'water'"),
    ],
)
def test_a_programme_without_meaning_is_refused(field, value, sentence):
    with pytest.raises(ValueError, match=sentence):
        changed(toy(), **{field: value})


def test_a_workload_without_candidates_is_refused_by_name():
    with pytest.raises(ValueError, match="workload 'maps' has no candidate"):
        changed(
            toy(),
            workload_names=("products", "people", "maps"),
            demand=np.ones(3),
            demand_of_accepted=np.ones(3, dtype=bool),
            one_option=np.ones(3, dtype=bool),
        )


def test_undisclosed_carbon_is_refused_under_a_carbon_cap():
    with pytest.raises(ValueError, match="carbon_cap must be finite"):
        changed(_one_workload(cost=[1.0], carbon=[np.nan], model=[0]), carbon_cap_kg=1.0)


def _with_cost(cost: np.ndarray) -> Candidates:
    columns = {name: getattr(toy().candidates, name) for name in Candidates.__dataclass_fields__}
    return Candidates(**{**columns, "objective_per_request": cost, "cash_per_request": cost})


def _one_workload(
    *, cost: list[float], carbon: list[float], model: list[int], models_max: int | None = None
) -> Programme:
    size, models = len(cost), max(model) + 1
    return Programme(
        candidates=Candidates(
            workload=np.zeros(size, dtype=np.int64),
            model=np.array(model),
            supply=np.zeros(size, dtype=np.int64),
            vendor=np.zeros(size, dtype=np.int64),
            objective_per_request=np.array(cost),
            cash_per_request=np.array(cost),
            carbon_kg_co2e_per_request=np.array(carbon),
            deliver=np.ones(size),
        ),
        workload_names=("all",),
        model_names=tuple(f"m{m}" for m in range(models)),
        demand=np.array([1.0]),
        demand_of_accepted=np.array([True]),
        one_option=np.array([True]),
        model_fixed_cost=np.zeros(models),
        models_max=models_max,
    )
