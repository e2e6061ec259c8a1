"""What nobody counted is unknown: no cost, no return, not in plan, until somebody says that it was nothing."""

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from bench.operations.ledger import Ledger
from roi.__main__ import main
from roi.errors import OperationError
from roi.operate.alarms import alarms_of
from roi.operate.approved import approve
from roi.operate.summary import MonthReport, month_report
from roi.output.operation import board_sentence, month_file, month_page, status_page
from roi.paper import Heading
from roi.policy import policy_text, read_policy
from roi.policy.monthly_plan import MonthlyPlan, PlannedUse
from tests.roi.test_operate import DECEMBER, USE, attempts, bill, signed
from tests.roi.test_operate_command import bill as bill_file
from tests.roi.test_operate_command import folder, log

__all__ = ["folder", "signed"]
OVER = datetime(2027, 1, 2, tzinfo=UTC).timestamp()


@pytest.fixture
def two(tmp_path: Path, signed: Path) -> Ledger:
    """A plan of two workloads of which one was counted."""
    policy = read_policy(signed)
    assert policy.plan is not None
    other = PlannedUse.model_validate(USE | {"workload": "banners"})
    plan = MonthlyPlan.model_validate(policy.plan.model_copy(update={"uses": (*policy.plan.uses, other)}))
    path = tmp_path / "two.yaml"
    path.write_text(policy_text(policy.model_copy(update={"plan": plan})), encoding="utf-8")
    ledger = Ledger(tmp_path / "two.db", create=True)
    approve(ledger, path, DECEMBER, "Asia/Tokyo")
    ledger.add([*attempts(), bill("rent", 16_000.0)])
    return ledger


def states(report: MonthReport) -> list[str]:
    """What the page says beside coverage, as far as it speaks of money."""
    return [part.text for part in month_page(report, "en") if isinstance(part, Heading)]


def test_a_workload_without_an_attempt_leaves_the_months_cost_unknown(two: Ledger) -> None:
    report = month_report(two, DECEMBER, {}, OVER)
    assert report.uncounted == ("banners",)
    assert report.restated is None
    assert {each.actual for each in report.figures} == {None}
    assert board_sentence(report, "en").startswith("2026-12: no attempt of banners is in the ledger.")
    assert states(report) == ["How much of the month is known", "Plan and actual"]
    (found,) = [each for each in alarms_of(two, report, 1e9, OVER) if each.what == "uncounted"]
    assert not found.notice
    assert "not counted" in str(status_page(report, [found], 1e9, "en")[0])
    with pytest.raises(OperationError, match="2026-12: no attempt of banners"):
        month_file(report, "md", "en")


def test_a_workload_that_somebody_calls_unused_is_zero(two: Ledger) -> None:
    """Half of the volume: 2.5 of electricity, 2,500 of looks and 3,000 of fallbacks less."""
    report = month_report(two, DECEMBER, {}, OVER, ["banners"])
    assert report.uncounted == ()
    assert float(dict(report.bridge.steps)["volume"]) == pytest.approx(-5_502.5, abs=1.0)
    with pytest.raises(OperationError, match="there are banners, product-pictures"):
        month_report(two, DECEMBER, {}, OVER, ["posters"])
    with pytest.raises(OperationError, match="has 150 attempts in the month"):
        month_report(two, DECEMBER, {}, OVER, ["product-pictures"])


def test_on_the_first_days_of_a_month_nothing_counted_is_a_notice(two: Ledger) -> None:
    now = datetime(2026, 12, 2, tzinfo=UTC).timestamp()
    (found,) = [
        each
        for each in alarms_of(two, month_report(two, DECEMBER, {}, now), 1e9, now)
        if each.what == "uncounted"
    ]
    assert found.notice


def test_status_is_1_and_report_2_where_nothing_was_counted(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["operate", "pull", "bill", str(bill_file(folder, 16_000))])
    capsys.readouterr()
    asked = ["--month", "2025-12"]
    assert main(["operate", "status", *asked]) == 1
    told = capsys.readouterr().out
    assert ": not counted" in told
    assert "in plan" not in told
    assert "cost JPY" not in told
    assert main(["operate", "report", *asked]) == 2
    assert "the month's cost cannot be stated" in capsys.readouterr().err
    assert main(["operate", "audit", *asked]) == 1
    assert "no attempt of product-pictures is in the ledger" in capsys.readouterr().out
    assert main(["operate", "status", *asked, "--unused", "product-pictures"]) == 0
    main(["operate", "pull", "attempts", str(log(folder))])
    assert main(["operate", "report", *asked]) == 0


def test_what_an_api_draws_is_not_disclosed_and_never_zero(tmp_path: Path, signed: Path) -> None:
    policy = read_policy(signed)
    assert policy.plan is not None
    silent = {
        "energy_boundary": None,
        "energy_j_per_attempt": None,
        "energy_kwh": None,
        "carbon_kg_co2e": None,
    }
    use = PlannedUse.model_validate(
        USE | silent | {"supply": "API", "costs": {"api": 900.0, "review": 2_500.0}}
    )
    plan = MonthlyPlan(uses=(use,), supplies=())
    path = tmp_path / "api.yaml"
    path.write_text(policy_text(policy.model_copy(update={"plan": plan})), encoding="utf-8")
    with Ledger(tmp_path / "api.db", create=True) as ledger:
        approve(ledger, path, DECEMBER, "Asia/Tokyo")
        absent = {"energy_j": None, "energy_kind": "absent", "energy_reason": "the API does not say"}
        ledger.add(attempts(**absent))
        report = month_report(ledger, DECEMBER, {}, OVER)
    hidden = [each for each in report.figures if each.name in ("busy_kwh", "idle_kwh", "carbon")]
    assert [(each.planned, each.actual) for each in hidden] == [(None, None)] * 3
    page = month_file(report, "md", "en").decode()
    assert page.count("| not disclosed | not disclosed | - |") == 3
    assert "electricity and carbon of API: not disclosed by the supplier" in page
    sheet = load_workbook(io.BytesIO(month_file(report, "xlsx", "en")), data_only=True)["Operation"]
    assert [cell.value for row in sheet for cell in row].count("not disclosed") == 6
