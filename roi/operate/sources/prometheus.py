"""Prometheus: what it stored of boards' counters, as the ledger's minutes of boards.

Counters are read at even moments, a step apart (`query_range`). dE between two moments is the counter's difference;
a step in which the board was busy is busy with all its joules and seconds, where the exporter does not keep busy
and idle apart itself. What is not there at either moment is a gap; a counter that fell is a reset and a gap. Sums
over minutes are therefore the counter's difference over what was read:

    sum of busy + sum of idle = counter at the end - counter at the beginning          (no gaps, no resets)

A counter of a whole board that stands under the name of a part of it, as in MIG or where pods take turns, is
refused, and so is one that implies more power than the board can draw.
"""

import itertools
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bench.boards import board as named_board
from bench.magnitude import LARGEST
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
LOOKBACK_S = 300
"""For so long Prometheus repeats a value where nothing newer was stored [s]."""
HIGHEST_FRACTION = 1.25
"""Of a board's power limit, as `bench import` takes it."""
MOST_W = 3_000.0
"""Power limit of a board that nobody knows: more than any of today. Judgement [W]."""
Samples = Mapping[int, float]
"""Values by moment [s since 1970]."""
Series = tuple[Mapping[str, str], Samples]
"""Labels and samples."""


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
    rows: list[Row] = []
    for board in boards:
        minutes = list(_minutes(board, window, found, asked.supply, address))
        _refuse_impossible(board, minutes)
        rows += minutes
    return Pulled(rows)


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
            try:
                if said["status"] != "success":
                    raise ValueError(said["status"])
                for one in said["data"]["result"]:
                    if "values" not in one and "histograms" in one:
                        raise OperationError(at(query, Message("operating.histogram")))
                    found[tuple(sorted(one["metric"].items()))] |= dict(_finite(one["values"]))
            except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
                raise OperationError(at(self.address, Message("operating.no_prometheus"))) from None
        return [(dict(labels), samples) for labels, samples in found.items()]


def _finite(values: Sequence[Sequence[Any]]) -> Iterator[tuple[int, float]]:
    """Samples by moment; NaN and infinities say that nothing was read."""
    for moment, value in values:
        if math.isfinite(read := float(value)):
            yield round(moment), read


def _energy(window: _Window, found: Map, asked: Asked) -> dict[str, Series]:
    """Labels and joules of each board that is asked for."""
    by_board: dict[str, list[Series]] = defaultdict(list)
    for labels, samples in window.series(found.energy):
        uuid = labels.get(found.board, "")
        if not uuid:
            sentence = Message("operating.no_label", label=found.board, labels=", ".join(sorted(labels)))
            raise OperationError(at(found.energy, sentence))
        if asked.board not in (None, uuid) or not samples:
            continue
        part = next((f"{name}={labels[name]}" for name in found.parts if labels.get(name)), None)
        if part:
            sentence = Message("operating.shared_board", board=uuid, part=part)
            raise OperationError(at(found.energy, sentence))
        by_board[uuid].append((labels, {at: value * found.joules for at, value in samples.items()}))
    return {uuid: _joined(found.energy, uuid, several, counter=True) for uuid, several in by_board.items()}


def _joined(query: str, board: str, several: Sequence[Series], *, counter: bool) -> Series:
    """Series of a board behind each other as one, such as before and after its driver was changed.

    Prometheus may repeat the last value of a series that has ended for five minutes: the next one then counts.

    Raises
    ------
    OperationError
        Where two of them count at the same time, naming the labels that part them.
    """
    first, *others = sorted(several, key=lambda one: min(one[1]))
    labels, whole = first[0], dict(first[1])
    for more, samples in others:
        begin = min(samples)
        both = sorted(moment for moment in whole if moment >= begin)
        counts = counter and len({whole[moment] for moment in both}) > 1
        if both and (counts or both[-1] - begin > LOOKBACK_S):
            differ = sorted(
                name for name in labels.keys() | more.keys() if labels.get(name) != more.get(name)
            )
            pairs = [f"{name}={one.get(name, '')}" for name in differ for one in (labels, more)]
            sentence = Message("operating.shared_board", board=board, part=", ".join(pairs))
            raise OperationError(at(query, sentence))
        labels, whole = more, {at: value for at, value in whole.items() if at < begin} | dict(samples)
    return labels, whole


def _refuse_impossible(board: _Board, rows: Sequence[BoardMinute]) -> None:
    """Refuse a counter that implies a power which no such board draws, over all of it or in a row.

    Raises
    ------
    OperationError
        With the power, the limit and what is usually behind it.
    """
    known = named_board(board.name)
    limit_w = MOST_W if known is None or known.power_limit_w is None else known.power_limit_w
    read = [row for row in rows if row.energy_j is not None]
    whole = (math.fsum(row.energy_j or 0.0 for row in read), math.fsum(row.seconds for row in read))
    for joules, seconds in (whole, *((row.energy_j or 0.0, row.seconds) for row in read)):
        # A scraper that looks every five minutes hands the joules of all of them to one step.
        if joules > HIGHEST_FRACTION * limit_w * (seconds + LOOKBACK_S):
            raise OperationError(
                Message(
                    "operating.impossible_power",
                    board=board.uuid,
                    power=joules / max(seconds, 1.0),
                    limit=limit_w,
                    name=board.name,
                )
            )


def _boards(window: _Window, found: Map, asked: Asked) -> Iterator[_Board]:
    energy = _energy(window, found, asked)
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
    by_board: dict[str, list[Series]] = defaultdict(list)
    for labels, samples in window.series(query):
        if samples:
            by_board[labels.get(label, "") if label else ""].append((labels, samples))
    return {uuid: _joined(query, uuid, several, counter=False)[1] for uuid, several in by_board.items()}


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
        if joules > LARGEST:
            raise OperationError(Message("operating.beyond", board=board.uuid, given=f"{joules:g}"))
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
