"""Whether the meter's board is the board that works, and whether it works for this run alone.

A meter of the wrong board reads that board's idle power: 150 J, with a narrow interval, for an image of 1,200 J. So
the framework is asked which board it works on, and where it does not say, memory and power are looked at.
"""

import os
from collections.abc import Sequence
from statistics import fmean
from typing import Any

from bench.errors import MeterError
from bench.meters.contract import Meter
from bench.meters.nvml import NvmlBoard, nvml_boards
from bench.protocol.records import Measurement
from bench.protocol.window import state_or_none
from bench.units import BYTES_PER_GIB

IDLE_EXCESS_MIN = 1.03
"""A board at work draws more than this many times its idle power with the model loaded."""
GROWTH_MIN = 0.5
"""Memory in use on the meter's board grows by at least this share of what the framework took [1]."""
TAKEN_MIN_BYTES = 256 * 2**20
"""Less than this is lost among what else changes on a board."""

_WAY_OUT = "name the board that works: --meter nvml:UUID (nvidia-smi -L lists them)"


class BoardGuard:
    """Looks at the meter's board before loading, after loading and at the end."""

    def __init__(self, meter: Meter, library: Any = None) -> None:
        self._meter = meter
        self._library = library
        self._metered = meter.description.kind in ("nvml-counter", "nvml-power")
        self._before = _memory_used(meter)
        self._ids_before = self._ids()
        self._own: frozenset[int] | None = None

    def loaded(self, worked_on: str | None, taken_bytes: int | None) -> None:
        """The model is on a board: is it this one?

        Parameters
        ----------
        worked_on
            UUID of the board as the framework knows it; None where it does not say.
        taken_bytes
            What the framework holds there [bytes].

        Raises
        ------
        MeterError
            When the meter reads another board.
        """
        if not self._metered:
            return
        ids = self._ids()
        self._own = None if ids is None or self._ids_before is None else ids - self._ids_before
        about = self._meter.description
        if worked_on is not None and not about.sliced and worked_on != about.board_uuid:
            raise MeterError(
                f"the work runs on {worked_on} and the meter reads {about.board_uuid}; {_WAY_OUT}"
            )
        after = _memory_used(self._meter)
        if self._before is None or after is None or not taken_bytes or taken_bytes < TAKEN_MIN_BYTES:
            return
        grown = after - self._before
        if grown < GROWTH_MIN * taken_bytes:
            raise MeterError(
                f"the model took {taken_bytes / BYTES_PER_GIB:.1f} GiB and memory in use on {about.board_uuid} "
                f"grew by {grown / BYTES_PER_GIB:.1f} GiB: the meter reads another board; {_WAY_OUT}"
            )

    def over(self, measured: Measurement) -> tuple[str, ...]:
        """Notes on who came to the board meanwhile.

        Raises
        ------
        MeterError
            When the board drew no more at work than idle: it is not the one that worked.
        """
        if not self._metered:
            return ()
        require_work(measured)
        ids = self._ids()
        if ids is None or self._ids_before is None or self._own is None:
            return ()
        return _company(sorted(ids - self._ids_before - self._own), self._own)

    def _ids(self) -> frozenset[int] | None:
        board = self._board()
        return None if board is None or board.process_ids is None else frozenset(board.process_ids)

    def _board(self) -> NvmlBoard | None:
        if not self._metered:
            return None
        try:
            boards: Sequence[NvmlBoard] = nvml_boards(self._library)
        except MeterError:
            return None
        return next((one for one in boards if one.uuid == self._meter.description.board_uuid), None)


def require_work(measured: Measurement) -> None:
    """`MeterError` when the windows' mean power is that of a board at rest."""
    powers = [one for window in measured.accepted if (one := window.mean_power_w) is not None]
    rest = [one for one in (measured.idle.with_context_w, measured.idle.without_context_w) if one is not None]
    if powers and rest and fmean(powers) < IDLE_EXCESS_MIN * max(rest):
        board = measured.meter.board_uuid if measured.meter else None
        raise MeterError(
            f"board {board} drew {fmean(powers):.0f} W while pictures were made and {max(rest):.0f} W idle: it did "
            f"not make them; {_WAY_OUT}"
        )


def _company(joined: Sequence[int], own: frozenset[int]) -> tuple[str, ...]:
    """Labels for processes that are not this run's.

    A driver outside of a container reports numbers of its own: then what appeared while the model was loaded is
    this run, if it is one process.
    """
    notes = []
    strangers = sorted(own - {os.getpid()}) if os.getpid() in own else sorted(own)[1:]
    if strangers and os.getpid() in own:
        notes.append(f"process {_listed(strangers)} came to the board while the model was loaded")
    elif strangers:
        notes.append(
            f"processes {_listed(sorted(own))} came to the board while the model was loaded; one of them is this "
            "run, and the driver numbers them otherwise than this container"
        )
    if joined:
        notes.append(f"process {_listed(joined)} came to the board while windows were measured")
    return tuple(f"{note}: its joules are in them" for note in notes)


def _listed(ids: Sequence[int]) -> str:
    return ", ".join(map(str, ids))


def _memory_used(meter: Meter) -> int | None:
    state = state_or_none(meter)
    return state.memory_used_bytes if state else None
