"""Which templates are taken: those that run nothing, fetch nothing and would not change the report's figures."""

from collections.abc import Iterator

from roi.errors import RoiError
from roi.workbook.company.package import Parts, content_types, related, relations, sheets_of
from roi.workbook.company.splice import tree
from roi.workbook.inputs.safety import content, opened
from roi.workbook.markup import MAIN, STRICT_MAIN, WORKBOOK_PART, part_of_relations, relations_part

_NO = ("0", "false")
_REFUSED_FOLDERS = {
    "xl/macrosheets/": "holds macros of Excel 4; delete those sheets",
    "xl/externallinks/": "reads from other workbooks; break the links in Excel under Data, Edit Links",
    "xl/revisions/": "is shared with a history of changes; stop the sharing in Excel under Review",
    "_xmlsignatures/": "is signed, and filling it would break the signature; remove the signature",
}


def template_parts(file: bytes, name: str) -> dict[str, bytes]:
    """The parts of a company's template.

    Raises
    ------
    RoiError
        When it cannot be used: with every reason, and what to do in Excel.
    """
    package = opened(file, name, RoiError)
    parts = {part: content(package, part) for part in package.parts()}
    try:
        faults = list(_faults(parts))
    except RoiError as fault:
        raise RoiError(f"{name}: {fault}") from None
    if faults:
        raise RoiError(f"{name}: {'; '.join(faults)}")
    return parts


def _faults(parts: Parts) -> Iterator[str]:
    for folder, sentence in _REFUSED_FOLDERS.items():
        if any(part.casefold().startswith(folder) for part in parts):
            yield sentence
    if any("macro" in kind.casefold() or "vba" in kind.casefold() for kind in content_types(parts).values()):
        yield "is a file for macros; save it as Excel Workbook (.xlsx)"
    yield from _links(parts)
    yield from _settings(parts)
    if relations_part(WORKBOOK_PART) not in parts or not sheets_of(parts):
        yield "has no sheets; open it in Excel and save it anew"
    if not related(parts, WORKBOOK_PART, "styles"):
        yield "has no style sheet; open it in Excel and save it anew"


def _links(parts: Parts) -> Iterator[str]:
    """Files outside of which a part takes something when the template is opened; a hyperlink waits for a click."""
    for part in parts:
        if part.endswith(".rels") and not part.casefold().startswith("xl/externallinks/"):
            source = part_of_relations(part)
            for each in relations(parts, source):
                if each.external and not each.kind.endswith("/hyperlink"):
                    yield f"takes {each.target!r} from outside (in {source}); put it into the file or delete it"


def _settings(parts: Parts) -> Iterator[str]:
    workbook = tree(parts[WORKBOOK_PART], WORKBOOK_PART)
    if workbook.tag.startswith(f"{{{STRICT_MAIN}}}"):
        yield "is a Strict Open XML workbook; save it as Excel Workbook (.xlsx)"
    where = "switch that off in Excel under Options, Advanced, and save it"
    for properties in workbook.iter(f"{{{MAIN}}}workbookPr"):
        if properties.get("date1904", "0") not in _NO:
            yield f"counts days from 1904; {where}"
    for properties in workbook.iter(f"{{{MAIN}}}calcPr"):
        if properties.get("fullPrecision", "1") in _NO:
            yield f"computes with rounded figures (precision as displayed); {where}"
