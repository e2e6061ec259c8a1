"""How long, how often and how exactly a point is measured. Every duration is a parameter."""

from dataclasses import dataclass, field
from typing import Literal

TierName = Literal["quick", "standard", "publish"]


@dataclass(frozen=True)
class WarmUpRule:
    """Batches at the measured shape until time and temperature stand still."""

    batches_min: int = 3
    duration_min_s: float = 30.0
    variation_max: float = 0.02
    """Largest coefficient of variation of the last three batch times [1]."""
    temperature_move_max_c: float = 1.0
    """The temperature has to move by less than this within `temperature_span_s`."""
    temperature_span_s: float = 10.0
    duration_max_s: float = 180.0
    """After this the measurement goes on with a flag."""


@dataclass(frozen=True)
class IdleRule:
    """How idle power is taken: once without a context on the board, once with the model loaded."""

    duration_s: float = 30.0
    dropped_s: float = 10.0
    """The first seconds, in which clocks and power still fall, are left out."""


@dataclass(frozen=True)
class ThermalRule:
    """What spoils a window."""

    temperature_rise_max_c: float = 3.0
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
    windows: quick 90, 85 and 79 % when they vary by 4, 5 and 6 %; standard 95 % up to 1.5 %, 92 % at 3 to 4 %."""
    processes_min: int = 1
    """Fresh processes a result needs."""
    warm_up: WarmUpRule = field(default=WarmUpRule())
    idle: IdleRule = field(default=IdleRule())
    thermal: ThermalRule = field(default=ThermalRule())

    @property
    def process_budget_s(self) -> float:
        """Time for the windows of one process."""
        return self.budget_s / self.processes_min


QUICK = Tier("quick", 10.0, 3, 3, 5, 0.05, 120.0, "78 to 90 %")
STANDARD = Tier("standard", 20.0, 3, 5, 30, 0.02, 600.0, "92 % or more")
PUBLISH = Tier("publish", 60.0, 5, 5, 30, 0.01, 3600.0, "92 % or more, on process means", processes_min=3)

TIERS: dict[TierName, Tier] = {tier.name: tier for tier in (QUICK, STANDARD, PUBLISH)}
