"""Which board is meant: by UUID, never by a bare index, and whether its joules are one run's alone."""

import os
from collections.abc import Iterator, Mapping, Sequence

from bench.errors import MeterError
from bench.meters.nvml import NvmlBoard
from bench.units import BYTES_PER_GIB

BUSY_FRACTION = 0.10
"""A board that works this share of the time, before a run loads anything, works for somebody else."""
OWN_MEMORY_BYTES = 2 * BYTES_PER_GIB
"""Less than this a driver keeps for itself; a model takes more."""


def resolve_board(
    boards: Sequence[NvmlBoard],
    uuid: str | None = None,
    environ: Mapping[str, str] | None = None,
    place: int = 0,
) -> NvmlBoard:
    """The board of that UUID (or the start of one); without a UUID the board that CUDA calls number `place`.

    CUDA counts the boards of CUDA_VISIBLE_DEVICES, where it is set, else those that this process may use: a job
    in a device group of Slurm does not see its neighbours'. An index is the driver's only under
    CUDA_DEVICE_ORDER=PCI_BUS_ID or where all boards are alike: CUDA otherwise puts the fastest first.
    """
    if not boards:
        raise MeterError("the driver lists no board; run nvidia-smi -L")
    if uuid is not None:
        return _by_uuid(boards, uuid)
    environ = os.environ if environ is None else environ
    visible = environ.get("CUDA_VISIBLE_DEVICES")
    if visible is None:
        return _by_index(boards, str(place), environ)
    listed = [one.strip() for one in visible.split(",")]
    if listed[0] in ("", "-1", "NoDevFiles"):
        raise MeterError(f"CUDA_VISIBLE_DEVICES={visible!r} hides every board; unset it or name a UUID in it")
    if place >= len(listed):
        raise MeterError(
            f"cuda:{place} is asked for and CUDA_VISIBLE_DEVICES={visible!r} names {len(listed)}"
        )
    if listed[place].isdigit():
        return _by_index(boards, listed[place], environ)
    return _by_uuid(boards, listed[place])


def place_of(device: str) -> int:
    """Which board of CUDA a torch device is: `cuda` is number 0, `cuda:1` number 1."""
    _, _, number = device.partition(":")
    return int(number) if number.isdigit() else 0


def sole_use_notes(
    board: NvmlBoard, own_process_ids: Sequence[int] = (), *, shared: bool = False
) -> tuple[str, ...]:
    """Labels for a board that others use too; `MeterError` unless `shared` allows it.

    Asked before this run puts anything on the board. Where the driver names no process (WSL2, containers) memory
    in use and work under way tell of one. Processes that draw a screen are labelled, and no reason to refuse
    while the board does not work.
    """
    faults, remedies = [], []
    foreign = [one for one in board.process_ids or () if one not in own_process_ids]
    if board.mig:
        faults.append(f"{board.uuid} is in MIG mode: the counter covers the whole board, not one slice")
        remedies.append(f"run nvidia-smi -i {board.uuid} -mig 0")
    if foreign:
        ids = ", ".join(map(str, foreign))
        faults.append(f"{board.uuid} is also used by process {ids}: its joules are in the counter")
        remedies.append("end them")
    elif signs := _signs_of_use(board):
        faults.append(f"{board.uuid} is in use before this run puts anything on it: {signs}")
        remedies.append("end what uses it")
    if faults and not shared:
        raise MeterError(
            f"{'; '.join(faults)}; {', '.join(remedies)}, take another board, or allow a shared board"
        )
    return (*faults, *_notes(board, own_process_ids))


def _signs_of_use(board: NvmlBoard) -> str:
    """Work under way, or memory in use although no process is named; nothing in a board at rest."""
    signs = []
    if board.busy_fraction is not None and board.busy_fraction >= BUSY_FRACTION:
        signs.append(f"it is {board.busy_fraction:.0%} busy")
    nobody = not board.process_ids and not board.graphics_process_ids
    if nobody and (board.memory_used_bytes or 0) >= OWN_MEMORY_BYTES:
        gib = (board.memory_used_bytes or 0) / BYTES_PER_GIB
        signs.append(f"{gib:.1f} GiB are taken and no process is named")
    return " and ".join(signs)


def _notes(board: NvmlBoard, own_process_ids: Sequence[int]) -> Iterator[str]:
    if board.process_ids is None:
        yield f"which processes use {board.uuid} could not be asked; its memory and its work were looked at"
    drawing = [one for one in board.graphics_process_ids if one not in own_process_ids]
    if drawing:
        ids = ", ".join(map(str, drawing))
        yield f"{board.uuid} also draws for process {ids}: those joules are in the counter"


def _by_uuid(boards: Sequence[NvmlBoard], uuid: str) -> NvmlBoard:
    if uuid.startswith("MIG-"):
        raise MeterError(f"{uuid} is a MIG slice and has no counter of its own; name the whole board")
    found = [board for board in boards if board.uuid.startswith(uuid)]
    if len(found) == 1:
        return found[0]
    listed = ", ".join(f"{board.uuid} ({board.name})" for board in boards)
    raise MeterError(
        f"{uuid!r} is {'several boards' if found else 'no board'} of this machine; there are {listed}"
    )


def _by_index(boards: Sequence[NvmlBoard], text: str, environ: Mapping[str, str]) -> NvmlBoard:
    alike = len({board.name for board in boards}) == 1
    if not alike and environ.get("CUDA_DEVICE_ORDER") != "PCI_BUS_ID":
        listed = ", ".join(f"{board.uuid} ({board.name})" for board in boards)
        raise MeterError(
            f"board {text} of CUDA may be any of {listed}; name a UUID or set CUDA_DEVICE_ORDER=PCI_BUS_ID"
        )
    if int(text) >= len(boards):
        raise MeterError(f"CUDA_VISIBLE_DEVICES asks for board {text}, there are {len(boards)}; name a UUID")
    return boards[int(text)]
