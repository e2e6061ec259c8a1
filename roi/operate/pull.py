"""What other programs wrote about attempts, verdicts and bills, as rows of the ledger.

A file's columns are the ledger's own names; a bill's are those of FOCUS, in either spelling (`BilledCost`,
`billed_cost`), with `x_component` and `x_supply` for what the plan calls them. An empty cell is not known.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from bench.operations.ledger import Ledger, columns_of, sql_type
from bench.operations.rows import Attempt, BillLine, Row
from bench.operations.sums import REQUEST
from roi.operate.cells import Cells, cells_of, on, refuse
from roi.operate.duplicates import Known
from roi.texts.messages import Message, at
from roi.words import numeral, truth

SOURCES = ("attempts", "verdicts", "bill")
SAID = ("review_seconds", "reject_reason")
"""What people say of an attempt beside the verdict."""
R = TypeVar("R", bound=Row)
Lines = list[tuple[int, Cells]]


def rows_of(source: str, path: Path, ledger: Ledger, workload: str | None) -> list[Row]:
    """The rows that a file says; those that another file said are given the name that they have in the ledger.

    Raises
    ------
    OperationError
        With the faults of the file, each with its line, and when it cannot be read.
    """
    kind = BillLine if source == "bill" else Attempt
    amounts = {name for name in columns_of(kind) if sql_type(kind, name) == "REAL"}
    lines = cells_of(path, columns_of(kind), amounts)
    if source == "verdicts":
        return list(_verdicts(path, lines, ledger, workload))
    if source == "bill":
        return list(_bills(path, lines, Known(ledger, "bill:")))
    return list(_attempts(path, lines, Known(ledger, "csv:"), workload))


def _attempts(path: Path, lines: Lines, known: Known, workload: str | None) -> list[Attempt]:
    def placed(row: Attempt, cells: Cells) -> Attempt | Message:
        return known.attempt(row, own_id="source_id" in cells)

    return _checked(path, Attempt, lines, lambda cells: _attempt(cells, path, workload), placed)


def _bills(path: Path, lines: Lines, known: Known) -> list[BillLine]:
    return _checked(path, BillLine, lines, lambda cells: _bill(path, cells), lambda row, _: known.bill(row))


def _attempt(cells: Cells, path: Path, workload: str | None) -> Cells:
    """A line of a log; without an id of its own it is known by what names the attempt, else by all it says."""
    named = [cells.get(name, "") for name in ("workload", "request_id", "attempt")]
    own = "/".join(named) if cells.get("request_id") else _hash(cells)
    given: Cells = {"source": f"csv:{path.name}", "source_id": own}
    if workload is not None:
        given["workload"] = workload
    if "energy_j" in cells:
        given["energy_kind"] = "measured"
    else:
        given["energy_reason"] = "the log has no joules"
    return given | cells


def _bill(path: Path, cells: Cells) -> Cells:
    known = {name: value for name, value in cells.items() if name in BillLine.model_fields}
    if "billing_currency" in known:
        known["billing_currency"] = known["billing_currency"].upper()
    stable = {
        name: value for name, value in known.items() if not name.endswith(("_cost", "quantity", "component"))
    }
    return {"source": f"bill:{path.name}", "source_id": _hash(stable)} | known


def _hash(cells: Cells) -> str:
    return hashlib.sha256(repr(sorted(cells.items())).encode()).hexdigest()[:24]


def _checked(
    path: Path,
    kind: type[R],
    lines: Lines,
    said: Callable[[Cells], Cells],
    known: Callable[[R, Cells], R | Message],
) -> list[R]:
    rows: list[R] = []
    faults: list[Message] = []
    told: dict[tuple[str, str], int] = {}
    for number, cells in lines:
        row = _row(kind, said(cells))
        if isinstance(row, Message):
            faults.append(on(path, number, row))
            continue
        key = (row.source, row.source_id)
        if key in told:
            faults.append(on(path, number, Message("operating.said_twice", line=told[key])))
        told[key] = number
        found = known(row, cells)
        if isinstance(found, Message):
            faults.append(on(path, number, found))
        else:
            rows.append(found)
    refuse(path, faults)
    return rows


def _row(kind: type[R], given: Cells) -> R | Message:
    """The row, or what is wrong with the first of its cells that is."""
    values: dict[str, object] = dict(given)
    if "accepted" in given and (accepted := truth(given["accepted"])) is not None:
        values["accepted"] = accepted
    elif "accepted" in given:
        return Message("log.no_verdict", given=repr(given["accepted"]))
    try:
        return kind.model_validate(values)
    except ValidationError as fault:
        return bad_field(fault)


def bad_field(fault: ValidationError) -> Message:
    """The first field that is not as it must be, and why."""
    first = fault.errors(include_url=False)[0]
    sentence = Message("operating.bad_field", words=first["msg"].removeprefix("Value error, "))
    place = ".".join(str(step) for step in first["loc"])
    return at(place, sentence) if place else sentence


def _verdicts(path: Path, lines: Lines, ledger: Ledger, workload: str | None) -> list[Row]:
    """What people said of attempts that are in the ledger already."""
    faults: list[Message] = []
    found: dict[tuple[str, str], tuple[int, Attempt]] = {}
    for number, cells in lines:
        row = _judged(cells, ledger, workload)
        if isinstance(row, Message):
            faults.append(on(path, number, row))
            continue
        before, same = found.setdefault((row.source, row.source_id), (number, row))
        if same != row:
            faults.append(on(path, number, Message("operating.verdict_twice", line=before)))
    refuse(path, faults)
    return [row for _, row in found.values()]


def _judged(cells: Cells, ledger: Ledger, workload: str | None) -> Attempt | Message:
    """The attempt with its verdict, or why there is none."""
    where, values = f"{REQUEST} = ?", [cells.get("request_id", "")]
    if "attempt" in cells:
        read = numeral(cells["attempt"], whole=True)
        if read is None or read.number is None or not float(read.number).is_integer():
            return Message("log.no_attempt_number", given=repr(cells["attempt"]))
        where, values = f"{where} AND coalesce(attempt, 1) = CAST(? AS INTEGER)", [*values, str(read.number)]
    if (name := cells.get("workload") or workload) is not None:
        where, values = f"{where} AND workload = ?", [*values, name]
    if truth(cells.get("accepted", "")) is None:
        return Message("log.no_verdict", given=repr(cells.get("accepted", "")))
    mine = list(ledger.read(Attempt, where, values))
    if len(mine) != 1:
        return Message("operating.fits_several", count=len(mine))
    said = {name: cells[name] for name in ("accepted", *SAID) if name in cells}
    return _row(Attempt, mine[0].model_dump() | said)
