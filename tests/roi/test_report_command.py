"""`python -m roi report`: workbook, PDF, page; refusals before anything is computed; no plan."""

import importlib
import shutil

import pytest
from openpyxl import load_workbook

from roi.__main__ import main
from roi.resources import template_path
from roi.texts import text
from tests.roi.company_cases import company
from tests.workbook_strict import package_faults


@pytest.fixture
def run(capfd):
    """Runs the command; gives exit status, stdout, stderr."""

    def command(*arguments):
        status = main(["report", *(str(argument) for argument in arguments)])
        printed = capfd.readouterr()
        return status, printed.out, printed.err

    return command


def test_markdown_decides_and_says_what_to_say(run, tmp_path):
    status, out, err = run("-o", tmp_path / "page.md", "--draws", "0")
    page = (tmp_path / "page.md").read_text(encoding="utf-8")
    assert (status, out) == (0, "")
    assert f"{tmp_path / 'page.md'}: report written" in err
    assert page.startswith("# Board paper: Product pictures, Tokyo\n")
    assert "JPY 4.12 M" in page
    assert "## To say in the meeting" in page


def test_the_workbook_carries_the_plan_s_figures(run, tmp_path):
    path = tmp_path / "report.xlsx"
    status, out, err = run("-o", path, "--draws", "0", "--lang", "ja")
    assert (status, out) == (0, "")
    assert "report.xlsx" in err
    assert package_faults(path.read_bytes()) == []
    book = load_workbook(path, data_only=True)
    sheet, _, cell = load_workbook(path).defined_names["roi_npv"].attr_text.rpartition("!")
    assert book[sheet.strip("'")][cell.replace("$", "")].value == pytest.approx(4_118_199.8, abs=0.1)
    assert book.sheetnames[0] == "稟議書"


def test_a_company_s_template_is_filled(run, tmp_path):
    template, path = tmp_path / "acme.xlsx", tmp_path / "report.xlsx"
    template.write_bytes(company(roi_npv="Cover!$B$3"))
    assert run("-o", path, "--draws", "0", "--template", template)[0] == 0
    assert load_workbook(path, data_only=True)["Cover"]["B3"].value == pytest.approx(4_118_199.8, abs=0.1)


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ({}, "asks for nothing"),
        ({"roi_npw": "Cover!$B$3"}, "did you mean roi_npv?"),
        ({"roi_npv": "Budget!$A$1"}, "is a heading or a total of a table"),
        ({"roi_cost_by_year": "Cover!$B$3:$D$3"}, "has 3 of 5 cells"),
    ],
)
def test_what_is_wrong_with_a_template_is_told_before_anything_is_computed(
    run, tmp_path, monkeypatch, names, said
):
    def computed(*_given):
        raise AssertionError("the plan was made")

    monkeypatch.setattr(importlib.import_module("roi.commands.report"), "_analysed", computed)
    template = tmp_path / "acme.xlsx"
    template.write_bytes(company(**names))
    status, _, err = run("-o", tmp_path / "other.xlsx", "--template", template)
    assert status == 2
    assert said in err
    assert [path.name for path in tmp_path.iterdir()] == ["acme.xlsx"]


@pytest.mark.parametrize(("language", "meaning"), [("en", "Net present value"), ("ja", "正味現在価値")])
def test_the_names_for_a_template_are_listed(run, language, meaning):
    status, out, err = run("--anchors", "--lang", language)
    assert (status, err) == (0, "")
    assert "roi_npv" in out
    assert meaning in out


def test_a_report_without_a_file_to_write_is_refused(run):
    status, _, err = run("--draws", "0")
    assert status == 2
    assert "--output: name a file to write" in err


def test_a_pdf_comes_from_libreoffice(run, tmp_path):
    assert run("-o", tmp_path / "report.pdf", "--draws", "0")[0] == 0
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF-")


def test_without_libreoffice_a_pdf_is_refused_before_anything_is_computed(run, tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    status, _, err = run("-o", tmp_path / "report.pdf")
    assert status == 2
    assert "LibreOffice, which is not installed" in err


def test_a_plan_that_weighs_drawn_futures_is_written_in_every_form(run, tmp_path):
    scenario = tmp_path / "risk.yaml"
    told = template_path("demonstration.yaml").read_text(encoding="utf-8")
    assert "\nfinance:\n" in told
    risk = "\nfinance:\n  risk: {weight: 0.5, worlds: 2}\n"
    scenario.write_text(told.replace("\nfinance:\n", risk), encoding="utf-8")
    assert run(scenario, "-o", tmp_path / "report.xlsx", "--draws", "0")[0] == 0
    assert run(scenario, "-o", tmp_path / "report.md", "--draws", "0")[0] == 0
    notes = [row[0].value for row in load_workbook(tmp_path / "report.xlsx")["Inputs"].iter_rows(max_row=8)]
    assert text("en", "live.inputs_means") in notes


def test_an_existing_file_is_left_as_it_is(run, tmp_path):
    path = tmp_path / "report.md"
    path.write_bytes(b"mine")
    status, _, err = run("-o", path)
    assert (status, path.read_bytes()) == (2, b"mine")
    assert "already exists and is left as it is" in err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("-o", "report.doc"), "the report is written as one of xlsx, pdf, md"),
        (("-o", "report.xlsx", "--format", "doc"), "--format 'doc'"),
        (("-o", "report.md", "--template", "acme.xlsx"), "a page of Markdown fills no workbook"),
        (("-o", "report.xlsx", "--template", "acme.xlsx"), "--template acme.xlsx: is not there"),
        (("-o", "nowhere/report.md"), "its folder does not exist"),
        (("-o", "report.md", "--draws", "1"), "--draws 1: give 0 for none, or at least 2"),
        (("-o", "report.md", "--gap", "1"), "half a per cent is 0.005"),
        (("-o", "report.md", "--time-limit", "0"), "give seconds above 0"),
        (("-o", "report.md", "--lang", "de"), "use one of en, ja"),
    ],
)
def test_what_cannot_be_done_is_refused_in_a_sentence(run, tmp_path, monkeypatch, arguments, said):
    monkeypatch.chdir(tmp_path)
    status, out, err = run(*arguments)
    assert (status, out, list(tmp_path.iterdir())) == (2, "", [])
    assert said in err


def test_rules_in_conflict_are_named_as_in_plan_and_nothing_is_written(run, tmp_path):
    scenario = tmp_path / "strict.yaml"
    told = template_path("demonstration.yaml").read_text(encoding="utf-8")
    assert "fid_max: 20" in told
    scenario.write_text(told.replace("fid_max: 20", "fid_max: 1"), encoding="utf-8")
    status, out, _ = run(scenario, "-o", tmp_path / "report.md")
    assert status == 1
    assert text("en", "page.infeasible") in out
    assert not (tmp_path / "report.md").exists()
