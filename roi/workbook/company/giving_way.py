"""The report's sheets under other names where a company's workbook has theirs: the company's stay as they are."""

import re
from collections.abc import Collection, Mapping
from xml.sax.saxutils import escape

from roi.workbook.book import SHEET_NAME_LENGTH
from roi.workbook.company.package import Parts, sheets_of
from roi.workbook.company.splice import Edit, applied, nodes, with_attributes
from roi.workbook.expression import quoted
from roi.workbook.markup import WORKBOOK_PART

_HOLD_REFERENCES = ("f", "formula", "formula1", "formula2", "definedName")
"""Elements of sheets, charts and the workbook that hold formulas."""


def giving_way(ours: Parts, taken: Collection[str]) -> tuple[dict[str, bytes], dict[str, str]]:
    """The parts of a report with new names for sheets whose names are taken, and the new names by the old.

    Formulas, defined names, rules and charts follow.
    """
    used = {sheet.casefold() for sheet in (*taken, *sheets_of(ours))}
    renamed: dict[str, str] = {}
    for sheet in sheets_of(ours):
        if sheet.casefold() in {name.casefold() for name in taken}:
            renamed[sheet] = _free(sheet, used)
            used.add(renamed[sheet].casefold())
    if not renamed:
        return dict(ours), renamed
    return {part: _with_names(raw, part, renamed) for part, raw in ours.items()}, renamed


def _free(sheet: str, used: Collection[str]) -> str:
    number = 1
    while True:
        mark = " (roi)" if number == 1 else f" (roi {number})"
        name = sheet[: SHEET_NAME_LENGTH - len(mark)] + mark
        if name.casefold() not in used:
            return name
        number += 1


def _with_names(raw: bytes, part: str, renamed: Mapping[str, str]) -> bytes:
    """A part with the new names in its references; texts within formulas stay."""
    written = {
        f"{escape(quoted(old))}!".encode(): f"{escape(quoted(new))}!".encode() for old, new in renamed.items()
    }
    if part != WORKBOOK_PART and not any(old in raw for old in written):
        return raw
    pattern = re.compile(b'"[^"]*"|' + b"|".join(re.escape(old) for old in written))
    edits = []
    for node in nodes(raw, part):
        if node.name in _HOLD_REFERENCES:
            inside = raw[node.inner : node.inner_end]
            told = pattern.sub(lambda found: written.get(found[0], found[0]), inside)
            if told != inside:
                edits.append(Edit(node.inner, node.inner_end, told))
        elif part == WORKBOOK_PART and node.name == "sheet" and node.attributes["name"] in renamed:
            edits.append(with_attributes(raw, node, {"name": renamed[node.attributes["name"]]}))
    return applied(raw, edits)
