"""Whose joules they are: a board's counter, split between the calls that were under way and idleness.

Between two movements of the counter, power is taken as even. With L the time between them, dE the difference and k
the calls under way at a moment, each of these gets dE / (k L) of every second; where k is 0 the joules are idle:

    busy = dE * (time with k > 0) / L          idle = dE - busy          sum of the calls' shares = busy

so that each joule is counted once, whatever overlaps. Moments are monotonic nanoseconds, which every process of a
machine shares.
"""

import itertools
import math
from collections import deque
from dataclasses import dataclass, field

from bench.meters.contract import NANOSECONDS_PER_SECOND

MEASURED_TICKS = 20
"""A call of fewer ticks owes too much of its joules to where in a tick it began and ended."""
STANDS_STILL_S = 5.0
"""A counter that has not moved for so long is stuck: even a sleeping board draws watts [s]."""
TICKS_REMEMBERED = 51

SHORT = "shorter than 20 ticks of the counter: a share by time"
SHARED = "other calls were under way on the board: a share by time"
NOT_READ = "the counter could not be read all through the call"


@dataclass
class Call:
    """One call on the board, while it lasts and until it is told."""

    start_ns: int
    end_ns: int | None = None
    energy_j: float = 0.0
    """So far [J]."""
    read_ns: int = 0
    """Of it during which the counter was read [ns]."""
    in_company: bool = False


@dataclass(frozen=True)
class Verdict:
    """Joules of one call, with how they were got."""

    energy_j: float | None
    kind: str
    reason: str | None


@dataclass
class Minute:
    """What became of a board's joules since the last time somebody asked."""

    energy_j: float = 0.0
    busy_j: float = 0.0
    read_ns: int = 0
    busy_ns: int = 0
    gap_ns: int = 0
    resets: int = 0

    @property
    def idle_j(self) -> float:
        """What no call is to be charged with [J]."""
        return self.energy_j - self.busy_j


@dataclass
class Shares:
    """Follows a board's counter and the calls on it; readings come in the order of time.

    A reading may only be given once every call that began before it was told.
    """

    calls: dict[str, Call] = field(default_factory=dict)
    minute: Minute = field(default_factory=Minute)
    _moved: tuple[int, float] | None = None
    """When the counter last moved or was first read [ns], and where it stood [J]."""
    _unread_since_ns: int | None = None
    """Up to when a gap is counted, while it lasts [ns]."""
    _ticks_ns: deque[int] = field(default_factory=lambda: deque(maxlen=TICKS_REMEMBERED))

    @property
    def tick_s(self) -> float | None:
        """Median time between movements as seen [s]; None before the first."""
        if not self._ticks_ns:
            return None
        return sorted(self._ticks_ns)[len(self._ticks_ns) // 2] / NANOSECONDS_PER_SECOND

    @property
    def known_until_ns(self) -> int | None:
        """Up to when joules are split."""
        return self._moved[0] if self._moved else None

    def began(self, name: str, start_ns: int) -> None:
        """A call is under way."""
        self.calls[name] = Call(start_ns)

    def ended(self, name: str, end_ns: int) -> None:
        """It returned or raised."""
        self.calls[name].end_ns = end_ns

    def read(self, now_ns: int, energy_j: float) -> None:
        """The counter stands at so many joules; one that did not move says nothing until it does."""
        if self._moved is None:
            self._lose_until(now_ns)
            self._unread_since_ns, self._moved = None, (now_ns, energy_j)
            return
        since_ns, before_j = self._moved
        if energy_j > before_j:
            self._split(since_ns, now_ns, energy_j - before_j)
            self._moved = (now_ns, energy_j)
        elif now_ns - since_ns > STANDS_STILL_S * NANOSECONDS_PER_SECOND:
            self.lost(now_ns)

    def lost(self, now_ns: int, *, reset: bool = False) -> None:
        """The counter could not be read, stood still or was reset: the time since it moved is a gap."""
        if self._moved is not None:
            self._unread_since_ns, self._moved = self._moved[0], None
        self._lose_until(now_ns)
        self.minute.resets += reset

    def take(self, name: str) -> Verdict:
        """The joules of a call that ended, which is then forgotten."""
        call = self.calls.pop(name)
        if call.end_ns is None or call.read_ns < max(1, call.end_ns - call.start_ns):
            return Verdict(None, "absent", NOT_READ)
        if call.in_company:
            return Verdict(call.energy_j, "apportioned", SHARED)
        seconds = call.read_ns / NANOSECONDS_PER_SECOND
        if self.tick_s is None or seconds < MEASURED_TICKS * self.tick_s:
            return Verdict(call.energy_j, "apportioned", SHORT)
        return Verdict(call.energy_j, "measured", None)

    def take_minute(self) -> Minute:
        """What was split since the last time."""
        done, self.minute = self.minute, Minute()
        return done

    def _lose_until(self, now_ns: int) -> None:
        if self._unread_since_ns is not None:
            self.minute.gap_ns += now_ns - self._unread_since_ns
            self._unread_since_ns = now_ns

    def _split(self, since_ns: int, now_ns: int, energy_j: float) -> None:
        self._ticks_ns.append(now_ns - since_ns)
        here = [
            (max(call.start_ns, since_ns), min(call.end_ns or now_ns, now_ns), call)
            for call in self.calls.values()
            if call.start_ns < now_ns and (call.end_ns is None or call.end_ns > since_ns)
        ]
        edges = sorted({since_ns, now_ns, *(start for start, _, _ in here), *(end for _, end, _ in here)})
        busy_ns = 0
        for start_ns, end_ns in itertools.pairwise(edges):
            working = [call for first, last, call in here if first <= start_ns and last >= end_ns]
            busy_ns += end_ns - start_ns if working else 0
            for call in working:
                call.energy_j += energy_j * (end_ns - start_ns) / (now_ns - since_ns) / len(working)
                call.read_ns += end_ns - start_ns
                call.in_company = call.in_company or len(working) > 1
        self.minute.busy_j += energy_j * (busy_ns / (now_ns - since_ns))
        self.minute.energy_j = math.fsum((self.minute.energy_j, energy_j))
        self.minute.read_ns += now_ns - since_ns
        self.minute.busy_ns += busy_ns
