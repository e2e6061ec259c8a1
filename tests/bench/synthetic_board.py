"""A board whose true energy is known: seeded, varying load, and a counter and a sensor that see it badly.

True power is constant on short random segments, so that its integral is exact. From it follow a counter that
ticks, lags, wraps and is reset, and a power sensor that refreshes now and then, looks part of the time, or says
nothing. Nothing of the code that measures is used here; only the types of readings and the error are.
"""

import bisect
import random
from collections.abc import Callable
from dataclasses import dataclass

from bench.errors import MeterError
from bench.meters.contract import BoardState


@dataclass(frozen=True)
class Traits:
    """What kind of board it is; times in seconds."""

    idle_w: float = 250.0
    load_w: float = 700.0
    step_s: float = 0.13
    """Period of the load's dips, as between denoiser steps."""
    dip: float = 0.7
    """Power in the dips over power between them."""
    variation: float = 0.15
    """Spread of the load on short segments."""
    decay_s: float = 0.03
    """How fast power falls back after work."""
    tick_s: float = 0.1
    lag_s: float = 0.0
    range_j: float | None = None
    reset_at_s: float | None = None
    vanish_at_s: float | None = None
    stuck_at_s: float | None = None
    refresh_s: float = 0.0
    """Time between two values of the power sensor; 0 when it is always fresh."""
    duty: float = 1.0
    """Share of each refresh, and of each tick, during which the sensor looks at the board."""
    missing: float = 0.0
    """Share of power readings that give nothing."""
    power_scale: float = 1.0
    """What the power sensor says over what is true."""


class SyntheticBoard:
    """Plays `Traits` with one seed; time is in nanoseconds from 0."""

    def __init__(self, seed: int, traits: Traits | None = None) -> None:
        self.traits = traits or Traits()
        self._random = random.Random(seed)
        self.power_reads = 0
        self._phase_s = self._random.random() * self.traits.tick_s
        self._sensor_phase_s = self._random.random() * max(self.traits.refresh_s, 1e-9)
        self._ends_s = [0.0]
        self._joules = [0.0]
        self._watts = [self.traits.idle_w]
        self._busy_until_s = 0.0
        self._looked: dict[int, float] = {}
        self.first_j = self._random.random() * (self.traits.range_j or 1e6)

    def work(self, now_ns: int, seconds: float, sleep: Callable[[float], None]) -> None:
        """Be busy from now on for that long, and let the time pass."""
        self._grow(now_ns / 1e9)
        self._cut(now_ns / 1e9)
        self._busy_until_s = now_ns / 1e9 + seconds
        sleep(seconds)

    def true_energy_j(self, start_ns: int, end_ns: int) -> float:
        """What was really drawn between two moments."""
        return self._drawn_j(end_ns / 1e9) - self._drawn_j(start_ns / 1e9)

    def raw_energy_j(self, now_ns: int) -> float:
        """The counter as a reader sees it."""
        traits, now_s = self.traits, now_ns / 1e9
        self._refuse_when_gone(now_s)
        if traits.stuck_at_s is not None:
            now_s = min(now_s, traits.stuck_at_s)
        tick = int((now_s - self._phase_s) // traits.tick_s)
        at_s = max(0.0, tick * traits.tick_s + self._phase_s - traits.lag_s)
        raw_j = self.first_j + (self._drawn_j(at_s) if traits.duty == 1.0 else self._seen_j(tick))
        if traits.reset_at_s is not None and now_s >= traits.reset_at_s:
            raw_j = max(0.0, self._drawn_j(at_s) - self._drawn_j(traits.reset_at_s))
        return raw_j if traits.range_j is None else raw_j % traits.range_j

    def power_w(self, now_ns: int) -> float | None:
        """The power sensor as a reader sees it."""
        self.power_reads += 1
        traits, now_s = self.traits, now_ns / 1e9
        self._refuse_when_gone(now_s)
        if traits.missing and self._random.random() < traits.missing:
            return None
        if not traits.refresh_s:
            return self._watts_at(now_s) * traits.power_scale
        refreshed = (now_s - self._sensor_phase_s) // traits.refresh_s
        at_s = max(0.0, refreshed * traits.refresh_s + self._sensor_phase_s)
        look_s = traits.refresh_s * traits.duty if traits.duty < 1.0 else 0.005
        seen_j = self._drawn_j(at_s) - self._drawn_j(max(0.0, at_s - look_s))
        return traits.power_scale * seen_j / min(look_s, at_s) if at_s else traits.idle_w

    def state(self, now_ns: int) -> BoardState:
        """A cool board."""
        return BoardState(now_ns, temperature_c=50.0, sm_clock_mhz=1980.0, power_w=self.power_w(now_ns))

    def _refuse_when_gone(self, now_s: float) -> None:
        if self.traits.vanish_at_s is not None and now_s >= self.traits.vanish_at_s:
            raise MeterError("board fell off the bus; restart the machine")

    def _seen_j(self, tick: int) -> float:
        """What a part-time sensor adds up: at each tick its mean over the last part of the tick."""
        known = max(self._looked, default=-1)
        total_j = self._looked.get(known, 0.0)
        for number in range(known + 1, tick + 1):
            at_s = number * self.traits.tick_s + self._phase_s
            look_s = self.traits.tick_s * self.traits.duty
            seen_j = self._drawn_j(at_s) - self._drawn_j(max(0.0, at_s - look_s))
            total_j += seen_j / self.traits.duty
            self._looked[number] = total_j
        return self._looked.get(tick, 0.0)

    def _drawn_j(self, at_s: float) -> float:
        self._grow(at_s)
        place = max(1, bisect.bisect_left(self._ends_s, at_s))
        return self._joules[place] - (self._ends_s[place] - at_s) * self._watts[place]

    def _watts_at(self, at_s: float) -> float:
        self._grow(at_s)
        return self._watts[max(1, bisect.bisect_left(self._ends_s, at_s))]

    def _grow(self, until_s: float) -> None:
        while self._ends_s[-1] <= until_s or len(self._ends_s) < 2:
            start_s = self._ends_s[-1]
            falling = 0.0 <= start_s - self._busy_until_s < 8 * self.traits.decay_s
            end_s = start_s + self._random.uniform(0.001, 0.012) * (0.1 if falling else 1.0)
            if start_s < self._busy_until_s < end_s:
                end_s = self._busy_until_s
            watts = self._level_w(start_s)
            self._ends_s.append(end_s)
            self._watts.append(watts)
            self._joules.append(self._joules[-1] + watts * (end_s - start_s))

    def _cut(self, at_s: float) -> None:
        """End the segment under way at this moment, since the load changes here."""
        left_s = self._ends_s[-1] - at_s
        if left_s > 0 and at_s > self._ends_s[-2]:
            self._ends_s[-1] = at_s
            self._joules[-1] -= self._watts[-1] * left_s

    def _level_w(self, at_s: float) -> float:
        traits = self.traits
        if at_s < self._busy_until_s:
            dip = traits.dip if at_s % traits.step_s < 0.15 * traits.step_s else 1.0
            return traits.load_w * dip * (1 + traits.variation * (2 * self._random.random() - 1))
        since_s = at_s - self._busy_until_s
        rest_w = (
            0.5 * traits.idle_w * 2.718281828 ** (-since_s / traits.decay_s) if self._busy_until_s else 0.0
        )
        return (traits.idle_w + rest_w) * (1 + 0.02 * (2 * self._random.random() - 1))
