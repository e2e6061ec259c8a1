"""What a tracked program says of its calls, a JSON line each, until the board's own process has them in the ledger.

    OPERATIONS.db.calls/BOARD/HOST-PROCESS-NUMBER.jsonl        lines, appended by one program
    OPERATIONS.db.calls/BOARD/HOST-PROCESS-NUMBER.lock         held while that program lives

A line is with the system before the call returns, so that killing the program loses no finished call; a line that
was cut is none. Writing waits for no lock and for no data base. A program that writes for long goes on in a new
file, so that the old one can be removed once its calls are in the ledger.
"""

import json
import os
import re
import socket
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bench.lock import file_lock

LINES = ".jsonl"
LARGEST_FILE_BYTES = 2_000_000
_ENCODER = json.JSONEncoder(ensure_ascii=False, default=str)  # `json.dumps` would make one for every line


def spool_folder(ledger: Path, board: str) -> Path:
    """Where calls on a board wait; the board by its UUID, or the words that name its meter."""
    return Path(f"{ledger}.calls") / re.sub(r"[^A-Za-z0-9.-]+", "_", board)


class SpoolWriter:
    """The lines of this process; every method may raise OSError, and then what it was to write is not written."""

    def __init__(self, folder: Path) -> None:
        self.process_id = os.getpid()
        self._folder = folder
        self._number = 0
        self._bytes = 0
        self._descriptor: int | None = None
        self._held = ExitStack()

    def write(self, line: Mapping[str, object]) -> None:
        """One line, given to the system."""
        if self._descriptor is None or self._bytes > LARGEST_FILE_BYTES:
            self._next_file()
        assert self._descriptor is not None
        content = _ENCODER.encode(line).encode() + b"\n"
        written = os.write(self._descriptor, content)
        self._bytes += written
        if written != len(content):
            raise OSError(28, "only a part of the line could be written")

    def close(self) -> None:
        """Say that no more lines follow."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
        self._held.close()

    def _next_file(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        before, self._held = self._held, ExitStack()
        self._number += 1
        name = f"{socket.gethostname()}-{self.process_id}-{os.urandom(4).hex()}-{self._number}"
        path = self._folder / f"{name}{LINES}"
        self._held.enter_context(file_lock(path.with_suffix(".lock")))
        old, self._descriptor = (
            self._descriptor,
            os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666),
        )
        self._bytes = 0
        if old is not None:
            os.close(old)
        before.close()


class SpoolReader:
    """Reads one spool file from where it stopped the last time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._place = 0

    @property
    def name(self) -> str:
        """Of the file, without its ending."""
        return self.path.stem

    def lines(self) -> Iterator[dict[str, Any]]:
        """The lines that were finished since the last call; one that is no JSON object is left out."""
        with self.path.open("rb") as file:
            file.seek(self._place)
            new = file.read()
        whole = new[: new.rfind(b"\n") + 1]
        self._place += len(whole)
        for line in whole.splitlines():
            try:
                found = json.loads(line)
            except ValueError:
                continue
            if isinstance(found, dict):
                yield found

    def alive(self) -> bool:
        """Whether the program that writes it still may."""
        with file_lock(self.path.with_suffix(".lock")) as ours:
            return not ours

    def remove(self) -> None:
        """Everything of it is in the ledger."""
        self.path.unlink(missing_ok=True)
        self.path.with_suffix(".lock").unlink(missing_ok=True)


def spool_files(folder: Path) -> list[Path]:
    """The files of a board, as they stand."""
    return sorted(folder.glob(f"*{LINES}")) if folder.is_dir() else []
