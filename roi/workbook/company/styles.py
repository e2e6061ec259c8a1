"""Adds the report's styles to a template's style sheet; a named style that the template has is the template's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from roi.workbook.company.splice import Edit, Node, appended, applied, nodes, with_attributes
from roi.workbook.markup import MAIN

ORDER = (
    "numFmts",
    "fonts",
    "fills",
    "borders",
    "cellStyleXfs",
    "cellXfs",
    "cellStyles",
    "dxfs",
    "tableStyles",
    "colors",
    "extLst",
)
_FIRST_OWN_FORMAT = 164
_SHIFTED = {"fontId": "fonts", "fillId": "fills", "borderId": "borders"}
_APPLIES = tuple(
    f"apply{what}" for what in ("Font", "Fill", "Border", "NumberFormat", "Alignment", "Protection")
)


@dataclass(frozen=True, slots=True)
class MergedStyles:
    """The template's style sheet with the report's styles behind its own."""

    content: bytes
    cells_before: int
    """Cell formats of the template, by which the numbers of the report's are higher."""
    flags_before: int
    """Styles of conditional formats of the template."""


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A style sheet and its elements."""

    raw: bytes
    found: Sequence[Node]
    lists: dict[str, list[Node]] = field(default_factory=dict)

    def items(self, name: str) -> list[Node]:
        """The entries of one of its lists."""
        return self.lists.setdefault(name, [node for node in self.found if node.parents[1:] == (name,)])

    def text(self, node: Node) -> bytes:
        """An entry as it is written."""
        return self.raw[node.start : node.end]

    def inside(self, node: Node) -> bytes:
        """What an entry holds."""
        return self.raw[node.inner : node.inner_end]

    def named(self) -> dict[str, str]:
        """Numbers of the named styles by name, without regard to case, and by the number that Excel gives its own.

        Excel writes the names of its own styles in the user's language: Normal is 標準 in a Japanese file.
        """
        found = {}
        for node in self.items("cellStyles"):
            found.update(dict.fromkeys(_keys(node), node.attributes["xfId"]))
        return found


def merged_styles(template: bytes, report: bytes) -> MergedStyles:
    """The template's style sheet with the report's behind it.

    A named style of the report that the template has too looks as the template wants it, number formats of single
    cells excepted: so a company's fonts and colours reach the report.
    """
    part = "xl/styles.xml"
    ours, theirs = _Sheet(report, nodes(report, part)), _Sheet(template, nodes(template, part))
    formats, new_formats = _formats(ours, theirs)
    styles, new_styles, new_names = _named_styles(ours, theirs, formats)
    additions = {
        "numFmts": new_formats,
        **{
            name: [ours.text(node) for node in ours.items(name)]
            for name in ("fonts", "fills", "borders", "dxfs")
        },
        "cellStyleXfs": new_styles,
        "cellXfs": [_cell_format(ours, theirs, node, formats, styles) for node in ours.items("cellXfs")],
        "cellStyles": new_names,
    }
    edits: list[Edit] = []
    for name, items in additions.items():
        written = [_in_namespace(item, theirs) for item in items]
        edits += appended(template, theirs.found, name, ORDER, written)
    before = len(theirs.items("cellXfs")), len(theirs.items("dxfs"))
    return MergedStyles(applied(template, edits), *before)


def _keys(named: Node) -> list[str]:
    """By what a named style is recognised: styles of outlines (1 and 2) exist once for every level."""
    own = named.attributes.get("builtinId")
    by_number = [] if own in (None, "1", "2") else [f"builtinId {own}"]
    return [named.attributes.get("name", "").casefold(), *by_number]


def _formats(ours: _Sheet, theirs: _Sheet) -> tuple[dict[str, str], list[bytes]]:
    """Number formats of the report by their new numbers, and those that the template lacks."""
    known = {node.attributes["formatCode"]: node.attributes["numFmtId"] for node in theirs.items("numFmts")}
    free = max([_FIRST_OWN_FORMAT - 1, *(int(number) for number in known.values())]) + 1
    found: dict[str, str] = {}
    new: list[bytes] = []
    for node in ours.items("numFmts"):
        code = node.attributes["formatCode"]
        if code not in known:
            known[code] = str(free + len(new))
            new.append(_changed(ours, node, {"numFmtId": known[code]}))
        found[node.attributes["numFmtId"]] = known[code]
    return found, new


def _named_styles(
    ours: _Sheet, theirs: _Sheet, formats: Mapping[str, str]
) -> tuple[dict[str, str], list[bytes], list[bytes]]:
    """Numbers of the report's named styles in the merged sheet, and what is new: their formats and their names."""
    known = theirs.named()
    numbers: dict[str, str] = {}
    new_styles: list[bytes] = []
    new_names: list[bytes] = []
    first = len(theirs.items("cellStyleXfs"))
    names = {node.attributes["xfId"]: node for node in ours.items("cellStyles")}
    for number, node in enumerate(ours.items("cellStyleXfs")):
        named = names.get(str(number))
        there = [] if named is None else [known[key] for key in _keys(named) if key in known]
        if there:
            numbers[str(number)] = there[0]
            continue
        numbers[str(number)] = str(first + len(new_styles))
        new_styles.append(_changed(ours, node, _shifted(node, theirs, formats)))
        if named is not None:
            new_names.append(_changed(ours, named, {"xfId": numbers[str(number)]}))
    return numbers, new_styles, new_names


def _cell_format(
    ours: _Sheet, theirs: _Sheet, node: Node, formats: Mapping[str, str], styles: Mapping[str, str]
) -> bytes:
    style = node.attributes.get("xfId", "0")
    number = styles.get(style, "0")
    if int(number) >= len(theirs.items("cellStyleXfs")):
        return _changed(ours, node, _shifted(node, theirs, formats) | {"xfId": number})
    there = theirs.items("cellStyleXfs")[int(number)]
    own_format = node.attributes.get("numFmtId", "0")
    style_format = ours.items("cellStyleXfs")[int(style)].attributes.get("numFmtId", "0")
    changes = {name: there.attributes.get(name, "0") for name in (*_SHIFTED, "numFmtId")} | {"xfId": number}
    if own_format != style_format:
        changes["numFmtId"] = formats.get(own_format, own_format)
    tag = with_attributes(ours.raw, node, changes | dict.fromkeys(_APPLIES, "1")).content
    inside = theirs.inside(there)
    opened = tag[:-2].rstrip() + b">" if tag.endswith(b"/>") else tag
    return opened + inside + b"</xf>" if inside else opened[:-1] + b"/>"


def _shifted(node: Node, theirs: _Sheet, formats: Mapping[str, str]) -> dict[str, str]:
    """Numbers of fonts, fills, borders and formats as they are behind the template's."""
    changes = {
        name: str(int(node.attributes.get(name, "0")) + len(theirs.items(list_)))
        for name, list_ in _SHIFTED.items()
    }
    own_format = node.attributes.get("numFmtId", "0")
    return changes | {"numFmtId": formats.get(own_format, own_format)}


def _changed(sheet: _Sheet, node: Node, changes: Mapping[str, str]) -> bytes:
    edit = with_attributes(sheet.raw, node, changes)
    return edit.content + sheet.raw[node.inner : node.end]


def _in_namespace(item: bytes, sheet: _Sheet) -> bytes:
    """An entry of the report inside a sheet that writes its elements with a prefix."""
    if not sheet.found[0].prefix:
        return item
    end = min(position for sign in (b" ", b"/", b">") if (position := item.find(sign)) > 0)
    return item[:end] + f' xmlns="{MAIN}"'.encode() + item[end:]
