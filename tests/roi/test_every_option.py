"""Every option of the commands that decide changes what they print or write."""

import json
from pathlib import Path

import pytest
from typer.main import get_command

from bench.__main__ import app as bench
from bench.profile import profile_document
from roi.__main__ import main
from roi.commands import command_line
from tests.roi.small_case import OWN, SECOND, TEXT, profile

BASE = {
    "recommend": {
        "--scenario": "two.yaml",
        "--workload": "pictures",
        "--reference": "fid/coco2014-10k",
    },
    "plan": {"scenario": "two.yaml"},
    "sensitivity": {"scenario": "two.yaml", "--draws": "200"},
}
"""What is asked before an option is changed."""

CHANGED: dict[str, dict[str, dict[str, str]]] = {
    "recommend": {
        "--fid-max": {"--fid-max": "6.7"},
        "--reference": {"--reference": "fid/mjhq-30k"},
        "--scenario": {"--scenario": "one.yaml"},
        "--profiles": {"--profiles": "cheap.json"},
        "--country": {"--country": "USA"},
        "--gpu": {"--gpu": "A100 SXM 80GB"},
        "--latency-max": {"--latency-max": "5"},
        "--min-pixels": {"--min-pixels": "2000000"},
        "--carbon-max": {"--carbon-max": "0.0001"},
        "--accept-match": {"--accept-match": "far"},
        "--workload": {"--workload": "banners"},
        "--explain": {"--explain": "mlenergy-v2-h100-sdxl-base-1024-s25-b1"},
        "--json": {"--json": ""},
        "--lang": {"--lang": "ja"},
    },
    "plan": {
        "scenario": {"scenario": "one.yaml"},
        "--profiles": {"--profiles": "cheap.json"},
        "--time-limit": {"--time-limit": "1e-9"},
        "--policy": {"--policy": "policy.yaml"},
        "--charts": {"--charts": "charts"},
        "--json": {"--json": ""},
        "--lang": {"--lang": "ja"},
    },
    "sensitivity": {
        "scenario": {"scenario": "one.yaml"},
        "--profiles": {"--profiles": "cheap.json"},
        "--workload": {"--workload": "banners"},
        "--plan": {"--plan": ""},
        "--draws": {"--draws": "300"},
        "--seed": {"--seed": "2"},
        "--distribution": {"--distribution": "uniform"},
        "--charts": {"--charts": "charts"},
        "--format": {"--charts": "charts", "--format": "svg"},
        "--json": {"--json": ""},
        "--lang": {"--lang": "ja"},
    },
}
"""What is asked otherwise, per option or argument."""

APART = {"plan": ["--gap"], "recommend": [], "sensitivity": []}
"""Ends a long search early, which the tests of the solver have; a short one ends at the best."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Two scenarios, on rented boards and a server at the site, and a profile that beats the library."""
    place = tmp_path_factory.mktemp("options")
    site = "site: {country: JPN, electricity_price: 25, pue: 1.5}"
    text = TEXT.replace("site: {country: JPN, electricity_price: 25, pue: 1.5, grid_intensity: 0.5}", site)
    owned = json.dumps({**OWN, "capex": {"value": 2_000_000, "low": 1_000_000, "high": 3_000_000}})
    rented, second = text.replace("supplies:\n", ""), json.dumps(SECOND)
    first, supplies = rented.split("  - {kind: rent", 1)
    supplies = f"supplies:\n  - {{kind: rent{supplies}  - {owned}\n"
    fewer = first.replace("images_per_month: 100000", "images_per_month: 50000")
    (place / "one.yaml").write_text(fewer + supplies, encoding="utf-8")
    (place / "two.yaml").write_text(f"{first}  - {second}\n{supplies}", encoding="utf-8")
    best = profile(
        "cheap", speed={"seconds_per_image": 0.01}, energy={"energy_j_per_image": 5, "boundary": "gpu"}
    )
    (place / "cheap.json").write_text(json.dumps(profile_document(best)), encoding="utf-8")
    return place


@pytest.fixture
def answer(folder, tmp_path, monkeypatch, capfd):
    """Status, what stood on stdout, and the files that were written, of a command so asked."""

    def asked(command: str, changes: dict[str, str]) -> tuple[int, str, list[str]]:
        for each in folder.iterdir():
            (tmp_path / each.name).write_bytes(each.read_bytes())
        monkeypatch.chdir(tmp_path)
        said = [command]
        for name, value in {**BASE[command], **changes}.items():
            said += [part for part in (name if name.startswith("--") else "", value) if part]
        status = main(said)
        made = {str(each) for each in Path().rglob("*")} - {each.name for each in folder.iterdir()}
        return status, capfd.readouterr().out, sorted(made)

    return asked


@pytest.fixture(scope="module")
def unchanged():
    """Answers of the base, by command."""
    return {}


def parameters(command: str) -> list[str]:
    """Options and arguments of a command, as people write them."""
    return [max(each.opts, key=len) for each in get_command(command_line()).commands[command].params]


@pytest.mark.parametrize("command", CHANGED)
def test_every_option_is_known(command):
    assert sorted(parameters(command)) == sorted([*CHANGED[command], *APART[command]])


@pytest.mark.parametrize(("command", "option"), [(c, o) for c, each in CHANGED.items() for o in each])
def test_an_option_changes_the_answer(answer, unchanged, command, option):
    if command not in unchanged:
        unchanged[command] = answer(command, {})
        assert unchanged[command][0] == 0
    other = answer(command, CHANGED[command][option])
    assert other[1:] != unchanged[command][1:]


def helps(group, way):
    """Every text that help shows, with its command."""
    for name, command in getattr(group, "commands", {}).items():
        yield from (
            (f"{way} {name} {each.name}", each.help) for each in command.params if hasattr(each, "help")
        )
        yield from helps(command, f"{way} {name}")


@pytest.mark.parametrize(("way", "app"), [("roi", command_line()), ("bench", bench)])
def test_no_help_holds_square_brackets_which_the_page_of_help_leaves_out(way, app):
    texts = [(place, said) for place, said in helps(get_command(app), way) if said]
    assert len(texts) > 30
    assert [place for place, said in texts if "[" in said] == []
