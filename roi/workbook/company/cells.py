"""Formulas put into the cells of a template's sheet; every other byte of the sheet stays."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape, quoteattr

from roi.errors import RoiError
from roi.workbook.company.anchors import Answer
from roi.workbook.company.package import Parts, related
from roi.workbook.company.splice import (
    Edit,
    Node,
    applied,
    children,
    nodes,
    tree,
    with_attributes,
    with_children,
)
from roi.workbook.markup import CELL_ADDRESS, MAIN, column_number


@dataclass(frozen=True, slots=True)
class _Area:
    """Rows and columns from first to last, and why no figure can stand in it."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int
    why: str

    def holds(self, address: str) -> bool:
        """Whether a cell stands in it."""
        row, column = _place(address)
        return self.first_row <= row <= self.last_row and self.first_column <= column <= self.last_column


def occupied(parts: Parts, part: str, addresses: Sequence[str]) -> Iterator[str]:
    """The cells of a sheet that cannot take a figure, as `C4 is ...`."""
    areas = [*_areas_of_cells(tree(parts[part], part)), *_areas_of_tables(parts, part)]
    for address in addresses:
        yield from (f"{address} {area.why}" for area in areas if area.holds(address))


def with_answers(raw: bytes, part: str, answers: Mapping[str, Answer]) -> bytes:
    """A sheet of the template with formulas and values in cells, by address; all else as it was."""
    found = nodes(raw, part)
    rows = dict(_numbered_rows(children(found, "sheetData", "row")))
    wanted: dict[int, list[tuple[int, str]]] = {}
    for address in answers:
        row, column = _place(address)
        wanted.setdefault(row, []).append((column, address))
    edits: list[Edit] = []
    last = b""
    for number, cells in sorted(wanted.items()):
        writer = _Writer(found, number, rows.get(number), answers)
        if number in rows:
            edits += writer.in_row(raw, sorted(cells))
            continue
        content = writer.new_row(sorted(cells))
        behind = next((node.start for each, node in rows.items() if each > number), None)
        if behind is None:
            last += content
        else:
            edits.append(Edit(behind, behind, content))
    if last:
        edits += with_children(raw, next(children(found, "sheetData")), last)
    return applied(raw, edits)


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes cells of one row."""

    found: Sequence[Node]
    number: int
    row: Node | None
    answers: Mapping[str, Answer]

    def new_row(self, cells: Sequence[tuple[int, str]]) -> bytes:
        """A row that the sheet does not have yet."""
        tag = f"{self.found[0].prefix}row"
        inside = b"".join(self._cell(address, self._empty_style(column)) for column, address in cells)
        return f'<{tag} r="{self.number}">'.encode() + inside + f"</{tag}>".encode()

    def in_row(self, raw: bytes, cells: Sequence[tuple[int, str]]) -> Iterator[Edit]:
        """Cells replaced, which keep their style, or put between the others, which have the row's or column's."""
        row = self.row
        if row is None:
            raise ValueError(f"row {self.number} is not there")
        there = dict(_numbered_cells([node for node in self.found if _is_cell_of(node, row)]))
        last = b""
        for column, address in cells:
            if column in there:
                node = there[column]
                yield Edit(node.start, node.end, self._cell(address, node.attributes.get("s")))
                continue
            content = self._cell(address, self._empty_style(column))
            behind = next((node.start for each, node in there.items() if each > column), None)
            if behind is None:
                last += content
            else:
                yield Edit(behind, behind, content)
        yield from (
            with_children(raw, row, last, {"spans": None})
            if last
            else [with_attributes(raw, row, {"spans": None})]
        )

    def _empty_style(self, column: int) -> str | None:
        """The style of an empty cell: its row's, else its column's."""
        if self.row is not None and self.row.attributes.get("customFormat", "0") not in ("0", "false"):
            return self.row.attributes.get("s")
        for node in children(self.found, "cols", "col"):
            if int(node.attributes["min"]) <= column <= int(node.attributes["max"]):
                return node.attributes.get("style")
        return None

    def _cell(self, address: str, style: str | None) -> bytes:
        prefix, given = self.found[0].prefix, self.answers[address]
        look = "" if style is None else f" s={quoteattr(style)}"
        kind = "" if given.kind == "n" else f" t={quoteattr(given.kind)}"
        return (
            f'<{prefix}c r="{address}"{look}{kind}><{prefix}f>{escape(given.formula)}</{prefix}f>'
            f"<{prefix}v>{escape(given.value)}</{prefix}v></{prefix}c>"
        ).encode()


def _is_cell_of(node: Node, row: Node) -> bool:
    return node.name == "c" and row.start < node.start < row.end


def _place(address: str) -> tuple[int, int]:
    found = CELL_ADDRESS.fullmatch(address)
    if found is None:
        raise RoiError(f"{address!r} is no cell; let the template's name mean one")
    return int(found[2]), column_number(found[1])


def _numbered_rows(rows: Iterator[Node]) -> Iterator[tuple[int, Node]]:
    """Rows by number; one that does not say its own follows the one before."""
    last = 0
    for row in rows:
        last = int(row.attributes.get("r", last + 1))
        yield last, row


def _numbered_cells(cells: Sequence[Node]) -> Iterator[tuple[int, Node]]:
    last = 0
    for cell in cells:
        found = CELL_ADDRESS.fullmatch(cell.attributes.get("r", ""))
        last = column_number(found[1]) if found else last + 1
        yield last, cell


def _areas_of_cells(sheet: Element) -> Iterator[_Area]:
    """Where formulas stand that other cells share, and the hidden cells of merged areas."""
    for formula in sheet.iter(f"{{{MAIN}}}f"):
        if formula.get("ref") and formula.get("t") in ("array", "dataTable"):
            yield _area(formula.get("ref", ""), "belongs to a formula of several cells")
        elif formula.get("ref"):
            first = formula.get("ref", "").partition(":")[0]
            yield _area(first, "holds a formula that other cells share; write it there anew")
    for merged in sheet.iter(f"{{{MAIN}}}mergeCell"):
        whole = _area(merged.get("ref", ""), f"is hidden in the merged cells {merged.get('ref')}")
        row, column = whole.first_row, whole.first_column
        yield _Area(row, column + 1, whole.last_row, whole.last_column, whole.why)
        yield _Area(row + 1, column, whole.last_row, column, whole.why)


def _areas_of_tables(parts: Parts, part: str) -> Iterator[_Area]:
    """Headings and totals of tables, which must be what the table says, and pivot tables, which are made anew."""
    for name in related(parts, part, "table"):
        table = tree(parts[name], name)
        area = _area(table.get("ref", ""), "is a heading or a total of a table")
        first, last = area.first_row, area.last_row
        headings, totals = int(table.get("headerRowCount", 1)), int(table.get("totalsRowCount", 0))
        yield _Area(first, area.first_column, first + headings - 1, area.last_column, area.why)
        yield _Area(last - totals + 1, area.first_column, last, area.last_column, area.why)
    for name in related(parts, part, "pivotTable"):
        for location in tree(parts[name], name).iter(f"{{{MAIN}}}location"):
            yield _area(location.get("ref", ""), "stands in a pivot table")


def _area(reference: str, why: str) -> _Area:
    first, _, last = reference.partition(":")
    return _Area(*_place(first), *_place(last or first), why)
