"""Which board is meant: by UUID, never by a bare index, and whether its joules are one run's alone."""

import os
from collections.abc import Mapping, Sequence

from bench.errors import MeterError
from bench.meters.nvml import NvmlBoard


def resolve_board(
    boards: Sequence[NvmlBoard], uuid: str | None = None, environ: Mapping[str, str] | None = None
) -> NvmlBoard:
    """The board of that UUID (or the start of one); without a UUID the board that CUDA calls its first.

    CUDA's first board is the first of CUDA_VISIBLE_DEVICES. An index in it is the driver's only under
    CUDA_DEVICE_ORDER=PCI_BUS_ID or where all boards are alike: CUDA otherwise puts the fastest first.
    """
    if not boards:
        raise MeterError("the driver lists no board; run nvidia-smi -L")
    if uuid is not None:
        return _by_uuid(boards, uuid)
    environ = os.environ if environ is None else environ
    visible = environ.get("CUDA_VISIBLE_DEVICES")
    if visible is None:
        return _by_index(boards, "0", environ)
    first = visible.split(",")[0].strip()
    if first in ("", "-1", "NoDevFiles"):
        raise MeterError(f"CUDA_VISIBLE_DEVICES={visible!r} hides every board; unset it or name a UUID in it")
    if first.isdigit():
        return _by_index(boards, first, environ)
    return _by_uuid(boards, first)


def sole_use_notes(
    board: NvmlBoard, own_process_ids: Sequence[int] = (), *, shared: bool = False
) -> tuple[str, ...]:
    """Labels for a board that others use too; `MeterError` unless `shared` allows it.

    Asked before this run puts anything on the board. In a container the driver may report process ids of the
    host: then one's own look foreign as well.
    """
    notes = []
    foreign = [process_id for process_id in board.process_ids if process_id not in own_process_ids]
    if board.mig:
        notes.append(f"{board.uuid} is in MIG mode: the counter covers the whole board, not one slice")
    if foreign:
        ids = ", ".join(map(str, foreign))
        notes.append(f"{board.uuid} is also used by process {ids}: its joules are in the counter")
    if notes and not shared:
        remedy = "end them" if foreign else f"run nvidia-smi -i {board.uuid} -mig 0"
        raise MeterError(f"{'; '.join(notes)}; {remedy}, take another board, or allow a shared board")
    return tuple(notes)


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
