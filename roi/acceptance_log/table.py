"""A log as a spreadsheet or a program saves it: cells parted by commas, semicolons or tabs, under names of columns.

The cells are parted by the mark under which most of the first line is known. What a comma and a point in a number
mean is one thing for the whole file, and any number with one reading tells it.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bench.textfile import Decoded, TextError, decoded
from roi.errors import LogError
from roi.nearest import nearest
from roi.texts.messages import Message, at
from roi.words import numeral

REQUIRED_COLUMNS = ("request_id", "attempt", "accepted", "model")
OPTIONAL_COLUMNS = ("review_seconds", "energy_j")
AMOUNTS = ("review_seconds", "energy_j")
COLUMNS = REQUIRED_COLUMNS + OPTIONAL_COLUMNS
DELIMITERS = (",", ";", "\t")

Mark = Literal[",", "."]
Line = tuple[int, list[str]]


@dataclass(frozen=True)
class Table:
    """The cells of a log under the names of its columns."""

    encoding: str
    header_line: int
    header: list[str]
    """Names of the columns as this project writes them; unknown ones as they stand."""
    rows: list[Line]
    """Line of the file and stripped cells of every line below that holds something."""
    decimal_mark: Mark | None
    """None where every number with a mark has two readings."""


def read_table(path: Path) -> Table:
    """The cells of a log.

    Raises
    ------
    LogError
        When the file cannot be read as text or as CSV, is empty, or its first line names no column.
    """
    found = _text(path)
    delimiter = _delimiter(path, found.text)
    lines = [line for line in _lines(path, found.text, delimiter) if not _names_delimiter(line[1])]
    (header_line, titles), *rows = lines
    header = [_column(title) or title for title in titles]
    return Table(found.encoding, header_line, header, rows, _decimal_mark(header, rows, delimiter))


def column_faults(header: list[str]) -> Iterator[Message]:
    """What is wrong with the names of columns."""
    for name in REQUIRED_COLUMNS:
        if name not in header:
            yield Message("log.column_missing", name=repr(name))
    for name in dict.fromkeys(header):
        if name not in COLUMNS:
            meant = nearest(name, [each for each in COLUMNS if each not in header])
            key = "log.column_near" if meant else "log.column_unknown"
            yield Message(key, name=repr(name), meant=repr(meant[0]) if meant else "")
        elif header.count(name) > 1:
            yield Message("log.column_twice", name=repr(name), count=header.count(name))


def _text(path: Path) -> Decoded:
    try:
        content = path.read_bytes()
    except IsADirectoryError:
        raise LogError(at(path, Message("log.folder"))) from None
    except FileNotFoundError:
        raise LogError(at(path, Message("log.not_there"))) from None
    except OSError as fault:
        raise LogError(at(path, Message("log.not_read", reason=fault.strerror))) from None
    if not content.strip(b"\xef\xbb\xbf \t\r\n"):
        raise LogError(at(path, Message("log.empty", columns=", ".join(REQUIRED_COLUMNS))))
    try:
        return decoded(content)
    except TextError as fault:
        raise LogError(at(path, Message(f"file.{fault.kind}"))) from None


def _lines(path: Path, text: str, delimiter: str) -> Iterator[Line]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            if any(stripped):
                yield reader.line_num, stripped
    except csv.Error as fault:
        place = at(path, Message("log.line", number=reader.line_num))
        raise LogError(at(place, Message("log.no_csv", words=str(fault)))) from None


def _delimiter(path: Path, text: str) -> str:
    """The mark under which the first line names most known columns."""
    heads = {delimiter: _head(path, text, delimiter) for delimiter in DELIMITERS}
    known = {
        delimiter: sum(_column(title) is not None for title in titles)
        for delimiter, (_, titles) in heads.items()
    }
    best = max(DELIMITERS, key=known.__getitem__)
    if known[best] == 0:
        line, titles = heads[best]
        sentence = Message("log.no_header", given=repr(", ".join(titles)[:60]), columns=",".join(COLUMNS))
        raise LogError(at(at(path, Message("log.line", number=line)), sentence))
    return best


def _head(path: Path, text: str, delimiter: str) -> Line:
    lines = (line for line in _lines(path, text, delimiter) if not _names_delimiter(line[1]))
    return next(lines, (1, []))


def _names_delimiter(cells: list[str]) -> bool:
    """A first line such as `sep=;`, which Excel writes and reads."""
    return cells[0].casefold().startswith("sep=")


def _column(title: str) -> str | None:
    """The column that a title means whatever its case, spaces and unit in brackets."""
    bare = re.sub(r"[\[(].*?[\])]", "", unicodedata.normalize("NFKC", title)).casefold()
    key = re.sub(r"[\W_]+", "", bare)
    return next((name for name in COLUMNS if name.replace("_", "") == key), None)


def _decimal_mark(header: list[str], rows: Iterable[Line], delimiter: str) -> Mark | None:
    """What parts the decimals in this file; None where its numbers do not tell."""
    places = [place for place, name in enumerate(header) if name in AMOUNTS]
    marks: set[Mark] = {"."} if delimiter == "," else set()
    for _, cells in rows:
        for place in places:
            read = numeral(cells[place]) if place < len(cells) else None
            if read is None or read.number is None:
                continue
            if read.decimal_comma:
                marks.add(",")
            elif "." in cells[place] and not float(read.number).is_integer():
                marks.add(".")
    return marks.pop() if len(marks) == 1 else None
