"""`plan --json`: every key of the contract, sums that agree, years that are named."""

import json
import math

import pytest

from roi.output.plan.document import plan_document
from tests.roi.plan_samples import drafted, impossible_plan, plan_decision, without_baseline

CONTRACT = {
    "schema_version",
    "status",
    "currency",
    "verified",
    "choices",
    "fleet",
    "baseline",
    "tco",
    "finance",
    "carbon",
    "alternatives",
    "rejected",
    "assumptions",
    "solver",
    "inputs_hash",
}
FINANCE = {
    "discount_rate_per_year",
    "npv",
    "irr",
    "irr_reason",
    "roi",
    "simple_payback_months",
    "discounted_payback_months",
    "cash_flows",
}


@pytest.mark.parametrize("decision", [plan_decision(), without_baseline(plan_decision()), impossible_plan()])
def test_every_answer_has_every_key_and_no_number_that_json_lacks(decision):
    document = plan_document(decision, "en")
    assert document.keys() >= CONTRACT
    assert json.loads(json.dumps(document, allow_nan=False)) == document


def test_finance_has_every_key_and_months_from_today():
    finance = plan_document(plan_decision(), "en")["finance"]
    assert finance.keys() >= FINANCE
    assert (len(finance["cash_flows"]), finance["cash_flows"][0]) == (37, -20_500_000.0)


def test_components_by_year_add_up_to_the_ledger():
    decision = plan_decision()
    tco = plan_document(decision, "en")["tco"]
    assert list(tco["electricity"]) == ["1", "2", "3"]
    total = math.fsum(amount for by_year in tco.values() for amount in by_year.values())
    assert total == pytest.approx(math.fsum(entry.amount for entry in decision.ledger.entries), rel=1e-12)


def test_carbon_by_year_adds_up_to_the_worth():
    document = plan_document(plan_decision(), "en")
    carbon = document["carbon"]
    total = math.fsum([*carbon["location"].values(), *carbon["embodied"].values()])
    assert total == pytest.approx(document["worth"]["carbon_kg_co2e"], rel=1e-12)


def test_years_carry_their_fiscal_year_where_it_is_known():
    years = plan_document(plan_decision(drafted()), "en")["years"]
    assert years[0] == {"year": 1, "fiscal_year": 2027}
    assert plan_document(plan_decision(), "en")["years"][2] == {"year": 3, "fiscal_year": None}


def test_a_plan_without_baseline_has_neither_baseline_nor_finance():
    document = plan_document(without_baseline(plan_decision()), "en")
    assert (document["baseline"], document["finance"]) == (None, None)
    assert document["without_baseline"] == ["pictures"]


def test_an_impossible_plan_names_rules_and_relaxation():
    document = plan_document(impossible_plan(), "en")
    assert (document["status"], document["binding"], document["worth"]) == ("infeasible", ["fid_max"], None)
    assert document["relaxations"][0]["changes"] == [{"rule": "fid_max", "limit": 5.0, "needed": 10.0}]


def test_sentences_differ_by_language_and_their_figures_do_not():
    english, japanese = (plan_document(plan_decision(), language)["sentences"] for language in ("en", "ja"))
    assert [each["figures"] for each in english] == [each["figures"] for each in japanese]
    assert all(one["text"] != other["text"] for one, other in zip(english, japanese, strict=True))


def test_the_same_answer_gives_the_same_document():
    assert plan_document(plan_decision(), "en") == plan_document(plan_decision(), "en")
