"""The estimate of the host's power while windows are measured: taken once a second in a process beside the run.

The process keeps its readings to itself until it is told to stop: nothing is written, and nothing passes between
the two processes, while a window is open.
"""

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import astuple, dataclass
from typing import Any

from bench.errors import BenchError, MeterError
from bench.meters.contract import NANOSECONDS_PER_SECOND
from bench.meters.host import HostEstimator, HostReading
from bench.sideprocess import SideProcess, input_closed, say_ready, step_back

PERIOD_S = 1.0
LONGEST_START_S = 60.0
"""codecarbon looks at the processor through a process of its own; on a busy machine that takes 10 s and more."""

COVERED_MIN_FRACTION = 0.9
"""Of the windows' time: with less the mean is of something else."""

Span = tuple[int, int]
"""Two moments of the machine's monotonic clock [ns]."""


@dataclass(frozen=True)
class HostPower:
    """What processor and memory are thought to have drawn, on average over some time."""

    processor_w: float
    memory_w: float
    duration_s: float
    """Time that the mean is over [s]."""
    method: str
    tool_version: str


@dataclass(frozen=True)
class HostRecord:
    """All readings of one host process."""

    method: str
    tool_version: str
    readings: tuple[HostReading, ...]


class HostWatch(SideProcess):
    """Starts the host process, and stops it and takes its readings."""

    def __init__(self, period_s: float = PERIOD_S) -> None:
        super().__init__("host process", "bench.host", (str(period_s),), LONGEST_START_S)

    def stop(self) -> HostRecord:
        """Ends the process; `MeterError` when it had ended by itself."""
        said = self.end()
        if self.fault is not None:
            raise MeterError(self.fault)
        try:
            document = json.loads(said)
        except ValueError:
            raise MeterError("the host process was stopped before it gave readings") from None
        readings = tuple(HostReading(*one) for one in document["readings"])
        return HostRecord(document["method"], document["tool_version"], readings)


def mean_over(record: HostRecord, spans: Iterable[Span]) -> HostPower:
    """Mean power over the parts of the readings that lie inside the spans, weighted by their time.

    Raises
    ------
    MeterError
        When there are no spans, or the readings cover less than nine tenths of their time.
    """
    asked = list(spans)
    whole_s = sum(end - begin for begin, end in asked) / NANOSECONDS_PER_SECOND
    shares = [(one, _inside_s(one, asked)) for one in record.readings]
    covered_s = sum(seconds for _, seconds in shares)
    if not asked or covered_s < COVERED_MIN_FRACTION * whole_s:
        raise MeterError(f"readings cover {covered_s:.1f} s of {whole_s:.1f} s of windows")
    return HostPower(
        processor_w=sum(one.processor_w * seconds for one, seconds in shares) / covered_s,
        memory_w=sum(one.memory_w * seconds for one, seconds in shares) / covered_s,
        duration_s=covered_s,
        method=record.method,
        tool_version=record.tool_version,
    )


def _inside_s(reading: HostReading, spans: Sequence[Span]) -> float:
    overlaps = (min(reading.end_ns, end) - max(reading.begin_ns, begin) for begin, end in spans)
    return sum(max(0, overlap) for overlap in overlaps) / NANOSECONDS_PER_SECOND


def readings_until(
    estimator: HostEstimator, closed: Callable[[float], bool], period_s: float
) -> list[HostReading]:
    """A reading each period until `closed` says that it is over, and one of what is left."""
    taken = []
    over = False
    while not over:
        over = closed(period_s)
        taken.append(estimator.take())
    return [one for one in taken if one is not None]


def main(arguments: Sequence[str]) -> int:
    """The host process: takes readings until its input closes, then prints them all."""
    (period,) = arguments
    step_back()
    try:
        estimator = HostEstimator()
        say_ready()
        readings = readings_until(estimator, input_closed, float(period))
    except ImportError as fault:
        print(f"codecarbon cannot be imported ({fault}): pip install 'image-roi[bench]'", flush=True)
        return 1
    except (BenchError, OSError) as fault:
        print(fault, flush=True)
        return 1
    document: dict[str, Any] = {"method": estimator.method, "tool_version": estimator.tool_version}
    print(json.dumps(document | {"readings": [astuple(one) for one in readings]}), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
