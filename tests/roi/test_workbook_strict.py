"""What Excel is strict about: a sound workbook has no fault, each planted fault is found and named."""

import pytest
from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference

from tests.roi.workbook_cases import DEMONSTRATION, repacked, saved, with_shared_texts
from tests.workbook_strict import package_faults

SHEET, BOOK, TYPES = "xl/worksheets/sheet1.xml", "xl/workbook.xml", "[Content_Types].xml"
RELS, STYLES, TEXTS = "xl/_rels/workbook.xml.rels", "xl/styles.xml", "xl/sharedStrings.xml"


def with_chart():
    workbook = Workbook()
    sheet = workbook.active
    for row in (["a", 1], ["b", 2]):
        sheet.append(row)
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=2))
    sheet.add_chart(chart, "D2")
    return saved(workbook)


def changed(part, old, new, raw=DEMONSTRATION):
    def change(content):
        assert old.encode() in content
        return content.replace(old.encode(), new.encode(), 1)

    return repacked(raw, {part: change})


@pytest.mark.parametrize("raw", [DEMONSTRATION, with_shared_texts(DEMONSTRATION), with_chart()])
def test_a_sound_workbook_has_no_fault(raw):
    assert package_faults(raw) == []


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        (b"no zip", "the file is no package"),
        (repacked(DEMONSTRATION, left_out=[BOOK]), f"{TYPES} or {BOOK} is missing"),
        (repacked(DEMONSTRATION, left_out=[STYLES]), f"{TYPES}: /xl/styles.xml does not exist"),
        (repacked(DEMONSTRATION, left_out=[STYLES]), f"{RELS}: rId3 leads to {STYLES}, which does not exist"),
        (repacked(DEMONSTRATION, added={"xl/x.dat": b""}), "xl/x.dat: has no content type"),
        (repacked(DEMONSTRATION, added={"XL/Workbook.xml": b"<a/>"}), "xl/workbook.xml: stands twice"),
        (repacked(DEMONSTRATION, added={"xl/x.xml": b"<a>"}), "xl/x.xml: is not well-formed"),
        (
            repacked(DEMONSTRATION, added={"xl/x.xml": b"<!DOCTYPE a><a/>"}),
            "xl/x.xml: declares a document type",
        ),
        (changed(RELS, 'Id="rId2"', 'Id="rId1"'), f"{RELS}: rId1 is used 2 times"),
        (changed(BOOK, 'r:id="rId2"', 'r:id="rId9"'), f"{BOOK}: rId9 is no relation of it"),
        (changed(BOOK, 'name="How to fill in"', 'name="SCENARIO"'), "sheet name 'scenario' is used 2 times"),
        (changed(BOOK, 'name="How to fill in"', f'name="{"x" * 32}"'), "has 32 characters, not 1 to 31"),
        (changed(BOOK, 'name="How to fill in"', 'name="a/b"'), "sheet 'a/b': holds a forbidden sign"),
        (changed(BOOK, 'name="How to fill in"', 'name="History"'), "a name that Excel keeps for itself"),
        (changed(BOOK, 'sheetId="2"', 'sheetId="1"'), "sheetId '1' is used 2 times"),
        (
            changed(BOOK, "</definedNames>", '<definedName name="A1">1</definedName></definedNames>'),
            "'A1': is no valid",
        ),
        (
            changed(BOOK, "</definedNames>", '<definedName name="a b">1</definedName></definedNames>'),
            "'a b': is no valid",
        ),
        (
            changed(BOOK, "</definedNames>", '<definedName name="x">None!$A$1</definedName></definedNames>'),
            "defined name 'x': there is no sheet 'None'",
        ),
        (
            changed(BOOK, "</definedNames>", '<definedName name="x">#REF!</definedName></definedNames>'),
            "defined name 'x': refers to nothing",
        ),
        (changed(BOOK, 'localSheetId="1"', 'localSheetId="2"'), "sheet 2 does not exist"),
        (changed(SHEET, ' s="1"', ' s="9999"'), f"{SHEET}: A1: style 9999 does not exist"),
        (changed(SHEET, 'r="A1"', 'r="A2"'), f"{SHEET}: A2 stands in row 1 behind column 0"),
        (changed(SHEET, '<row r="2"', '<row r="1"'), f"{SHEET}: row 1 follows row 1"),
        (
            changed(SHEET, "<sheetData>", "<mergeCells/><sheetData>"),
            f"{SHEET}: its elements are out of order",
        ),
        (changed(SHEET, "<t>Inputs", "<t>" + "x" * 32_768), "A1: its text has 327"),
        (
            changed(SHEET, ' error="', f' promptTitle="{"x" * 33}" error="'),
            "promptTitle has more than 32 characters",
        ),
        (changed(SHEET, ' error="', f' error="{"x" * 200}'), "error has more than 225 characters"),
        (changed(SHEET, "<v>2026</v>", "<v>nan</v>"), "'nan' is no number"),
        (changed(SHEET, "<v>2026</v>", "<f>1+1</f>"), "its formula has no value"),
        (changed(STYLES, '<fonts count="', '<fonts count="9'), "fonts says 9"),
        (changed(STYLES, 'fontId="1"', 'fontId="999"'), "fontId 999 does not exist"),
        (changed(TEXTS, "<si>", "", with_shared_texts(DEMONSTRATION)), f"{TEXTS}: is not well-formed"),
        (
            changed(SHEET, "<v>3</v>", "<v>99999</v>", with_shared_texts(DEMONSTRATION)),
            "shared text 99999 does not exist",
        ),
        (
            changed("xl/charts/chart1.xml", 'crossAx val="100"', 'crossAx val="7"', with_chart()),
            "axis 7 does not exist",
        ),
        (changed("xl/charts/chart1.xml", "'Sheet'!", "", with_chart()), "names no cells of a sheet"),
    ],
)
def test_a_planted_fault_is_found_and_named(raw, fault):
    assert [found for found in package_faults(raw) if fault in found]


def test_overlapping_merged_areas_are_found():
    workbook = Workbook()
    workbook.active.merge_cells("A1:B2")
    workbook.active.merge_cells("B2:C3")
    assert package_faults(saved(workbook)) == [f"{SHEET}: merged areas overlap in row 2"]
