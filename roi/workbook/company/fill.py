"""Fills a company's template with a finished report.

The template's parts stay byte for byte as they are. Changed are: the workbook part and its relations (sheets and
names are added), the list of content types, the style sheet (styles are added behind its own), and sheets that
hold an anchor (a cell each). The chain of calculation, a cache that a program makes anew when it opens the file,
is left out. Formulas of the template that depend on an anchor are computed when the file is opened.
"""

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import quoteattr

from roi.errors import RoiError
from roi.workbook.company.anchors import Anchor, Answer, anchors, answer, with_answers
from roi.workbook.company.sheets import carried, content_type, new_names, relations, sheets_of
from roi.workbook.company.splice import applied, nodes, with_children
from roi.workbook.company.styles import merged_styles
from roi.workbook.company.workbook import require_usable, with_sheets
from roi.workbook.inputs.safety import content, file_bytes, opened
from roi.workbook.markup import TYPES_PART, WORKBOOK_PART, relations_part

_WORKBOOK_RELATIONS = relations_part(WORKBOOK_PART)
_SHEET_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"

Parts = dict[str, bytes]


def fill_template(report: bytes, template: Path) -> bytes:
    """The template with the report's sheets behind its own and the report's figures in its anchors.

    Raises
    ------
    RoiError
        When the template cannot be read or used, or asks for a figure that the report has not, by name.
    """
    ours, theirs = _parts(report), _template_parts(template)
    asked = _asked(ours, theirs, str(template))
    styles_part = _styles_part(theirs, str(template))
    styles = merged_styles(theirs[styles_part], ours[_styles_part(ours, "the report")])
    names = new_names(ours, theirs)
    new = dict(carried(ours, names, styles))
    changed = {styles_part: styles.content, **_answered(theirs, asked, new, names, ours)}
    relation_names = _relation_names(ours, names, theirs)
    changed[WORKBOOK_PART] = with_sheets(theirs[WORKBOOK_PART], ours[WORKBOOK_PART], relation_names, asked)
    left_out = _chain(theirs)
    changed[_WORKBOOK_RELATIONS] = _with_relations(
        theirs[_WORKBOOK_RELATIONS], relation_names, names, ours, left_out
    )
    changed[TYPES_PART] = _with_types(theirs[TYPES_PART], ours, names, left_out)
    return _packed(file_bytes(template, RoiError), changed, new, left_out)


def unused_anchors(report: bytes, template: Path) -> tuple[str, ...]:
    """Names of the report's figures that the template does not ask for."""
    ours, theirs = _parts(report), _template_parts(template)
    asked = {anchor.name.casefold() for anchor in anchors(theirs[WORKBOOK_PART], WORKBOOK_PART)}
    known = anchors(ours[WORKBOOK_PART], WORKBOOK_PART)
    return tuple(anchor.name for anchor in known if anchor.name.casefold() not in asked)


def _parts(file: bytes) -> Parts:
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist() if not info.is_dir()}


def _template_parts(path: Path) -> Parts:
    package = opened(file_bytes(path, RoiError), str(path), RoiError)
    parts = {part: content(package, part) for part in package.parts()}
    require_usable(parts, str(path))
    return parts


def _asked(ours: Parts, theirs: Parts, name: str) -> dict[Anchor, Anchor]:
    """Anchors of the template and the cells of the report that answer them."""
    known = {anchor.name.casefold(): anchor for anchor in anchors(ours[WORKBOOK_PART], WORKBOOK_PART)}
    asked = anchors(theirs[WORKBOOK_PART], WORKBOOK_PART)
    missing = sorted({anchor.name for anchor in asked if anchor.name.casefold() not in known})
    if missing:
        raise RoiError(
            f"{name}: asks for {', '.join(missing)}, which the report does not have; "
            f"it has {', '.join(sorted(known))}"
        )
    taken = {sheet.casefold() for sheet in sheets_of(theirs)}
    twice = [sheet for sheet in sheets_of(ours) if sheet.casefold() in taken]
    if twice:
        raise RoiError(
            f"{name}: has the sheets {', '.join(twice)} already, which the report brings; rename them"
        )
    return {anchor: known[anchor.name.casefold()] for anchor in asked}


def _styles_part(parts: Parts, name: str) -> str:
    found = next(
        (each.target for each in relations(parts, WORKBOOK_PART) if each.kind.endswith("/styles")), None
    )
    if found is None or found not in parts:
        raise RoiError(f"{name}: has no style sheet; open it in Excel and save it anew")
    return found


def _answered(
    theirs: Parts,
    asked: Mapping[Anchor, Anchor],
    new: Mapping[str, bytes],
    names: Mapping[str, str],
    ours: Parts,
) -> Parts:
    """The template's sheets that hold anchors, with their answers."""
    our_sheets, their_sheets = (
        sheets_of(ours),
        {name.casefold(): part for name, part in sheets_of(theirs).items()},
    )
    answers: dict[str, dict[str, Answer]] = {}
    for anchor, source in asked.items():
        part = their_sheets.get(anchor.sheet.casefold())
        if part is None or part not in theirs:
            raise RoiError(
                f"the template's name {anchor.name} means a sheet {anchor.sheet!r} that it does not have"
            )
        given = answer(new[names[our_sheets[source.sheet]]], source)
        answers.setdefault(part, {})[anchor.address] = given
    return {part: with_answers(theirs[part], part, given) for part, given in answers.items()}


def _relation_names(ours: Parts, names: Mapping[str, str], theirs: Parts) -> dict[str, str]:
    """Identities of the report's sheets in the template's workbook, by the sheets' names."""
    used = {each.identity for each in relations(theirs, WORKBOOK_PART)}
    free = (f"rIdRoi{number}" for number in range(1, len(names) + len(used) + 2))
    unused = (identity for identity in free if identity not in used)
    return {sheet: next(unused) for sheet in sheets_of(ours)}


def _with_relations(
    raw: bytes, identities: Mapping[str, str], names: Mapping[str, str], ours: Parts, left_out: Sequence[str]
) -> bytes:
    found = nodes(raw, _WORKBOOK_RELATIONS)
    prefix = found[0].prefix
    sheets = sheets_of(ours)
    entries = "".join(
        f"<{prefix}Relationship Id={quoteattr(identity)} Type={quoteattr(_SHEET_RELATION)} "
        f"Target={quoteattr('/' + names[sheets[sheet]])}/>"
        for sheet, identity in identities.items()
    )
    edits = [with_children(raw, found[0], entries.encode(), {})]
    return _without(applied(raw, edits), _WORKBOOK_RELATIONS, "Target", left_out)


def _with_types(raw: bytes, ours: Parts, names: Mapping[str, str], left_out: Sequence[str]) -> bytes:
    found = nodes(raw, TYPES_PART)
    prefix = found[0].prefix
    entries = "".join(
        f"<{prefix}Override PartName={quoteattr('/' + new)} ContentType={quoteattr(content_type(ours, old))}/>"
        for old, new in names.items()
    )
    if not any(node.attributes.get("Extension", "").casefold() == "rels" for node in found):
        kind = "application/vnd.openxmlformats-package.relationships+xml"
        entries += f"<{prefix}Default Extension={quoteattr('rels')} ContentType={quoteattr(kind)}/>"
    edits = [with_children(raw, found[0], entries.encode(), {})]
    return _without(applied(raw, edits), TYPES_PART, "PartName", left_out)


def _without(raw: bytes, part: str, attribute: str, left_out: Sequence[str]) -> bytes:
    """Without the entries of parts that are left out."""
    gone = {name.rpartition("/")[2] for name in left_out}
    for node in reversed(nodes(raw, part)):
        if node.attributes.get(attribute, "").rpartition("/")[2] in gone:
            raw = raw[: node.start] + raw[node.end :]
    return raw


def _chain(parts: Parts) -> list[str]:
    """The chain of calculation, which would have to name the new formulas."""
    return [each.target for each in relations(parts, WORKBOOK_PART) if each.kind.endswith("/calcChain")]


def _packed(
    template: bytes, changed: Mapping[str, bytes], new: Mapping[str, bytes], left_out: Sequence[str]
) -> bytes:
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(template)) as source,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for info in source.infolist():
            if not info.is_dir() and info.filename not in left_out:
                target.writestr(info.filename, changed.get(info.filename, source.read(info)))
        for name, added in new.items():
            target.writestr(name, added)
    return buffer.getvalue()
