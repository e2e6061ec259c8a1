"""Ledger, cash flow and finances of plans worked by hand; no solver."""

import math
from dataclasses import replace

import pytest

from roi.errors import RoiError
from roi.finance.discounting import npv, start_factor, year_factor
from roi.fleet.evaluation import evaluate
from roi.options.terms import Values
from roi.planning.assemble import programme
from roi.planning.candidates import ordered
from roi.planning.cash_flow import CashFlow, cash_flow, spending
from roi.planning.entries import Entry, Ledger
from roi.planning.finances import finances
from roi.planning.ledger import ledger
from roi.planning.proof import sums_agree
from roi.planning.same_plan import same_plan
from roi.planning.sharing import part_of
from roi.planning.summary import fleet_years, plan_choices
from roi.planning.worth import worth
from roi.scenario.change import with_changes
from tests.roi.planning_cases import (
    RENT_OF_A_YEAR,
    only_owned,
    plan_markets,
    serving,
    with_banners,
    with_owned,
    years,
)
from tests.roi.small_case import profile

ONE = profile("one")
BANNERS = 240_000 * 256 / 255
"""Requests of a year for 240,000 accepted banners."""
BUSY_H = (1_200_000 + BANNERS) * 8.5 / 3600
"""Board-hours of a year."""


def course(asked, tries=2):
    """Programme, options, the plan with that many attempts on the last supply, and its ledger."""
    options = ordered(option for each in plan_markets(asked, (ONE,)) for option in each.options)
    problem = programme(asked, options)
    order = {supply.name: place for place, supply in enumerate(asked.supplies)}
    tried = [(order[o.offer.supply], row, o) for row, o in enumerate(options) if o.attempts_max == tries]
    last = {option.workload: row for _, row, option in sorted(tried, key=lambda each: each[:2])}
    plan = serving(problem, list(last.values()))
    return problem, options, plan, ledger(asked, problem, options, plan)


def test_two_workloads_on_a_rented_node_by_hand():
    """One node is on all year; 3600 s of 8 half-used boards would carry 14,400 board-seconds an hour."""
    asked = with_banners(years())
    problem, _options, plan, book = course(asked)
    assert evaluate(problem, plan).broken == ()
    review = 6.375 * (1_200_000 + BANNERS)
    assert book.by_component_and_year() == {
        "rent": pytest.approx((RENT_OF_A_YEAR,) * 2),
        "review": pytest.approx((review,) * 2),
        "fallback": pytest.approx((1_200_000.0,) * 2),
    }
    assert book.accepted_images == pytest.approx((1_440_000.0,) * 2)
    assert book.review_hours == pytest.approx((review / 3600,) * 2)
    assert worth(asked, book).tco == pytest.approx(2 * (RENT_OF_A_YEAR + review + 1_200_000))


def test_energy_and_carbon_of_the_node_by_hand():
    """0.315 kW a waiting board; half a kilogram a kilowatt-hour; 1971 kg a board over 8760 h."""
    asked = with_banners(years())
    _, _, _, book = course(asked)
    busy = (1_200_000 + BANNERS) * 0.002125
    idle = 0.315 * (8 * 8760 - BUSY_H)
    year = [entry for entry in book.energy if entry.year == 1]
    by_use = {use: [e for e in year if e.use == use] for use in ("busy", "idle", "made")}
    assert math.fsum(e.energy_kwh for e in by_use["busy"]) == pytest.approx(busy)
    assert [e.energy_kwh for e in by_use["idle"]] == [pytest.approx(idle)]
    assert [e.embodied_kg for e in by_use["made"]] == [pytest.approx(8 * 1971)]
    assert worth(asked, book).carbon_kg_co2e == pytest.approx(2 * ((busy + idle) * 0.5 + 8 * 1971))


def test_a_bought_server_by_hand():
    """Bought each year for a life of one: 20 million, half of it back at each year's end; 25 JPY/kWh."""
    asked = only_owned(years(rate=0.05))
    _problem, _options, _plan, book = course(asked)
    idle = 0.315 * (8 * 8760 - 1_200_000 * 8.5 / 3600) * 25
    assert book.by_component_and_year() == {
        "purchase": (20e6, 20e6),
        "residual": (-10e6, -10e6),
        "upkeep": (2_614_400.0,) * 2,
        "electricity": pytest.approx((1_200_000 * 0.002125 * 25 + idle,) * 2),
        "review": pytest.approx((7_650_000.0,) * 2),
        "fallback": pytest.approx((1_200_000.0,) * 2),
    }
    assert book.purchased_embodied_kg == (8 * 1971.0,) * 2
    today = sum(
        20e6 * start_factor(0.05, year)
        - 10e6 * start_factor(0.05, year + 1)
        + (2_614_400 + 7_650_000 + 1_200_000 + 63_750 + idle) * year_factor(0.05, year)
        for year in (0, 1)
    )
    assert worth(asked, book).tco == pytest.approx(today, rel=1e-12)
    assert worth(asked, book).levelised_cost_per_accepted_image == pytest.approx(
        today / sum(1_200_000 * year_factor(0.05, year) for year in (0, 1))
    )


@pytest.mark.parametrize("rate", [0.0, 0.07])
def test_money_by_component_by_year_by_option_and_by_the_evaluator_are_one_sum(rate):
    escalation = {"rent": -0.1, "wage": 0.02, "fallback": 0.05, "electricity": 0.03, "upkeep": 0.04}
    changes = {
        "finance.escalation": escalation,
        "site.demand_charge_per_kw_month": 1890,
        "model_cost": {"upkeep_per_year": 100, "migration": 7},
        "workloads[0].growth_per_year": 0.3,
        "site.time_blocks": [
            {"name": "day", "hours_per_year": 5840, "electricity_price": 30},
            {"name": "night", "hours_per_year": 2920, "electricity_price": -1},
        ],
    }
    asked = with_owned(with_banners(years(3, rate, **changes)), opening_cost=11, lifetime_years=2)
    problem, _options, plan, book = course(asked)
    whole = math.fsum(entry.amount for entry in book.entries)
    tables = book.by_component_and_year()
    assert {"purchase", "residual", "opening", "migration", "demand_charge", "model"} <= set(tables)
    assert math.fsum(map(math.fsum, tables.values())) == pytest.approx(whole, rel=1e-12)
    named = {workload.name for workload in asked.workloads} | {None}
    by_workload = [book.total(lambda entry, name=name: entry.workload == name) for name in named]
    assert math.fsum(by_workload) == pytest.approx(whole, rel=1e-12)
    evaluation = evaluate(problem, plan)
    cash = math.fsum(float(each.sum()) for each in evaluation.cash.values())
    assert cash == pytest.approx(whole, rel=1e-12)
    assert sums_agree(asked, problem, evaluation, book)
    first, *rest = book.entries
    wrong = replace(book, entries=(replace(first, amount=first.amount * (1 + 1e-6)), *rest))
    assert not sums_agree(asked, problem, evaluation, wrong)


def test_an_expected_ledger_is_the_evaluators_mean_over_drawn_worlds():
    demand = {"value": 100_000, "low": 50_000, "high": 1_900_000}
    asked = years(**{"workloads[0].images_per_month": demand, "finance.risk": {"weight": 0, "worlds": 9}})
    problem, _, plan, book = course(asked)
    evaluation = evaluate(problem, plan)
    assert evaluation.broken == ()
    assert worth(asked, book).tco == pytest.approx(evaluation.expected_cost, rel=1e-12)
    assert sums_agree(asked, problem, evaluation, book)


def test_a_fleet_by_year_says_how_busy_it_is():
    asked = years()
    problem, options, plan, _ = course(asked)
    [first, _] = fleet_years(problem, plan)
    assert (first.units, first.units_bought, first.paid_hours) == (1, 0, 8760.0)
    assert first.busy_hours == pytest.approx(1_200_000 * 8.5 / 3600 / 8)
    assert first.utilization_fraction == pytest.approx(first.busy_hours / 8760)
    [choice] = plan_choices(asked, problem, options, plan)
    assert choice.requests_by_year == pytest.approx((1_200_000.0,) * 2)


def test_shared_costs_are_split_by_board_time():
    asked = with_banners(years())
    problem, options, plan, book = course(asked)
    share = 1_200_000 / (1_200_000 + BANNERS)
    part = part_of(asked, problem, options, plan, ("pictures",))
    assert part.by_component_and_year()["rent"] == pytest.approx((RENT_OF_A_YEAR * share,) * 2)
    assert part.by_component_and_year()["fallback"] == book.by_component_and_year()["fallback"]
    assert part.accepted_images == pytest.approx((1_200_000.0,) * 2)
    other = part_of(asked, problem, options, plan, ("banners",))
    both = math.fsum(e.amount for each in (part, other) for e in each.entries)
    assert both == pytest.approx(math.fsum(e.amount for e in book.entries), rel=1e-12)
    assert part_of(asked, problem, options, plan, ("pictures", "banners")) == book


def hand_ledger(*entries, years=2, disclosed=True):
    return Ledger(
        years=years,
        entries=tuple(
            Entry(year, timing, component, None, "owned", None, amount)
            for year, timing, component, amount in entries
        ),
        energy=(),
        accepted_images=(100.0,) * years,
        review_hours=(0.0,) * years,
        purchased_embodied_kg=(0.0,) * years,
        carbon_disclosed=disclosed,
    )


BEFORE = hand_ledger(
    (0, "during", "rent", 1200.0),
    (1, "during", "rent", 1200.0),
    (0, "during", "review", 600.0),
    (1, "during", "review", 600.0),
)
AFTER = hand_ledger(
    (0, "start", "purchase", 1000.0),
    (1, "end", "residual", -100.0),
    (0, "during", "electricity", 240.0),
    (1, "during", "electricity", 240.0),
    (0, "during", "review", 360.0),
    (1, "during", "review", 720.0),
)


def flow_of(asked, plan, baseline) -> CashFlow:
    return cash_flow(Values(asked), spending(plan), spending(baseline))


def test_a_saved_minute_is_not_saved_money_and_a_further_minute_is_paid_whole():
    """Year 0 saves 240 of review, half of it in cash; year 1 needs 120 more."""
    flow = flow_of(years(), AFTER, BEFORE)
    before_tax = flow.before_tax[0].tolist()
    assert before_tax[:2] == pytest.approx([-1000.0, (1200 - 240 + 120) / 12])
    assert before_tax[13] == pytest.approx((1200 - 240 - 120) / 12)
    assert before_tax[24] == pytest.approx((1200 - 240 - 120) / 12 + 100)
    assert flow.unrealised_review[0].tolist() == pytest.approx([120.0, 0.0])
    whole = flow_of(with_changes(years(), {"finance.cash_realisation_fraction": 1}), AFTER, BEFORE)
    assert float(whole.before_tax.sum() - flow.before_tax.sum()) == pytest.approx(120.0)


def test_working_time_in_the_baseline_needs_its_share_of_cash():
    asked = with_changes(years(), {"finance.cash_realisation_fraction": None})
    with pytest.raises(RoiError, match=r"^finance\.cash_realisation_fraction: "):
        flow_of(asked, AFTER, BEFORE)
    no_people = hand_ledger((0, "during", "outside", 1200.0))
    assert flow_of(asked, AFTER, no_people).before_tax[0, 1] == pytest.approx((1200 - 240 - 360) / 12)


def test_measures_of_a_difference_by_hand_without_discounting():
    """1000 paid, 90 a month in the first year and 70 in the second, 100 at the end."""
    found = finances(years(), AFTER, BEFORE)
    assert found.investment == 1000.0
    assert found.npv == pytest.approx(-1000 + 12 * 90 + 12 * 70 + 100)
    assert found.simple_payback_months == pytest.approx(1000 / 90)
    assert found.roi_fraction == pytest.approx(1020 / 1000)
    assert (found.tax_paid, found.avoided_kg_co2e, found.horizon_years) == (0.0, 0.0, 2)
    assert npv(found.cash_flows, (1 + found.irr) ** (1 / 12) - 1) == pytest.approx(0.0, abs=1e-9)


def test_tax_is_on_savings_less_what_is_written_off():
    """1000 over 4 years straight: 250, then 250 and the 500 left when it is sold for 100; 30 % of the rest."""
    tax = {"rate": 0.3, "depreciation": "straight_line", "life_years": 4}
    asked = only_owned(with_changes(years(), {"finance.tax": tax}), lifetime_years=4)
    found = finances(asked, AFTER, BEFORE)
    first = -0.3 * (1080 - 250)
    second = -0.3 * (840 + 100 - 750)
    plain = finances(only_owned(years()), AFTER, BEFORE)
    assert found.cash_flows[12] - plain.cash_flows[12] == pytest.approx(first)
    assert found.cash_flows[24] - plain.cash_flows[24] == pytest.approx(second)
    assert found.tax_paid == pytest.approx(-(first + second))
    assert found.npv == pytest.approx(plain.npv + first + second)


def test_carbon_that_is_not_disclosed_avoids_nothing_that_can_be_named():
    found = finances(years(), AFTER, replace(BEFORE, carbon_disclosed=False))
    assert (found.avoided_kg_co2e, found.abatement_cost_per_tonne) == (None, None)


def test_the_same_plan_in_the_same_programme_is_itself():
    problem, _, plan, _book = course(with_banners(years()))
    again = same_plan(problem, plan, problem, plan.rows.tolist())
    assert again.hours.tolist() == plan.hours.tolist()
    assert again.requests.tolist() == plan.requests.tolist()


def test_with_more_work_requests_scale_and_hours_grow_where_they_must():
    """Work that may wait: 2,833.3 board-hours at half of 8 boards are 708.3 hours, 1,416.7 for twice as much."""
    asked = with_changes(years(), {"workloads[0].deferrable": True})
    problem, _, plan, _ = course(asked)
    assert plan.hours.ravel().tolist() == [709.0, 709.0]
    more, _options, _, _ = course(with_changes(asked, {"workloads[0].images_per_month": 200_000}))
    moved = same_plan(problem, plan, more, plan.rows.tolist())
    assert moved.hours.ravel().tolist() == [1417.0, 1417.0]
    assert moved.requests.sum() == pytest.approx(2 * 2_400_000)
    assert evaluate(more, moved).broken == ()


def test_another_horizon_cannot_be_carried_over():
    problem, _, plan, _ = course(years(2))
    longer, _, _, _ = course(years(3))
    with pytest.raises(RoiError, match="run `plan` on the changed scenario"):
        same_plan(problem, plan, longer, plan.rows.tolist())
