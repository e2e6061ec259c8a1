"""One sheet: order of its elements, cells, formulas, validations, merged areas, page."""

from collections.abc import Iterator
from itertools import pairwise
from xml.etree.ElementTree import Element

from roi.workbook.markup import CELL_ADDRESS, MAIN, column_number
from tests.workbook_strict.styles import Styles

ROWS, COLUMNS = 1_048_576, 16_384
TEXT_LENGTH, FORMULA_LENGTH = 32_767, 8_192
_TYPES = ("n", "s", "b", "e", "str", "inlineStr", "d")
_VALIDATION_LENGTHS = {"error": 225, "errorTitle": 32, "prompt": 255, "promptTitle": 32}
_LIST_LENGTH = 255
_HEADER_LENGTH = 255

_ORDER = (
    "sheetPr",
    "dimension",
    "sheetViews",
    "sheetFormatPr",
    "cols",
    "sheetData",
    "sheetCalcPr",
    "sheetProtection",
    "protectedRanges",
    "scenarios",
    "autoFilter",
    "sortState",
    "dataConsolidate",
    "customSheetViews",
    "mergeCells",
    "phoneticPr",
    "conditionalFormatting",
    "dataValidations",
    "hyperlinks",
    "printOptions",
    "pageMargins",
    "pageSetup",
    "headerFooter",
    "rowBreaks",
    "colBreaks",
    "customProperties",
    "cellWatches",
    "ignoredErrors",
    "smartTags",
    "drawing",
    "legacyDrawing",
    "legacyDrawingHF",
    "drawingHF",
    "picture",
    "oleObjects",
    "controls",
    "webPublishItems",
    "tableParts",
    "extLst",
)


def sheet_faults(sheet: Element, styles: Styles, texts: int) -> Iterator[str]:
    """Faults of a sheet of cells."""
    tags = [child.tag.removeprefix(f"{{{MAIN}}}") for child in sheet]
    known = [tag for tag in tags if tag in _ORDER]
    if known != sorted(known, key=_ORDER.index):
        yield f"its elements are out of order: {', '.join(known)}"
    for tag in set(known) - {"conditionalFormatting"}:
        if known.count(tag) > 1:
            yield f"{tag} stands {known.count(tag)} times"
    yield from _cell_faults(sheet, styles, texts)
    yield from _validation_faults(sheet)
    yield from _area_faults(sheet)
    for rule in sheet.iter(f"{{{MAIN}}}cfRule"):
        if int(rule.get("dxfId", -1)) >= styles.counts["dxfs"]:
            yield f"a conditional format uses style {rule.get('dxfId')}, which does not exist"
    for each in sheet.iterfind(f"{{{MAIN}}}headerFooter/*"):
        if len(each.text or "") > _HEADER_LENGTH:
            yield f"its header or footer has more than {_HEADER_LENGTH} characters"


def _cell_faults(sheet: Element, styles: Styles, texts: int) -> Iterator[str]:
    last_row = 0
    for row in sheet.iterfind(f"{{{MAIN}}}sheetData/{{{MAIN}}}row"):
        number = int(row.get("r", last_row + 1))
        if not last_row < number <= ROWS:
            yield f"row {number} follows row {last_row}"
        last_row, last_column = number, 0
        for cell in row.iterfind(f"{{{MAIN}}}c"):
            found = CELL_ADDRESS.fullmatch(cell.get("r", ""))
            column = column_number(found[1]) if found else last_column + 1
            if (found and int(found[2]) != number) or not last_column < column <= COLUMNS:
                yield f"{cell.get('r')} stands in row {number} behind column {last_column}"
            last_column = column
            yield from (f"{cell.get('r')}: {fault}" for fault in _content_faults(cell, styles, texts))


def _content_faults(cell: Element, styles: Styles, texts: int) -> Iterator[str]:
    kind = cell.get("t", "n")
    value, formula = cell.findtext(f"{{{MAIN}}}v"), cell.find(f"{{{MAIN}}}f")
    inline = cell.find(f"{{{MAIN}}}is")
    if kind not in _TYPES or (kind == "inlineStr") != (inline is not None):
        yield f"has the type {kind!r}, which does not fit what it holds"
    if int(cell.get("s", 0)) >= max(styles.counts["cellXfs"], 1):
        yield f"style {cell.get('s')} does not exist"
    if kind == "s" and not (value or "").isdigit():
        yield f"{value!r} is no shared text"
    elif kind == "s" and int(value or 0) >= texts:
        yield f"shared text {value} does not exist"
    if kind == "n" and value is not None and not _is_number(value):
        yield f"{value!r} is no number"
    if formula is not None:
        text = formula.text or ""
        if len(text) > FORMULA_LENGTH or text.startswith("=") or (not text and formula.get("t") != "shared"):
            yield "its formula is empty, too long, or begins with ="
        if value is None:
            yield "its formula has no value"
    length = sum(len((text.text or "").encode("utf-16-le")) // 2 for text in cell.iter(f"{{{MAIN}}}t"))
    if length > TEXT_LENGTH:
        yield f"its text has {length} characters"


def _validation_faults(sheet: Element) -> Iterator[str]:
    holder = sheet.find(f"{{{MAIN}}}dataValidations")
    if holder is None:
        return
    if holder.get("count") not in (None, str(len(holder))):
        yield f"dataValidations says {holder.get('count')} and holds {len(holder)}"
    for each in holder:
        area = each.get("sqref", "")
        if not area:
            yield "a validation has no area"
        for attribute, length in _VALIDATION_LENGTHS.items():
            if len(each.get(attribute, "")) > length:
                yield f"the validation of {area}: {attribute} has more than {length} characters"
        first = each.findtext(f"{{{MAIN}}}formula1") or ""
        if each.get("type", "none") != "none" and not first:
            yield f"the validation of {area} has no formula"
        if len(first) > _LIST_LENGTH:
            yield f"the validation of {area}: its list has more than {_LIST_LENGTH} characters"


def _area_faults(sheet: Element) -> Iterator[str]:
    """Merged areas and columns that overlap."""
    areas = sorted(_corners(each.get("ref", "")) for each in sheet.iter(f"{{{MAIN}}}mergeCell"))
    for number, area in enumerate(areas):
        for other in areas[number + 1 :]:
            if other[0] > area[2]:
                break
            if other[1] <= area[3] and area[1] <= other[3]:
                yield f"merged areas overlap in row {other[0]}"
    columns = [
        (int(each.get("min", 1)), int(each.get("max", 1))) for each in sheet.iterfind(f"{{{MAIN}}}cols/*")
    ]
    for before, after in pairwise(columns):
        if after[0] <= before[1]:
            yield f"the widths of columns {after[0]} and {before[1]} overlap"


def _corners(reference: str) -> tuple[int, int, int, int]:
    corners = [(int(row), column_number(column)) for column, row in CELL_ADDRESS.findall(reference)]
    return (*corners[0], *corners[-1]) if corners else (0, 0, 0, 0)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return "_" not in text and text.strip().casefold().lstrip("+-") not in ("nan", "inf", "infinity")
