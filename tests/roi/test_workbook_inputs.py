"""The input workbook: what goes in comes out, in both languages, after a stranger's program too."""

import io
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from roi.__main__ import main
from roi.errors import ScenarioError
from roi.figure import figures
from roi.scenario.load import demonstration, load_scenario, scenario_from_text
from roi.scenario.supply import Own
from roi.scenario.workload import Workload
from roi.scenario.yaml_writing import yaml_of
from roi.scenario_file import read_scenario_file
from roi.workbook.inputs.columns import COLUMNS
from roi.workbook.inputs.places import spelled, steps_of
from roi.workbook.inputs.rows import InputRow, scenario_rows
from roi.workbook.inputs.writing import write_input_workbook
from tests.roi.workbook_cases import (
    DEMONSTRATION,
    changed,
    document,
    read,
    row_of,
    scenario_of,
    write,
    written,
)
from tests.workbook_strict import package_faults

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40)
NAMES = TEXT.filter(lambda name: len(name) <= 80 and name.strip())
AWKWARD = [
    "=1+1",
    "+81",
    "-x",
    "@SUM(A1)",
    '=cmd|"/c calc"!A1',
    "'quoted",
    ' "both ends" ',
    '"',
    "a, b; c、d",
    "_x0041_",
    "😀🏳️‍🌈",
    "שלום עולם",
    "カード 決済",
    "none",
    "なし",
    "TRUE",
    "1,234",
    "2026-04-01",
    "#N/A",
    "\ufffe",
]
PHASES = [Phase.explicit, Phase.reuse, Phase.generate]
"""A failure is told as it was drawn: making a whole scenario smaller takes minutes."""
NUMBERS = st.floats(min_value=0.001, max_value=0.999) | st.sampled_from([0.1, 0.5, 1 / 3, 0.7])
DAYS, LATER_DAYS = (
    st.dates(date(first, 1, 1), date(last, 12, 31)).map(date.isoformat)
    for first, last in ((1990, 2040), (2041, 2090))
)


@st.composite
def figure_values(draw, unit):
    value = draw(NUMBERS)
    found = {"value": value, "unit": draw(st.sampled_from([None, unit]))}
    if draw(st.booleans()):
        found |= {"low": value / 2, "high": min(1.0, value * 1.25), "as_of": draw(DAYS)}
        found |= {"confidence": draw(st.sampled_from(["high", "medium", "low"])), "source": draw(TEXT)}
        found |= {"placeholder": draw(st.booleans()), "replace_with": draw(st.none() | TEXT)}
    return found


def attempts(draw):
    found = {"images_per_attempt": draw(st.integers(1, 64)), "attempts_max": draw(st.integers(1, 100))}
    if draw(st.booleans()):
        found["acceptance"] = {"kind": "beta", "mean": draw(figure_values("1")), "concentration": 3}
    return found


@st.composite
def baselines(draw, supplies):
    kind = draw(st.sampled_from(["external", "profile", "api"]))
    if kind == "external":
        return {
            "kind": kind,
            "name": draw(NAMES),
            "cost_per_image": draw(figure_values("USD/image")),
            "seconds_per_image": draw(figure_values("s")),
            "carbon_per_image": draw(st.none() | figure_values("kgCO2e/image")),
        }
    names = [supply["name"] for supply in supplies if (supply["kind"] == "api") == (kind == "api")]
    found = {"kind": kind, "supply": draw(st.sampled_from(names)), **attempts(draw)}
    return found | ({"profile": draw(NAMES)} if kind == "profile" else {})


@st.composite
def variations(draw):
    """The demonstration with much of what it leaves out, under names as people give them."""
    found = document()
    texts = st.sampled_from(AWKWARD) | TEXT
    words = texts | st.just("long " * 2000)
    found["proposal"] = draw(
        st.fixed_dictionaries(
            {},
            optional={
                **dict.fromkeys(("title", "proposer", "department", "budget_line"), texts),
                "drafted_on": DAYS,
                "decision_wanted_by": LATER_DAYS,
                "within_budget": st.booleans(),
                **dict.fromkeys(
                    ("purpose", "schedule", "risks"), words | st.just("two\nlines") | st.just("")
                ),
            },
        )
    )
    blocks = draw(st.lists(NAMES, max_size=3, unique=True))
    found["site"]["time_blocks"] = [
        {
            "name": name,
            "hours_per_year": 8760 / len(blocks),
            "electricity_price": draw(st.sampled_from([None, -2.5])),
        }
        for name in blocks
    ]
    found["finance"]["tax"] = draw(
        st.none() | st.fixed_dictionaries({"rate": NUMBERS, "life_years": st.integers(2, 50)})
    )
    found["finance"]["risk"] = draw(
        st.none() | st.fixed_dictionaries({"weight": NUMBERS, "seed": st.integers(0, 10**15)})
    )
    found["finance"]["escalation"] = draw(
        st.fixed_dictionaries({}, optional={"wage": figure_values("1/year"), "rent": st.just(-0.1)})
    )
    found["limits"]["accept_match"] = draw(st.lists(st.sampled_from(["exact", "near", "far"]), unique=True))
    found["limits"]["boards"] = draw(st.lists(texts, max_size=3))
    keys = draw(st.lists(texts.map(lambda name: f"org/{name}"), max_size=3, unique=True))
    found["model_cost_by_model"] = {key: {"upkeep_per_year": 1, "migration": draw(NUMBERS)} for key in keys}
    workload = found["workloads"][0]
    workload["acceptance_by_model"] = {key: {"mean": draw(figure_values("1"))} for key in keys}
    workload["share_by_block"] = {name: 1 / len(blocks) for name in blocks}
    workload["images_per_attempt"] = draw(st.lists(st.integers(1, 10), min_size=1, max_size=4, unique=True))
    workload["growth_per_year"] = draw(st.none() | figure_values("1/year"))
    workload["baseline"] = draw(st.none() | baselines(found["supplies"]))
    workload["name"] = draw(texts)
    return scenario_of(found)


def without_holes(scenario):
    """No sheet holds U+FFFE; the file keeps a replacement character in its place."""
    return (
        scenario.model_dump_json()
        .replace("\ufffe", "\N{REPLACEMENT CHARACTER}")
        .replace("\uffff", "\N{REPLACEMENT CHARACTER}")
    )


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), phases=PHASES)
@given(variations(), st.sampled_from(["en", "ja"]))
def test_any_scenario_comes_out_as_it_went_in(scenario, language):
    assert read(written(scenario, language)).model_dump_json() == without_holes(scenario)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), phases=PHASES)
@given(variations(), st.sampled_from(["en", "ja"]))
def test_any_scenario_goes_to_text_and_workbook_and_back(scenario, language):
    as_text = scenario_from_text(yaml_of(scenario, language), "mine.yaml")
    assert as_text.model_dump_json() == scenario.model_dump_json()
    through_workbook = scenario_from_text(yaml_of(read(written(as_text, language)), language), "again.yaml")
    assert through_workbook.model_dump_json() == without_holes(scenario)


@pytest.mark.parametrize(("first", "then"), [("yaml", "xlsx"), ("xlsx", "yaml"), ("yaml", "yaml")])
def test_the_command_writes_a_scenario_as_another_kind_of_file(first, then, tmp_path, capsys):
    mine, other, back = (tmp_path / name for name in (f"mine.{first}", f"other.{then}", f"back.{first}"))
    assert main(["scenario", "--new", str(mine)]) == 0
    assert main(["scenario", "--to", str(other), str(mine)]) == 0
    assert main(["scenario", "--to", str(back), str(other), "--lang", "ja"]) == 0
    assert read_scenario_file(back).scenario == read_scenario_file(other).scenario == demonstration()
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "give --new FILE"),
        (("--to", "new.yaml"), "give --new FILE"),
        (("--new", "new.yaml", "mine.yaml"), "give --new FILE"),
        (("--to", "new.ods", "mine.yaml"), "is written as .yaml or .xlsx"),
        (("--to", "mine.yaml", "mine.yaml"), "already exists and is left as it is"),
        (("--to", "new.yaml", "none.xlsx"), "no such file"),
    ],
)
def test_what_cannot_be_written_as_another_file_is_a_sentence(arguments, said, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["scenario", "--new", "mine.yaml"]) == 0
    before = Path("mine.yaml").read_bytes()
    assert main(["scenario", *arguments]) == 2
    assert said in capsys.readouterr().err
    assert (Path("mine.yaml").read_bytes(), [*map(str, Path().iterdir())]) == (before, ["mine.yaml"])


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_new_workbook_is_the_new_file_of_its_language(language, tmp_path):
    new = [tmp_path / f"new{ending}" for ending in (".xlsx", ".yaml")]
    for path in new:
        assert main(["scenario", "--new", str(path), "--lang", language]) == 0
    workbook, text = (read_scenario_file(path).scenario for path in new)
    assert workbook == text


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_demonstration_comes_out_as_it_went_in(language):
    assert read(written(demonstration(), language)) == demonstration()


def test_a_control_character_is_replaced_and_a_carriage_return_kept():
    raw = document() | {"proposal": {"purpose": "one\r\ntwo\x07"}}
    assert read(written(scenario_of(raw))).proposal.purpose == "one\r\ntwo\N{REPLACEMENT CHARACTER}"


def test_a_text_that_fits_no_cell_is_refused(tmp_path):
    raw = document()
    raw["labour"]["wage_per_h"]["source"] = "x" * 32_768
    with pytest.raises(ScenarioError, match="32,768 characters fits no cell"):
        write_input_workbook(scenario_of(raw), tmp_path / "new.xlsx", "en")


@given(
    st.lists(st.integers(0, 9999) | TEXT, min_size=1, max_size=5).filter(
        lambda steps: isinstance(steps[0], str)
    )
)
def test_a_place_is_read_as_it_is_spelled(steps):
    assert steps_of(spelled(tuple(steps))) == tuple(steps)


def test_every_figure_and_field_has_a_row():
    rows = {spelled(row.steps) for row in scenario_rows(demonstration(), "en") if isinstance(row, InputRow)}
    workload = {f"workloads[0].{name}" for name in Workload.model_fields}
    own = next(n for n, supply in enumerate(demonstration().supplies) if isinstance(supply, Own))
    assert {place for place, _, _ in figures(demonstration())} <= rows
    assert {f"supplies[{own}].{name}" for name in Own.model_fields} <= rows
    assert {name.split(".")[1].split("[")[0] for name in rows if name.startswith("workloads")} == {
        name.removeprefix("workloads[0].") for name in workload
    }


def test_validations_messages_and_page_are_as_a_sheet_program_demands():
    sheet = load_workbook(io.BytesIO(DEMONSTRATION)).worksheets[0]
    validations = sheet.data_validations.dataValidation
    assert len(validations) > 200
    assert max(len(each.error) for each in validations) <= 225
    assert max(len(each.formula1) for each in validations) <= 255
    assert (sheet.freeze_panes, sheet.page_setup.paperSize, sheet.page_setup.orientation) == (
        "C4",
        8,
        "landscape",
    )
    assert sheet.page_setup.fitToWidth == 1
    row = row_of(sheet, "site.pue")
    said = {each.error for each in validations if f"C{row}" in each.sqref}
    assert said == {"A number of at least 1 [1]."}


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_package_has_no_fault_that_excel_would_mend(language):
    assert package_faults(written(demonstration(), language)) == []


def test_placeholders_wear_their_own_style():
    sheet = load_workbook(io.BytesIO(DEMONSTRATION)).worksheets[0]
    styles = {
        place: sheet.cell(row_of(sheet, place), 3).style for place in ("site.electricity_price", "site.pue")
    }
    assert styles == {"site.electricity_price": "placeholder", "site.pue": "input"}


def test_a_workload_is_added_by_copying_its_rows_and_counting_up():
    def copy(sheet):
        last = sheet.max_row + 5
        rows = [
            r for r in range(4, sheet.max_row + 1) if str(sheet.cell(r, 1).value).startswith("workloads[0]")
        ]
        for offset, row in enumerate(rows):
            for column in range(1, len(COLUMNS) + 1):
                sheet.cell(last + offset, column).value = sheet.cell(row, column).value
            place = sheet.cell(last + offset, 1)
            place.value = place.value.replace("[0]", "[1]", 1)
            if place.value == "workloads[1].name":
                sheet.cell(last + offset, 3).value = "banners"

    first, second = read(changed(copy)).workloads
    assert second.name == "banners"
    assert second.model_dump(exclude={"name"}) == first.model_dump(exclude={"name"})


def test_columns_moved_rows_inserted_hidden_and_sorted_change_nothing():
    def shuffle(sheet):
        sheet.insert_cols(3)
        sheet.insert_rows(2, 4)
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=8)]
        rows.sort(key=lambda row: str(row[0]), reverse=True)
        for number, row in enumerate(rows, 8):
            for column, value in enumerate([*row[4:], *row[:4]], 1):
                sheet.cell(number, column).value = value
            sheet.row_dimensions[number].hidden = number % 2 == 0
        titles = [cell.value for cell in sheet[7]]
        for column, value in enumerate([*titles[4:], *titles[:4]], 1):
            sheet.cell(7, column).value = value

    assert read(changed(shuffle)) == demonstration()


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not here")
def test_libreoffice_saves_it_without_changing_the_scenario(tmp_path):
    raw = document()
    raw["proposal"] = {"purpose": "=1+1", "risks": "long " * 2000, "title": "_x0041_ 😀", "proposer": "山田"}
    raw["labour"]["wage_per_h"]["value"] = 2800.1234567890123
    scenario = scenario_of(raw)
    (tmp_path / "in").mkdir()
    path = write(written(scenario, "ja"), tmp_path / "in")
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML"]
    subprocess.run(
        [*command, "--outdir", str(tmp_path), str(path)], check=True, capture_output=True, timeout=900
    )
    found = read((tmp_path / path.name).read_bytes())
    assert found.labour.wage_per_h.value == pytest.approx(2800.1234567890123, rel=1e-14)
    exact = {"labour": {"wage_per_h": {"value"}}}
    assert found.model_dump(exclude=exact) == scenario.model_dump(exclude=exact)


def test_the_commands_write_and_read_it_in_both_languages(tmp_path, capsys):
    for language in ("en", "ja"):
        path = tmp_path / f"{language}.xlsx"
        assert main(["scenario", "--new", str(path), "--lang", language]) == 0
        assert main(["check", str(path)]) == 0
    assert main(["scenario", "--new", str(path)]) == 2
    assert "already exists and is left as it is" in capsys.readouterr().err


def test_the_same_inputs_give_the_same_recommendation_as_text_and_as_workbook(tmp_path, capsys):
    found = []
    for name in ("s.yaml", "s.xlsx"):
        assert main(["scenario", "--new", str(tmp_path / name)]) == 0
        assert main(["recommend", "--scenario", str(tmp_path / name), "--json"]) == 0
        found.append([line for line in capsys.readouterr().out.splitlines() if '"seconds":' not in line])
    assert found[0] == found[1]
    assert load_scenario(tmp_path / "s.yaml") == demonstration()
