"""The process beside the tracked programs, one a board: reads its counter ten times a second, writes the ledger.

It holds the board's lock in the spool folder and lives as long as any program there does. Each minute, and at the
end, the calls that ended and the board's minute go into the ledger in one transaction, and then the files of
programs that are gone are removed; a call that is no attempt of the ledger is kept as `.refused`. Where the ledger
cannot be written it tries again the next time; nothing is lost, since the calls still stand in their files.
"""

import math
import os
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bench.errors import BenchError, LedgerError, MeterError
from bench.lock import file_lock
from bench.meters.contract import NANOSECONDS_PER_SECOND, AbsentMeter, Meter
from bench.meters.find import open_beside
from bench.operations.ledger import Ledger
from bench.operations.refused import keep_refused
from bench.operations.rows import Attempt, BoardMinute, Row, utc_of_unix
from bench.sampler import PERIOD_S
from bench.sideprocess import say_ready, step_back
from bench.tracking.shares import Shares, Verdict
from bench.tracking.spool import SpoolReader, spool_files, spool_folder

TOLD_AFTER_S = 1.0
"""A reading is split after this, when every call that began before it has been told [s]."""
WRITE_EVERY_S = 60.0
LAST_TRIES_S = 30.0
"""How long the end waits for a ledger that cannot be written [s]."""
GONE = "the program ended during the call"


@dataclass
class Watch:
    """Follows one board and the programs on it."""

    ledger: Path
    folder: Path
    meter: Meter
    spec: str
    now_ns: Callable[[], int] = time.monotonic_ns
    now_unix_s: Callable[[], float] = time.time
    _shares: Shares = field(default_factory=Shares)
    _readers: dict[Path, SpoolReader] = field(default_factory=dict)
    _readings: list[tuple[int, float | None, bool]] = field(default_factory=list)
    """Not split yet: moment, joules, whether the counter was reset."""
    _begun: dict[str, dict[str, Any]] = field(default_factory=dict)
    _ended: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    """Calls that ended and whose joules are not split up to their end."""
    _gone: set[Path] = field(default_factory=set)
    """Files of programs that are gone, read to their end."""
    _refused: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    """Calls that are no attempts of the ledger, by file and name, with the reason."""
    _rows: list[Row] = field(default_factory=list)
    """For the ledger."""
    _images: int = 0

    @property
    def board(self) -> str:
        """The board's UUID, or the words that name its meter."""
        return self.meter.description.board_uuid or self.spec

    @property
    def source(self) -> str:
        """As which the rows are known."""
        return f"track:{socket.gethostname()}"

    def look(self) -> bool:
        """Read counter and programs once and split what is old enough; whether a program still lives."""
        self._read_counter()
        alive = self._listen()
        self._split(self.now_ns() - round(TOLD_AFTER_S * NANOSECONDS_PER_SECOND))
        return alive

    def _listen(self) -> bool:
        alive = False
        for path in spool_files(self.folder):
            reader = self._readers.setdefault(path, SpoolReader(path))
            lives = reader.alive()
            alive = alive or lives
            for line in reader.lines():
                self._take_up(f"{reader.name}:{line.get('call')}", line)
            if not lives:
                self._give_up(reader)
                self._gone.add(path)
        return alive

    def settle(self) -> None:
        """Split everything: nobody is left to speak of calls before now."""
        self._listen()
        self._split(self.now_ns())
        for name, line in self._ended:
            self._tell(name, line, self._shares.take(name))
        self._ended.clear()

    def write(self) -> None:
        """Everything that is known into the ledger; `LedgerError` leaves it for the next time."""
        self._close_minute()
        waiting = {name.rpartition(":")[0] for name, _ in self._ended}
        with Ledger(self.ledger, create=True) as ledger:
            ledger.add(self._rows, revise=False)
        self._rows.clear()
        self._keep_refused()
        for path in sorted(self._gone):
            if path.stem not in waiting:
                self._gone.remove(path)
                self._readers.pop(path).remove()

    def _keep_refused(self) -> None:
        """What cannot be recorded stays beside the spool, with the reason, for whoever puts it right."""
        for name, calls in self._refused.items():
            try:
                keep_refused(self.folder, name, calls.values())
            except OSError as fault:
                raise LedgerError(f"{self.folder}: {fault.strerror}; free the disk") from None

    def _read_counter(self) -> None:
        if self.meter.description.kind == "absent":
            return
        before_ns = self.now_ns()
        try:
            energy_j = self.meter.read_energy().energy_j
            self._readings.append(((before_ns + self.now_ns()) // 2, energy_j, False))
        except MeterError as fault:
            self._readings.append((self.now_ns(), None, "reset" in str(fault)))

    def _split(self, until_ns: int) -> None:
        while self._readings and self._readings[0][0] <= until_ns:
            moment_ns, energy_j, reset = self._readings.pop(0)
            if energy_j is None:
                self._shares.lost(moment_ns, reset=reset)
            else:
                self._shares.read(moment_ns, energy_j)
        known_ns = self._shares.known_until_ns
        until_ns = until_ns if known_ns is None else min(until_ns, known_ns)
        over = [(name, line) for name, line in self._ended if line["end_ns"] <= until_ns]
        self._ended = [(name, line) for name, line in self._ended if line["end_ns"] > until_ns]
        for name, line in over:
            self._tell(name, line, self._shares.take(name))

    def _take_up(self, name: str, line: dict[str, Any]) -> None:
        if line.get("is") == "begun":
            self._begun[name] = line
            self._shares.began(name, line["start_ns"])
        elif line.get("is") == "ended" and name in self._begun:
            whole = self._begun.pop(name) | line
            self._shares.ended(name, line["end_ns"])
            self._ended.append((name, whole))

    def _give_up(self, reader: SpoolReader) -> None:
        """Calls of a program that is gone end now, and nobody knows how."""
        for name in [each for each in self._begun if each.startswith(f"{reader.name}:")]:
            line = self._begun.pop(name)
            self._shares.calls.pop(name)
            self._tell(name, line | {"status": "interrupted"}, Verdict(None, "absent", GONE))

    def _tell(self, name: str, line: dict[str, Any], verdict: Verdict) -> None:
        reason = verdict.reason
        if self.meter.description.kind == "absent":
            reason = self.meter.description.notes[0]
        said = {
            key: value for key, value in line.items() if key in Attempt.model_fields and value is not None
        }
        try:
            row = Attempt(
                **said
                | {
                    "source": self.source,
                    "source_id": name,
                    "request_id": said.get("request_id", name),
                    "board_uuid": None if self.meter.description.kind == "absent" else self.board,
                    "energy_j": verdict.energy_j,
                    "energy_kind": verdict.kind,
                    "energy_reason": reason,
                }
            )
        except (ValidationError, TypeError) as fault:
            self._refused.setdefault(name.rpartition(":")[0], {})[name] = {"why": str(fault), **line}
            return
        self._images += row.images or 0
        self._rows.append(row)

    def _close_minute(self) -> None:
        described, minute = self.meter.description, self._shares.take_minute()
        seconds = minute.read_ns / NANOSECONDS_PER_SECOND
        gap_s = minute.gap_ns / NANOSECONDS_PER_SECOND
        if described.kind == "absent" or not (seconds or gap_s):
            return
        known = bool(seconds)
        self._rows.append(
            BoardMinute(
                source=self.source,
                source_id=f"{self.board}:{os.getpid()}:{self.now_ns()}",
                started_at=utc_of_unix(self.now_unix_s() - seconds - gap_s),
                board_uuid=self.board,
                board_name=described.board_name,
                boundary=described.boundary,
                seconds=seconds,
                energy_j=minute.energy_j if known else None,
                busy_j=minute.busy_j if known else None,
                idle_j=minute.idle_j if known else None,
                busy_seconds=minute.busy_ns / NANOSECONDS_PER_SECOND,
                images=self._images,
                gap_s=gap_s,
                resets=minute.resets,
            )
        )
        self._images = 0


def meter_or_absent(spec: str) -> Meter:
    """The meter of a spec; an absent one that says why where it cannot be opened or is another's counter."""
    kind, _, why = spec.partition(":")
    if kind == "absent":
        return AbsentMeter(why)
    try:
        meter = open_beside(spec)
    except BenchError as fault:
        return AbsentMeter(str(fault))
    if meter.description.sliced:
        return AbsentMeter("the board is in MIG mode: its counter is of the whole board, not of one slice")
    if meter.description.kind == "nvml-power":
        return AbsentMeter("the board has no energy counter")
    return meter


def watch_board(ledger: Path, spec: str, period_s: float = PERIOD_S) -> None:
    """Follow the board until no program is left; at once where another process follows it."""
    folder = spool_folder(ledger, spec)
    folder.mkdir(parents=True, exist_ok=True)
    while True:
        with file_lock(folder / "watch.lock") as ours:
            if not ours:
                say_ready()
                return
            _follow(Watch(ledger, folder, meter_or_absent(spec), spec), period_s)
        # A program that began while this process ended saw its lock and started no other.
        if not any(SpoolReader(path).alive() for path in spool_files(folder)):
            return


def _follow(watch: Watch, period_s: float) -> None:
    watch.look()
    say_ready()
    written_s = time.monotonic()
    while watch.look():
        time.sleep(period_s)
        if time.monotonic() - written_s >= WRITE_EVERY_S:
            written_s = time.monotonic()
            try:
                watch.write()
            except LedgerError as fault:
                print(fault, file=sys.stderr)
    for _ in range(math.ceil(TOLD_AFTER_S / period_s)):  # the counter has yet to show how the last call ended
        time.sleep(period_s)
        watch.look()
    watch.settle()
    last_s = time.monotonic() + LAST_TRIES_S
    while True:
        try:
            watch.write()
            return
        except LedgerError as fault:
            if time.monotonic() >= last_s:
                print(f"{fault}; the calls stay in {watch.folder} for the next time", file=sys.stderr)
                return
            time.sleep(1.0)


def main(arguments: list[str]) -> int:
    """The process itself: ledger, meter, period."""
    ledger, spec, period = arguments
    step_back()
    watch_board(Path(ledger), spec, float(period))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
