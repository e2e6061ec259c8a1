"""Scenarios and options as people write them: decimal commas, countries, encodings, future days, slips in names."""

import json
from datetime import date
from pathlib import Path

import pytest

from bench.library import library_profiles
from roi.__main__ import main
from roi.errors import ScenarioError
from roi.scenario.check import remarks
from roi.scenario.load import demonstration, read_scenario, scenario_from_text, with_changes
from roi.scenario.served import unserved_supplies
from tests.roi.small_case import TEXT, scenario

TODAY = date(2026, 11, 23)


@pytest.fixture
def file(tmp_path: Path):
    """Writes the small scenario with something replaced, in some encoding."""

    def write(old: str = "", new: str = "", encoding: str = "utf-8") -> Path:
        assert old in TEXT
        path = tmp_path / "mine.yaml"
        path.write_bytes(TEXT.replace(old, new, 1).encode(encoding))
        return path

    return write


@pytest.mark.parametrize(
    ("old", "new", "place", "value"),
    [
        ("pue: 1.5, grid", 'pue: "1,5", grid', "site.pue", 1.5),
        ("wage_per_h: 3600", 'wage_per_h: "3600,5"', "labour.wage_per_h", 3600.5),
        ("value: 150", 'value: "150,5"', "exchange_rates.USD.value", 150.5),
        ("fid_max: 20", 'fid_max: "19,5"', "workloads[0].quality.fid_max", 19.5),
        ("horizon_years: 5", 'horizon_years: {value: "5,0"}', "finance.horizon_years.value", 5.0),
    ],
)
def test_a_decimal_comma_is_read_and_told_with_its_line(file, old, new, place, value):
    found = read_scenario(file(old, new))
    line = next(number for number, text in enumerate(TEXT.splitlines(), 1) if old in text)
    written = new.split('"')[1]
    (note,) = found.notes
    assert note.sentence("en").endswith(
        f"mine.yaml:{line}: {place}: {written} was read as {value:g}: its comma is a decimal comma"
    )
    assert note.sentence("ja").endswith(f"{value:g} として読みました")
    expected = with_changes(scenario(), {place: value})
    assert found.scenario == expected


def test_a_plain_number_of_yaml_has_one_reading():
    """1.890 without quotation marks is the number 1.89."""
    assert scenario_from_text(TEXT.replace("pue: 1.5, grid", "pue: 1.890, grid"), "x").site.pue.value == 1.89


def test_a_comma_in_a_text_stays_a_comma():
    assert scenario_from_text(TEXT.replace("name: Small case", "name: 1,5"), "x").name == "1,5"


@pytest.mark.parametrize("command", [["check"], ["recommend", "--scenario"]])
def test_commands_tell_a_decimal_comma_on_standard_error(file, capsys, command):
    path = file("pue: 1.5, grid", 'pue: "1,5", grid')
    assert main([*command, str(path)]) == 0
    assert f"{path}:7: site.pue: 1,5 was read as 1.5: its comma is a decimal comma" in capsys.readouterr().err


def test_check_tells_it_in_json_too(file, capsys):
    path = file("pue: 1.5, grid", 'pue: "1,5", grid')
    assert main(["check", str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["notes"] == [
        f"{path}:7: site.pue: 1,5 was read as 1.5: its comma is a decimal comma"
    ]


@pytest.mark.parametrize(
    ("option", "written", "told"),
    [
        ("--fid-max", "19,5", "--fid-max: 19,5 was read as 19.5: its comma is a decimal comma"),
        ("--latency-max", "60,5", "--latency-max: 60,5 was read as 60.5: its comma is a decimal comma"),
    ],
)
def test_an_option_takes_a_decimal_comma_and_tells_it(capsys, option, written, told):
    assert main(["recommend", option, written]) in (0, 1)
    with_comma = capsys.readouterr()
    assert told in with_comma.err.splitlines()
    assert main(["recommend", option, written.replace(",", ".")]) in (0, 1)
    assert capsys.readouterr().out == with_comma.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["recommend", "--fid-max", "1,234"], "'1,234' may be 1.234 or 1234"),
        (["recommend", "--fid-max", "low"], "'low' is not a number"),
        (["recommend", "--min-pixels", "0,5"], "'0,5' is not a whole number"),
        (["plan", "--gap", "1 %"], "'1 %' is not a number"),
        (["sensitivity", "--draws", "many"], "'many' is not a whole number"),
    ],
)
def test_an_option_that_is_no_number_or_two_is_refused(capsys, arguments, words):
    assert main(arguments) == 2
    assert words in " ".join(capsys.readouterr().err.replace("│", " ").split())


def test_a_whole_number_of_the_command_line_may_have_marks_between_thousands(capsys):
    answers = []
    for written in ("1048576", "1,048,576", "1 048 576"):
        assert main(["recommend", "--min-pixels", written]) == 0
        answers.append(capsys.readouterr().out)
    assert len(set(answers)) == 1


@pytest.mark.parametrize("country", ["JP", "japan", "日本", "ＪＰＮ"])
def test_a_country_of_the_scenario_is_taken_by_any_name(country):
    text = TEXT.replace("country: JPN", f"country: {country}")
    text = text.replace("deliver_min: 0.5", f"deliver_min: 0.5\n    countries: [UK, {country}]")
    found = scenario_from_text(text, "x")
    assert (found.site.country, found.supplies[0].country) == ("JPN", "JPN")
    assert found.workloads[0].countries == ("GBR", "JPN")


def test_a_changed_country_is_taken_by_any_name():
    assert scenario({"site.country": "Germany"}).site.country == "DEU"


@pytest.mark.parametrize(
    ("name", "encoding"), [("Größe, Köln – 5 €", "cp1252"), ("商品画像", "cp932"), ("l’été à Noël", "cp1252")]
)
def test_a_scenario_in_another_encoding_is_read_and_told(file, capsys, name, encoding):
    path = file("Small case", name, encoding)
    found = read_scenario(path)
    assert found.scenario.name == name
    assert [note.sentence("en") for note in found.notes] == [
        f"{path}: is not UTF-8 and was read as {encoding}; save it as UTF-8"
    ]
    assert main(["check", str(path)]) == 0
    assert f"{path}: is not UTF-8 and was read as {encoding}; save it as UTF-8" in capsys.readouterr().err


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_utf_8_is_told_nothing_about(file, encoding):
    assert read_scenario(file("Small case", "商品画像", encoding)).notes == ()


def test_a_day_that_has_not_come_is_remarked_upon_also_of_a_placeholder_and_of_a_rate_in_reserve():
    """The demonstration's rates are placeholders, and no figure is in euros."""
    asked = with_changes(
        demonstration(),
        {"exchange_rates.USD.as_of": "2030-01-01", "exchange_rates.EUR.as_of": "2026-11-24"},
    )
    found = [each for each in remarks(asked, TODAY, library_profiles()) if each.kind == "future"]
    assert [(each.place, each.as_of) for each in found] == [
        ("exchange_rates.USD", date(2030, 1, 1)),
        ("exchange_rates.EUR", date(2026, 11, 24)),
    ]
    assert found[0].what_to_do == "holds for 2030-01-01, which has not come: correct the day"


def test_today_and_the_prices_of_next_year_are_not_in_the_future():
    asked = with_changes(demonstration(), {"exchange_rates.USD.as_of": "2026-11-23", "price_year": 2027})
    assert not [each for each in remarks(asked, TODAY, library_profiles()) if each.kind == "future"]
    asked = with_changes(demonstration(), {"price_year": 2028})
    found = [each for each in remarks(asked, TODAY, library_profiles()) if each.kind == "future"]
    assert [(each.place, each.value) for each in found] == [("price_year", 2028)]


def test_a_reference_with_a_slip_is_asked_back(capsys):
    assert main(["recommend", "--reference", "fid/mjhq30k"]) == 2
    assert "'fid/mjhq30k' is unknown; did you mean 'fid/mjhq-30k'? known: fid/" in capsys.readouterr().err
    asked = scenario({"workloads[0].quality.reference": "FID/MJHQ 30K"})
    (remark,) = [
        each for each in remarks(asked, TODAY, library_profiles()) if each.kind == "unknown_reference"
    ]
    assert remark.place == "workloads[0].quality.reference"
    assert remark.what_to_do.startswith("'FID/MJHQ 30K' is unknown; did you mean 'fid/mjhq-30k'?")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--gpu", "A-100"], "'A-100' fits several boards; nearest: A100 SXM 40GB, A100 SXM 80GB"),
        (["--gpu", "V100"], "'V100' fits several boards; nearest: V100 16GB, V100 32GB"),
        (["--gpu", "L40X"], "--gpu 'L40X' is unknown and no supply offers it; nearest: L40"),
        (["--workload", "product pictures"], "did you mean 'product-pictures'? it has 'product-pictures'"),
        (["--explain", "api:flux dev at fal"], "did you mean 'api:FLUX dev at fal'?"),
        (["--accept-match", "uncertain,far-off"], "--accept-match 'uncertain' is unknown"),
        (["--accept-match", "unstatet"], "did you mean 'unstated'?"),
    ],
)
def test_a_slip_in_a_name_is_asked_back(capsys, arguments, words):
    assert main(["recommend", *arguments]) == 2
    assert words in capsys.readouterr().err


def test_a_board_written_without_a_space_is_the_board(capsys):
    """`RTX4090` is the RTX 4090, on which profiles are and which no supply of the demonstration offers."""
    assert main(["recommend", "--gpu", "RTX4090"]) == 1
    assert "not the board asked for" in capsys.readouterr().out


def test_a_baseline_of_a_misspelt_supply_is_asked_back():
    baseline = {
        "kind": "profile",
        "profile": "one",
        "supply": "Rented",
        "images_per_attempt": 1,
        "attempts_max": 2,
    }
    with pytest.raises(
        ScenarioError, match=r"'Rented' is no supply .*did you mean 'rented'\? there is 'rented'"
    ):
        scenario({"workloads[0].baseline": baseline})


UNSERVED = {"supplies[0].board": "L40S"}


def test_a_supply_that_no_profile_serves_is_named_with_the_boards_that_are_known_and_the_way_out():
    (machine,) = unserved_supplies(scenario(UNSERVED), library_profiles())
    assert (machine.place, machine.supply, machine.board) == ("supplies[0].board", "rented", "L40S")
    assert {"A100 SXM 40GB", "H100 SXM"} <= set(machine.known)
    assert machine.way_out == 'python -m bench estimate MODEL --gpu "L40S"'
    assert unserved_supplies(scenario(), library_profiles()) == ()


def test_a_supply_that_the_boards_to_choose_from_leave_out_is_not_named():
    asked = scenario({**UNSERVED, "limits.boards": ["H100 SXM"]})
    assert unserved_supplies(asked, library_profiles()) == ()


@pytest.mark.parametrize("command", [["check"], ["recommend", "--scenario"], ["plan"]])
def test_commands_name_it_in_json(file, capsys, command):
    path = file("board: H100 SXM", "board: L40S")
    assert main([*command, str(path), "--json"]) in (0, 1)
    told = capsys.readouterr()
    (machine,) = json.loads(told.out)["unserved_supplies"]
    assert (machine["supply"], machine["board"]) == ("rented", "L40S")
    assert machine["way_out"] == 'python -m bench estimate MODEL --gpu "L40S"'
    assert "H100 SXM" in machine["boards_with_profiles"]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "no profile was measured on L40S, so that 'rented' serves nothing"),
        ("ja", "L40S で測定した"),
    ],
)
@pytest.mark.parametrize("command", [["recommend", "--scenario"], ["plan"]])
def test_commands_name_it_on_standard_error(file, capsys, command, language, words):
    path = file("board: H100 SXM", "board: L40S")
    main([*command, str(path), "--lang", language])
    told = capsys.readouterr().err
    assert words in told
    assert 'python -m bench estimate MODEL --gpu "L40S"' in told


def test_check_remarks_upon_it_once():
    found = [
        each for each in remarks(scenario(UNSERVED), TODAY, library_profiles()) if each.kind == "unserved"
    ]
    assert [(each.place, each.unit) for each in found] == [("supplies[0].board", "L40S")]
