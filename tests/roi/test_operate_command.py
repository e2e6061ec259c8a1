"""`operate`: from a signed policy and raw logs to a status for cron and a page for the board."""

import csv
from pathlib import Path

import pytest

from bench.operations.ledger import Ledger
from bench.operations.rows import Attempt
from roi.__main__ import main
from tests.roi.test_operate import signed

__all__ = ["signed"]


def table(path: Path, *rows: list[object]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


@pytest.fixture
def folder(tmp_path: Path, signed: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a ledger in which the policy is taken up from December 2025 on, a month that is over."""
    monkeypatch.chdir(tmp_path)
    assert (
        main(["operate", "init", str(signed), "--first-month", "2025-12", "--time-zone", "Asia/Tokyo"]) == 0
    )
    return tmp_path


HEAD = ["started_at", "request_id", "attempt", "workload", "model", "accepted", "review_seconds", "energy_j"]


def log(folder: Path, count: int = 100) -> Path:
    rows = [
        [f"2025-12-10T12:00:{n % 60:02d}+09:00", f"r{n}", 1, "product-pictures", "One", "yes", 20, 2000]
        for n in range(count)
    ]
    return table(folder / "attempts.csv", HEAD, *rows)


def bill(folder: Path, cost: float, component: str = "rent", supply: str = "rented") -> Path:
    head = [
        "ChargePeriodStart",
        "ChargePeriodEnd",
        "BilledCost",
        "BillingCurrency",
        "x_component",
        "x_supply",
    ]
    line = ["2025-12-01T00:00:00+09:00", "2026-01-01T00:00:00+09:00", cost, "JPY", component, supply]
    return table(folder / "bill.csv", head, line)


@pytest.mark.usefixtures("folder")
def test_the_policy_is_taken_up_once(signed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        main(["operate", "init", str(signed), "--first-month", "2025-12", "--time-zone", "Asia/Tokyo"]) == 0
    )
    assert "was taken up before; nothing changed" in capsys.readouterr().out


def test_pulling_twice_changes_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for source, path, count in (("attempts", log(folder), 100), ("bill", bill(folder, 16_000), 1)):
        for new, unchanged in ((count, 0), (0, count)):
            assert main(["operate", "pull", source, str(path)]) == 0
            assert f"{new} new, 0 revised, {unchanged} unchanged" in capsys.readouterr().out


def test_a_bill_that_is_corrected_is_revised(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["operate", "pull", "bill", str(bill(folder, 16_000))])
    main(["operate", "pull", "bill", str(bill(folder, 15_500))])
    assert "0 new, 1 revised, 0 unchanged" in capsys.readouterr().out


def test_verdicts_join_the_attempts_they_are_of(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["operate", "pull", "attempts", str(log(folder, 3))])
    verdicts = table(folder / "v.csv", ["request_id", "accepted", "reject_reason"], ["r1", "no", "hands"])
    assert main(["operate", "pull", "verdicts", str(verdicts)]) == 0
    with Ledger(folder / "operations.db") as ledger:
        found = {row.request_id: (row.accepted, row.reject_reason) for row in ledger.read(Attempt)}
    assert found == {"r0": (True, None), "r1": (False, "hands"), "r2": (True, None)}
    unknown = table(folder / "u.csv", ["request_id", "accepted"], ["nobody", "yes"], ["r1", "perhaps"])
    assert main(["operate", "pull", "verdicts", str(unknown)]) == 2
    told = capsys.readouterr().err
    assert "line 2: fits 0 attempts of the ledger, not one" in told
    assert "line 3: accepted 'perhaps' is neither yes nor no" in told


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (["2025-12-10T12:00:00", "r", 1, "w", "m", "yes", 1, 1], "line 2: started_at:"),
        (["2025-12-10T12:00:00Z", "r", 1, "w", "m", "yes", 1, -5], "line 2: energy_j:"),
        (["2025-12-10T12:00:00Z", "r", 1, "w", "m", "yes", 1], "has not as many cells"),
    ],
)
def test_a_faulty_log_names_its_lines_and_adds_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str], row: list[object], said: str
) -> None:
    assert main(["operate", "pull", "attempts", str(table(folder / "bad.csv", HEAD, row))]) == 2
    assert said in capsys.readouterr().err
    with Ledger(folder / "operations.db") as ledger:
        assert list(ledger.read(Attempt)) == []


def test_status_is_1_where_a_bill_is_of_nothing_in_the_plan(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["operate", "pull", "attempts", str(log(folder))])
    asked = ["operate", "status", "--month", "2025-12", "--money", "1e9"]
    assert main(asked) == 0
    main(["operate", "pull", "bill", str(bill(folder, 14_000, "api", "Gateway"))])
    capsys.readouterr()
    assert main(asked) == 1
    told = capsys.readouterr().out
    assert "look into it" in told
    assert "API of Gateway, JPY 14,000" in " ".join(told.split())


def test_status_is_1_for_an_alarm_and_0_in_plan_and_2_for_bad_input(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["operate", "pull", "attempts", str(log(folder))])
    assert main(["operate", "status", "--month", "2025-12"]) == 0
    assert "in plan" in capsys.readouterr().out
    main(["operate", "pull", "bill", str(bill(folder, 5e7))])
    assert main(["operate", "status", "--month", "2025-12"]) == 1
    assert "the month's limit is" in capsys.readouterr().out
    for wrong in (["--month", "soon"], ["--log", "none.db"], ["--rate", "USD"], ["--money", "-1"]):
        assert main(["operate", "status", *wrong]) == 2


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "more than was approved; the largest part is prices and paid hours"),
        ("ja", "上回りました。最大の要因は単価と支払時間"),
    ],
)
def test_the_report_says_the_boards_sentence_and_the_bridge(
    folder: Path, language: str, sentence: str
) -> None:
    main(["operate", "pull", "attempts", str(log(folder))])
    main(["operate", "pull", "bill", str(bill(folder, 40_000))])
    assert main(["operate", "report", "--month", "2025-12", "-o", "page.md", "--lang", language]) == 0
    page = (folder / "page.md").read_text(encoding="utf-8")
    assert sentence in page
    # 15,000 of rent became 40,000.
    assert "| 25,000 |" in page
    assert main(["operate", "report", "--month", "2025-12", "-o", "page.md"]) == 2


def test_a_table_goes_out_once(folder: Path) -> None:
    main(["operate", "pull", "attempts", str(log(folder))])
    assert main(["operate", "export", "attempts", "-o", "a.csv"]) == 0
    assert len((folder / "a.csv").read_text(encoding="utf-8").splitlines()) == 101
    assert main(["operate", "export", "attempts", "-o", "a.csv"]) == 2
