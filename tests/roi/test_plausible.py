"""Numbers that cannot be and numbers that seldom are: the table, bounds in every currency, what is asked back."""

import csv
import math
import re
from datetime import date

import pytest
from pydantic import BaseModel

from bench.library import library_profiles
from roi.__main__ import main
from roi.assumptions import table
from roi.errors import ScenarioError
from roi.figure import Figure, Input
from roi.resources import data_path
from roi.scenario.check import remarks
from roi.scenario.document import Scenario
from roi.scenario.load import demonstration, scenario_from_text
from roi.scenario.plausible import numbers, possible_bounds, unusual
from roi.scenario.ranges import Range, magnitudes, range_of
from roi.scenario.site import Site
from roi.scenario.supply import Api, Own, Rent
from tests.roi.small_case import OWN, TEXT, scenario

WITHOUT_A_RANGE = {
    "schema_version": "one value alone",
    "price_year": "bounded by the contract; a year ahead of today is remarked upon by its own rule",
    "life_years": "bounded by the contract",
    "fiscal_year_first_month": "bounded by the contract",
    "worlds": "bounded by the contract",
    "seed": "any number will do",
    "models_max": "a limit that may be anything",
    "units_max": "a limit that may be anything",
    "at_least": "on the ruler's own scale, which differs from metric to metric",
    "at_most": "on the ruler's own scale, which differs from metric to metric",
    "attempts_max": "bounded by the contract",
    "images_per_attempt": "bounded by the contract",
    "commitment_years": "bounded by the contract",
    "share_by_block": "bounded by the contract; they add up to 1",
}
"""Fields with a number and without a row, and why."""


def table_rows() -> list[dict[str, str]]:
    with data_path("plausible_ranges.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def parts() -> dict[str, type[BaseModel]]:
    """Every part of the contract, and what several kinds have in common, by name."""
    found: dict[str, type[BaseModel]] = {}
    waiting: list[type[BaseModel]] = [Scenario]
    while waiting:
        part = waiting.pop()
        if part.__name__.strip("_") in found or part in (Input, BaseModel, Figure):
            continue
        found[part.__name__.strip("_")] = part
        waiting += [each for each in part.__bases__ if issubclass(each, BaseModel)]
        waiting += [each for field in part.model_fields.values() for each in models_in(field.annotation)]
    return found


def models_in(annotation: object) -> set[type[BaseModel]]:
    """The models that a type names."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return {annotation}
    return {each for inner in getattr(annotation, "__args__", ()) for each in models_in(inner)}


def fields_with_numbers() -> set[tuple[type[BaseModel], str]]:
    """Every field of the contract in which a number can stand."""
    return {
        (part, name)
        for part in parts().values()
        for name, field in part.model_fields.items()
        if Figure in models_in(field.annotation) or re.search(r"\b(float|int)\b", str(field.annotation))
    }


def test_every_field_with_a_number_has_a_range_or_a_reason_for_none() -> None:
    found = fields_with_numbers()
    bare = {name for part, name in found if range_of(part, name) is None} - WITHOUT_A_RANGE.keys()
    assert bare - {"exchange_rates", "supplies", "workloads", "model_cost_by_model"} == set()
    assert len(found) > 80


def test_every_row_of_the_table_is_of_a_field_that_exists() -> None:
    named = [key.partition(".") for row in table_rows() for key in row["fields"].split()]
    assert [name for part, _, name in named if name not in parts()[part].model_fields] == []


def test_every_row_says_why_and_holds_the_usual_within_the_possible() -> None:
    for row in table_rows():
        assert row["reason"], row["fields"]
        possible = (float(row["possible_low"] or -math.inf), float(row["possible_high"] or math.inf))
        assert possible[0] <= float(row["usual_low"]) < float(row["usual_high"]) <= possible[1], row["fields"]
        assert row["zero"] in ("", "yes"), row["fields"]


def test_the_demonstration_holds_nothing_unusual() -> None:
    assert unusual(demonstration()) == ()


def usual(part: type, field: str) -> Range:
    found = range_of(part, field)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("name", "part", "field"),
    [
        ("electricity.csv", Site, "electricity_price"),
        ("api_prices.csv", Api, "price_per_image"),
        ("cloud_pue.csv", Rent, "pue"),
        ("embodied_carbon.csv", Rent, "embodied_kg_co2e_per_gpu"),
    ],
)
def test_every_cited_figure_is_usual(name: str, part: type, field: str) -> None:
    """Euros are taken as dollars here: the two differ by less than a fifth."""
    low, high = usual(part, field).usual
    outside = {
        key: row["value"] for key, row in table(name).items() if not low <= float(row["value"]) <= high
    }
    assert outside == {}


def test_every_cited_price_of_an_instance_is_usual_for_each_of_its_boards() -> None:
    low, high = usual(Rent, "price_per_h").usual
    prices = [float(row["value"]) / int(row["gpu_count"]) for row in table("gpu_prices.csv").values()]
    assert low <= min(prices) < max(prices) <= high


def test_the_figures_that_fill_gaps_are_usual() -> None:
    wanted = {
        "host_power_w_per_gpu": (Rent, "host_power_w_per_gpu"),
        "pue_world": (Site, "pue"),
        "server_lifetime_years": (Own, "lifetime_years"),
        "residual_fraction": (Own, "residual_fraction"),
    }
    for key, (part, field) in wanted.items():
        low, high = usual(part, field).usual
        assert low <= float(table("parameters.csv")[key]["value"]) <= high


@pytest.mark.parametrize(
    ("place", "value", "sentence"),
    [
        ("supplies[0].grid_intensity", 420, "420 kgCO2e/kWh is not possible; g/kWh? then write 0.42"),
        ("site.pue", 154, "154 is not possible; %? then write 1.54"),
        ("finance.discount_rate_per_year", 10, "10 [1/year] is not possible; %? then write 0.1"),
        ("workloads[0].growth_per_year", 20, "20 [1/year] is not possible; %? then write 0.2"),
        ("finance.escalation.wage", 3, "3 [1/year] is not possible; %? then write 0.03"),
        ("site.grid_intensity_change_per_year", -3, "must be greater than -1 [1/year]; %? then write -0.03"),
        ("workloads[0].peak_factor", 150, "150 is not possible; %? then write 1.5"),
        ("workloads[0].peak_factor", 13, "13 is not possible; usual are 1 to 6 (a month cannot hold more"),
        ("workloads[0].acceptance.mean", 45, "must be at most 1; %? then write 0.45"),
        ("supplies[0].utilization_fraction", 60, "must be less than 1; %? then write 0.6"),
        ("labour.wage_per_h", 400_000, "400000 JPY/h is not possible; JPY/month? then write 2325.58"),
        ("labour.wage_per_h", 1e308, "1e+308 JPY/h is not possible; usual are 75 to 45,000 ("),
        (
            "supplies[0].price_per_h",
            2_000_000,
            "2000000 JPY/h is not possible; JPY/month? then write 2739.73",
        ),
        ("supplies[0].idle_power_w_per_gpu", 100_000, "100000 W is not possible; usual are 3 to 300 ("),
        ("supplies[0].embodied_kg_co2e_per_gpu", 575_100, "kgCO2e is not possible; g? then write 575.1"),
        ("workloads[0].review.seconds_per_image", 100_000, "100000 s is not possible; ms? then write 100"),
        ("workloads[0].images_per_month", 1e16, "1e+16 image/month is not possible; usual are 1 to"),
        ("exchange_rates.USD.value", 0.0067, "0.0067 JPY/USD is not possible; USD/JPY? then write 149.254"),
    ],
)
def test_what_cannot_be_is_refused_with_the_unit_that_was_meant(
    place: str, value: float, sentence: str
) -> None:
    with pytest.raises(ScenarioError) as caught:
        scenario({place: value})
    assert sentence in str(caught.value)


def test_nothing_else_is_suggested_for_a_usual_number_whose_low_end_is_refused() -> None:
    with pytest.raises(ScenarioError) as caught:
        scenario({"workloads[0].images_per_month": {"value": 20, "low": -1, "high": 30}})
    assert str(caught.value).endswith("low -1 must be greater than 0 [image/month]")


def unusual_one(place: str, value: object) -> str:
    found = [each for each in unusual(scenario({place: value})) if place.startswith(_place(each.steps))]
    return found[0].sentence("en") if found else ""


def _place(steps: tuple[str | int, ...]) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps).lstrip(".")


@pytest.mark.parametrize(
    ("place", "value", "sentence"),
    [
        ("supplies[0].grid_intensity", 0.000421, "0.000421 kgCO2e/kWh is unusual; usual are 0.002 to 1.4"),
        ("supplies[0].grid_intensity", 0.000421, "t/kWh? then write 0.421"),
        ("finance.discount_rate_per_year", 1.5, "%? then write 0.015"),
        ("site.electricity_price", 0.17, "USD/kWh? then write that unit"),
        ("labour.wage_per_h", 28, "28 JPY/h is unusual; usual are 75 to 45,000"),
        ("labour.wage_per_h", 28, "USD/h? then write that unit"),
        ("supplies[0].host_power_w_per_gpu", 0.15, "kW? then write 150"),
        ("supplies[0].price_per_h", 3, "USD/h? then write that unit"),
        ("workloads[0].latency_max_s", 8_000_000, "ms? then write 8000"),
        ("exchange_rates.USD.value", 2, "2 JPY/USD is unusual; usual are 10 to 1,000"),
    ],
)
def test_what_seldom_is_is_accepted_and_asked_about(place: str, value: object, sentence: str) -> None:
    assert sentence in unusual_one(place, value)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("supplies[0].grid_intensity", 0.42),
        ("supplies[0].market_grid_intensity", 0),
        ("workloads[0].fallback_cost", 0),
        ("labour.wage_per_h", 2800),
        ("labour.wage_per_h", {"value": 19, "unit": "USD/h"}),
        ("site.electricity_price", 25),
        ("exchange_rates.USD.value", 150),
        ("workloads[0].carbon_max", 0.0002),
    ],
)
def test_what_mostly_is_is_not_remarked_upon(place: str, value: object) -> None:
    assert unusual_one(place, value) == ""


@pytest.mark.parametrize(
    "limit", ["limits.budget_per_month", "limits.capex_budget", "workloads[0].carbon_max"]
)
def test_a_limit_that_does_not_bind_may_be_any_number(limit: str) -> None:
    scenario({limit: 1e15})


def test_what_fits_a_server_is_for_each_of_its_boards() -> None:
    """10,200 kW for eight boards are 1275 kW each; 1600 USD an hour for eight are 200 each, which can be."""
    with pytest.raises(ScenarioError, match=r"10200 kW is not possible; W\? then write 10.2"):
        scenario({"supplies[0].max_power_kw": 10200})
    eight = {"supplies[0].price_per_h": {"value": 1600, "unit": "USD/h"}}
    assert [each.value for each in unusual(scenario(eight))] == [1600]
    with pytest.raises(ScenarioError, match="1600 USD/h is not possible"):
        scenario({**eight, "supplies[0].gpu_count": 1})


PRICES = {"electricity_price: 25": 0.25, "price_per_h: 2880": 20, "fallback_cost: 256": 2}
"""Amounts of the small scenario, and what takes their place in dollars."""


@pytest.mark.parametrize(
    ("currency", "wage", "accepted"),
    [
        ("USD", 28, True),
        ("USD", 2800, False),
        ("EUR", 2800, True),
        ("EUR", 28_000, False),
        ("KRW", 2_800_000, True),
        ("KRW", 28_000_000, False),
        ("XTS", 28_000_000, True),
    ],
)
def test_a_currency_without_a_rate_is_compared_by_its_power_of_ten(
    currency: str, wage: float, *, accepted: bool
) -> None:
    """At most 2000 dollars an hour, and ten times as much of a currency that is known by its power of ten alone."""
    text = TEXT.replace("JPY", currency).replace(
        "exchange_rates:\n  USD: {value: 150, as_of: 2026-11-01}\n", ""
    )
    for written, dollars in PRICES.items():
        name = written.partition(":")[0]
        text = text.replace(written, f"{name}: {dollars * 10 ** magnitudes().get(currency, 0)}")
    text = text.replace("wage_per_h: 3600", f"wage_per_h: {wage}")
    if accepted:
        assert scenario_from_text(text, "one").labour.wage_per_h.value == wage
    else:
        with pytest.raises(ScenarioError, match=rf"wage_per_h: {wage} {currency}/h is not possible"):
            scenario_from_text(text, "one")


def test_a_rate_that_is_itself_unusual_does_not_judge_other_figures() -> None:
    """By a rate of 1.5 JPY for a dollar an hour of 3600 JPY would cost 2400 dollars."""
    found = unusual(scenario({"exchange_rates.USD.value": 1.5}))
    assert [each.steps[0] for each in found if each.steps[0] in ("exchange_rates", "labour")] == [
        "exchange_rates"
    ]


def test_magnitudes_are_within_half_a_power_of_ten_of_rates_that_are_known() -> None:
    """Rates of 2026 to one digit; the table holds whole powers of ten, so that it stays right for years."""
    known = {"EUR": 0.9, "GBP": 0.8, "JPY": 150, "CNY": 7, "KRW": 1400, "INR": 85, "VND": 25000, "CHF": 0.8}
    for currency, rate in known.items():
        assert abs(math.log10(rate) - magnitudes()[currency]) <= 0.5


def test_a_search_for_a_turn_stays_within_what_is_possible() -> None:
    assert possible_bounds(scenario(), "site.pue") == (1, 10)
    assert possible_bounds(scenario(), "exchange_rates.USD") == (1, 10_000)
    assert possible_bounds(scenario(), "workloads[0].carbon_max") is None
    low, high = possible_bounds(scenario(), "labour.wage_per_h") or (0.0, 0.0)
    assert (low, high) == (0, 300_000)


def test_check_remarks_upon_what_is_unusual() -> None:
    asked = scenario({"supplies[0].grid_intensity": 0.000421})
    found = remarks(asked, date(2026, 11, 23), library_profiles())
    (remark,) = [each for each in found if each.place == "supplies[0].grid_intensity"]
    assert (remark.kind, remark.value, remark.unit) == ("unusual", 0.000421, "kgCO2e/kWh")
    assert remark.what_to_do.endswith("; t/kWh? then write 0.421")


@pytest.mark.parametrize("command", [["recommend", "--scenario"], ["plan"], ["sensitivity", "--draws", "2"]])
@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "is unusual; usual are 1 to 2.5"), ("ja", "は通常と異なります。通常は 1 ～ 2.5")],
)
def test_no_command_accepts_the_unusual_in_silence(
    tmp_path, capsys, command: list[str], language: str, words: str
) -> None:
    path = tmp_path / "mine.yaml"
    changed = TEXT.replace("pue: 1.5, g", "pue: 3, g")
    path.write_text(changed.replace("_years: 1}", "_years: 1, idle_power_w_per_gpu: 100}"), encoding="utf-8")
    assert main([*command, str(path), "--lang", language]) in (0, 1)
    assert words in capsys.readouterr().err


def test_numbers_are_found_in_every_part() -> None:
    asked = scenario({"supplies": [scenario().supplies[0].model_dump(mode="json"), OWN]})
    found = {_place(each.steps) for each in numbers(asked)}
    assert {
        "site.pue",
        "supplies[1].capex",
        "exchange_rates.USD.value",
        "workloads[0].quality.fid_max",
    } <= found
    assert all(isinstance(each.given, Figure | int | float) for each in numbers(asked))
