"""Opening a meter by a short text, as the command line and the side-car name it."""

import os
from pathlib import Path
from typing import Any

from bench.errors import MeterError
from bench.meters.boards import place_of, resolve_board, sole_use_notes
from bench.meters.contract import AbsentMeter, Meter
from bench.meters.nvml import NvmlMeter, nvml_boards
from bench.meters.rapl import RaplMeter
from bench.meters.replay import replay_file

KINDS = ("auto", "nvml", "rapl", "replay", "none", "absent")
SPECS = "auto, nvml, nvml:UUID, rapl, replay:FILE.csv, none"


def open_meter(
    spec: str = "auto", *, shared: bool = False, device: str = "cuda", library: Any = None
) -> Meter:
    """The meter that `spec` names; `auto` is the NVML meter of a CUDA device, else an absent one that says why.

    The processor's counters never stand in for those of a board: their joules would be of something else.

    Parameters
    ----------
    shared
        Allow a board that other processes use or that is in MIG mode, and label it.
    device
        Torch's name of the board that is to work.
    """
    kind, _, argument = spec.partition(":")
    if kind == "auto" and not argument:
        return _nvml_or_absent(shared, device, library)
    if kind == "nvml":
        return _nvml(argument or None, shared, device, library)
    if kind == "rapl" and not argument:
        return RaplMeter()
    if kind == "replay" and argument:
        return replay_file(Path(argument), follows_real_time=True)
    if spec == "none":
        return AbsentMeter("metering was switched off")
    raise MeterError(f"no meter is called {spec!r}; there are {SPECS}")


def require_meter(spec: str) -> None:
    """Refuse a meter that nobody could open, before anything is started that would want it.

    Raises
    ------
    MeterError
        For an unknown one, and for one that was named and is not there; `auto` and `none` are always there.
    """
    kind, _, argument = spec.partition(":")
    if kind == "nvml":
        resolve_board(nvml_boards(), argument or None)
    elif spec != "auto":
        open_meter(spec).close()


def open_beside(spec: str) -> Meter:
    """The same meter for a side process: who else uses the board was asked by the run itself."""
    kind, _, uuid = spec.partition(":")
    return NvmlMeter(uuid) if kind == "nvml" else open_meter(spec)


def spec_of(meter: Meter) -> str | None:
    """The text that opens the same meter in another process; None where there is nothing to sample."""
    description = meter.description
    if description.kind in ("nvml-counter", "nvml-power"):
        return f"nvml:{description.board_uuid}"
    return "rapl" if description.kind == "rapl" else None


def _nvml(uuid: str | None, shared: bool, device: str, library: Any) -> Meter:
    board = resolve_board(nvml_boards(library), uuid, place=place_of(device))
    return NvmlMeter(board.uuid, sole_use_notes(board, (os.getpid(),), shared=shared), library)


def _nvml_or_absent(shared: bool, device: str, library: Any) -> Meter:
    """A board that is there but in use is an error; only a missing one is absent."""
    try:
        nvml_boards(library)
    except MeterError as no_board:
        return AbsentMeter(str(no_board))
    return _nvml(None, shared, device, library)
