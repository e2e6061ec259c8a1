"""The side-car as a real process: rows, stopping, the death of its parent."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bench.errors import MeterError
from bench.meters.contract import BoardState, MeterDescription
from bench.meters.trace import TraceRow, read_trace, trace_head, trace_line
from bench.sampler import Sidecar
from bench.sideprocess import NICENESS

ROOT = Path(__file__).resolve().parents[2]
SECOND = 1_000_000_000


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """A minute of a board at 100 W, a row each 10 ms."""
    about = MeterDescription("nvml-counter", "gpu", "NVIDIA L4", "GPU-1")
    rows = [TraceRow(BoardState(k * SECOND // 100, 50.0, power_w=100.0), 1.0 * k) for k in range(6000)]
    path = tmp_path / "recording.csv"
    path.write_text(trace_head(about) + "".join(map(trace_line, rows)), encoding="utf-8")
    return path


def wait_for_rows(path: Path, rows: int = 5) -> None:
    """Until the file holds that many whole rows, at most ten seconds."""
    for _ in range(200):
        if path.exists() and path.read_text(encoding="utf-8").count("\n") >= rows + 2:
            return
        time.sleep(0.05)
    raise AssertionError(f"{path} did not grow to {rows} rows")


def test_a_sidecar_writes_the_board_as_it_goes_until_told_to_stop(recording: Path, tmp_path: Path) -> None:
    sidecar = Sidecar(f"replay:{recording}", tmp_path / "rows.csv", period_s=0.02)
    sidecar.start()
    wait_for_rows(sidecar.path)
    trace = sidecar.stop()
    stamps = [row.state.monotonic_ns for row in trace.rows]
    energies = [row.energy_j for row in trace.rows if row.energy_j is not None]
    assert len(energies) == len(stamps) >= 5
    assert (stamps, energies) == (sorted(stamps), sorted(energies))
    assert {power.power_w for power in trace.powers} == {100.0}
    assert (sidecar.fault, trace.description.kind) == (None, "replay")


def test_a_sidecar_runs_in_a_process_of_lower_priority(recording: Path, tmp_path: Path) -> None:
    with Sidecar(f"replay:{recording}", tmp_path / "rows.csv") as sidecar:
        assert sidecar.process_id != os.getpid()
        niceness = os.getpriority(os.PRIO_PROCESS, sidecar.process_id)
    assert niceness == min(19, os.getpriority(os.PRIO_PROCESS, 0) + NICENESS)


def test_rows_outlive_a_parent_that_is_killed_and_the_sidecar_ends_by_itself(
    recording: Path, tmp_path: Path
) -> None:
    rows = tmp_path / "rows.csv"
    code = (
        "import os, signal, sys, time; from pathlib import Path; from bench.sampler import Sidecar\n"
        "sidecar = Sidecar(sys.argv[1], Path(sys.argv[2]), 0.02); sidecar.start()\n"
        "print(sidecar.process_id, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code, f"replay:{recording}", str(rows)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    with parent:
        assert parent.stdout is not None
        process_id = int(parent.stdout.readline())
        wait_for_rows(rows)
        parent.kill()
    for _ in range(200):
        if not is_running(process_id):
            break
        time.sleep(0.05)
    assert not is_running(process_id)
    assert len(read_trace(rows).rows) >= 5


def is_running(process_id: int) -> bool:
    """Whether the process is there and not merely waiting to be reaped."""
    try:
        status = Path(f"/proc/{process_id}/stat").read_text(encoding="ascii")
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def test_a_sidecar_that_cannot_open_its_meter_says_why(tmp_path: Path) -> None:
    missing = tmp_path / "missing.csv"
    with pytest.raises(MeterError, match=f"side-car did not start: {missing}: cannot read the trace"):
        Sidecar(f"replay:{missing}", tmp_path / "rows.csv").start()


def test_a_sidecar_that_ends_by_itself_keeps_its_rows_and_its_reason(tmp_path: Path) -> None:
    about = MeterDescription("nvml-counter", "gpu", "NVIDIA L4", "GPU-1")
    rows = [TraceRow(BoardState(k * SECOND, power_w=100.0), 100.0 * k) for k in range(2)]
    path = tmp_path / "short.csv"
    path.write_text(trace_head(about) + "".join(map(trace_line, rows)), encoding="utf-8")
    sidecar = Sidecar(f"replay:{path}", tmp_path / "rows.csv", period_s=0.02)
    sidecar.start()
    sidecar.wait(10.0)
    trace = sidecar.stop()
    assert sidecar.fault is not None
    assert "the recording ends 1.0 s after its start" in sidecar.fault
    assert trace.rows[0].energy_j == 0.0
