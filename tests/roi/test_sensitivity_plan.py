"""A kept plan under draws against pricing each draw anew; tornado and turning points of plans."""

import numpy as np
import pytest

from roi.errors import RoiError
from roi.output.report.material import kept_analysis
from roi.planning.answer import PlanDecision
from roi.planning.decide_plan import plan
from roi.planning.reprice import reprice
from roi.scenario.change import with_changes
from roi.scenario.document import Scenario
from roi.sensitivity.base import plan_base
from roi.sensitivity.inputs import moved, ranged_inputs
from roi.sensitivity.montecarlo.draws import FIXED_FIELDS, draw
from roi.sensitivity.plandraws.returns import changes_of, plan_risk
from roi.sensitivity.switching import switches
from roi.sensitivity.tornado import tornado_of
from tests.roi import live_cases
from tests.roi.planning_cases import TODAY, only_owned, with_banners, with_owned, years
from tests.roi.small_case import API, OWN, profile

ONE = profile("one")
OLD = profile("old", energy__energy_j_per_image=1800.0, speed__seconds_per_image=4.0)
PROFILES = (ONE, OLD)
SIZE = 6
SEED = 5
BASIC = {
    "labour.wage_per_h": {"value": 3600, "low": 1800, "high": 7200},
    "finance.discount_rate_per_year": {"value": 0.05, "low": 0.0, "high": 0.15},
    "workloads[0].images_per_month": {"value": 100000, "low": 20000, "high": 3000000},
    "workloads[0].acceptance": {
        "kind": "beta",
        "mean": {"value": 0.5, "low": 0.3, "high": 0.8},
        "concentration": {"value": 3, "low": 2, "high": 6},
    },
    "workloads[0].review.seconds_per_image": {"value": 1, "low": 0.5, "high": 3},
    "workloads[0].fallback_cost": {"value": 256, "low": 30, "high": 900},
    "workloads[0].growth_per_year": {"value": 0.1, "low": 0, "high": 0.3},
    "finance.escalation.wage": {"value": 0.02, "low": 0, "high": 0.05},
    "finance.cash_realisation_fraction": {"value": 0.5, "low": 0.2, "high": 0.9},
}
SERVER = {
    "site.electricity_price": {"value": 25, "low": 20, "high": 40},
    "site.pue": {"value": 1.5, "low": 1.1, "high": 1.8},
    "supplies[0].capex": {"value": 20e6, "low": 10e6, "high": 30e6},
    "supplies[0].residual_fraction": {"value": 0.5, "low": 0.1, "high": 0.6},
    "supplies[0].upkeep_per_year": {"value": 2e6, "low": 1e6, "high": 9e6},
    "supplies[0].utilization_fraction": {"value": 0.5, "low": 0.3, "high": 0.8},
    "supplies[0].lifetime_years": {"value": 3, "low": 1.2, "high": 5},
    "supplies[0].idle_power_w_per_gpu": {"value": 60, "low": 30, "high": 90},
    "supplies[0].host_power_w_per_gpu": {"value": 150, "low": 80, "high": 300},
}
RENTED = {
    "supplies[0].price_per_h": {"value": 19, "unit": "USD/h", "low": 10, "high": 40},
    "supplies[0].utilization_fraction": {"value": 0.5, "low": 0.3, "high": 0.8},
    "exchange_rates.USD": {"value": 150, "as_of": "2026-11-01", "low": 120, "high": 180},
}
BLOCKS = [
    {"name": "day", "hours_per_year": 4380, "electricity_price": {"value": 30, "low": 20, "high": 60}},
    {"name": "night", "hours_per_year": 4380},
]


def rented(**changes: object) -> Scenario:
    return with_changes(years(3, **{"workloads[0].baseline": TODAY}), {**BASIC, **RENTED, **changes})


def bought_server(**changes: object) -> Scenario:
    base = years(3)
    outside = {
        "kind": "external",
        "name": "agency",
        "cost_per_image": {"value": 300, "low": 100, "high": 900},
        "seconds_per_image": {"value": 30, "low": 5, "high": 60},
    }
    base = with_changes(only_owned(base), {"workloads[0].baseline": outside})
    return with_changes(base, {**BASIC, **SERVER, **changes})


def sold(**changes: object) -> Scenario:
    api = {**API, "price_per_image": {"value": 0.5, "low": 0.2, "high": 1.5}, "opening_cost": 1e5}
    today = {
        "kind": "api",
        "supply": "sold",
        "images_per_attempt": 1,
        "attempts_max": 3,
        "acceptance": {"kind": "alike", "mean": {"value": 0.4, "low": 0.2, "high": 0.5}},
    }
    base = with_changes(
        years(2), {"supplies": [api, {**OWN, "name": "owned"}], "workloads[0].baseline": today}
    )
    return with_changes(
        base, {**BASIC, "supplies[1].capex": {"value": 2e7, "low": 1e7, "high": 4e7}, **changes}
    )


CASES = {
    "rented by the hour": rented,
    "rented by the second": lambda: rented(
        **{
            "supplies[0].billing": "second",
            "supplies[0].cold_start_s": {"value": 5, "low": 1, "high": 20},
            "supplies[0].minimum_s": 10,
        }
    ),
    "reserved": lambda: rented(**{"supplies[0].term": "reserved", "supplies[0].commitment_years": 2}),
    "a commitment that outlives the plan": lambda: rented(
        **{
            "supplies[0].term": "reserved",
            "supplies[0].commitment_years": 7,
            "finance.escalation.rent": {"value": 0.05, "low": -0.2, "high": 0.3},
        }
    ),
    "spot": lambda: rented(
        **{
            "supplies[0].term": "spot",
            "supplies[0].interruption_overhead_fraction": {"value": 0.1, "low": 0, "high": 0.4},
        }
    ),
    "a server bought": bought_server,
    "a server, blocks, a charge for power": lambda: bought_server(
        **{
            "site.time_blocks": BLOCKS,
            "site.demand_charge_per_kw_month": {"value": 1890, "low": 1000, "high": 3000},
            "workloads[0].images_per_month": {"value": 4e6, "low": 5e5, "high": 6e6},
            "workloads[0].growth_per_year": {"value": -0.4, "low": -0.5, "high": 0},
        }
    ),
    "tax": lambda: bought_server(
        **{
            "finance.tax": {
                "rate": {"value": 0.3, "low": 0.2, "high": 0.4},
                "depreciation": "declining_balance",
                "life_years": 3,
            }
        }
    ),
    "work that may wait": lambda: bought_server(
        **{"site.time_blocks": BLOCKS, "workloads[0].deferrable": True}
    ),
    "a service": sold,
    "no fallback": lambda: rented(**{"workloads[0].fallback_cost": None}),
    "models cost to keep": lambda: rented(
        model_cost={"upkeep_per_year": {"value": 6e4, "low": 2e4, "high": 3e5}, "migration": 3e5}
    ),
}


def planned(asked: Scenario) -> PlanDecision:
    decision = plan(asked, PROFILES)
    assert decision.status == "optimal"
    return decision


@pytest.mark.parametrize("case", CASES)
def test_every_draw_of_a_kept_plan_costs_and_returns_what_pricing_it_anew_says(case: str) -> None:
    decision = planned(CASES[case]())
    found = plan_risk(decision, draws=SIZE, seed=SEED)
    inputs = [each for each in ranged_inputs(decision.scenario) if each.field not in FIXED_FIELDS]
    values = draw(inputs, SIZE, SEED)
    for number in range(SIZE):
        again = reprice(decision, with_changes(decision.scenario, changes_of(inputs, values, number)))
        assert found.costs[number] == pytest.approx(again.worth.levelised_cost_per_accepted_image, rel=1e-9)
        assert found.npvs[number] == pytest.approx(
            again.finance.npv, abs=1e-9 * max(abs(again.finance.npv), again.worth.tco)
        )
    assert found.check_error < 1e-9


def test_a_commitment_keeps_its_signed_price_and_is_owed_after_the_plan() -> None:
    """One instance signed today for seven years at 2850 an hour: four of them after the three of the plan.

    The rent of later years moves nothing: the price is that of the day of the signature.
    """
    rent = {"finance.escalation.rent": {"value": 0.05, "low": -0.2, "high": 0.3}}
    term = {"supplies[0].term": "reserved", "supplies[0].commitment_years": 7}
    asked = with_changes(years(3), {**rent, **term, "supplies[0].price_per_h": 2850})
    decision = planned(asked)
    found = plan_risk(decision, draws=50, seed=SEED)
    assert [(each.units, each.signed_in_year, each.years) for each in decision.owed] == [(1, 0, 4)]
    paid = 2850 * 8760 * 7 / (3 * 1.2e6)
    assert found.costs == pytest.approx([paid + 6.375 + 1.0] * 50, rel=1e-9)


def test_a_plan_for_comparison_leaves_out_what_explains_it_and_is_the_same_plan() -> None:
    asked = rented()
    quick, whole = plan(asked, PROFILES, explained=False), planned(asked)
    assert (quick.levers, quick.alternatives, quick.verified) == ((), (), True)
    assert len(whole.levers) == 3
    assert (quick.worth, quick.finance) == (whole.worth, whole.finance)


def test_a_plan_that_loses_in_some_futures_says_how_often() -> None:
    asked = bought_server(**{"workloads[0].baseline.cost_per_image": {"value": 12, "low": 1, "high": 40}})
    found = plan_risk(planned(asked), draws=2000, seed=SEED)
    assert found.npv_positive == pytest.approx(float((found.npvs > 0).mean()), abs=1e-12)
    assert 0.02 < found.npv_positive < 0.98
    assert found.pays_back < 1.0
    assert found.npv.p5 == pytest.approx(float(np.quantile(found.npvs, 0.05)), rel=1e-12)


def test_a_plan_without_a_baseline_has_a_spread_of_cost_alone() -> None:
    found = plan_risk(planned(with_changes(years(), RENTED)), draws=50)
    assert (found.npv, found.payback_months, found.npv_positive) == (None, None, None)
    assert found.cost.draws == 50


def test_returns_of_some_workloads_alone_are_not_drawn() -> None:
    asked = with_changes(with_banners(rented()), {})
    found = plan_risk(planned(asked), draws=20)
    assert found.npv is None
    assert found.check_error < 1e-9


def test_a_plan_over_drawn_worlds_is_refused() -> None:
    decision = planned(rented(**{"finance.risk": {"weight": 0.2, "worlds": 3}}))
    with pytest.raises(RoiError, match=r"finance\.risk already weighs drawn futures"):
        plan_risk(decision, draws=10)


def test_the_tornado_of_a_plan_stands_by_npv_and_tells_units_apart() -> None:
    few = {"workloads[0].images_per_month": {"value": 100000, "low": 50000, "high": 5000000}}
    asked = with_changes(years(2, **{"workloads[0].baseline": TODAY}), {**few, **RENTED})
    bars = tornado_of(plan_base(planned(with_owned(asked, capex=1_000_000)), PROFILES))
    swings = [bar.npv_swing for bar in bars]
    assert swings == sorted(swings, reverse=True)
    volume = next(bar for bar in bars if bar.ranged.field == "images_per_month")
    assert volume.high.resets or volume.high.changes
    kept = reprice(
        planned(with_owned(asked, capex=1_000_000)),
        with_changes(with_owned(asked, capex=1_000_000), {"workloads[0].images_per_month": 5000000}),
    )
    assert volume.high.fixed_npv == pytest.approx(kept.finance.npv, rel=1e-9)
    assert volume.high.fixed_breaks == kept.no_longer_fits


def test_the_sign_of_the_npv_turns_where_the_plan_costs_what_today_costs() -> None:
    outside = {
        "kind": "external",
        "name": "agency",
        "seconds_per_image": 0,
        "cost_per_image": {"value": 300, "low": 5, "high": 400},
    }
    asked = with_changes(years(2), {"workloads[0].baseline": outside})
    decision = planned(asked)
    base = plan_base(decision, PROFILES)
    (price,) = ranged_inputs(asked)
    (switch,) = switches(base, price, "npv", beyond=False)
    break_even = decision.worth.levelised_cost_per_accepted_image
    assert switch.value == pytest.approx(break_even, rel=1e-6)
    assert switch.turn == "npv"
    assert tornado_of(base)[0].npv_swing > 0


@pytest.mark.parametrize("case", ["demonstration", "owned"])
def test_ends_foreseen_together_are_those_priced_one_by_one(case):
    decision, profiles = live_cases.decided(case), live_cases.CASES[case]()[1]
    together = {bar.ranged.place: bar for bar in kept_analysis(decision, profiles, 0).bars}
    for single in tornado_of(plan_base(decision, profiles), solved_most=0):
        both = zip(
            (together[single.ranged.place].low, together[single.ranged.place].high),
            (single.low, single.high),
            strict=True,
        )
        for mine, alone in both:
            assert mine.fixed_breaks == alone.fixed_breaks
            assert mine.fixed_npv == pytest.approx(alone.fixed_npv, rel=1e-9, abs=1e-3)


def test_an_end_at_which_the_kept_plan_breaks_a_rule_is_solved_anew_however_little_it_moves() -> None:
    scenario, profiles = live_cases.CASES["owned"]()
    filled = next(each for each in scenario.supplies if each.name == "owned").utilization_fraction.value
    asked = with_changes(
        scenario,
        {
            "supplies[1].utilization_fraction": {"value": filled, "low": filled / 8, "high": filled},
            "supplies[1].lifetime_years": {"value": 2, "low": 1, "high": 2},
        },
    )
    decision = plan(asked, profiles, explained=False, reviewed=False)
    bars = tornado_of(plan_base(decision, profiles), solved_most=1)
    broken = [(bar, end) for bar in bars for end in (bar.low, bar.high) if end.fixed_breaks]
    assert {bar.ranged.field for bar, _ in broken} == {"utilization_fraction", "lifetime_years"}
    for bar, end in broken:
        anew = plan(moved(asked, bar.ranged, end.value), profiles, explained=False, reviewed=False)
        assert anew.finance is not None
        assert end.solved
        assert end.npv == pytest.approx(anew.finance.npv, rel=1e-6)
