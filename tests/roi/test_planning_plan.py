"""plan(): what a board decides, by hand; what a model is apt to forget; the same plan priced anew."""

import math
from dataclasses import replace

import pytest

from roi.decision.decide import decide
from roi.errors import RoiError
from roi.planning.decide_plan import plan
from roi.planning.reprice import reprice
from roi.scenario.change import with_changes
from tests.roi.planning_cases import (
    OWNED,
    RENT_OF_A_YEAR,
    TODAY,
    only_owned,
    with_banners,
    with_owned,
    years,
)
from tests.roi.small_case import API, OWN, fid, profile

ONE = profile("one")
OLD = profile("old", energy__energy_j_per_image=1800.0, speed__seconds_per_image=4.0)
FINE = profile("fine", quality=[fid(8.0)])
PROFILES = (ONE, OLD)
CHEAP_API = {**API, "price_per_image": 0.5}
NIGHT = [{"name": "day", "hours_per_year": 4380}, {"name": "night", "hours_per_year": 4380}]


def chosen(decision):
    return [
        (
            choice.option.workload,
            choice.option.offer.id,
            choice.option.offer.supply,
            choice.option.attempts_max,
        )
        for choice in decision.choices
    ]


def busy_year(**changes):
    """1,200,000 requests a month: 14.1 of 14.4 thousand board-seconds of an hour of one node."""
    return years(**{"workloads[0].images_per_month": 1_210_000, "workloads[0].attempts_max": 2, **changes})


def test_two_workloads_share_one_node_by_hand():
    asked = with_banners(years(rate=0.05), baseline=TODAY)
    asked = with_changes(asked, {"workloads[0].baseline": TODAY})
    decision = plan(asked, PROFILES)
    assert (decision.status, decision.verified, decision.without_baseline) == ("optimal", True, ())
    assert {choice[2] for choice in chosen(decision)} == {"rented"}
    requests = 1_200_000 + 240_000 * 256 / 255
    assert decision.ledger.by_component_and_year() == {
        "rent": pytest.approx((RENT_OF_A_YEAR,) * 2),
        "review": pytest.approx((6.375 * requests,) * 2),
        "fallback": pytest.approx((1_200_000.0,) * 2),
    }
    assert decision.baseline_worth.tco == pytest.approx(decision.worth.tco)
    assert decision.finance.npv == pytest.approx(0.0, abs=1e-3)


def test_two_runs_give_the_same_answer():
    asked = with_owned(years(**{"workloads[0].baseline": TODAY}))
    first, second = plan(asked, PROFILES), plan(asked, PROFILES)
    assert first.ledger == second.ledger
    assert first.finance == second.finance
    assert chosen(first) == chosen(second)
    assert first.alternatives == second.alternatives
    assert first.inputs_hash == second.inputs_hash


@pytest.mark.parametrize("supplies", [[OWN], [CHEAP_API], [OWN, CHEAP_API]])
def test_with_everything_switched_off_a_plan_is_the_quick_decision_times_its_months(supplies):
    asked = with_changes(years(5), {"supplies": supplies})
    asked = with_changes(asked, {"model_cost": {"upkeep_per_year": 1200, "migration": 600}})
    quick, found = decide(asked, PROFILES), plan(asked, PROFILES)
    [choice] = quick.choices
    assert chosen(found)[0][1:] == (
        choice.option.offer.id,
        choice.option.offer.supply,
        choice.option.attempts_max,
    )
    a_month = choice.cost_per_accepted_image * choice.accepted_images_per_month
    assert found.worth.tco == pytest.approx(a_month * 12 * 5, rel=1e-9)


def test_a_peak_month_needs_the_second_node():
    """Evenly 97 % of one node's work; half as much again in the busiest month needs two, all year."""
    even, peaked = plan(busy_year(), (ONE,)), plan(busy_year(**{"workloads[0].peak_factor": 1.5}), (ONE,))
    assert [year.units for year in (even.fleet[0], peaked.fleet[0])] == [1, 2]
    assert peaked.ledger.by_component_and_year()["rent"][0] == pytest.approx(2 * RENT_OF_A_YEAR)
    assert even.ledger.by_component_and_year()["rent"][0] == pytest.approx(RENT_OF_A_YEAR)


def test_an_eighth_of_a_node_cannot_be_rented():
    """One picture an hour keeps the whole node on; at full use it would carry the seconds of one board."""
    asked = years(1, **{"workloads[0].images_per_month": 730})
    found, [choice] = plan(asked, (ONE,)), decide(asked, (ONE,)).choices
    assert found.ledger.by_component_and_year()["rent"] == (pytest.approx(RENT_OF_A_YEAR),)
    assert choice.cost_components["rent"] * 8760 == pytest.approx(RENT_OF_A_YEAR)
    at_full_use = choice.option.components["rent"] * 8760
    assert at_full_use == pytest.approx(RENT_OF_A_YEAR / 8 / 0.5 * 8.5 / 3600)


def test_a_server_that_stands_idle_at_night_carries_further_work_only_if_that_can_wait():
    """Pictures fill most of a server by day; banners by day need a second one, banners that wait do not."""
    pictures = {
        "workloads[0].images_per_month": 550_000,
        "workloads[0].share_by_block": {"day": 1.0},
        "site.time_blocks": NIGHT,
    }
    by_day = {"images_per_month": 100_000, "share_by_block": {"day": 1.0}}
    first = plan(only_owned(years(1, **pictures)), (ONE,))
    both = plan(only_owned(with_banners(years(1, **pictures), **by_day)), (ONE,))
    waiting = {"images_per_month": 100_000, "deferrable": True}
    at_night = plan(only_owned(with_banners(years(1, **pictures), **waiting)), (ONE,))
    assert [each.fleet[0].units for each in (first, both, at_night)] == [1, 2, 1]
    assert first.fleet[0].utilization_fraction == pytest.approx(550_000 * 12 * 8.5 / 3600 / 8 / 8760)
    assert first.ledger.by_component_and_year()["purchase"] == (20e6,)


def test_a_saved_minute_is_saved_money_only_as_far_as_it_leaves_the_payroll():
    """60 s a picture bought outside against 6.375 s of review: a quarter of the saved hours is cash."""
    outside = {"kind": "external", "name": "designers", "cost_per_image": 10, "seconds_per_image": 60}
    asked = years(1, **{"workloads[0].baseline": outside, "finance.cash_realisation_fraction": 0.25})
    decision = plan(asked, (ONE,))
    saved = 1_200_000 * (60 - 6.375)
    assert decision.finance.unrealised_review_saving == pytest.approx(0.75 * saved)
    running = 12_000_000 - RENT_OF_A_YEAR - 1_200_000
    assert decision.finance.npv == pytest.approx(running + 0.25 * saved)
    assert decision.levers == ()
    with pytest.raises(RoiError, match=r"^finance\.cash_realisation_fraction"):
        plan(with_changes(asked, {"finance.cash_realisation_fraction": None}), (ONE,))


def test_an_internal_carbon_price_steers_but_is_not_cash():
    """A dearer server whose making emits nothing wins under the price; money stays what is paid."""
    other = {**OWNED, "name": "clean", "capex": 21_000_000, "embodied_kg_co2e_per_gpu": 0}
    other |= {"embodied_host_kg_co2e_per_gpu": 0, "residual_fraction": 0.5}
    asked = only_owned(years(1, **{"workloads[0].baseline": None}))
    kept = [supply.model_dump(mode="json") for supply in asked.supplies]
    asked = with_changes(asked, {"supplies": [*kept, other]})
    plain = plan(asked, (ONE,))
    priced = plan(with_changes(asked, {"limits.internal_carbon_price": 100_000}), (ONE,))
    assert (chosen(plain)[0][2], chosen(priced)[0][2]) == ("owned", "clean")
    assert priced.worth.tco - plain.worth.tco == pytest.approx(500_000.0)
    assert math.fsum(entry.amount for entry in priced.ledger.entries) == pytest.approx(priced.worth.tco)
    assert priced.solver.bound == pytest.approx(
        priced.worth.tco + 100 * priced.worth.carbon_kg_co2e, rel=1e-6
    )


def test_levers_apart_and_together():
    """Today two nodes: an old model at 4 s a picture, one try; a second try and a faster model each help."""
    today = {**TODAY, "attempts_max": 1}
    asked = years(1, **{"workloads[0].images_per_month": 1_000_000, "workloads[0].baseline": today})
    decision = plan(asked, PROFILES)
    requests = 12_000_000
    look, second = 6.0 * requests, 6.375 * requests
    assert decision.baseline_worth.tco == pytest.approx(2 * RENT_OF_A_YEAR + look + requests * 16)
    retries, model, both = decision.levers
    assert retries.worth.tco == pytest.approx(2 * RENT_OF_A_YEAR + second + requests)
    assert model.worth.tco == pytest.approx(RENT_OF_A_YEAR + look + requests * 16)
    assert both.worth.tco == pytest.approx(RENT_OF_A_YEAR + second + requests)
    assert both.worth.tco == pytest.approx(decision.worth.tco)
    [other] = [each for each in decision.alternatives if each.differs_by == "model"]
    assert (other.without, other.choices) == ("test/one", (("pictures", "old", "rented"),))
    assert other.extra_cost_fraction == pytest.approx(retries.worth.tco / both.worth.tco - 1)


def test_a_model_in_operation_today_is_not_taken_up_again():
    cost = {"upkeep_per_year": 100, "migration": 5000}
    asked = years(**{"workloads[0].baseline": TODAY, "model_cost": cost})
    stays = plan(asked, (OLD,))
    assert "migration" not in stays.ledger.by_component_and_year()
    assert stays.baseline.by_component_and_year()["model"] == (100.0, 100.0)
    moves = plan(with_changes(asked, {"workloads[0].quality.fid_max": 9}), (FINE, OLD))
    assert moves.ledger.by_component_and_year()["migration"] == (5000.0, 0.0)


def test_finance_is_of_the_workloads_that_say_what_serves_them_today():
    asked = with_banners(years(**{"workloads[0].baseline": TODAY}))
    decision = plan(asked, (OLD,))
    assert decision.without_baseline == ("banners",)
    share = 1_200_000 / (1_200_000 + 240_000 * 256 / 255)
    assert decision.finance.npv == pytest.approx(2 * RENT_OF_A_YEAR * (1 - share))
    none = plan(with_banners(years()), (OLD,))
    assert (none.baseline, none.finance, none.levers) == (None, None, ())


def test_an_unknown_profile_of_the_baseline_is_named():
    asked = years(**{"workloads[0].baseline": {**TODAY, "profile": "lost"}})
    with pytest.raises(RoiError, match="workload 'pictures': profile 'lost' is unknown"):
        plan(asked, PROFILES)


def test_the_same_plan_under_the_same_inputs_has_the_same_numbers():
    changes = {"workloads[0].baseline": TODAY, "workloads[0].growth_per_year": 0.2}
    asked = with_owned(with_banners(years(3, 0.05, **changes)))
    decision = plan(asked, PROFILES)
    again = reprice(decision, asked)
    assert again.worth == decision.worth
    assert again.finance == decision.finance
    assert again.fleet == decision.fleet
    assert again.baseline_worth == decision.baseline_worth
    assert (again.verified, again.no_longer_fits, chosen(again)) == (True, (), chosen(decision))
    assert reprice(again, asked).worth == decision.worth


def test_the_same_plan_with_other_figures_is_priced_by_them():
    asked = years(**{"workloads[0].baseline": TODAY})
    decision = plan(asked, PROFILES)
    dearer = reprice(decision, with_changes(asked, {"supplies[0].price_per_h": 3880}))
    assert dearer.worth.tco - decision.worth.tco == pytest.approx(2 * 1000 * 8760)
    slower = reprice(decision, with_changes(asked, {"labour.wage_per_h": 7200}))
    assert slower.worth.tco - decision.worth.tco == pytest.approx(2 * 7_650_000)
    assert slower.verified
    looked = reprice(decision, with_changes(asked, {"workloads[0].review.seconds_per_attempt": 4}))
    assert looked.ledger.review_hours == pytest.approx((1_200_000 * 1.0625 * 8 / 3600,) * 2)


def test_what_no_longer_fits_is_named():
    decision = plan(busy_year(), (ONE,))
    more = reprice(decision, busy_year(**{"workloads[0].images_per_month": 2_000_000}))
    assert more.no_longer_fits == ("always_on",)
    strict = reprice(decision, busy_year(**{"workloads[0].quality.fid_max": 5}))
    assert strict.no_longer_fits == ("fid_max",)
    with pytest.raises(RoiError, match="there is no plan to price anew"):
        reprice(replace(decision, plan=None), busy_year())


def test_an_impossible_bar_names_the_rules_and_what_they_would_have_to_become():
    decision = plan(years(**{"workloads[0].quality.fid_max": 5}), PROFILES)
    assert (decision.status, decision.plan, decision.binding) == ("infeasible", None, ("fid_max",))
    assert decision.relaxations[0].changes[0].needed == 10.0


def test_a_budget_that_no_plan_keeps_is_named_with_what_it_would_have_to_be():
    decision = plan(years(1, **{"limits.opex_budget_per_year": 1_000_000}), (ONE,))
    assert (decision.status, decision.binding) == ("infeasible", ("opex_budget",))
    [change] = decision.relaxations[0].changes
    assert change.limit == 1_000_000.0
    assert change.needed == pytest.approx(RENT_OF_A_YEAR + 7_650_000 + 1_200_000, rel=1e-6)
