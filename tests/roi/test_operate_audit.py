"""An audit finds what was done to a ledger past its programs, and says what each figure rests on."""

import sqlite3
from pathlib import Path

import pytest

from bench.operations.ledger import Ledger
from roi.__main__ import main
from roi.operate.approved import approve, month_of
from tests.roi.test_operate import attempts, bill, minute, signed

__all__ = ["signed"]
NO_UPDATE = "attempts_no_update"


@pytest.fixture
def ledger(tmp_path: Path, signed: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A month with attempts of 110 requests, of which one was said again, and its seal."""
    monkeypatch.chdir(tmp_path)
    rows = attempts(110, 150, 90)
    with Ledger(tmp_path / "operations.db", create=True) as made:
        approve(made, signed, month_of("2026-12"), "Asia/Tokyo")
        made.add([*rows, minute(), bill("rent", 16_000.0)])
        made.add([rows[0].model_copy(update={"review_seconds": 21.0})])
    assert audit("-o", "seal.json") == 0
    return tmp_path / "operations.db"


def audit(*options: str) -> int:
    return main(["operate", "audit", "--month", "2026-12", *options])


def past_the_triggers(path: Path, statement: str) -> None:
    """Somebody with SQLite takes the triggers away, changes rows and puts the triggers back."""
    with sqlite3.connect(path) as base:
        found = base.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in found:
            base.execute(f"DROP TRIGGER {name}")
        base.execute(statement)
        for _, sql in found:
            base.execute(sql)
    base.close()


@pytest.mark.usefixtures("ledger")
def test_a_sound_ledger_says_what_every_figure_rests_on(capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert audit("--against", "seal.json") == 0
    told = capsys.readouterr().out
    assert "the ledger is sound" in told
    assert "test (150)" in told  # the latest version of each attempt
    assert "151" in told  # every version is sealed


def test_waiting_boards_that_were_read_in_part_rest_on_the_plan_too(
    ledger: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Half of the time with half of the joules: the other half of 15 kWh is the plan's."""
    with Ledger(ledger) as open_:
        open_.add([minute(5.0, hours=372.0)])
    capsys.readouterr()
    assert audit() == 0
    assert "board_minutes; plan 50%" in " ".join(capsys.readouterr().out.split())


def test_rows_said_later_do_not_break_the_seal_of_those_before(ledger: Path) -> None:
    with Ledger(ledger) as open_:
        open_.add([bill("electricity", 100.0)])
    assert audit("--against", "seal.json") == 0


def test_a_changed_row_is_found_by_counting_anew_and_by_the_seal(
    ledger: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    past_the_triggers(ledger, "UPDATE attempts SET review_seconds = 1.0 WHERE rowid = 7")
    assert audit() == 1
    assert "counted row by row" in capsys.readouterr().out
    assert audit("--against", "seal.json") == 1
    assert "attempts: the first 151 rows are not those that were sealed" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("DELETE FROM attempts WHERE rowid = 9", "attempts: 1 rows were removed"),
        ("UPDATE attempts SET version = 3 WHERE version = 2", "have a gap"),
        ("UPDATE attempts SET recorded_at = '2020-01-01T00:00:00.000Z' WHERE rowid = 9", "recorded earlier"),
        ("UPDATE attempts SET energy_kind = 'absent' WHERE rowid = 9", "could not have been written"),
        ("UPDATE approvals SET policy = policy || '# more'", "its text no longer has its hash"),
    ],
)
def test_what_leaves_a_trace_is_found_without_a_seal(
    ledger: Path, capsys: pytest.CaptureFixture[str], statement: str, said: str
) -> None:
    past_the_triggers(ledger, statement)
    assert audit() == 1
    assert said in capsys.readouterr().out


def test_the_last_rows_removed_are_missed_by_the_seal(
    ledger: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    past_the_triggers(ledger, "DELETE FROM attempts WHERE rowid = 151")
    assert audit() == 1
    assert "counted row by row" in capsys.readouterr().out
    assert audit("--against", "seal.json") == 1
    assert "attempts: 1 rows fewer than were sealed" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (f"DROP TRIGGER {NO_UPDATE}", f"{NO_UPDATE}: is missing"),
        ("DROP VIEW latest_attempts", "latest_attempts: is missing"),
        ("CREATE TABLE more (x)", "more: is none of the ledger's own"),
    ],
)
def test_another_schema_is_found_before_anything_is_read(
    ledger: Path, capsys: pytest.CaptureFixture[str], statement: str, said: str
) -> None:
    with sqlite3.connect(ledger) as base:
        base.execute(statement)
    base.close()
    assert audit() == 1
    assert said in capsys.readouterr().out


@pytest.mark.usefixtures("ledger")
def test_bad_input_is_2(tmp_path: Path) -> None:
    (tmp_path / "none.json").write_text("{}", encoding="utf-8")
    assert audit("--against", "none.json") == 2
    assert audit("--log", "none.db") == 2
    assert audit("-o", "seal.json") == 2
