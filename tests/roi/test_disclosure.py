"""Carbon as a company discloses it: scope 2 and its upstream part, market-based or absent, and the reasons."""

import math

import pytest

from bench.profile import Profile
from roi.decision.decide import decide
from roi.disclosure import carbon_by_scope, disclosure_notes, scope_name, upstream_absence, without_market
from roi.output.document import decision_document
from roi.output.plan.document import plan_document
from roi.output.plan.page import plan_page
from roi.output.terminal import plain_text
from roi.planning.answer import PlanDecision
from roi.planning.decide_plan import plan
from roi.planning.entries import Ledger
from roi.scenario.change import with_changes
from roi.scenario.document import Scenario
from roi.texts import LANGUAGES
from tests.roi.planning_cases import only_owned, with_owned, years
from tests.roi.small_case import profile

ONE = profile("one")


def planned(asked: Scenario, profiles: tuple[Profile, ...] = (ONE,)) -> PlanDecision:
    return plan(asked, profiles)


def page(decision: PlanDecision) -> str:
    return plain_text(plan_page(decision, "en"), 120)


def own_site(country: str, **changes: object) -> PlanDecision:
    """Own servers alone, in a country whose cited factors count."""
    site = {"site.country": country, "site.grid_intensity": None}
    places = {f"site.{name}": value for name, value in changes.items()}
    return planned(only_owned(with_changes(years(), {**site, **places})))


def ledger_of(decision: PlanDecision) -> Ledger:
    assert decision.ledger is not None
    return decision.ledger


def kwh_of_first_year(decision: PlanDecision) -> float:
    return math.fsum(use.energy_kwh for use in ledger_of(decision).energy if use.year == 0)


def test_life_cycle_less_direct_goes_to_category_3_and_direct_to_scope_2():
    decision = own_site("GBR")
    first = carbon_by_scope(decision.scenario, ledger_of(decision))[0]
    kwh = kwh_of_first_year(decision)
    assert first.scope_2_location == pytest.approx(kwh * 0.20705, rel=1e-12)
    assert first.scope_3_fuel_and_energy == pytest.approx(kwh * 0.0459, rel=1e-12)
    assert upstream_absence(decision.scenario, "en") is None
    assert decision.worth is not None
    assert first.total_location - first.scope_3_capital_goods == pytest.approx(kwh * 0.25295, rel=1e-12)


def test_a_grid_that_gets_cleaner_parts_every_year_alike():
    decision = own_site("GBR", grid_intensity_change_per_year=-0.5)
    first, second = carbon_by_scope(decision.scenario, ledger_of(decision))
    assert second.scope_2_location == pytest.approx(first.scope_2_location / 2, rel=1e-12)
    assert second.scope_3_fuel_and_energy == pytest.approx(first.scope_3_fuel_and_energy / 2, rel=1e-12)


@pytest.mark.parametrize(
    ("country", "changes", "factor", "name", "reason"),
    [
        ("JPN", {}, 0.48232, "scope 2, own, life-cycle factor", "for want of a direct one of its year"),
        (
            "JPN",
            {"grid_zone": "kyushu"},
            0.399,
            "scope 2, own, location-based",
            "no life-cycle factor of the place",
        ),
        ("DEU", {}, 0.363, "scope 2, own, location-based", "0.34414 of another publisher"),
        ("JPN", {"grid_intensity": 0.4}, 0.4, "scope 2, own, factor as stated", "that the scenario states"),
    ],
)
def test_where_the_upstream_part_is_not_known_it_is_absent_with_its_reason(
    country, changes, factor, name, reason
):
    decision = own_site(country, **changes)
    first = carbon_by_scope(decision.scenario, ledger_of(decision))[0]
    assert first.scope_2_location == pytest.approx(kwh_of_first_year(decision) * factor, rel=1e-12)
    assert first.scope_3_fuel_and_energy is None
    assert scope_name(decision.scenario, "scope_2_location", "en") == name
    assert reason in disclosure_notes(decision.scenario, [ledger_of(decision)], "en")[0]
    document = plan_document(decision, "en")["carbon"]
    assert document["scopes"]["1"]["scope_3_category_3"] is None
    assert reason in document["scope_3_category_3_reason"]


def test_the_figure_that_decides_is_the_life_cycle_one_whatever_scope_2_holds():
    decision = own_site("DEU")
    operational = math.fsum(use.location_kg for use in ledger_of(decision).energy if use.year == 0)
    assert operational == pytest.approx(kwh_of_first_year(decision) * 0.34414, rel=1e-12)


def test_an_own_server_without_a_contract_has_no_market_based_figure():
    decision = planned(only_owned(years()))
    found = plan_document(decision, "en")
    assert set(found["carbon"]["market"].values()) == {None}
    assert found["carbon"]["scopes"]["1"]["scope_2_market"] is None
    assert found["worth"]["market_carbon_kg_co2e"] is None
    assert found["carbon"]["market_reason"].endswith("is stated for owned.")
    shown = " ".join(page(decision).split())
    assert "no market-based intensity of a contract is stated for owned" in shown
    assert "scope 2, own, market-based" not in shown


def test_a_contract_brings_the_market_based_figure_back():
    decision = planned(only_owned(years(**{"site.market_grid_intensity": 0.1})))
    found = plan_document(decision, "en")["carbon"]
    assert found["scopes"]["1"]["scope_2_market"] == pytest.approx(
        kwh_of_first_year(decision) * 0.1, rel=1e-12
    )
    assert found["market_reason"] is None
    assert without_market(ledger_of(decision)) == ()
    assert "scope 2, own, market-based" in page(decision)


def test_a_contract_of_nothing_is_zero_and_not_absent():
    decision = planned(only_owned(years(**{"site.market_grid_intensity": 0})))
    assert plan_document(decision, "en")["carbon"]["market"] == {"1": 0.0, "2": 0.0}


def test_a_market_based_cap_leaves_out_what_it_cannot_judge():
    asked = with_owned(
        years(**{"site.market_grid_intensity": 0.1, "limits.market_carbon_cap_per_year": 1e9}),
        capex=10_000_000_000,
    )
    decision = planned(asked)
    assert {choice.option.offer.supply for choice in decision.choices} == {"owned"}
    rejected = [each.first for each in decision.rejected if each.supply == "rented"]
    assert {(each.rule, each.reason) for each in rejected} == {
        ("market_carbon_cap_per_year", "no market-based intensity")
    }


def test_without_any_contract_a_market_based_cap_has_no_answer_and_says_why():
    decision = planned(years(**{"limits.market_carbon_cap_per_year": 1e9}))
    assert decision.status == "infeasible"
    [first, *_] = plan_document(decision, "en")["rejected"]
    assert first["detail"].startswith("the scenario states no market-based intensity for rented")


@pytest.mark.parametrize("language", LANGUAGES)
def test_places_on_different_bases_are_not_compared_in_silence(language):
    asked = with_owned(years(**{"site.grid_intensity": None}))
    decision = planned(asked)
    notes = disclosure_notes(asked, [ledger_of(decision)], language)
    words = {"en": "life-cycle: owned; as stated: rented", "ja": "ライフサイクル: owned; 入力値: rented"}[
        language
    ]
    assert words in notes[-1]


def test_recommend_says_why_an_option_has_no_market_based_figure():
    asked = years()
    choice = decision_document(decide(asked, [ONE]), "en")["choice"]
    assert choice["market_carbon_kg_co2e_per_accepted_image"] is None
    assert choice["market_carbon_reason"].endswith("is stated for rented.")
    stated = with_changes(asked, {"supplies[0].market_grid_intensity": 0.1})
    choice = decision_document(decide(stated, [ONE]), "en")["choice"]
    assert choice["market_carbon_reason"] is None
    ratio = choice["market_carbon_kg_co2e_per_accepted_image"]
    ratio /= choice["operational_carbon_kg_co2e_per_accepted_image"]
    assert ratio == pytest.approx(0.1 / 0.5, rel=1e-12)
