"""One attempt at a point: a fresh process, watched until it ends, and a result whatever its end was."""

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from bench.errors import SweepError
from bench.sweep.child import TASKS, Machine, Task
from bench.sweep.plan import PlannedPoint
from bench.sweep.point import point_document
from bench.sweep.result import ATTEMPTS, Place, Result, result_file, usable_result, write_result

LOG_LETTERS = 4000
"""Of the end of a log in which the last line is looked for."""
LOCK_WAIT_S = 10.0
"""A process whose sweep was killed needs a moment to end and let its point go."""
_LOCK_LOOK_S = 0.1

_MEMORY_SIGNAL = "SIGKILL"


def attempt(
    planned: PlannedPoint, place: Place, folder: Path, machine: Machine, lock: int, limit_s: float
) -> Result:
    """Measure one point in a process of its own, which inherits the lock; its result, also on disk."""
    own = _attempt_folder(folder, planned.hash)
    task = Task(point_document(planned.point), place, folder, own, machine)
    began_s, started_at = time.monotonic(), datetime.now(UTC)
    result_file(folder, planned.hash).unlink(missing_ok=True)
    reason = _run(task, own / "log.txt", lock, limit_s)
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


def _run(task: Task, log: Path, lock: int, limit_s: float) -> str | None:
    """Start the process and wait for it; what was wrong with its end."""
    here = str(Path(__file__).resolve().parents[2])
    search = os.pathsep.join(filter(None, (here, os.environ.get("PYTHONPATH"))))
    with log.open("wb") as said:
        child = subprocess.Popen(
            [sys.executable, "-m", "bench.sweep.child"],
            stdin=subprocess.PIPE,
            stdout=said,
            stderr=said,
            start_new_session=True,
            pass_fds=(lock,),
            env=os.environ | {"PYTHONPATH": search},
        )
    assert child.stdin is not None
    try:
        with suppress(BrokenPipeError):
            child.stdin.write(TASKS.dump_json(task) + b"\n")
            child.stdin.flush()
        return _how_it_ended(child.wait(limit_s), log)
    except subprocess.TimeoutExpired:
        return f"did not end within {limit_s / 60:.0f} minutes and was stopped; see {log}"
    finally:
        with suppress(BrokenPipeError):
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
def point_lock(folder: Path, name: str, wait_s: float = LOCK_WAIT_S) -> Iterator[int | None]:
    """Hold a point for the length of the block; None when another process holds it longer than the wait.

    The lock is the kernel's: it ends with the processes that hold it, however they end.
    """
    (folder / ATTEMPTS).mkdir(parents=True, exist_ok=True)
    handle = os.open(folder / ATTEMPTS / f"{name}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        yield handle if _taken(handle, time.monotonic() + wait_s) else None
    finally:
        os.close(handle)


def _taken(handle: int, until_s: float) -> bool:
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until_s:
                return False
            time.sleep(_LOCK_LOOK_S)
        else:
            return True
