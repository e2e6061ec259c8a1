"""Opening a meter by a short text, as the command line and the side-car name it."""

import os
from pathlib import Path
from typing import Any

from bench.errors import MeterError
from bench.meters.boards import resolve_board, sole_use_notes
from bench.meters.contract import AbsentMeter, Meter
from bench.meters.nvml import NvmlMeter, nvml_boards
from bench.meters.rapl import RaplMeter
from bench.meters.replay import replay_file

SPECS = "auto, nvml, nvml:UUID, rapl, replay:FILE.csv, none"


def open_meter(spec: str = "auto", *, shared: bool = False, library: Any = None) -> Meter:
    """The meter that `spec` names; `auto` is NVML, else RAPL, else an absent meter that says why.

    `shared` allows a board that other processes use or that is in MIG mode, and labels it.
    """
    kind, _, argument = spec.partition(":")
    if kind == "auto" and not argument:
        return _first_of_all(shared, library)
    if kind == "nvml":
        return _nvml(argument or None, shared, library)
    if kind == "rapl" and not argument:
        return RaplMeter()
    if kind == "replay" and argument:
        return replay_file(Path(argument), follows_real_time=True)
    if spec == "none":
        return AbsentMeter("metering was switched off")
    raise MeterError(f"no meter is called {spec!r}; there are {SPECS}")


def spec_of(meter: Meter) -> str | None:
    """The text that opens the same meter in another process; None where there is nothing to sample."""
    description = meter.description
    if description.kind in ("nvml-counter", "nvml-power"):
        return f"nvml:{description.board_uuid}"
    return "rapl" if description.kind == "rapl" else None


def _nvml(uuid: str | None, shared: bool, library: Any) -> Meter:
    board = resolve_board(nvml_boards(library), uuid)
    return NvmlMeter(board.uuid, sole_use_notes(board, (os.getpid(),), shared=shared), library)


def _first_of_all(shared: bool, library: Any) -> Meter:
    """A board that is there but in use is an error; only a missing one lets the next meter have its turn."""
    try:
        boards = nvml_boards(library)
    except MeterError as no_board:
        try:
            return RaplMeter()
        except MeterError as no_rapl:
            return AbsentMeter(f"{no_board}; {no_rapl}")
    return NvmlMeter(
        (board := resolve_board(boards)).uuid, sole_use_notes(board, (os.getpid(),), shared=shared), library
    )
