"""Whom the form says is paid, and what the decision says is used: supplies that do or cost something."""

import pytest

from roi.output.plan.what import actions
from roi.output.report.contract import contract
from roi.planning.answer import PlanDecision
from roi.planning.decide_plan import plan
from roi.scenario.change import with_changes
from tests.roi.live_cases import PROFILES, single
from tests.roi.planning_cases import OWNED
from tests.roi.small_case import API

THERE = {**OWNED, "name": "old", "shared": False, "sunk": True, "units_max": 3}
CHEAP = {**API, "name": "cheap", "price_per_image": 0.0001}


def planned(*supplies: dict[str, object]) -> PlanDecision:
    asked = with_changes(
        single(supplies[0]), {"supplies": list(supplies), "workloads[0].images_per_month": 9_000}
    )
    found = plan(asked, PROFILES, explained=False)
    assert found.ledger is not None
    return found


def test_a_server_that_is_there_is_not_bought_anew() -> None:
    found = planned(THERE)
    told = contract(found, 2, "en")
    assert told.vendors == "old is already there: who maintains, houses and powers it"
    assert told.term == "already there; planned for 2 years"
    assert told.payment == "nothing for the machine; upkeep, space and electricity as they fall due"
    assert actions(found, found.ledger, "en") == "Use old, which is already there"


def test_a_server_that_is_bought_is_paid_at_once_and_its_upkeep_later() -> None:
    found = planned({**THERE, "sunk": False})
    told = contract(found, 2, "en")
    assert told.vendors == "supplier of old (own machine), and who maintains, houses and powers it"
    assert told.payment == "the machine once, when bought; upkeep, space and electricity as they fall due"


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_server_that_stands_unused_is_neither_used_nor_paid(language) -> None:
    found = planned(THERE, CHEAP)
    assert [row.units for row in found.fleet if row.supply == "old"] in ([], [0, 0])
    assert "old" not in actions(found, found.ledger, language)
    told = contract(found, 2, language)
    assert "old" not in f"{told.vendors} {told.term} {told.payment}"
