"""The report's sheets as another workbook takes them.

They get its style numbers, texts in the cells and own names of parts, and other names where the company has sheets
of theirs, which stay as they are.
"""

import posixpath
import re
from collections.abc import Collection, Iterator, Mapping
from xml.sax.saxutils import escape, quoteattr

from roi.workbook.book import SHEET_NAME_LENGTH
from roi.workbook.company.package import Parts, Relation, related, relations, sheets_of
from roi.workbook.company.splice import Edit, Node, applied, nodes, with_attributes
from roi.workbook.company.styles import MergedStyles
from roi.workbook.expression import quoted
from roi.workbook.markup import PACKAGE_RELATIONS, WORKBOOK_PART, relations_part

_MARK = "roi_"
_HOLD_REFERENCES = ("f", "formula", "formula1", "formula2", "definedName")
"""Elements of sheets, charts and the workbook that hold formulas."""


def new_names(parts: Parts, taken: Collection[str]) -> dict[str, str]:
    """New names for the sheets of a workbook and all that they refer to, none of them taken."""
    used = {name.casefold() for name in taken}
    found: dict[str, str] = {}
    waiting = [*sheets_of(parts).values()]
    while waiting:
        part = waiting.pop(0)
        if part not in found:
            found[part] = _free_name(part, used)
            used.add(found[part].casefold())
            waiting += [each.target for each in relations(parts, part) if not each.external]
    return found


def carried(parts: Parts, names: Mapping[str, str], styles: MergedStyles) -> Iterator[tuple[str, bytes]]:
    """The parts under their new names: sheets with the merged style numbers, relations to the new names."""
    sheets = set(sheets_of(parts).values())
    texts = _shared_texts(parts)
    for old, new in names.items():
        yield new, _adapted(parts[old], old, styles, texts) if old in sheets else parts[old]
        entries = "".join(_relation(each, names) for each in relations(parts, old))
        if entries:
            content = f'<Relationships xmlns="{PACKAGE_RELATIONS}">{entries}</Relationships>'
            yield relations_part(new), content.encode()


def _adapted(raw: bytes, part: str, styles: MergedStyles, texts: list[bytes]) -> bytes:
    """A sheet with other style numbers, its texts in its cells, and not selected beside the template's own."""
    edits: list[Edit] = []
    shared = False
    for node in nodes(raw, part):
        changes = _changes(node, styles)
        if node.name == "c":
            shared = node.attributes.get("t") == "s"
            changes |= {"t": "inlineStr"} if shared else {}
        elif node.name == "v" and shared:
            text = texts[int(raw[node.inner : node.inner_end])]
            edits.append(Edit(node.start, node.end, b"<is>" + text + b"</is>"))
        if changes:
            edits.append(with_attributes(raw, node, changes))
    return applied(raw, edits)


def _changes(node: Node, styles: MergedStyles) -> dict[str, str | None]:
    attribute = {"c": "s", "row": "s", "col": "style"}.get(node.name)
    if attribute is not None and attribute in node.attributes:
        return {attribute: str(int(node.attributes[attribute]) + styles.cells_before)}
    if node.name == "c":
        return {"s": str(styles.cells_before)}
    if node.name == "cfRule" and "dxfId" in node.attributes:
        return {"dxfId": str(int(node.attributes["dxfId"]) + styles.flags_before)}
    return {"tabSelected": None} if node.name == "sheetView" and "tabSelected" in node.attributes else {}


def _shared_texts(parts: Parts) -> list[bytes]:
    return [
        parts[part][node.inner : node.inner_end]
        for part in related(parts, WORKBOOK_PART, "sharedStrings")
        for node in nodes(parts[part], part)
        if node.name == "si"
    ]


def _free_name(part: str, used: Collection[str]) -> str:
    folder, name = posixpath.split(part)
    mark = _MARK
    while f"{folder}/{mark}{name}".casefold() in used:
        mark = f"{_MARK}{mark}"
    return f"{folder}/{mark}{name}"


def _relation(each: Relation, names: Mapping[str, str]) -> str:
    target = each.target if each.external else f"/{names[each.target]}"
    mode = ' TargetMode="External"' if each.external else ""
    return (
        f"<Relationship Id={quoteattr(each.identity)} Type={quoteattr(each.kind)} "
        f"Target={quoteattr(target)}{mode}/>"
    )


def giving_way(ours: Parts, taken: Collection[str]) -> tuple[dict[str, bytes], dict[str, str]]:
    """The parts of a report with new names for sheets whose names are taken, and the new names by the old.

    Formulas, defined names, rules and charts follow.
    """
    used = {sheet.casefold() for sheet in (*taken, *sheets_of(ours))}
    renamed: dict[str, str] = {}
    for sheet in sheets_of(ours):
        if sheet.casefold() in {name.casefold() for name in taken}:
            renamed[sheet] = _free(sheet, used)
            used.add(renamed[sheet].casefold())
    if not renamed:
        return dict(ours), renamed
    return {part: _with_names(raw, part, renamed) for part, raw in ours.items()}, renamed


def _free(sheet: str, used: Collection[str]) -> str:
    number = 1
    while True:
        mark = " (roi)" if number == 1 else f" (roi {number})"
        name = sheet[: SHEET_NAME_LENGTH - len(mark)] + mark
        if name.casefold() not in used:
            return name
        number += 1


def _with_names(raw: bytes, part: str, renamed: Mapping[str, str]) -> bytes:
    """A part with the new names in its references; texts within formulas stay."""
    written = {
        f"{escape(quoted(old))}!".encode(): f"{escape(quoted(new))}!".encode() for old, new in renamed.items()
    }
    if part != WORKBOOK_PART and not any(old in raw for old in written):
        return raw
    pattern = re.compile(b'"[^"]*"|' + b"|".join(re.escape(old) for old in written))
    edits = []
    for node in nodes(raw, part):
        if node.name in _HOLD_REFERENCES:
            inside = raw[node.inner : node.inner_end]
            told = pattern.sub(lambda found: written.get(found[0], found[0]), inside)
            if told != inside:
                edits.append(Edit(node.inner, node.inner_end, told))
        elif part == WORKBOOK_PART and node.name == "sheet" and node.attributes["name"] in renamed:
            edits.append(with_attributes(raw, node, {"name": renamed[node.attributes["name"]]}))
    return applied(raw, edits)
