"""Forms in the usual shapes, filled: every figure and text where it was asked for, and as the engine has it."""

import io
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.workbook.defined_name import DefinedName

from roi.errors import RoiError
from roi.output.report.files import tried_template
from roi.scenario.change import with_changes
from roi.scenario.load import demonstration
from roi.workbook.company import fill_template
from roi.workbook.company.anchors import figures
from roi.workbook.company.package import read_parts
from roi.workbook.report.live.calculate import calculation
from roi.workbook.report.make import report_bytes
from roi.workbook.report.pages.fields import meanings
from tests.roi.company_forms import capital_request, charted, ringi
from tests.roi.report_cases import (
    analysed,
    analysis,
    material,
    pages,
    recalculated,
    report_for_template,
    without_spaces,
)
from tests.roi.workbook_cases import saved
from tests.workbook_strict import package_faults


def cells(file: bytes, sheet: str) -> dict[str, object]:
    """Values of a filled sheet by address."""
    found = load_workbook(io.BytesIO(file), data_only=True)[sheet]
    return {cell.coordinate: cell.value for row in found for cell in row if cell.value is not None}


def asking(**names: str) -> bytes:
    """A sheet of its own, Form, whose cells ask."""
    book = Workbook()
    book.worksheets[0].title = "Form"
    for name, place in names.items():
        book.defined_names[name] = DefinedName(name, attr_text=f"Form!{place}")
    return saved(book)


def yearly(once: bool) -> list[float]:
    ledger = analysis().decision.ledger
    assert ledger is not None
    rows = ledger.by_component_and_year()
    return [
        sum(
            amounts[year]
            for name, amounts in rows.items()
            if (name in ("purchase", "opening", "migration")) is once
        )
        for year in range(ledger.years)
    ]


def test_a_ringi_form_is_filled_judged_and_printed():
    found = fill_template(report_for_template("ja"), ringi(), "ringi.xlsx")
    decision = analysis().decision
    assert decision.finance is not None
    assert package_faults(found.file) == []
    assert found.renamed == {"稟議書": "稟議書 (roi)"}
    assert found.left == ()
    assert [each.partition(" ")[0] for each in found.empty] == [
        "roi_department",
        "roi_proposer",
        "roi_drafted_on",
        "roi_wanted_by",
        "roi_budget_line",
    ]
    told = cells(found.file, "稟議書")
    assert told["B4"] == "商品画像（東京）"
    assert told["B10"] == pytest.approx(sum(yearly(once=True)))
    assert told["B12"] == "Verda"
    assert told["B13"] == "5年間（1年目～5年目）"
    assert told["B17"] == pytest.approx(decision.finance.npv)
    assert told["B22"] == "数値68件のうち27件は仮の値: 差し替えが必要"
    assert told["B24"] == "承認可"
    first = without_spaces(pages({"ringi": found.file})["ringi"][0])
    for words in ("稟議書", "申請金額3,000,000円", "4,118,200円", "判定承認可"):
        assert words in first


def test_a_capital_request_keeps_its_sheets_and_gets_a_table_of_years():
    found = fill_template(report_for_template("en"), capital_request(), "request.xlsx")
    assert package_faults(found.file) == []
    assert found.renamed == {"Inputs": "Inputs (roi)", "Results": "Results (roi)"}
    assert found.left == ("roi_cost_center (Request!B15:F15): did you mean roi_cost_by_year?",)
    assert "roi_tax (Request!B13:F13)" in found.empty
    anew = recalculated({"request": found.file})["request"]
    for file in (found.file, anew):
        told = cells(file, "Request")
        assert [told[f"{column}18"] for column in "BCDEF"] == pytest.approx(yearly(once=True))
        assert [told[f"{column}19"] for column in "BCDEF"] == pytest.approx(yearly(once=False))
        assert told["B22"] == pytest.approx(0.0, abs=1e-6)
        assert told["B17"] == "year 1"
        assert "B13" not in told
    assert cells(found.file, "Inputs") == {"A1": "Inputs of ours, kept as they are"}


def test_charts_of_a_template_file_are_drawn_from_the_filled_years():
    found = fill_template(report_for_template("en"), charted(), "board.xltx")
    assert (found.left, found.empty, found.uncomputed) == ((), (), ())
    assert package_faults(found.file) == []
    assert b"spreadsheetml.template" not in read_parts(found.file)["[Content_Types].xml"]
    told = cells(found.file, "Board")
    totals = [one + other for one, other in zip(yearly(once=True), yearly(once=False), strict=True)]
    assert [told[f"B{row}"] for row in range(4, 9)] == pytest.approx(totals)
    finance = analysis().decision.finance
    assert finance is not None
    assert told["D8"] == pytest.approx(sum(finance.cash_flows))


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_name_of_the_report_is_listed_with_its_meaning_and_every_listed_one_is_there(language):
    listed = {each.name: each.meaning for each in meanings(language)}
    assert listed.keys() == figures(read_parts(report_for_template(language))).keys()
    assert len(set(listed.values())) == len(listed)


def test_the_docs_list_every_name():
    page = (Path(__file__).parents[2] / "docs" / "template.md").read_text(encoding="utf-8")
    rows = [f"| `{each.name}` | {each.kind} | {each.meaning} |" for each in meanings("en")]
    assert page.split("|---|---|---|\n")[1].splitlines() == rows


CHEAP = {
    "kind": "external",
    "name": "for nothing",
    "cost_per_image": {"value": 0.001, "unit": "JPY/image"},
    "seconds_per_image": 0,
}


def judged(changes: dict[str, object], *names: str) -> tuple[dict[str, object], tuple[str, ...], bytes]:
    """A form that asks for figures and judges by the first, of a changed demonstration."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Form"
    for row, name in enumerate(names, 1):
        book.defined_names[name] = DefinedName(name, attr_text=f"Form!$A${row}")
    sheet["B1"] = '=IF(A1>0,"approve","reject")'
    sheet["B2"] = '=IF(roi_discounted_payback>0,"comes","never")'
    told = material("en", analysed(with_changes(demonstration(), changes)))
    found = fill_template(report_bytes(told, calculation(told), fields=True), saved(book), "form.xlsx")
    return cells(found.file, "Form"), found.empty, found.file


def test_a_cell_that_asks_for_a_number_is_never_given_words():
    """Excel holds every text to be greater than 0: a dash would read as an approval."""
    names = ("roi_npv", "roi_irr", "roi_payback", "roi_discounted_payback", "roi_carbon")
    told, empty, _ = judged({"workloads[0].baseline": None}, *names)
    assert [each.partition(" ")[0] for each in empty] == list(names[:4])
    assert told.keys() == {"A5", "B1", "B2"}
    assert (told["B1"], told["B2"]) == ("reject", "never")
    assert told["A5"] > 0
    told, empty, _ = judged({"workloads[0].baseline": CHEAP}, *names)
    assert [each.partition(" ")[0] for each in empty] == list(names[1:4])
    assert told["A1"] < 0
    assert (told["B1"], told["B2"]) == ("reject", "never")


def test_a_figure_that_an_input_takes_away_is_an_error_and_no_text():
    _, _, file = judged({}, "roi_npv", "roi_irr")
    book = load_workbook(io.BytesIO(file))
    place = book["Form"]["A2"].value.removeprefix("='Template fields'!").replace("$", "")
    written = book["Template fields"][place].value
    assert written.startswith("=IF(ISNUMBER(")
    assert written.endswith(",NA())")


def test_words_of_the_run_say_so_when_an_input_is_changed():
    filled = fill_template(report_for_template("en"), asking(roi_decision="$A$1"), "form.xlsx")
    book = load_workbook(io.BytesIO(filled.file))
    place = book["Form"]["A1"].value.removeprefix("='Template fields'!").replace("$", "")
    written = book["Template fields"][place].value
    assert written.startswith("=IF('Inputs'!")
    assert "AS OF THE RUN" in written


@pytest.mark.parametrize(
    ("places", "said"),
    [
        ({"roi_cost_by_year": "$B$2:$D$2"}, "roi_cost_by_year (Form!B2:D2) has 3 of 5 cells, one a year"),
        ({"roi_cost_by_year": "$B$2"}, "roi_cost_by_year (Form!B2) has 1 of 5 cells, one a year"),
        ({"roi_cost_by_year": "$B$2:$D$4"}, "roi_cost_by_year (Form!B2:D4) is a block of cells"),
        ({"roi_npv": "$B$2", "roi_tco": "$B$2"}, "Form!B2 asks for roi_npv and for roi_tco"),
        ({"roi_years": "$A$2:$E$2", "roi_tco": "$C$2"}, "Form!C2 asks for roi_years and for roi_tco"),
    ],
)
def test_what_is_wrong_with_a_template_is_told_without_a_report(tmp_path, places, said):
    path = tmp_path / "form.xlsx"
    path.write_bytes(asking(**places))
    with pytest.raises(RoiError) as told:
        tried_template(path, 5, "en")
    assert str(told.value).startswith(f"{path}: ")
    assert said in str(told.value)


def test_a_form_that_was_filled_already_is_not_filled_over():
    filled = fill_template(report_for_template("en"), asking(roi_npv="$A$1"), "form.xlsx").file
    with pytest.raises(RoiError, match=r"april.xlsx: holds a report already; take the empty form"):
        fill_template(report_for_template("en"), filled, "april.xlsx")


def test_a_row_that_is_longer_than_the_plan_keeps_its_last_cells(tmp_path):
    path = tmp_path / "form.xlsx"
    path.write_bytes(asking(roi_years="$A$2:$J$2"))
    assert tried_template(path, 5, "en").left == ()
    found = fill_template(report_for_template("en"), path.read_bytes(), "form.xlsx")
    assert list(cells(found.file, "Form")) == ["A2", "B2", "C2", "D2", "E2"]
