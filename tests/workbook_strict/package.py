"""The package: parts, content types, relations, well-formed markup."""

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from roi.workbook.markup import (
    CONTENT_TYPES,
    PACKAGE_RELATIONS,
    RELATION,
    TYPES_PART,
    WORKBOOK_PART,
    part_of_relations,
    relations_part,
    target_part,
)
from tests.workbook_strict.sheet import sheet_faults
from tests.workbook_strict.styles import style_faults, styles_of
from tests.workbook_strict.workbook import sheet_parts, workbook_faults

CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"
Parts = Mapping[str, Element]


def package_faults(file: bytes) -> list[str]:
    """Every fault of a workbook that Excel would repair or refuse, as `part: what`; empty for a sound file."""
    try:
        with zipfile.ZipFile(io.BytesIO(file)) as archive:
            names = [info.filename for info in archive.infolist() if not info.is_dir()]
            contents = {name: archive.read(name) for name in names}
    except (zipfile.BadZipFile, EOFError) as fault:
        return [f"the file is no package: {fault}"]
    faults = [
        f"{name}: stands twice" for name, count in Counter(map(str.casefold, names)).items() if count > 1
    ]
    parts: dict[str, Element] = {}
    for name, content in contents.items():
        if name.endswith((".xml", ".rels", ".vml")):
            faults += _well_formed(name, content, parts)
    if TYPES_PART not in parts or WORKBOOK_PART not in parts:
        return [*faults, f"{TYPES_PART} or {WORKBOOK_PART} is missing"]
    faults += _type_faults(parts[TYPES_PART], names)
    for name in names:
        faults += _relation_faults(name, parts, names)
    return [*faults, *_content_faults(parts)]


def _well_formed(name: str, content: bytes, parts: dict[str, Element]) -> Iterator[str]:
    if b"<!DOCTYPE" in content:
        yield f"{name}: declares a document type"
        return
    try:
        parts[name] = ElementTree.fromstring(content)
    except ElementTree.ParseError as fault:
        yield f"{name}: is not well-formed: {fault}"


def _type_faults(types: Element, names: list[str]) -> Iterator[str]:
    defaults = [item.get("Extension", "").casefold() for item in types.iter(f"{{{CONTENT_TYPES}}}Default")]
    overrides = [item.get("PartName", "") for item in types.iter(f"{{{CONTENT_TYPES}}}Override")]
    for entry, count in Counter([*defaults, *map(str.casefold, overrides)]).items():
        if count > 1:
            yield f"{TYPES_PART}: {entry} has two types"
    for override in overrides:
        if override.lstrip("/") not in names:
            yield f"{TYPES_PART}: {override} does not exist"
    for name in names:
        typed = f"/{name}" in overrides or name.rpartition(".")[2].casefold() in defaults
        if not typed and name != TYPES_PART:
            yield f"{name}: has no content type"


def _relation_faults(name: str, parts: Parts, names: list[str]) -> Iterator[str]:
    if name.endswith(".rels") and name in parts:
        source = part_of_relations(name)
        entries = list(parts[name].iter(f"{{{PACKAGE_RELATIONS}}}Relationship"))
        if source and source not in names:
            yield f"{name}: {source} does not exist"
        for identity, count in Counter(entry.get("Id") for entry in entries).items():
            if count > 1:
                yield f"{name}: {identity} is used {count} times"
        for entry in entries:
            target = target_part(source, entry.get("Target", ""))
            if entry.get("TargetMode") != "External" and target not in names:
                yield f"{name}: {entry.get('Id')} leads to {target}, which does not exist"
    elif name in parts:
        known = {entry.get("Id") for entry in parts.get(relations_part(name), ())}
        used = {
            value
            for item in parts[name].iter()
            for key, value in item.attrib.items()
            if key.startswith(f"{{{RELATION}}}")
        }
        yield from (f"{name}: {identity} is no relation of it" for identity in sorted(used - known - {""}))


def _content_faults(parts: Parts) -> Iterator[str]:
    yield from workbook_faults(parts)
    styles = styles_of(parts)
    yield from style_faults(parts, styles)
    texts = _shared_texts(parts)
    for name in sheet_parts(parts).values():
        if name in parts:
            yield from (f"{name}: {fault}" for fault in sheet_faults(parts[name], styles, texts))
    for name, part in parts.items():
        if part.tag == f"{{{CHART}}}chartSpace":
            yield from (f"{name}: {fault}" for fault in _chart_faults(part))


def _shared_texts(parts: Parts) -> int:
    """How many shared texts there are."""
    table = next((part for name, part in parts.items() if name.endswith("/sharedStrings.xml")), None)
    return 0 if table is None else len(table)


def _chart_faults(chart: Element) -> Iterator[str]:
    """Every axis that a plot names exists and crosses one that exists; every reference names a sheet."""
    of = f"{{{CHART}}}"
    plot = chart.find(f"{of}chart/{of}plotArea")
    if plot is None:
        yield "has no plot area"
        return
    axes = {
        axis_id.get("val")
        for axis in plot
        for axis_id in axis.findall(f"{of}axId")
        if axis.find(f"{of}crossAx") is not None
    }
    crossed = {cross.get("val") for cross in plot.iter(f"{of}crossAx")}
    used = {axis_id.get("val") for axis_id in plot.iter(f"{of}axId")}
    yield from (f"axis {axis} does not exist" for axis in sorted((crossed | used) - axes, key=str))
    for reference in plot.iter(f"{of}f"):
        if not re.match(r"('[^']+(?:''[^']*)*'|[\w.]+)!\$?[A-Z]", reference.text or ""):
            yield f"the reference {reference.text!r} names no cells of a sheet"
