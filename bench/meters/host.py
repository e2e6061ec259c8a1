"""Host energy as codecarbon estimates it: from processor load and memory size where nothing can be read.

An estimate, never a measurement: it is kept apart from every measured joule and its evidence is `estimated`.
codecarbon's own grid, PUE and board figures are not used.
"""

import inspect
import logging
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, Literal

from bench.errors import MeterError

JOULES_PER_KILOWATT_HOUR = 3.6e6
ANY_COUNTRY = "JPN"
"""codecarbon asks for one to give carbon, which is not taken from it."""


@dataclass(frozen=True)
class HostEstimate:
    """What processor and memory are thought to have drawn."""

    processor_j: float
    memory_j: float
    duration_s: float
    source: str
    evidence: Literal["estimated"] = "estimated"

    @property
    def energy_j(self) -> float:
        """Processor and memory; without board, fans, disks, network and power supply [J]."""
        return self.processor_j + self.memory_j

    @property
    def mean_power_w(self) -> float:
        """Energy over duration [W]."""
        return self.energy_j / self.duration_s


class HostEstimator:
    """Runs codecarbon from `start` to `stop`."""

    def __init__(self, period_s: float = 1.0) -> None:
        self._period_s = period_s
        self._tracker: Any = None

    def start(self) -> None:
        """Begin; takes a second or two to look at the machine."""
        from codecarbon import OfflineEmissionsTracker

        logging.getLogger("codecarbon").setLevel(logging.CRITICAL)
        self._tracker = OfflineEmissionsTracker(
            country_iso_code=ANY_COUNTRY,
            measure_power_secs=self._period_s,
            tracking_mode="machine",
            log_level="critical",
            allow_multiple_runs=True,
            pue=1.0,
            **_writing_nothing(OfflineEmissionsTracker),
        )
        self._tracker.start()

    def stop(self) -> HostEstimate:
        """End; `MeterError` rather than a zero when codecarbon found nothing to estimate from.

        codecarbon keeps its exceptions to itself, so that a missing result is the only sign of one.
        """
        if self._tracker is None:
            raise MeterError("host estimate was stopped before it was started; call start first")
        self._tracker.stop()
        data = getattr(self._tracker, "final_emissions_data", None)
        if data is None:
            raise MeterError(
                "codecarbon failed and gave no estimate of this host; leave the host estimate out"
            )
        estimate = HostEstimate(
            processor_j=data.cpu_energy * JOULES_PER_KILOWATT_HOUR,
            memory_j=data.ram_energy * JOULES_PER_KILOWATT_HOUR,
            duration_s=data.duration,
            source=f"codecarbon {version('codecarbon')}, {data.cpu_model or 'unknown processor'}",
        )
        if estimate.energy_j <= 0:
            raise MeterError(
                f"codecarbon estimated {estimate.energy_j:.1f} J for {estimate.duration_s:.1f} s; lengthen the run "
                "or leave the host estimate out"
            )
        return estimate


def _writing_nothing(tracker: type) -> dict[str, Any]:
    """The argument that keeps codecarbon from writing emissions.csv: since 3.3 a list, a switch before."""
    base = tracker.__mro__[1].__init__  # type: ignore[misc]
    takes_list = "output_methods" in inspect.signature(base).parameters
    return {"output_methods": []} if takes_list else {"save_to_file": False}
