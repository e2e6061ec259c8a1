"""The report's sheets as another workbook takes them: its style numbers, texts in the cells, own names of parts."""

import posixpath
from collections.abc import Collection, Iterator, Mapping
from xml.sax.saxutils import quoteattr

from roi.workbook.company.package import Parts, Relation, related, relations, sheets_of
from roi.workbook.company.splice import Edit, Node, applied, nodes, with_attributes
from roi.workbook.company.styles import MergedStyles
from roi.workbook.markup import PACKAGE_RELATIONS, WORKBOOK_PART, relations_part

_MARK = "roi_"


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
