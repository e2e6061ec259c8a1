"""What every meter gives: energy since an arbitrary zero, instantaneous power, the state of the board.

A meter never invents a reading. What it cannot read raises `MeterError` (energy) or is None (power, state).
Each meter has a clock of its own: the real monotonic one, or that of a replay, so that the code that measures
runs the same on a board and on a recording.

Units: joules (J), watts (W), seconds (s), nanoseconds of the meter's clock (ns).
"""

import time
from dataclasses import dataclass, field
from typing import Literal, Protocol

from bench.errors import MeterError
from bench.profile import Boundary

MeterKind = Literal["nvml-counter", "nvml-power", "rapl", "replay", "absent"]

NANOSECONDS_PER_SECOND = 1_000_000_000


@dataclass(frozen=True)
class EnergyReading:
    """One reading of an energy counter, unwrapped."""

    monotonic_ns: int
    energy_j: float
    """Cumulative since an arbitrary zero [J]."""


@dataclass(frozen=True)
class PowerReading:
    """One reading of instantaneous power."""

    monotonic_ns: int
    power_w: float
    """Power at that moment, not an average [W]."""


@dataclass(frozen=True)
class BoardState:
    """What the board was doing at one moment; what cannot be read is None."""

    monotonic_ns: int
    temperature_c: float | None = None
    sm_clock_mhz: float | None = None
    memory_used_bytes: int | None = None
    throttle_reasons: frozenset[str] = frozenset()
    """Any of `THROTTLE_REASONS`; empty when the board runs freely."""
    power_w: float | None = None


THROTTLE_REASONS = (
    "sw_power_cap",
    "hw_slowdown",
    "sync_boost",
    "sw_thermal_slowdown",
    "hw_thermal_slowdown",
    "hw_power_brake",
    "application_clocks",
    "display_clocks",
)
"""Why a board runs slower than it could, in the words of NVML."""

THERMAL_REASONS = frozenset({"hw_slowdown", "sw_thermal_slowdown", "hw_thermal_slowdown", "hw_power_brake"})
"""Reasons that spoil a window; a software power cap is a setting and only recorded."""


@dataclass(frozen=True)
class MeterDescription:
    """Which meter this is, and what its joules cover."""

    kind: MeterKind
    boundary: Boundary
    board_name: str
    board_uuid: str | None = None
    power_limit_w: float | None = None
    driver: str | None = None
    notes: tuple[str, ...] = ()
    """Labels that a result must carry: a shared board, MIG, parts of the host that are not covered."""
    sliced: bool = False
    """Whether the board is cut into slices (MIG), so that a program works on a part of what is metered."""


class Clock(Protocol):
    """Monotonic time: the machine's, or a replay's own."""

    def now_ns(self) -> int:
        """Nanoseconds since an arbitrary zero."""
        ...

    def sleep(self, seconds: float) -> None:
        """Let that much of this clock's time pass."""
        ...


class Meter(Protocol):
    """A meter of one board or host."""

    @property
    def description(self) -> MeterDescription:
        """Which meter this is."""
        ...

    @property
    def clock(self) -> Clock:
        """The clock that stamps the readings."""
        ...

    def read_energy(self) -> EnergyReading:
        """The counter now; `MeterError` when there is none, or when it cannot be believed."""
        ...

    def read_power(self) -> PowerReading | None:
        """Instantaneous power now; None when the board does not give it."""
        ...

    def read_state(self) -> BoardState:
        """Temperature, clocks, memory and throttle reasons now."""
        ...

    def close(self) -> None:
        """Let go of the driver or the files."""
        ...


class RealClock:
    """The machine's monotonic clock."""

    def now_ns(self) -> int:
        """Nanoseconds of `time.monotonic_ns`."""
        return time.monotonic_ns()

    def sleep(self, seconds: float) -> None:
        """Sleep for real."""
        time.sleep(seconds)


@dataclass(frozen=True)
class AbsentMeter:
    """Stands where no meter could be opened: it says why whenever energy is asked for."""

    reason: str
    board_name: str = "no board"
    clock: Clock = field(default_factory=RealClock)

    @property
    def description(self) -> MeterDescription:
        """An absent meter with its reason as the note."""
        return MeterDescription("absent", "gpu", self.board_name, notes=(self.reason,))

    def read_energy(self) -> EnergyReading:
        """Never a zero: raises the reason."""
        raise MeterError(self.reason)

    def read_power(self) -> PowerReading | None:
        """Nothing to read."""
        return None

    def read_state(self) -> BoardState:
        """Only the time."""
        return BoardState(self.clock.now_ns())

    def close(self) -> None:
        """Nothing was opened."""
