"""What a fleet model is apt to forget: each a programme small enough to be worked by hand.

Every plan is found twice, by the solver and by exhaustive search, and priced by the evaluator.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from roi.fleet.evaluation import FleetEvaluation, evaluate
from roi.fleet.problem import FleetPlan, FleetProgramme, FleetRules, FleetSupply
from roi.fleet.solver import solve_fleet
from tests.roi.fleet_cases import candidate, programme
from tests.roi.fleet_exhaustive import exhaustive

Route = Callable[[FleetProgramme], FleetPlan]
YEAR = np.array([8760.0])


def searched(case: FleetProgramme) -> FleetPlan:
    plan = exhaustive(case).plan
    assert plan is not None
    return plan


def solved(case: FleetProgramme) -> FleetPlan:
    plan = solve_fleet(case).plan
    assert plan is not None
    return plan


@pytest.fixture(params=[searched, solved])
def cheapest(request: pytest.FixtureRequest) -> Route:
    return request.param


def own(name: str = "own", **fields: object) -> FleetSupply:
    """A server of one board."""
    return FleetSupply(name=name, vendor=-1, kind="own", **{"life_years": 9, **_years(1), **fields})


def rented(**fields: object) -> FleetSupply:
    return FleetSupply(name="rented", vendor=0, kind="on_demand", **{**_years(1), **fields})


def api(name: str = "api", vendor: int = 0, **fields: object) -> FleetSupply:
    return FleetSupply(name=name, vendor=vendor, kind="by_use", **fields)


def _years(years: int) -> dict[str, object]:
    names = ("hour_price", "year_price", "commitment_price")
    return {
        **{name: np.zeros((1, years)) for name in names},
        "buy_price": np.zeros(years),
        "residual": np.zeros(years),
        "existing": np.zeros(years, dtype=np.int64),
    }


def priced(case: FleetProgramme, plan: FleetPlan) -> FleetEvaluation:
    found = evaluate(case, plan)
    assert found.broken == ()
    return found


def test_the_queue_of_a_busy_month_sizes_the_fleet(cheapest):
    """8,000 hours of work fit into a server's 8,760; in a month half as busy again they need 12,000 / 8,760."""
    server = own(buy_price=np.array([100.0]))
    case = programme([candidate(0, board_s=3600.0)], [server], demand=8000, shape=(1, 1, 1, 1))
    busy = replace(case, peak_factor=np.array([1.5]))
    waits = replace(busy, deferrable=np.array([True]), peak_factor=np.array([1.0]))
    assert [priced(each, cheapest(each)).objective for each in (case, busy, waits)] == [100.0, 200.0, 100.0]


def test_a_node_of_eight_boards_cannot_be_rented_by_the_eighth(cheapest):
    """Ten board-hours in ten hours: a board's worth is 100, the node that must stand ready costs 800."""
    node = rented(boards=8, hour_price=np.array([[80.0]]))
    case = programme(
        [candidate(0, board_s=3600.0)], [node], demand=10, shape=(1, 1, 1, 1), block_hours=np.array([10.0])
    )
    assert priced(case, cheapest(case)).objective == 800.0


def test_whole_hours_are_billed_for_work_that_may_wait(cheapest):
    """Ten board-hours are 1.25 node-hours: 100 by the second, 160 by the hour."""
    node = rented(boards=8, hour_price=np.array([[80.0]]))
    case = programme(
        [candidate(0, board_s=3600.0)],
        [node],
        demand=10,
        shape=(1, 1, 1, 1),
        block_hours=np.array([10.0]),
        deferrable=np.array([True]),
    )
    by_hour = replace(case, supplies=(replace(node, whole_hours=True),))
    assert priced(case, cheapest(case)).objective == pytest.approx(100.0, rel=1e-9)
    assert priced(by_hour, cheapest(by_hour)).objective == 160.0


@pytest.fixture
def daytime() -> FleetProgramme:
    """Eight hours of work in a day of ten, none in a night of fourteen."""
    server = own(
        buy_price=np.array([1000.0]),
        year_price=np.array([[50.0]]),
        electricity_price=np.full((1, 1, 2), 0.2),
        idle_kw_per_board=0.1,
        grid_kg_per_kwh=np.array([0.5]),
        market_kg_per_kwh=np.array([0.4]),
        embodied_kg_per_unit_year=30.0,
    )
    return programme(
        [candidate(0, board_s=3600.0, energy_kwh=0.7)],
        [server],
        demand=np.array([8.0, 0.0]).reshape(1, 1, 1, 2),
        block_hours=np.array([10.0, 14.0]),
    )


def test_an_owned_server_that_is_off_at_night_costs_its_whole_price(cheapest, daytime):
    found = priced(daytime, cheapest(daytime))
    assert {name: float(cash.sum()) for name, cash in found.cash.items() if cash.any()} == pytest.approx(
        {"purchase": 1000.0, "unit_years": 50.0, "electricity_busy": 5.6 * 0.2, "electricity_idle": 0.2 * 0.2}
    )
    assert found.done.idle_kwh.ravel() == pytest.approx([0.2, 0.0])


def test_an_owned_server_left_on_at_night_draws_its_idle_power(cheapest, daytime):
    day = cheapest(daytime)
    left_on = replace(day, on=np.ones_like(day.on), hours=np.array([10.0, 14.0]).reshape(1, 1, 1, 2))
    found = priced(daytime, left_on)
    assert found.done.idle_kwh.ravel() == pytest.approx([0.2, 1.4])
    assert found.objective - priced(daytime, day).objective == pytest.approx(1.4 * 0.2)


def test_carbon_of_an_own_server_has_its_making_whole_and_both_bases(cheapest, daytime):
    found = priced(daytime, cheapest(daytime))
    assert float(found.carbon.location_kg[0, 0]) == pytest.approx((5.6 + 0.2) * 0.5 + 30.0)
    assert float(found.carbon.market_kg[0, 0]) == pytest.approx((5.6 + 0.2) * 0.4 + 30.0)


def test_idle_energy_of_a_rented_node_is_carbon_though_not_money(cheapest):
    """One busy hour of ten: 0.7 kWh at work and 0.9 kWh waiting, at 0.5 kg, and ten hours of making at 0.02."""
    node = rented(
        hour_price=np.array([[1.0]]),
        idle_kw_per_board=0.1,
        grid_kg_per_kwh=np.array([0.5]),
        embodied_kg_per_unit_hour=0.02,
    )
    case = programme(
        [candidate(0, board_s=3600.0, energy_kwh=0.7)],
        [node],
        demand=1,
        shape=(1, 1, 1, 1),
        block_hours=np.array([10.0]),
    )
    found = priced(case, cheapest(case))
    assert found.objective == 10.0
    assert float(found.carbon.location_idle_kg.sum()) == pytest.approx(0.45)
    assert float(found.carbon.location_kg.sum()) == pytest.approx(0.35 + 0.45 + 0.2)


def test_a_commitment_is_paid_in_the_year_in_which_it_is_not_used(cheapest):
    """Two years at 500, of which one has work; space at 7 is paid only while the unit is in service."""
    committed = FleetSupply(
        name="reserved",
        vendor=0,
        kind="reserved",
        life_years=2,
        **{
            **_years(2),
            "commitment_price": np.full((1, 2), 500.0),
            "year_price": np.full((1, 2), 7.0),
        },
    )
    case = programme(
        [candidate(0, board_s=3600.0)],
        [committed],
        demand=np.array([9.0, 0.0]).reshape(1, 1, 2, 1),
        block_hours=np.array([10.0]),
        later_factor=np.ones(1),
    )
    found = priced(case, cheapest(case))
    assert found.cash["commitment"].ravel().tolist() == [500.0, 500.0]
    assert found.objective == 1007.0


def test_a_commitment_keeps_the_price_of_its_signature_and_is_owed_to_its_end(cheapest):
    """Three years signed in year 2 at 600, when 500 was asked for before; two of them lie after the horizon."""
    committed = FleetSupply(
        name="reserved",
        vendor=0,
        kind="reserved",
        life_years=3,
        **{**_years(2), "commitment_price": np.array([[500.0, 600.0]])},
    )
    case = programme(
        [candidate(0, board_s=3600.0)],
        [committed],
        demand=np.array([0.0, 9.0]).reshape(1, 1, 2, 1),
        block_hours=np.array([10.0]),
        start_factor=np.array([1.0, 0.9, 0.8]),
        later_factor=np.array([0.7, 0.6]),
    )
    late = replace(cheapest(case), buy=np.array([[0, 1]]))
    found = priced(case, late)
    assert found.cash["commitment"].ravel().tolist() == [0.0, 600.0]
    assert found.cash["owed"].ravel().tolist() == [0.0, pytest.approx(600.0 * (0.7 + 0.6) / 0.8)]
    assert found.objective == pytest.approx(600.0 + 600.0 * (0.7 + 0.6))
    early = priced(case, replace(late, buy=np.array([[1, 0]])))
    assert early.cash["commitment"].ravel().tolist() == [500.0, 500.0]
    assert early.objective == pytest.approx(1000.0 + 500.0 * 0.7)


def test_after_a_commitment_the_work_goes_on_by_the_hour_where_another_would_be_owed_too_long(cheapest):
    """Two years at 50 each, then either two more (one owed after the horizon) or an hour's work at 60."""
    committed = FleetSupply(
        name="reserved",
        vendor=0,
        kind="reserved",
        life_years=2,
        **{**_years(3), "commitment_price": np.full((1, 3), 50.0)},
    )
    hourly = FleetSupply(
        name="hourly", vendor=0, kind="on_demand", **{**_years(3), "hour_price": np.full((1, 3), 6.0)}
    )
    case = programme(
        [candidate(0, supply=0, board_s=3600.0), candidate(0, supply=1, board_s=3600.0)],
        [committed, hourly],
        demand=9,
        shape=(1, 1, 3, 1),
        one_option=np.array([True]),
        block_hours=np.array([10.0]),
        later_factor=np.ones(1),
    )
    plan = cheapest(case)
    assert plan.buy[0].sum() == 1
    assert plan.buy[0, 2] == 0
    assert priced(case, plan).objective == 2 * 50.0 + 60.0


def test_work_by_use_needs_no_more_units_than_there_are(cheapest):
    """Of a supply paid by use at 1 there are two units of ten hours; the third ten hours of work cost 5 each."""
    cheap = FleetSupply(name="few", vendor=0, kind="by_use", units_max=2)
    case = programme(
        [candidate(0, supply=0, board_s=3600.0, api=1.0), candidate(1, supply=1, api=5.0)],
        [cheap, api("many")],
        demand=30,
        shape=(1, 1, 1, 1),
        block_hours=np.array([10.0]),
    )
    found = priced(case, cheapest(case))
    assert found.objective == pytest.approx(20 * 1.0 + 10 * 5.0)


def test_one_picture_emits_no_more_than_it_may_with_the_waiting_of_its_machine(cheapest):
    """Ten hours of a machine that waits at 1 kW on 1 kg/kWh are 10 kg for 5 pictures: 2 kg each; the limit is 1."""
    machine = FleetSupply(
        name="waiting",
        vendor=0,
        kind="on_demand",
        **{**_years(1), "hour_price": np.ones((1, 1)), "grid_kg_per_kwh": np.ones(1)},
        idle_kw_per_board=1.0,
    )
    ways = [
        candidate(0, supply=0, board_s=3600.0, energy_kwh=1.0),
        candidate(1, supply=1, api=9.0, embodied_kg=0.5),
    ]
    case = programme(
        ways, [machine, api("called")], demand=5, shape=(1, 1, 1, 1), block_hours=np.array([10.0])
    )
    assert priced(case, cheapest(case)).objective == 10.0
    capped = replace(case, one_option=np.array([True]), carbon_max=np.array([1.0]))
    assert priced(capped, cheapest(capped)).objective == 45.0


def test_a_residual_comes_at_the_end_of_the_horizon(cheapest):
    server = own(
        **{**_years(2), "buy_price": np.array([1000.0, 1000.0]), "residual": np.array([400.0, 600.0])}
    )
    case = programme(
        [candidate(0, board_s=3600.0)],
        [server],
        demand=9000,
        shape=(1, 1, 2, 1),
        start_factor=np.array([1.0, 0.9, 0.8]),
        block_hours=np.array([10_000.0]),
    )
    found = priced(case, cheapest(case))
    assert found.cash["residual"].ravel().tolist() == [0.0, -400.0]
    assert found.objective == pytest.approx(1000.0 - 0.8 * 400.0)


def test_a_vintage_that_dies_must_be_bought_again(cheapest):
    server = own(**{**_years(2), "buy_price": np.array([100.0, 100.0]), "life_years": 1})
    case = programme(
        [candidate(0, board_s=3600.0)],
        [server],
        demand=8000,
        shape=(1, 1, 2, 1),
        start_factor=np.array([1.0, 0.9, 0.8]),
        block_hours=YEAR,
    )
    plan = cheapest(case)
    assert plan.buy.tolist() == [[1, 1]]
    assert priced(case, plan).objective == pytest.approx(190.0)
    once = evaluate(case, replace(plan, buy=np.array([[1, 0]])))
    assert [check.name for check in once.broken] == ["fleet_own_y1"]


def test_a_vendor_gets_no_more_than_its_share(cheapest):
    """Six of ten at 1, the others at 2."""
    case = programme(
        [candidate(0, supply=0, api=1.0), candidate(0, supply=1, api=2.0)],
        [api("one", 0), api("two", 1)],
        demand=10,
        shape=(1, 1, 1, 1),
        rules=FleetRules(vendor_share_max=0.6),
    )
    assert priced(case, cheapest(case)).objective == pytest.approx(6 * 1.0 + 4 * 2.0)


def test_spot_gets_no_more_than_its_share(cheapest):
    """Three of ten at 1, the others at 2, of the same vendor."""
    case = programme(
        [candidate(0, supply=0, api=1.0), candidate(0, supply=1, api=2.0)],
        [api("spot", spot=True), api("fixed")],
        demand=10,
        shape=(1, 1, 1, 1),
        rules=FleetRules(spot_share_max=0.3),
    )
    assert priced(case, cheapest(case)).objective == pytest.approx(3 * 1.0 + 7 * 2.0)


@pytest.fixture
def powerful() -> FleetProgramme:
    """Fifteen hours of work by day and five by night in blocks of ten hours, servers of 4 kW at 1 each."""
    return programme(
        [candidate(0, board_s=3600.0)],
        [own(buy_price=np.array([1.0]), at_site=True, max_kw_per_unit=4.0)],
        demand=np.array([15.0, 5.0]).reshape(1, 1, 1, 2),
        block_hours=np.array([10.0, 10.0]),
        demand_charge=np.array([[10.0]]),
    )


def test_the_demand_charge_is_on_the_highest_power_of_the_year(cheapest, powerful):
    found = priced(powerful, cheapest(powerful))
    assert float(found.cash["demand_charge"].sum()) == 80.0
    assert found.objective == 82.0


def test_work_that_may_wait_halves_the_peak(cheapest, powerful):
    waits = replace(powerful, deferrable=np.array([True]), demand=np.array([20.0, 0.0]).reshape(1, 1, 1, 2))
    found = priced(waits, cheapest(waits))
    assert float(found.cash["demand_charge"].sum()) == 40.0
    assert found.objective == 41.0


def test_the_site_has_power_for_one_server_and_the_rest_is_called(cheapest):
    server = own(buy_price=np.array([1.0]), at_site=True, max_kw_per_unit=4.0)
    case = programme(
        [candidate(0, board_s=3600.0), candidate(0, supply=1, api=3.0)],
        [server, api()],
        demand=20,
        shape=(1, 1, 1, 1),
        block_hours=np.array([10.0]),
        rules=FleetRules(site_power_kw=5.0),
    )
    assert priced(case, cheapest(case)).objective == pytest.approx(1.0 + 10 * 3.0)


def test_a_second_model_costs_the_time_of_swapping(cheapest):
    """8,500 hours of work and an hour a day of swapping are 8,865 hours, more than a server's year."""
    case = programme(
        [candidate(0, board_s=3600.0), candidate(1, workload=1, model=1, board_s=3600.0)],
        [own(buy_price=np.array([100.0]))],
        demand=4250,
        shape=(1, 2, 1, 1),
        deferrable=np.array([True, True]),
        block_hours=YEAR,
    )
    slow = replace(case, supplies=(replace(case.supplies[0], swap_board_s_per_day=3600.0),))
    alike = replace(slow, candidates=replace(slow.candidates, model=np.array([0, 0])))
    costs = [priced(each, cheapest(each)).objective for each in (case, slow, alike)]
    assert costs == [100.0, 200.0, 100.0]


def test_an_internal_carbon_price_steers_and_is_not_cash(cheapest):
    """At 10 a kilogram the API at 3 without carbon beats the one at 1 with half a kilogram."""
    case = programme(
        [candidate(0, supply=0, api=1.0, embodied_kg=0.5), candidate(0, supply=1, api=3.0, embodied_kg=0.1)],
        [api("dirty"), api("clean")],
        demand=10,
        shape=(1, 1, 1, 1),
        carbon_price=np.array([10.0]),
    )
    found = priced(case, cheapest(case))
    assert found.objective == pytest.approx(10 * (3.0 + 0.1 * 10.0))
    assert float(sum(cash.sum() for cash in found.cash.values())) == 30.0


def test_a_model_is_paid_for_when_it_is_taken_up_and_in_every_year_it_is_kept(cheapest):
    case = programme(
        [candidate(0, api=1.0)],
        [api()],
        demand=10,
        shape=(1, 1, 2, 1),
        one_option=np.array([True]),
        model_upkeep=np.array([[5.0, 6.0]]),
        model_migration=np.array([40.0]),
        year_factor=np.array([0.95, 0.85]),
        start_factor=np.array([1.0, 0.9, 0.8]),
    )
    found = priced(case, cheapest(case))
    assert found.cash["migration"].ravel().tolist() == [40.0, 0.0]
    assert found.objective == pytest.approx(40.0 + 0.95 * 15.0 + 0.85 * 16.0)


@pytest.mark.parametrize(("tail_fraction", "tail"), [(0.1, 20.0), (0.5, 12.0), (1.0, 11.0)])
def test_the_tail_is_the_mean_of_the_worst_worlds(cheapest, tail_fraction, tail):
    """Ten requests cost 10 with nine chances of ten, else 20."""
    case = programme(
        [candidate(0, api=1.0)],
        [api()],
        demand=10,
        shape=(2, 1, 1, 1),
        world_probability=np.array([0.9, 0.1]),
        stream_factor={"api": np.array([[1.0], [2.0]])},
        risk_weight=0.25,
        tail_fraction=tail_fraction,
    )
    found = priced(case, cheapest(case))
    assert (found.expected_cost, found.tail_cost) == pytest.approx((11.0, tail))
    assert found.objective == pytest.approx(0.75 * 11.0 + 0.25 * tail)
