"""The ledger of operation: it only grows, says a thing once, and hands over what it holds."""

import csv
import multiprocessing
import sqlite3
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bench.errors import LedgerError
from bench.operations.export import export
from bench.operations.ledger import Added, Ledger
from bench.operations.rows import Attempt, BoardMinute


def attempt(number: int = 1, **more: object) -> Attempt:
    given = {
        "source": "test",
        "source_id": str(number),
        "started_at": "2026-11-01T09:00:00+09:00",
        "workload": "product-pictures",
        "energy_reason": "nobody measured",
    }
    return Attempt.model_validate(given | more)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    with Ledger(tmp_path / "operations.db", create=True) as made:
        yield made


def test_moments_are_utc_and_need_a_zone() -> None:
    assert attempt().started_at == "2026-11-01T00:00:00.000Z"
    with pytest.raises(ValidationError, match="states no time zone"):
        attempt(started_at="2026-11-01T09:00:00")


def test_the_same_rows_twice_change_nothing(ledger: Ledger) -> None:
    rows = [attempt(number, images=4) for number in range(5)]
    assert ledger.add(rows) == Added(new=5)
    assert ledger.add(rows) == Added(unchanged=5)
    assert list(ledger.read(Attempt)) == rows


def test_a_later_word_is_a_further_version_and_silence_takes_nothing_back(ledger: Ledger) -> None:
    ledger.add([attempt(images=4, energy_j=900.0, energy_kind="measured")])
    assert ledger.add([attempt(accepted=True, review_seconds=12.0)]) == Added(revised=1)
    (found,) = ledger.read(Attempt)
    assert (found.images, found.energy_j, found.accepted, found.review_seconds) == (4, 900.0, True, 12.0)
    assert ledger.add([attempt(accepted=False)]) == Added(revised=1)
    assert ledger.add([attempt(accepted=True)]) == Added(revised=1)
    versions = [(row["version"], row["accepted"]) for row in ledger.query("SELECT * FROM attempts")]
    assert versions == [(1, None), (2, 1), (3, 0), (4, 1)]


def test_what_a_program_hands_over_again_revises_nothing(ledger: Ledger) -> None:
    ledger.add([attempt(images=4)])
    ledger.add([attempt(accepted=True)])
    assert ledger.add([attempt(images=4)], revise=False) == Added(unchanged=1)
    (found,) = ledger.read(Attempt)
    assert found.accepted is True


@pytest.mark.parametrize("change", ["UPDATE attempts SET images = 9", "DELETE FROM attempts"])
def test_nothing_is_changed_or_removed(ledger: Ledger, change: str) -> None:
    ledger.add([attempt(images=4)])
    with pytest.raises(LedgerError, match="the ledger only grows"):
        list(ledger.query(change))
    assert [row.images for row in ledger.read(Attempt)] == [4]


def test_rows_are_added_all_or_none(ledger: Ledger) -> None:
    def rows() -> object:
        yield attempt(1)
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        ledger.add(rows())
    assert list(ledger.read(Attempt)) == []


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"energy_j": 0.0}, "contradict"),
        ({"energy_kind": "measured"}, "contradict"),
        ({"energy_reason": None}, "say why"),
        ({"cost": 3.0}, "cost and currency"),
        ({"images": 0}, "greater than or equal to 1"),
    ],
)
def test_an_unknown_is_never_a_zero(more: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        attempt(**more)


def test_a_minute_is_busy_and_idle_and_nothing_else() -> None:
    minute = {
        "source": "test",
        "source_id": "1",
        "started_at": "2026-11-01T00:00:00Z",
        "board_uuid": "GPU-1",
        "board_name": "H100",
        "boundary": "gpu",
        "seconds": 60.0,
        "busy_seconds": 10.0,
        "images": 4,
    }
    BoardMinute.model_validate(minute | {"energy_j": 100.0, "busy_j": 60.0, "idle_j": 40.0})
    BoardMinute.model_validate(minute)
    with pytest.raises(ValidationError, match="are not the counter's"):
        BoardMinute.model_validate(minute | {"energy_j": 100.0, "busy_j": 60.0, "idle_j": 40.001})
    with pytest.raises(ValidationError, match="known together"):
        BoardMinute.model_validate(minute | {"energy_j": 100.0, "busy_j": 60.0})


def test_other_files_are_refused_and_left_as_they_are(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="no such ledger"):
        Ledger(tmp_path / "none.db")
    other = tmp_path / "other.db"
    base = sqlite3.connect(other)
    base.execute("CREATE TABLE mine (a)")
    base.commit()
    base.close()
    with pytest.raises(LedgerError, match="another program's"):
        Ledger(other, create=True)
    text = tmp_path / "text.db"
    text.write_text("request_id,attempt\n" * 50, encoding="utf-8")
    with pytest.raises(LedgerError, match="is no ledger of operation"):
        Ledger(text)
    newer = tmp_path / "newer.db"
    with Ledger(newer, create=True) as made:
        list(made.query("PRAGMA user_version = 7"))
    with pytest.raises(LedgerError, match="of version 7"):
        Ledger(newer)


def test_a_writer_that_stays_is_a_sentence(ledger: Ledger) -> None:
    other = sqlite3.connect(ledger.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with Ledger(ledger.path, wait_s=0.01) as second, pytest.raises(LedgerError, match="locked"):
        second.add([attempt()])
    other.close()
    assert ledger.add([attempt()]) == Added(new=1)


def add_many(path: Path, first: int) -> None:
    with Ledger(path, wait_s=60.0) as own:
        for number in range(first, first + 50):
            own.add([attempt(number)])


def test_writers_at_once_lose_nothing(ledger: Ledger) -> None:
    processes = [
        multiprocessing.get_context("spawn").Process(target=add_many, args=(ledger.path, first))
        for first in (0, 25, 50)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert sorted(int(row.source_id) for row in ledger.read(Attempt)) == list(range(100))


@given(
    words=st.lists(
        st.fixed_dictionaries(
            {}, optional={"images": st.integers(1, 9), "accepted": st.booleans(), "width": st.integers(1, 99)}
        ),
        min_size=1,
        max_size=6,
    )
)
def test_the_latest_version_is_the_last_word_on_every_field(words: list[dict[str, object]]) -> None:
    with Ledger(Path(":memory:"), create=True) as memory:
        for word in words:
            memory.add([attempt(**word)])
            assert memory.add([attempt(**word)]).unchanged == 1
        expected: dict[str, object] = {}
        for word in words:
            expected |= word
        (found,) = memory.read(Attempt)
        assert {name: getattr(found, name) for name in expected} == expected


def test_csv_and_parquet_hold_the_same_latest_rows(ledger: Ledger, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    ledger.add([attempt(1, model="カラー, 版"), attempt(2, energy_j=1.5, energy_kind="measured")])
    ledger.add([attempt(1, accepted=True)])
    assert export(ledger, "attempts", tmp_path / "a.csv") == 2
    assert export(ledger, "attempts", tmp_path / "a.parquet") == 2
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = list(csv.DictReader(file))
    table = parquet.read_table(tmp_path / "a.parquet").to_pylist()
    assert [row["model"] for row in cells] == ["カラー, 版", ""]
    assert [(row["model"], row["accepted"], row["energy_j"], row["version"]) for row in table] == [
        ("カラー, 版", 1, None, 2),
        (None, None, 1.5, 1),
    ]
    assert [row["version"] for row in cells] == ["2", "1"]


def test_an_export_that_cannot_be_says_what_to_do(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for table, name, said in (
        ("joules", "a.csv", "there are attempts, board_minutes, bill_lines, approvals"),
        ("attempts", "a.xlsx", "end the name in one of .csv, .parquet"),
        ("attempts", "operations.db", "end the name"),
    ):
        with pytest.raises(LedgerError, match=said):
            export(ledger, table, tmp_path / name)
    (tmp_path / "there.csv").write_text("", encoding="utf-8")
    with pytest.raises(LedgerError, match="cannot be written"):
        export(ledger, "attempts", tmp_path / "there.csv")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(LedgerError, match=r"image-roi\[operate\]"):
        export(ledger, "attempts", tmp_path / "a.parquet")
