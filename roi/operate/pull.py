"""What other programs wrote about attempts, verdicts and bills, as rows of the ledger.

A file's columns are the ledger's own names; a bill's are those of FOCUS, in either spelling (`BilledCost`,
`billed_cost`), with `x_component` and `x_supply` for what the plan calls them. An empty cell is not known.
"""

import csv
import hashlib
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from bench.operations.ledger import Ledger
from bench.operations.rows import Attempt, BillLine, Row
from bench.textfile import TextError, decoded
from roi.errors import OperationError
from roi.texts.messages import Message, at, lines
from roi.words import truth

SOURCES = ("attempts", "verdicts", "bill")
VERDICT_COLUMNS = ("request_id", "attempt", "accepted", "review_seconds", "reject_reason")
BILL_NAMES = {"x_component": "component", "x_supply": "supply"}
FAULTS_SHOWN = 20
R = TypeVar("R", bound=Row)
Cells = dict[str, str]


def rows_of(source: str, path: Path, ledger: Ledger, workload: str | None) -> list[Row]:
    """The rows that a file says.

    Raises
    ------
    OperationError
        With the faults of the file, each with its line, and when it cannot be read.
    """
    lines = list(_lines(path))
    if source == "verdicts":
        return list(_verdicts(path, lines, ledger, workload))
    if source == "bill":
        return _checked(path, BillLine, [(number, _bill(path, cells)) for number, cells in lines])
    return _checked(path, Attempt, [(number, _attempt(cells, path, workload)) for number, cells in lines])


def _lines(path: Path) -> Iterator[tuple[int, Cells]]:
    try:
        content = decoded(path.read_bytes()).text
    except OSError as fault:
        raise OperationError(at(path, Message("operating.not_read", reason=fault.strerror))) from None
    except TextError as fault:
        raise OperationError(at(path, Message(f"file.{fault.kind}"))) from None
    reader = csv.DictReader(io.StringIO(content, newline=""), restkey="?")
    if not reader.fieldnames:
        raise OperationError(at(path, Message("operating.empty")))
    names = [_column(each) for each in reader.fieldnames]
    for cells in reader:
        if "?" in cells or None in cells.values():
            place = at(path, Message("log.line", number=reader.line_num))
            raise OperationError(at(place, Message("operating.cells")))
        yield (
            reader.line_num,
            {name: value.strip() for name, value in zip(names, cells.values(), strict=True) if value.strip()},
        )


def _column(title: str) -> str:
    """`BilledCost`, `Billed Cost` and `billed_cost` are one column."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", title.strip())
    name = re.sub(r"[\W_]+", "_", parted).casefold().strip("_")
    return BILL_NAMES.get(name, name)


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
    stable = {
        name: value for name, value in known.items() if not name.endswith(("_cost", "quantity", "component"))
    }
    return {"source": f"bill:{path.name}", "source_id": _hash(stable)} | known


def _hash(cells: Cells) -> str:
    return hashlib.sha256(repr(sorted(cells.items())).encode()).hexdigest()[:24]


def _checked(path: Path, kind: type[R], lines: list[tuple[int, Cells]]) -> list[Row]:
    rows: list[Row] = []
    faults: list[Message] = []
    told: dict[tuple[str, str], int] = {}
    for number, cells in lines:
        values: dict[str, object] = dict(cells)
        if "accepted" in cells:
            values["accepted"] = truth(cells["accepted"])
        try:
            row = kind.model_validate(values)
        except ValidationError as fault:
            first = fault.errors(include_url=False)[0]
            place = ".".join(str(step) for step in first["loc"])
            faults.append(_on(path, number, at(place, Message("operating.bad_field", words=first["msg"]))))
            continue
        key = (row.source, row.source_id)
        if key in told:
            faults.append(_on(path, number, Message("operating.said_twice", line=told[key])))
        told[key] = number
        rows.append(row)
    _refuse(path, faults)
    return rows


def _verdicts(
    path: Path, lines: list[tuple[int, Cells]], ledger: Ledger, workload: str | None
) -> Iterator[Row]:
    """What people said of attempts that are in the ledger already."""
    faults: list[Message] = []
    found: list[Row] = []
    for number, cells in lines:
        where, values = "request_id = ?", [cells.get("request_id", "")]
        for name, value in (
            ("attempt", cells.get("attempt")),
            ("workload", cells.get("workload") or workload),
        ):
            if value is not None:
                where += f" AND coalesce({name}, '1') = ?" if name == "attempt" else f" AND {name} = ?"
                values.append(int(value) if name == "attempt" and value.isdigit() else value)  # type: ignore[arg-type]
        accepted = truth(cells.get("accepted", ""))
        mine = list(ledger.read(Attempt, where, values))
        if accepted is None:
            faults.append(_on(path, number, Message("operating.no_verdict")))
        elif len(mine) != 1:
            faults.append(_on(path, number, Message("operating.fits_several", count=len(mine))))
        else:
            said = {name: cells[name] for name in VERDICT_COLUMNS[3:] if name in cells}
            found.append(Attempt.model_validate(mine[0].model_dump() | said | {"accepted": accepted}))
    _refuse(path, faults)
    yield from found


def _on(path: Path, number: int, sentence: Message) -> Message:
    return at(at(path, Message("log.line", number=number)), sentence)


def _refuse(path: Path, faults: list[Message]) -> None:
    if len(faults) > FAULTS_SHOWN:
        faults[FAULTS_SHOWN:] = [at(path, Message("log.more_faults", count=len(faults) - FAULTS_SHOWN))]
    if faults:
        raise OperationError(lines(faults))
