"""The filled cells of a workbook's sheets, with the values that were saved beside formulas."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from roi.workbook.inputs.safety import Attributes, Package, read_xml
from roi.workbook.markup import CELL_ADDRESS, column_number, relations_part, target_part

CELLS_MAX = 100_000
"""Filled cells of a sheet; an input workbook of sixty supplies has a third of them."""
TEXTS_MAX = 200_000
SHEETS_MAX = 200

_DAY_FORMATS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
"""Built-in number formats that show a day or a time of day."""
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
Content = str | float | bool | date | time


@dataclass(frozen=True, slots=True)
class Found:
    """One filled cell."""

    content: Content | None
    """What it holds; of a formula the saved value, None when there is none."""
    formula: bool = False
    error: bool = False


@dataclass(eq=False)
class Cells:
    """The filled cells of one sheet by row and column, from 1."""

    title: str
    found: dict[tuple[int, int], Found] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    """First row, first column, last row, last column of merged areas."""


@dataclass(frozen=True, slots=True)
class _Tables:
    """What the cells of every sheet refer to."""

    texts: list[str]
    day_styles: frozenset[int]
    first_day: date


def sheets(package: Package) -> Iterator[Cells]:
    """Every sheet of cells in the order of the tabs; hidden ones too.

    Raises
    ------
    RoiError
        When a part is damaged, missing, or holds more than an input workbook does.
    """
    targets = relations(package, "xl/workbook.xml")
    entries: list[tuple[str, str]] = []
    since_1904: list[bool] = []

    def start(name: str, attributes: Attributes) -> None:
        if name == "workbookPr":
            since_1904.append(attributes.get("date1904") in ("1", "true"))
        if name == "sheet":
            identity = next((text for key, text in attributes.items() if key.endswith(":id")), "")
            entries.append((attributes.get("name", ""), targets.get(identity, "")))

    read_xml(package, "xl/workbook.xml", start)
    first_day = date(1904, 1, 1) if any(since_1904) else date(1899, 12, 30)
    tables = _Tables(_texts(package, targets), _day_styles(package, targets), first_day)
    for title, part in entries[:SHEETS_MAX]:
        if part.startswith("xl/worksheets/") and part in package.parts():
            yield _Reader(package, part, title, tables).read()


def relations(package: Package, part: str) -> dict[str, str]:
    """Parts that a part refers to, by the identity it gives them."""
    rels = relations_part(part)
    found: dict[str, str] = {}

    def start(element: str, attributes: Attributes) -> None:
        if element == "Relationship" and attributes.get("TargetMode") != "External":
            found[attributes.get("Id", "")] = target_part(part, attributes.get("Target", ""))

    if rels in package.parts():
        read_xml(package, rels, start)
    return found


def _part_named(package: Package, targets: dict[str, str], name: str) -> str | None:
    parts = package.parts()
    return next((part for part in targets.values() if part.endswith(f"/{name}") and part in parts), None)


def _texts(package: Package, targets: dict[str, str]) -> list[str]:
    """The shared texts; how a Japanese text is pronounced is left out."""
    part = _part_named(package, targets, "sharedStrings.xml")
    found: list[str] = []
    reader = _TextReader()

    def start(name: str, attributes: Attributes) -> None:
        if name == "si":
            reader.pieces.clear()
        reader.start(name, attributes)

    def end(name: str) -> None:
        reader.end(name)
        if name == "si":
            found.append(reader.text())
            if len(found) > TEXTS_MAX:
                raise package.refused("texts", part=part)

    if part is not None:
        read_xml(package, part, start, end, reader.characters)
    return found


def _day_styles(package: Package, targets: dict[str, str]) -> frozenset[int]:
    """Numbers of the cell styles that show a day or a time of day."""
    part = _part_named(package, targets, "styles.xml")
    formats = set(_DAY_FORMATS)
    styles: list[str] = []
    inside: list[str] = []

    def start(name: str, attributes: Attributes) -> None:
        inside.append(name)
        if name == "numFmt" and _shows_day(attributes.get("formatCode", "")):
            formats.add(_whole(attributes.get("numFmtId")))
        if name == "xf" and "cellXfs" in inside:
            styles.append(attributes.get("numFmtId", "0"))

    if part is not None:
        read_xml(package, part, start, lambda _: _drop_last(inside))
    return frozenset(number for number, style in enumerate(styles) if _whole(style) in formats)


def _drop_last(names: list[str]) -> None:
    names.pop()


def _shows_day(code: str) -> bool:
    bare = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]|_.|General', "", code)
    return any(sign in bare.casefold() for sign in "ymdhs")


def _whole(text: str | None) -> int:
    return int(text) if text is not None and text.isascii() and text.isdigit() else -1


class _TextReader:
    """Collects the text of a rich or plain text, without its pronunciation."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self._inside = False
        self._spoken = 0

    def start(self, name: str, _attributes: Attributes) -> None:
        self._spoken += name == "rPh"
        self._inside = name == "t" and not self._spoken

    def end(self, name: str) -> None:
        self._spoken -= name == "rPh"
        self._inside = False

    def characters(self, text: str) -> None:
        if self._inside:
            self.pieces.append(text)

    def text(self) -> str:
        text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), "".join(self.pieces))
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


class _Reader:
    """Reads one sheet; cells without an address of their own follow the one before."""

    def __init__(self, package: Package, part: str, title: str, tables: _Tables) -> None:
        self._package, self._part, self._tables = package, part, tables
        self._cells = Cells(title)
        self._row = self._column = 0
        self._attributes: Attributes = {}
        self._inline = _TextReader()
        self._value: list[str] = []
        self._in_value = self._formula = False

    def read(self) -> Cells:
        """The sheet's filled cells."""
        read_xml(self._package, self._part, self._start, self._end, self._text)
        return self._cells

    def _start(self, name: str, attributes: Attributes) -> None:
        if name == "row":
            number = _whole(attributes.get("r"))
            self._row, self._column = (number if number > 0 else self._row + 1), 0
        elif name == "c":
            self._begin_cell(attributes)
        elif name == "mergeCell":
            self._cells.merged.append(_area(attributes.get("ref", "")))
        elif name == "v":
            self._in_value = True
        elif name == "f":
            self._formula = True
        else:
            self._inline.start(name, attributes)

    def _begin_cell(self, attributes: Attributes) -> None:
        address = CELL_ADDRESS.fullmatch(attributes.get("r", ""))
        if address:
            self._column, self._row = column_number(address[1]), int(address[2])
        else:
            self._column += 1
        self._attributes = attributes
        self._value.clear()
        self._inline.pieces.clear()
        self._formula = False

    def _end(self, name: str) -> None:
        if name == "v":
            self._in_value = False
        elif name == "c":
            self._finish_cell()
        else:
            self._inline.end(name)

    def _text(self, text: str) -> None:
        if self._in_value:
            self._value.append(text)
        else:
            self._inline.characters(text)

    def _finish_cell(self) -> None:
        kind = self._attributes.get("t", "n")
        text = self._inline.text() if kind == "inlineStr" else "".join(self._value)
        if not text and not self._formula:
            return
        content = self._content(kind, text) if text else None
        self._cells.found[self._row, self._column] = Found(content, self._formula, kind == "e")
        if len(self._cells.found) > CELLS_MAX:
            raise self._package.refused("cells", sheet=self._cells.title)

    def _content(self, kind: str, text: str) -> Content:
        if kind == "s":
            number = _whole(text)
            return self._tables.texts[number] if 0 <= number < len(self._tables.texts) else ""
        if kind == "b":
            return text.strip() == "1"
        if kind != "n":
            return text
        try:
            number_read = float(text)
        except ValueError:
            return text
        if _whole(self._attributes.get("s")) in self._tables.day_styles:
            return _moment(number_read, self._tables.first_day)
        return number_read


def _area(reference: str) -> tuple[int, int, int, int]:
    corners = [(int(row), column_number(column)) for column, row in CELL_ADDRESS.findall(reference)]
    return (*corners[0], *corners[-1]) if corners else (0, 0, 0, 0)


def _moment(number: float, first_day: date) -> Content:
    """A day, a day with its time, or a time of day; the number itself where it is none."""
    if not 0 <= number < 2_958_466:  # 31 December 9999
        return number
    moment = datetime.combine(first_day, time()) + timedelta(seconds=round(number * 86_400))
    if number < 1:
        return moment.time()
    return moment.date() if moment.time() == time() else moment
