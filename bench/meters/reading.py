"""The energy of one window of work, read from a counter that ticks.

A counter such as NVML's moves every 20 to 100 ms. Read at any moment it lacks what was drawn since its last
tick, so that a window read from start to end is low by half a tick of (load - idle) power on average:

    bias / E = -(tick / 2) (1 - P_idle / P_load) / duration          -4.0 % at 0.8 s, -0.16 % at 20 s for a tick
                                                                     of 100 ms and P_idle / P_load = 0.36
A window here starts on a tick and ends on a tick after the work:

    wait for two ticks | work | synchronize, stamp | wait for a tick at least `settle_ticks` later
    energy = counter difference - power before the work * (start - tick) - integral of power over the tail

The tick after next, not the next, because counters lag: they show at a tick what was drawn some time before, and
the next tick may still lack the end of the work. What a lagging counter shows of the time before the start
and lacks of the tail cancels, up to lag * (power before - power after), which is in the uncertainty.
"""

import math
import statistics
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from bench.errors import MeterError
from bench.meters.contract import NANOSECONDS_PER_SECOND, EnergyReading, Meter, MeterDescription, PowerReading
from bench.meters.power import SAMPLE_PERIOD_S, PowerWatch, integrate_power, tail_energy

Method = Literal["counter", "power"]

LOWEST_SHARE_OF_IDLE = 0.5
"""A window whose mean power is below this share of the power before and after it lost joules to a reset."""


@dataclass(frozen=True)
class Alignment:
    """How ticks are waited for."""

    poll_s: float = 0.001
    """Time between looks at the counter, and at the power over the tail (at least 100 a second) [s]."""
    settle_ticks: float = 1.0
    """Ticks that must pass after the work before a tick counts: the longest lag that is allowed for [1]."""
    longest_tick_s: float = 1.0
    """A counter that stands still for longer is stuck [s]."""
    sensor_duty: float = 1.0
    """Share of a tick during which the board's sensor looks: the tick in which the work ends is seen as far [1]."""


@dataclass(frozen=True)
class WindowEnergy:
    """What one window drew between its start and its end, and how it was read."""

    method: Method
    energy_j: float
    start_ns: int
    end_ns: int
    standard_uncertainty_j: float
    """Of the reading: ticks, lag, sampling. The sensor's own error and the scatter of windows come on top [J]."""
    tick_s: float | None = None
    """Time between two ticks of the counter; None when power was integrated [s]."""
    tail_s: float = 0.0
    """From the end of the work to the tick that closed the window [s]."""
    tail_energy_j: float = 0.0
    """Drawn in the tail and taken off [J]."""

    @property
    def duration_s(self) -> float:
        """From start to end [s]."""
        return (self.end_ns - self.start_ns) / NANOSECONDS_PER_SECOND

    @property
    def mean_power_w(self) -> float:
        """Energy over duration [W]."""
        return self.energy_j / self.duration_s


PART_TIME_BOARDS = ("A100", "H100", "H200", "GH200")
"""Boards whose sensor looks 25 ms of every 100 ms (arXiv 2312.02741; H200 and GH200 carry the H100 chip)."""


def alignment_for(description: MeterDescription) -> Alignment:
    """The alignment for a board by what is known of its sensor."""
    words = description.board_name.replace("-", " ").split()
    return Alignment(sensor_duty=0.25 if set(words) & set(PART_TIME_BOARDS) else 1.0)


class Window(Protocol):
    """One window under way."""

    def start(self) -> int:
        """Wait until work may start; the stamp of the start."""
        ...

    def look(self) -> None:
        """Between batches, if wanted: one reading, so that a reset is seen at once."""
        ...

    def finish(self) -> WindowEnergy:
        """Called right after the work was synchronised; waits for the tail."""
        ...

    def abandon(self) -> None:
        """Called instead of `finish` when the work failed: sampling ends, nothing is read."""
        ...


@dataclass(frozen=True)
class _Tick:
    """The counter's step from one reading to the next: it happened between the two."""

    reading: EnergyReading
    happened_ns: int
    doubt_s: float
    """Time between the two readings [s]."""
    powers: tuple[PowerReading, ...]
    """Power samples taken while waiting."""


class CounterWindow:
    """A window read from the counter, from tick to tick."""

    def __init__(self, meter: Meter, alignment: Alignment | None = None) -> None:
        self._meter = meter
        self._alignment = alignment or Alignment()

    def start(self) -> int:
        """Wait for two ticks, and learn from them how long a tick is and what the board draws before the work."""
        first = self._tick(self._anchor())
        self._first = self._tick(first.reading)
        self._tick_s = _seconds(self._first.happened_ns - first.happened_ns)
        rate_w = (self._first.reading.energy_j - first.reading.energy_j) / self._tick_s
        powers = self._first.powers
        self._before_w = statistics.fmean(one.power_w for one in powers) if powers else rate_w
        self._start_ns = self._meter.clock.now_ns()
        return self._start_ns

    def look(self) -> None:
        """Raises `MeterError` when the counter was reset or jumped since the last look."""
        self._meter.read_energy()

    def finish(self) -> WindowEnergy:
        """Wait for the tail and take it off."""
        end_ns = self._meter.clock.now_ns()
        last, powers = self._settle(end_ns)
        if powers:
            tail_j, after_w, doubt_j = tail_energy(powers, end_ns, last.happened_ns)
        else:
            tail_j, after_w, doubt_j = self._tail_from_counter(end_ns, last)
        head_s = _seconds(self._start_ns - self._first.happened_ns)
        rise_j = last.reading.energy_j - self._first.reading.energy_j
        energy_j = rise_j - self._before_w * head_s - tail_j
        self._refuse_impossible(energy_j, rise_j, after_w, end_ns)
        tail_s = _seconds(last.happened_ns - end_ns)
        parts_j = (
            doubt_j,
            self._before_w * self._first.doubt_s / math.sqrt(12),
            after_w * last.doubt_s / math.sqrt(12),
            max(abs(self._before_w - one_w) for one_w in (after_w, tail_j / tail_s))
            * self._tick_s
            / math.sqrt(3),
            self._unseen_j(energy_j / _seconds(end_ns - self._start_ns) - after_w),
        )
        return WindowEnergy(
            "counter", energy_j, self._start_ns, end_ns, math.hypot(*parts_j), self._tick_s, tail_s, tail_j
        )

    def abandon(self) -> None:
        """Nothing is under way between readings."""

    def _anchor(self) -> EnergyReading:
        """A first reading. What happened to the counter before the window (a reset, a long time unread) is no
        fault of the window, so that a reading which complains of it is taken once more."""
        try:
            return self._meter.read_energy()
        except MeterError:
            return self._meter.read_energy()

    def _tick(self, since: EnergyReading) -> _Tick:
        before = since
        powers: list[PowerReading] = []
        while True:
            self._meter.clock.sleep(self._alignment.poll_s)
            power = self._meter.read_power()
            if power is not None:
                powers.append(power)
            now = self._meter.read_energy()
            doubt_ns = now.monotonic_ns - before.monotonic_ns
            if now.energy_j != since.energy_j:
                return _Tick(now, now.monotonic_ns - doubt_ns // 2, _seconds(doubt_ns), tuple(powers))
            waited_s = _seconds(now.monotonic_ns - since.monotonic_ns)
            if waited_s > self._alignment.longest_tick_s:
                raise MeterError(f"counter moved 0.0 J in {waited_s:.1f} s; {_STUCK}")
            before = now

    def _settle(self, end_ns: int) -> tuple[_Tick, tuple[PowerReading, ...]]:
        settled_ns = end_ns + round(self._alignment.settle_ticks * self._tick_s * NANOSECONDS_PER_SECOND)
        reading = self._meter.read_energy()
        powers: list[PowerReading] = []
        while True:
            tick = self._tick(reading)
            powers += tick.powers
            if tick.happened_ns >= settled_ns:
                return tick, tuple(powers)
            reading = tick.reading

    def _tail_from_counter(self, end_ns: int, last: _Tick) -> tuple[float, float, float]:
        """Without a power sensor: the rate at which the counter goes on after the tail."""
        beyond = self._tick(last.reading)
        rate_w = (beyond.reading.energy_j - last.reading.energy_j) / _seconds(
            beyond.happened_ns - last.happened_ns
        )
        tail_j = rate_w * _seconds(last.happened_ns - end_ns)
        return tail_j, rate_w, abs(tail_j) / math.sqrt(12)

    def _unseen_j(self, drop_w: float) -> float:
        """A part-time sensor gives the whole tick in which the work ends the power of the part it saw: an error
        between 0 and (1 - duty) ticks, of either sign, since nobody knows where in the tick it looks."""
        return math.sqrt(1 / 3) * (1 - self._alignment.sensor_duty) * self._tick_s * drop_w

    def _refuse_impossible(self, energy_j: float, rise_j: float, after_w: float, end_ns: int) -> None:
        duration_s = _seconds(end_ns - self._start_ns)
        if rise_j <= 0.0:
            raise MeterError(f"counter moved {rise_j:.1f} J in {duration_s:.1f} s; {_STUCK}")
        floor_w = min(self._before_w, after_w)
        if energy_j < LOWEST_SHARE_OF_IDLE * floor_w * duration_s:
            raise MeterError(
                f"counter gives {energy_j / duration_s:.1f} W over the window, less than the {floor_w:.1f} W "
                "before and after it: it was reset inside; repeat the window"
            )


_POWER_TRIES = 20
_STUCK = "lengthen the window, or integrate power instead"


class PowerWindow:
    """A window read from sampled power: for boards without a counter that can be believed."""

    def __init__(self, meter: Meter, period_s: float = SAMPLE_PERIOD_S) -> None:
        self._meter = meter
        self._period_s = period_s

    def start(self) -> int:
        """Sampling begins with the window."""
        if not self._gives_power():
            raise MeterError(
                f"{self._meter.description.board_name} gives neither a counter nor power; use another meter"
            )
        self._watch = PowerWatch(self._meter, self._period_s)
        self._start_ns = self._meter.clock.now_ns()
        return self._start_ns

    def _gives_power(self) -> bool:
        for _ in range(_POWER_TRIES):
            if self._meter.read_power() is not None:
                return True
            self._meter.clock.sleep(self._period_s)
        return False

    def look(self) -> None:
        """Nothing to see: samples are taken all the time."""

    def finish(self) -> WindowEnergy:
        """Sampling ends with the window."""
        end_ns = self._meter.clock.now_ns()
        integral = integrate_power(self._watch.stop(), self._start_ns, end_ns)
        return WindowEnergy(
            "power", integral.energy_j, self._start_ns, end_ns, integral.standard_uncertainty_j
        )

    def abandon(self) -> None:
        """Sampling ends."""
        self._watch.end()


def open_window(meter: Meter, method: Method = "counter", alignment: Alignment | None = None) -> Window:
    """A window of either method."""
    return (
        CounterWindow(meter, alignment or alignment_for(meter.description))
        if method == "counter"
        else PowerWindow(meter)
    )


def measure_window(
    meter: Meter,
    work: Callable[[], object],
    synchronize: Callable[[], object] = lambda: None,
    method: Method = "counter",
    alignment: Alignment | None = None,
) -> WindowEnergy:
    """The energy of one call of `work`: generation and nothing else belongs into it."""
    window = open_window(meter, method, alignment)
    synchronize()
    window.start()
    try:
        work()
        synchronize()
    except BaseException:
        window.abandon()
        raise
    return window.finish()


def _seconds(nanoseconds: int) -> float:
    return nanoseconds / NANOSECONDS_PER_SECOND
