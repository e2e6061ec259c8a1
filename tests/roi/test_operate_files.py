"""Ordinary bad files: a sentence with the line and what to do, exit status 2, and nothing taken."""

import csv
from pathlib import Path

import pytest

from bench.operations.ledger import Ledger
from bench.operations.rows import Attempt, BillLine
from roi.__main__ import main
from tests.roi.test_operate import signed
from tests.roi.test_operate_command import HEAD, folder, log, table

__all__ = ["folder", "signed"]
GOOD = ["2025-12-10T12:00:00+09:00", "r0", 1, "product-pictures", "One", "yes", 20, 2000]


def taken(folder: Path) -> list[Attempt]:
    with Ledger(folder / "operations.db") as ledger:
        return list(ledger.read(Attempt))


def refused(source: str, path: Path, *said: str, err: pytest.CaptureFixture[str]) -> None:
    assert main(["operate", "pull", source, str(path)]) == 2
    told = err.readouterr().err
    assert all(each in told for each in said), told


@pytest.mark.parametrize("word", ["accepted", "rejected", "OK", "maybe"])
def test_a_verdict_that_nobody_knows_is_refused_with_its_line(
    folder: Path, capsys: pytest.CaptureFixture[str], word: str
) -> None:
    path = table(folder / "a.csv", HEAD, GOOD, [*GOOD[:1], "r1", *GOOD[2:5], word, 20, 2000])
    refused("attempts", path, "a.csv: line 3:", f"accepted '{word}' is neither yes nor no", err=capsys)
    assert taken(folder) == []


def test_the_words_of_verdicts_are_those_of_attempts(folder: Path) -> None:
    words = ["はい", "yes", "1", "不合格", "No", "0"]
    rows = [[*GOOD[:1], f"r{place}", *GOOD[2:5], word, 20, 2000] for place, word in enumerate(words)]
    assert main(["operate", "pull", "attempts", str(table(folder / "a.csv", HEAD, *rows))]) == 0
    assert [row.accepted for row in taken(folder)] == [True] * 3 + [False] * 3


def test_verdicts_that_contradict_each_other_are_refused(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["operate", "pull", "attempts", str(log(folder, 2))])
    head = ["request_id", "accepted", "review_seconds"]
    path = table(folder / "v.csv", head, ["r0", "no", 3], ["r1", "yes", 3], ["r0", "yes", 3])
    refused("verdicts", path, "line 4: says another thing of the attempt of line 2", err=capsys)
    path = table(folder / "v.csv", head, ["r0", "no", 3], ["r0", "no", 3])
    assert main(["operate", "pull", "verdicts", str(path)]) == 0
    assert [(row.accepted, row.review_seconds) for row in taken(folder)] == [(False, 3.0), (True, 20.0)]


@pytest.mark.parametrize("seconds", ["-3", "abc", "nan", "1e300"])
def test_looks_that_no_clock_shows_are_refused(
    folder: Path, capsys: pytest.CaptureFixture[str], seconds: str
) -> None:
    main(["operate", "pull", "attempts", str(log(folder, 2))])
    path = table(folder / "v.csv", ["request_id", "accepted", "review_seconds"], ["r0", "no", seconds])
    refused("verdicts", path, "v.csv: line 2: review_seconds:", err=capsys)
    path = table(folder / "a.csv", HEAD, [*GOOD[:6], seconds, 2000])
    refused("attempts", path, "a.csv: line 2: review_seconds:", err=capsys)
    assert {row.review_seconds for row in taken(folder)} == {20.0}


def test_an_attempt_is_found_by_its_number(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One without a number is the first."""
    path = log(folder, 1)
    path.write_text(path.read_text().replace(",1,product", ",,product"), encoding="utf-8")
    main(["operate", "pull", "attempts", str(path)])
    head = ["request_id", "attempt", "accepted"]
    refused(
        "verdicts", table(folder / "v.csv", head, ["r0", "²", "no"]), "line 2: fits 0 attempts", err=capsys
    )
    refused("verdicts", table(folder / "v.csv", head, ["r0", "x", "no"]), "line 2: attempt 'x'", err=capsys)
    assert main(["operate", "pull", "verdicts", str(table(folder / "v.csv", head, ["r0", "1", "no"]))]) == 0
    assert [row.accepted for row in taken(folder)] == [False]


@pytest.mark.parametrize(
    ("head", "row", "said"),
    [
        ([*HEAD, "accepted"], [*GOOD, "no"], "line 1: column 'accepted' appears 2 times"),
        ([*HEAD, "", ""], [*GOOD, "", "x"], "line 2: has not as many cells"),
        (["", *HEAD], ["x", *GOOD], "line 2: a cell stands in a column without a name"),
    ],
)
def test_columns_that_are_not_one_each_are_said(
    folder: Path, capsys: pytest.CaptureFixture[str], head: list[str], row: list[object], said: str
) -> None:
    refused("attempts", table(folder / "a.csv", head, row), said, err=capsys)
    assert taken(folder) == []


def test_empty_columns_and_lines_at_the_end_are_nothing(folder: Path) -> None:
    path = table(folder / "a.csv", [*HEAD, "", ""], [*GOOD, "", ""], [""] * 10)
    assert main(["operate", "pull", "attempts", str(path)]) == 0
    assert len(taken(folder)) == 1


@pytest.mark.parametrize("lines", [3, 20_000])
def test_a_quote_that_is_never_closed_swallows_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str], lines: int
) -> None:
    path = table(folder / "a.csv", [*HEAD, "reject_reason"], *([*GOOD, ""] for _ in range(lines)))
    path.write_text(path.read_text()[:-2].replace("2000,", '2000,"', 1), encoding="utf-8")
    refused("attempts", path, "is not CSV", err=capsys)
    assert taken(folder) == []


@pytest.mark.parametrize("mark", [";", "\t"])
def test_a_log_may_be_parted_as_a_spreadsheet_parts_it(folder: Path, mark: str) -> None:
    """With decimal commas, where a point parts thousands."""
    path = folder / "a.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=mark)
        writer.writerows([HEAD, [*GOOD[:6], "20,5", "2.000"], [*GOOD[:1], "r1", *GOOD[2:6], "7", "1.234,5"]])
    assert main(["operate", "pull", "attempts", str(path)]) == 0
    assert [(row.review_seconds, row.energy_j) for row in taken(folder)] == [(20.5, 2000.0), (7.0, 1234.5)]


def test_an_hour_behind_a_semicolon_keeps_its_decimal_point(folder: Path) -> None:
    path = folder / "a.csv"
    path.write_text(f"sep=;\n{';'.join(HEAD)}\n{';'.join(map(str, GOOD[:6]))};1.250;2000\n", encoding="utf-8")
    assert main(["operate", "pull", "attempts", str(path)]) == 0
    assert [row.review_seconds for row in taken(folder)] == [1.25]


BILL = ["ChargePeriodStart", "ChargePeriodEnd", "BilledCost", "BillingCurrency", "x_component", "x_supply"]
DECEMBER = ["2025-12-01T00:00:00+09:00", "2026-01-01T00:00:00+09:00"]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ([*DECEMBER, 1e300, "JPY"], "line 2: billed_cost:"),
        ([*DECEMBER, 5, "dollars"], "line 2: billing_currency:"),
        ([*DECEMBER[::-1], 5, "JPY"], "line 2: the charge's period ends before it begins"),
    ],
)
def test_a_charge_that_cannot_be_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str], row: list[object], said: str
) -> None:
    refused("bill", table(folder / "b.csv", BILL, [*row, "rent", "rented"]), said, err=capsys)
    with Ledger(folder / "operations.db") as ledger:
        assert list(ledger.read(BillLine)) == []


@pytest.mark.parametrize(("written", "rate"), [("usd", "USD=150"), ("USD", "usd=150"), ("Usd", "Usd=150")])
def test_a_currency_is_one_however_it_is_written(
    folder: Path, capsys: pytest.CaptureFixture[str], written: str, rate: str
) -> None:
    main(["operate", "pull", "attempts", str(log(folder))])
    bill = table(folder / "b.csv", BILL, [*DECEMBER, 200, written, "rent", "rented"])
    assert main(["operate", "pull", "bill", str(bill)]) == 0
    capsys.readouterr()
    assert main(["operate", "report", "--month", "2025-12", "--rate", rate]) == 0
    assert "30,000" in capsys.readouterr().out  # 200 at 150


@pytest.mark.parametrize(
    "rates", [["USD=1e300"], ["=150"], ["dollar=150"], ["USD=1e-300"], ["USD=150", "usd=151"], ["JPY=150"]]
)
def test_a_rate_that_cannot_be_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str], rates: list[str]
) -> None:
    main(["operate", "pull", "attempts", str(log(folder))])
    asked = [part for rate in rates for part in ("--rate", rate)]
    assert main(["operate", "status", "--month", "2025-12", *asked]) == 2
    assert "--rate" in capsys.readouterr().err
