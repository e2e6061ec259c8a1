"""How long, how often and how exactly a point is measured. Every duration is a parameter."""

from dataclasses import dataclass, field
from typing import Literal

TierName = Literal["flash", "quick", "standard", "publish"]


@dataclass(frozen=True)
class WarmUpRule:
    """Batches at the measured shape until neither their time nor their power moves in one direction any more.

    Confirmed on an H100 in a virtual machine. The rule before it (batch times within 2 %, less than 1 C in 10 s)
    never came true there: batch times of a board that waits for its host spread by 8 %, and its sensor by 14 C.
    """

    batches_min: int = 3
    duration_min_s: float = 10.0
    change_max_fraction: float = 0.01
    """Largest change along the later half of the warm-up that counts as none, whatever the scatter [1]."""
    duration_max_s: float = 60.0
    """After this the measurement goes on with a flag."""


@dataclass(frozen=True)
class IdleRule:
    """How idle power is taken: once without a context on the board, once with the model loaded."""

    duration_s: float = 30.0
    dropped_s: float = 10.0
    """The first seconds, in which clocks and power still fall, are left out."""


@dataclass(frozen=True)
class SteadyRule:
    """What a series of windows must be for all of them to count."""

    change_max_fraction: float = 0.01
    """Largest change of joules an image along the series that counts as none, whatever the scatter [1]."""
    look_every_s: float = 1.0
    """Shortest time between two looks at the board inside a window."""


@dataclass(frozen=True)
class Tier:
    """One bargain between time and exactness."""

    name: TierName
    window_min_s: float
    window_batches_min: int
    windows_min: int
    windows_max: int
    half_width_fraction: float
    """The stop rule: relative half-width of the 95 % t interval [1]."""
    budget_s: float
    """Time for the windows of a point, over all its processes."""
    coverage: str
    """How often an interval that met the stop rule holds the truth. Simulated with 200,000 runs of independent
    windows: flash and quick 90, 85 and 79 % when they vary by 4, 5 and 6 %; standard 95 % up to 1.5 %, 92 % at
    3 to 4 %."""
    processes_min: int = 1
    """Fresh processes a result needs."""
    warm_up: WarmUpRule = field(default=WarmUpRule())
    idle: IdleRule = field(default=IdleRule())
    steady: SteadyRule = field(default=SteadyRule())

    @property
    def process_budget_s(self) -> float:
        """Time for the windows of one process."""
        return self.budget_s / self.processes_min


FLASH = Tier(
    "flash",
    window_min_s=5.0,
    window_batches_min=2,
    windows_min=3,
    windows_max=4,
    half_width_fraction=0.05,
    budget_s=20.0,
    coverage="78 to 90 %",
    warm_up=WarmUpRule(duration_min_s=5.0, duration_max_s=15.0),
    idle=IdleRule(6.0, 2.0),
)
QUICK = Tier(
    "quick",
    window_min_s=10.0,
    window_batches_min=3,
    windows_min=3,
    windows_max=5,
    half_width_fraction=0.05,
    budget_s=50.0,
    coverage="78 to 90 %",
    warm_up=WarmUpRule(duration_max_s=30.0),
    idle=IdleRule(12.0, 4.0),
)
STANDARD = Tier("standard", 20.0, 3, 5, 30, 0.02, 600.0, "92 % or more")
PUBLISH = Tier("publish", 60.0, 5, 5, 30, 0.01, 3600.0, "92 % or more, on process means", processes_min=3)

TIERS: dict[TierName, Tier] = {tier.name: tier for tier in (FLASH, QUICK, STANDARD, PUBLISH)}
