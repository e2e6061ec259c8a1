"""What `check` says about figures: placeholders, old ones, weak sources, and what fills the gaps."""

from datetime import date
from pathlib import Path

import pytest

from roi.scenario.check import remarks
from roi.scenario.effective import effective_figures
from roi.scenario.load import demonstration, load_scenario, with_changes

TODAY = date(2026, 11, 23)
VALID = Path(__file__).with_name("bad") / "valid.yaml"


def _kinds(scenario, place, today=TODAY):
    return [remark.kind for remark in remarks(scenario, today) if place in remark.place.split(", ")]


def test_placeholders_come_first():
    kinds = [remark.kind for remark in remarks(demonstration(), TODAY)]
    assert kinds[:20] == ["placeholder"] * 20
    assert "placeholder" not in kinds[20:]


@pytest.mark.parametrize(("day", "expected"), [(date(2026, 12, 2), []), (date(2026, 12, 3), ["stale"])])
def test_an_exchange_rate_is_stale_after_thirty_one_days(day, expected):
    assert _kinds(load_scenario(VALID), "exchange_rates.USD", day) == expected


@pytest.mark.parametrize(("day", "expected"), [(date(2027, 10, 1), []), (date(2027, 10, 2), ["stale"])])
def test_a_price_is_stale_after_a_year(day, expected):
    assert _kinds(load_scenario(VALID), "supplies[0].price_per_h", day) == expected


def test_a_users_own_figure_is_not_remarked_upon():
    assert _kinds(load_scenario(VALID), "labour.wage_per_h") == []


def test_a_cited_price_without_a_day_is_said_to_be_undated():
    assert _kinds(demonstration(), "supplies[2].price_per_h") == ["undated"]


def test_one_cited_figure_at_several_supplies_is_one_remark():
    found = [remark for remark in remarks(demonstration(), TODAY) if "host_power_w_per_gpu" in remark.place]
    assert len(found) == 1
    assert found[0].place.count("supplies[") == 5


def test_a_field_left_out_is_filled_by_its_cited_figure():
    used = {place: (figure.value, unit) for place, figure, unit in effective_figures(load_scenario(VALID))}
    assert used["supplies[0].host_power_w_per_gpu"] == (150.0, "W")
    assert used["supplies[0].embodied_kg_co2e_per_gpu"] == (575.1, "kgCO2e")
    assert used["supplies[1].embodied_host_kg_co2e_per_gpu"] == (712.5, "kgCO2e")


def test_a_field_that_is_given_is_not_filled():
    scenario = with_changes(load_scenario(VALID), {"supplies[0].host_power_w_per_gpu": 90})
    used = [
        figure.value
        for place, figure, _ in effective_figures(scenario)
        if place == "supplies[0].host_power_w_per_gpu"
    ]
    assert used == [90.0]


def test_money_without_a_currency_is_in_the_scenarios():
    units = {place: unit for place, _, unit in effective_figures(load_scenario(VALID))}
    assert units["labour.wage_per_h"] == "JPY/h"
    assert units["supplies[0].price_per_h"] == "USD/h"
    assert units["exchange_rates.USD"] == "JPY/USD"
