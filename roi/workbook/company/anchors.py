"""Cells of a template that ask for a figure of the report, by a defined name that begins with `roi_`."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

from roi.errors import RoiError
from roi.workbook.company.splice import Edit, Node, applied, nodes, with_attributes, with_children
from roi.workbook.markup import CELL_ADDRESS, MAIN, column_number

PREFIX = "roi_"
_TARGET = re.compile(
    r"(?:'(?P<quoted>(?:[^']|'')+)'|(?P<plain>[^'!]+))!(?P<first>\$?[A-Z]{1,3}\$?[0-9]+)(?::\$?[A-Z]{1,3}\$?[0-9]+)?"
)


@dataclass(frozen=True, slots=True)
class Anchor:
    """A defined name and the cell it means; of an area the one at the upper left."""

    name: str
    sheet: str
    address: str
    """Without dollar signs."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a cell of the report holds, for another cell to refer to."""

    formula: str
    kind: str
    """The cell's type: `n`, `str`, `b` or `e`."""
    value: str


def anchors(workbook: bytes, part: str) -> list[Anchor]:
    """The defined names that begin with `roi_`, and their cells.

    Raises
    ------
    RoiError
        When one of them means no cell of a sheet.
    """
    found = []
    for node in nodes(workbook, part):
        name = node.attributes.get("name", "")
        if node.name == "definedName" and name.casefold().startswith(PREFIX):
            text = "".join(ElementTree.fromstring(_bare(workbook, node)).itertext())
            target = _TARGET.fullmatch(text.strip())
            if target is None:
                raise RoiError(
                    f"the template's name {name} means {text!r} and no cell of a sheet; "
                    "let it mean one cell, or delete it in Excel under Formulas, Name Manager"
                )
            sheet = target["plain"] or target["quoted"].replace("''", "'")
            found.append(Anchor(name, sheet, target["first"].replace("$", "")))
    return found


def answer(sheet: bytes, anchor: Anchor) -> Answer:
    """What the report's cell holds.

    Raises
    ------
    RoiError
        When the cell is empty.
    """
    for cell in ElementTree.fromstring(sheet).iter(f"{{{MAIN}}}c"):
        if cell.get("r") == anchor.address:
            kind = cell.get("t", "n")
            text = (
                "".join(node.text or "" for node in cell.iter(f"{{{MAIN}}}t"))
                if kind == "inlineStr"
                else None
            )
            value = text if text is not None else cell.findtext(f"{{{MAIN}}}v")
            if value is not None:
                formula = "{}!{}".format(
                    "'" + anchor.sheet.replace("'", "''") + "'", _absolute(anchor.address)
                )
                return Answer(formula, "str" if kind == "inlineStr" else kind, value)
    raise RoiError(f"the report's {anchor.name} is empty; remove the name from the template")


def with_answers(raw: bytes, part: str, answers: Mapping[str, Answer]) -> bytes:
    """A sheet of the template with formulas and values in the cells of the anchors, by address; all else as it was.

    Raises
    ------
    RoiError
        When a cell holds an array formula or one that others share.
    """
    for address, each in answers.items():
        raw = applied(raw, _filled(raw, nodes(raw, part), address, each))
    return raw


def _filled(raw: bytes, found: Sequence[Node], address: str, given: Answer) -> list[Edit]:
    place = CELL_ADDRESS.fullmatch(address)
    if place is None:
        raise RoiError(f"{address} is no cell; let the template's name mean one")
    row_number, column = int(place[2]), column_number(place[1])
    rows = [node for node in found if node.name == "row"]
    row = next((node for node, number in _numbered_rows(rows) if number == row_number), None)
    prefix = found[0].prefix
    if row is None:
        content = (
            f'<{prefix}row r="{row_number}">{_cell(prefix, address, None, given)}</{prefix}row>'.encode()
        )
        data = next(node for node in found if node.name == "sheetData")
        behind = next((node.start for node, number in _numbered_rows(rows) if number > row_number), None)
        return [with_children(raw, data, content, {})] if behind is None else [Edit(behind, behind, content)]
    cells = [node for node in found if node.name == "c" and row.start < node.start < row.end]
    for cell, number in _numbered_cells(cells):
        if number == column:
            _require_replaceable(found, cell, address)
            style = cell.attributes.get("s")
            return [Edit(cell.start, cell.end, _cell(prefix, address, style, given).encode())]
        if number > column:
            content = _cell(prefix, address, row.attributes.get("s"), given).encode()
            return [Edit(cell.start, cell.start, content), with_attributes(raw, row, {"spans": None})]
    content = _cell(prefix, address, row.attributes.get("s"), given).encode()
    return [with_children(raw, row, content, {"spans": None})]


def _numbered_rows(rows: Sequence[Node]) -> list[tuple[Node, int]]:
    numbered, last = [], 0
    for row in rows:
        last = int(row.attributes.get("r", last + 1))
        numbered.append((row, last))
    return numbered


def _numbered_cells(cells: Sequence[Node]) -> list[tuple[Node, int]]:
    numbered, last = [], 0
    for cell in cells:
        found = CELL_ADDRESS.fullmatch(cell.attributes.get("r", ""))
        last = column_number(found[1]) if found else last + 1
        numbered.append((cell, last))
    return numbered


def _require_replaceable(found: Sequence[Node], cell: Node, address: str) -> None:
    for node in found:
        if (
            node.name == "f"
            and cell.start < node.start < cell.end
            and node.attributes.get("t") in ("shared", "array")
        ):
            raise RoiError(
                f"{address} of the template holds a formula that other cells share; clear the cell"
            )


def _cell(prefix: str, address: str, style: str | None, given: Answer) -> str:
    attributes = f" r={quoteattr(address)}"
    if style is not None:
        attributes += f" s={quoteattr(style)}"
    if given.kind != "n":
        attributes += f" t={quoteattr(given.kind)}"
    inside = f"<{prefix}f>{escape(given.formula)}</{prefix}f><{prefix}v>{escape(given.value)}</{prefix}v>"
    return f"<{prefix}c{attributes}>{inside}</{prefix}c>"


def _absolute(address: str) -> str:
    return re.sub(r"([A-Z]+)([0-9]+)", r"$\1$\2", address)


def _bare(raw: bytes, node: Node) -> bytes:
    """The element alone, without its prefix."""
    return b"<a>" + raw[node.inner : node.inner_end] + b"</a>"
