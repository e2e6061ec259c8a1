"""Sentences for the meeting: each stands when it holds and is absent when it does not."""

from dataclasses import replace

import pytest

from bench.library import library_profiles
from roi.output.plan.headline import figure_rows
from roi.output.sentences import Sentence, sentences
from roi.planning.answer import PlanDecision
from roi.planning.decide_plan import plan
from roi.planning.sharing import compared_part
from roi.scenario.change import with_changes
from roi.scenario.load import demonstration
from tests.roi.plan_samples import (
    NEW,
    OLD,
    impossible_plan,
    plan_decision,
    plan_scenario,
    with_fid,
    without_baseline,
)


def said(decision: PlanDecision, language="en") -> dict[str, Sentence]:
    return {sentence.key: sentence for sentence in sentences(decision, language)}


def with_finance(decision: PlanDecision, **changes: object) -> PlanDecision:
    return replace(decision, finance=replace(decision.finance, **changes))


def test_the_same_quality_is_claimed_with_both_figures_in_one_reference():
    found = said(plan_decision())["consumption_same_quality"]
    assert found.text.startswith("This proposal is expected to cut the energy of image generation by 49 %")
    assert found.figures["energy_reduction_fraction"] == pytest.approx(1 - 67_650 / 133_875, rel=1e-12)
    assert (found.figures["plan_fid[pictures]"], found.figures["baseline_fid[pictures]"]) == (10.0, 10.0)


def test_a_worse_figure_claims_less_energy_but_not_the_same_quality():
    found = said(plan_decision(old=with_fid(OLD, 9.0)))
    assert "consumption_same_quality" not in found
    assert "quality" not in found["consumption"].text


def test_a_better_figure_claims_the_same_quality():
    assert "consumption_same_quality" in said(plan_decision(new=with_fid(NEW, 8.0)))


def test_today_without_a_figure_on_the_ruler_claims_no_same_quality():
    decision = plan_decision()
    [today] = decision.baseline_options
    unknown = replace(today, offer=replace(today.offer, quality=None))
    found = said(replace(decision, baseline_options=(unknown,)))
    assert "consumption_same_quality" not in found
    assert "consumption" in found


def test_more_energy_than_today_claims_no_saving():
    decision = plan_decision()
    hungry = replace(
        decision, worth=replace(decision.worth, energy_kwh=decision.baseline_worth.energy_kwh * 1.1)
    )
    assert not {"consumption", "consumption_same_quality"} & said(hungry).keys()


def test_energy_of_an_api_is_not_known_and_nothing_is_claimed_about_it():
    sold = {"kind": "api", "supply": "sold", "images_per_attempt": 4, "attempts_max": 2}
    asked = plan_scenario(**{"workloads[0].baseline": sold})
    found = said(replace(plan_decision(), scenario=asked))
    assert not {"consumption", "consumption_same_quality"} & found.keys()


def test_payback_is_said_in_whole_months_upwards_with_and_without_capital_cost():
    """19.43 and 20.28 months."""
    assert said(plan_decision())["payback"].text == (
        "We estimate the payback time at 20 months, and at 21 months with the cost of capital."
    )
    assert said(plan_decision(), "ja")["payback"].text == (
        "投資回収期間は20か月、資本コストを考慮すると21か月と見積もっています。"
    )
    simple = with_finance(plan_decision(), discounted_payback_months=None)
    assert said(simple, "ja")["payback"].text == "投資回収期間は20か月と見積もっています。"


def test_without_payback_there_is_no_payback_sentence_but_a_warning():
    found = said(plan_decision(rent_today=5e6))
    assert "payback" not in found
    assert found["no_payback"].warning


def test_nothing_laid_out_has_no_payback_to_speak_of():
    found = said(with_finance(plan_decision(), investment=0.0, simple_payback_months=0.0))
    assert not {"payback", "no_payback"} & found.keys()


def test_total_cost_of_ownership_is_praised_only_when_it_falls():
    found = said(plan_decision())["tco"]
    assert found.figures["tco_reduction_fraction"] == pytest.approx(1 - 46_019_279 / 71_298_715, abs=1e-8)
    assert "TCOで評価しましょう" in said(plan_decision(), "ja")["tco"].text
    assert "tco" not in said(plan_decision(rent_today=5e6))


def test_environmental_load_is_spoken_of_only_where_both_sides_disclose_it():
    decision = plan_decision()
    found = said(decision)["tco"]
    assert decision.worth is not None
    assert decision.baseline_worth is not None
    assert found.figures["plan_kg_co2e"] == decision.worth.carbon_kg_co2e
    assert "tCO2e" in found.text
    assert "環境負荷" in said(decision, "ja")["tco"].text
    undisclosed = replace(decision, baseline_worth=replace(decision.baseline_worth, carbon_kg_co2e=None))
    assert "environmental" not in said(undisclosed)["tco"].text
    assert "環境負荷" not in said(undisclosed, "ja")["tco"].text


def test_a_price_above_todays_is_a_warning_and_stands_with_them():
    decision = plan_decision()
    worth, today = decision.worth, decision.baseline_worth
    price = today.levelised_cost_per_accepted_image
    for factor, warns in ((0.9, False), (1.0, False), (1.1, True)):
        moved = replace(decision, worth=replace(worth, levelised_cost_per_accepted_image=factor * price))
        assert said(moved)["per_image"].warning is warns
        order = [each.warning for each in sentences(moved, "en")]
        assert order == sorted(order)


def test_running_cost_is_praised_only_when_it_falls():
    assert "from JPY 25.6 M to JPY 12.3 M" in said(plan_decision())["running"].text
    assert "running" not in said(plan_decision(rent_today=1e6))


def test_a_negative_present_value_is_said_as_a_warning():
    found = said(plan_decision(rent_today=5e6))["loss"]
    assert found.warning
    assert "JPY 4.45 M" in found.text
    assert "loss" not in said(plan_decision())


def test_carbon_falls_or_rises_in_words():
    falls = said(plan_decision())
    assert "26.4 tCO2e over 3 years, 38 %" in falls["carbon"].text
    assert "more_carbon" not in falls
    rises = said(with_finance(plan_decision(), avoided_kg_co2e=-1200.0))
    assert "rise by 1.2 tCO2e" in rises["more_carbon"].text
    assert "carbon" not in rises
    unknown = said(with_finance(plan_decision(), avoided_kg_co2e=None))
    assert not {"carbon", "more_carbon"} & unknown.keys()


def test_unrealised_review_time_is_said_only_where_there_is_some():
    assert "JPY 1.88 M" in said(plan_decision())["unrealised"].text
    assert "unrealised" not in said(with_finance(plan_decision(), unrealised_review_saving=0.0))


def test_people_are_named_where_they_are_half_of_the_cost():
    """26.55 of 57.293 million is 46 %; with half the price of the server, 26.55 of 47.293 is 56 %."""
    decision = plan_decision()
    assert "people" not in said(decision)
    cheaper = tuple(
        replace(entry, amount=entry.amount / 2) if entry.component == "purchase" else entry
        for entry in decision.ledger.entries
    )
    found = said(replace(decision, ledger=replace(decision.ledger, entries=cheaper)))["people"]
    assert "56 % of the cost and electricity 2.5 %" in found.text


def test_placeholders_are_a_warning_and_no_placeholder_is_none():
    assert "placeholders" not in said(plan_decision())
    wage = {"value": 3600, "placeholder": True, "source": "nobody knows"}
    decision = plan_decision(plan_scenario(**{"labour.wage_per_h": wage}))
    found = said(decision)["placeholders"]
    assert (found.figures["placeholders"], found.warning) == (1, True)


def test_a_disagreeing_recomputation_is_a_warning():
    assert "unverified" not in said(plan_decision())
    assert said(replace(plan_decision(), verified=False))["unverified"].warning


def test_without_a_baseline_nothing_is_compared():
    assert said(without_baseline(plan_decision())).keys() == {"per_image"}
    assert "today" not in said(without_baseline(plan_decision()))["per_image"].text


def test_there_is_nothing_to_say_without_a_plan():
    assert sentences(impossible_plan(), "en") == ()


def test_a_high_return_is_explained_by_what_is_compared_with_today_alone() -> None:
    """A workload without a baseline costs money that nothing of today stands against."""
    second = {
        **demonstration().workloads[0].model_dump(mode="json", exclude_none=True),
        "name": "others",
        "baseline": None,
    }
    first = demonstration().workloads[0].model_dump(mode="json", exclude_none=True)
    asked = with_changes(demonstration(), {"workloads": [first, second], "supplies[2].opening_cost": 1e5})
    decision = plan(asked, library_profiles(), explained=False, reviewed=False)
    assert decision.without_baseline == ("others",)
    part = compared_part(decision)
    assert part is not None
    assert decision.ledger is not None
    assert part.total(lambda _: True) < 0.7 * decision.ledger.total(lambda _: True)
    told = dict(figure_rows(decision, decision.ledger, decision.worth, "en"))
    [why] = [words for words in told.values() if "laid out on the first day against" in words]
    assert "JPY -" not in why
