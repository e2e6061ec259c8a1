"""The month as a workbook: formulas say what the report says, LibreOffice finds the same, a bill moves all."""

import io
import random
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook

from bench.operations.ledger import Ledger
from roi.operate.approved import Month, approve
from roi.operate.summary import MonthReport, month_report
from roi.output.operation import board_sentence, month_file, month_said
from roi.texts import Language, text
from roi.workbook.operation.make import operation_book, operation_bytes
from tests.roi.report_cases import pages, recalculated, without_spaces
from tests.roi.test_operate import DECEMBER, attempts, bill, minute, signed
from tests.workbook_strict import package_faults

__all__ = ["signed"]
OVER = datetime(2027, 1, 5, tzinfo=ZoneInfo("Asia/Tokyo")).timestamp()
UNKNOWN = {"energy_j": None, "energy_kind": "absent", "energy_reason": "no meter", "review_seconds": None}
LANGUAGES: tuple[Language, ...] = ("en", "ja")


@pytest.fixture
def ledger(tmp_path: Path, signed: Path) -> Iterator[Ledger]:
    with Ledger(tmp_path / "operations.db", create=True) as made:
        approve(made, signed, Month(2026, 12), "Asia/Tokyo")
        yield made


def over(ledger: Ledger) -> MonthReport:
    return month_report(ledger, DECEMBER, {"USD": 160.0}, OVER)


def cells(content: bytes, *, values: bool) -> dict[tuple[str, str], object]:
    """Every cell that holds something, by sheet and address."""
    book = load_workbook(io.BytesIO(content), data_only=values)
    return {
        (sheet.title, cell.coordinate): cell.value
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }


def beside(found: dict[tuple[str, str], object], sheet: str, label: str, column: str) -> object:
    """What stands in a column of the row that a label names."""
    rows = (
        place.lstrip("ABCDEFGHIJKL")
        for (title, place), value in found.items()
        if (title, value) == (sheet, label)
    )
    return next(found[sheet, f"{column}{row}"] for row in rows if (sheet, f"{column}{row}") in found)


@pytest.mark.parametrize("seed", range(12))
def test_the_formulas_of_a_random_month_say_what_the_report_says(ledger: Ledger, seed: int) -> None:
    """Making the book holds every formula's value against the report's own figure and refuses another."""
    drawn = random.Random(seed)
    requests = drawn.randint(1, 60)
    changes: dict[str, object] = {
        "energy_j": drawn.uniform(1.0, 5_000.0),
        "review_seconds": drawn.uniform(1, 90),
    }
    ledger.add(
        attempts(
            requests,
            drawn.randint(requests, 2 * requests),
            drawn.randint(0, requests),
            **drawn.choice([changes, UNKNOWN]),
        )
    )
    if drawn.random() < 0.7:
        ledger.add([minute(drawn.uniform(0.1, 30.0), hours=drawn.choice([1.0, 500.0, 744.0, 800.0]))])
    if drawn.random() < 0.7:
        ledger.add([bill("rent", drawn.uniform(10.0, 300.0), "USD")])
    if drawn.random() < 0.5:
        ledger.add([bill("electricity", drawn.uniform(10.0, 900.0))])
    report = over(ledger)
    book = operation_book(report, month_said(report, "en"), "en")
    assert list(book.sheets) == ["operation", "return", "account", "counts"]


def test_a_month_without_a_request_has_a_workbook(ledger: Ledger) -> None:
    report = month_report(ledger, DECEMBER, {"USD": 160.0}, OVER, ["product-pictures"])
    shown = cells(month_file(report, "xlsx", "en"), values=True)
    assert beside(shown, "Operation", "requests", "G") == 0
    assert beside(shown, "Operation", "requests that end in a fallback", "G") == "not counted"


@pytest.fixture
def december(ledger: Ledger) -> MonthReport:
    """More attempts, longer looks, boards read in part, rent in USD, electricity and what nobody planned billed."""
    ledger.add(
        [
            *attempts(110, 180, 95, review_seconds=23.0, energy_j=2_345.0),
            minute(14.0, hours=500.0),
            bill("rent", 110.0, "USD"),
            bill("electricity", 500.0),
            bill("api", 14_000.0, supply="Gateway"),
        ]
    )
    return over(ledger)


def test_libreoffice_computes_what_the_cells_show(december: MonthReport) -> None:
    files = {
        language: operation_bytes(december, month_said(december, language), language)
        for language in LANGUAGES
    }
    for language, content in recalculated(files).items():
        shown, computed = cells(files[language], values=True), cells(content, values=True)
        assert len(computed) > 300
        for place, value in shown.items():
            if isinstance(value, float | int) and not isinstance(value, bool):
                assert computed[place] == pytest.approx(value, rel=1e-9, abs=1e-9), place
            elif not str(value).startswith("- "):
                assert computed[place] == value, place
        assert package_faults(files[language]) == []


def test_page_one_says_the_bridge_and_the_return(december: MonthReport) -> None:
    shown = cells(operation_bytes(december, month_said(december, "en"), "en"), values=True)
    for step, amount in december.bridge.steps:
        label = text("en", f"operation_step.{step}")
        assert beside(shown, "Operation", label, "D") == pytest.approx(float(amount)), step
    assert december.restated is not None
    assert beside(shown, "Operation", "NPV", "G") == pytest.approx(december.restated.npv)
    assert "the steps add up to the coin" in shown.values()


def test_a_bill_that_is_changed_on_the_sheet_moves_what_it_moves_in_the_ledger(
    ledger: Ledger, december: MonthReport
) -> None:
    """Rent of USD 110 becomes 60: the sheet, computed anew, says what the report of such a bill says."""
    book = load_workbook(io.BytesIO(operation_bytes(december, month_said(december, "en"), "en")))
    changed = [cell for row in book["Account"].iter_rows() for cell in row if cell.value == 110]
    assert len(changed) == 1
    changed[0].value = 60
    target = io.BytesIO()
    book.save(target)
    found = cells(recalculated({"x": target.getvalue()})["x"], values=True)
    ledger.add([bill("rent", 60.0, "USD")])
    expected = over(ledger)
    assert expected.restated is not None
    assert beside(found, "Operation", "actual", "D") == float(expected.bridge.actual)
    assert beside(found, "Operation", "prices and paid hours", "D") == float(
        dict(expected.bridge.steps)["price"]
    )
    assert beside(found, "Operation", "NPV", "G") == pytest.approx(expected.restated.npv)
    assert beside(found, "Operation", "payback [months]", "G") == pytest.approx(expected.restated.payback)
    assert "a figure was changed by hand" in found.values()


def test_the_first_printed_page_begins_with_the_sentence_of_the_board(december: MonthReport) -> None:
    files = {
        language: operation_bytes(december, month_said(december, language), language)
        for language in LANGUAGES
    }
    for language, printed in zip(LANGUAGES, pages(files).values(), strict=True):
        words = without_spaces(printed[0])
        assert without_spaces(board_sentence(december, language)) in words
        for heading in ("coverage", "figures"):
            assert without_spaces(text(language, f"operation.{heading}")) in words
