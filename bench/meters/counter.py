"""Raw counter values to joules since a zero: wraps are undone, resets and impossible jumps are refused."""

from dataclasses import dataclass, field

from bench.errors import MeterError
from bench.meters.contract import NANOSECONDS_PER_SECOND, EnergyReading

LATE_S = 1.0
"""How late a counter may hand over energy; a rise may hold that much more than the time between readings."""


@dataclass
class CumulativeCounter:
    """Follows one counter from reading to reading.

    A fall is a wrap when the counter's range is known and the rise that it then means is possible at
    `highest_power_w`; every other fall is a reset. After a refusal the counter goes on from the new value, so
    that only the window under way is lost.
    """

    highest_power_w: float
    range_j: float | None = None
    """Value at which the counter starts again at zero; None when it never does."""
    _last: EnergyReading | None = field(default=None, init=False)
    _turns: int = field(default=0, init=False)

    def take(self, now_ns: int, raw_j: float) -> EnergyReading:
        """The unwrapped reading; `MeterError` after a reset, a jump, or too long a time unread."""
        last, self._last = self._last, EnergyReading(now_ns, raw_j)
        if last is not None:
            self._follow(last, (now_ns - last.monotonic_ns) / NANOSECONDS_PER_SECOND, raw_j)
        return EnergyReading(now_ns, raw_j + self._turns * (self.range_j or 0.0))

    def _follow(self, last: EnergyReading, elapsed_s: float, raw_j: float) -> None:
        possible_j = self.highest_power_w * (elapsed_s + LATE_S)
        if self.range_j is not None and possible_j >= self.range_j:
            raise MeterError(
                f"counter was not read for {elapsed_s:.0f} s and may have wrapped more than once; "
                f"read it at least every {self.range_j / self.highest_power_w - LATE_S:.0f} s"
            )
        rise_j = raw_j - last.energy_j
        if rise_j < 0 and self.range_j is not None and rise_j + self.range_j <= possible_j:
            self._turns += 1
        elif rise_j < 0:
            raise MeterError(
                f"counter fell from {last.energy_j:.1f} J to {raw_j:.1f} J: it was reset; repeat the window"
            )
        elif rise_j > possible_j:
            raise MeterError(
                f"counter rose by {rise_j:.1f} J in {elapsed_s:.3f} s, more than {self.highest_power_w:.0f} W "
                "can give; repeat the window"
            )
