"""`python -m roi report`: the page, refusals before anything is computed, no plan."""

import pytest

from roi.__main__ import main
from roi.resources import template_path
from roi.texts import text


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
    assert "JPY 219,339,204" in page
    assert "## To say in the meeting" in page


def test_an_existing_file_is_left_as_it_is(run, tmp_path):
    path = tmp_path / "report.md"
    path.write_bytes(b"mine")
    status, _, err = run("-o", path)
    assert (status, path.read_bytes()) == (2, b"mine")
    assert "already exists and is left as it is" in err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("-o", "report.doc"), "end the file's name in .md"),
        (("-o", "report.xlsx"), "a workbook and its PDF cannot be written yet"),
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
