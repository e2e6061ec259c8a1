"""Each rung of the ladder is the one below when its extra features are switched off."""

from dataclasses import replace

import numpy as np
import pytest

from roi.fleet.evaluation import evaluate
from roi.fleet.ladder import as_fleet
from roi.fleet.problem import FleetProgramme, FleetSupply
from roi.fleet.solver import solve_fleet
from roi.optimize import Programme, solve
from tests.roi.fleet_cases import candidate, programme
from tests.roi.optimize_cases import changed, random_programme

EVERY_RULE = ("models_max", "opex_budget", "carbon_cap")


def steered(programme: Programme, price: float) -> Programme:
    """Steered by cash and a carbon price, as the fleet can express it."""
    candidates = programme.candidates
    cost = candidates.cash_per_request + price * candidates.carbon_kg_co2e_per_request
    return changed(programme, candidates=replace(candidates, objective_per_request=cost))


def portfolio(seed: int, **sizes: int) -> Programme:
    rules = tuple(rule for k, rule in enumerate(EVERY_RULE) if seed >> k & 1)
    whole = ("all", "some", "none")[seed % 3]
    free = random_programme(seed, whole=whole, rules=rules, **{"size": 12, "models": 3, **sizes})
    return steered(free, 0.25 * (seed % 4))


def rung(
    seed: int, *, worlds: int = 1, years: int = 1, blocks: int = 1, only_called: bool = False
) -> FleetProgramme:
    """Rented and called work of two workloads, the second of which may wait; nothing bought. `only_called`: the
    first is never rented, so that nothing is whole."""
    rng = np.random.default_rng(seed)
    rented = FleetSupply(
        name="rented",
        vendor=0,
        kind="on_demand",
        hour_price=np.full((worlds, years), 3.0),
        life_years=1,
        load_max=0.8,
    )
    supplies = [rented, FleetSupply(name="api", vendor=1, kind="by_use")]
    found = [
        candidate(
            2 * j + k,
            workload=j,
            model=k,
            supply=r,
            deliver=float(rng.choice([0.5, 0.8, 1.0])),
            board_s=float(rng.uniform(200, 900)) * (r == 0),
            api=float(rng.uniform(0.2, 1.2)) * r,
            review=float(rng.uniform(0.1, 0.4)),
        )
        for j in range(2)
        for k in range(2)
        for r in range(2)
    ]
    accepted = rng.random(2) < 0.5
    upkeep = np.repeat(rng.uniform(0.0, 3.0, (2, 1)), years, axis=1)
    found = [each for each in found if not (only_called and each["workload"] == each["supply"] == 0)]
    hours = rng.uniform(10.0, 30.0, blocks)
    demand = np.zeros((worlds, 2, years, blocks))
    demand[:, 0] = 40.0 * hours / hours.sum()
    demand[:, 1, :, 0] = 60.0
    return programme(
        found,
        supplies,
        demand=demand,
        block_hours=hours * 24.0 / hours.sum(),
        deferrable=np.array([False, True]),
        one_option=np.array([bool(seed % 2), False]),
        demand_of_accepted=accepted,
        model_upkeep=upkeep,
    )


@pytest.mark.parametrize("seed", range(120))
def test_a_portfolio_has_the_same_optimum_as_a_fleet(seed):
    below = portfolio(seed, workloads=1 + seed % 3)
    fleet = as_fleet(below)
    old, new = solve(below), solve_fleet(fleet)
    assert (old.status == "infeasible") == (new.status == "infeasible")
    if new.plan is not None:
        assert new.objective == pytest.approx(old.objective, rel=1e-9)
        assert evaluate(fleet, new.plan).agrees(new)


@pytest.mark.parametrize("seed", range(24))
def test_a_single_workload_is_the_cheapest_option_with_its_model(seed):
    below = steered(random_programme(seed, size=8, workloads=1, models=3, whole="all"), 0.5)
    candidates = below.candidates
    share = 1.0 / np.where(below.demand_of_accepted[0], candidates.deliver, 1.0) * below.demand[0]
    each = candidates.objective_per_request * share + below.model_fixed_cost[candidates.model]
    assert solve_fleet(as_fleet(below)).objective == pytest.approx(each.min(), rel=1e-12)


@pytest.mark.parametrize("seed", range(24))
def test_years_without_growth_and_discount_cost_a_year_each(seed):
    one, three = solve_fleet(rung(seed)), solve_fleet(rung(seed, years=3))
    assert three.objective / 3 == pytest.approx(one.objective, rel=1e-9)


@pytest.mark.parametrize("seed", range(24))
def test_blocks_of_equal_prices_are_one_block_for_work_paid_by_use_or_free_to_wait(seed):
    one, four = (solve_fleet(rung(seed, blocks=blocks, only_called=True)) for blocks in (1, 4))
    assert four.objective == pytest.approx(one.objective, rel=1e-9)


@pytest.mark.parametrize("seed", range(12))
def test_equal_worlds_are_one_world_at_any_weight_of_risk(seed):
    one, three = rung(seed), replace(rung(seed, worlds=3), risk_weight=0.25 * (seed % 5))
    assert solve_fleet(three).objective == pytest.approx(solve_fleet(one).objective, rel=1e-9)


@pytest.mark.parametrize("seed", range(12))
def test_without_weight_risk_is_the_expected_cost_and_the_mean_of_the_worlds(seed):
    """Work paid by use is decided world by world, so that the worlds' own optima average to the whole."""
    worlds = rung(seed, worlds=2)
    prices = {name: np.array([[1.0], [1.75]]) for name in worlds.candidates.stream}
    free = replace(worlds, stream_factor=prices, model_upkeep=np.zeros((2, 1)), one_option=np.zeros(2, bool))
    alone = [
        solve_fleet(replace(rung(seed), stream_factor={n: p[w : w + 1] for n, p in prices.items()}, **same))
        for w in range(2)
        for same in [{"model_upkeep": np.zeros((2, 1)), "one_option": np.zeros(2, bool)}]
    ]
    mean = np.mean([each.objective for each in alone])
    assert solve_fleet(free).objective == pytest.approx(mean, rel=1e-9)


def test_what_the_fleet_cannot_express_is_refused():
    below = random_programme(1, size=6, workloads=1, models=2, rules=("busy_s",))
    with pytest.raises(ValueError, match="no cap on 'busy_s'"):
        as_fleet(below)
    odd = below.candidates.cash_per_request + np.arange(len(below.candidates))
    with pytest.raises(ValueError, match="one carbon price"):
        as_fleet(
            changed(
                below,
                resource_caps={},
                candidates=replace(below.candidates, objective_per_request=odd),
            )
        )
