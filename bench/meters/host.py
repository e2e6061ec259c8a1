"""Power of the host as codecarbon estimates it: its classes for processor and memory, and nothing else of it.

    processor   RAPL counters where they can be read, else thermal design power of the processor by its load
    memory      by the number of modules that its size suggests, a constant

An estimate, never a measurement: neither the load nor the modules are power. No tracker of codecarbon is made: it
would start threads, read the boards, place the machine in a country and multiply by a PUE.
"""

import importlib.metadata
import logging
import sys
import time
from dataclasses import dataclass
from typing import Any

from bench.errors import MeterError
from bench.meters.contract import NANOSECONDS_PER_SECOND

JOULES_PER_KILOWATT_HOUR = 3.6e6


@dataclass(frozen=True)
class HostReading:
    """Mean power of processor and memory between two moments of the machine's monotonic clock."""

    begin_ns: int
    end_ns: int
    processor_w: float
    memory_w: float


class HostEstimator:
    """Processor and memory of this machine since the last time it was asked."""

    def __init__(self, rapl_dir: str | None = None) -> None:
        """Takes seconds to look at the machine.

        Parameters
        ----------
        rapl_dir
            Another folder of RAPL domains than the system's.

        Raises
        ------
        ImportError
            When codecarbon is not installed.
        MeterError
            When codecarbon has nothing to estimate from.
        """
        self._processor, processor_method = _processor(rapl_dir)
        self._memory, memory_method = _memory()
        self.method = f"{processor_method}; {memory_method}"
        """How, in words."""
        self.tool_version = f"codecarbon {importlib.metadata.version('codecarbon')}"
        self._processor.start()
        self._begin_ns = time.monotonic_ns()

    def take(self) -> HostReading | None:
        """Mean power since the last call; None when no time passed or the counter gave nothing."""
        begin_ns, self._begin_ns = self._begin_ns, time.monotonic_ns()
        seconds = (self._begin_ns - begin_ns) / NANOSECONDS_PER_SECOND
        if seconds <= 0.0:
            return None
        _, energy = self._processor.measure_power_and_energy(seconds)
        processor_w = energy.kWh * JOULES_PER_KILOWATT_HOUR / seconds
        memory_w = _memory_w(self._memory)
        if processor_w <= 0.0:
            return None
        return HostReading(begin_ns, self._begin_ns, processor_w, memory_w)


def _modules() -> tuple[Any, Any, Any]:
    """codecarbon's modules of the processor, of the machine and of its estimators; untyped for us."""
    from codecarbon.core import cpu, util
    from codecarbon.external import hardware

    logging.getLogger("codecarbon").setLevel(logging.CRITICAL)  # what it warns of is in the method's words
    return cpu, util, hardware


def _processor(rapl_dir: str | None) -> tuple[Any, str]:
    """codecarbon's estimator of the processor, and its method in words."""
    cpu, util, hardware = _modules()
    place = {} if rapl_dir is None else {"rapl_dir": rapl_dir}
    if sys.platform == "linux" and cpu.is_rapl_available(**place):
        model = util.detect_cpu_model() or "unknown processor"
        counters = hardware.CPU(output_dir=".", mode="intel_rapl", model=model, tdp=0, **place)
        return counters, f"processor by its RAPL counters ({model})"
    return _processor_by_load()


def _processor_by_load() -> tuple[Any, str]:
    cpu, util, hardware = _modules()
    design = cpu.TDP()
    if design.tdp is None or not cpu.is_psutil_available():
        raise MeterError(f"codecarbon knows neither power nor load of this processor ({design.model})")
    threads, sockets = util.count_cpus(), util.count_physical_cpus()
    if design.tdp == threads * cpu.DEFAULT_POWER_PER_CORE:  # its guess for a processor that its table lacks
        full_w, words = design.tdp, f"{cpu.DEFAULT_POWER_PER_CORE} W for each of {threads} threads, a guess"
    else:
        full_w = design.tdp * sockets
        words = f"thermal design power of {design.tdp:g} W in each of {sockets} socket(s)"
    loaded = hardware.CPU(output_dir=".", mode=hardware.MODE_CPU_LOAD, model=design.model, tdp=full_w)
    return loaded, f"processor by load: {words} ({design.model})"


def _memory() -> tuple[Any, str]:
    """codecarbon's estimator of the memory, and its method in words."""
    from codecarbon.external.ram import RAM

    memory = RAM(tracking_mode="machine")
    return memory, f"memory by the modules that {memory.machine_memory_GB:.0f} GiB suggest"


def _memory_w(memory: Any) -> float:
    """A zero is an exception that codecarbon kept to itself."""
    power_w = float(memory.total_power().W)
    if power_w <= 0.0:
        raise MeterError("codecarbon could not read the size of the memory")
    return power_w
