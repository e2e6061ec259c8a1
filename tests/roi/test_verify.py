"""The second route: its arithmetic against values found elsewhere, and what it says of right and wrong claims."""

import itertools
import json
import math
from dataclasses import replace

import numpy as np
import pytest

from bench.library import figure_for, known_references, library_profiles, quality_of_model
from bench.models import known_models
from roi.decision.decide import decide
from roi.finance.discounting import year_factor
from roi.output.document import decision_document
from roi.output.plan.document import plan_document
from roi.output.plan.page import plan_page
from roi.output.terminal import plain_text
from roi.output.verification import verified_words
from roi.planning.decide_plan import plan
from roi.planning.proof import claim_of
from roi.queueing import md1_wait_quantile
from roi.scenario.change import with_changes
from roi.scenario.load import demonstration
from roi.verify.case import Case
from roi.verify.claim import Claim
from roi.verify.discounting import over_year
from roi.verify.doing import Asked
from roi.verify.figures import Exchange
from roi.verify.judge import GATES, SUMS, doing_of, review
from roi.verify.matching import Made, published
from roi.verify.money import cash, steering
from roi.verify.moving import rivals, with_rivals
from roi.verify.names import board, model, same_board
from roi.verify.retries import followed
from roi.verify.review import DRAWN
from roi.verify.runs import runs
from roi.verify.waiting import wait_bounds
from tests.roi.decision_text import decision_text
from tests.roi.one_workload import PROFILES as SINGLE
from tests.roi.one_workload import random_scenario
from tests.roi.portfolios import PROFILES, random_portfolio
from tests.roi.verify_cases import ANYWHERE, everywhere

ALIKE = ("alike", 0.5, math.inf)


@pytest.mark.parametrize(
    ("believed", "images", "attempts", "delivered"),
    [
        (ALIKE, 1, 1.875, 0.9375),
        (ALIKE, 4, 1 + 1 / 16 + 1 / 256 + 1 / 4096, 1 - 1 / 65536),
        (("beta", 0.5, 2.0), 1, 1 + 1 / 2 + 1 / 3 + 1 / 4, 1 - 1 / 5),
        (("redrawn", 0.5, 2.0), 2, 1 + 1 / 3 + 1 / 9 + 1 / 27, 1 - 1 / 81),
    ],
)
def test_four_attempts_followed_picture_by_picture(believed, images, attempts, delivered):
    """Of Beta(1, 1) m pictures all fail with probability 1 / (m + 1)."""
    made, passed = followed(believed, images, 4)
    assert (made[-1], passed[-1]) == (pytest.approx(attempts), pytest.approx(delivered))


def test_a_rare_picture_keeps_its_digits():
    assert followed(("alike", 1e-12, math.inf), 1, 1)[1][0] == pytest.approx(1e-12, rel=1e-12)


@pytest.mark.parametrize("load", [0.02, 0.06, 0.3, 0.5, 0.8, 0.9])
def test_the_wait_by_erlangs_sum_is_that_of_the_other_formula(load):
    low, high = wait_bounds(load)
    assert low == pytest.approx(high, abs=1e-10)
    assert low == pytest.approx(md1_wait_quantile(load, 0.95), abs=1e-10)


@pytest.mark.parametrize("load", [0.97, 0.99, 0.999])
def test_long_waits_are_held_between_bounds_less_than_a_service_apart(load):
    low, high = wait_bounds(load)
    assert low <= md1_wait_quantile(load, 0.95) <= high < low + 0.6


@pytest.mark.parametrize(("rate", "year"), [*itertools.product((-0.02, 0.0, 0.08, 3.0), (0, 7))])
def test_a_year_is_twelve_month_ends(rate, year):
    assert over_year(rate, year) == pytest.approx(year_factor(rate, year), rel=1e-13)


def test_every_profile_has_the_same_figure_by_either_route():
    wrong = []
    for profile in library_profiles():
        [run] = runs([profile.model_dump(mode="json")])
        for reference in known_references():
            one, other = figure_for(profile, reference.id), run.shown(reference.id)
            if (one and (one.value, one.match)) != (other and (other.value, other.match)):
                wrong.append((profile.id, reference.id, one, other))
    assert wrong == []


def test_every_seller_has_the_same_figure_by_either_route():
    wrong = []
    for known, size in itertools.product(known_models(), ((1024, 1024), (512, 512), (768, 768))):
        for reference in known_references():
            one = quality_of_model(known.name, reference.id, size)
            other = published(Made(known.name, None, size, None, None, None, None, None), reference.id)
            if (one and (one.value, one.match)) != (other and (other.value, other.match)):
                wrong.append((known.name, size, reference.id, one, other))
    assert wrong == []


def test_names_are_read_as_people_write_them():
    assert same_board("NVIDIA H100 80GB HBM3", "h100-sxm")
    assert not same_board("A100", "A100 SXM 40GB")
    assert board("A100") is None
    assert model("pixart sigma xl 2 1024") is model("PixArt-Σ")


def test_money_of_another_currency_needs_its_rate():
    money = Exchange({"currency": "JPY", "exchange_rates": {"USD": {"value": 150}}})
    part = {"plain": 2, "own": {"value": 2, "unit": "JPY/h"}, "foreign": {"value": 2, "unit": "USD/h"}}
    assert [money.amount(part, name) for name in ("plain", "own", "foreign", "absent")] == [2, 2, 300, None]
    with pytest.raises(KeyError, match="EUR"):
        money.amount({"rent": {"value": 1, "unit": "EUR/h"}}, "rent")


@pytest.fixture(scope="module")
def company():
    """The company's scenario and profiles as documents, and what the pipeline claims."""
    scenario = everywhere()
    found = plan(scenario, ANYWHERE, explained=False)
    claim = claim_of(scenario, found.programme, found.options, found.plan, found.ledger, 0.0)
    return scenario.model_dump(mode="json"), [each.model_dump(mode="json") for each in ANYWHERE], claim


def failing(documents: tuple[object, object, Claim], **changes: object) -> set[str]:
    """Checks that a changed claim fails."""
    scenario, profiles, claim = documents
    found = review(scenario, profiles, replace(claim, **changes))
    assert found.verified == (not found.failed)
    return {check.name for check in found.failed}


def test_the_claim_as_it_is_passes_every_check(company):
    scenario, profiles, claim = company
    found = review(scenario, profiles, claim)
    assert (found.verified, found.rejudged, found.not_rejudged) == (True, (*GATES, *SUMS), ("mixtures",))


def test_every_sum_of_the_claim_is_held_to_nine_digits(company):
    claim = company[2]
    assert failing(company, tco=claim.tco * (1 + 2e-9)) == {"value"}
    assert failing(company, cost_per_accepted_image=claim.cost_per_accepted_image * (1 - 2e-9)) == {"value"}
    for component, amounts in claim.money.items():
        dearer = (*amounts[:-1], amounts[-1] + 2e-9 * sum(map(abs, amounts)))
        assert failing(company, money={**claim.money, component: dearer}) == {"money"}, component
    for supply, used in claim.energy.items():
        for name, check in (("kwh", "energy"), ("location_kg", "carbon"), ("made_kg", "carbon")):
            amounts = getattr(used, name)
            more = replace(used, **{name: (amounts[0] + 2e-9 * sum(amounts) + 1e-300, *amounts[1:])})
            wanted = {check} if any(amounts) else set()
            assert failing(company, energy={**claim.energy, supply: more}) >= wanted
    assert failing(company, review_hours=tuple(2 * each for each in claim.review_hours)) == {"pictures"}
    assert failing(company, bought_kg=tuple(2 * each for each in claim.bought_kg)) == {"carbon"}
    assert failing(company, carbon_disclosed=True) == {"carbon"}


def test_units_that_are_not_there_do_no_work(company):
    claim = company[2]
    for fleet in claim.fleets:
        fewer = replace(fleet, hours=tuple(tuple(h * 0.1 for h in year) for year in fleet.hours))
        fleets = tuple(fewer if each is fleet else each for each in claim.fleets)
        assert "capacity" in failing(company, fleets=fleets), fleet.supply
        unsigned = replace(fleet, bought=tuple(0 * each for each in fleet.bought))
        fleets = tuple(unsigned if each is fleet else each for each in claim.fleets)
        assert ("units" in failing(company, fleets=fleets)) == any(fleet.bought), fleet.supply
    assert "capacity" in failing(company, fleets=())


def test_names_that_no_document_has_are_not_judged_further(company):
    claim = company[2]
    first, *others = claim.choices
    for wrong in (
        replace(first, profile="nobody"),
        replace(first, supply="nowhere"),
        replace(first, workload="x"),
    ):
        assert failing(company, choices=(wrong, *others)) == {"names"}
    assert failing(company, choices=()) == {"names"}


def test_what_one_configuration_costs_alone_is_what_its_whole_plan_costs():
    """The quick route that only sorts, and the one that judges."""
    compared = 0
    for seed in range(24):
        scenario = random_scenario(seed)
        found = plan(scenario, SINGLE, explained=False)
        if found.plan is None:
            continue
        claim = claim_of(scenario, found.programme, found.options, found.plan, found.ledger, 0.0)
        documents = [each.model_dump(mode="json") for each in SINGLE]
        doing = doing_of(Asked(Case(scenario.model_dump(mode="json")), runs(documents)), claim)
        for rival in rivals(doing.asked):
            moved = with_rivals(doing, [rival])
            if all(moved.used(place) for place in moved.units):
                assert steering(moved, cash(moved)) == pytest.approx(rival.alone, rel=1e-12), seed
                compared += 1
    assert compared >= 30


@pytest.mark.parametrize("seed", range(16))
def test_a_random_portfolio_is_borne_out(seed):
    found = plan(random_portfolio(seed), PROFILES, explained=False)
    if found.verification is not None:
        assert [(check.name, check.detail) for check in found.verification.failed] == []
        assert found.verified


def test_drawn_futures_are_named_and_their_sums_not_counted_as_verified():
    asked = with_changes(everywhere(), {"finance.risk": {"weight": 0.3, "worlds": 4}})
    answer = plan(asked, ANYWHERE, explained=False)
    found = answer.verification
    assert found.rejudged == GATES
    assert found.not_rejudged[: 1 + len(SUMS)] == (DRAWN, *SUMS)
    assert (answer.verified, answer.agrees, answer.sound) == (False, True, True)
    assert "from the raw files only what an option must keep" in verified_words("en", answer)
    assert not replace(answer, agrees=False).sound


def test_a_published_figure_in_a_profile_is_found_anew_and_not_believed():
    """A file of a user's own that carries the library's citation with another value, or a better match."""
    bundled = next(each for each in library_profiles() if each.quality)
    document = bundled.model_dump(mode="json") | {"id": "mine"}
    flattered = [{**each, "value": 0.1, "match": "exact"} for each in document["quality"]]
    [honest], [told] = runs([document]), runs([{**document, "quality": flattered}])
    for reference in {each["reference"] for each in flattered}:
        assert told.shown(reference) == honest.shown(reference)


def test_page_and_json_say_what_was_judged_anew():
    found = decide(demonstration(), library_profiles(), near=False)
    line = "Re-judged from the raw files by a second route: board, stated joules and seconds, evidence, "
    page = " ".join(decision_text(found, "en", 120).split())
    assert line in page
    assert "Not re-judged: cheaper mixtures" in page
    assert "元の文書から別経路で判定し直した項目" in decision_text(found, "ja", 120)
    document = decision_document(found, "en")
    assert json.loads(json.dumps(document["verification"])) == {
        "rejudged": [*GATES, *SUMS],
        "failed": [],
        "not_rejudged": ["mixtures", "alternatives"],
    }


def test_a_refuted_plan_says_so_on_its_page():
    decision = plan(everywhere(), ANYWHERE, explained=False)
    checks = tuple(replace(each, passed=each.name != "energy") for each in decision.verification.checks)
    refuted = replace(decision, verified=False, verification=replace(decision.verification, checks=checks))
    page = " ".join(plain_text(plan_page(refuted, "en"), 120).split())
    assert "NOT BORNE OUT BY THE RAW FILES: energy (joules, PUE, host power, idle)." in page
    assert plan_document(refuted, "en")["verification"]["failed"] == [{"name": "energy", "detail": ""}]


def test_nobody_who_does_not_ask_is_told_that_an_answer_is_verified():
    for found in (
        plan(everywhere(), ANYWHERE, explained=False, reviewed=False),
        decide(everywhere(), ANYWHERE, near=False, reviewed=False),
    ):
        assert (found.status, found.verified, found.verification) == ("optimal", False, None)


def test_the_sums_of_a_claim_are_of_its_requests():
    """Twice the requests are neither the demand nor the money that is claimed."""
    scenario = everywhere()
    found = plan(scenario, ANYWHERE, explained=False)
    claim = claim_of(scenario, found.programme, found.options, found.plan, found.ledger, 0.0)
    twice = tuple(
        replace(each, requests=tuple(tuple((2 * np.array(year)).tolist()) for year in each.requests))
        for each in claim.choices
    )
    documents = scenario.model_dump(mode="json"), [each.model_dump(mode="json") for each in ANYWHERE], claim
    assert failing(documents, choices=twice) >= {"demand", "money", "energy", "pictures"}
