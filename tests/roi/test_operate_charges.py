"""A charge counts in the months that its period lies in, by time, in the plan's own time zone."""

from pathlib import Path

import pytest

from bench.operations.ledger import Ledger
from bench.operations.rows import BillLine
from roi.__main__ import main
from roi.operate.approved import Approved, Month, approve, approved
from roi.operate.charges import outside_the_plan
from roi.operate.counted import happened
from roi.operate.measured import measured
from tests.roi.test_operate import attempts, signed
from tests.roi.test_operate_command import folder
from tests.roi.test_operate_files import BILL, table

__all__ = ["folder", "signed"]
DECEMBER = Month(2026, 12)


def ledger_in(folder: Path, signed: Path, zone: str, *charges: tuple[str, str, float]) -> Ledger:
    ledger = Ledger(folder / f"{zone.replace('/', '-')}.db", create=True)
    approve(ledger, signed, DECEMBER, zone)
    ledger.add(
        BillLine(
            source="bill",
            source_id=str(place),
            charge_period_start=start,
            charge_period_end=end,
            billed_cost=cost,
            billing_currency="JPY",
            consumed_quantity=cost / 10.0,
            consumed_unit="Hours",
            component="rent",
            supply="rented",
        )
        for place, (start, end, cost) in enumerate(charges)
    )
    return ledger


def rent(ledger: Ledger, held: Approved, *months: Month) -> list[float]:
    return [sum(one.amount for one in happened(ledger, held, month).bills) for month in months]


def test_a_bill_over_three_months_is_in_each_by_its_days(tmp_path: Path, signed: Path) -> None:
    """December, January and February have 31, 31 and 28 of its 90 days."""
    ledger = ledger_in(
        tmp_path, signed, "Asia/Tokyo", ("2026-12-01T00:00:00+09:00", "2027-03-01T00:00:00+09:00", 9_000.0)
    )
    held = approved(ledger)
    months = [DECEMBER.after(each) for each in range(4)]
    assert rent(ledger, held, *months) == pytest.approx([3_100.0, 3_100.0, 2_800.0, 0.0])
    assert outside_the_plan(ledger, held) == {}
    (price,) = measured(ledger, held, DECEMBER, DECEMBER.after(2)).prices
    assert (price.mean.value, price.mean.n) == (pytest.approx(10.0), 1)
    (price,) = measured(ledger, held, DECEMBER.after(1), DECEMBER.after(1)).prices
    assert (price.mean.value, price.mean.n) == (pytest.approx(10.0), 1)


def test_a_bill_of_utc_is_of_the_months_of_the_plans_own_time(tmp_path: Path, signed: Path) -> None:
    """New York is five hours behind: that much of 744 hours lies in the month before, once before the plan."""
    utc = [
        ("2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z", 744.0),
        ("2027-01-01T00:00:00Z", "2027-02-01T00:00:00Z", 1_488.0),
    ]
    ledger = ledger_in(tmp_path, signed, "America/New_York", *utc)
    held = approved(ledger)
    assert rent(ledger, held, DECEMBER, DECEMBER.after(1)) == pytest.approx([739.0 + 10.0, 1_478.0])
    assert outside_the_plan(ledger, held) == pytest.approx({"JPY": 5.0})


def test_a_charge_without_a_length_is_of_its_moment(tmp_path: Path, signed: Path) -> None:
    moment = "2027-01-01T00:00:00+09:00"
    ledger = ledger_in(tmp_path, signed, "Asia/Tokyo", (moment, moment, 70.0))
    assert rent(ledger, approved(ledger), DECEMBER, DECEMBER.after(1)) == [0, 70.0]


def test_charges_outside_the_plans_months_are_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    charges = [
        ["2025-10-01T00:00:00+09:00", "2025-11-01T00:00:00+09:00", 500, "JPY", "rent", "rented"],
        ["2025-11-01T00:00:00+09:00", "2026-01-01T00:00:00+09:00", 610, "JPY", "rent", "rented"],
    ]
    assert main(["operate", "pull", "bill", str(table(folder / "b.csv", BILL, *charges))]) == 0
    told = capsys.readouterr().err
    assert "1 charges lie before or after the plan's months (2025-12 to " in told
    assert "1 charges reach beyond the plan's months" in told
    with Ledger(folder / "operations.db") as ledger:
        ledger.add(attempts(started_at="2025-12-10T03:00:00Z"))
    main(["operate", "status", "--month", "2025-12"])
    # 500 of October and 30 of 61 days of the other.
    assert "bills of JPY 800 are for times before or after the plan's months" in capsys.readouterr().out
