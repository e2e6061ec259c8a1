from pathlib import Path

import pytest

from bench.errors import MeasurementError
from bench.journal import Journal, read_journal
from bench.protocol.store import read_measurements


def test_records_come_back_in_their_order(tmp_path: Path) -> None:
    with Journal(tmp_path / "a.jsonl") as journal:
        journal.append({"n": 1, "text": "画像"})
        journal.append({"n": 2})
    assert read_journal(tmp_path / "a.jsonl") == ({"n": 1, "text": "画像"}, {"n": 2})


def test_a_record_is_on_the_disk_before_the_journal_is_closed(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "a.jsonl")
    journal.append({"n": 1})
    assert read_journal(tmp_path / "a.jsonl") == ({"n": 1},)
    journal.close()


def test_a_torn_last_line_is_left_out_and_cut_off_before_the_next_record(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_bytes(b'{"n": 1}\n{"n": 2, "wor')
    assert read_journal(file) == ({"n": 1},)
    with Journal(file) as journal:
        journal.append({"n": 3})
    assert read_journal(file) == ({"n": 1}, {"n": 3})


def test_not_a_number_is_never_written(tmp_path: Path) -> None:
    with Journal(tmp_path / "a.jsonl") as journal, pytest.raises(ValueError, match="not JSON compliant"):
        journal.append({"energy_j": float("nan")})
    assert read_journal(tmp_path / "a.jsonl") == ()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("not json\n", "line 1 is no JSON"),
        ("[1]\n", "line 1 holds no JSON object"),
        ('{"record": "window"}\n', "does not begin with the head of a measurement"),
        ('{"record": "head", "version": 9}\n', "journal version 9 is unknown"),
        ('{"record": "head", "version": 1}\n', "the journal was changed"),
        ("", "holds no finished window"),
    ],
)
def test_a_file_that_is_no_journal_is_refused_in_a_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(MeasurementError, match=sentence):
        read_measurements(file)


def test_a_missing_journal_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(MeasurementError, match="cannot be read"):
        read_journal(tmp_path / "absent.jsonl")
    with pytest.raises(MeasurementError, match="is no file"):
        Journal(tmp_path)
    with pytest.raises(MeasurementError, match="is no file"):
        Journal(Path("/dev/full"))
    with pytest.raises(MeasurementError, match="cannot be written: No such file"):
        Journal(tmp_path / "absent" / "run.jsonl")
