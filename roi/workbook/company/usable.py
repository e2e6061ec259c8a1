"""Which templates are taken: those that run nothing, fetch nothing and would not change the report's figures."""

from collections.abc import Iterator

from roi.errors import RoiError
from roi.texts.messages import Message, at, message_of, sentences
from roi.workbook.company.package import Parts, content_types, related, relations, sheets_of
from roi.workbook.company.splice import tree
from roi.workbook.inputs.safety import content, opened
from roi.workbook.markup import MAIN, STRICT_MAIN, WORKBOOK_PART, part_of_relations, relations_part

_NO = ("0", "false")
_REFUSED_FOLDERS = {
    "xl/macrosheets/": "template.macros_of_4",
    "xl/externallinks/": "template.links",
    "xl/revisions/": "template.shared",
    "_xmlsignatures/": "template.signed",
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
        raise RoiError(at(name, message_of(fault))) from None
    if faults:
        raise RoiError(at(name, sentences(*faults)))
    return parts


def _faults(parts: Parts) -> Iterator[Message]:
    for folder, key in _REFUSED_FOLDERS.items():
        if any(part.casefold().startswith(folder) for part in parts):
            yield Message(key)
    if any("macro" in kind.casefold() or "vba" in kind.casefold() for kind in content_types(parts).values()):
        yield Message("template.macros")
    yield from _links(parts)
    yield from _settings(parts)
    if relations_part(WORKBOOK_PART) not in parts or not sheets_of(parts):
        yield Message("template.no_sheets")
    if not related(parts, WORKBOOK_PART, "styles"):
        yield Message("template.no_styles")


def _links(parts: Parts) -> Iterator[Message]:
    """Files outside of which a part takes something when the template is opened; a hyperlink waits for a click."""
    for part in parts:
        if part.endswith(".rels") and not part.casefold().startswith("xl/externallinks/"):
            source = part_of_relations(part)
            for each in relations(parts, source):
                if each.external and not each.kind.endswith("/hyperlink"):
                    yield Message("template.outside", target=repr(each.target), part=source)


def _settings(parts: Parts) -> Iterator[Message]:
    workbook = tree(parts[WORKBOOK_PART], WORKBOOK_PART)
    if workbook.tag.startswith(f"{{{STRICT_MAIN}}}"):
        yield Message("template.strict")
    for properties in workbook.iter(f"{{{MAIN}}}workbookPr"):
        if properties.get("date1904", "0") not in _NO:
            yield Message("template.since_1904")
    for properties in workbook.iter(f"{{{MAIN}}}calcPr"):
        if properties.get("fullPrecision", "1") in _NO:
            yield Message("template.as_displayed")
