"""Whether what a file says is in the ledger already, though another file or address said it first.

Files are known by their names and servers by their addresses, which change while what they say stays. What was said
under another name is the same where its content is: a call of the same workload, request and attempt that began at
the same moment, a line of a bill of the same period, supply and sum. The same ids with another content are refused:
two calls under one request would be counted as one request.
"""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import TypeVar

from bench.operations.ledger import Ledger
from bench.operations.rows import Attempt, BillLine, Row
from bench.operations.sums import REQUEST
from roi.errors import OperationError
from roi.operate.charges import OVERLAPS, within
from roi.texts.messages import Message, lines

SAME_MOMENT_S = 1.0
"""How far apart two records of one moment may lie: some programs keep whole seconds [s]."""
R = TypeVar("R", bound=Row)


class Known:
    """What a ledger has from sources of one kind, such as those that begin with `csv:`."""

    def __init__(self, ledger: Ledger, prefix: str) -> None:
        self._ledger, self._prefix = ledger, prefix

    def attempt(self, row: Attempt, *, own_id: bool) -> Attempt | Message:
        """The attempt as the ledger knows it, or why it cannot be taken.

        Parameters
        ----------
        own_id
            Whether its id is the source's own, and neither request and attempt nor all that it says.
        """
        if not row.source.startswith(self._prefix):
            return row
        for older in self._attempts(row, own_id=own_id):
            apart_s = abs((_moment(older) - _moment(row)).total_seconds())
            if apart_s < SAME_MOMENT_S or (older.source == row.source and _alike(older, row)):
                return _renamed(row, older)
            return Message(
                "operating.other_call",
                request=row.request_id or row.source_id,
                source=older.source,
                moment=older.started_at,
            )
        return row

    def bill(self, row: BillLine) -> BillLine | Message:
        """The line as the ledger knows it, or why it cannot be taken: a line of a further file with another sum."""
        for older in self._of_id(row):
            if older.source == row.source:
                return row
            if (older.billed_cost, older.billing_currency) == (row.billed_cost, row.billing_currency):
                return _renamed(row, older)
            cost = f"{older.billed_cost:g} {older.billing_currency}"
            return Message("operating.other_bill", source=older.source, cost=cost)
        return row

    def _attempts(self, row: Attempt, *, own_id: bool) -> Iterator[Attempt]:
        if row.request_id is not None and not own_id:
            where = f"{REQUEST} = ? AND workload = ? AND attempt IS ?"
            for older in self._ledger.read(Attempt, where, (row.request_id, row.workload, row.attempt)):
                if older.source.startswith(self._prefix):
                    yield older
        for older in self._of_id(row):
            if older.source == row.source or older.workload == row.workload:
                yield older

    def _of_id(self, row: R) -> Iterator[R]:
        """Rows of that id: of its own source, then of the others at its own moment."""
        kind, time = type(row), row.time_column
        yield from self._ledger.read(kind, "source = ? AND source_id = ?", (row.source, row.source_id))
        where = f"{time} = ? AND source_id = ? AND source <> ?"
        for older in self._ledger.read(kind, where, (getattr(row, time), row.source_id, row.source)):
            if older.source.startswith(self._prefix):
                yield older


def _moment(row: Attempt) -> datetime:
    return datetime.fromisoformat(row.started_at)


def _alike(older: Attempt, row: Attempt) -> bool:
    """Whether they differ in the moment alone, as where a clock or a time zone was put right."""
    names = row.model_fields_set - {"started_at"}
    return all(getattr(older, name) == getattr(row, name) for name in names)


def _renamed(row: R, older: Row) -> R:
    return row.model_copy(update={"source": older.source, "source_id": older.source_id})


def twice(ledger: Ledger, kind: type[Row], bounds: tuple[str, str]) -> Iterator[tuple[str, str, int]]:
    """Rows of a time that several sources say: what, the sources, how many."""
    time = kind.time_column
    of_time = OVERLAPS if kind is BillLine else f"{time} >= :begin AND {time} < :end"
    same = "workload, coalesce(request_id, source_id), attempt, substr(started_at, 1, 19)"
    key = same if kind is Attempt else "source_id, billed_cost, charge_period_start"
    rows = ledger.query(
        f"SELECT json_group_array(DISTINCT source) AS sources FROM latest_{kind.table} "
        f"WHERE {of_time} GROUP BY {key} HAVING count(DISTINCT source) > 1",
        within(bounds),
    )
    counts = Counter(", ".join(sorted(json.loads(row["sources"]))) for row in rows)
    for sources, count in counts.most_common():
        yield kind.table, sources, count


def of_one_kind(ledger: Ledger, rows: list[Row], prefix: str) -> list[Row]:
    """Calls of a server as the ledger knows them, whatever its address was the last time.

    Raises
    ------
    OperationError
        When a call of the ledger has the id of another one.
    """
    known = Known(ledger, prefix)
    found = [known.attempt(row, own_id=True) if isinstance(row, Attempt) else row for row in rows]
    faults = [each for each in found if isinstance(each, Message)]
    if faults:
        raise OperationError(lines(faults))
    return [each for each in found if isinstance(each, Row)]
