"""What a template computes from the figures that fill it: new values in place of those that it was saved with.

LibreOffice computes them. A value that nobody computed is taken out, so that no reader is shown an old one; what
opens the file to work on it computes all of them in any case.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape

from roi.workbook.company.areas import Spot, address_of, area_of, place_of, spot_of
from roi.workbook.company.package import Parts, content_types, read_parts, sheets_of
from roi.workbook.company.splice import Edit, Node, applied, nodes, tree, with_attributes
from roi.workbook.convert import WORKBOOK, can_convert, converted
from roi.workbook.markup import CELL_ADDRESS, MAIN

UNKNOWN_FUNCTION = "#NAME?"
"""What LibreOffice shows for a function that it does not have."""
_CHART = "drawingml.chart+xml"
_DRAWING = "drawing+xml"


@dataclass(frozen=True, slots=True)
class Value:
    """What a cell shows."""

    kind: str
    """`n`, `str`, `b` or `e`."""
    shown: str


Values = Mapping[Spot, Value | None]
"""By cell; None where nobody computed it."""


def computed(file: bytes, wanted: set[Spot]) -> Values:
    """The values of cells in a finished file, through LibreOffice; none of them where it is not installed."""
    if not wanted or not can_convert():
        return dict.fromkeys(wanted)
    found = values_of(read_parts(converted({"filled": file}, WORKBOOK)["filled"]), wanted)
    return {
        spot: None if (value := found.get(spot)) is None or value.shown == UNKNOWN_FUNCTION else value
        for spot in wanted
    }


def values_of(parts: Parts, wanted: set[Spot]) -> dict[Spot, Value]:
    """What cells with formulas hold; texts of other cells are left out."""
    found = {}
    for sheet, part in sheets_of(parts).items():
        if not any(spot[0] == sheet.casefold() for spot in wanted):
            continue
        for cell in tree(parts[part], part).iter(f"{{{MAIN}}}c"):
            spot, shown = spot_of(sheet, cell.get("r", "")), cell.findtext(f"{{{MAIN}}}v")
            kind = cell.get("t", "n")
            if spot in wanted and shown is not None and kind != "s":
                found[spot] = Value(kind, shown)
    return found


def with_values(template: Parts, sheets: Parts, values: Values, answers: Values) -> dict[str, bytes]:
    """The parts of the template that show a value computed from a figure, with the new one.

    Parameters
    ----------
    sheets
        The template's sheets as they are filled so far, where they are.
    values
        Of the cells that are computed from figures.
    answers
        Of the cells that are filled.
    """
    by_sheet: dict[str, dict[tuple[int, int], Value | None]] = defaultdict(dict)
    for spot, value in values.items():
        by_sheet[spot[0]][spot[1:]] = value
    parts, changed = sheets_of(template), {}
    for sheet, part in parts.items():
        if sheet.casefold() in by_sheet:
            raw = sheets.get(part, template[part])
            changed[part] = _with_cells(raw, part, by_sheet[sheet.casefold()])
    known = {**answers, **values}
    for part, kind in content_types(template).items():
        edits: list[Edit] = []
        if kind.endswith(_CHART):
            edits = list(_chart_edits(template[part], part, known))
        elif kind.endswith(_DRAWING):
            edits = list(_text_box_edits(template[part], part, known))
        if edits:
            changed[part] = applied(template[part], edits)
    return changed


def _with_cells(raw: bytes, part: str, values: Mapping[tuple[int, int], Value | None]) -> bytes:
    """A sheet with other values in cells; formulas and looks stay."""
    found = nodes(raw, part)
    edits: list[Edit] = []
    inside: dict[int, list[Node]] = defaultdict(list)
    cells = [node for node in found if node.name == "c" and node.parents[-1:] == ("row",)]
    starts = {node.start: node for node in cells}
    holder: Node | None = None
    for node in found:
        holder = starts.get(node.start, holder)
        if holder is not None and node.parents[-1:] == ("c",) and node.start < holder.end:
            inside[holder.start].append(node)
    for cell in cells:
        address = CELL_ADDRESS.fullmatch(cell.attributes.get("r", ""))
        place = None if address is None else place_of(address[0])
        if place is not None and place in values:
            edits += _cell_edits(raw, cell, inside[cell.start], values[place])
    return applied(raw, edits)


def _cell_edits(raw: bytes, cell: Node, inside: list[Node], value: Value | None) -> Iterator[Edit]:
    kind = None if value is None or value.kind == "n" else value.kind
    yield with_attributes(raw, cell, {"t": kind})
    old = [node for node in inside if node.name in ("v", "is")]
    yield from (Edit(node.start, node.end, b"") for node in old)
    if value is not None:
        place = max((node.end for node in inside), default=cell.inner)
        shown = f"<{cell.prefix}v>{escape(value.shown)}</{cell.prefix}v>"
        yield Edit(place, place, shown.encode())


def _chart_edits(raw: bytes, part: str, known: Values) -> Iterator[Edit]:
    """Values that a chart keeps of cells: a point is written anew, or left out where its value is not known or, in
    a chart's numbers, is none.
    """
    place: dict[int, Spot] = {}
    numeric = False
    point: Spot | None = None
    point_node: Node | None = None
    for node in nodes(raw, part):
        if node.name == "f" and node.parents[-1:] in (("numRef",), ("strRef",)):
            area = area_of(raw[node.inner : node.inner_end].decode("utf-8"), "")
            spots = () if area is None or area.size > len(raw) else area.spots()
            place, numeric = dict(enumerate(spots)), node.parents[-1] == "numRef"
        elif node.name == "pt" and node.attributes.get("idx", "").isdigit():
            point, point_node = place.get(int(node.attributes["idx"])), node
        elif node.name == "v" and point is not None and point in known and point_node is not None:
            value, point = known[point], None
            if value is None or (numeric and value.kind != "n"):
                yield Edit(point_node.start, point_node.end, b"")
            else:
                yield Edit(node.inner, node.inner_end, escape(value.shown).encode())


def _text_box_edits(raw: bytes, part: str, known: Values) -> Iterator[Edit]:
    """The text of a box that shows a cell, taken out: how it is formatted there nobody here can tell."""
    end = 0
    for node in nodes(raw, part):
        if node.name == "sp" and node.attributes.get("textlink"):
            area = area_of(node.attributes["textlink"].removeprefix("="), "")
            end = node.end if area is not None and any(area.holds(spot) for spot in known) else 0
        elif node.name == "t" and node.start < end and not node.is_closed:
            yield Edit(node.inner, node.inner_end, b"")


def uncomputed(template: Parts, values: Values) -> tuple[str, ...]:
    """The cells whose value was taken out, as `Sheet!C4`."""
    sheets = {sheet.casefold(): sheet for sheet in sheets_of(template)}
    return tuple(
        f"{sheets[spot[0]]}!{address_of(spot)}" for spot, value in sorted(values.items()) if value is None
    )
