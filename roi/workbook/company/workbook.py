"""The template's workbook part: what makes it unusable, and the report's sheets and names added to it."""

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import quoteattr

from roi.errors import RoiError
from roi.workbook.company.anchors import Anchor
from roi.workbook.company.splice import Edit, Node, appended, applied, children, nodes, with_attributes
from roi.workbook.markup import RELATION, STRICT_MAIN, WORKBOOK_PART

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
_NO = ("0", "false")


def require_usable(parts: Mapping[str, bytes], name: str) -> None:
    """Refuse a template whose settings would change the report's figures.

    Raises
    ------
    RoiError
        With the setting and how to change it in Excel.
    """
    found = nodes(parts[WORKBOOK_PART], WORKBOOK_PART)
    if STRICT_MAIN in found[0].attributes.values():
        raise RoiError(f"{name}: is a Strict Open XML workbook; save it as Excel Workbook (.xlsx)")
    for node in found:
        if node.name == "workbookPr" and node.attributes.get("date1904", "0") not in _NO:
            raise RoiError(
                f"{name}: counts days from 1904; switch that off in Excel under Options, Advanced, and save it"
            )
        if node.name == "calcPr" and node.attributes.get("fullPrecision", "1") in _NO:
            raise RoiError(
                f"{name}: computes with rounded figures (precision as displayed); switch that off in Excel under "
                "Options, Advanced, and save it"
            )
    if any(part.startswith("_xmlsignatures/") for part in parts):
        raise RoiError(f"{name}: is signed, and filling it would break the signature; remove the signature")


def with_sheets(
    template: bytes, report: bytes, identities: Mapping[str, str], asked: Mapping[Anchor, Anchor]
) -> bytes:
    """The workbook part with the report's sheets behind its own, the report's names, and computing on opening."""
    found, ours = nodes(template, WORKBOOK_PART), nodes(report, WORKBOOK_PART)
    edits = appended(template, found, "sheets", ORDER, _sheets(found, ours, identities), counted=False)
    names = _names(found, report, ours, {anchor.name.casefold() for anchor in asked})
    edits += appended(template, found, "definedNames", ORDER, names, counted=False)
    compute = next(children(found, "calcPr"), None)
    if compute is not None:
        edits.append(with_attributes(template, compute, {"fullCalcOnLoad": "1"}))
        return applied(template, edits)
    raw = applied(template, edits)
    found = nodes(raw, WORKBOOK_PART)
    behind = ORDER[ORDER.index("calcPr") + 1 :]
    place = next(
        (node.start for node in found if len(node.parents) == 1 and node.name in behind), found[0].inner_end
    )
    return applied(raw, [Edit(place, place, f'<{found[0].prefix}calcPr fullCalcOnLoad="1"/>'.encode())])


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


def _names(found: Sequence[Node], report: bytes, ours: Sequence[Node], asked: set[str]) -> list[bytes]:
    """The report's names but those that the template has for itself; names of one sheet count its new place."""
    shift = sum(1 for _ in children(found, "sheets", "sheet"))
    prefix = found[0].prefix
    entries = []
    for node in children(ours, "definedNames", "definedName"):
        attributes = dict(node.attributes)
        scope = attributes.get("localSheetId")
        if scope is not None:
            attributes["localSheetId"] = str(int(scope) + shift)
        elif attributes["name"].casefold() in asked:
            continue
        written = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())
        tag = f"{prefix}definedName"
        entries.append(
            f"<{tag}{written}>".encode() + report[node.inner : node.inner_end] + f"</{tag}>".encode()
        )
    return entries
