"""Formulas put into the cells of a template's sheet; every other byte of the sheet stays."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape, quoteattr

from roi.errors import RoiError
from roi.texts.messages import Message
from roi.workbook.company.anchors import Answer
from roi.workbook.company.areas import Area, area_of, place_of, spot_of
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


def occupied(parts: Parts, part: str, addresses: Sequence[str]) -> Iterator[tuple[str, Message]]:
    """The cells of a sheet that cannot take a figure, each with the reason."""
    areas = [*_areas_of_cells(tree(parts[part], part)), *_areas_of_tables(parts, part)]
    for address in addresses:
        spot = spot_of("", address)
        yield from ((address, why) for area, why in areas if area.holds(spot))


def with_answers(raw: bytes, part: str, answers: Mapping[str, Answer]) -> bytes:
    """A sheet of the template with formulas and values in cells, by address; all else as it was."""
    found = nodes(raw, part)
    rows = dict(_numbered_rows(children(found, "sheetData", "row")))
    wanted: dict[int, list[tuple[int, str]]] = {}
    for address in answers:
        row, column = place_of(address)
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
        if not given.formula:
            return f'<{prefix}c r="{address}"{look}/>'.encode()
        kind = "" if given.kind == "n" else f" t={quoteattr(given.kind)}"
        return (
            f'<{prefix}c r="{address}"{look}{kind}><{prefix}f>{escape(given.formula)}</{prefix}f>'
            f"<{prefix}v>{escape(given.value)}</{prefix}v></{prefix}c>"
        ).encode()


def _is_cell_of(node: Node, row: Node) -> bool:
    return node.name == "c" and row.start < node.start < row.end


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


_Kept = tuple[Area, Message]
"""Cells that can take no figure, and why."""


def _areas_of_cells(sheet: Element) -> Iterator[_Kept]:
    """Where formulas stand that other cells share, and the hidden cells of merged areas."""
    for formula in sheet.iter(f"{{{MAIN}}}f"):
        if formula.get("ref") and formula.get("t") in ("array", "dataTable"):
            yield _area(formula.get("ref", "")), Message("template.in_array")
        elif formula.get("ref"):
            first = formula.get("ref", "").partition(":")[0]
            yield _area(first), Message("template.shared_formula")
    for merged in sheet.iter(f"{{{MAIN}}}mergeCell"):
        whole = _area(merged.get("ref", ""))
        why = Message("template.merged", area=merged.get("ref"))
        yield replace(whole, first_column=whole.first_column + 1), why
        yield replace(whole, first_row=whole.first_row + 1, last_column=whole.first_column), why


def _areas_of_tables(parts: Parts, part: str) -> Iterator[_Kept]:
    """Headings and totals of tables, which must be what the table says, and pivot tables, which are made anew."""
    why = Message("template.in_table")
    for name in related(parts, part, "table"):
        table = tree(parts[name], name)
        area = _area(table.get("ref", ""))
        headings, totals = int(table.get("headerRowCount", 1)), int(table.get("totalsRowCount", 0))
        yield replace(area, last_row=area.first_row + headings - 1), why
        yield replace(area, first_row=area.last_row - totals + 1), why
    for name in related(parts, part, "pivotTable"):
        for location in tree(parts[name], name).iter(f"{{{MAIN}}}location"):
            yield _area(location.get("ref", "")), Message("template.in_pivot")


def _area(reference: str) -> Area:
    area = area_of(reference, "")
    if area is None:
        raise RoiError(Message("template.no_area", reference=repr(reference)))
    return area
