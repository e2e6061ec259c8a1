"""Faults put into the pipeline: what it then says is not verified, and the check that must see it does."""

from collections.abc import Sequence

import pytest

from bench.profile import Profile
from roi.planning.answer import PlanDecision
from roi.planning.decide_plan import plan
from roi.scenario.document import Scenario
from tests.roi.verify_cases import ANYWHERE, beside, everywhere, forbidding
from tests.roi.verify_faults import OF_CHOICES, OF_SCENARIOS


@pytest.fixture(scope="module")
def company() -> PlanDecision:
    """The right plan of the company."""
    return planned(everywhere(), ANYWHERE)


def planned(scenario: Scenario, profiles: Sequence[Profile]) -> PlanDecision:
    """The plan alone, with its proof."""
    return plan(scenario, profiles, explained=False)


def said(decision: PlanDecision) -> object:
    """What an answer says of itself."""
    book = decision.ledger
    assert book is not None
    return book.by_component_and_year(), book.energy, book.accepted_images, decision.worth, decision.fleet


def failed(decision: PlanDecision) -> dict[str, str]:
    """Checks that failed, with what they say."""
    assert decision.verification is not None, decision.binding
    return {check.name: check.detail for check in decision.verification.failed}


def test_the_company_uses_every_kind_of_supply_and_is_verified(company):
    assert {choice.option.offer.supply for choice in company.choices} == {
        each.name for each in everywhere().supplies
    }
    assert company.verified
    assert failed(company) == {}


@pytest.mark.parametrize("fault", OF_SCENARIOS)
def test_a_fault_in_prices_or_programme_is_seen(fault, company, monkeypatch):
    check, put = OF_SCENARIOS[fault]
    put(monkeypatch)
    found = planned(everywhere(), ANYWHERE)
    assert said(found) != said(company)
    assert not found.verified
    assert check in failed(found), failed(found)


@pytest.mark.parametrize("fault", OF_CHOICES)
def test_a_fault_in_gates_or_search_is_seen(fault, monkeypatch):
    planted = OF_CHOICES[fault]
    scenario, profiles = forbidding(planted.changes), beside(*planted.traps)
    right = planned(scenario, profiles)
    assert right.verified, failed(right)
    planted.fault(monkeypatch)
    found = planned(scenario, profiles)
    assert said(found) != said(right)
    assert not found.verified
    assert planted.check in failed(found), failed(found)


def test_faults_are_many():
    assert len(OF_SCENARIOS) + len(OF_CHOICES) >= 60
