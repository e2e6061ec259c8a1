"""Energy from sampled instantaneous power: for boards without a counter, for tails, for the self-test.

A power sensor refreshes every 20 to 100 ms and shows its last value in between; on some boards (A100, H100) it
looks at the board only a quarter of the time (arXiv 2312.02741). Reading it faster than it refreshes yields
repeats, so that what counts is the moments at which the value changes: the updates.
"""

import itertools
import math
import statistics
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from bench.errors import MeterError
from bench.meters.contract import NANOSECONDS_PER_SECOND, Clock, Meter, PowerReading

SAMPLE_PERIOD_S = 0.01
FEWEST_SAMPLES = 8
LARGEST_GAP_FRACTION = 0.25
"""Share of the window for which power may be unknown at a stretch before its integral is refused."""


@runtime_checkable
class OwnTime(Protocol):
    """A clock whose time passes only when it is slept: it calls by itself, where a real one needs a thread."""

    def every(self, period_s: float, call: Callable[[], None]) -> Callable[[], None]:
        """Call at each period while time passes; returns what ends it."""
        ...


@dataclass(frozen=True)
class PowerIntegral:
    """Energy of a stretch of time from power samples."""

    energy_j: float
    standard_uncertainty_j: float
    """From sampling alone; the sensor's own error comes on top [J]."""
    updates: int
    """Distinct values that the sensor showed."""
    mean_power_w: float


def integrate_power(samples: Sequence[PowerReading], start_ns: int, end_ns: int) -> PowerIntegral:
    """Trapezoid over the sensor's updates within the window.

    The first update after the start stands for the time since the start too: what the sensor showed before it
    is from before the start. Uncertainty, in squares: successive updates scatter, s^2 = sum(d^2) / (2 (m - 1)),
    u = T s / sqrt(m); the first update is late by up to its delay; gaps in the samples count with the scatter
    of all updates.
    """
    inside = [sample for sample in samples if start_ns <= sample.monotonic_ns <= end_ns]
    _refuse_gaps(inside, start_ns, end_ns)
    updates = _updates(inside)
    points = _held_to_edges(updates, start_ns, end_ns)
    energy_j = trapezoid_j(points)
    duration_s = _seconds(end_ns - start_ns)
    spread_j = _sampling_j(updates, duration_s)
    edge_j = (
        abs(updates[0].power_w - inside[0].power_w)
        * _seconds(points[1].monotonic_ns - start_ns)
        / math.sqrt(12)
    )
    uncertainty_j = math.hypot(spread_j, edge_j, _gaps_j(inside, updates))
    return PowerIntegral(energy_j, uncertainty_j, len(updates), energy_j / duration_s)


def trapezoid_j(points: Sequence[PowerReading]) -> float:
    """Integral of power through these points [J]."""
    return math.fsum(
        (a.power_w + b.power_w) / 2 * _seconds(b.monotonic_ns - a.monotonic_ns)
        for a, b in itertools.pairwise(points)
    )


def tail_energy(powers: Sequence[PowerReading], end_ns: int, tick_ns: int) -> tuple[float, float, float]:
    """Energy of the tail, power at its end, standard uncertainty, from samples taken after the work.

    A sensor shows its last value until it refreshes, and that value is still of the work: each new value stands
    for the time since the one before it, the first for the time since the end of the work.
    """
    inside = [one for one in powers if one.monotonic_ns <= tick_ns] or list(powers[:1])
    fresh = [b for a, b in itertools.pairwise(inside) if b.power_w != a.power_w]
    last_w = inside[-1].power_w
    steps = [PowerReading(end_ns, inside[0].power_w), *fresh, PowerReading(tick_ns, last_w)]
    tail_j, squares = 0.0, 0.0
    for a, b in itertools.pairwise(steps):
        step_s = _seconds(b.monotonic_ns - a.monotonic_ns)
        tail_j += b.power_w * step_s
        squares += ((b.power_w - a.power_w) * step_s) ** 2 / 12
    return tail_j, last_w, math.sqrt(squares)


class PowerWatch:
    """Samples instantaneous power while something else runs: a thread, or the replay clock's own beat."""

    def __init__(self, meter: Meter, period_s: float = SAMPLE_PERIOD_S) -> None:
        self._meter = meter
        self._samples: list[PowerReading] = []
        self._failure: MeterError | None = None
        self.end = _every(meter.clock, period_s, self._sample)
        """Ends the sampling and looks at nothing."""

    def stop(self) -> tuple[PowerReading, ...]:
        """All samples; raises what the meter raised in the meantime when it never came back."""
        self.end()
        if self._failure is not None:
            raise self._failure
        return tuple(self._samples)

    def _sample(self) -> None:
        try:
            reading = self._meter.read_power()
        except MeterError as error:
            self._failure = error
            return
        self._failure = None
        if reading is not None:
            self._samples.append(reading)


def _every(clock: Clock, period_s: float, call: Callable[[], None]) -> Callable[[], None]:
    if isinstance(clock, OwnTime):
        return clock.every(period_s, call)
    ended = threading.Event()

    def beat() -> None:
        while not ended.wait(period_s):
            call()

    thread = threading.Thread(target=beat, name="power watch", daemon=True)
    thread.start()

    def end() -> None:
        ended.set()
        thread.join()

    return end


def _refuse_gaps(inside: Sequence[PowerReading], start_ns: int, end_ns: int) -> None:
    duration_s = _seconds(end_ns - start_ns)
    if len(inside) < FEWEST_SAMPLES:
        raise MeterError(
            f"{len(inside)} power readings in {duration_s:.1f} s, {FEWEST_SAMPLES} are needed; lengthen the window"
        )
    stamps = [start_ns, *(sample.monotonic_ns for sample in inside), end_ns]
    gap_s = _seconds(max(b - a for a, b in itertools.pairwise(stamps)))
    if gap_s > LARGEST_GAP_FRACTION * duration_s:
        raise MeterError(
            f"power was not readable for {gap_s:.1f} s of {duration_s:.1f} s; repeat the window or lengthen it"
        )


def _updates(inside: Sequence[PowerReading]) -> list[PowerReading]:
    """The readings at which the sensor showed a new value; of a sensor that never did, the first."""
    changed = [b for a, b in itertools.pairwise(inside) if b.power_w != a.power_w]
    return changed or [inside[0]]


def _held_to_edges(updates: Sequence[PowerReading], start_ns: int, end_ns: int) -> list[PowerReading]:
    first, last = updates[0], updates[-1]
    return [PowerReading(start_ns, first.power_w), *updates, PowerReading(end_ns, last.power_w)]


def _sampling_j(updates: Sequence[PowerReading], duration_s: float) -> float:
    if len(updates) < 2:
        return 0.0
    squares = math.fsum((b.power_w - a.power_w) ** 2 for a, b in itertools.pairwise(updates))
    return duration_s * math.sqrt(squares / (2 * (len(updates) - 1)) / len(updates))


def _gaps_j(inside: Sequence[PowerReading], updates: Sequence[PowerReading]) -> float:
    if len(updates) < 2:
        return 0.0
    spread_w = statistics.stdev(update.power_w for update in updates)
    steps_s = [_seconds(b.monotonic_ns - a.monotonic_ns) for a, b in itertools.pairwise(inside)]
    usual_s = statistics.median(steps_s)
    return spread_w * math.hypot(*(step_s for step_s in steps_s if step_s > 3 * usual_s))


def _seconds(nanoseconds: int) -> float:
    return nanoseconds / NANOSECONDS_PER_SECOND
