"""Scenario -> fleet programme: supplies, streams, demand, prices, limits, worlds."""

import numpy as np
import pytest

from roi.errors import MissingFigureError, RoiError
from roi.planning.assemble import Present, programme
from roi.planning.candidates import choice_key, ordered
from roi.scenario.change import with_changes
from tests.roi.planning_cases import OWNED, only_owned, plan_markets, with_banners, with_owned, years
from tests.roi.small_case import API, OWN, profile

ONE = profile("one")


def assembled(asked, profiles=(ONE,), present=None):
    options = ordered(option for each in plan_markets(asked, profiles) for option in each.options)
    return programme(asked, options, present), options


def with_supply(asked, supply):
    return with_changes(asked, {"supplies": [supply]})


def rented(asked, **changes):
    return {**asked.supplies[0].model_dump(mode="json"), **changes}


def test_a_rented_instance_by_the_hour_is_bought_in_whole_units():
    problem, options = assembled(years())
    [supply] = problem.supplies
    assert (supply.kind, supply.boards, supply.load_max, supply.whole_hours) == ("on_demand", 8, 0.5, True)
    assert supply.hour_price.tolist() == [[2880.0, 2880.0]]
    assert supply.idle_kw_per_board == pytest.approx((60 + 150) / 1000 * 1.5)
    assert supply.embodied_kg_per_unit_hour == pytest.approx(8 * (1471 + 500) / 8760)
    rows = {option.attempts_max: place for place, option in enumerate(options)}
    assert problem.candidates.board_s[rows[2]] == pytest.approx(8.5)
    assert problem.candidates.energy_kwh[rows[2]] == pytest.approx(1200 * 4 * 1.0625 * 1.5 / 3.6e6)
    assert {name: values[rows[2]] for name, values in problem.candidates.stream.items()} == pytest.approx(
        {"review": 6.375, "fallback/pictures": 1.0}
    )


def test_candidates_of_one_choice_differ_only_in_their_supply():
    problem, options = assembled(with_owned(years()))
    assert [option.offer.supply for option in options] == ["owned", "rented", "owned", "rented"]
    assert problem.candidates.choice.tolist() == [0, 0, 1, 1]
    assert choice_key(options[0]) == choice_key(options[1])


def test_a_reserved_instance_pays_every_hour_of_its_years():
    asked = years()
    reserved = rented(asked, term="reserved", commitment_years=1)
    [supply] = assembled(with_supply(asked, reserved))[0].supplies
    assert (supply.kind, supply.life_years) == ("reserved", 1)
    assert supply.commitment_price.tolist() == [[2880 * 8760.0] * 2]
    dearer = with_changes(with_supply(asked, reserved), {"finance.escalation.rent": 0.1})
    signed = assembled(dearer)[0].supplies[0].commitment_price
    assert signed.tolist() == [pytest.approx([2880 * 8760.0, 1.1 * 2880 * 8760.0])]
    assert supply.embodied_kg_per_unit_year == pytest.approx(8 * 1971.0)


def test_rent_by_the_second_pays_the_whole_node_with_cold_start_and_minimum():
    """8 s of work and 4 s of start are 12 s of 2880 JPY an hour; a minimum of 15 s costs 12 JPY an attempt."""
    asked = years()
    by_second = rented(asked, billing="second", cold_start_s=4)
    problem, options = assembled(with_supply(asked, by_second))
    row = next(place for place, option in enumerate(options) if option.attempts_max == 1)
    assert problem.supplies[0].kind == "by_use"
    assert problem.candidates.stream["rent/rented"][row] == pytest.approx(12 * 0.8)
    problem, _ = assembled(with_supply(asked, {**by_second, "minimum_s": 15}))
    assert problem.candidates.stream["rent/rented"][row] == pytest.approx(12.0)


def test_a_cold_start_counts_in_the_wait():
    asked = with_changes(years(), {"workloads[0].latency_max_s": 30})
    assert len(assembled(asked)[1]) == 2
    slow = rented(asked, billing="second", cold_start_s=20)
    [found] = plan_markets(with_supply(asked, slow), (ONE,))
    assert found.options == ()
    assert {failure.rule for each in found.rejected for failure in each.failures} == {"latency_max_s"}


def test_work_on_spot_instances_is_done_again_after_interruptions():
    asked = years()
    spot = rented(asked, term="spot", interruption_overhead_fraction=0.1)
    problem, options = assembled(with_supply(asked, spot))
    row = next(place for place, option in enumerate(options) if option.attempts_max == 2)
    assert problem.supplies[0].spot
    assert problem.candidates.board_s[row] == pytest.approx(8.5 * 1.1)
    assert problem.candidates.energy_kwh[row] == pytest.approx(1200 * 4 * 1.0625 * 1.1 * 1.5 / 3.6e6)


def test_a_whole_owned_server_is_bought_and_falls_to_its_residual():
    """20 million, half left after 4 years: after the 2 of the horizon three quarters, bought a year later 7/8."""
    asked = only_owned(years(), lifetime_years=4, capex_change_per_year=-0.1)
    problem, _ = assembled(asked)
    [supply] = problem.supplies
    assert (supply.kind, supply.vendor, supply.at_site, supply.life_years) == ("own", -1, True, 4)
    assert supply.buy_price.tolist() == pytest.approx([20e6, 18e6])
    assert supply.residual.tolist() == pytest.approx([15e6, 18e6 * 0.875])
    assert supply.year_price.tolist() == [[2_614_400.0] * 2]
    assert supply.electricity_price.tolist() == [[[25.0], [25.0]]]
    assert "hardware/owned" not in problem.candidates.stream


def test_the_years_that_a_server_works_carry_all_of_its_making():
    """Two and a half years are two at work: half of the making a year, and none of it lost."""
    [lasting], [worn] = (assembled(only_owned(years(), lifetime_years=life))[0].supplies for life in (2, 2.5))
    assert worn.life_years == 2
    assert worn.embodied_kg_per_unit_year == lasting.embodied_kg_per_unit_year > 0.0


def test_servers_that_are_already_paid_for_are_there_and_no_more_can_be_had():
    [supply] = assembled(only_owned(years(), sunk=True, units_max=3))[0].supplies
    assert (supply.existing.tolist(), supply.units_max) == ([3, 3], 3)
    assert assembled(only_owned(years(), sunk=True))[0].supplies[0].units_max == 1


def test_a_server_that_other_work_fills_is_paid_by_use_at_the_price_of_full_use():
    asked = with_supply(years(), OWN)
    problem, options = assembled(asked)
    streams, option = problem.candidates.stream, options[0]
    by_use = streams["hardware/owned"][0] + streams["space/owned"][0]
    assert by_use == pytest.approx(option.components["hardware"])
    electricity = problem.candidates.energy_kwh[0] * problem.supplies[0].electricity_price[0, 0, 0]
    assert electricity == pytest.approx(option.components["electricity"])


def test_an_option_on_whole_servers_waits_as_at_their_highest_load():
    asked = only_owned(with_changes(years(), {"workloads[0].images_per_month": 10}))
    [found] = plan_markets(asked, (ONE,))
    by_use = plan_markets(with_supply(asked, {**OWNED, "shared": True}), (ONE,))[0]
    assert [o.attempt.p95_latency_s for o in found.options] == [
        o.attempt.p95_latency_s for o in by_use.options
    ]


def test_demand_grows_and_falls_into_its_blocks():
    blocks = [{"name": "day", "hours_per_year": 5840}, {"name": "night", "hours_per_year": 2920}]
    asked = with_banners(
        years(**{"site.time_blocks": blocks, "workloads[0].growth_per_year": 0.1}), deferrable=True
    )
    problem, _ = assembled(asked)
    assert problem.workload_names == ("banners", "pictures")
    assert problem.demand[0, 1] == pytest.approx(np.array([[8e5, 4e5], [8.8e5, 4.4e5]]))
    assert problem.demand[0, 0].tolist() == [[240_000.0, 0.0], [240_000.0, 0.0]]
    assert problem.demand_of_accepted.tolist() == [True, False]
    shared = with_changes(asked, {"workloads[0].share_by_block": {"day": 0.75, "night": 0.25}})
    assert assembled(shared)[0].demand[0, 1, 0].tolist() == [900_000.0, 300_000.0]


def test_prices_change_from_year_to_year_each_by_its_own_rate():
    escalation = {"rent": -0.1, "wage": 0.02, "fallback": 0.05, "electricity": 0.03, "upkeep": 0.04}
    asked = with_owned(
        years(
            **{
                "finance.escalation": escalation,
                "site.demand_charge_per_kw_month": 1890,
                "site.grid_intensity_change_per_year": -0.2,
                "model_cost": {"upkeep_per_year": 100, "migration": 7},
            }
        )
    )
    problem, _ = assembled(asked)
    mine, there = problem.supplies
    assert there.hour_price[0].tolist() == pytest.approx([2880, 2592])
    assert mine.year_price[0].tolist() == pytest.approx([2_614_400, 2_614_400 * 1.04])
    assert mine.electricity_price[0, :, 0].tolist() == pytest.approx([25, 25.75])
    assert mine.grid_kg_per_kwh.tolist() == pytest.approx([0.5, 0.4])
    assert mine.max_kw_per_unit == pytest.approx(8 * (700 + 150) / 1000 * 1.5)
    assert problem.demand_charge[0].tolist() == pytest.approx([1890 * 12, 1890 * 12 * 1.03])
    assert problem.stream_factor["review"][0].tolist() == pytest.approx([1, 1.02])
    assert problem.stream_factor["fallback/pictures"][0].tolist() == pytest.approx([1, 1.05])
    assert problem.model_upkeep.tolist() == [pytest.approx([100, 104])]
    assert problem.model_migration.tolist() == [7.0]
    assert assembled(asked, present=Present(("test/one",)))[0].model_migration.tolist() == [0.0]


def test_a_months_limit_and_a_years_are_rules_of_their_own():
    asked = years(
        **{
            "limits.budget_per_month": 100,
            "limits.opex_budget_per_year": 1000,
            "limits.carbon_cap_per_month": 5,
            "limits.carbon_cap_per_year": 70,
            "limits.vendor_share_max": 0.4,
            "limits.internal_carbon_price": 4000,
        }
    )
    problem, _ = assembled(asked)
    assert problem.rules.opex_budget.tolist() == [1000.0, 1000.0]
    assert problem.rules.month_budget.tolist() == [100.0, 100.0]
    assert problem.rules.carbon_cap_kg.tolist() == [70.0, 70.0]
    assert problem.rules.month_carbon_kg.tolist() == [5.0, 5.0]
    assert problem.rules.vendor_share_max == 0.4
    assert problem.carbon_price.tolist() == [4.0, 4.0]


def test_a_yearly_carbon_cap_rejects_what_does_not_disclose_its_carbon():
    asked = with_changes(years(), {"supplies": [API], "limits.carbon_cap_per_year": 1000})
    [found] = plan_markets(asked, (ONE,))
    assert found.options == ()
    assert [each.first.rule for each in found.rejected if each.id == "api:sold"] == ["carbon_cap_per_year"]


def test_worlds_are_drawn_between_low_and_high_and_are_the_same_again():
    demand = {"value": 100_000, "low": 50_000, "high": 300_000}
    price = {**rented(years())["price_per_h"], "low": 2000, "high": 3000}
    risk = {"weight": 0.5, "worlds": 50, "seed": 3}
    asked = years(
        **{
            "workloads[0].images_per_month": demand,
            "supplies[0].price_per_h": price,
            "finance.risk": risk,
        }
    )
    problem, again = assembled(asked)[0], assembled(asked)[0]
    drawn = problem.demand[:, 0, 0, 0] / 1.2e6
    assert drawn.shape == (50,)
    assert drawn.min() >= 0.5
    assert drawn.max() <= 3.0
    assert len(np.unique(drawn)) == 50
    assert np.array_equal(problem.demand, again.demand)
    assert problem.supplies[0].hour_price.min() >= 2000
    assert problem.world_probability.sum() == pytest.approx(1.0)
    assert (problem.risk_weight, problem.tail_fraction) == (0.5, 0.1)
    other = assembled(with_owned(asked))[0]
    assert np.array_equal(problem.demand, other.demand)


def test_idle_power_comes_from_the_supply_then_from_profiles_and_is_never_zero_in_silence():
    bare = with_changes(years(), {"supplies[0].idle_power_w_per_gpu": None})
    with pytest.raises(MissingFigureError, match="add idle_power_w_per_gpu to the supply"):
        assembled(bare)
    energy = {"energy_j_per_image": 900.0, "boundary": "gpu", "idle_power_w": 70.0}
    cold, warm = (
        profile("cold", energy=energy),
        profile("warm", energy={**energy, "idle_power_with_context_w": 110.0}),
    )
    [supply] = assembled(bare, (cold, warm))[0].supplies
    assert supply.idle_kw_per_board == pytest.approx((110 + 150) / 1000 * 1.5)


def test_the_highest_power_of_an_unknown_board_must_be_given_where_it_counts():
    other = profile("one", hardware={"accelerator": "Board X"})
    asked = only_owned(years(), board="Board X")
    assert assembled(asked, (other,))[0].supplies[0].max_kw_per_unit == 0.0
    charged = with_changes(asked, {"site.site_power_kw": 20})
    with pytest.raises(MissingFigureError, match="add max_power_kw to the supply"):
        assembled(charged, (other,))
    stated = with_changes(charged, {"supplies[0].max_power_kw": 10})
    assert assembled(stated, (other,))[0].supplies[0].max_kw_per_unit == pytest.approx(15.0)


def test_a_horizon_of_part_of_a_year_is_refused():
    with pytest.raises(
        RoiError, match=r"finance.horizon_years: a plan looks whole years ahead \(found 2.5\)"
    ):
        assembled(years(2.5))
