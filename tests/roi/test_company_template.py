"""A company's own workbook filled with a report: what survives, what is filled, what is refused."""

import io
import zipfile

import pytest
from openpyxl import load_workbook

from roi.errors import RoiError
from roi.workbook.company import fill_template, unused_anchors
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


@pytest.fixture(scope="module")
def finished() -> bytes:
    """A report of the live sheets alone."""
    return written(live("demonstration"))


def test_anchors_get_the_figure_its_formula_and_keep_their_own_look(finished):
    template = company(roi_npv="Cover!$B$3", roi_payback="Cover!$B$4")
    filled = fill_template(finished, template, "acme.xlsx")
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
    before, after = parts(template), parts(fill_template(finished, template))
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
    filled = load_workbook(io.BytesIO(fill_template(finished, company(roi_tco="Cover!$B$3"))))
    ours = load_workbook(io.BytesIO(finished)).sheetnames
    assert filled.sheetnames == ["Cover", "Budget", *ours]


def test_the_whole_report_with_pages_and_charts_fills_a_template_too():
    filled = fill_template(report("ja"), company(roi_irr="Cover!$B$3"))
    assert package_faults(filled) == []
    assert "稟議書" in load_workbook(io.BytesIO(filled)).sheetnames


def test_names_that_the_report_lacks_are_told_with_their_cells(finished):
    template = company(roi_npv="Cover!$B$3", roi_profit="Cover!$B$4", roi_joy="Budget!$A$9")
    with pytest.raises(RoiError) as told:
        fill_template(finished, template, "acme.xlsx")
    for words in ("acme.xlsx", "roi_profit", "roi_joy", "B4", "A9"):
        assert words in str(told.value)
    assert "roi_npv (" not in str(told.value)


def test_required_names_that_the_template_lacks_are_told(finished):
    with pytest.raises(RoiError, match="roi_npv"):
        fill_template(finished, company(), required=["roi_npv"])
    assert "roi_npv" in unused_anchors(finished, company())
    assert "roi_npv" not in unused_anchors(finished, company(roi_npv="Cover!$B$3"))


def test_a_formula_may_use_a_name_that_the_template_does_not_define(finished):
    workbook = load_workbook(io.BytesIO(company()))
    workbook["Cover"]["B7"] = "=roi_tco*2"
    filled = fill_template(finished, saved(workbook))
    anew = load_workbook(io.BytesIO(recalculated({"filled": filled})["filled"]), data_only=True)
    assert anew["Cover"]["B7"].value == pytest.approx(2 * decided("demonstration").worth.tco, rel=1e-9)


def renamed(title: str) -> bytes:
    workbook = load_workbook(io.BytesIO(company()))
    workbook["Budget"].title = title
    return saved(workbook)


@pytest.mark.parametrize(
    ("template", "said"),
    [
        (with_part(company(), "xl/externalLinks/externalLink1.xml", b"<x/>"), "other workbooks"),
        (with_part(company(), "xl/macrosheets/sheet1.xml", b"<x/>"), "macros of Excel 4"),
        (with_part(company(), "_xmlsignatures/origin.sigs", b""), "is signed"),
        (company(roi_npv="Budget!$A$1"), "A1"),
        (renamed("Results"), "Results"),
        (b"not a workbook", "acme.xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "acme.xlsx"),
    ],
)
def test_what_cannot_be_filled_is_refused_in_a_sentence(finished, template, said):
    with pytest.raises(RoiError) as told:
        fill_template(finished, template, "acme.xlsx")
    assert said in str(told.value)
