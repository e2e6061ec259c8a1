"""What the fleet solver says about plans it proves, plans it only finds, and programmes that have none."""

from dataclasses import replace

import numpy as np
import pytest

from roi.errors import SolverError
from roi.fleet.diagnosis import diagnose_fleet
from roi.fleet.evaluation import evaluate
from roi.fleet.problem import FleetProgramme, FleetRules, FleetSupply
from roi.fleet.prune import Pruning, prune_candidates
from roi.fleet.solver import solve_fleet
from tests.perf.fleet_instance import fleet_instance
from tests.roi.fleet_cases import candidate, programme, random_programme

ONE = (1, 1, 1, 1)


def keep_all(case: FleetProgramme) -> Pruning:
    size = len(case.candidates)
    return Pruning(np.arange(size), np.full(size, -1))


def rented(**fields: object) -> FleetSupply:
    return FleetSupply(name="rented", vendor=0, kind="on_demand", **fields)


def api(**fields: object) -> FleetSupply:
    return FleetSupply(name="api", vendor=1, kind="by_use", **fields)


def two_ways(**fields: object) -> FleetProgramme:
    """Ten requests: called at 3 each without carbon, or rented at 1 each with 2 kg each."""
    ways = [
        candidate(0, supply=0, embodied_kg=0.0, cash=3.0),
        candidate(1, supply=1, embodied_kg=2.0, cash=1.0),
    ]
    supplies = [api(), FleetSupply(name="by the second", vendor=0, kind="by_use")]
    return programme(ways, supplies, demand=10, shape=ONE, **fields)


def test_time_that_ends_before_any_plan_is_said():
    with pytest.raises(SolverError, match=r"no plan .* within 0 s .*allow more time or fewer options"):
        solve_fleet(fleet_instance(20, workloads=4, blocks=4, years=1), time_limit_s=0.0)


def test_a_plan_within_the_gap_asked_for_states_its_own_gap():
    case = fleet_instance(20, workloads=4, blocks=4, years=1)
    rough = solve_fleet(case, gap=0.05)
    assert rough.status == "feasible"
    assert rough.gap == (rough.objective - rough.bound) / rough.objective
    assert 1e-6 < rough.gap <= 0.05
    assert evaluate(case, rough.plan).agrees(rough)


def test_progress_hears_of_bounds_below_the_answer():
    heard = []
    case = fleet_instance(20, workloads=8, blocks=12, years=3)
    solution = solve_fleet(case, gap=0.02, progress=lambda *told: heard.append(told))
    assert len(heard) >= 1
    assert max(bound for _, _, bound in heard) <= solution.objective * (1 + 1e-9)


def test_a_negative_price_of_electricity_without_a_limit_of_units_is_named():
    free = rented(
        electricity_price=np.array([[[-0.5]]]), idle_kw_per_board=1.0, hour_price=np.array([[0.25]])
    )
    case = programme([candidate(0, board_s=1.0)], [free], demand=1, shape=ONE)
    with pytest.raises(
        SolverError, match=r"price of supply 'rented' in block 'b0' of year 1 .*give units_max"
    ):
        solve_fleet(case)


def test_a_negative_price_with_a_limit_runs_all_units_all_the_time():
    """Two units wait for 10 hours at 0.25 an hour earned each; the work itself takes 1 of 72,000 board-seconds."""
    free = rented(
        electricity_price=np.array([[[-0.5]]]),
        idle_kw_per_board=1.0,
        hour_price=np.array([[0.25]]),
        units_max=2,
    )
    case = programme(
        [candidate(0, board_s=1.0, energy_kwh=1 / 3600)],
        [free],
        demand=1,
        shape=ONE,
        block_hours=np.array([10.0]),
    )
    solution = solve_fleet(case)
    assert solution.objective == pytest.approx(-5.0, rel=1e-9)
    assert evaluate(case, solution.plan).agrees(solution)


def test_buying_units_that_fetch_more_than_they_cost_is_refused():
    price, residual = np.array([100.0]), np.array([120.0])
    own = FleetSupply(name="own", vendor=-1, kind="own", buy_price=price, residual=residual)
    case = programme([candidate(0, board_s=1.0)], [own], demand=1, shape=ONE)
    with pytest.raises(SolverError, match=r"buying a unit of supply 'own' and never using it earns money"):
        solve_fleet(case)


@pytest.mark.parametrize("small", [1e-9, 1e-6, 1e-3])
def test_a_billion_images_beside_almost_none_are_both_served(small):
    ways = [
        candidate(0, workload=0, supply=0, cash=2.0),
        candidate(1, workload=1, supply=0, cash=2.0),
        candidate(1, workload=1, supply=1, board_s=0.001, review=1.0),
    ]
    supplies = [api(), rented(hour_price=np.array([[1.0]]), boards=8)]
    demand = np.array([[[[small]], [[1e9]]]])
    case = programme(ways, supplies, demand=demand)
    solution = solve_fleet(case)
    served = np.bincount(case.candidates.workload[solution.plan.rows], solution.plan.requests[:, 0, 0, 0])
    assert served == pytest.approx([small, 1e9], rel=1e-12)
    assert evaluate(case, solution.plan).agrees(solution)
    assert solution.objective == pytest.approx(1e9 + 8760.0, rel=1e-6)


@pytest.mark.parametrize("small", [1e-9, 1e-6])
def test_the_least_work_needs_a_whole_unit(small):
    own = FleetSupply(name="own", vendor=-1, kind="own", buy_price=np.array([100.0]), residual=np.zeros(1))
    case = programme([candidate(0, board_s=1.0)], [own], demand=small, shape=ONE)
    solution = solve_fleet(case)
    assert solution.plan.buy.tolist() == [[1]]
    assert evaluate(case, solution.plan).agrees(solution)


@pytest.mark.parametrize("money", [1e-9, 1e9])
def test_the_unit_of_money_changes_nothing_but_the_money(money):
    case = random_programme(5)
    scaled = replace(
        case,
        candidates=replace(
            case.candidates, stream={name: money * each for name, each in case.candidates.stream.items()}
        ),
        supplies=tuple(_in_money(each, money) for each in case.supplies),
        model_upkeep=money * case.model_upkeep,
        model_migration=money * case.model_migration,
        demand_charge=money * case.demand_charge,
        carbon_price=money * case.carbon_price,
    )
    assert solve_fleet(scaled).objective == pytest.approx(money * solve_fleet(case).objective, rel=1e-7)


def _in_money(supply: FleetSupply, money: float) -> FleetSupply:
    prices = ("hour_price", "year_price", "commitment_price", "buy_price", "residual", "electricity_price")
    amounts = {name: money * getattr(supply, name) for name in (*prices, "opening_cost")}
    return replace(supply, **amounts)


@pytest.mark.parametrize("seed", range(60))
def test_pruning_leaves_the_optimum(seed):
    case = random_programme(seed)
    pruned, whole = solve_fleet(case), solve_fleet(case, prune=keep_all)
    assert pruned.status == whole.status
    if whole.plan is not None:
        assert pruned.objective == pytest.approx(whole.objective, rel=1e-7)


def test_a_choice_is_dominated_only_where_the_other_has_its_supplies():
    """The better choice lacks the second supply, on which alone there may be room."""
    ways = [
        candidate(0, supply=0, cash=1.0),
        candidate(1, supply=0, cash=2.0),
        candidate(1, supply=1, cash=2.0),
    ]
    case = programme(ways, [api(), api()], demand=1, shape=ONE, one_option=np.array([True]))
    assert prune_candidates(case).dominated_by.tolist() == [-1, -1, -1]
    mixed = replace(case, one_option=np.array([False]))
    assert prune_candidates(mixed).dominated_by.tolist() == [-1, 0, -1]


def test_a_dominated_choice_points_to_the_candidate_on_the_same_supply():
    ways = [
        candidate(0, supply=0, cash=2.0),
        candidate(1, supply=0, cash=1.0),
        candidate(1, supply=1, cash=1.0),
    ]
    case = programme(ways, [api(), api()], demand=1, shape=ONE, one_option=np.array([True]))
    assert prune_candidates(case).dominated_by.tolist() == [1, -1, -1]


def test_the_tail_weighs_the_worst_worlds():
    """1 that becomes 5 in one world of four, or 2.5 for sure: the mean prefers the first, the tail the second."""
    ways = [candidate(0, supply=0, calm=1.0), candidate(1, supply=1, sure=2.5)]
    case = programme(ways, [api(), api()], demand=1, shape=(4, 1, 1, 1), model_migration=np.array([0.0]))
    moving = {"calm": np.array([[1.0], [1.0], [1.0], [5.0]]), "sure": np.ones((4, 1))}
    drawn = replace(case, stream_factor=moving, one_option=np.array([True]), tail_fraction=0.25)
    costs = [solve_fleet(replace(drawn, risk_weight=weight)).objective for weight in (0.0, 1.0)]
    assert costs == pytest.approx([2.0, 2.5], rel=1e-9)


def test_the_same_inputs_give_the_same_plan():
    first, second = (solve_fleet(random_programme(11)).plan for _ in range(2))
    assert np.array_equal(first.rows, second.rows)
    assert np.array_equal(first.requests, second.requests)
    assert np.array_equal(first.hours, second.hours)


def test_a_programme_with_a_plan_needs_no_diagnosis():
    assert diagnose_fleet(two_ways()).binding == ()


def test_the_smallest_carbon_cap_is_what_the_cheapest_money_leaves():
    """A budget of 20 needs five requests rented, ten kilograms; a cap of 4 kilograms needs a budget of 26."""
    rules = FleetRules(opex_budget=np.array([20.0]), carbon_cap_kg=np.array([4.0]))
    case = two_ways(rules=rules)
    assert solve_fleet(case).status == "infeasible"
    found = diagnose_fleet(case)
    assert set(found.binding) == {"opex_budget", "carbon_cap"}
    limits = {rule: limit for each in found.relaxations for rule, limit in each.limits.items()}
    assert limits == pytest.approx({"opex_budget": 26.0, "carbon_cap": 10.0}, rel=1e-6)
    assert sorted(each.objective for each in found.relaxations) == pytest.approx([20.0, 26.0], rel=1e-6)


def test_two_rules_at_once_are_changed_together():
    """Three workloads of three models cannot be two models, nor be served for nothing."""
    ways = [candidate(j, workload=j, model=j, cash=1.0) for j in range(3)]
    rules = FleetRules(models_max=2, opex_budget=np.array([2.0]))
    found = diagnose_fleet(programme(ways, [api()], demand=1, shape=(1, 3, 1, 1), rules=rules))
    assert found.binding in [("models_max",), ("opex_budget",)]
    assert [dict(each.limits) for each in found.relaxations] == [
        pytest.approx({"models_max": 3, "opex_budget": 3.0}, rel=1e-6)
    ]
    assert found.relaxations[0].objective == pytest.approx(3.0, rel=1e-6)


def test_a_share_of_one_vendor_is_lowered_to_the_least_there_is():
    """Two vendors, of which one can do no more than two tenths."""
    ways = [candidate(0, supply=0, cash=1.0), candidate(0, supply=1, board_s=36_000.0, cash=0.0)]
    slow = rented(units_max=2, hour_price=np.array([[0.0]]))
    case = programme(
        ways, [api(), slow], demand=10, shape=ONE, block_hours=np.array([10.0]), deferrable=np.array([True])
    )
    found = diagnose_fleet(replace(case, rules=FleetRules(vendor_share_max=0.5)))
    limits = {rule: limit for each in found.relaxations for rule, limit in each.limits.items()}
    assert limits == pytest.approx({"vendor_share": 0.8, "units_max_rented": 5}, rel=1e-6)
