"""Reads a log of attempts, a file with one line per attempt, and refuses it with all its faults at once.

Columns, in any order and spelling: request_id, attempt (1, 2, ... within a request), accepted (yes or no in any way
that people write it), model; review_seconds and energy_j may be left out, and cells of energy_j may be empty. Lines
of a request need not stand together.
"""

import itertools
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.magnitude import reach
from roi.acceptance_log.table import Mark, Table, column_faults, read_table
from roi.errors import LogError
from roi.notes import Note, encoding_notes
from roi.texts.messages import Message, at, lines
from roi.words import numeral, out_of_reach, truth

NEVER_EMPTY = ("request_id", "attempt", "accepted", "model", "review_seconds")
FAULTS_SHOWN = 20
"""Faults printed before the rest is only counted."""
ATTEMPTS_MAX = 10**9


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
    review_seconds: float | None
    """Time somebody looked at the images of the attempt [s]; absent when not logged."""
    energy_j: float | None
    """Energy of the attempt [J]; absent when not logged."""


@dataclass(frozen=True)
class AttemptLog:
    """A log without faults, sorted by request (in order of appearance) and attempt."""

    path: Path
    """The file."""
    attempts: tuple[Attempt, ...]
    """All attempts."""
    notes: tuple[Note, ...] = ()
    """What was read another way than it stands."""

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
    table = read_table(path)
    faults = [(table.header_line, fault) for fault in column_faults(table.header)]
    if faults:
        raise LogError(_listed(path, faults))
    attempts: list[Attempt] = []
    commas: list[str] = []
    unclear: dict[str, Message] = {}
    for line, cells in table.rows:
        attempt = _attempt(_Line(line, table, faults, commas, unclear), cells)
        if attempt is not None:
            attempts.append(attempt)
    by_request = _by_request(attempts)
    if not faults:
        faults = [fault for request in by_request for fault in _request_faults(request)]
    if not faults and not attempts:
        raise LogError(at(path, Message("log.no_attempts")))
    if faults:
        raise LogError(_listed(path, faults))
    notes = (*encoding_notes(path, table.encoding), *_comma_notes(path, commas))
    return AttemptLog(path, tuple(attempt for request in by_request for attempt in request), notes)


@dataclass(frozen=True)
class _Line:
    """A line that is being read."""

    number: int
    table: Table
    faults: list[tuple[int, Message]]
    commas: list[str]
    """Numbers of the file so far that were read with a decimal comma."""
    unclear: dict[str, Message]
    """By column what is wrong with numbers of two readings: one cause, told once."""

    def fault(self, sentence: Message) -> None:
        """Note what is wrong with the line."""
        self.faults.append((self.number, sentence))


def _attempt(line: _Line, cells: list[str]) -> Attempt | None:
    """The attempt of one line, or None after adding its faults to the list."""
    header = line.table.header
    if len(cells) != len(header):
        line.fault(Message("log.cells", count=len(cells), wanted=len(header)))
        return None
    row = dict(zip(header, cells, strict=True))
    before = len(line.faults)
    for name in NEVER_EMPTY:
        if row.get(name) == "":
            line.fault(Message("log.empty_cell", name=name))
    number = _whole_number(line, row["attempt"])
    accepted = _truth(line, row["accepted"])
    review_seconds = _amount(line, "review_seconds", row.get("review_seconds", ""))
    energy_j = _amount(line, "energy_j", row.get("energy_j", ""))
    if len(line.faults) > before or number is None or accepted is None:
        return None
    return Attempt(line.number, row["request_id"], number, accepted, row["model"], review_seconds, energy_j)


def _whole_number(line: _Line, text: str) -> int | None:
    read = numeral(text, whole=True)
    number = None if read is None else read.number
    if number is not None and float(number).is_integer() and 1 <= number < ATTEMPTS_MAX:
        return int(number)
    if text:
        line.fault(Message("log.no_attempt_number", given=repr(text)))
    return None


def _truth(line: _Line, text: str) -> bool | None:
    found = truth(text)
    if found is None and text:
        line.fault(Message("log.no_verdict", given=repr(text)))
    return found


def _amount(line: _Line, name: str, text: str) -> float | None:
    if not text:
        return None
    amount = _number(line, name, text)
    if amount is not None and not 0.0 <= amount < math.inf:
        line.fault(Message("log.amount", name=name, given=repr(text)))
        return None
    if amount is not None and reach(amount) is not None:
        line.fault(Message("log.of_column", name=name, fault=out_of_reach(amount)))
        return None
    return amount


def _number(line: _Line, name: str, text: str) -> float | None:
    """The number by what comma and point mean in this file."""
    read = numeral(text)
    if read is None:
        try:
            return float(text)  # `nan` and `inf`, which are refused as such
        except ValueError:
            line.fault(Message("log.no_number", name=name, given=repr(text)))
            return None
    if read.number is not None:
        if read.decimal_comma:
            line.commas.append(text)
        return float(read.number)
    return _of_two(line, name, text, read.readings)


def _of_two(line: _Line, name: str, text: str, readings: tuple[float, ...]) -> float | None:
    """The reading that the other numbers of the file tell."""
    mark: Mark = "," if "," in text else "."
    meant = line.table.decimal_mark
    if meant is None:
        one, other = (f"{reading:.15g}" for reading in readings)
        sentence = Message("log.two_readings", name=name, given=repr(text), one=one, other=other)
        line.fault(line.unclear.setdefault(name, sentence))
        return None
    if mark == meant == ",":
        line.commas.append(text)
    return float(readings[0] if mark == meant else readings[1])


def _comma_notes(path: Path, commas: list[str]) -> Iterator[Note]:
    if commas:
        first = numeral(commas[0])
        read = (
            commas[0].replace(",", ".") if first is None or first.number is None else f"{first.number:.15g}"
        )
        yield Note(
            "decimal_commas", {"place": str(path), "count": len(commas), "written": commas[0], "read": read}
        )


def _by_request(attempts: Iterable[Attempt]) -> list[list[Attempt]]:
    requests = defaultdict(list)
    for attempt in attempts:
        requests[attempt.request_id].append(attempt)
    return [sorted(request, key=lambda attempt: attempt.attempt) for request in requests.values()]


def _request_faults(request: list[Attempt]) -> Iterator[tuple[int, Message]]:
    """What is wrong between the attempts of one request, which come sorted."""
    first = request[0]
    name = repr(first.request_id)
    if first.attempt != 1:
        yield first.line, Message("log.first_missing", request=name, attempt=first.attempt)
    for before, after in itertools.pairwise(request):
        if after.attempt == before.attempt:
            yield (
                after.line,
                Message("log.attempt_twice", request=name, attempt=after.attempt, line=before.line),
            )
        elif after.attempt != before.attempt + 1:
            yield (
                after.line,
                Message("log.attempt_missing", request=name, before=before.attempt, after=after.attempt),
            )
        elif before.accepted:
            yield after.line, Message("log.after_accepted", request=name, line=before.line)
        if after.model != first.model:
            one, other = repr(first.model), repr(after.model)
            yield after.line, Message("log.model_changes", request=name, one=one, other=other)


def _listed(path: Path, faults: list[tuple[int, Message]]) -> Message:
    """A line for each fault; one that stands on several lines is told once."""
    lines_of: dict[Message, list[int]] = defaultdict(list)
    for line, sentence in sorted(faults):
        lines_of[sentence].append(line)
    told = [_told(path, sentence, numbers) for sentence, numbers in lines_of.items()]
    if len(told) > FAULTS_SHOWN:
        told[FAULTS_SHOWN:] = [at(path, Message("log.more_faults", count=len(told) - FAULTS_SHOWN))]
    return lines(told)


def _told(path: Path, sentence: Message, numbers: list[int]) -> Message:
    place = at(path, Message("log.line", number=numbers[0]))
    if not numbers[1:]:
        return at(place, sentence)
    return at(place, Message("log.on_more_lines", fault=sentence, count=len(numbers) - 1))
