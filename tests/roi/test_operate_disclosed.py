"""A fiscal year of operation by scope: the plan's entries at what was counted, what nobody counted named."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bench.operations.ledger import Ledger
from bench.operations.rows import BoardMinute
from roi.disclosure import carbon_by_scope
from roi.errors import OperationError
from roi.operate.approved import Month, approve, approved
from roi.operate.disclosed import Disclosed, disclosed
from roi.output.operation_disclosure import disclosure_page
from roi.paper import Sentence
from roi.planning.answer import PlanDecision
from roi.policy import policy_of, policy_text
from tests.roi.plan_samples import plan_decision
from tests.roi.test_operate import attempts, minute

FIRST = Month(2026, 4)
OVER = datetime(2026, 6, 2, tzinfo=UTC).timestamp()


@pytest.fixture(scope="module")
def decision() -> PlanDecision:
    """Own servers, by hand."""
    return plan_decision()


@pytest.fixture
def ledger(tmp_path: Path, decision: PlanDecision) -> Iterator[Ledger]:
    path, policy = tmp_path / "policy.yaml", policy_of(decision)
    assert policy.plan is not None
    supplies = tuple(
        one.model_copy(update={"idle_board_energy_kwh": one.idle_energy_kwh / 2.0 or None})
        for one in policy.plan.supplies
    )
    plan = policy.plan.model_copy(update={"supplies": supplies})
    path.write_text(policy_text(policy.model_copy(update={"plan": plan})), encoding="utf-8")
    with Ledger(tmp_path / "operations.db", create=True) as made:
        approve(made, path, FIRST, "UTC")
        yield made


def year(ledger: Ledger, decision: PlanDecision, which: int = 2026) -> Disclosed:
    return disclosed(ledger, approved(ledger), decision, which, {}, OVER)


def april(ledger: Ledger, share: float, joules_factor: float) -> tuple[int, float]:
    """Ten requests in April with so many times the planned joules; attempts, and the share of those planned."""
    (use, *_) = approved(ledger).uses(FIRST)
    assert use.energy_j_per_attempt is not None
    rows = attempts(
        10,
        10,
        10,
        started_at="2026-04-10T00:00:00Z",
        workload=use.workload,
        model=use.model_id,
        energy_j=joules_factor * use.energy_j_per_attempt,
    )
    ledger.add(rows)
    return len(rows), share * len(rows) / use.attempts


def idle(ledger: Ledger, factor: float, hours: float = 720.0) -> BoardMinute:
    """The planned idle joules of a month at the boards, so many times."""
    planned = next(one for one in approved(ledger).supplies(FIRST) if one.idle_board_energy_kwh)
    assert planned.idle_board_energy_kwh is not None
    return minute(factor * planned.idle_board_energy_kwh, "2026-04-10T00:00:00Z", hours)


def test_carbon_follows_the_kwh_that_were_counted(ledger: Ledger, decision: PlanDecision) -> None:
    """Oracle: a twelfth of each of the plan's entries, attempts at their share and twice the joules."""
    assert decision.ledger is not None
    _, share = april(ledger, 2.0, 2.0)
    ledger.add([idle(ledger, 1.5)])
    found = year(ledger, decision)
    mine = [one for one in decision.ledger.energy if one.year == 0]
    factors = {"busy": share, "idle": 1.5, "made": 1.0}
    kwh = sum(one.energy_kwh * factors[one.use] for one in mine) / 12.0
    kg = sum(one.location_kg * factors[one.use] for one in mine) / 12.0
    assert found.energy_kwh == pytest.approx(kwh)
    assert found.scopes.scope_2_location == pytest.approx(kg)
    assert found.months == (FIRST,)
    assert found.left_out == (FIRST.after(1),)
    assert (found.estimated, found.estimated_kwh_fraction) == ((), 0.0)
    embodied = sum(one.embodied_kg * factors[one.use] for one in mine) / 12.0
    assert found.sci_kg == pytest.approx((kg + embodied) / 10.0)


def test_boards_that_were_bought_are_whole_in_the_month_of_purchase(
    ledger: Ledger, decision: PlanDecision
) -> None:
    april(ledger, 1.0, 1.0)
    assert decision.ledger is not None
    (planned, *_) = carbon_by_scope(decision.scenario, decision.ledger)
    assert year(ledger, decision).scopes.scope_3_capital_goods == planned.scope_3_capital_goods > 0.0


def test_board_time_that_no_meter_read_is_estimated(ledger: Ledger, decision: PlanDecision) -> None:
    """A quarter of April's 720 h with half of the month's planned joules: 0.5 counted and 0.75 as planned."""
    april(ledger, 1.0, 1.0)
    ledger.add([idle(ledger, 0.5, 180.0)])
    found = year(ledger, decision)
    assert decision.ledger is not None
    (planned,) = [one for one in decision.ledger.energy if (one.year, one.use) == (0, "idle")]
    kwh = planned.energy_kwh / 12.0
    assert found.partly == (("idle_kwh", planned.supply, pytest.approx(0.4)),)
    assert found.estimated == ()
    assert found.estimated_kwh_fraction == pytest.approx(0.75 * kwh / found.energy_kwh)
    assert [one.energy_kwh for one in found.book.energy if one.use == "idle"] == [pytest.approx(1.25 * kwh)]
    (*_, notes) = disclosure_page(found, decision.scenario, "en")
    assert f"joules of waiting boards of {planned.supply}: 40% of its kWh was counted" in str(notes)


def test_attempts_without_joules_are_estimated(ledger: Ledger, decision: PlanDecision) -> None:
    """Nine of ten attempts have no joules: a tenth of their kWh was counted; the boards were read whole."""
    (use, *_) = approved(ledger).uses(FIRST)
    rows = attempts(10, 10, 10, started_at="2026-04-10T00:00:00Z", workload=use.workload, model=use.model_id)
    absent = {"energy_j": None, "energy_kind": "absent", "energy_reason": "no meter"}
    ledger.add([rows[0], *(row.model_copy(update=absent) for row in rows[1:]), idle(ledger, 1.0)])
    found = year(ledger, decision)
    ((what, _, share),) = found.partly
    assert (what, share) == ("kwh_per_attempt", pytest.approx(0.1))
    busy = sum(one.energy_kwh for one in found.book.energy if one.use == "busy")
    assert found.estimated_kwh_fraction == pytest.approx(0.9 * busy / found.energy_kwh)


def test_what_nobody_counted_is_the_plans_and_is_named(ledger: Ledger, decision: PlanDecision) -> None:
    april(ledger, 1.0, 1.0)
    found = year(ledger, decision)
    (supply,) = {one.supply for one in decision.ledger.energy if one.use == "idle"} if decision.ledger else ()
    assert found.estimated == (("idle_kwh", supply),)
    assert 0.9 < found.estimated_kwh_fraction < 1.0
    for language in ("en", "ja"):
        assert len(disclosure_page(found, decision.scenario, language)) == 4


def test_fallback_pictures_are_no_accepted_images(ledger: Ledger, decision: PlanDecision) -> None:
    """Ten requests of which seven end with an accepted image: all emissions over seven, by hand."""
    (use, *_) = approved(ledger).uses(FIRST)
    workload = decision.scenario.workload(use.workload)
    assert workload is not None
    joules = {"started_at": "2026-04-10T00:00:00Z", "workload": use.workload, "model": use.model_id}
    ledger.add([*attempts(10, 10, 7, **joules), idle(ledger, 1.0)])
    found = year(ledger, decision)
    assert found.accepted_images == 7.0
    assert found.fallbacks == pytest.approx(0.0 if workload.fallback_cost is None else 3.0)
    kg = sum(one.location_kg + one.embodied_kg for one in found.book.energy)
    assert found.sci_kg == pytest.approx(kg / 7.0)


def test_nothing_counted_is_no_negative_share(ledger: Ledger, decision: PlanDecision) -> None:
    (use, *_) = approved(ledger).uses(FIRST)
    rows = attempts(10, 10, 10, started_at="2026-04-10T00:00:00Z", workload=use.workload, model=use.model_id)
    absent = {"energy_j": None, "energy_kind": "absent", "energy_reason": "no meter"}
    ledger.add([row.model_copy(update=absent) for row in rows])
    found = year(ledger, decision)
    assert found.estimated_kwh_fraction == 1.0
    (first, *_) = disclosure_page(found, decision.scenario, "en")
    assert isinstance(first, Sentence)
    assert first.text.endswith(" 0% of them counted.")


def test_a_plan_that_discloses_nothing_says_so(ledger: Ledger, decision: PlanDecision) -> None:
    april(ledger, 1.0, 1.0)
    assert decision.ledger is not None
    bare = replace(decision, ledger=replace(decision.ledger, energy=(), carbon_disclosed=False))
    with pytest.raises(OperationError, match=r"--year 2026: nothing to disclose: .* makes all pictures"):
        year(ledger, bare)
    with pytest.raises(OperationError, match="uses other models or supplies"):
        year(ledger, replace(decision, choices=()))


def test_a_year_without_a_month_stops(ledger: Ledger, decision: PlanDecision) -> None:
    with pytest.raises(OperationError, match="no attempt of 2026-04 to 2026-05 is in the ledger"):
        year(ledger, decision)
    with pytest.raises(OperationError, match="has no month that is over and of the plan"):
        year(ledger, decision, 2030)
