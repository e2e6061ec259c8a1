"""The template's workbook part with the report's sheets and names behind its own."""

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

from roi.workbook.company.splice import Node, appended, applied, children, inserted, nodes, with_attributes
from roi.workbook.markup import RELATION, WORKBOOK_ORDER, WORKBOOK_PART


def with_sheets(
    template: bytes, report: bytes, identities: Mapping[str, str], figures: Mapping[str, str]
) -> bytes:
    """The workbook part with the report's sheets and names.

    Parameters
    ----------
    identities
        Of the sheets' relations, by the sheets' names.
    figures
        What each name means by which a template asks for a figure. One that the template defines stays the
        template's: it means the template's cell, which refers to the report's.
    """
    found, ours = nodes(template, WORKBOOK_PART), nodes(report, WORKBOOK_PART)
    edits = appended(
        template, found, "sheets", WORKBOOK_ORDER, _sheets(found, ours, identities), counted=False
    )
    names = [*_names(found, report, ours), *_figures(found, ours, figures)]
    edits += appended(template, found, "definedNames", WORKBOOK_ORDER, names, counted=False)
    compute = next(children(found, "calcPr"), None)
    if compute is None:
        tag = f'<{found[0].prefix}calcPr fullCalcOnLoad="1"/>'
        edits.append(inserted(found, "calcPr", WORKBOOK_ORDER, tag.encode()))
    else:
        edits.append(with_attributes(template, compute, {"fullCalcOnLoad": "1", "calcMode": None}))
    return applied(template, edits)


def global_names(found: Sequence[Node]) -> dict[str, str]:
    """The names that hold for the whole workbook, by themselves in small letters."""
    return {
        node.attributes["name"].casefold(): node.attributes["name"]
        for node in children(found, "definedNames", "definedName")
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
    taken = global_names(found)
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


def _figures(found: Sequence[Node], ours: Sequence[Node], figures: Mapping[str, str]) -> list[bytes]:
    """Names by which formulas may ask for figures, where neither workbook has them."""
    taken = {**global_names(found), **global_names(ours)}
    tag = f"{found[0].prefix}definedName"
    return [
        f"<{tag} name={quoteattr(name)}>{escape(reference)}</{tag}>".encode()
        for name, reference in figures.items()
        if name not in taken
    ]
