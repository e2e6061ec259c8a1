"""Files that are whole or not there."""

import os
import resource
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from bench.writing import write_file, write_new_file

ROOT = Path(__file__).resolve().parents[2]
WRITERS = {"write_new_file": write_new_file, "write_file": write_file}


@pytest.mark.parametrize("writer", WRITERS)
def test_a_file_holds_what_was_written_and_nothing_else_is_left(writer: str, tmp_path: Path) -> None:
    WRITERS[writer](tmp_path / "a.txt", b"\r\n\xff")
    assert [(each.name, each.read_bytes()) for each in tmp_path.iterdir()] == [("a.txt", b"\r\n\xff")]


@pytest.mark.parametrize("writer", WRITERS)
def test_a_new_file_has_the_rights_that_the_user_gives_new_files(writer: str, tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        WRITERS[writer](tmp_path / "a.txt", b"")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a.txt").stat().st_mode) == 0o640


def test_a_new_file_is_never_put_over_another(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("kept", encoding="utf-8")
    with pytest.raises(FileExistsError, match=r"a\.txt"):
        write_new_file(tmp_path / "a.txt", b"new")
    assert [each.read_text(encoding="utf-8") for each in tmp_path.iterdir()] == ["kept"]


def test_a_link_that_leads_nowhere_counts_as_a_file(tmp_path: Path) -> None:
    (tmp_path / "a.txt").symlink_to(tmp_path / "nowhere")
    with pytest.raises(FileExistsError):
        write_new_file(tmp_path / "a.txt", b"new")
    assert not (tmp_path / "nowhere").exists()


def test_a_file_that_is_replaced_keeps_its_rights_and_its_links(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"old")
    (tmp_path / "a.txt").chmod(0o600)
    (tmp_path / "link").symlink_to(tmp_path / "a.txt")
    write_file(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "a.txt").read_bytes() == b"new"
    assert stat.S_IMODE((tmp_path / "a.txt").stat().st_mode) == 0o600


def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_file(tmp_path / "pipe", b"told")
        assert os.read(reader, 100) == b"told"
    finally:
        os.close(reader)
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)


def cut_short(writer: str, path: Path) -> str:
    """What a process says that may write files of 1000 bytes and writes 2000."""
    code = f"from pathlib import Path; from bench.writing import {writer} as w; w(Path({str(path)!r}), b'n' * 2000)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000)),
        check=False,
    )
    return done.stderr


def test_where_room_runs_out_the_file_that_stood_there_stays(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"old")
    assert f"File too large: '{tmp_path / 'a.txt'}'" in cut_short("write_file", tmp_path / "a.txt")
    assert [(each.name, each.read_bytes()) for each in tmp_path.iterdir()] == [("a.txt", b"old")]


def test_where_room_runs_out_no_new_file_is_left(tmp_path: Path) -> None:
    assert f"File too large: '{tmp_path / 'a.txt'}'" in cut_short("write_new_file", tmp_path / "a.txt")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("writer", WRITERS)
def test_a_fault_names_the_file_that_was_asked_for(writer: str, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as caught:
        WRITERS[writer](tmp_path / "nowhere" / "a.txt", b"")
    assert caught.value.filename == str(tmp_path / "nowhere" / "a.txt")
