"""The report's sheets as another workbook takes them: its style numbers, texts in the cells, own names of parts."""

import posixpath
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from xml.etree import ElementTree
from xml.sax.saxutils import quoteattr

from roi.workbook.company.splice import Edit, Node, applied, nodes, with_attributes
from roi.workbook.company.styles import MergedStyles
from roi.workbook.markup import (
    CONTENT_TYPES,
    MAIN,
    PACKAGE_RELATIONS,
    RELATION,
    TYPES_PART,
    WORKBOOK_PART,
    relations_part,
    target_part,
)

_MARK = "roi_"


@dataclass(frozen=True, slots=True)
class Relation:
    """What a part refers to: a part, or an address outside."""

    identity: str
    kind: str
    target: str
    external: bool


def relations(parts: Mapping[str, bytes], part: str) -> list[Relation]:
    """The relations of a part, their targets as names of parts."""
    raw = parts.get(relations_part(part))
    found = []
    for entry in (
        () if raw is None else ElementTree.fromstring(raw).iter(f"{{{PACKAGE_RELATIONS}}}Relationship")
    ):
        external = entry.get("TargetMode") == "External"
        target = entry.get("Target", "")
        found.append(
            Relation(
                entry.get("Id", ""),
                entry.get("Type", ""),
                target if external else target_part(part, target),
                external,
            )
        )
    return found


def sheets_of(parts: Mapping[str, bytes]) -> dict[str, str]:
    """Parts of the sheets of cells by their names, in the order of the tabs."""
    targets = {each.identity: each.target for each in relations(parts, WORKBOOK_PART)}
    workbook = ElementTree.fromstring(parts[WORKBOOK_PART])
    return {
        sheet.get("name", ""): targets.get(sheet.get(f"{{{RELATION}}}id", ""), "")
        for sheet in workbook.iter(f"{{{MAIN}}}sheet")
    }


def content_type(parts: Mapping[str, bytes], part: str) -> str:
    """The type that the package gives a part."""
    types = ElementTree.fromstring(parts[TYPES_PART])
    for entry in types.iter(f"{{{CONTENT_TYPES}}}Override"):
        if entry.get("PartName") == f"/{part}":
            return entry.get("ContentType", "")
    extension = part.rpartition(".")[2].casefold()
    return next(
        entry.get("ContentType", "")
        for entry in types.iter(f"{{{CONTENT_TYPES}}}Default")
        if entry.get("Extension", "").casefold() == extension
    )


def new_names(parts: Mapping[str, bytes], taken: Collection[str]) -> dict[str, str]:
    """New names for the sheets of a workbook and all that they refer to, none of them taken."""
    used = {name.casefold() for name in taken}
    found: dict[str, str] = {}
    waiting = [*sheets_of(parts).values()]
    while waiting:
        part = waiting.pop(0)
        if part in found:
            continue
        found[part] = _free_name(part, used)
        used.add(found[part].casefold())
        waiting += [each.target for each in relations(parts, part) if not each.external]
    return found


def carried(
    parts: Mapping[str, bytes], names: Mapping[str, str], styles: MergedStyles
) -> Iterator[tuple[str, bytes]]:
    """The parts under their new names: sheets with the merged style numbers, relations to the new names."""
    sheets = set(sheets_of(parts).values())
    texts = _shared_texts(parts)
    for old, new in names.items():
        yield new, adapted(parts[old], old, styles, texts) if old in sheets else parts[old]
        entries = "".join(_relation(each, names) for each in relations(parts, old))
        if entries:
            yield (
                relations_part(new),
                f'<Relationships xmlns="{PACKAGE_RELATIONS}">{entries}</Relationships>'.encode(),
            )


def adapted(raw: bytes, part: str, styles: MergedStyles, texts: list[bytes]) -> bytes:
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
        return {attribute: str(styles.cells[int(node.attributes[attribute])])}
    if node.name == "cfRule" and "dxfId" in node.attributes:
        return {"dxfId": str(int(node.attributes["dxfId"]) + styles.flags)}
    return {"tabSelected": None} if node.name == "sheetView" and "tabSelected" in node.attributes else {}


def _shared_texts(parts: Mapping[str, bytes]) -> list[bytes]:
    part = next((name for name in parts if name.endswith("/sharedStrings.xml")), None)
    if part is None:
        return []
    return [
        parts[part][node.inner : node.inner_end] for node in nodes(parts[part], part) if node.name == "si"
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
