"""What can be measured on this machine, board by board, and what to do where it cannot: in plain words."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.environment import installed_versions, read_environment
from bench.errors import MeterError
from bench.meters.boards import sole_use_notes
from bench.meters.contract import Meter, MeterKind
from bench.meters.nvml import NvmlBoard, NvmlMeter, board_list
from bench.meters.rapl import POWERCAP, RaplMeter
from bench.profile import Grade
from bench.selftest import SelfTest, save_self_test, self_test, stored_self_test

GRADE_TEXTS: dict[Grade, str] = {
    "A": "the counter agrees with the power sensor; publishable with enough windows",
    "B": "the counter is usable, but not confirmed to 3 %",
    "C": "joules by integrating sampled power",
    "D": "no measured joules: only speed and quality, or an estimate",
}

UNTESTED_GRADES: dict[MeterKind, Grade] = {"nvml-counter": "A", "nvml-power": "C", "absent": "D"}
"""What may be hoped for before the self-test has run."""

Load = Callable[[str], Callable[[float], object] | None]
"""From a board's UUID to something that keeps it busy for some seconds; None where that cannot be done."""


@dataclass(frozen=True)
class BoardVerdict:
    """One board, or the host."""

    board: str
    uuid: str | None
    found: tuple[str, ...]
    """What is there, as sentences."""
    grade: Grade
    """The best that results here can reach."""
    to_do: tuple[str, ...] = ()
    """What would make it better."""
    self_test: SelfTest | None = None


def check(
    *,
    run_self_test: bool = False,
    load: Load | None = None,
    folder: Path | None = None,
    library: Any = None,
    rapl_root: Path = POWERCAP,
) -> tuple[BoardVerdict, ...]:
    """A verdict for each board and one for the host. Nothing is loaded onto a board unless `load` does it.

    Self-tests are stored in `folder` and taken from there when they are not run again.
    """
    try:
        found = board_list(library)
    except MeterError as error:
        return _no_board(str(error)), host_verdict(rapl_root)
    if not found.boards and not found.faults:
        return _no_board("the driver is there and lists no board"), host_verdict(rapl_root)
    verdicts = [_board_verdict(board, run_self_test, load, folder, library) for board in found.boards]
    closed = [
        BoardVerdict("a board that cannot be read", None, ("the driver lists it",), "D", (fault,))
        for fault in found.faults
    ]
    return (*verdicts, *closed, host_verdict(rapl_root))


def check_lines(verdicts: Sequence[BoardVerdict]) -> list[str]:
    """The verdicts as a page."""
    environment = read_environment()
    place = ", in a container" if environment.container else ""
    lines = [f"machine     {environment.host}, {environment.system}{place}"]
    for verdict in verdicts:
        name = f"{verdict.board} ({verdict.uuid})" if verdict.uuid else verdict.board
        lines += ["", name, *(f"  found     {sentence}" for sentence in verdict.found)]
        lines += [f"  grade     at best {verdict.grade}: {GRADE_TEXTS[verdict.grade]}"]
        lines += [f"  to do     {sentence}" for sentence in verdict.to_do]
    return lines


def host_verdict(rapl_root: Path = POWERCAP) -> BoardVerdict:
    """Processor and memory of this machine."""
    try:
        meter = RaplMeter(rapl_root)
    except MeterError as error:
        found = ("no counter of processor and memory can be read", _host_estimator())
        return BoardVerdict("host", None, found, "D", (str(error),))
    return BoardVerdict("host", None, meter.description.notes, "B")


def _host_estimator() -> str:
    version = installed_versions(("codecarbon",)).get("codecarbon")
    if version is None:
        return "codecarbon, which `bench run` estimates them with, is missing: pip install 'image-roi[bench]'"
    return f"`bench run` estimates them with codecarbon {version}, apart from every measured joule"


def _no_board(reason: str) -> BoardVerdict:
    found = ("no NVIDIA board can be read", "speed and quality can be measured, joules of a board cannot")
    return BoardVerdict("NVIDIA boards", None, found, "D", (reason,))


def _board_verdict(
    board: NvmlBoard, run_self_test: bool, load: Load | None, folder: Path | None, library: Any
) -> BoardVerdict:
    found, to_do = _who_else(board)
    try:
        meter = NvmlMeter(board.uuid, library=library)
        try:
            found += _meter_sentences(meter)
            result = _self_test(meter, board, run_self_test, load, folder)
        finally:
            meter.close()
    except MeterError as error:
        return BoardVerdict(board.name, board.uuid, found, "D", (*to_do, str(error)))
    if result is None:
        grade = UNTESTED_GRADES[meter.description.kind]
        return BoardVerdict(
            board.name, board.uuid, found, grade, (*to_do, "run the self-test to confirm the grade")
        )
    found += (_self_test_sentence(result),)
    return BoardVerdict(board.name, board.uuid, found, result.grade, to_do, result)


def _who_else(board: NvmlBoard) -> tuple[tuple[str, ...], tuple[str, ...]]:
    notes = sole_use_notes(board, (os.getpid(),), shared=True)
    to_do = []
    if board.process_ids:
        ids = ", ".join(map(str, board.process_ids))
        to_do.append(f"end process {ids}, or allow a shared board and have results labelled")
    if board.mig:
        to_do.append(f"turn MIG off: nvidia-smi -i {board.uuid} -mig 0")
    return notes, tuple(to_do)


def _meter_sentences(meter: Meter) -> tuple[str, ...]:
    about = meter.description
    reads = {
        "nvml-counter": "an energy counter",
        "nvml-power": "instantaneous power and no energy counter",
    }.get(about.kind, "neither an energy counter nor instantaneous power")
    limit = f", power limit {about.power_limit_w:.0f} W" if about.power_limit_w else ""
    state = meter.read_state()
    now = f"{state.temperature_c:.0f} C" if state.temperature_c is not None else "temperature unknown"
    held = f", held back by {', '.join(sorted(state.throttle_reasons))}" if state.throttle_reasons else ""
    return f"{reads}, driver {about.driver}{limit}", f"{now}{held}"


def _self_test(
    meter: Meter, board: NvmlBoard, run_self_test: bool, load: Load | None, folder: Path | None
) -> SelfTest | None:
    if not run_self_test:
        return stored_self_test(folder, board.uuid, board.driver) if folder else None
    result = self_test(meter, load(board.uuid) if load else None)
    if folder:
        save_self_test(result, folder)
    return result


def _self_test_sentence(result: SelfTest) -> str:
    tick = f", ticks every {1000 * result.tick_s:.0f} ms" if result.tick_s is not None else ""
    return f"self-test {result.outcome}: {result.reason}{tick}"
