"""The style sheet: every number that refers to a font, fill, border, format or style leads somewhere."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from roi.workbook.markup import MAIN

FORMATS_MAX = 65_490
"""Most cell formats of a workbook."""
_FIRST_OWN_FORMAT = 164
_LISTS = ("fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs")
_REFERS = {"fontId": "fonts", "fillId": "fills", "borderId": "borders", "xfId": "cellStyleXfs"}


@dataclass(frozen=True, slots=True)
class Styles:
    """How many of everything there are."""

    part: str
    counts: Mapping[str, int]


def styles_of(parts: Mapping[str, Element]) -> Styles:
    """The counts of the workbook's style sheet; nothing where there is none."""
    for name, part in parts.items():
        if part.tag == f"{{{MAIN}}}styleSheet":
            found = {each: part.find(f"{{{MAIN}}}{each}") for each in _LISTS}
            return Styles(name, {each: 0 if list_ is None else len(list_) for each, list_ in found.items()})
    return Styles("", dict.fromkeys(_LISTS, 0))


def style_faults(parts: Mapping[str, Element], styles: Styles) -> Iterator[str]:
    """Faults of the style sheet."""
    if styles.part:
        yield from (f"{styles.part}: {fault}" for fault in _faults(parts[styles.part], styles.counts))


def _faults(sheet: Element, counts: Mapping[str, int]) -> Iterator[str]:
    for name in (*_LISTS, "numFmts"):
        found = sheet.find(f"{{{MAIN}}}{name}")
        if found is not None and found.get("count") not in (None, str(len(found))):
            yield f"{name} says {found.get('count')} and holds {len(found)}"
    formats = [entry.get("numFmtId", "") for entry in sheet.iterfind(f"{{{MAIN}}}numFmts/{{{MAIN}}}numFmt")]
    yield from (f"number format {each} stands twice" for each, count in Counter(formats).items() if count > 1)
    for holder in ("cellStyleXfs", "cellXfs"):
        for number, entry in enumerate(sheet.iterfind(f"{{{MAIN}}}{holder}/{{{MAIN}}}xf")):
            for attribute, list_ in _REFERS.items():
                if int(entry.get(attribute, 0)) >= max(counts[list_], attribute == "xfId"):
                    yield f"{holder}[{number}]: {attribute} {entry.get(attribute)} does not exist"
            format_id = entry.get("numFmtId", "0")
            if int(format_id) >= _FIRST_OWN_FORMAT and format_id not in formats:
                yield f"{holder}[{number}]: number format {format_id} does not exist"
    if counts["cellXfs"] > FORMATS_MAX:
        yield f"has {counts['cellXfs']} cell formats; Excel takes {FORMATS_MAX}"
    names = [
        entry.get("name", "").casefold()
        for entry in sheet.iterfind(f"{{{MAIN}}}cellStyles/{{{MAIN}}}cellStyle")
    ]
    yield from (f"cell style {each!r} stands twice" for each, count in Counter(names).items() if count > 1)
