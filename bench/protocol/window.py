"""One window: generation and nothing else inside, and a look at the board now and then."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.errors import MeterError
from bench.meters.contract import NANOSECONDS_PER_SECOND, THERMAL_REASONS, BoardState, Clock, Meter
from bench.meters.reading import Method, WindowEnergy, open_window
from bench.meters.trace import read_trace
from bench.protocol.records import Rejection, Runnable, Window
from bench.protocol.tiers import ThermalRule, Tier

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
                if _seconds(self.clock.now_ns() - looked_ns) >= self.tier.thermal.look_every_s:
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
    """One window, accepted or with the reason why not."""
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
    return _window(index, rig.run, batches, reading, thermal_fault(batches.states, rig.tier.thermal))


def states_of_trace(path: Path) -> StatesBetween:
    """The states that a side-car is writing to a trace file."""

    def between(start_ns: int, end_ns: int) -> Sequence[BoardState]:
        states = (row.state for row in read_trace(path).rows)
        return tuple(state for state in states if start_ns <= state.monotonic_ns <= end_ns)

    return between


def _metered(batches: Batches, meter: Meter, method: Method) -> WindowEnergy:
    window = open_window(meter, method)

    def look() -> None:
        window.look()
        batches.states.append(meter.read_state())

    batches.states.append(meter.read_state())
    window.start()
    batches.fill(look)
    reading = window.finish()
    batches.states.append(meter.read_state())
    return reading


def thermal_fault(states: Sequence[BoardState], rule: ThermalRule) -> Rejection | None:
    """Why the board's temperature or brakes spoil a window; None when they do not."""
    brakes = {reason for state in states for reason in state.throttle_reasons} & THERMAL_REASONS
    if brakes:
        return Rejection("slowdown", f"the board slowed down: {', '.join(sorted(brakes))}")
    temperatures = _temperatures(states)
    rise_c = max(temperatures) - min(temperatures) if temperatures else 0.0
    if rise_c > rule.temperature_rise_max_c:
        return Rejection(
            "temperature",
            f"the temperature moved by {rise_c:g} C, more than {rule.temperature_rise_max_c:g} C",
        )
    return None


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
