"""A table that another program or a spreadsheet wrote, line by line under the names of its columns.

Cells are parted by the mark under which most of the first line is known. Where a file that is not parted by commas
holds a decimal comma, a point in it parts thousands.
"""

import csv
import io
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from bench.textfile import TextError, decoded
from roi.acceptance_log.table import DELIMITERS
from roi.errors import OperationError
from roi.texts.messages import Message, at, lines
from roi.words import numeral

BILL_NAMES = {"x_component": "component", "x_supply": "supply"}
FAULTS_SHOWN = 20
Cells = dict[str, str]
Line = tuple[int, list[str]]


def text_of(path: Path) -> str:
    """What a file says.

    Raises
    ------
    OperationError
        When it cannot be read, or is no text.
    """
    try:
        return decoded(path.read_bytes()).text
    except OSError as fault:
        raise OperationError(at(path, Message("operating.not_read", reason=fault.strerror))) from None
    except TextError as fault:
        raise OperationError(at(path, Message(f"file.{fault.kind}"))) from None


def on(path: Path, number: int, sentence: Message) -> Message:
    """What is said of a line of a file."""
    return at(at(path, Message("log.line", number=number)), sentence)


def cells_of(path: Path, known: Collection[str], amounts: Collection[str]) -> list[tuple[int, Cells]]:
    """Line of the file and cells that are not empty of every line below the first that holds something.

    Parameters
    ----------
    known
        Names of columns, as the ledger writes them.
    amounts
        Those of them that hold numbers.

    Raises
    ------
    OperationError
        For a file that is no table, columns that stand twice or have no name, and lines with other cells.
    """
    content = text_of(path)
    delimiter = max(DELIMITERS, key=lambda mark: sum(name in known for name in _head(content, mark)))
    head, *rows = list(_lines(path, content, delimiter)) or [(0, [])]
    names = [column(each) for each in head[1]]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise OperationError(at(path, Message("operating.empty")))
    for name in filter(None, names):
        if names.count(name) > 1:
            sentence = Message("log.column_twice", name=repr(name), count=names.count(name))
            raise OperationError(on(path, head[0], sentence))
    named = [(number, _named(names, cells)) for number, cells in rows]
    refuse(path, [on(path, number, each) for number, each in named if isinstance(each, Message)])
    found = [(number, each) for number, each in named if not isinstance(each, Message)]
    return _with_points(found, amounts) if delimiter != "," else found


def refuse(path: Path, faults: list[Message]) -> None:
    """Refuse a file for its faults, if it has any; after twenty the rest is counted.

    Raises
    ------
    OperationError
        With a line for each.
    """
    if len(faults) > FAULTS_SHOWN:
        faults = [
            *faults[:FAULTS_SHOWN],
            at(path, Message("log.more_faults", count=len(faults) - FAULTS_SHOWN)),
        ]
    if faults:
        raise OperationError(lines(faults))


def column(title: str) -> str:
    """`BilledCost`, `Billed Cost` and `billed_cost` are one column."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", title.strip())
    name = re.sub(r"[\W_]+", "_", parted).casefold().strip("_")
    return BILL_NAMES.get(name, name)


def _head(content: str, delimiter: str) -> list[str]:
    """Names of the first line that names columns."""
    heads = (line for line in io.StringIO(content) if line.strip() and not _names_delimiter(line))
    return [column(each.strip(' "\r\n')) for each in next(heads, "").split(delimiter)]


def _names_delimiter(line: str) -> bool:
    """A first line such as `sep=;`, which Excel writes and reads."""
    return line.strip(' "').casefold().startswith("sep=")


def _lines(path: Path, content: str, delimiter: str) -> Iterator[Line]:
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=delimiter, strict=True)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells) and not _names_delimiter(cells[0]):
                yield reader.line_num, [cell.strip() for cell in cells]
    except csv.Error as fault:
        raise OperationError(on(path, reader.line_num, Message("log.no_csv", words=str(fault)))) from None


def _named(names: list[str], cells: list[str]) -> Cells | Message:
    """The cells by name, or what is wrong with them; empty ones behind the last column are none."""
    while len(cells) > len(names) and not cells[-1]:
        cells = cells[:-1]
    if len(cells) != len(names):
        return Message("operating.cells")
    pairs = [(name, cell) for name, cell in zip(names, cells, strict=True) if cell]
    if any(not name for name, _ in pairs):
        return Message("operating.no_column")
    return dict(pairs)


def _with_points(found: list[tuple[int, Cells]], amounts: Collection[str]) -> list[tuple[int, Cells]]:
    """The same with decimal points, where the file has decimal commas."""
    read = {cell: numeral(cell) for _, cells in found for cell in _among(cells, amounts).values()}
    if not any(one is not None and one.decimal_comma for one in read.values()):
        return found
    pointed: dict[str, str] = {}
    for cell, one in read.items():
        if one is not None:
            of_two = one.readings and one.readings["," not in cell]
            pointed[cell] = repr(of_two if one.number is None else one.number)
    return [
        (number, cells | {name: pointed.get(cell, cell) for name, cell in _among(cells, amounts).items()})
        for number, cells in found
    ]


def _among(cells: Mapping[str, str], names: Collection[str]) -> Cells:
    return {name: cell for name, cell in cells.items() if name in names}
