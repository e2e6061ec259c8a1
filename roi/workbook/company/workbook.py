"""The template's workbook part with the report's sheets and names behind its own."""

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import quoteattr

from roi.workbook.company.splice import Node, appended, applied, children, inserted, nodes, with_attributes
from roi.workbook.markup import RELATION, WORKBOOK_PART

ORDER = (
    "fileVersion",
    "fileSharing",
    "workbookPr",
    "workbookProtection",
    "bookViews",
    "sheets",
    "functionGroups",
    "externalReferences",
    "definedNames",
    "calcPr",
    "oleSize",
    "customWorkbookViews",
    "pivotCaches",
    "smartTagPr",
    "smartTagTypes",
    "webPublishing",
    "fileRecoveryPr",
    "webPublishObjects",
    "extLst",
)


def with_sheets(template: bytes, report: bytes, identities: Mapping[str, str]) -> bytes:
    """The workbook part with more sheets, by name and identity of their relation, and the report's names.

    A name that both have stays the template's: it means the template's cell, which refers to the report's.
    """
    found, ours = nodes(template, WORKBOOK_PART), nodes(report, WORKBOOK_PART)
    edits = appended(template, found, "sheets", ORDER, _sheets(found, ours, identities), counted=False)
    edits += appended(template, found, "definedNames", ORDER, _names(found, report, ours), counted=False)
    compute = next(children(found, "calcPr"), None)
    if compute is None:
        tag = f'<{found[0].prefix}calcPr fullCalcOnLoad="1"/>'
        edits.append(inserted(found, "calcPr", ORDER, tag.encode()))
    else:
        edits.append(with_attributes(template, compute, {"fullCalcOnLoad": "1", "calcMode": None}))
    return applied(template, edits)


def global_names(workbook: bytes) -> dict[str, str]:
    """The names that hold for the whole workbook, by themselves without regard to case."""
    return {
        node.attributes["name"].casefold(): node.attributes["name"]
        for node in children(nodes(workbook, WORKBOOK_PART), "definedNames", "definedName")
        if "localSheetId" not in node.attributes
    }


def _sheets(found: Sequence[Node], ours: Sequence[Node], identities: Mapping[str, str]) -> list[bytes]:
    first = max(int(node.attributes["sheetId"]) for node in children(found, "sheets", "sheet")) + 1
    prefix = found[0].prefix
    entries = []
    for number, node in enumerate(children(ours, "sheets", "sheet"), first):
        name, state = node.attributes["name"], node.attributes.get("state", "visible")
        hidden = "" if state == "visible" else f" state={quoteattr(state)}"
        entries.append(
            f'<{prefix}sheet xmlns:r="{RELATION}" name={quoteattr(name)} sheetId="{number}"{hidden} '
            f"r:id={quoteattr(identities[name])}/>".encode()
        )
    return entries


def _names(found: Sequence[Node], report: bytes, ours: Sequence[Node]) -> list[bytes]:
    """The report's names but those that the template has for itself; names of one sheet count its new place."""
    shift = sum(1 for _ in children(found, "sheets", "sheet"))
    taken = {
        node.attributes["name"].casefold()
        for node in children(found, "definedNames", "definedName")
        if "localSheetId" not in node.attributes
    }
    tag = f"{found[0].prefix}definedName"
    entries = []
    for node in children(ours, "definedNames", "definedName"):
        attributes = dict(node.attributes)
        if "localSheetId" in attributes:
            attributes["localSheetId"] = str(int(attributes["localSheetId"]) + shift)
        elif attributes["name"].casefold() in taken:
            continue
        written = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())
        inside = report[node.inner : node.inner_end]
        entries.append(f"<{tag}{written}>".encode() + inside + f"</{tag}>".encode())
    return entries
