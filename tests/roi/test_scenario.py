"""Scenario files read, written, changed and moved to another country."""

import re
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

from roi.errors import MissingFigureError, RoiError, ScenarioError
from roi.figure import Figure, figures
from roi.resources import template_path
from roi.scenario.document import Scenario
from roi.scenario.effective import RATES, effective_figures, grid_intensity, resolved
from roi.scenario.load import (
    TEMPLATES,
    demonstration,
    load_scenario,
    scenario_from_text,
    with_changes,
    with_country,
    write_new,
)
from roi.scenario.money import ModelCost
from roi.scenario.narrow import Wishes, narrowed
from roi.scenario.supply import Own
from roi.scenario.written import resolve
from roi.texts import LANGUAGES

VALID = Path(__file__).with_name("bad") / "valid.yaml"


def _without_own():
    scenario = demonstration()
    rest = [supply.model_dump(mode="json") for supply in scenario.supplies if not isinstance(supply, Own)]
    return with_changes(scenario, {"supplies": rest})


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_new_file_is_the_template_of_its_language_to_the_letter(language, tmp_path):
    write_new(tmp_path / "new.yaml", language)
    assert (tmp_path / "new.yaml").read_bytes() == template_path(TEMPLATES[language]).read_bytes()
    assert (load_scenario(tmp_path / "new.yaml") == demonstration()) == (language == "en")


def test_an_existing_file_is_never_written_over(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(ScenarioError, match="already exists"):
        write_new(path, "ja")
    assert path.read_text(encoding="utf-8") == "mine"


def test_every_placeholder_says_where_the_real_figure_is_to_be_had():
    placeholders = [
        (place, figure) for place, figure, _ in effective_figures(demonstration()) if figure.placeholder
    ]
    assert len(placeholders) == 27
    assert [place for place, figure in placeholders if not figure.replace_with] == []


def test_the_demonstration_asks_to_replace_what_nobody_can_know_for_the_user():
    marked = {place for place, figure, _ in effective_figures(demonstration()) if figure.placeholder}
    assert marked >= {
        "workloads[0].acceptance.mean",
        "workloads[0].acceptance.concentration",
        "exchange_rates.USD",
        "labour.wage_per_h",
        "site.electricity_price",
        "workloads[0].images_per_month",
        "supplies[4].capex",
    }


@pytest.mark.parametrize("name", TEMPLATES.values())
def test_the_template_names_every_field_of_a_scenario(name):
    text = template_path(name).read_text(encoding="utf-8")
    named = set(re.findall(r"([a-z_][a-z0-9_]*):", text))
    assert {field for part in parts_of(Scenario) for field in part.model_fields} - named == set()


def parts_of(part: type[BaseModel]) -> set[type[BaseModel]]:
    """A part of the scenario and all parts below it; a figure is none, its fields are explained at the top."""
    found = {part}
    for field in part.model_fields.values():
        for inner in _models_in(field.annotation):
            if inner not in found and inner is not Figure:
                found |= parts_of(inner)
    return found


def _models_in(annotation: object) -> set[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return {annotation}
    inner = (*get_args(annotation), *get_args(getattr(annotation, "__value__", None)))
    return {model for each in inner for model in _models_in(each)}


@pytest.mark.parametrize("name", TEMPLATES.values())
def test_every_line_with_a_field_of_the_template_is_explained_there_or_above_it(name):
    explained_inside_a_figure = {
        *("value", "unit", "low", "high", "source", "as_of", "confidence", "placeholder", "replace_with")
    }
    sections = {
        "exchange_rates",
        "site",
        "labour",
        "finance",
        "limits",
        "workloads",
        "supplies",
        "review",
        "quality",
    }
    bare = []
    for line in template_path(name).read_text(encoding="utf-8").splitlines():
        field = line.strip().removeprefix("- ").partition(":")[0]
        if line.strip() and "#" not in line and field not in explained_inside_a_figure | sections:
            bare.append(line)
    assert bare == []


def test_yaml_in_cp932_and_with_a_byte_order_mark_reads_as_plain_utf8_does(tmp_path):
    text = VALID.read_text(encoding="utf-8").replace("Small scenario", "商品画像")
    for name, encoding in (("a", "utf-8"), ("b", "utf-8-sig"), ("c", "cp932")):
        (tmp_path / name).write_bytes(text.encode(encoding))
    assert {load_scenario(tmp_path / name).name for name in "abc"} == {"商品画像"}


def test_exponents_are_numbers_and_windows_line_ends_do_not_matter():
    text = VALID.read_text(encoding="utf-8").replace("wage_per_h: 2800", "wage_per_h: 2.8e3")
    scenario = scenario_from_text(text.replace("\n", "\r\n"), "text")
    assert scenario.labour.wage_per_h.value == 2800.0


def test_a_country_written_no_is_a_text_and_a_board_gets_its_own_name():
    text = VALID.read_text(encoding="utf-8").replace("board: H100 SXM", "board: NVIDIA H100 80GB HBM3")
    assert scenario_from_text(text, "text").supplies[0].board == "H100 SXM"


def test_a_changed_number_is_the_users_own_in_the_unit_it_had():
    price = with_changes(demonstration(), {"supplies[0].price_per_h": 50}).supplies[0].price_per_h
    assert (price.value, price.unit, price.source, price.confidence) == (
        50.0,
        "USD/h",
        "entered by the user",
        None,
    )


def test_a_changed_value_keeps_range_and_source():
    changed = with_changes(demonstration(), {"workloads[0].acceptance.mean.value": 0.3})
    mean = changed.workloads[0].acceptance.mean
    assert (mean.value, mean.low, mean.high, mean.placeholder) == (0.3, 0.15, 0.85, True)
    assert demonstration().workloads[0].acceptance.mean.value == 0.5


@pytest.mark.parametrize(
    ("place", "value", "words"),
    [
        ("site.pue", 0.5, "site.pue: value 0.5 must be at least 1"),
        ("site.pue.value", 3, "high"),
        ("site.puu", 1.2, "site.puu: unknown key; did you mean 'pue'?"),
        ("supplies[99].pue", 1.2, "supplies[99].pue: is not a place"),
        ("[x", 1, "[x"),
    ],
)
def test_a_change_is_validated(place, value, words):
    with pytest.raises(ScenarioError) as caught:
        with_changes(demonstration(), {place: value})
    assert words in str(caught.value)


def test_a_model_id_with_dots_is_one_key():
    document = {"by_model": {"org/model-1.5": {"mean": 1}}}
    assert resolve(document, "by_model.org/model-1.5.mean") == ("by_model", "org/model-1.5", "mean")


@pytest.mark.parametrize(("country", "price_jpy"), [("DEU", 0.233 * 165), ("FRA", 0.171 * 165)])
def test_a_country_brings_its_cited_price_in_the_scenarios_currency(country, price_jpy):
    moved = with_country(demonstration(), country)
    assert moved.site.electricity_price is not None
    assert moved.amount(moved.site.electricity_price) == pytest.approx(price_jpy, rel=1e-12)
    assert moved.site.pue.value == 1.54


def test_the_grid_follows_the_country():
    moved = with_country(demonstration(), "FRA")
    assert grid_intensity(moved, moved.site).value == 0.04418


def test_rented_machines_stay_where_they_stand():
    moved = with_country(demonstration(), "DEU")
    assert moved.supplies == demonstration().supplies


def test_the_country_of_the_scenario_changes_nothing():
    assert with_country(demonstration(), "JPN") is demonstration()


def test_a_country_without_a_price_is_named_when_an_own_supply_needs_it():
    with pytest.raises(MissingFigureError) as caught:
        with_country(demonstration(), "BRA")
    assert "no electricity price for BRA" in str(caught.value)
    assert "site: {country: BRA" in str(caught.value)


def test_a_country_without_a_price_is_taken_where_nothing_is_owned():
    site = with_country(_without_own(), "BRA").site
    assert (site.country, site.electricity_price) == ("BRA", None)


def test_a_price_without_an_exchange_rate_names_the_currency():
    with pytest.raises(MissingFigureError) as caught:
        with_country(load_scenario(VALID), "DEU")
    assert "no exchange rate for EUR" in str(caught.value)
    assert "exchange_rates: {EUR: {value: ..., as_of: YYYY-MM-DD}}" in str(caught.value)


def test_an_unknown_country_is_refused_even_where_nothing_is_owned():
    with pytest.raises(MissingFigureError, match="JPN"):
        with_country(_without_own(), "JAP")


def test_every_figure_of_the_demonstration_but_two_choices_of_the_company_has_a_source():
    own = [place for place, figure, _ in figures(demonstration()) if figure.source == "entered by the user"]
    assert own == ["finance.horizon_years", "workloads[0].deliver_min"]


def test_a_model_is_found_under_any_of_its_names():
    asked = with_changes(
        load_scenario(VALID),
        {
            "workloads[0].acceptance_by_model": {"SDXL Turbo": {"mean": 0.7}, "acme/ours": {"mean": 0.8}},
            "model_cost_by_model": {"sdxl-turbo": {"upkeep_per_year": 12, "migration": 0}},
        },
    )
    workload = asked.workloads[0]
    assert list(workload.acceptance_by_model) == ["stabilityai/sdxl-turbo", "acme/ours"]
    names = ("stabilityai/sdxl-turbo", "Stable Diffusion XL Turbo", "acme/ours", "any other")
    assert [workload.acceptance_of(name).mean.value for name in names] == [0.7, 0.7, 0.8, 0.5]
    assert asked.cost_of_model("SDXL Turbo").upkeep_per_year.value == 12
    assert asked.cost_of_model("acme/ours") is None


def test_a_country_that_a_supply_stands_in_may_be_allowed_though_no_grid_is_known():
    text = VALID.read_text(encoding="utf-8").replace("mean: 0.5\n", "mean: 0.5\n    countries: [ATA]\n")
    with pytest.raises(ScenarioError, match="'ATX' is unknown; nearest: "):
        scenario_from_text(text.replace("ATA", "ATX"), "text")
    placed = text.replace(
        "    gpu_count: 8\n    country: JPN", "    gpu_count: 8\n    country: ATA\n    grid_intensity: 0.9"
    )
    assert scenario_from_text(placed, "text").workloads[0].countries == ("ATA",)


def test_the_largest_number_of_images_for_a_request_is_2000():
    most = with_changes(
        load_scenario(VALID), {"workloads[0].images_per_attempt": [20], "workloads[0].attempts_max": 100}
    )
    assert most.workloads[0].attempts_max == 100
    with pytest.raises(ScenarioError, match="100 attempts of 21 images are 2,100 images"):
        with_changes(most, {"workloads[0].images_per_attempt": [21]})


def test_a_board_of_the_users_own_is_chosen_where_a_supply_offers_it():
    asked = with_changes(load_scenario(VALID), {"supplies[0].board": "RTX PRO 9999"})
    assert narrowed(asked, Wishes(gpu="rtx pro-9999")).limits.boards == ("RTX PRO 9999",)
    with pytest.raises(
        RoiError, match="--gpu 'RTX PRO 9998' is unknown and no supply offers it; nearest: RTX"
    ):
        narrowed(asked, Wishes(gpu="RTX PRO 9998"))


def test_a_resolved_scenario_holds_every_figure_in_use_at_its_place():
    whole = resolved(demonstration())
    found = {whole.place(figure): figure for _, figure, _ in figures(whole.scenario)}
    used = {place: figure for place, figure, _ in effective_figures(demonstration())}
    assert found == {place: figure for place, figure in used.items() if not place.startswith(RATES)}
    assert len(found) == len({id(figure) for figure in found.values()})


def test_a_figure_that_two_fields_share_stands_at_two_places_once_resolved():
    wage = Figure(value=3600.0)
    cost = ModelCost(upkeep_per_year=wage, migration=wage)
    whole = resolved(demonstration().model_copy(update={"model_cost": cost}))
    assert whole.place(whole.scenario.model_cost.upkeep_per_year) == "model_cost.upkeep_per_year"
    assert whole.place(whole.scenario.model_cost.migration) == "model_cost.migration"


def test_a_figure_of_another_scenario_has_no_place():
    with pytest.raises(ValueError, match="no figure of this resolved scenario"):
        resolved(demonstration()).place(demonstration().labour.wage_per_h)
