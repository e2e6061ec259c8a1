"""What no board can do: draw more than its power limit, or compute faster than its peak.

Energy and time are fitted apart, and the fit of energy is the surer one. A board at its power limit lowers its
clocks until it keeps it, so that time is the longer of the two:

    seconds = max(time of the work at full clocks, energy / (share of the limit * power limit))

Held out, that brings seconds nearer to the measured ones wherever it acts (medians of 8.9, 16, 11 and 16 % in place
of 10, 19, 12 and 19 %), and no estimate draws more than any measured row.
"""

from dataclasses import dataclass

from bench.estimate.datasheets import Datasheet

SHARE_MAX = 0.985
"""Largest mean power over the power limit among the library's rows, of a series of windows [1]."""


@dataclass(frozen=True)
class Interval:
    """A figure with its 90 % interval."""

    value: float
    low: float
    high: float

    def scaled(self, factor: float) -> "Interval":
        """The interval of the figure times a factor."""
        return Interval(self.value * factor, self.low * factor, self.high * factor)


def seconds_at_the_limit(energy_j: float, sheet: Datasheet) -> float:
    """Shortest time in which a board can draw that energy [s]."""
    return energy_j / (SHARE_MAX * sheet.power_limit_w)


def seconds_at_the_peak(tflop: float, sheet: Datasheet, speedup: float = 1.0) -> float:
    """Shortest time in which a board can compute that much [s]; `speedup` of narrower numbers over 16 bits."""
    return tflop / (sheet.tflops_16bit * speedup)


def bounded(
    energy: Interval, seconds: Interval, least_s: float, sheet: Datasheet
) -> tuple[Interval, Interval]:
    """Both intervals within what the board can do: no time below `least_s`, no power above the limit."""
    value_s = max(seconds.value, seconds_at_the_limit(energy.value, sheet), least_s)
    low_s = max(seconds.low, seconds_at_the_limit(energy.low, sheet), least_s)
    slow = Interval(value_s, min(low_s, value_s), max(seconds.high, value_s))
    most_j = slow.high * SHARE_MAX * sheet.power_limit_w
    return Interval(energy.value, energy.low, max(energy.value, min(energy.high, most_j))), slow
