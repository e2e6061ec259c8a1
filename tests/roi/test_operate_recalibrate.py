"""A scenario takes up what operation measured, each figure with n and interval, and keeps its comments."""

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from bench.library import library_profiles
from bench.operations.ledger import Ledger
from roi.acceptance_log.fit import fit_acceptance
from roi.acceptance_log.reading import read_log
from roi.errors import OperationError
from roi.operate.approved import approve, approved
from roi.operate.measured import Mean, measured
from roi.operate.recalibrate import Recalibrated, recalibrated
from roi.policy import policy_of, policy_text
from roi.policy.monthly_plan import MonthlyPlan, PlannedSupply, PlannedUse
from roi.resources import template_path
from tests.roi.plan_samples import plan_decision
from tests.roi.test_operate import DECEMBER, SUPPLY, USE, attempts, bill, minute

SUPPLY_NAME = "Verda H100 Finland"
MODEL = "PixArt-alpha/PixArt-Sigma-XL-2-1024-MS"
TODAY = date(2027, 1, 4)
TEMPLATE = template_path("demonstration.yaml").read_text(encoding="utf-8")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """A policy for PixArt on a rented board, and December: 100 requests, 150 attempts of 2 kJ and looks of 20 s."""
    changed = {
        "model": "PixArt",
        "model_id": MODEL,
        "supply": SUPPLY_NAME,
        "review_seconds_per_attempt": 15.0,
    }
    plan = MonthlyPlan(
        uses=(PlannedUse.model_validate(USE | changed | {"energy_j_per_attempt": 1_600.0}),),
        supplies=(PlannedSupply.model_validate(SUPPLY | {"supply": SUPPLY_NAME}),),
    )
    signed = policy_of(plan_decision()).model_copy(update={"plan": plan, "currency": "JPY"})
    path = tmp_path / "policy.yaml"
    path.write_text(policy_text(signed), encoding="utf-8")
    with Ledger(tmp_path / "operations.db", create=True) as made:
        approve(made, path, DECEMBER, "Asia/Tokyo")
        rent = bill("rent", 230.0, "USD", SUPPLY_NAME)
        hours = {"consumed_quantity": 100.0, "consumed_unit": "Hours"}
        made.add([*attempts(model=MODEL), rent.model_copy(update=hours)])
        made.add([minute(hours=5.0 / 6.0).model_copy(update={"supply": SUPPLY_NAME})])
        yield made


def taken(ledger: Ledger, text: str = TEMPLATE, **rates: float) -> Recalibrated:
    held = approved(ledger)
    found = measured(ledger, held, DECEMBER, DECEMBER)
    return recalibrated(text, "mine.yaml", found, held, library_profiles(), rates, TODAY, "operations.db")


def test_acceptance_is_that_of_the_same_log_read_from_a_file(ledger: Ledger, tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    with log.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["request_id", "attempt", "accepted", "model"])
        writer.writerows([row.request_id, row.attempt, row.accepted, MODEL] for row in attempts())
    expected = fit_acceptance(read_log(log), 4, MODEL)
    workload = taken(ledger).scenario.workloads[0]
    (use,) = measured(ledger, approved(ledger), DECEMBER, DECEMBER).uses
    assert use.acceptance is not None
    assert (use.acceptance.n_requests, use.acceptance.mean) == (100, expected.mean)
    mean = workload.acceptance_of(MODEL).mean
    assert mean.value == pytest.approx(expected.mean.value, rel=1e-5)
    assert mean.source.startswith("fitted to operations.db 2026-12 to 2026-12: 100 requests, 150 attempts")


def test_looks_and_prices_and_rates_are_taken_up_with_their_n(ledger: Ledger) -> None:
    """20 s where 15 were planned as 3 + 3 * 4: each part by 4 / 3; USD 230 for 100 hours."""
    scenario = taken(ledger, USD=158.0).scenario
    review = scenario.workloads[0].review
    assert review.seconds_per_attempt.value == review.seconds_per_image.value == pytest.approx(4.0)
    assert "n = 150" in review.seconds_per_attempt.source
    rent = next(each for each in scenario.supplies if each.name == SUPPLY_NAME)
    assert (rent.price_per_h.value, rent.price_per_h.unit) == (2.3, "USD/h")
    assert "n = 1, bills" in rent.price_per_h.source
    assert scenario.exchange_rates["USD"].value == 158.0


def test_a_utilization_that_is_a_limit_is_said_and_left(ledger: Ledger) -> None:
    found = taken(ledger)
    told = next(each for each in found.taken if each.what == "utilization_not")
    assert told.values["after"] == pytest.approx(10.0 / 3_000.0)
    assert "utilization_fraction:" in found.text


def test_comments_stay(ledger: Ledger) -> None:
    found = taken(ledger, USD=158.0)
    own_lines = [line for line in TEMPLATE.splitlines() if line.lstrip().startswith("#")]
    assert own_lines == [line for line in found.text.splitlines() if line.lstrip().startswith("#")]
    for comment in (
        "# price of the whole instance for an hour",
        "# fixed time of a look",
        "# JPY for one US dollar",
    ):
        assert found.text.count(comment) == TEMPLATE.count(comment), comment


def test_joules_scale_the_profile_that_was_approved_and_no_other(ledger: Ledger) -> None:
    """2,000 J an attempt where 1,600 were planned: each profile of the policy's settings by 1.25."""
    before = {each.id: each for each in library_profiles()}
    held = approved(ledger)
    mine = next(each for each in before.values() if each.config.model_id == MODEL and each.energy is not None)
    setting = held.policy.workloads[0].settings[0].model_copy(update={"profile_id": mine.id})
    work = held.policy.workloads[0].model_copy(update={"settings": (setting,)})
    policy = held.policy.model_copy(update={"workloads": (work,)})
    found = recalibrated(
        TEMPLATE,
        "mine.yaml",
        measured(ledger, held, DECEMBER, DECEMBER),
        type(held)(policy, held.plan, held.first_month, held.zone, held.sha256, held.approved_at),
        library_profiles(),
        {},
        TODAY,
        "operations.db",
    )
    changed = [each for each in found.profiles if each != before[each.id]]
    assert [each.id for each in changed] == [mine.id]
    assert changed[0].energy is not None
    assert mine.energy is not None
    assert changed[0].energy.energy_j_per_image == pytest.approx(1.25 * mine.energy.energy_j_per_image)


def test_a_scenario_of_something_else_is_refused(ledger: Ledger) -> None:
    other = TEMPLATE.replace("name: product-pictures", "name: banners")
    with pytest.raises(OperationError, match="has no workload 'product-pictures'"):
        taken(ledger, other)


def test_a_mean_has_the_interval_of_the_normal_approximation() -> None:
    """1, 2, 3, 4: mean 2.5, variance 5 / 3, half width 1.96 * sqrt(5 / 12)."""
    mean = Mean.of(4, 10.0, 30.0)
    assert (mean.value, mean.high) == (2.5, pytest.approx(2.5 + 1.959964 * (5 / 12) ** 0.5))
