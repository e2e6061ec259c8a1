"""The plan's page: one screen that decides, figures that agree with the answer, both languages, any width."""

import re
from dataclasses import replace

import pytest
from rich.cells import cell_len

from bench.library import library_profiles
from roi.amounts import money, quantity
from roi.disclosure import carbon_by_scope, software_carbon_intensity
from roi.fiscal import first_fiscal_year, fiscal_years
from roi.output.plan.ending import term_lines
from roi.output.plan.headline import decision_sentence
from roi.output.plan.page import plan_page
from roi.output.plan.totals import fallback_pictures, paid_once
from roi.output.terminal import plain_text
from roi.output.years import folded, year_columns
from roi.planning.answer import FleetYear, PlanDecision
from roi.planning.decide_plan import plan
from roi.planning.sharing import compared_part
from roi.scenario.change import with_changes
from roi.scenario.load import demonstration
from roi.texts import LANGUAGES, catalogue
from tests.roi.live_cases import CASES
from tests.roi.plan_samples import (
    BOUGHT_EMBODIED_KG,
    IDLE_KWH,
    IMAGES_PER_YEAR,
    YEARS,
    date,
    drafted,
    impossible_plan,
    plan_decision,
    plan_scenario,
    without_baseline,
)


def page(decision: PlanDecision, language="en", columns=120) -> str:
    return plain_text(plan_page(decision, language), columns)


def row(text: str, name: str) -> str:
    """The line that begins with a name."""
    return next(line for line in text.splitlines() if line.startswith(name))


def section(text: str, title: str) -> str:
    """What stands under a heading up to the next blank line."""
    return text.split(f"\n{title}")[1].split("\n\n")[0]


def test_the_first_screen_holds_decision_money_carbon_fleet_and_doubt():
    first = "\n".join(page(plan_decision(drafted()), columns=80).splitlines()[:30])
    for said in ("Buy owned: 1 in FY2027.", "worth JPY", "IRR 70.8%", "Payback", "SCI", "Proven optimal"):
        assert said in first


def test_the_decision_says_what_a_loss_costs():
    """5 million of rent today instead of 15: the server does not come back."""
    shown = page(plan_decision(rent_today=5e6))
    assert "it costs JPY 4.45 M more" in shown
    assert "not within 3 years" in row(shown, "Payback")


def test_running_cost_is_the_mean_year_without_what_is_paid_once():
    """2,614,400 + 400,000 + 7,650,000 + 1,200,000 + 400,000 against 15 + 9 + 1.2 + 0.4 million."""
    assert "JPY 12.3 M a year; today JPY 25.6 M (-52.1%)" in row(page(plan_decision()), "Running cost")


def test_one_off_cost_names_what_comes_back():
    shown = row(page(plan_decision(), columns=200), "One-off cost")
    assert "JPY 20.5 M on the first day; JPY 10.0 M comes back in the end as residual value" in shown


def test_the_table_of_money_adds_up_to_the_total_row():
    rows = [
        line.split() for line in section(page(plan_decision(drafted())), "Cost by component").splitlines()
    ]
    numbers = [
        [float(cell.replace(",", "").replace("-", "0", cell == "-")) for cell in line[-5:]]
        for line in rows[2:-2]
    ]
    total = [float(cell.replace(",", "")) for cell in rows[-2][-5:]]
    assert all(
        abs(sum(column) - whole) < 0.3
        for column, whole in zip(zip(*numbers, strict=False), total, strict=True)
    )


def test_the_present_value_of_the_page_is_that_of_the_answer():
    decision = plan_decision()
    assert f"JPY {decision.worth.tco / 1e6:.1f} M; going on as today" in page(decision)


def test_saved_review_time_that_is_no_cash_is_named_as_not_counted():
    assert "JPY 1.88 M" in row(page(plan_decision()), "Not counted")


def test_without_a_baseline_no_return_is_shown():
    shown = page(without_baseline(plan_decision()))
    assert "no workload states what happens today" in " ".join(shown.split())
    assert not re.search("IRR|Payback|today JPY|What each lever", shown)
    assert "No baseline is stated for: pictures" in shown


def test_a_baseline_of_some_workloads_only_is_not_set_beside_the_cost_of_all():
    shown = page(replace(plan_decision(), without_baseline=("other",)))
    assert "today JPY" not in shown
    assert "IRR" in shown


def test_a_return_of_some_workloads_says_of_which_and_with_how_much_of_what_all_share():
    asked, profiles = CASES["owned"]()
    found = plan(
        with_changes(asked, {"workloads[1].baseline": None}), profiles, explained=False, reviewed=False
    )
    whole, part = (paid_once(each) for each in (found.ledger, compared_part(found)))
    assert 0.0 < part < whole
    said = decision_sentence(found, found.ledger, found.worth, "en")
    [mine, other] = [each.name for each in found.scenario.workloads]
    bears = f"bears {money(part, 'JPY', 'en')} of the one-off cost of {money(whole, 'JPY', 'en')}"
    assert (
        f"That is of {mine} alone, which {bears} by the work done for it; {other} states no baseline" in said
    )


@pytest.mark.parametrize("limited", [False, True])
def test_emissions_say_which_pictures_they_leave_out_and_so_do_limits(limited):
    """98.3 % of 240,000 requests a year end with an accepted image; the others are fallback pictures."""
    asked = with_changes(demonstration(), {"limits.carbon_cap_per_year": 1e6 if limited else None})
    found = plan(asked, library_profiles(), explained=False)
    [choice] = found.choices
    count = fallback_pictures(found)
    assert count == pytest.approx(5 * 240_000 * (1.0 - choice.option.outcome.deliver_probability), rel=1e-9)
    [said] = [line for line in term_lines(found, found.ledger, "en") if "fallback pictures" in line]
    assert said.startswith(f"Emissions leave out {quantity(count)} fallback pictures")
    assert ("so do the limits on carbon" in said) == limited


def test_no_irr_is_a_reason_in_words():
    decision = plan_decision()
    shown = page(replace(decision, finance=replace(decision.finance, irr=None, irr_reason="only_gains")))
    assert "no IRR: nothing is laid out" in row(shown, "Return")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_of_the_rate_of_return_has_words(language):
    from typing import get_args

    from roi.finance.rates_of_return import IrrReason

    assert {f"irr.{reason}" for reason in get_args(IrrReason)} <= catalogue(language).keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_component_of_money_has_a_name(language):
    from roi.cost import COMPONENTS

    assert {f"component.{name}" for name in COMPONENTS} <= catalogue(language).keys()


def test_own_electricity_is_scope_2_and_its_making_is_booked_in_the_year_of_purchase():
    decision = plan_decision()
    first, second, _ = carbon_by_scope(decision.scenario, decision.ledger)
    busy_kwh = sum(use.energy_kwh for use in decision.ledger.energy if use.use == "busy") / YEARS
    assert first.scope_2_location == pytest.approx((busy_kwh + IDLE_KWH) * 0.5, rel=1e-12)
    assert first.scope_2_market == pytest.approx((busy_kwh + IDLE_KWH) * 0.3, rel=1e-12)
    assert (first.scope_3_capital_goods, second.scope_3_capital_goods) == (BOUGHT_EMBODIED_KG, 0.0)
    assert first.scope_3_purchased_services == 0.0


def test_rented_machines_are_scope_3_category_1_with_embodied_carbon_by_use():
    decision = plan_decision()
    [first, *_] = carbon_by_scope(decision.scenario, decision.baseline)
    [busy] = [use for use in decision.baseline.energy if use.year == 0]
    assert first.scope_3_purchased_services == busy.location_kg + 900.0
    assert (first.scope_2_location, first.scope_3_capital_goods) == (0.0, 0.0)


def test_carbon_intensity_amortises_what_was_bought_and_divides_by_accepted_images():
    decision = plan_decision()
    whole = decision.worth.carbon_kg_co2e / (YEARS * IMAGES_PER_YEAR)
    assert software_carbon_intensity(decision.ledger) == pytest.approx(whole, rel=1e-12)


def test_an_undisclosed_supply_leaves_no_carbon_intensity_and_a_warning():
    decision = plan_decision()
    hidden = replace(decision, ledger=replace(decision.ledger, carbon_disclosed=False))
    assert software_carbon_intensity(hidden.ledger) is None
    assert "the sums are of the disclosed part" in page(hidden)


@pytest.mark.parametrize(
    ("day", "month", "year"),
    [((2026, 11, 24), 4, 2027), ((2026, 4, 1), 4, 2026), ((2026, 4, 2), 4, 2027), ((2026, 1, 1), 1, 2026)],
)
def test_the_first_year_is_the_fiscal_year_that_begins_on_or_after_the_drafting(day, month, year):
    assert first_fiscal_year(date(*day), month) == year


def test_years_are_fiscal_only_where_the_day_of_drafting_is_known():
    assert fiscal_years(plan_scenario(), 3) is None
    assert "year 1  year 2  year 3" in page(plan_decision())
    assert "FY2027  FY2028  FY2029" in page(plan_decision(drafted()))
    assert "2027年度  2028年度  2029年度" in page(plan_decision(drafted()), "ja")


def test_a_long_horizon_keeps_five_columns_and_one_for_the_rest():
    labels = [f"year {n}" for n in range(1, 9)]
    assert year_columns(labels, "en") == (*labels[:5], "later")
    assert folded([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]) == [1.0, 2.0, 3.0, 4.0, 5.0, 21.0]


def test_rented_hours_and_most_at_once_are_shown_by_year():
    decision = plan_decision()
    rented = tuple(FleetYear("rented", "on_demand", year, 0, 2, 1500.0, 1200.0, 0.8) for year in range(YEARS))
    fleet = section(page(replace(decision, fleet=rented)), "What to buy, rent and call")
    assert re.search(r"rented +paid hours +1,500 +1,500 +1,500", fleet)
    assert re.search(r"most at once +2 +2 +2", fleet)
    assert re.search(r"at work +80% +80% +80%", fleet)


def test_a_plan_that_was_stopped_says_how_far_from_the_best_it_may_be():
    decision = plan_decision()
    stopped = replace(decision, status="feasible", solver=replace(decision.solver, gap=0.0123))
    shown = page(stopped)
    assert "Proven within 1.23% of the best" in shown
    assert "stopped before the proof, gap 1.230%" in shown


def test_a_disagreeing_recomputation_is_on_the_first_screen():
    first = "\n".join(page(replace(plan_decision(), verified=False)).splitlines()[:25])
    assert "do not use this answer" in first


def test_levers_alone_and_together_stand_beside_the_plan():
    levers = section(page(plan_decision()), "What each lever brings")
    assert re.search(r"retries alone +64\.2 +-10\.0%", levers)
    assert re.search(r"the plan +46\.0 +-35\.5%", levers)
    assert "both: no option passes with this change alone" in levers


def test_near_equals_name_models_and_not_files():
    assert re.search(r"without owned +one / rented +46\.9 +\+2\.0%", page(plan_decision()))


def test_an_impossible_plan_names_the_rule_and_the_change():
    shown = page(impossible_plan())
    assert "Rules in conflict: quality bar (FID at most)" in shown
    assert "quality bar (FID at most): 5 -> 10" in shown


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("columns", [80, 120])
def test_no_line_is_wider_than_the_page_and_nothing_is_cut_off(language, columns):
    for decision in (plan_decision(drafted()), plan_decision(rent_today=5e6), impossible_plan()):
        shown = page(decision, language, columns)
        assert max(cell_len(line) for line in shown.splitlines()) <= columns
        assert "…" not in shown


def test_japanese_columns_end_at_the_same_cell():
    table = section(page(plan_decision(drafted()), "ja"), "費目別・年別の費用").splitlines()[1:-1]
    assert len({cell_len(line) for line in table}) == 1


def test_pages_print_on_old_terminals():
    decision = plan_decision(drafted())
    assert page(decision).isascii()
    assert page(decision, "ja").encode("cp932")
