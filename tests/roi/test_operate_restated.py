"""What a decision brings after a month of operation: the plan's own rules of cash and tax, month by month."""

import math
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from bench.library import load_profiles
from roi.operate.approved import Approved, Month
from roi.operate.counted import Counted, Happened, key_of
from roi.operate.lines import Account, Factor, Line
from roi.operate.restated import Restated, restated
from roi.planning.answer import PlanDecision
from roi.planning.decide_plan import plan as plan_of
from roi.planning.entries import Entry
from roi.planning.finances import finances
from roi.policy import policy_of
from roi.scenario.change import with_changes
from roi.scenario.load import demonstration

FIRST = Month(2026, 12)
TAX = {"rate": 0.3, "depreciation": "straight_line", "life_years": 5}


@pytest.fixture(scope="module")
def decision() -> PlanDecision:
    """The demonstration after tax."""
    return plan_of(with_changes(demonstration(), {"finance.tax": TAX}), load_profiles())


def held(decision: PlanDecision) -> Approved:
    policy = policy_of(decision)
    assert policy.plan is not None
    return Approved(policy, policy.plan, FIRST, ZoneInfo("UTC"), "", "")


def after(decision: PlanDecision, month: Month, *, rent: float, review: float, volume: float) -> Restated:
    """The plan restated after a month with so much more rent and review [money] and so many times the requests."""
    approved = held(decision)
    lines = tuple(
        Line(component, "all", (Factor("price", "paid", 100.0, 100.0 + more),))
        for component, more in (("rent", rent), ("review", review))
    )
    uses = {key_of(use): Counted(requests=use.requests * volume) for use in approved.uses(month)}
    found = Happened(month, uses, {}, {}, {}, ())
    told = restated(approved, found, Account(lines, {}, {}, (), None))
    assert told is not None
    return told


@pytest.mark.parametrize(
    ("rent", "review", "volume"),
    [(1_000.0, 0.0, 1.0), (0.0, 5_000.0, 1.0), (0.0, -5_000.0, 1.0), (0.0, 0.0, 1.25), (700.0, 90.0, 0.5)],
)
def test_from_the_first_month_on_it_is_the_plans_own_finance_of_changed_ledgers(
    decision: PlanDecision, rent: float, review: float, volume: float
) -> None:
    """Oracle: `finances` of a plan that costs so much more each year and a today of so many times the requests."""
    assert decision.ledger is not None
    assert decision.baseline is not None
    assert decision.finance is not None
    (workload,) = decision.scenario.workloads
    more = [
        Entry(year, "during", component, workload.name, None, None, 12.0 * amount)
        for year in range(decision.ledger.years)
        for component, amount in (("rent", rent), ("review", review))
    ]
    year_one = {
        component: math.fsum(
            one.amount
            for one in decision.baseline.entries
            if one.year == 0 and one.timing == "during" and (one.component == "review") == component
        )
        for component in (False, True)
    }
    grown = [
        Entry(year, "during", name, workload.name, None, None, year_one[review_] * (volume - 1.0))
        for year in range(decision.baseline.years)
        for name, review_ in (("outside", False), ("review", True))
    ]
    expected = finances(
        decision.scenario,
        replace(decision.ledger, entries=(*decision.ledger.entries, *more)),
        replace(decision.baseline, entries=(*decision.baseline.entries, *grown)),
    )
    told = after(decision, FIRST, rent=rent, review=review, volume=volume)
    assert told.npv == pytest.approx(expected.npv, rel=1e-9)
    assert told.cash_flows == pytest.approx(expected.cash_flows)
    assert told.payback == pytest.approx(expected.simple_payback_months)
    assert (told.npv_approved, told.after_tax) == (decision.finance.npv, True)


def test_months_that_are_over_stay_as_they_were_planned(decision: PlanDecision) -> None:
    """From month 10 of year 1 on: 3 months of it, and tax of 30 % on those at its end."""
    assert decision.finance is not None
    told = after(decision, FIRST.after(9), rent=1_000.0, review=0.0, volume=1.0)
    change = [new - old for new, old in zip(told.cash_flows, decision.finance.cash_flows, strict=True)]
    assert change[:13] == pytest.approx([0.0] * 10 + [-1_000.0, -1_000.0, -1_000.0 + 900.0])
    assert change[24] == pytest.approx(-1_000.0 + 3_600.0)


def test_a_month_as_planned_restates_what_was_approved(decision: PlanDecision) -> None:
    told = after(decision, FIRST, rent=0.0, review=0.0, volume=1.0)
    assert told.npv == told.npv_approved
    assert told.payback == pytest.approx(told.payback_approved)
