"""One window: generation and nothing else inside, and a look at the board now and then."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.errors import MeterError
from bench.meters.contract import NANOSECONDS_PER_SECOND, BoardState, Clock, Meter
from bench.meters.reading import Method, WindowEnergy, open_window
from bench.meters.trace import TraceFollower
from bench.protocol.records import Rejection, Runnable, Window
from bench.protocol.tiers import Tier

StatesBetween = Callable[[int, int], Sequence[BoardState]]
"""What a side-car saw between two moments of the meter's clock [ns]."""


@dataclass(frozen=True)
class Rig:
    """What is measured, and with what."""

    run: Runnable
    meter: Meter | None
    clock: Clock
    tier: Tier
    method: Method = "counter"
    states_between: StatesBetween | None = None


@dataclass
class Batches:
    """Batches back to back until a window is full; the work whose joules are read."""

    run: Runnable
    clock: Clock
    tier: Tier
    first: int
    batch_s: list[float] = field(default_factory=list)
    states: list[BoardState] = field(default_factory=list)
    span_ns: tuple[int, int] | None = None
    """When the window was filled, by this machine's monotonic clock [ns]."""

    def fill(self, look: Callable[[], None]) -> None:
        """Generate until the window is full; `look` is called between batches, once a while."""
        began_ns = time.monotonic_ns()
        begin_ns = looked_ns = self.clock.now_ns()
        try:
            while not self._full(begin_ns):
                self.batch_s.append(timed_batch(self.run, self.clock, self.first + len(self.batch_s)))
                if _seconds(self.clock.now_ns() - looked_ns) >= self.tier.steady.look_every_s:
                    look()
                    looked_ns = self.clock.now_ns()
        finally:
            self.span_ns = (began_ns, time.monotonic_ns())

    def _full(self, begin_ns: int) -> bool:
        long_enough = _seconds(self.clock.now_ns() - begin_ns) >= self.tier.window_min_s
        return long_enough and len(self.batch_s) >= self.tier.window_batches_min


def timed_batch(run: Runnable, clock: Clock, index: int) -> float:
    """Make one batch and return its seconds, the wait for the device included."""
    begin_ns = clock.now_ns()
    run.generate_batch(index)
    run.synchronize()
    return _seconds(clock.now_ns() - begin_ns)


def state_or_none(meter: Meter | None) -> BoardState | None:
    """The board's state, for a display or a rule that can do without; None when it cannot be read."""
    try:
        return meter.read_state() if meter else None
    except MeterError:
        return None


def take_window(rig: Rig, index: int, first_batch: int) -> Window:
    """One window, or why the meter gave none; whether it counts is a matter of the series."""
    batches = Batches(rig.run, rig.clock, rig.tier, first_batch)
    rig.run.synchronize()
    if rig.meter is None:
        batches.fill(lambda: None)
        return _window(index, rig.run, batches, None, None)
    try:
        reading = _metered(batches, rig.meter, rig.method)
    except MeterError as fault:
        return _window(index, rig.run, batches, None, Rejection("meter", str(fault)))
    if rig.states_between:
        batches.states.extend(rig.states_between(reading.start_ns, reading.end_ns))
    return _window(index, rig.run, batches, reading, None)


def states_of_trace(path: Path) -> StatesBetween:
    """The states that a side-car is writing to a trace, for spans one after the other: no row is read twice."""
    follow = TraceFollower(path)
    ahead: list[BoardState] = []

    def between(start_ns: int, end_ns: int) -> Sequence[BoardState]:
        known = [*ahead, *(row.state for row in follow.rows())]
        ahead[:] = [state for state in known if state.monotonic_ns > end_ns]
        return tuple(state for state in known if start_ns <= state.monotonic_ns <= end_ns)

    return between


def _metered(batches: Batches, meter: Meter, method: Method) -> WindowEnergy:
    window = open_window(meter, method)

    def note_state() -> None:
        state = state_or_none(meter)
        if state:
            batches.states.append(state)

    def look() -> None:
        window.look()
        note_state()

    note_state()
    window.start()
    batches.fill(look)
    reading = window.finish()
    note_state()
    return reading


def _window(
    index: int, run: Runnable, batches: Batches, reading: WindowEnergy | None, rejection: Rejection | None
) -> Window:
    temperatures = _temperatures(batches.states)
    memory = [state.memory_used_bytes for state in batches.states if state.memory_used_bytes is not None]
    reasons = {reason for state in batches.states for reason in state.throttle_reasons}
    return Window(
        index=index,
        batch_s=tuple(batches.batch_s),
        images=len(batches.batch_s) * run.images_per_batch,
        energy_j=reading.energy_j if reading else None,
        energy_duration_s=reading.duration_s if reading else None,
        energy_uncertainty_j=reading.standard_uncertainty_j if reading else None,
        method=reading.method if reading else None,
        temperature_low_c=min(temperatures, default=None),
        temperature_high_c=max(temperatures, default=None),
        throttle_reasons=tuple(sorted(reasons)),
        memory_used_bytes=max(memory, default=None),
        rejection=rejection,
        span_ns=batches.span_ns,
    )


def _temperatures(states: Sequence[BoardState]) -> list[float]:
    return [state.temperature_c for state in states if state.temperature_c is not None]


def _seconds(nanoseconds: int) -> float:
    return nanoseconds / NANOSECONDS_PER_SECOND
