"""The workbook part: names of sheets and defined names."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import Element

from roi.workbook.markup import (
    MAIN,
    PACKAGE_RELATIONS,
    RELATION,
    WORKBOOK_ORDER,
    WORKBOOK_PART,
    relations_part,
    target_part,
)

SHEET_NAME_LENGTH = 31
NAME_LENGTH = 255
FORMULA_LENGTH = 8192
_FORBIDDEN_IN_SHEET = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_NAME = re.compile(r"[^\W\d][\w.\\?]*|\\[\w.\\?]*")
_LIKE_A_CELL = re.compile(r"(?i)[a-z]{1,3}[0-9]{1,7}|r[0-9]*c[0-9]*|[rc]")
_SHEET_IN_FORMULA = re.compile(r"'((?:[^']|'')+)'!|([^\W\d][\w.]*)!")


def sheet_parts(parts: Mapping[str, Element]) -> dict[str, str]:
    """The part of every sheet of cells by the sheet's name, in the order of the tabs."""
    relations = {
        entry.get("Id"): entry
        for entry in parts.get(relations_part(WORKBOOK_PART), ())
        if entry.tag.startswith(f"{{{PACKAGE_RELATIONS}}}")
    }
    found = {}
    for sheet in parts[WORKBOOK_PART].iter(f"{{{MAIN}}}sheet"):
        entry = relations.get(sheet.get(f"{{{RELATION}}}id"))
        if entry is not None and entry.get("Type", "").endswith("/worksheet"):
            found[sheet.get("name", "")] = target_part(WORKBOOK_PART, entry.get("Target", ""))
    return found


def workbook_faults(parts: Mapping[str, Element]) -> Iterator[str]:
    """Faults of the sheets' and the defined names."""
    workbook = parts[WORKBOOK_PART]
    sheets = list(workbook.iter(f"{{{MAIN}}}sheet"))
    names = [sheet.get("name", "") for sheet in sheets]
    faults = [f"sheet {name!r}: {fault}" for name in names for fault in _sheet_name_faults(name)]
    faults += _twice("sheet name", [name.casefold() for name in names])
    faults += _twice("sheetId", [sheet.get("sheetId", "") for sheet in sheets])
    faults += _twice("relation of a sheet", [sheet.get(f"{{{RELATION}}}id", "") for sheet in sheets])
    if not any(sheet.get("state", "visible") == "visible" for sheet in sheets):
        faults.append("no sheet is visible")
    faults += _defined_name_faults(workbook, names)
    faults += _order_faults(workbook)
    yield from (f"{WORKBOOK_PART}: {fault}" for fault in faults)


def _sheet_name_faults(name: str) -> Iterator[str]:
    if not 0 < len(name.encode("utf-16-le")) // 2 <= SHEET_NAME_LENGTH:
        yield f"has {len(name)} characters, not 1 to {SHEET_NAME_LENGTH}"
    if _FORBIDDEN_IN_SHEET.search(name) or name.startswith("'") or name.endswith("'"):
        yield "holds a forbidden sign"
    if name.casefold() == "history":
        yield "is a name that Excel keeps for itself"


def _defined_name_faults(workbook: Element, sheets: list[str]) -> Iterator[str]:
    entries = list(workbook.iter(f"{{{MAIN}}}definedName"))
    yield from _twice(
        "defined name",
        [f"{entry.get('localSheetId', '')}/{entry.get('name', '')}".casefold() for entry in entries],
    )
    known = {sheet.casefold() for sheet in sheets}
    for entry in entries:
        name, target = entry.get("name", ""), entry.text or ""
        scope = entry.get("localSheetId")
        if scope is not None and not (scope.isdigit() and int(scope) < len(sheets)):
            yield f"defined name {name!r}: sheet {scope} does not exist"
        if not name.startswith("_xlnm.") and (
            not _NAME.fullmatch(name) or _LIKE_A_CELL.fullmatch(name) or len(name) > NAME_LENGTH
        ):
            yield f"defined name {name!r}: is no valid name"
        if not target or len(target) > FORMULA_LENGTH or "#REF!" in target:
            yield f"defined name {name!r}: refers to nothing"
        bare = re.sub(r'"[^"]*"', "", target)
        for quoted, plain in _SHEET_IN_FORMULA.findall(bare):
            sheet = (quoted or plain).replace("''", "'")
            if sheet.casefold() not in known and "[" not in sheet:
                yield f"defined name {name!r}: there is no sheet {sheet!r}"


def _order_faults(workbook: Element) -> Iterator[str]:
    tags = [child.tag.removeprefix(f"{{{MAIN}}}") for child in workbook]
    known = [tag for tag in tags if tag in WORKBOOK_ORDER]
    if known != sorted(known, key=WORKBOOK_ORDER.index):
        yield f"its elements are out of order: {', '.join(known)}"


def _twice(what: str, values: list[str]) -> list[str]:
    return [
        f"{what} {value!r} is used {count} times" for value, count in Counter(values).items() if count > 1
    ]
