"""Units of one supply that carries all work: purchases against a linear programme, costs against solving."""

from dataclasses import replace

import numpy as np
import pytest

from roi.fleet.problem import FleetProgramme, FleetRules
from roi.fleet.sole_source import cost_alone
from roi.fleet.solver import solve_fleet
from roi.fleet.whole_units import cheapest_cover, programmed_cover
from tests.roi.fleet_cases import random_programme

YEARS = 6


@pytest.mark.parametrize("direction", [1, -1])
@pytest.mark.parametrize("life", [1, 2, 3, 5, 9])
def test_the_cheapest_purchases_cost_what_the_linear_programme_costs(life: int, direction: int) -> None:
    numbers = np.random.default_rng(life)
    needed = np.cumsum(numbers.integers(0, 3, (4, 7, YEARS)), axis=2)[..., ::direction].astype(np.float64)
    price = numbers.uniform(1.0, 10.0, (7, YEARS))
    bought = cheapest_cover(needed, price, np.full(7, life))
    alive = sum(np.pad(bought, ((0, 0), (0, 0), (age, 0)))[..., :YEARS] for age in range(life))
    assert np.all(alive >= needed)
    for v, w in np.ndindex(4, 7):
        expected = programmed_cover(needed[v, w], price[w], life) @ price[w]
        assert bought[v, w] @ price[w] == pytest.approx(expected, rel=1e-12)


def test_a_need_that_rises_and_falls_is_left_to_the_linear_programme() -> None:
    """One unit, then three, then one, each for two years: two of the second year's serve the third as well."""
    bought = cheapest_cover(np.array([[[1.0, 3.0, 1.0]]]), np.array([[4.0, 1.0, 4.0]]), np.array([2]))
    assert bought.tolist() == [[[1.0, 2.0, 0.0]]]


def test_each_world_has_its_own_prices_and_life() -> None:
    """Two years ahead: what lives two years is bought once, what lives one year twice."""
    bought = cheapest_cover(np.ones((1, 2, 2)), np.ones((2, 2)), np.array([2, 1]))
    assert bought.tolist() == [[[1.0, 0.0], [1.0, 1.0]]]


def only(programme: FleetProgramme, row: int) -> FleetProgramme:
    """The programme with one candidate and no rule but units_max."""
    columns, names = programme.candidates, ("choice", "workload", "model", "supply", "deliver", "board_s")
    names += ("energy_kwh", "embodied_kg")
    kept = {name: getattr(columns, name)[[row]] for name in names}
    stream = {name: amounts[[row]] for name, amounts in columns.stream.items()}
    quality = None if columns.quality is None else columns.quality[[row]]
    bare = replace(programme, rules=FleetRules(), carbon_max=None, risk_weight=0.0)
    bare = replace(bare, carbon_price=np.zeros_like(programme.carbon_price))
    return replace(bare, candidates=replace(columns, **kept, stream=stream, quality=quality))


def test_a_candidate_alone_costs_what_solving_with_it_alone_costs() -> None:
    compared = 0
    for seed in range(60):
        programme = random_programme(seed)
        if len(programme.workload_names) > 1 or programme.deferrable[0]:
            continue
        for row in range(len(programme.candidates)):
            alone = only(programme, row)
            solution, [cost] = solve_fleet(alone), cost_alone(alone, np.array([0]))
            assert cost == pytest.approx(
                solution.objective if solution.plan is not None else np.inf, rel=1e-9
            )
            compared += 1
    assert compared > 30
