"""What `check` says about figures: placeholders, old ones, weak sources, and what fills the gaps."""

import re
from datetime import date
from pathlib import Path

import pytest

from bench.library import library_profiles
from roi.decision.missing import require_figures
from roi.errors import MissingFigureError, RoiError
from roi.planning.today import require_plannable
from roi.scenario.check import remarks as remarks_with_profiles
from roi.scenario.effective import effective_figures
from roi.scenario.load import demonstration, load_scenario, with_changes, with_country

TODAY = date(2026, 11, 23)
VALID = Path(__file__).with_name("bad") / "valid.yaml"


def remarks(scenario, today):
    return remarks_with_profiles(scenario, today, library_profiles())


def _kinds(scenario, place, today=TODAY):
    return [remark.kind for remark in remarks(scenario, today) if place in remark.place.split(", ")]


def test_placeholders_come_first():
    kinds = [remark.kind for remark in remarks(demonstration(), TODAY)]
    assert kinds[:27] == ["placeholder"] * 27
    assert "placeholder" not in kinds[27:]


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


def test_a_rate_that_no_figure_needs_is_not_among_the_figures_in_use():
    rates = [
        place for place, _, _ in effective_figures(demonstration()) if place.startswith("exchange_rates.")
    ]
    assert rates == ["exchange_rates.USD"]
    moved = with_country(demonstration(), "DEU")
    assert "exchange_rates.EUR" in {place for place, _, _ in effective_figures(moved)}


def test_an_unknown_board_is_remarked_upon_with_the_nearest_ones():
    asked = with_changes(
        load_scenario(VALID), {"supplies[0].board": "H1000 SXM", "limits.boards": ["Ours 1"]}
    )
    found = [remark for remark in remarks(asked, TODAY) if remark.kind == "unknown_board"]
    assert [(remark.place, remark.value, remark.unit) for remark in found] == [
        ("supplies[0].board", 8, "H1000 SXM"),
        ("limits.boards[0]", 1, "Ours 1"),
    ]
    assert "correct it (nearest: H100 SXM" in found[0].what_to_do


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"finance.horizon_years": 2.5}, "a plan looks whole years ahead"),
        ({"finance.cash_realisation_fraction": None}, "a saved minute is not yet saved money"),
        (
            {
                "workloads[0].baseline": {
                    "kind": "profile",
                    "profile": "nix",
                    "supply": "Verda H100 Finland",
                    "images_per_attempt": 4,
                    "attempts_max": 2,
                }
            },
            "profile 'nix' is unknown",
        ),
    ],
)
def test_what_planning_would_refuse_is_not_valid(changes, words):
    with pytest.raises(RoiError, match=words):
        require_plannable(with_changes(demonstration(), changes), library_profiles())
    require_plannable(demonstration(), library_profiles())


def test_every_missing_figure_is_named_at_once_and_nothing_is_called_valid():
    lacking = with_changes(
        demonstration(),
        {
            "supplies[4].board": "A100 SXM 40GB",
            "supplies[4].idle_power_w_per_gpu": None,
            "supplies[1].idle_power_w_per_gpu": None,
            "site.demand_charge_per_kw_month": 1500,
        },
    )
    with pytest.raises(MissingFigureError) as told:
        require_figures(lacking, library_profiles())
    named = [re.search(r"^supply '([^']+)'.*add (\w+)", line) for line in str(told.value).splitlines()]
    assert [each.groups() for each in named if each] == [
        ("AWS p4d.24xlarge Seoul", "idle_power_w_per_gpu"),
        ("Own server, 8 x H100", "idle_power_w_per_gpu"),
        ("Own server, 8 x H100", "max_power_kw"),
    ]
    require_figures(demonstration(), library_profiles())


def test_what_is_paid_by_use_lacks_no_power_of_waiting_boards():
    filled = {"supplies[4].shared": True, "supplies[4].idle_power_w_per_gpu": None}
    require_figures(with_changes(demonstration(), filled), library_profiles())
