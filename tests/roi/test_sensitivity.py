"""Figures with a range, the tornado, switching values: on cases worked by hand."""

from dataclasses import replace

import pytest

from bench.library import library_profiles
from roi.decision.decide import decide
from roi.scenario.change import with_changes
from roi.scenario.effective import effective_figures
from roi.scenario.load import demonstration
from roi.sensitivity.base import Base
from roi.sensitivity.inputs import bounds, moved, ranged_inputs
from roi.sensitivity.switching import has_effect, switches
from roi.sensitivity.tornado import TornadoBar
from roi.sensitivity.verdicts import Verdict, decision_verdict, fixed_decision_judge
from tests.roi.sensitivity_cases import bars_of, base_of, ranged_scenario, two_profiles
from tests.roi.small_case import API, SECOND, profile, scenario, with_supplies

WAGE = {"labour.wage_per_h": {"value": 3600, "low": 1800, "high": 7200}}
RENT = {"supplies[0].price_per_h": {"value": 1000, "low": 500, "high": 12000}}
HOURS = 8760 / 1.2e6
"""Instance-hours of a picture: one instance all year for 100,000 a month, which take 59 of its 365 h of work."""
PEOPLE = 6 * 1.0625 + 1
"""Wages of 6 an attempt, 1.0625 attempts a request, one picture in 256 bought for 256."""


CROSSING = 10.625 / HOURS


def by_field(bars: tuple[TornadoBar, ...]) -> dict[str, TornadoBar]:
    return {bar.ranged.field: bar for bar in bars}


def against_api() -> Base:
    """An instance all year against an API at 10 an attempt: they cost the same at 10.625 / HOURS an hour."""
    return base_of(with_changes(with_supplies(API), {**WAGE, **RENT}), [profile()])


def test_only_figures_with_a_range_are_moved() -> None:
    asked = with_changes(scenario(), {**WAGE, "supplies[0].pue": {"value": 1.5, "low": 1.5, "high": 1.5}})
    assert [ranged.place for ranged in ranged_inputs(asked)] == ["labour.wage_per_h"]


def test_a_cited_figure_that_fills_several_gaps_moves_in_all_of_them() -> None:
    found = {ranged.field: ranged for ranged in ranged_inputs(demonstration())}
    host = found["host_power_w_per_gpu"]
    assert host.places == tuple(f"supplies[{n}].host_power_w_per_gpu" for n in range(5))
    there = moved(demonstration(), host, 222.0)
    values = {place: figure.value for place, figure, _ in effective_figures(there)}
    assert {values[place] for place in host.places} == {222.0}


def test_a_one_sided_range_ends_at_the_value() -> None:
    asked = with_changes(scenario(), {"site.pue": {"value": 1.5, "low": 1.1}})
    (ranged,) = ranged_inputs(asked)
    assert (ranged.low, ranged.high) == (1.1, 1.5)


def test_an_exchange_rate_moves_without_its_range_in_the_way() -> None:
    rate = {"exchange_rates.USD": {"value": 150, "as_of": "2026-11-01", "low": 140, "high": 160}}
    asked = with_changes(scenario(), {**rate, "supplies[0].price_per_h": {"value": 19.2, "unit": "USD/h"}})
    (ranged,) = ranged_inputs(asked)
    there = moved(asked, ranged, 300.0)
    assert there.amount(there.supplies[0].price_per_h) == pytest.approx(5760.0, rel=1e-12)
    assert {place: figure.value for place, figure, _ in effective_figures(there)}["exchange_rates.USD"] == 300


def test_a_search_ends_at_the_bounds_of_the_field_or_ten_times_the_range() -> None:
    """Ten times the highest PUE would be 18, and none is above 10."""
    asked = with_changes(scenario(), {**WAGE, "site.pue": {"value": 1.5, "low": 1.1, "high": 1.8}})
    limits = {ranged.field: bounds(asked, ranged) for ranged in ranged_inputs(asked)}
    assert (limits["wage_per_h"].low, limits["wage_per_h"].high) == (180.0, 72000.0)
    assert (limits["pue"].low, limits["pue"].high) == (1.0, 10.0)


def test_every_ranged_figure_of_the_demonstration_can_stand_at_its_bounds() -> None:
    asked = demonstration()
    for ranged in ranged_inputs(asked):
        limits = bounds(asked, ranged)
        for value in (limits.low, limits.high):
            there = moved(asked, ranged, value)
            assert {place: figure.value for place, figure, _ in effective_figures(there)}[
                ranged.place
            ] == value


def test_a_bar_reaches_from_the_low_to_the_high_price() -> None:
    bar = by_field(bars_of(with_changes(scenario(), WAGE), [profile()]))["wage_per_h"]
    assert bar.low.cost_per_accepted_image == pytest.approx(2880 * HOURS + 3 * 1.0625 + 1, rel=1e-12)
    assert bar.high.cost_per_accepted_image == pytest.approx(2880 * HOURS + 12 * 1.0625 + 1, rel=1e-12)
    assert bar.cost_swing == pytest.approx(9 * 1.0625, rel=1e-12)
    assert bar.fixed_cost_swing == pytest.approx(bar.cost_swing, rel=1e-12)
    assert not bar.changes


def test_solving_anew_is_worth_what_the_kept_choice_would_cost_more() -> None:
    bar = by_field(bars_of(against_api().scenario, [profile()]))["price_per_h"]
    assert bar.high.changes
    assert bar.high.picks[0].id == "api:sold"
    assert bar.high.cost_per_accepted_image == pytest.approx(10 * 1.0625 + PEOPLE, rel=1e-12)
    assert bar.high.fixed_cost_per_accepted_image == pytest.approx(12000 * HOURS + PEOPLE, rel=1e-12)
    assert bar.fixed_cost_swing - bar.cost_swing == pytest.approx(12000 * HOURS - 10.625, rel=1e-12)
    assert not bar.low.changes


def test_an_end_without_an_answer_is_said_and_stands_first() -> None:
    asked = with_changes(
        scenario(), {**WAGE, "workloads[0].deliver_min": {"value": 0.5, "low": 0.4, "high": 0.9999}}
    )
    first, second = bars_of(asked, [profile()])
    assert (first.ranged.field, second.ranged.field) == ("deliver_min", "wage_per_h")
    assert first.high.cost_per_accepted_image is None
    assert first.high.fault == "deliver_min"
    assert first.high.fixed_breaks == ("deliver_min",)
    assert first.high.fixed_cost_per_accepted_image == pytest.approx(2880 * HOURS + PEOPLE, rel=1e-12)


def test_other_attempts_of_the_same_maker_are_told_from_another_maker() -> None:
    costly = {"workloads[0].fallback_cost": {"value": 256, "low": 1, "high": 300}}
    bar = by_field(bars_of(with_changes(scenario(), costly), [profile()]))["fallback_cost"]
    assert (bar.low.changes, bar.low.resets) == (False, True)
    assert bar.low.picks[0].attempts_max == 1
    assert (bar.high.changes, bar.high.resets) == (False, False)


def test_bars_stand_by_width() -> None:
    bars = bars_of(demonstration(), library_profiles())
    answered = [bar.cost_swing for bar in bars if bar.low.picks and bar.high.picks]
    assert answered == sorted(answered, reverse=True)
    assert len(bars) == len(ranged_inputs(demonstration()))


def test_the_fixed_judge_agrees_with_the_decision_where_nothing_moves() -> None:
    base = ranged_scenario()
    asked = with_changes(base, {"workloads": [base.workloads[0].model_dump(mode="json"), SECOND]})
    decision = decide(asked, two_profiles())
    kept, own = fixed_decision_judge(decision, two_profiles())(asked), decision_verdict(decision)
    assert kept.cost_per_accepted_image == pytest.approx(own.cost_per_accepted_image, rel=1e-9)
    assert (kept.picks, kept.broken) == (own.picks, ())


def test_the_choice_switches_where_two_lines_cross() -> None:
    base = against_api()
    rent = next(ranged for ranged in ranged_inputs(base.scenario) if ranged.field == "price_per_h")
    (switch,) = switches(base, rent)
    assert switch.value == pytest.approx(CROSSING, rel=1e-6)
    assert switch.value <= CROSSING <= switch.beyond
    assert switch.within_range
    assert switch.picks[0].id == "api:sold"
    assert switch.change_fraction == pytest.approx(CROSSING / 1000 - 1, rel=5e-6)


def test_a_switch_beyond_the_range_is_labelled_and_can_be_left_out() -> None:
    near = {"supplies[0].price_per_h": {"value": 1000, "low": 500, "high": 1200}}
    base = base_of(with_changes(with_supplies(API), near), [profile()])
    (rent,) = ranged_inputs(base.scenario)
    (switch,) = switches(base, rent)
    assert switch.value == pytest.approx(CROSSING, rel=1e-6)
    assert not switch.within_range
    assert switches(base, rent, beyond=False) == ()


def test_a_figure_that_never_turns_the_choice_has_no_switch() -> None:
    base = against_api()
    wage = next(ranged for ranged in ranged_inputs(base.scenario) if ranged.field == "wage_per_h")
    assert switches(base, wage) == ()


def test_the_switch_to_no_answer_names_the_rule() -> None:
    asked = with_changes(
        scenario(), {"workloads[0].acceptance.mean": {"value": 0.5, "low": 0.05, "high": 0.6}}
    )
    base = base_of(asked, [profile()])
    (mean,) = ranged_inputs(asked)
    (switch,) = switches(base, mean)
    assert switch.value == pytest.approx(1 - 0.5 ** (1 / 8), rel=2e-6)
    assert (switch.picks, switch.fault) == ((), "deliver_min")


def test_only_figures_that_move_something_are_searched() -> None:
    bars = by_field(bars_of(demonstration(), library_profiles()))
    assert has_effect(bars["wage_per_h"])
    assert not has_effect(bars["capex"])


def test_what_is_foreseen_and_proven_is_what_solving_finds() -> None:
    asked, profiles = ranged_scenario(), two_profiles()
    base = base_of(asked, profiles)
    moves = [(ranged, end) for ranged in ranged_inputs(asked) for end in (ranged.low, ranged.high)]
    proven = kept = 0
    for (ranged, value), answer in zip(moves, base.foreseen(moves), strict=True):
        assert answer is not None
        there = moved(asked, ranged, value)
        if answer.proven:
            assert answer.found == same(base.resolve(there))
            proven += 1
        if answer.kept is not None and base.keep is not None:
            assert answer.kept == same(base.keep(there))
            kept += 1
    assert proven > len(moves) / 2
    assert kept > len(moves) / 2


def same(verdict: Verdict) -> Verdict:
    """Equal to within rounding of cost."""
    return replace(verdict, cost_per_accepted_image=pytest.approx(verdict.cost_per_accepted_image, rel=1e-9))


def test_foresight_finds_the_same_turns_as_solving_everywhere() -> None:
    asked, profiles = ranged_scenario(), two_profiles()
    base = base_of(asked, profiles)
    blind, found = replace(base, foresight=None), 0
    searched = ("capex", "price_per_image", "acceptance_mean", "deliver_min", "upkeep_per_year")
    for ranged in (each for each in ranged_inputs(asked) if each.field in searched):
        plain, quick = switches(blind, ranged), switches(base, ranged)
        assert len(quick) >= len(plain)
        for switch in plain:
            near = [each for each in quick if (each.value > ranged.value) == (switch.value > ranged.value)]
            assert near[0].value == pytest.approx(switch.value, rel=3e-6)
            assert near[0].picks[:1] == switch.picks[:1]
            found += 1
    assert found >= 3


def test_nothing_is_foreseen_of_years_nor_of_several_workloads() -> None:
    asked, profiles = ranged_scenario(), two_profiles()
    years = with_changes(asked, {"finance.horizon_years": {"value": 5, "low": 3, "high": 7}})
    base = base_of(years, profiles)
    horizon = next(each for each in ranged_inputs(years) if each.field == "horizon_years")
    assert base.foreseen([(horizon, 3.0)]) == [None]
    assert base.resolve(moved(years, horizon, 3.0)).cost_per_accepted_image is not None
    two = with_changes(asked, {"workloads": [asked.workloads[0].model_dump(mode="json"), SECOND]})
    assert base_of(two, profiles).foresight is None


def test_no_search_goes_to_a_cost_of_capital_below_zero() -> None:
    asked = with_changes(
        scenario(), {"finance.discount_rate_per_year": {"value": 0.1, "low": 0.05, "high": 0.2}}
    )
    (rate,) = ranged_inputs(asked)
    assert bounds(asked, rate).low == 0.05 / 10
    free = with_changes(asked, {"finance.discount_rate_per_year": {"value": 0.1, "low": 0.0, "high": 0.2}})
    assert bounds(free, ranged_inputs(free)[0]).low == 0.0
