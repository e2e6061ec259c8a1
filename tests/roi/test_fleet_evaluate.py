"""The evaluator of the fleet programme names what is broken, keeps its books, and knows no solver."""

import subprocess
import sys
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from roi.fleet.evaluation import evaluate
from roi.fleet.evaluation.carbon import busiest_month_kg
from roi.fleet.evaluation.money import CAPEX, RUNNING, busiest_month_cash
from roi.fleet.evaluation.quantities import power_counts
from roi.fleet.problem import FleetPlan, FleetProgramme, FleetRules, FleetSolution, FleetSupply
from tests.roi.fleet_cases import candidate, programme, random_programme
from tests.roi.fleet_exhaustive import TooLargeError, exhaustive

SEEDS = range(60)


@cache
def cases() -> tuple[tuple[FleetProgramme, FleetPlan], ...]:
    """Random programmes without limits and their cheapest plans."""
    found = []
    for seed in SEEDS:
        case = random_programme(seed)
        try:
            plan = exhaustive(case).plan
        except TooLargeError:
            continue
        if plan is not None:
            found.append((case, plan))
    return tuple(found)


def broken(case: FleetProgramme, plan: FleetPlan) -> set[str]:
    return {each.name for each in evaluate(case, plan).families if not np.all(each.satisfied)}


@pytest.fixture(scope="module")
def case() -> FleetProgramme:
    """One workload that must not be mixed and one that may, on an own server, a rented one and an API."""
    years = {"year_price": np.zeros((1, 2)), "hour_price": np.zeros((1, 2))}
    years |= {"commitment_price": np.zeros((1, 2)), "residual": np.zeros(2)}
    server = FleetSupply(
        name="own",
        vendor=-1,
        kind="own",
        at_site=True,
        max_kw_per_unit=2.0,
        life_years=2,
        electricity_price=np.full((1, 2, 1), 0.5),
        grid_kg_per_kwh=np.array([0.5, 0.4]),
        market_kg_per_kwh=np.array([0.3, 0.2]),
        **{**years, "buy_price": np.array([100.0, 100.0])},
        existing=np.zeros(2, dtype=np.int64),
    )
    node = FleetSupply(
        name="node",
        vendor=0,
        kind="on_demand",
        spot=True,
        whole_hours=True,
        units_max=2,
        **{**years, "hour_price": np.full((1, 2), 3.0)},
    )
    return programme(
        [
            candidate(0, board_s=3600.0, energy_kwh=1.0, review=1.0),
            candidate(1, model=1, supply=2, api=9.0, review=1.0, embodied_kg=0.1),
            candidate(2, workload=1, supply=0, board_s=3600.0, energy_kwh=1.0, review=2.0, deliver=0.5),
            candidate(2, workload=1, supply=1, board_s=3600.0, energy_kwh=1.0, review=2.0, deliver=0.5),
        ],
        [server, node, FleetSupply(name="api", vendor=1, kind="by_use", opening_cost=7.0)],
        demand=np.array([[6.0, 6.0], [3.0, 4.0]]).reshape(1, 2, 2, 1),
        demand_of_accepted=np.array([False, True]),
        one_option=np.array([True, False]),
        block_hours=np.array([10.0]),
        model_migration=np.array([20.0, 0.0]),
        model_upkeep=np.array([[5.0, 5.0], [1.0, 1.0]]),
        demand_charge=np.array([[4.0, 4.0]]),
    )


@pytest.fixture(scope="module")
def plan() -> FleetPlan:
    """The first workload on the server; the second's 6 and 8 requests too as far as they fit, the rest rented."""
    column = (-1, 1, 2, 1)
    requests = np.array([[6.0, 6.0], [4.0, 4.0], [2.0, 4.0]])
    return FleetPlan(
        rows=np.array([0, 2, 3]),
        requests=requests.reshape(column),
        choices=(0, 2),
        kept=np.array([[True, True], [False, False]]),
        taken=np.array([[True, False], [False, False]]),
        buy=np.array([[1, 0], [0, 0], [0, 0]]),
        units=np.array([[1, 1], [0, 0], [0, 0]]),
        on=np.array([[1, 1], [1, 1], [0, 0]]).reshape(column),
        hours=np.array([[10.0, 10.0], [10.0, 10.0], [0.0, 0.0]]).reshape(column),
        powered=np.array([[1, 1], [1, 1], [0, 0]]).reshape(column),
        opened=np.array([True, True, False]),
    )


def test_every_component_is_that_of_the_sum_by_hand(case, plan):
    found = evaluate(case, plan)
    assert found.broken == ()
    assert {name: cash[0].tolist() for name, cash in found.cash.items() if cash.any()} == {
        "review": [6 + 2 * 6.0, 6 + 2 * 8.0],
        "electricity_busy": [5.0, 5.0],
        "unit_hours": [30.0, 30.0],
        "model_upkeep": [5.0, 5.0],
        "demand_charge": [8.0, 8.0],
        "purchase": [100.0, 0.0],
        "migration": [20.0, 0.0],
    }
    assert found.objective == 66.0 + 70.0 + 120.0


def test_energy_and_carbon_are_those_of_the_sum_by_hand(case, plan):
    found = evaluate(case, plan)
    assert found.done.busy_kwh[:, 0, :, 0].tolist() == [[10.0, 10.0], [2.0, 4.0], [0.0, 0.0]]
    assert found.carbon.location_kg[0].tolist() == [5.0, 4.0]
    assert found.carbon.market_kg[0].tolist() == [3.0, 2.0]


def test_a_solution_agrees_to_a_billionth_of_its_objective(case, plan):
    verdicts = [evaluate(case, plan).agrees(_solution(plan, 256.0 * (1 + off))) for off in (0.0, 9e-10, 2e-9)]
    assert verdicts == [True, True, False]


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        ({"requests": [[6, 6], [4, 4], [2, 3]]}, {"demand_j1_w0_y1_b0"}),
        ({"requests": [[6, 5], [4, 4], [2, 4]]}, {"splits_j0_choice0_w0_y1_b0"}),
        ({"requests": [[6, 6], [7, 4], [-1, 4]]},
         {"requests_row3", "capacity_own_w0_y0_b0", "always_on_own_w0_y0_b0"}),
        ({"choices": (0, 1, 2)},
         {"one_option_j0", "splits_j0_choice1_w0_y0_b0", "splits_j0_choice1_w0_y1_b0",
          "keeps_j0_m1_y0", "keeps_j0_m1_y1"}),
        ({"choices": (2,)}, {"one_option_j0", "splits_j0_choice0_w0_y0_b0", "splits_j0_choice0_w0_y1_b0"}),
        ({"kept": [[1, 0], [0, 0]]}, {"keeps_j0_m0_y1", "uses_j1_m0_y1"}),
        ({"taken": [[0, 1], [0, 0]]}, {"takes_up_m0_y0"}),
        ({"buy": [[0, 1], [0, 0], [0, 0]]}, {"fleet_own_y0"}),
        ({"buy": [[1, 0], [1, 0], [0, 0]]}, {"kind_units_node"}),
        ({"units": [[1, 0], [0, 0], [0, 0]]}, {"powered_hours_own_w0_y1_b0", "powered_units_own_w0_y1_b0"}),
        ({"on": [[1, 0], [1, 1], [0, 0]]}, {"always_on_own_w0_y1_b0"}),
        ({"hours": [[10, 9], [10, 10], [0, 0]]}, {"on_hours_own_w0_y1_b0", "capacity_own_w0_y1_b0"}),
        ({"hours": [[10, 10], [10, 10.5], [0, 0]]}, {"whole_hours_node"}),
        ({"hours": [[10, 10], [10, 30], [0, 0]]}, {"units_max_node_y1"}),
        ({"hours": [[10, 10], [10, 10], [0, 1]]}, {"kind_hours_api", "opens_api"}),
        ({"powered": [[1, 0], [1, 1], [0, 0]]}, {"powered_on_own_w0_y1_b0", "powered_power_own_w0_y1_b0"}),
        ({"opened": [True, False, False]}, {"opens_node"}),
        ({"buy": [[1.5, 0], [0, 0], [0, 0]]}, {"whole_buy_own"}),
        ({"buy": [[1, -1], [0, 0], [0, 0]]}, {"counts_buy_own", "fleet_own_y1"}),
    ],
)  # fmt: skip
def test_a_changed_plan_breaks_just_these(case, plan, fields, names):
    shaped = {
        name: value if name == "choices" else np.reshape(np.array(value), np.shape(getattr(plan, name)))
        for name, value in fields.items()
    }
    assert {check.name for check in evaluate(case, replace(plan, **shaped)).broken} == names


@pytest.mark.parametrize(
    ("rule", "value", "names"),
    [
        ("models_max", 0, {"models_max_y0", "models_max_y1"}),
        ("capex_budget", 119.9, {"capex_budget"}),
        ("opex_budget", np.array([66.0, 69.9]), {"opex_budget_w0_y1"}),
        ("carbon_cap_kg", np.array([4.9, 4.0]), {"carbon_cap_w0_y0"}),
        ("market_cap_kg", np.array([2.9, 1.9]), {"market_cap_w0_y0", "market_cap_w0_y1"}),
        ("vendor_share_max", 0.19, {"vendor_share_v0_w0_y1"}),
        ("spot_share_max", 0.11, {"spot_share_w0_y0", "spot_share_w0_y1"}),
        ("site_power_kw", 1.9, {"site_power_w0_y0_b0", "site_power_w0_y1_b0"}),
    ],
)
def test_a_plan_beyond_a_rule_breaks_that_rule_alone(case, plan, rule, value, names):
    """Of the accepted images 1 of 9, then 2 of 10, are of the vendor on spot."""
    limited = replace(case, rules=FleetRules(**{rule: value}))
    assert {check.name for check in evaluate(limited, plan).broken} == names


def test_carbon_that_a_used_supply_does_not_disclose_is_open_and_breaks_a_cap(case, plan):
    silent = replace(case.supplies[0], grid_kg_per_kwh=np.array([0.5, np.nan]))
    silent_case = replace(
        case,
        supplies=(silent, *case.supplies[1:]),
        rules=FleetRules(carbon_cap_kg=np.array([99.0, 99.0])),
        carbon_price=np.ones(2),
    )
    found = evaluate(silent_case, plan)
    assert np.isnan(found.carbon.location_kg).tolist() == [[False, True]]
    assert [check.name for check in found.broken] == ["carbon_cap_w0_y1"]
    assert found.objective == 256.0 + 5.0


def test_carbon_that_nobody_uses_need_not_be_disclosed(case, plan):
    candidates = replace(case.candidates, embodied_kg=np.array([0.0, np.nan, 0.0, 0.0]))
    assert evaluate(replace(case, candidates=candidates), plan).carbon.location_kg[0].tolist() == [5.0, 4.0]


def test_a_stream_with_the_name_of_a_component_is_refused(case, plan):
    clash = replace(
        case,
        candidates=replace(case.candidates, stream={"purchase": np.ones(4)}),
        stream_factor={"purchase": np.ones((1, 2))},
    )
    with pytest.raises(ValueError, match="stream 'purchase' has the name of a component"):
        evaluate(clash, plan)


def test_evaluating_loads_no_solver():
    code = (
        "import sys, roi.fleet.evaluation;"
        "print(sorted({'pulp', 'highspy', 'scipy', 'roi.fleet.build', 'roi.fleet.solver'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, encoding="utf-8")
    assert done.stdout == "[]\n"


def test_random_plans_are_many_and_of_every_kind_of_supply():
    kinds = {
        supply.kind
        for case, plan in cases()
        for served, supply in zip(evaluate(case, plan).done.serves, case.supplies, strict=True)
        if served.any()
    }
    assert len(cases()) >= 50
    assert kinds == {"by_use", "on_demand", "reserved", "own"}


def test_what_is_served_is_what_is_demanded():
    for case, plan in cases():
        c = case.candidates
        counted = np.where(case.demand_of_accepted[c.workload], c.deliver, 1.0)[plan.rows]
        for j in range(len(case.workload_names)):
            mine = c.workload[plan.rows] == j
            served = np.tensordot(counted[mine], plan.requests[mine], axes=1)
            assert served.sum(axis=2) == pytest.approx(case.demand[:, j].sum(axis=2), rel=1e-9)


def test_money_by_year_is_money_by_component_and_by_row():
    """Streams row by row and units one by one, discounted, add up to the expected cost without carbon price."""
    for case, plan in cases():
        free = replace(case, carbon_price=np.zeros_like(case.carbon_price))
        found = evaluate(free, plan)
        factor = dict.fromkeys(found.cash, case.year_factor)
        factor |= dict.fromkeys(CAPEX, case.start_factor[:-1]) | {"residual": case.start_factor[1:]}
        worlds = case.world_probability
        by_component = sum(float(worlds @ (cash @ factor[name])) for name, cash in found.cash.items())
        assert by_component == pytest.approx(found.expected_cost, rel=1e-12)
        review = case.candidates.stream["review"][plan.rows, None, None] * plan.requests.sum(axis=3)
        by_row = (review * case.stream_factor["review"]).sum(axis=0)
        assert found.cash["review"] == pytest.approx(by_row, rel=1e-12)


def test_energy_by_option_is_energy_by_supply_and_idle_is_hours_not_worked():
    for case, plan in cases():
        found, c = evaluate(case, plan), case.candidates
        requests = plan.requests.reshape(len(plan.rows), -1)
        by_option = c.energy_kwh[plan.rows] @ requests
        assert found.done.busy_kwh.sum(axis=0).ravel() == pytest.approx(by_option, rel=1e-12)
        for r, supply in enumerate(case.supplies):
            mine = c.supply[plan.rows] == r
            busy_h = c.board_s[plan.rows[mine]] @ requests[mine] / 3600
            idle = supply.idle_kw_per_board * (supply.boards * plan.hours[r].ravel() - busy_h)
            expected = np.zeros_like(idle) if supply.kind == "by_use" else idle
            assert found.done.idle_kwh[r].ravel() == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_carbon_by_year_is_energy_times_intensity_and_making():
    for case, plan in cases():
        found = evaluate(case, plan)
        kwh = (found.done.busy_kwh + found.done.idle_kwh).sum(axis=3)
        grid = np.array([supply.grid_kg_per_kwh for supply in case.supplies])[:, None, :]
        total = (kwh * grid + found.carbon.embodied_kg).sum(axis=0)
        assert found.carbon.location_kg == pytest.approx(total, rel=1e-12)
        assert np.all(found.carbon.embodied_kg.min(axis=(1, 2)) >= 0.0)


def test_fewer_requests_of_any_row_break_the_demand_of_its_workload():
    for case, plan in cases():
        for index, row in enumerate(plan.rows):
            requests = plan.requests.copy()
            requests[index] *= 0.99
            alone = case.one_option[case.candidates.workload[row]]
            assert broken(case, replace(plan, requests=requests)) == {"splits" if alone else "demand"}


def test_a_unit_fewer_than_run_breaks_the_hours_it_was_powered():
    tried = 0
    for case, plan in cases():
        counts = power_counts(case)
        for r, y in np.argwhere(plan.units > 0):
            units = plan.units.copy()
            units[r, y] -= 1
            needed = plan.hours[r, :, y] > case.block_hours * units[r, y] * (1 + 1e-6)
            hidden = plan.powered[r, :, y] > units[r, y]
            expected = {"powered_hours"} if needed.any() else set()
            expected |= {"powered_units"} if counts[r] and hidden.any() else set()
            assert broken(case, replace(plan, units=units)) == expected
            tried += bool(expected)
    assert tried >= 20


def test_units_in_service_that_were_never_bought_break_the_fleet():
    tried = 0
    for case, plan in cases():
        if (plan.buy * plan.units.any(axis=1)[:, None]).any():
            assert broken(case, replace(plan, buy=np.zeros_like(plan.buy))) == {"fleet"}
            tried += 1
    assert tried >= 15


def test_a_model_that_is_dropped_breaks_keeps_or_uses():
    for case, plan in cases():
        workloads = set(case.candidates.workload[plan.rows].tolist())
        expected = {"keeps" if case.one_option[j] else "uses" for j in workloads}
        assert broken(case, replace(plan, kept=np.zeros_like(plan.kept))) == expected


def test_a_model_that_was_never_taken_up_breaks_takes_up():
    for case, plan in cases():
        assert broken(case, replace(plan, taken=np.zeros_like(plan.taken))) == {"takes_up"}


def test_a_supply_that_is_used_unopened_breaks_opens():
    for case, plan in cases():
        assert broken(case, replace(plan, opened=np.zeros_like(plan.opened))) == {"opens"}


def test_limits_just_below_what_is_used_break_by_name():
    for case, plan in cases():
        found = evaluate(case, plan)
        running = np.sum([found.cash[name] for name in (*case.candidates.stream, *RUNNING)], axis=0)
        below = FleetRules(
            opex_budget=0.999 * running.max(axis=0),
            carbon_cap_kg=0.999 * found.carbon.location_kg.max(axis=0),
            month_budget=0.999 * busiest_month_cash(case, plan, found.cash).max(axis=0),
            month_carbon_kg=0.999 * busiest_month_kg(case, plan, found.carbon).max(axis=0),
        )
        names = {"opex_budget", "carbon_cap", "budget_per_month", "carbon_cap_per_month"}
        assert broken(replace(case, rules=below), plan) == names


def _solution(plan: FleetPlan, objective: float) -> FleetSolution:
    return FleetSolution(
        status="optimal",
        plan=plan,
        objective=objective,
        bound=objective,
        gap=0.0,
        seconds=0.0,
        solver="",
        solver_version="",
        tie_break="",
        tied_by=(),
        candidates_total=4,
        candidates_after_pruning=4,
        dominated_by=np.full(4, -1),
    )
