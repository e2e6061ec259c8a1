"""A file that grows by one JSON line for every finished step, and is readable whatever ends the program.

Each line is on the disk before the next step begins: a killed run loses at most the window under way. A line
that was cut in the middle is left out when reading and cut off before anything is appended.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from bench.errors import MeasurementError

Record = dict[str, Any]


class Journal:
    """An open journal; records are appended, never changed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._records = 0
        if path.exists() and not path.is_file():
            raise MeasurementError(f"{path}: is no file; choose another name for the journal")
        try:
            self._file = path.open("a+b", buffering=0)
            self._cut_torn_line()
        except OSError as fault:
            raise MeasurementError(
                f"{path}: cannot be written: {fault.strerror}; choose another file"
            ) from None

    def append(self, record: Mapping[str, object]) -> None:
        """Write one record through to the disk; `MeasurementError` when it does not fit."""
        line = json.dumps(record, allow_nan=False, ensure_ascii=False).encode() + b"\n"
        end = self._file.seek(0, os.SEEK_END)
        try:
            written = self._file.write(line)
            if written != len(line):
                self._file.write(line[written:])
            os.fsync(self._file.fileno())
        except OSError as fault:
            self._file.truncate(end)
            raise MeasurementError(
                f"{self.path}: {fault.strerror} after {self._records} records, which stay readable; "
                "free space and start again"
            ) from None
        self._records += 1

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _cut_torn_line(self) -> None:
        self._file.seek(0)
        content = self._file.read()
        whole = content.rfind(b"\n") + 1
        if whole != len(content):
            self._file.truncate(whole)
        self._records = content.count(b"\n")


def read_journal(path: Path) -> tuple[Record, ...]:
    """Every whole record of a journal, in order; a last line without its end is not one.

    Raises
    ------
    MeasurementError
        When the file cannot be read or a whole line is not a JSON object.
    """
    try:
        lines = path.read_bytes().split(b"\n")[:-1]
    except OSError as fault:
        raise MeasurementError(f"{path}: cannot be read: {fault.strerror}; check the path") from None
    return tuple(_record(path, number, line) for number, line in enumerate(lines, start=1))


def _record(path: Path, number: int, line: bytes) -> Record:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as fault:
        raise MeasurementError(f"{path}: line {number} is no JSON: {fault}; it is not a journal") from None
    if not isinstance(record, dict):
        raise MeasurementError(f"{path}: line {number} holds no JSON object; it is not a journal")
    return record
