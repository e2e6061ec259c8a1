"""The side-car: another process that writes the board's state ten times a second while a run goes on.

It is a process of its own, of lower priority, so that it takes neither the interpreter lock nor a turn from the
work that is measured. It ends when its standard input closes: when it is told to stop, and as well when the
process that started it dies. Every row is on disk as soon as it is read (`bench/meters/trace.py`).
"""

import contextlib
import os
import select
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from bench.errors import BenchError, MeterError
from bench.meters.contract import Meter
from bench.meters.find import open_meter
from bench.meters.trace import Trace, TraceRow, read_trace, trace_head, trace_line

PERIOD_S = 0.1
LONGEST_START_S = 30.0
LONGEST_STOP_S = 10.0
NICENESS = 10
READY = "ready"


class Sidecar:
    """Starts the side-car, and stops it and reads what it wrote."""

    def __init__(self, meter_spec: str, path: Path, period_s: float = PERIOD_S) -> None:
        self.path = path
        self.fault: str | None = None
        """Why the side-car ended by itself; its rows up to then are kept."""
        self._command = [sys.executable, "-m", "bench.sampler", meter_spec, str(path), str(period_s)]

    def start(self) -> None:
        """Returns when the first row is written; `MeterError` says why there is none."""
        here = str(Path(__file__).resolve().parent.parent)
        search = os.pathsep.join(filter(None, (here, os.environ.get("PYTHONPATH"))))
        self._process = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=os.environ | {"PYTHONPATH": search},
            start_new_session=True,
        )
        answer = self._first_line()
        if answer != READY:
            self._end()
            raise MeterError(
                f"side-car did not start: {answer or 'it said nothing'}; run without it or see why"
            )

    @property
    def process_id(self) -> int:
        """The side-car's own process."""
        return self._process.pid

    def wait(self, seconds: float) -> None:
        """Until the side-car ends by itself; `MeterError` when it does not within that time."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired as error:
            raise MeterError(f"side-car still runs after {seconds:.0f} s; call stop instead") from error

    def stop(self) -> Trace:
        """Ends the side-car; all its rows."""
        self._end()
        return read_trace(self.path)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def _first_line(self) -> str:
        assert self._process.stdout is not None
        ready, _, _ = select.select([self._process.stdout], [], [], LONGEST_START_S)
        return self._process.stdout.readline().strip() if ready else ""

    def _end(self) -> None:
        if self._process.poll() is None and self._process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                self._process.stdin.close()
        try:
            self._process.wait(LONGEST_STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None and not pipe.closed:
                if pipe is self._process.stdout and self._process.returncode:
                    self.fault = pipe.read().strip() or f"side-car ended with {self._process.returncode}"
                pipe.close()


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
            print(READY, flush=True)
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


def _input_closed(seconds: float) -> bool:
    ready, _, _ = select.select([sys.stdin], [], [], max(0.0, seconds))
    return bool(ready)


def main(arguments: list[str]) -> int:
    """The side-car's own process: meter, file, period."""
    spec, path, period = arguments
    try:
        os.nice(NICENESS)
        with Path(path).open("w", encoding="utf-8") as target:
            sample(open_meter(spec, shared=True), target, _input_closed, float(period))
    except (BenchError, OSError) as error:
        print(error, flush=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
