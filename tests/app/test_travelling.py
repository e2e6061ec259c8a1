"""Scenarios and profiles that come and go: by download, upload and link, and never to another visitor."""

import io
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from bench.library import library_profiles, load_profiles
from bench.profile import profile_document
from roi.amounts import unit_price
from roi.decision.decide import decide
from roi.output.plan.headline import decision_sentence
from roi.planning.decide_plan import plan
from roi.scenario.change import with_changes
from roi.scenario.load import demonstration, scenario_from_text
from roi.scenario.yaml_writing import yaml_of
from roi.workbook.inputs.reading import workbook_from_bytes
from tests.app.conftest import Visits
from tests.app.visitor import Visitor

FID_MAX = "workloads[0].quality.fid_max"


def price(changes: Mapping[str, object]) -> str:
    """Of an accepted image, as `decide` gives it."""
    asked = with_changes(demonstration(), changes)
    return unit_price(decide(asked, library_profiles()).choices[0].cost_per_accepted_image, "JPY", "en")


def test_a_downloaded_file_holds_what_was_changed(visitor: Visitor) -> None:
    visitor.go("Scenario")
    visitor.type_number("Highest FID", "6.5")
    wanted = with_changes(demonstration(), {FID_MAX: 6.5})
    visitor.page.get_by_text("Load or take away").click()
    yaml = visitor.take("Scenario (YAML)").decode("utf-8")
    assert scenario_from_text(yaml, "scenario.yaml") == wanted
    assert workbook_from_bytes(visitor.take("Scenario (Excel)"), "x.xlsx").scenario == wanted


def test_an_uploaded_file_becomes_the_scenario(visitor: Visitor, tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    asked = with_changes(demonstration(), {"name": "Mine", "labour.wage_per_h": 4000})
    file.write_text(yaml_of(asked, "en"), encoding="utf-8")
    visitor.go("Scenario")
    visitor.page.get_by_text("Load or take away").click()
    visitor.give(file)
    visitor.reads("Mine")
    visitor.reads(price({"labour.wage_per_h": 4000}))


def test_a_file_as_people_write_it_is_taken_and_told(visitor: Visitor, tmp_path: Path) -> None:
    """A decimal comma and an encoding are told; a PUE of 3 and a board that no profile is of are pointed at."""
    asked = with_changes(demonstration(), {"name": "Größe", "site.pue": 3, "supplies[0].board": "RTX 4090"})
    written = yaml_of(asked, "en").replace("value: 2800\n", 'value: "2850,5"\n', 1)
    file = tmp_path / "mine.yaml"
    file.write_bytes(written.encode("cp1252"))
    visitor.go("Scenario")
    visitor.page.get_by_text("Load or take away").click()
    visitor.give(file)
    visitor.reads("mine.yaml: is not UTF-8 and was read as cp1252")
    visitor.reads("labour.wage_per_h.value: 2850,5 was read as 2850.5")
    visitor.reads("site.pue: 3 is unusual; usual are 1 to 2.5")
    visitor.reads("no profile was measured on RTX 4090")


def test_a_link_carries_the_scenario_to_another_visitor(visits: Visits) -> None:
    sender = visits()
    sender.choose_board("A100 SXM 40GB")
    sender.type_number("Highest FID", "8")
    sender.sidebar.get_by_role("button", name="Share").click()
    link = sender.page.get_by_test_id("stPopoverBody").locator("code").inner_text()
    receiver = visits(re.sub(r"^[^?]*", "", link.replace("\n", "")))
    expect(receiver.number("Highest FID")).to_have_value("8.00")
    receiver.go("Scenario")
    receiver.reads(price({"limits.boards": ["A100 SXM 40GB"]}))


def faster() -> dict[str, object]:
    """The profile of somebody who makes the choice's pictures ten times as fast, but not as well."""
    profile = decide(demonstration(), library_profiles()).choices[0].option.offer.profile
    assert profile is not None
    document: Any = profile_document(profile)
    document["id"] = "measured-here"
    document["config"]["num_inference_steps"] = 7
    document["energy"]["energy_j_per_image"] /= 10
    document["speed"] = {"seconds_per_image": document["speed"]["seconds_per_image"] / 10}
    source = {"citation": "our own measurement"}
    fid = {"metric": "fid", "value": 15.0, "reference": "fid/mjhq-30k", "match": "exact", "source": source}
    return {**document, "quality": [fid]}


def test_an_uploaded_profile_wins_until_the_bar_excludes_it(visitor: Visitor, tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    file.write_text(json.dumps(faster()), encoding="utf-8")
    [choice] = decide(demonstration(), load_profiles([file])).choices
    assert choice.option.offer.id == "measured-here"
    visitor.go("Evidence")
    visitor.give(file)
    visitor.reads("180 profiles")
    visitor.reads("7 steps")
    visitor.reads(unit_price(choice.cost_per_accepted_image, "JPY", "en"))
    visitor.type_number("Highest FID", "10")
    visitor.reads("20 steps")
    visitor.reads(price({}))
    visitor.push(visitor.main.get_by_role("button", name="Remove"))
    visitor.reads("179 profiles")


def test_two_visitors_side_by_side_see_their_own_figures_alone(visits: Visits, tmp_path: Path) -> None:
    file = tmp_path / "secret.yaml"
    file.write_text(yaml_of(with_changes(demonstration(), {"name": "Secret of A"}), "en"), encoding="utf-8")
    first, second = visits(), visits()
    for visitor in (first, second):
        visitor.go("Scenario")
    first.page.get_by_text("Load or take away").click()
    first.give(file)
    first.reads("Secret of A")
    first.choose_board("A100 SXM 40GB")
    second.type_number("Accepted images a month", "35000")
    first.reads(price({"limits.boards": ["A100 SXM 40GB"]}))
    second.reads("Product pictures, Tokyo")
    second.reads(price({"workloads[0].images_per_month": 35000}))
    assert "Secret of A" not in second.page.content()
    assert "A100 SXM 40GB" not in second.sidebar.inner_text()
    assert "35000" not in first.page.content()


def test_edits_that_follow_each_other_are_all_kept(visitor: Visitor) -> None:
    visitor.go("Scenario")
    visitor.edit("images_per_month", "30000")
    visitor.edit("attempts_max", "5")
    visitor.edit("acceptance.mean", "60 %")
    visitor.settle()
    changed = {
        "workloads[0].images_per_month": {"value": 30000, "low": 10000, "high": 40000},
        "workloads[0].attempts_max": 5,
        "workloads[0].acceptance.mean": {"value": 0.6, "low": 0.15, "high": 0.85},
    }
    asked = with_changes(demonstration(), changed)
    visitor.reads(
        unit_price(decide(asked, library_profiles()).choices[0].cost_per_accepted_image, "JPY", "en")
    )
    expect(visitor.number("Accepted images a month")).to_have_value("30000")
    visitor.go("Evidence")
    visitor.go("Scenario")
    visitor.page.get_by_text("Load or take away").click()
    yaml = visitor.take("Scenario (YAML)").decode("utf-8")
    assert yaml.splitlines() == yaml_of(asked, "en").splitlines()


def test_an_edit_that_breaks_a_rule_is_told_and_changes_nothing(visitor: Visitor) -> None:
    visitor.go("Scenario")
    visitor.edit("images_per_month", "-5")
    visitor.reads("The last change was not taken over")
    visitor.reads("must be greater than 0")
    visitor.reads(price({}))
    visitor.edit("images_per_month", "20000")
    visitor.no_longer_reads("not taken over")


def test_a_workload_is_copied_answered_and_removed_again(visitor: Visitor) -> None:
    visitor.go("Scenario")
    visitor.push(visitor.main.get_by_role("button", name="Add a copy"))
    visitor.reads("product-pictures 2: PixArt-Σ")
    visitor.settle()
    visitor.choose(visitor.main.get_by_role("combobox"), "Workloads: product-pictures 2")
    visitor.push(visitor.main.get_by_role("button", name="Remove product-pictures 2"))
    visitor.no_longer_reads("product-pictures 2")
    visitor.reads("Part of the scenario")
    visitor.reads(price({}))


def test_the_downloaded_report_agrees_with_the_page(visitor: Visitor) -> None:
    visitor.type_number("Highest FID", "6.5")
    asked = with_changes(demonstration(), {FID_MAX: 6.5})
    decision = plan(asked, library_profiles())
    assert decision.finance is not None
    assert decision.worth is not None
    assert decision.ledger is not None
    visitor.push(visitor.main.get_by_role("button", name="Make the report"))
    content = visitor.take("Report as workbook (.xlsx)")
    book, names = (
        load_workbook(io.BytesIO(content), data_only=True),
        load_workbook(io.BytesIO(content)).defined_names,
    )
    for name, expected in (("roi_npv", decision.finance.npv), ("roi_tco", decision.worth.tco)):
        sheet, _, cell = names[name].attr_text.rpartition("!")
        assert book[sheet.strip("'")][cell.replace("$", "")].value == pytest.approx(expected, rel=1e-9)
    visitor.reads(decision_sentence(decision, decision.ledger, decision.worth, "en"))
    assert visitor.take("Report as text (.md)").decode("utf-8").startswith("# Board paper")
    assert visitor.take("Report as PDF").startswith(b"%PDF-")
