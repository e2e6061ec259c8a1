"""A meter that plays a recorded or a computed board, in the time of its own clock.

Recordings are trace files (`bench/meters/trace.py`): whatever a side-car wrote on a real board can be played
again. Anything with the three methods of `Track` can be played too, such as a board computed from a known load.
"""

import bisect
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from bench.errors import MeterError
from bench.meters.contract import (
    NANOSECONDS_PER_SECOND,
    BoardState,
    EnergyReading,
    MeterDescription,
    PowerReading,
)
from bench.meters.counter import CumulativeCounter
from bench.meters.trace import Trace, TraceRow, read_trace

HIGHEST_POWER_W = 2_000.0
"""More than any one board draws today; a counter that rises faster has jumped."""


class Track(Protocol):
    """A board as it shows itself to a reader at a moment."""

    def raw_energy_j(self, now_ns: int) -> float:
        """The counter as it stands; `MeterError` when the reading fails."""
        ...

    def power_w(self, now_ns: int) -> float | None:
        """What the power sensor says; None when it says nothing."""
        ...

    def state(self, now_ns: int) -> BoardState:
        """Temperature, clocks, memory, throttle reasons."""
        ...


@dataclass
class _Round:
    due_ns: int
    period_ns: int
    call: Callable[[], None]


class ReplayClock:
    """Time that passes when somebody sleeps, and, if asked, also when real time does.

    With `follows_real_time` a pipeline that really runs can be metered by a replay: its seconds count, and
    sleeping costs nothing.
    """

    def __init__(self, start_ns: int = 0, *, follows_real_time: bool = False) -> None:
        self._slept_ns = start_ns
        self._real_start_ns = time.monotonic_ns() if follows_real_time else None
        self._rounds: list[_Round] = []

    def now_ns(self) -> int:
        """The replay's own time."""
        real_ns = 0 if self._real_start_ns is None else time.monotonic_ns() - self._real_start_ns
        return self._slept_ns + real_ns

    def sleep(self, seconds: float) -> None:
        """Let time pass at once; whatever `every` was told to do falls due on the way."""
        end_ns = self.now_ns() + round(seconds * NANOSECONDS_PER_SECOND)
        while self._rounds and (first := min(self._rounds, key=lambda one: one.due_ns)).due_ns <= end_ns:
            self._pass_until(first.due_ns)
            first.due_ns += first.period_ns
            first.call()
        self._pass_until(end_ns)

    def every(self, period_s: float, call: Callable[[], None]) -> Callable[[], None]:
        """Call at each period while time passes; returns what ends it."""
        period_ns = round(period_s * NANOSECONDS_PER_SECOND)
        entry = _Round(self.now_ns() + period_ns, period_ns, call)
        self._rounds.append(entry)
        return lambda: self._rounds.remove(entry)

    def _pass_until(self, moment_ns: int) -> None:
        self._slept_ns += max(0, moment_ns - self.now_ns())


class ReplayMeter:
    """Plays a track; its joules are as good as the track and are marked as a replay."""

    def __init__(
        self,
        track: Track,
        clock: ReplayClock | None = None,
        description: MeterDescription | None = None,
        range_j: float | None = None,
        highest_power_w: float = HIGHEST_POWER_W,
    ) -> None:
        self.clock = clock or ReplayClock()
        self.description = description or MeterDescription("replay", "gpu", "replayed board")
        self._track = track
        self._counter = CumulativeCounter(highest_power_w, range_j)

    def read_energy(self) -> EnergyReading:
        """The track's counter, unwrapped."""
        now_ns = self.clock.now_ns()
        return self._counter.take(now_ns, self._track.raw_energy_j(now_ns))

    def read_power(self) -> PowerReading | None:
        """The track's power sensor."""
        now_ns = self.clock.now_ns()
        power_w = self._track.power_w(now_ns)
        return None if power_w is None else PowerReading(now_ns, power_w)

    def read_state(self) -> BoardState:
        """The track's state."""
        return self._track.state(self.clock.now_ns())

    def close(self) -> None:
        """Nothing is held open."""


class RecordedTrack:
    """A trace file as a track: each reading is the last row at or before the moment."""

    def __init__(self, trace: Trace, path: str = "trace") -> None:
        if not trace.rows:
            raise MeterError(f"{path}: holds no rows; record for a few seconds at least")
        self._rows = trace.rows
        self._stamps = [row.state.monotonic_ns for row in trace.rows]
        self._path = path

    def raw_energy_j(self, now_ns: int) -> float:
        """The counter as recorded; `MeterError` where it was lost or never read."""
        row = self._row(now_ns)
        if row.energy_j is None:
            raise MeterError(f"{self._path}: no counter reading was recorded {self._place(now_ns)}")
        return row.energy_j

    def power_w(self, now_ns: int) -> float | None:
        """The power as recorded."""
        return self._row(now_ns).state.power_w

    def state(self, now_ns: int) -> BoardState:
        """The state as recorded, stamped with the moment of playing."""
        return replace(self._row(now_ns).state, monotonic_ns=now_ns)

    def _row(self, now_ns: int) -> TraceRow:
        if now_ns > self._stamps[-1]:
            raise MeterError(f"{self._path}: the recording ends {self._place(self._stamps[-1])}")
        return self._rows[max(0, bisect.bisect_right(self._stamps, now_ns) - 1)]

    def _place(self, now_ns: int) -> str:
        return f"{(now_ns - self._stamps[0]) / NANOSECONDS_PER_SECOND:.1f} s after its start; record again"


def replay_file(path: Path, *, follows_real_time: bool = False) -> ReplayMeter:
    """A meter that plays a trace file from its first row on."""
    trace = read_trace(path)
    track = RecordedTrack(trace, str(path))
    clock = ReplayClock(trace.rows[0].state.monotonic_ns, follows_real_time=follows_real_time)
    notes = (f"replay of {path.name}, recorded from {trace.description.kind}", *trace.description.notes)
    description = replace(trace.description, kind="replay", notes=notes)
    return ReplayMeter(track, clock, description, trace.range_j)
