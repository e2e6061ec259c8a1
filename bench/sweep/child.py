"""The process of one point: takes its task from standard input, measures, writes the result, ends.

It lives as long as the other end of its input: when whoever started it is gone, however that ended, it kills
itself and every process it started, so that nothing holds the board.
"""

import os
import signal
import sys
import threading
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from pydantic import TypeAdapter

from bench.errors import BenchError, MeterError, SweepError
from bench.lock import file_lock
from bench.pipelines import PipelineMemoryError
from bench.profile import Profile
from bench.prompts import PromptSet, bundled_prompts, read_prompts
from bench.run.plan import Plan
from bench.run.point import run_point
from bench.run.process import meter_for
from bench.sweep.point import Document, Point, point_hash, read_point
from bench.sweep.result import ATTEMPTS, Place, Result, write_result
from bench.sweep.tier import changes_of

HASH_LETTERS_IN_ID = 8
LOCK_WAIT_S = 10.0
"""A process whose sweep was killed needs a moment to end and let its point go."""


@dataclass(frozen=True)
class Machine:
    """Where and with what points are measured: no part of a point."""

    device: str = "cuda"
    """Torch device."""
    meter: str = "auto"
    """The meter, as `bench.meters.find` names it."""
    shared: bool = False
    """Accept a board that others use, and label the result."""
    self_tests: Path | None = None
    """Folder in which self-tests of meters are stored."""


@dataclass(frozen=True)
class Task:
    """One attempt at one point."""

    point: Document
    place: Place
    folder: Path
    """Where the result goes."""
    attempt: Path
    """Folder for what the attempt leaves behind."""
    machine: Machine


TASKS = TypeAdapter(Task)


def carry_out(task: Task) -> Result:
    """Measure the point of a task; out of memory and every expected error are results with their reason."""
    began_s, started_at = time.monotonic(), datetime.now(UTC)

    def ended(**how: object) -> Result:
        head = {"hash": point_hash(task.point), "point": task.point, "place": task.place}
        spent = {"started_at": started_at, "duration_s": time.monotonic() - began_s}
        return Result.model_validate(head | spent | how)

    try:
        plan = plan_of(task)
    except BenchError as fault:
        return ended(status="failed", reason=str(fault))
    try:
        profile = labelled(run_point(plan), point_hash(task.point), changes_of(plan.tier))
    except PipelineMemoryError as fault:
        return ended(status="out_of_memory", reason=str(fault), board=_board(plan))
    except BenchError as fault:
        return ended(status="failed", reason=str(fault), board=_board(plan))
    return ended(status="measured", profile=profile, board=profile.hardware.accelerator)


def plan_of(task: Task) -> Plan:
    """The task as `bench run` takes it."""
    point, machine = read_point(task.point), task.machine
    return Plan(
        settings=replace(point.settings, device=machine.device),
        tier=point.tier,
        prompts=_prompts(point),
        output=task.attempt / "profile.json",
        meter_spec=machine.meter,
        shared=machine.shared,
        seed=point.image_seed,
        self_tests=machine.self_tests,
    )


def _prompts(point: Point) -> PromptSet:
    if point.prompt_file is not None:
        return read_prompts(Path(point.prompt_file))
    return bundled_prompts(point.prompt_length)


def labelled(profile: Profile, name: str, changes: str | None) -> Profile:
    """The profile under an id that no other point has, with a note where durations were changed.

    Raises
    ------
    SweepError
        When the measurement was interrupted: it is half a point.
    """
    if any("interrupted" in note for note in profile.notes):
        raise SweepError("the measurement was interrupted; run the sweep again with --retry-failed")
    notes = (*profile.notes, *([changes] if changes else []))
    own_id = f"{profile.id}-{name[:HASH_LETTERS_IN_ID]}"
    return Profile.model_validate(dict(profile) | {"id": own_id, "notes": notes})


def _board(plan: Plan) -> str | None:
    try:
        meter = meter_for(plan)
    except MeterError:
        return None
    meter.close()
    return meter.description.board_name


def process_lock(folder: Path, name: str) -> Path:
    """The file that the process of a point locks as long as it lives."""
    return folder / ATTEMPTS / f"{name}.process.lock"


def _end_with_the_input() -> None:
    sys.stdin.read()
    if sys.platform == "win32":
        os._exit(1)  # what it started ends with its own input, or with its parent
    else:
        os.killpg(0, signal.SIGKILL)


def main() -> int:
    """Read a task, guard the input, carry the task out."""
    task = TASKS.validate_json(sys.stdin.readline())
    threading.Thread(target=_end_with_the_input, daemon=True).start()
    with file_lock(process_lock(task.folder, point_hash(task.point)), LOCK_WAIT_S) as held:
        if not held:
            raise SweepError(f"{task.folder}: another process measures this point; wait for it to end")
        write_result(task.folder, carry_out(task))
    return 0


if __name__ == "__main__":
    sys.exit(main())
