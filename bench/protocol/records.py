"""What a measurement consists of, as plain frozen records."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, Protocol

from bench.meters.contract import MeterDescription
from bench.protocol.tiers import Tier

Stage = Literal["idle", "warm-up", "windows", "done"]
RejectionKind = Literal["meter", "slowdown", "warming"]
Stopped = Literal["half-width", "windows-max", "budget", "meter-lost", "interrupted", "killed"]

STOPPED_SENTENCES: dict[Stopped, str] = {
    "half-width": "the stop rule was met",
    "windows-max": "the largest number of windows was reached before the stop rule was met",
    "budget": "the time budget ended before the stop rule was met",
    "meter-lost": "the meter stopped answering; what it had read until then is kept",
    "interrupted": "the run was interrupted; finished windows are kept",
    "killed": "the run ended without a word; finished windows are kept",
}


class Runnable(Protocol):
    """What is measured: a callable that makes one batch of images, and a wait for the device."""

    @property
    def images_per_batch(self) -> int:
        """Images that one batch makes."""
        ...

    def generate_batch(self, index: int) -> None:
        """Make batch number `index`; the same index gives the same prompts and seeds."""
        ...

    def synchronize(self) -> None:
        """Return when the device has nothing left to do."""
        ...


@dataclass(frozen=True)
class Rejection:
    """Why a window does not count."""

    kind: RejectionKind
    reason: str


@dataclass(frozen=True)
class Window:
    """One window: batches back to back, their joules, and what the board did meanwhile."""

    index: int
    batch_s: tuple[float, ...]
    images: int
    energy_j: float | None = None
    energy_duration_s: float | None = None
    """The time that the joules cover [s]."""
    energy_uncertainty_j: float | None = None
    """Standard uncertainty that the reading itself states, of ticks and tails [J]."""
    method: str | None = None
    """How the joules were read."""
    temperature_low_c: float | None = None
    temperature_high_c: float | None = None
    throttle_reasons: tuple[str, ...] = ()
    memory_used_bytes: int | None = None
    """Largest memory in use on the board [bytes]."""
    rejection: Rejection | None = None
    span_ns: tuple[int, int] | None = None
    """When it began and ended by this machine's monotonic clock, whatever clock the meter has [ns]."""
    process: int = 0
    """Which fresh process took it, from 0."""

    @property
    def duration_s(self) -> float:
        """Time spent generating [s]."""
        return sum(self.batch_s)

    @property
    def mean_power_w(self) -> float | None:
        """Mean power of the board while the window was open; None without a reading [W]."""
        if self.energy_j is None or not self.energy_duration_s:
            return None
        return self.energy_j / self.energy_duration_s

    @property
    def seconds_per_image(self) -> float:
        """Time of one image [s]."""
        return self.duration_s / self.images

    @property
    def energy_j_per_image(self) -> float | None:
        """Joules of one image; None without a reading [J]."""
        return None if self.energy_j is None else self.energy_j / self.images


@dataclass(frozen=True)
class WarmUp:
    """How the warm-up went."""

    batches: int
    duration_s: float
    settled: bool
    """False when the cap came first."""


@dataclass(frozen=True)
class Idle:
    """Idle power [W]; None where it was not taken."""

    without_context_w: float | None = None
    with_context_w: float | None = None


@dataclass(frozen=True)
class Measurement:
    """One point as it was measured, rejected windows included."""

    tier: Tier
    images_per_batch: int
    meter: MeterDescription | None
    """None when there was none to read."""
    idle: Idle
    warm_up: WarmUp | None
    windows: tuple[Window, ...]
    stopped: Stopped
    notes: tuple[str, ...] = ()

    @property
    def accepted(self) -> tuple[Window, ...]:
        """Windows that count."""
        return tuple(window for window in self.windows if window.rejection is None)

    @property
    def timed(self) -> tuple[Window, ...]:
        """Windows whose seconds count: the accepted, else those in which only the meter failed."""
        return self.accepted or tuple(
            one for one in self.windows if one.rejection and one.rejection.kind == "meter" and one.images
        )

    @property
    def processes(self) -> int:
        """Fresh processes behind the accepted windows."""
        return len({window.process for window in self.accepted})


@dataclass(frozen=True)
class Progress:
    """Where a measurement stands."""

    stage: Stage
    windows_done: int = 0
    """Accepted windows."""
    windows_rejected: int = 0
    energy_j_per_image: float | None = None
    """Mean so far."""
    seconds_per_image: float | None = None
    """Mean so far."""
    half_width_fraction: float | None = None
    """Reached so far; None below two windows."""
    power_w: float | None = None
    """Mean over the window or warm-up piece that ended last: between batches a board waits and draws little."""
    temperature_c: float | None = None
    time_left_s: float | None = None
    """An estimate that the budget bounds."""


@dataclass
class Log:
    """Notes that a measurement gathers on its way, and whom to tell."""

    on_progress: Callable[[Progress], None]
    notes: list[str] = field(default_factory=list)
