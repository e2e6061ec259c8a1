"""Prometheus: what it stored of boards' counters, as the ledger's minutes of boards.

Counters are read at even moments, a step apart (`query_range`). dE between two moments is the counter's difference;
a step in which the board was busy is busy with all its joules and seconds, where the exporter does not keep busy
and idle apart itself. What is not there at either moment is a gap; a counter that fell is a reset and a gap. Sums
over minutes are therefore the counter's difference over what was read:

    sum of busy + sum of idle = counter at the end - counter at the beginning          (no gaps, no resets)

A counter of a whole board that stands under the name of a part of it, as in MIG or where pods take turns, is
refused.
"""

import itertools
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bench.operations.ledger import Ledger
from bench.operations.rows import BoardMinute, Row, utc_of_unix
from roi.errors import OperationError
from roi.operate.sources.maps import MAPS, Map
from roi.operate.sources.reading import Pulled, answer
from roi.texts.messages import Message, at

STEP_S = 15
MINUTE_S = 60
POINTS_MAX = 10_000
"""Prometheus answers no more than 11,000 moments at once."""
Samples = Mapping[int, float]
"""Values by moment [s since 1970]."""


@dataclass(frozen=True)
class Asked:
    """What is to be pulled."""

    kind: str
    """Key of the map."""
    begin_s: int
    end_s: int
    supply: str | None = None
    board: str | None = None
    """Only this one."""
    step_s: int = STEP_S
    row_s: int = MINUTE_S
    """Length of a row of the ledger [s]."""


@dataclass(frozen=True)
class _Board:
    uuid: str
    name: str
    energy: Samples
    """[J]"""
    busy: Samples
    counters: Mapping[str, Samples]


def pull(address: str, asked: Asked) -> Pulled:
    """The boards' minutes of a time.

    Raises
    ------
    OperationError
        For an unknown map, a step that does not divide a minute, boards in parts, and where nothing was stored.
    """
    found = MAPS.get(asked.kind)
    if found is None:
        raise OperationError(Message("operating.map", given=repr(asked.kind), known=", ".join(MAPS)))
    if asked.step_s < 1 or asked.row_s % asked.step_s:
        raise OperationError(Message("operating.step", given=asked.step_s))
    begin_s, end_s = -(-asked.begin_s // asked.row_s) * asked.row_s, asked.end_s // asked.row_s * asked.row_s
    if begin_s >= end_s:
        raise OperationError(Message("operating.no_minute"))
    window = _Window(address, begin_s, end_s, asked.step_s, asked.row_s)
    boards = list(_boards(window, found, asked))
    rows = [minute for board in boards for minute in _minutes(board, window, found, asked.supply, address)]
    return Pulled(list(rows))


@dataclass(frozen=True)
class _Window:
    address: str
    begin_s: int
    end_s: int
    step_s: int
    row_s: int

    def series(self, query: str) -> list[tuple[dict[str, str], Samples]]:
        """Labels and samples of every series of a query, at even moments, both ends included."""
        found: dict[tuple[tuple[str, str], ...], dict[int, float]] = defaultdict(dict)
        for first in range(self.begin_s, self.end_s + 1, POINTS_MAX * self.step_s):
            last = min(first + (POINTS_MAX - 1) * self.step_s, self.end_s)
            said = answer(
                self.address,
                "/api/v1/query_range",
                query=query,
                start=str(first),
                end=str(last),
                step=str(self.step_s),
            )
            if not isinstance(said, dict) or said.get("status") != "success":
                raise OperationError(at(self.address, Message("operating.no_prometheus")))
            for one in said["data"]["result"]:
                values = {round(moment): float(value) for moment, value in one["values"]}
                found[tuple(sorted(one["metric"].items()))] |= values
        return [(dict(labels), samples) for labels, samples in found.items()]


def _boards(window: _Window, found: Map, asked: Asked) -> Iterator[_Board]:
    energy: dict[str, tuple[dict[str, str], Samples]] = {}
    for labels, samples in window.series(found.energy):
        uuid = labels.get(found.board, "")
        if asked.board not in (None, uuid):
            continue
        part = next((f"{name}={labels[name]}" for name in found.parts if labels.get(name)), None)
        if part or uuid in energy:
            shared = part or Message("operating.several_series")
            sentence = Message("operating.shared_board", board=str(uuid or labels), part=shared)
            raise OperationError(at(found.energy, sentence))
        energy[uuid] = (labels, {at: value * found.joules for at, value in samples.items()})
    if not energy:
        raise OperationError(at(window.address, Message("operating.no_energy", series=found.energy)))
    if found.busy_board is None and len(energy) > 1:
        raise OperationError(at(", ".join(sorted(energy)), Message("operating.which_board")))
    busy = _by_board(window, found.busy, found.busy_board)
    counters = {
        name: _by_board(window, query, found.board) for name, query in (found.busy_counters or {}).items()
    }
    for uuid, (labels, joules) in sorted(energy.items()):
        key = uuid if found.busy_board else ""
        if key not in busy:
            sentence = Message("operating.no_busy", series=found.busy, board=uuid)
            raise OperationError(at(window.address, sentence))
        mine = {name: series.get(uuid, {}) for name, series in counters.items()}
        yield _Board(uuid, labels.get(found.name or "", "") or "unknown", joules, busy[key], mine)


def _by_board(window: _Window, query: str, label: str | None) -> dict[str, Samples]:
    return {labels.get(label, "") if label else "": samples for labels, samples in window.series(query)}


def _minutes(
    board: _Board, window: _Window, found: Map, supply: str | None, address: str
) -> Iterator[BoardMinute]:
    for minute_s in range(window.begin_s, window.end_s, window.row_s):
        moments = range(minute_s, minute_s + window.row_s + 1, window.step_s)
        steps = [_step(board, found, *pair) for pair in itertools.pairwise(moments)]
        read = [one for one in steps if one.energy_j is not None]
        if not read and not any(at in board.energy for at in moments):
            continue  # nothing was stored: neither a reading nor a gap of one
        joules = math.fsum(one.energy_j or 0.0 for one in read)
        busy_j = min(math.fsum(one.busy_j for one in read), joules)
        yield BoardMinute(
            source=f"prometheus:{address.rstrip('/')}",
            source_id=f"{found.energy}:{board.uuid}:{minute_s}",
            started_at=utc_of_unix(minute_s),
            board_uuid=board.uuid,
            board_name=board.name,
            boundary="gpu",
            supply=supply,
            seconds=math.fsum(one.seconds for one in read),
            energy_j=joules if read else None,
            busy_j=busy_j if read else None,
            idle_j=joules - busy_j if read else None,
            busy_seconds=math.fsum(one.busy_seconds for one in read),
            images=round(math.fsum(one.images for one in read)),
            gap_s=math.fsum(one.gap_s for one in steps),
            resets=sum(one.resets for one in steps),
        )


@dataclass(frozen=True)
class _Step:
    seconds: float = 0.0
    energy_j: float | None = None
    busy_j: float = 0.0
    busy_seconds: float = 0.0
    images: float = 0.0
    gap_s: float = 0.0
    resets: int = 0


def _step(board: _Board, found: Map, begin: int, end: int) -> _Step:
    seconds = float(end - begin)
    before, after = board.energy.get(begin), board.energy.get(end)
    if before is None or after is None or board.busy.get(end) is None:
        return _Step(gap_s=seconds)
    if after < before:
        return _Step(gap_s=seconds, resets=1)
    if found.busy_counters is None:
        works = board.busy[end] > 0.0 or board.busy.get(begin, 0.0) > 0.0
        joules = after - before
        return _Step(seconds, joules, joules if works else 0.0, seconds if works else 0.0)
    more = {name: _difference(series, begin, end) for name, series in board.counters.items()}
    return _Step(
        seconds=more["seconds"],
        energy_j=after - before,
        busy_j=_difference(board.busy, begin, end),
        busy_seconds=more["busy_seconds"],
        images=more["images"],
        gap_s=more["gap_s"],
        resets=round(more["resets"]),
    )


def _difference(series: Samples, begin: int, end: int) -> float:
    return max(0.0, series.get(end, 0.0) - series.get(begin, series.get(end, 0.0)))


def refuse_counted_twice(ledger: Ledger, rows: Sequence[Row]) -> None:
    """Refuse minutes of a board that the ledger has from elsewhere: its joules would count twice.

    Raises
    ------
    OperationError
        Naming the board and where its minutes are from.
    """
    minutes = [row for row in rows if isinstance(row, BoardMinute)]
    for board in dict.fromkeys(row.board_uuid for row in minutes):
        mine = [row for row in minutes if row.board_uuid == board]
        others = list(
            ledger.query(
                "SELECT DISTINCT source FROM latest_board_minutes WHERE board_uuid = ? AND source <> ? "
                "AND energy_j IS NOT NULL AND started_at >= ? AND started_at <= ?",
                (board, mine[0].source, mine[0].started_at, mine[-1].started_at),
            )
        )
        if others:
            other = str(others[0]["source"])
            raise OperationError(Message("operating.counted_twice", board=board, source=other))
