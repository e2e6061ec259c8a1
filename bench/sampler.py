"""The side-car: another process that writes the board's state ten times a second while a run goes on.

Every row is on disk as soon as it is read (`bench/meters/trace.py`), so that rows outlive whoever started it.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from bench.errors import BenchError, MeterError
from bench.meters.contract import Meter
from bench.meters.find import open_beside
from bench.meters.trace import Trace, TraceRow, read_trace, trace_head, trace_line
from bench.sideprocess import LONGEST_START_S, SideProcess, input_closed, say_ready, step_back

PERIOD_S = 0.1


class Sidecar(SideProcess):
    """Starts the side-car, and stops it and reads what it wrote; rows up to a fault of its own are kept."""

    def __init__(self, meter_spec: str, path: Path, period_s: float = PERIOD_S) -> None:
        super().__init__("side-car", "bench.sampler", (meter_spec, str(path), str(period_s)), LONGEST_START_S)
        self.path = path

    def start(self) -> None:
        """Returns when the first row is written; `MeterError` says why there is none."""
        self.launch()
        self.await_ready()

    def stop(self) -> Trace:
        """Ends the side-car; all its rows."""
        self.end()
        return read_trace(self.path)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()


def sample(meter: Meter, target: TextIO, wait: Callable[[float], bool], period_s: float = PERIOD_S) -> int:
    """Write rows until `wait` says that it is over; the number of rows. Late rows are left out, not caught up."""
    target.write(trace_head(meter.description))
    rows = 0
    due_s = time.monotonic()
    while True:
        target.write(trace_line(read_row(meter)))
        target.flush()
        rows += 1
        if rows == 1:
            say_ready()
        due_s = max(due_s + period_s, time.monotonic())
        if wait(due_s - time.monotonic()):
            return rows


def read_row(meter: Meter) -> TraceRow:
    """State and counter now; a counter that fails is a row too."""
    state = meter.read_state()
    if meter.description.kind in ("absent", "nvml-power"):
        return TraceRow(state)
    try:
        return TraceRow(state, meter.read_energy().energy_j)
    except MeterError:
        return TraceRow(state, lost=True)


def main(arguments: list[str]) -> int:
    """The side-car's own process: meter, file, period."""
    spec, path, period = arguments
    try:
        step_back()
        with Path(path).open("w", encoding="utf-8") as target:
            sample(open_beside(spec), target, input_closed, float(period))
    except (BenchError, OSError) as error:
        print(error, flush=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
