"""Scenarios beside each other: differences found by name, figures those of `plan`, statuses, refusals."""

import json
import random
import re
from dataclasses import replace
from pathlib import Path

import pytest

from bench.library import library_profiles
from roi.__main__ import main
from roi.output.beside import MEASURES, OF_MONEY, Named, beside_page
from roi.paper import Sentence, Table
from roi.planning.decide_plan import plan
from roi.scenario.change import with_changes
from roi.scenario.differences import differences
from roi.scenario.document import Scenario
from roi.scenario.load import demonstration
from roi.scenario.yaml_writing import yaml_of

DEMONSTRATION = demonstration()
VOLUME, BAR = "workloads[0].images_per_month.value", "workloads[0].quality.fid_max"
WORK = DEMONSTRATION.workloads[0].name


@pytest.fixture
def file(tmp_path):
    """Writes a scenario; gives its path."""

    def written(name: str, scenario: Scenario) -> Path:
        path = tmp_path / f"{name}.yaml"
        path.write_text(yaml_of(scenario, "en"), encoding="utf-8")
        return path

    return written


@pytest.fixture
def run(capfd, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", "120")

    def command(*arguments):
        status = main([str(argument) for argument in arguments])
        printed = capfd.readouterr()
        return status, printed.out, printed.err

    return command


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_supplies_is_no_difference(seed):
    shuffled = list(DEMONSTRATION.supplies)
    random.Random(seed).shuffle(shuffled)
    assert not differences([DEMONSTRATION, DEMONSTRATION.model_copy(update={"supplies": tuple(shuffled)})])


def test_a_figure_differs_by_what_it_says_and_not_by_who_says_it():
    price = DEMONSTRATION.site.electricity_price
    other = price.model_copy(update={"source": "another bill"})
    told = DEMONSTRATION.model_copy(
        update={"site": DEMONSTRATION.site.model_copy(update={"electricity_price": other})}
    )
    assert not differences([DEMONSTRATION, told])
    dearer = with_changes(DEMONSTRATION, {"site.electricity_price.value": price.value + 1})
    (found,) = differences([DEMONSTRATION, dearer])
    assert (found.name, found.owner, found.units) == ("electricity_price", "", ("JPY/kWh", "JPY/kWh"))
    assert [value.value for value in found.values] == [price.value, price.value + 1]


def test_a_supply_that_one_scenario_lacks_is_one_difference_by_its_name():
    gone, *rest = DEMONSTRATION.supplies
    (found,) = differences([DEMONSTRATION, DEMONSTRATION.model_copy(update={"supplies": tuple(rest)})])
    assert (found.name, found.owner, found.values) == ("supplies", gone.name, (gone, None))


def test_a_field_belongs_to_its_workload():
    (found,) = differences([DEMONSTRATION, with_changes(DEMONSTRATION, {BAR: 12.5})])
    assert (found.name, found.owner, found.values) == ("fid_max", WORK, (20.0, 12.5))


def test_figures_are_those_of_plan(run, file):
    more = with_changes(DEMONSTRATION, {VOLUME: 35000.0})
    paths = file("few", DEMONSTRATION), file("many", more)
    status, out, _ = run("compare", *paths, "--json")
    assert status == 0
    beside = json.loads(out)
    for path, found in zip(paths, beside["scenarios"], strict=True):
        alone = json.loads(run("plan", path, "--json")[1])
        assert found["name"] == path.stem
        assert found["inputs_hash"] == alone["inputs_hash"]
        assert found["verified"] is True
        assert found["figures"]["npv"] == alone["finance"]["npv"]
        assert found["figures"]["payback"] == alone["finance"]["simple_payback_months"]
        assert found["figures"]["investment"] == pytest.approx(alone["finance"]["investment"])
        assert found["figures"]["tco"] == alone["worth"]["tco_present_value"]
        assert found["figures"]["carbon"] == alone["worth"]["carbon_kg_co2e"]
    (difference,) = beside["differences"]
    assert (difference["field"], difference["of"]) == ("images_per_month", WORK)
    assert [value["value"] for value in difference["values"]] == [20000.0, 35000.0]


def test_one_file_stands_beside_the_demonstration_and_different_work_is_said(run, file):
    status, out, _ = run("compare", file("many", with_changes(DEMONSTRATION, {VOLUME: 35000.0})))
    assert status == 0
    assert re.search(
        r"Accepted images a month, product-pictures +20,000 image/month +35,000 image/month", out
    )
    assert "each is valued against its own today" in out


def test_the_same_work_is_compared_without_that_word(run, file):
    status, out, _ = run("compare", file("stricter", with_changes(DEMONSTRATION, {BAR: 12.5})))
    assert status == 0
    assert "each is valued against its own today" not in out


def test_without_an_answer_in_one_the_others_stand_and_the_status_says_so(run, file):
    status, out, _ = run(
        "compare", file("some", DEMONSTRATION), file("none", with_changes(DEMONSTRATION, {BAR: 1.0}))
    )
    assert status == 1
    assert "none: nothing meets all rules" in out
    assert "some: nothing" not in out


def test_amounts_in_two_currencies_are_not_held_against_each_other():
    yen = plan(DEMONSTRATION, library_profiles())
    dollars = replace(yen, scenario=DEMONSTRATION.model_copy(update={"currency": "USD"}))
    page = beside_page([Named("yen", yen), Named("dollars", dollars)], "en")
    told = [part.text for part in page if isinstance(part, Sentence)]
    assert any("different currencies" in sentence for sentence in told)
    assert not any("JPY" in sentence for sentence in told)
    results = next(part for part in page if isinstance(part, Table) and len(part.columns) == 4)
    against = [row.cells[-1] for row in results.rows]
    assert [measure.key for measure, cell in zip(MEASURES, against, strict=True) if cell == "-"] == list(
        OF_MONEY
    )


def test_totals_of_different_years_are_not_held_against_each_other():
    named = [
        Named(name, plan(with_changes(DEMONSTRATION, {"finance.horizon_years": years}), library_profiles()))
        for name, years in (("five", 5), ("one", 1))
    ]
    page = beside_page(named, "en")
    results = next(part for part in page if isinstance(part, Table) and len(part.columns) == 4)
    against = [row.cells[-1] for row in results.rows]
    apart = [measure.key for measure, cell in zip(MEASURES, against, strict=True) if cell == "-"]
    assert set(apart) >= {*OF_MONEY, "energy", "carbon"}


@pytest.mark.parametrize(
    ("names", "words"),
    [(["a", "a"], "named twice"), (["a", "b", "c", "d", "e", "f"], "give 5 at most")],
)
def test_what_cannot_be_compared_is_refused_before_anything_is_computed(run, file, names, words):
    status, out, err = run("compare", *(file(name, DEMONSTRATION) for name in names))
    assert (status, out) == (2, "")
    assert words in err


def test_months_of_payback_differ_by_what_is_shown():
    found = plan(DEMONSTRATION, library_profiles())
    of = {
        months: replace(found, finance=replace(found.finance, simple_payback_months=months))
        for months in (20.2, 39.4)
    }
    page = beside_page([Named("a", of[20.2]), Named("b", of[39.4])], "en")
    results = next(part for part in page if isinstance(part, Table) and len(part.columns) == 4)
    place = [measure.key for measure in MEASURES].index("payback")
    assert results.rows[place].cells[1:] == ("21 months", "40 months", "+19 months")


def test_a_year_has_no_thousands(run, file):
    status, out, _ = run("compare", file("later", with_changes(DEMONSTRATION, {"price_year": 2025})))
    assert status == 0
    assert re.search(r"2026 +2025", out)
    assert "2,026" not in out
