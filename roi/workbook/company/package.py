"""The parts of a workbook and what they say of one another: relations, content types, sheets."""

import io
import zipfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from roi.workbook.company.splice import Edit, applied, nodes, tree, with_attributes, with_children
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

Parts = Mapping[str, bytes]

_TYPE_OF_TEMPLATES = "application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml"
_TYPE_OF_WORKBOOKS = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_SHEET_RELATION = f"{RELATION}/worksheet"
_NO_DATE = (1980, 1, 1, 0, 0, 0)
"""The first that a package can hold: the same report and template give the same bytes."""


@dataclass(frozen=True, slots=True)
class Relation:
    """What a part refers to: a part, or an address outside."""

    identity: str
    kind: str
    target: str
    external: bool


def read_parts(file: bytes) -> dict[str, bytes]:
    """The parts of a file that we wrote ourselves."""
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist() if not info.is_dir()}


def packed(file: bytes, changed: Parts, new: Parts, left_out: Collection[str]) -> bytes:
    """The file with parts changed, added and left out; the others in their order."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(file)) as source,
        zipfile.ZipFile(buffer, "w") as target,
    ):
        for info in source.infolist():
            if not info.is_dir() and info.filename not in left_out:
                entry = zipfile.ZipInfo(info.filename, info.date_time)
                content = changed.get(info.filename)
                target.writestr(
                    entry, source.read(info) if content is None else content, zipfile.ZIP_DEFLATED
                )
        for name, added in new.items():
            target.writestr(zipfile.ZipInfo(name, _NO_DATE), added, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def relations(parts: Parts, part: str) -> list[Relation]:
    """The relations of a part, their targets as names of parts."""
    name = relations_part(part)
    if name not in parts:
        return []
    found = []
    for entry in tree(parts[name], name).iter(f"{{{PACKAGE_RELATIONS}}}Relationship"):
        external, target = entry.get("TargetMode") == "External", entry.get("Target", "")
        place = target if external else target_part(part, target)
        found.append(Relation(entry.get("Id", ""), entry.get("Type", ""), place, external))
    return found


def related(parts: Parts, part: str, kind: str) -> list[str]:
    """The parts of one kind to which a part refers."""
    found = relations(parts, part)
    return [each.target for each in found if each.kind.endswith(f"/{kind}") and each.target in parts]


def sheets_of(parts: Parts) -> dict[str, str]:
    """Parts of all sheets by their names, in the order of the tabs."""
    targets = {each.identity: each.target for each in relations(parts, WORKBOOK_PART)}
    return {
        sheet.get("name", ""): targets.get(sheet.get(f"{{{RELATION}}}id", ""), "")
        for sheet in tree(parts[WORKBOOK_PART], WORKBOOK_PART).iter(f"{{{MAIN}}}sheet")
    }


def content_types(parts: Parts) -> dict[str, str]:
    """The type of every part."""
    types = tree(parts[TYPES_PART], TYPES_PART)
    of_extension = {
        entry.get("Extension", "").casefold(): entry.get("ContentType", "")
        for entry in types.iter(f"{{{CONTENT_TYPES}}}Default")
    }
    of_part = {
        entry.get("PartName", "").casefold(): entry.get("ContentType", "")
        for entry in types.iter(f"{{{CONTENT_TYPES}}}Override")
    }
    return {
        part: of_part.get(f"/{part}".casefold(), of_extension.get(part.rpartition(".")[2].casefold(), ""))
        for part in parts
    }


def with_types(raw: bytes, added: Mapping[str, str], left_out: Collection[str]) -> bytes:
    """The list of content types with those of new parts; a template's type becomes a workbook's."""
    found = nodes(raw, TYPES_PART)
    prefix = found[0].prefix
    edits = []
    for node in found:
        if node.attributes.get("PartName", "").lstrip("/") in left_out:
            edits.append(Edit(node.start, node.end, b""))
        elif node.attributes.get("ContentType") == _TYPE_OF_TEMPLATES:
            edits.append(with_attributes(raw, node, {"ContentType": _TYPE_OF_WORKBOOKS}))
    entries = "".join(
        f"<{prefix}Override PartName={quoteattr(f'/{part}')} ContentType={quoteattr(kind)}/>"
        for part, kind in added.items()
    )
    return applied(raw, [*edits, *with_children(raw, found[0], entries.encode())])


def with_relations(raw: bytes, added: Mapping[str, str], left_out: Collection[str]) -> bytes:
    """The workbook's relations with those to new sheets, by identity."""
    part = relations_part(WORKBOOK_PART)
    found = nodes(raw, part)
    prefix = found[0].prefix
    gone = [
        Edit(node.start, node.end, b"")
        for node in found
        if target_part(WORKBOOK_PART, node.attributes.get("Target", "")) in left_out
    ]
    entries = "".join(
        f"<{prefix}Relationship Id={quoteattr(identity)} Type={quoteattr(_SHEET_RELATION)} "
        f"Target={quoteattr(f'/{target}')}/>"
        for identity, target in added.items()
    )
    return applied(raw, [*gone, *with_children(raw, found[0], entries.encode())])
