"""A ledger of operation that somebody sends: the month, what to look into, the bridge, files to take away."""

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from bench.operations.ledger import Ledger
from bench.operations.rows import BillLine
from roi.operate.approved import Month, approve
from tests.app.conftest import Visits
from tests.app.visitor import Visitor
from tests.roi.test_operate import attempts, signed

__all__ = ["signed"]
USD = "a bill is in USD and no rate is given; add --rate USD=RATE"


@pytest.fixture
def ledger(tmp_path: Path, signed: Path) -> Path:
    """Last month: rent of USD 110 where 100 were planned, looks of 30 s where 20 were."""
    now = datetime.now(tz=UTC)
    month = Month(now.year, now.month).after(-1)
    path = tmp_path / "operations.db"
    with Ledger(path, create=True) as made:
        approve(made, signed, month.after(-1), "UTC")
        rows = attempts(started_at=f"{month}-10T03:00:00Z", review_seconds=30.0)
        rent = BillLine(
            source="bill",
            source_id="1",
            charge_period_start=f"{month}-01T00:00:00Z",
            charge_period_end=f"{month.after(1)}-01T00:00:00Z",
            billed_cost=110.0,
            billing_currency="USD",
            component="rent",
            supply="rented",
        )
        made.add([*rows, rent])
    return path


def test_a_ledger_is_shown_once_its_rates_are_known(visitor: Visitor, ledger: Path) -> None:
    visitor.go("Operation")
    visitor.reads("Send the ledger of operation")
    visitor.give(ledger)
    visitor.reads(USD)
    rates = visitor.main.get_by_label("Exchange rates of the month")
    rates.fill("USD=160")
    visitor.acts(lambda: rates.press("Enter"))
    # 100 at 150 became 110 at 160; 150 looks of 10 s more at 3,000 an hour.
    visitor.reads("cost JPY 24,653, JPY 3,850 (18.5%) more than was approved")
    visitor.reads("of attempts with a verdict: 100%")
    visitor.reads("From plan to actual, in JPY")
    expect(visitor.main.get_by_test_id("stVegaLiteChart")).to_be_visible()
    book = load_workbook(io.BytesIO(visitor.take("Month as workbook")), data_only=True)
    assert {24_653.0, 1_500.0, 1_100.0, 1_250.0} <= {cell.value for row in book["Operation"] for cell in row}
    assert "JPY 24,653" in visitor.take("Month as Markdown").decode()


def test_a_bill_of_nothing_in_the_plan_stands_in_the_headline(visitor: Visitor, ledger: Path) -> None:
    """15,000 in euros of nothing that is planned, beside the 24,653 above."""
    with Ledger(ledger) as made:
        (rent,) = made.read(BillLine)
        other = {"source_id": "2", "billed_cost": 100.0, "billing_currency": "EUR", "component": "api"}
        made.add([rent.model_copy(update=other | {"supply": "Gateway"})])
    visitor.go("Operation")
    visitor.give(ledger)
    visitor.reads(USD)
    rates = visitor.main.get_by_label("Exchange rates of the month")
    rates.fill("USD=160 EUR=150")
    visitor.acts(lambda: rates.press("Enter"))
    visitor.reads("A further JPY 15,000 was billed that the plan does not explain")
    visitor.reads("API of Gateway, JPY 15,000. With it")
    visitor.reads("cost JPY 39,653, JPY 18,850 more than was approved")
    visitor.reads("it counts against the limit and is in no figure of the month")


def test_a_file_that_is_no_ledger_is_told_and_shows_nothing(visits: Visits, tmp_path: Path) -> None:
    visitor = visits(locale="ja-JP")
    visitor.go("運用実績")
    other = tmp_path / "other.db"
    other.write_bytes(b"not a data base" * 100)
    visitor.give(other)
    visitor.reads("operations.db: 運用台帳ではありません")
    visitor.no_longer_reads(str(tmp_path))


def test_a_ledger_with_a_view_of_somebody_else_is_not_read(visitor: Visitor, ledger: Path) -> None:
    import sqlite3

    with sqlite3.connect(ledger) as base:
        base.execute("CREATE VIEW more AS SELECT 1")
    base.close()
    visitor.go("Operation")
    visitor.give(ledger)
    visitor.reads("is not as our programs write it: more")
