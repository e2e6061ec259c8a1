"""Reads a log of attempts, a CSV file with one line per attempt, and refuses it with all its faults at once.

Columns, in any order: request_id, attempt (1, 2, ... within a request), accepted (1/0, true/false, yes/no),
model, review_seconds; energy_j may be added and may be left empty. UTF-8 with or without a byte order mark,
or cp932, as Japanese Excel writes it. Lines of a request need not stand together.
"""

import csv
import difflib
import itertools
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from roi.errors import LogError

REQUIRED_COLUMNS = ("request_id", "attempt", "accepted", "model", "review_seconds")
OPTIONAL_COLUMNS = ("energy_j",)
TRUTHS = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
FAULTS_SHOWN = 20
"""Faults printed before the rest is only counted."""


@dataclass(frozen=True)
class Attempt:
    """One line of the log."""

    line: int
    """Line of the file."""
    request_id: str
    """The request the attempt belongs to."""
    attempt: int
    """Number of the attempt within its request, from 1."""
    accepted: bool
    """Whether an image of this attempt passed the look."""
    model: str
    """The model that made the images."""
    review_seconds: float
    """Time somebody looked at the images of the attempt [s]."""
    energy_j: float | None
    """Energy of the attempt [J]; absent when not logged."""


@dataclass(frozen=True)
class AttemptLog:
    """A log without faults, sorted by request (in order of appearance) and attempt."""

    path: Path
    """The file."""
    attempts: tuple[Attempt, ...]
    """All attempts."""

    @property
    def models(self) -> tuple[str, ...]:
        """Names of the models, sorted."""
        return tuple(sorted({attempt.model for attempt in self.attempts}))


def read_log(path: Path) -> AttemptLog:
    """The log in a CSV file.

    Raises
    ------
    LogError
        With every fault of the file, each with its line; after twenty the rest is counted.
    """
    records = _records(path, _text(path))
    header_line, header = next(records, (1, []))
    _require_columns(path, header_line, header)
    attempts: list[Attempt] = []
    faults: list[tuple[int, str]] = []
    for line, cells in records:
        attempt = _attempt(line, header, cells, faults)
        if attempt is not None:
            attempts.append(attempt)
    by_request = _by_request(attempts)
    if not faults:
        faults = [fault for request in by_request for fault in _request_faults(request)]
    if not faults and not attempts:
        raise LogError(f"{path}: has a header and no attempts; log at least one attempt")
    if faults:
        raise LogError(_listed(path, faults))
    return AttemptLog(path, tuple(attempt for request in by_request for attempt in request))


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except IsADirectoryError:
        raise LogError(f"{path}: is a folder; name a log of attempts (CSV)") from None
    except FileNotFoundError:
        raise LogError(f"{path}: no such file; name a log of attempts (CSV)") from None
    except OSError as fault:
        raise LogError(f"{path}: cannot be read: {fault.strerror}") from None
    if not content.strip(b"\xef\xbb\xbf \t\r\n"):
        raise LogError(f"{path}: is empty; expected the columns {', '.join(REQUIRED_COLUMNS)}")
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise LogError(f"{path}: is neither UTF-8 nor cp932 text; save it as CSV in UTF-8")


def _records(path: Path, text: str) -> Iterator[tuple[int, list[str]]]:
    """Line and stripped cells of every line that holds something."""
    reader = csv.reader(text.splitlines(keepends=True))
    try:
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            if any(stripped):
                yield reader.line_num, stripped
    except csv.Error as fault:
        raise LogError(f"{path}: line {reader.line_num}: is not CSV: {fault}") from None


def _require_columns(path: Path, line: int, header: list[str]) -> None:
    known = REQUIRED_COLUMNS + OPTIONAL_COLUMNS
    faults = [
        (line, f"column {name!r} is missing; add it") for name in REQUIRED_COLUMNS if name not in header
    ]
    for name in dict.fromkeys(header):
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            advice = f"did you mean {near[0]!r}?" if near else "remove it"
            faults.append((line, f"column {name!r} is unknown; {advice}"))
        elif header.count(name) > 1:
            faults.append((line, f"column {name!r} appears {header.count(name)} times; keep one"))
    if faults:
        raise LogError(_listed(path, faults))


def _attempt(line: int, header: list[str], cells: list[str], faults: list[tuple[int, str]]) -> Attempt | None:
    """The attempt of one line, or None after adding its faults to the list."""
    if len(cells) != len(header):
        faults.append((line, f"has {len(cells)} cells where the header has {len(header)}"))
        return None
    row = dict(zip(header, cells, strict=True))
    before = len(faults)
    faults.extend((line, f"{name} is empty; fill it in") for name in REQUIRED_COLUMNS if not row[name])
    number = _whole_number(line, row["attempt"], faults)
    accepted = _truth(line, row["accepted"], faults)
    review_seconds = _amount(line, "review_seconds", row["review_seconds"], faults)
    energy_j = _amount(line, "energy_j", row.get("energy_j", ""), faults)
    if len(faults) > before or number is None or accepted is None or review_seconds is None:
        return None
    return Attempt(line, row["request_id"], number, accepted, row["model"], review_seconds, energy_j)


def _whole_number(line: int, text: str, faults: list[tuple[int, str]]) -> int | None:
    if text.isascii() and text.isdigit() and len(text) <= 9 and int(text) >= 1:
        return int(text)
    if text:
        faults.append((line, f"attempt {text!r} is not a whole number from 1"))
    return None


def _truth(line: int, text: str, faults: list[tuple[int, str]]) -> bool | None:
    truth = TRUTHS.get(text.casefold())
    if truth is None and text:
        faults.append((line, f"accepted {text!r} is not one of {', '.join(TRUTHS)}"))
    return truth


def _amount(line: int, name: str, text: str, faults: list[tuple[int, str]]) -> float | None:
    if not text:
        return None
    try:
        amount = float(text)
    except ValueError:
        faults.append((line, f"{name} {text!r} is not a number"))
        return None
    if not 0.0 <= amount < math.inf:
        faults.append((line, f"{name} {text!r} must be at least 0 and finite"))
        return None
    return amount


def _by_request(attempts: Iterable[Attempt]) -> list[list[Attempt]]:
    requests = defaultdict(list)
    for attempt in attempts:
        requests[attempt.request_id].append(attempt)
    return [sorted(request, key=lambda attempt: attempt.attempt) for request in requests.values()]


def _request_faults(request: list[Attempt]) -> Iterator[tuple[int, str]]:
    """What is wrong between the attempts of one request, which come sorted."""
    first = request[0]
    name = f"request {first.request_id!r}"
    if first.attempt != 1:
        yield first.line, f"{name} starts with attempt {first.attempt}; attempt 1 is missing"
    for before, after in itertools.pairwise(request):
        if after.attempt == before.attempt:
            yield after.line, f"{name} has attempt {after.attempt} already on line {before.line}"
        elif after.attempt != before.attempt + 1:
            yield after.line, f"{name} goes from attempt {before.attempt} to {after.attempt}; one is missing"
        elif before.accepted:
            yield after.line, f"{name} goes on after the accepted attempt on line {before.line}"
        if after.model != first.model:
            yield after.line, f"{name} changes from model {first.model!r} to {after.model!r}; use one each"


def _listed(path: Path, faults: list[tuple[int, str]]) -> str:
    lines = [f"{path}: line {line}: {sentence}" for line, sentence in sorted(faults)[:FAULTS_SHOWN]]
    if len(faults) > FAULTS_SHOWN:
        lines.append(f"{path}: and {len(faults) - FAULTS_SHOWN} more faults")
    return "\n".join(lines)
