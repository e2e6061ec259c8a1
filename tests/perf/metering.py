"""What metering costs the processor: its time in windows beside the work, against the bare work of the same run.

A window here is everything that `take_window` does: waiting for ticks, looks at the board, batches, the tail,
and reading the side-car's rows. The board is a recording with rows as close as a side-car writes them, played in
real time except that its waits cost nothing; the work is seeded numpy in one thread. The side-car itself is
another process, of lower priority, and is not in these figures."""

import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from bench.meters.contract import NANOSECONDS_PER_SECOND, BoardState, MeterDescription
from bench.meters.replay import replay_file
from bench.meters.trace import TraceRow, trace_head, trace_line
from bench.protocol.tiers import QUICK
from bench.protocol.window import Rig, states_of_trace, take_window
from bench.sampler import PERIOD_S

VALUES = 12_000_000
"""Values drawn and sorted in one batch: about 0.2 s where numpy sorts by AVX-512."""
POWER_W = 250.0
RECORDED_S = 600.0
"""Length of the recording, as long as the standard tier's windows may take."""
AIM_FRACTION = 0.01


@dataclass
class CountedWork:
    """Batches of seeded numpy that add up their own processor time."""

    images_per_batch: int = 1
    batches: int = 0
    cpu_s: float = 0.0

    def generate_batch(self, index: int) -> None:
        """Draw and sort."""
        begin_s = time.process_time()
        np.sort(np.random.default_rng(index).standard_normal(VALUES))
        self.cpu_s += time.process_time() - begin_s
        self.batches += 1

    def synchronize(self) -> None:
        """Nothing runs behind the processor's back."""


def report(*, quick: bool) -> None:
    """Print processor time per batch, bare and metered, and the share that is not the work's."""
    window_s, windows = (2.0, 2) if quick else (QUICK.window_min_s, 4)
    bare, metered = CountedWork(), CountedWork()
    window_cpu_s = 0.0
    with tempfile.TemporaryDirectory() as folder:
        rig = _rig(metered, Path(folder) / "trace.csv", window_s)
        for index in range(windows):
            before = metered.batches
            begin_s = time.process_time()
            window = take_window(rig, index, before)
            window_cpu_s += time.process_time() - begin_s
            if window.rejection:
                raise RuntimeError(f"window {index} does not count: {window.rejection.reason}")
            for batch in range(before, metered.batches):
                bare.generate_batch(batch)
    _print(bare, metered, window_cpu_s, f"{windows} windows of {window_s:g} s")


def _rig(work: CountedWork, path: Path, window_s: float) -> Rig:
    _record(path)
    meter = replay_file(path, follows_real_time=True)
    return Rig(
        work, meter, meter.clock, replace(QUICK, window_min_s=window_s), states_between=states_of_trace(path)
    )


def _record(path: Path) -> None:
    """A steady board whose counter ticks once a row."""
    lines = [trace_head(MeterDescription("nvml-counter", "gpu", "steady board"))]
    for row in range(round(RECORDED_S / PERIOD_S)):
        at_s = row * PERIOD_S
        state = BoardState(round(at_s * NANOSECONDS_PER_SECOND), temperature_c=50.0, power_w=POWER_W)
        lines.append(trace_line(TraceRow(state, POWER_W * at_s)))
    path.write_text("".join(lines), encoding="utf-8")


def _print(bare: CountedWork, metered: CountedWork, window_cpu_s: float, what: str) -> None:
    beside = (window_cpu_s - metered.cpu_s) / window_cpu_s
    bare_s, window_s = bare.cpu_s / bare.batches, window_cpu_s / metered.batches
    print(
        f"metering: {what}, {metered.batches} batches: {beside:.2%} of the processor time is not the work's "
        f"(aim below {AIM_FRACTION:.0%}); a batch takes {window_s * 1e3:.1f} ms of processor in a window, "
        f"{bare_s * 1e3:.1f} ms bare, {window_s / bare_s - 1.0:+.2%}"
    )
