"""What two files say of one call or one charge is counted once, whatever the files are called."""

from pathlib import Path

import pytest

from bench.operations.ledger import Ledger
from bench.operations.rows import Attempt, BillLine
from roi.__main__ import main
from tests.roi.test_operate import attempts, bill, signed
from tests.roi.test_operate_command import HEAD, folder, log, table
from tests.roi.test_operate_command import bill as bill_file

__all__ = ["folder", "signed"]


def pulled(source: str, path: Path, *more: str) -> int:
    return main(["operate", "pull", source, str(path), *more])


def named(path: Path, name: str) -> Path:
    """The same file under another name."""
    other = path.with_name(name)
    other.write_bytes(path.read_bytes())
    return other


def count(folder: Path) -> int:
    with Ledger(folder / "operations.db") as ledger:
        return len(list(ledger.read(Attempt)))


@pytest.mark.parametrize("head", [HEAD, [*HEAD[:1], "prompt_seed", *HEAD[2:]]])
def test_a_log_under_another_name_changes_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str], head: list[str]
) -> None:
    path = log(folder)
    if head != HEAD:  # without ids an attempt is known by all that it says
        rows = [
            [f"2025-12-10T12:{n // 60:02d}:{n % 60:02d}+09:00", 1, "product-pictures", "yes"]
            for n in range(100)
        ]
        table(path, ["started_at", "attempt", "workload", "accepted"], *rows)
    assert pulled("attempts", path) == 0
    capsys.readouterr()
    assert pulled("attempts", named(path, "copy.csv")) == 0
    assert "0 new, 0 revised, 100 unchanged" in capsys.readouterr().out
    assert count(folder) == 100
    assert main(["operate", "audit", "--month", "2025-12"]) == 0


def test_a_verdict_that_came_later_revises_the_attempt_of_another_file(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = log(folder, 3)
    pulled("attempts", path)
    path.write_text(path.read_text().replace("yes", "no", 1).replace(":00+09:00", ":00.250+09:00"))
    assert pulled("attempts", named(path, "judged.csv")) == 0
    assert "0 new, 1 revised, 2 unchanged" in capsys.readouterr().out
    assert count(folder) == 3


@pytest.mark.parametrize("name", ["attempts.csv", "january.csv"])
def test_another_call_under_the_same_id_is_refused_and_changes_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    """Ids that begin anew each month, in a file of the same or of another name."""
    pulled("attempts", log(folder, 3))
    january = ["2026-01-10T12:00:00+09:00", "r0", 1, "product-pictures", "One", "yes", 21, 2000]
    assert pulled("attempts", table(folder / name, HEAD, january)) == 2
    told = capsys.readouterr().err
    assert f"{name}: line 2: request r0 is in the ledger from csv:attempts.csv" in told
    assert "2025-12-10T03:00:00.000Z" in told
    with Ledger(folder / "operations.db") as ledger:
        assert {row.started_at[:7] for row in ledger.read(Attempt)} == {"2025-12"}


def test_a_clock_that_was_put_right_revises_the_file_of_that_name(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = log(folder, 3)
    pulled("attempts", path)
    path.write_text(path.read_text().replace("+09:00", "+00:00"))
    assert pulled("attempts", path) == 0
    assert "0 new, 3 revised, 0 unchanged" in capsys.readouterr().out


def test_the_same_id_of_another_workload_is_another_request(folder: Path) -> None:
    pulled("attempts", log(folder, 3))
    other = ["2025-12-10T12:00:00+09:00", "r0", 1, "banners", "One", "yes", 21, 2000]
    assert pulled("attempts", table(folder / "banners.csv", HEAD, other)) == 0
    assert count(folder) == 4


def test_a_bill_under_another_name_changes_nothing_and_another_sum_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pulled("bill", bill_file(folder, 16_000))
    assert pulled("bill", named(folder / "bill.csv", "bill-2.csv")) == 0
    assert "0 new, 0 revised, 1 unchanged" in capsys.readouterr().out
    assert pulled("bill", named(bill_file(folder, 15_500), "bill-2.csv")) == 2
    assert "in the ledger from bill:bill.csv with 16000 JPY" in capsys.readouterr().err
    with Ledger(folder / "operations.db") as ledger:
        assert [row.billed_cost for row in ledger.read(BillLine)] == [16_000.0]


def test_the_audit_finds_what_two_sources_say(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    when = {"started_at": "2025-12-10T03:00:00Z"}
    charge = bill("rent", 5.0).model_copy(
        update={
            "charge_period_start": "2025-12-01T00:00:00.000Z",
            "charge_period_end": "2026-01-01T00:00:00.000Z",
        }
    )
    with Ledger(folder / "operations.db") as ledger:
        ledger.add([*attempts(3, 3, 3, **when), *attempts(3, 3, 3, **when, source="csv:b.csv")])
        ledger.add([charge, charge.model_copy(update={"source": "bill:b.csv"})])
    assert main(["operate", "audit", "--month", "2025-12"]) == 1
    told = " ".join(capsys.readouterr().out.split())
    assert "attempts: 3 of csv:b.csv, test are the same" in told
    assert "bill_lines: 1 of bill, bill:b.csv are the same" in told
