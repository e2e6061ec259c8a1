"""One attempt at a point: a fresh process, watched until it ends, and a result whatever its end was."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from bench.errors import SweepError
from bench.lock import file_lock
from bench.sideprocess import child_environment
from bench.sweep.child import LOCK_WAIT_S, TASKS, Machine, Task, process_lock
from bench.sweep.plan import PlannedPoint
from bench.sweep.point import point_document
from bench.sweep.result import ATTEMPTS, Place, Result, result_file, usable_result, write_result

LOG_LETTERS = 4000
"""Of the end of a log in which the last line is looked for."""

_MEMORY_SIGNAL = "SIGKILL"


def attempt(planned: PlannedPoint, place: Place, folder: Path, machine: Machine, limit_s: float) -> Result:
    """Measure one point, which is held by `point_lock`, in a process of its own; its result, also on disk."""
    own = _attempt_folder(folder, planned.hash)
    task = Task(point_document(planned.point), place, folder, own, machine)
    began_s, started_at = time.monotonic(), datetime.now(UTC)
    result_file(folder, planned.hash).unlink(missing_ok=True)
    reason = _run(task, own / "log.txt", limit_s)
    found = usable_result(folder, planned.hash)
    if found is None:
        found = Result(
            hash=planned.hash,
            point=task.point,
            place=place,
            status="failed",
            reason=reason or f"the process wrote no result; see {own}",
            started_at=started_at,
            duration_s=time.monotonic() - began_s,
        )
        write_result(folder, found)
    return found


def _attempt_folder(folder: Path, name: str) -> Path:
    for number in range(1, sys.maxsize):
        own = folder / ATTEMPTS / f"{name}-{number}"
        try:
            own.mkdir(parents=True)
        except FileExistsError:
            continue
        return own
    raise SweepError(f"{folder}: holds too many attempts; name another folder")


def _run(task: Task, log: Path, limit_s: float) -> str | None:
    """Start the process and wait for it; what was wrong with its end."""
    with log.open("wb") as said:
        child = subprocess.Popen(
            [sys.executable, "-m", "bench.sweep.child"],
            stdin=subprocess.PIPE,
            stdout=said,
            stderr=said,
            start_new_session=True,
            env=child_environment(),
        )
    assert child.stdin is not None
    try:
        with suppress(OSError):
            child.stdin.write(TASKS.dump_json(task) + b"\n")
            child.stdin.flush()
        return _how_it_ended(child.wait(limit_s), log)
    except subprocess.TimeoutExpired:
        return f"did not end within {limit_s / 60:.0f} minutes and was stopped; see {log}"
    finally:
        with suppress(OSError):
            child.stdin.close()
        child.wait()


def _how_it_ended(code: int, log: Path) -> str | None:
    if code == 0:
        return None
    if code < 0:
        name = signal.Signals(-code).name
        hint = ", as the system does when memory runs out" if name == _MEMORY_SIGNAL else ""
        return f"the process was ended by {name}{hint}; see {log}"
    lines = log.read_text(encoding="utf-8", errors="replace")[-LOG_LETTERS:].split("\n")
    last = next((line.strip() for line in reversed(lines) if line.strip()), "it said nothing")
    return f"the process ended with status {code}: {last}; see {log}"


@contextmanager
def point_lock(folder: Path, name: str, wait_s: float = LOCK_WAIT_S) -> Iterator[bool]:
    """Hold a point for the length of the block; false when another sweep holds it longer than the wait.

    A sweep that was killed lets its point go at once, but its process may not have ended yet: that is waited for.
    """
    (folder / ATTEMPTS).mkdir(parents=True, exist_ok=True)
    with file_lock(folder / ATTEMPTS / f"{name}.lock", wait_s) as held:
        yield held and _no_process_at(folder, name, wait_s)


def _no_process_at(folder: Path, name: str, wait_s: float) -> bool:
    with file_lock(process_lock(folder, name), wait_s) as free:
        return free
