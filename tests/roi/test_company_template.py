"""A company's own workbook filled with a report: what survives, what is filled, what is refused."""

import io
import re
import shutil
import zipfile

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.chart import BarChart, Reference

from roi.errors import RoiError
from roi.workbook.company import fill_template
from roi.workbook.company.anchors import anchors
from roi.workbook.company.dependents import dependents
from roi.workbook.company.sheets import giving_way
from roi.workbook.company.usable import template_parts
from tests.roi.company_cases import company
from tests.roi.live_cases import decided, live, written
from tests.roi.report_cases import recalculated, report
from tests.roi.workbook_cases import saved
from tests.workbook_strict import package_faults

MENDED = {"xl/workbook.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml", "xl/styles.xml"}
COVER = "xl/worksheets/sheet1.xml"
CUSTOM = "customXml/item1.xml"


def with_part(file: bytes, name: str, content: bytes) -> bytes:
    """The file with a part more."""
    buffer = io.BytesIO(file)
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr(name, content)
    return buffer.getvalue()


def parts(file: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def filling(report: bytes, template: bytes, *name: str) -> bytes:
    """The template filled, as a file."""
    return fill_template(report, template, *name).file


@pytest.fixture(scope="module")
def finished() -> bytes:
    """A report of the live sheets alone."""
    return written(live("demonstration"))


def test_anchors_get_the_figure_its_formula_and_keep_their_own_look(finished):
    template = company(roi_npv="Cover!$B$3", roi_payback="Cover!$B$4")
    filled = filling(finished, template, "acme.xlsx")
    assert package_faults(filled) == []
    finance = decided("demonstration").finance
    values = load_workbook(io.BytesIO(filled), data_only=True)["Cover"]
    assert values["B3"].value == pytest.approx(finance.npv)
    assert values["B4"].value == pytest.approx(finance.simple_payback_months)
    cover = load_workbook(io.BytesIO(filled))["Cover"]
    assert cover["B3"].value.startswith("=")
    assert cover["B3"].number_format == '"¥"#,##0'
    assert cover["B3"].fill.fgColor.rgb == "00FFEECC"
    anew = load_workbook(io.BytesIO(recalculated({"filled": filled})["filled"]), data_only=True)
    assert anew["Cover"]["B3"].value == pytest.approx(finance.npv, rel=1e-9)
    assert anew["Budget"]["B2"].value == 3


def test_every_other_part_is_byte_for_byte_the_company_s(finished):
    template = with_part(company(roi_npv="Cover!$B$3"), CUSTOM, b"<acme/>")
    before, after = parts(template), parts(filling(finished, template))
    changed = {name for name in before if after.get(name) != before[name]}
    assert changed <= MENDED | {COVER}
    assert {CUSTOM, "xl/media/image1.png", "xl/charts/chart1.xml", "xl/tables/table1.xml"} <= set(
        before
    ) - changed
    assert b"Georgia" in after["xl/styles.xml"]
    kept = b"<oddHeader>&amp;CConfidential</oddHeader>"
    assert kept in before[COVER]
    assert kept in after[COVER]


def test_the_company_s_sheets_stand_first_and_the_report_s_follow(finished):
    filled = load_workbook(io.BytesIO(filling(finished, company(roi_tco="Cover!$B$3"))))
    ours = load_workbook(io.BytesIO(finished)).sheetnames
    assert filled.sheetnames == ["Cover", "Budget", *ours]


def test_the_whole_report_with_pages_and_charts_fills_a_template_too():
    filled = filling(report("ja"), company(roi_irr="Cover!$B$3"))
    assert package_faults(filled) == []
    assert "稟議書" in load_workbook(io.BytesIO(filled)).sheetnames


def test_names_that_mean_nothing_here_are_left_and_listed(finished):
    template = company(roi_npv="Cover!$B$3", roi_ncv="Cover!$A$1", roi_amusement="Gone!$A$9")
    workbook = load_workbook(io.BytesIO(template))
    workbook["Budget"]["C5"] = "=roi_profits*2"
    found = fill_template(finished, saved(workbook), "acme.xlsx")
    assert found.left == (
        "roi_ncv (Cover!A1): did you mean roi_npv?",
        "roi_amusement (Gone!A9)",
        "roi_profits (Budget!C5)",
    )
    kept = load_workbook(io.BytesIO(found.file))
    assert kept["Cover"]["A1"].value == "ACME K.K. 稟議"
    assert kept["Budget"]["C5"].value == "=roi_profits*2"
    assert kept.defined_names["roi_amusement"].attr_text == "Gone!$A$9"


def test_a_template_that_asks_for_nothing_is_a_sentence_with_what_was_meant(finished):
    with pytest.raises(RoiError, match=r"acme.xlsx: asks for nothing.*--anchors.*did you mean roi_npv\?"):
        filling(finished, company(roi_npw="Cover!$B$3"), "acme.xlsx")


def test_a_formula_may_use_a_name_that_the_template_does_not_define(finished):
    workbook = load_workbook(io.BytesIO(company()))
    workbook["Cover"]["B7"] = "=roi_tco*2"
    filled = filling(finished, saved(workbook))
    anew = load_workbook(io.BytesIO(recalculated({"filled": filled})["filled"]), data_only=True)
    assert anew["Cover"]["B7"].value == pytest.approx(2 * decided("demonstration").worth.tco, rel=1e-9)


def test_sheets_and_names_of_the_company_stay_and_the_report_s_give_way(finished):
    workbook = load_workbook(io.BytesIO(company(roi_npv="Cover!$B$3", master_check="Cover!$A$5")))
    for title in ("results", "Inputs", "Inputs (roi)"):
        workbook.create_sheet(title)["A1"] = 1
    found = fill_template(finished, saved(workbook))
    assert found.renamed == {"Inputs": "Inputs (roi 2)", "Results": "Results (roi)"}
    assert package_faults(found.file) == []
    filled = load_workbook(io.BytesIO(found.file))
    assert filled.defined_names["master_check"].attr_text == "Cover!$A$5"
    assert filled["Cover"]["B3"].value.startswith("='Results (roi)'!")
    anew = load_workbook(io.BytesIO(recalculated({"filled": found.file})["filled"]), data_only=True)
    assert anew["Cover"]["B3"].value == pytest.approx(decided("demonstration").finance.npv, rel=1e-9)


def test_references_change_their_sheet_and_texts_do_not():
    told = b"""<x><f>'Inputs'!A1&amp;"see 'Inputs'!A1"&amp;'It''s Inputs'!B2</f><t>'Inputs'!A1</t></x>"""
    ours = {**parts(saved(Workbook())), "xl/charts/chart1.xml": told}
    sheet = load_workbook(io.BytesIO(saved(Workbook()))).sheetnames[0]
    ours["xl/workbook.xml"] = ours["xl/workbook.xml"].replace(sheet.encode(), b"Inputs")
    found, renamed = giving_way(ours, ["INPUTS"])
    assert renamed == {"Inputs": "Inputs (roi)"}
    assert found["xl/charts/chart1.xml"] == told.replace(b"<f>'Inputs'!", b"<f>'Inputs (roi)'!")
    assert b'name="Inputs (roi)"' in found["xl/workbook.xml"]


def test_no_formula_of_the_report_uses_a_name_that_a_company_may_have_too():
    """So that a name of the company's may stay where the report has it too."""
    for content in (report("en"), report("ja")):
        book = load_workbook(io.BytesIO(content))
        names = re.compile("|".join(rf"\b{name}\b" for name in book.defined_names))
        formulas = [
            cell.value for sheet in book for row in sheet for cell in row if str(cell.value).startswith("=")
        ]
        assert len(formulas) > 1000
        assert not [each for each in formulas if names.search(re.sub('"[^"]*"', "", each))]


@pytest.mark.parametrize(
    ("template", "said"),
    [
        (
            with_part(company(roi_npv="Cover!$B$3"), "xl/externalLinks/externalLink1.xml", b"<x/>"),
            "other workbooks",
        ),
        (with_part(company(roi_npv="Cover!$B$3"), "xl/macrosheets/sheet1.xml", b"<x/>"), "macros of Excel 4"),
        (with_part(company(roi_npv="Cover!$B$3"), "_xmlsignatures/origin.sigs", b""), "is signed"),
        (company(roi_npv="Budget!$A$1"), "A1"),
        (company(roi_npv="#REF!"), "roi_npv (#REF!)"),
        (b"not a workbook", "acme.xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "acme.xlsx"),
    ],
)
def test_what_cannot_be_filled_is_refused_in_a_sentence(finished, template, said):
    with pytest.raises(RoiError) as told:
        filling(finished, template, "acme.xlsx")
    assert said in str(told.value)


def computing(**formulas: str) -> bytes:
    """A template whose cells compute from the net present value in Cover!B3, with figures of an older plan."""
    workbook = load_workbook(io.BytesIO(company(roi_npv="Cover!$B$3")))
    cover, budget = workbook["Cover"], workbook["Budget"]
    for address, formula in formulas.items():
        cover[address] = formula
    budget["B9"] = "=SUM(Cover!B1:B8)"
    budget["B10"] = "=B2*1000"
    chart = BarChart()
    chart.add_data(Reference(cover, min_col=2, min_row=3, max_row=10))
    cover.add_chart(chart, "D9")
    old = {("Cover", address): "7" for address in formulas} | {
        ("Budget", "B9"): "7",
        ("Budget", "B10"): "3000",
    }
    return with_old_values(saved(workbook), old)


def with_old_values(file: bytes, old: dict[tuple[str, str], str]) -> bytes:
    """The file as Excel had saved it: a value beside every formula, and in the chart's memory."""
    found = parts(file)
    for number, sheet in enumerate(load_workbook(io.BytesIO(file)).sheetnames, 1):
        part = f"xl/worksheets/sheet{number}.xml"
        words = found[part].decode()
        for (title, address), value in old.items():
            if title == sheet:
                cell = rf'(<c r="{address}"[^>]*><f>[^<]*</f>)<v ?(?:/>|></v>)'
                words, count = re.subn(cell, rf"\g<1><v>{value}</v>", words)
                assert count == 1, (title, address)
        found[part] = words.encode()
    for part, content in found.items():
        if part.startswith("xl/charts/") and b"$B$3:$B$10" in content:
            points = "".join(f'<pt idx="{n}"><v>7</v></pt>' for n in range(8))
            cache = f"<numCache><formatCode>General</formatCode><ptCount val='8'/>{points}</numCache>"
            found[part] = re.sub(
                rb"(\$B\$10</f>)(?:<numCache>.*?</numCache>)?", rb"\1" + cache.encode(), content
            )
            assert b"<v>7</v>" in found[part]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in found.items():
            archive.writestr(name, content)
    return buffer.getvalue()


CHAIN = {
    "B6": "=ROUND(B3/1000000,0)",
    "B7": '=IF(B6>0,"approved","declined")',
    "B8": "=roi_today_tco",
    "B10": '=INDIRECT("B"&3)',
}


def test_what_a_template_computes_from_a_figure_shows_its_new_value(finished):
    found = fill_template(finished, computing(**CHAIN))
    assert found.uncomputed == ()
    assert package_faults(found.file) == []
    npv, before = decided("demonstration").finance.npv, decided("demonstration").baseline
    assert before is not None
    book = load_workbook(io.BytesIO(found.file), data_only=True)
    cover, today = book["Cover"], book["Results"]
    assert [cover[address].value for address in ("B6", "B7")] == [round(npv / 1e6), "approved"]
    assert cover["B8"].value == pytest.approx(83_114_853.2, abs=0.1)
    assert cover["B10"].value == pytest.approx(npv)
    assert book["Budget"]["B9"].value == pytest.approx(npv + round(npv / 1e6) + 83_114_853.2)
    assert book["Budget"]["B10"].value == 3000
    assert today is not None
    chart = next(
        content for content in parts(found.file).values() if b"$B$3:$B$10" in content and b"<pt" in content
    )
    points = dict(re.findall(rb'<pt idx="(\d)"><v>([^<]*)</v>', chart))
    assert float(points[b"0"]) == pytest.approx(npv)
    assert (points[b"3"], points[b"1"]) == (b"4", b"7")
    assert b"4" not in points, "a text is no number of a chart"


def test_without_a_program_that_computes_no_old_value_stays(finished, monkeypatch):
    template = computing(**CHAIN)
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    found = fill_template(finished, template)
    assert found.uncomputed == ("Budget!B9", "Cover!B6", "Cover!B7", "Cover!B8", "Cover!B10")
    book = load_workbook(io.BytesIO(found.file), data_only=True)
    assert [book["Cover"][address].value for address in CHAIN] == [None] * 4
    assert book["Budget"]["B10"].value == 3000
    assert load_workbook(io.BytesIO(found.file))["Cover"]["B6"].value == CHAIN["B6"]


def test_a_function_that_libreoffice_lacks_leaves_an_empty_cell_and_its_name(finished):
    found = fill_template(finished, computing(B6="=_xlfn.LET(_xlpm.x,B3,_xlpm.x*2)", B7="=B3*2"))
    assert found.uncomputed == ("Budget!B9", "Cover!B6")
    cover = load_workbook(io.BytesIO(found.file), data_only=True)["Cover"]
    assert cover["B6"].value is None
    assert cover["B7"].value == pytest.approx(2 * decided("demonstration").finance.npv)


@pytest.mark.parametrize(
    ("formula", "depends"),
    [
        ("=SUM(A:C)", True),
        ("=SUM(2:4)", True),
        ("=VLOOKUP(1,Cover!$A$1:$C$9,2)", True),
        ("=OFFSET(A1,2,1)", True),
        ("=Profit*2", True),
        ("=Cover!roi_npv*2", True),
        ("=Gone!B3", True),
        ('=B5&"B3"', False),
        ("=SUM(Lines[amount])", False),
        ("=Budget!B3", False),
    ],
)
def test_a_formula_counts_where_it_may_depend_on_a_figure(formula, depends):
    workbook = load_workbook(io.BytesIO(company(roi_npv="Cover!$B$3", Profit="Cover!$B$3*2")))
    workbook["Cover"]["F20"] = formula
    template = template_parts(saved(workbook), "acme.xlsx")
    found = dependents(template, anchors(template, {"roi_npv"}))
    assert found == ({("cover", 20, 6)} if depends else set())
