"""What a kilowatt-hour of a place emits: which row of the table counts for which year, and how it is parted."""

import re

import pytest

from roi import assumptions, grid
from roi.errors import MissingFigureError, ScenarioError
from roi.grid import grid_factors
from roi.scenario.effective import grid as grid_of
from roi.scenario.effective import grid_intensity
from roi.scenario.load import with_changes
from tests.roi.small_case import scenario

ROWS = assumptions.table(grid.TABLE)


def test_every_row_is_keyed_by_its_place_year_and_basis():
    assert [key for key, row in ROWS.items() if key != f"{row['place']} {row['year']} {row['basis']}"] == []


def test_every_row_is_of_a_known_basis_and_states_a_licence():
    assert {row["basis"] for row in ROWS.values()} == {"life_cycle", "direct"}
    assert [key for key, row in ROWS.items() if not row["licence"].strip()] == []


def test_no_row_lies_outside_of_what_a_power_plant_emits():
    assert [key for key, row in ROWS.items() if not 0 <= float(row["value"]) <= 1.4] == []


def test_a_life_cycle_is_never_below_the_direct_emissions_of_the_same_publisher_and_year():
    both = [
        (float(row["value"]), float(direct["value"]))
        for key, row in ROWS.items()
        if (direct := ROWS.get(key.replace("life_cycle", "direct"))) is not None
        if direct["source"] == row["source"] and row["basis"] == "life_cycle"
    ]
    assert both == [(0.25295, 0.20705)]


def test_no_country_that_was_known_before_is_lost():
    assert len({row["place"] for row in ROWS.values() if "/" not in row["place"]}) >= 213


@pytest.mark.parametrize(
    ("year", "value", "counted"),
    [(2022, 0.51281, 2022), (2023, 0.485392, 2023), (2024, 0.48232, 2024), (2099, 0.48232, 2024)],
)
def test_the_latest_year_up_to_the_price_year_counts(year, value, counted):
    found = grid_factors("JPN", None, year).decides
    assert (found.figure.value, found.year, found.basis) == (value, counted, "life_cycle")
    assert found.figure.as_of is not None
    assert found.figure.as_of.year == counted
    assert found.figure.source.startswith(f"Japan {counted}, life-cycle, ")


def test_before_the_first_life_cycle_factor_the_direct_one_counts():
    found = grid_factors("JPN", None, 2020)
    assert (found.decides.figure.value, found.decides.basis, found.decides.year) == (0.462, "direct", 2018)
    assert found.upstream_kg_co2e_per_kwh is None


def test_a_later_year_is_never_used_in_silence():
    with pytest.raises(
        MissingFigureError, match="the first grid intensity of FIN is of 2023, after the price_year 2022"
    ):
        grid_factors("FIN", None, 2022)


def test_the_upstream_part_is_life_cycle_less_direct_of_one_publisher_and_year():
    found = grid_factors("GBR", None, 2026)
    assert found.direct is not None
    assert found.direct.figure.value == 0.20705
    assert found.upstream_kg_co2e_per_kwh == pytest.approx(0.0459, rel=1e-12)


def test_factors_of_two_publishers_are_not_subtracted():
    found = grid_factors("DEU", None, 2026)
    assert found.direct is not None
    assert (found.decides.figure.value, found.direct.figure.value) == (0.34414, 0.363)
    assert found.upstream_kg_co2e_per_kwh is None


def test_a_direct_factor_of_another_year_does_not_part_a_life_cycle_one():
    assert grid_factors("JPN", None, 2026).direct is None
    assert grid_factors("USA", None, 2026).direct is None


@pytest.mark.parametrize(
    ("zone", "value", "year"), [("tokyo", 0.5, 2015), ("kyushu", 0.399, 2022), ("shikoku", 0.38, 2023)]
)
def test_a_zone_of_japan_has_its_utilitys_factor_of_the_fiscal_year(zone, value, year):
    found = grid_factors("JPN", zone, 2026).decides
    assert (found.figure.value, found.year, found.basis) == (value, year, "direct")
    assert found.figure.as_of is not None
    assert (found.figure.as_of.year, found.figure.as_of.month) == (year + 1, 3)


def test_japan_has_ten_zones():
    assert len(grid.zones_of("JPN")) == 10


def test_a_zone_selects_its_factor_and_a_stated_intensity_takes_its_place():
    asked = with_changes(scenario(), {"supplies[0].grid_intensity": None, "supplies[0].grid_zone": "kyushu"})
    supply = asked.supplies[0]
    assert grid_intensity(asked, supply).value == 0.399
    stated = with_changes(asked, {"supplies[0].grid_intensity": 0.4})
    assert grid_of(stated, stated.supplies[0]).basis == "stated"
    assert stated.supplies[0].grid_zone is None


def test_a_zone_beside_a_stated_intensity_is_refused():
    with pytest.raises(
        ScenarioError, match="grid_zone names a cited grid intensity and grid_intensity states another"
    ):
        with_changes(scenario(), {"site.grid_intensity": 0.4, "site.grid_zone": "tokyo"})


def test_an_unknown_zone_is_answered_with_the_known_ones():
    with pytest.raises(
        ScenarioError, match=re.escape("grid_zone 'edo' is unknown in JPN; its zones are chubu, chugoku")
    ):
        with_changes(scenario(), {"site.grid_intensity": None, "site.grid_zone": "edo"})


def test_a_price_year_before_every_factor_is_a_fault_of_the_file():
    bare = {"site.grid_intensity": None, "price_year": 2012}
    with pytest.raises(
        ScenarioError, match="first grid intensity of JPN is of 2014, after the price_year 2012"
    ):
        with_changes(scenario(), bare)


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("JAP", "JPN (Japan)"),
        ("Germany", "DEU (Germany)"),
        ("DE", "DEU (Germany)"),
        ("germny", "DEU (Germany)"),
    ],
)
def test_an_unknown_country_is_answered_with_the_nearest(text, nearest):
    with pytest.raises(MissingFigureError, match=re.escape(nearest)):
        grid_factors(text, None, 2026)
