"""Countries as people write them."""

import csv
from collections import defaultdict

import pytest

from roi.__main__ import main
from roi.assumptions import table
from roi.countries import _key, country_code, country_names, nearest_countries
from roi.grid import place_fault
from roi.resources import data_path
from tests.roi.small_case import scenario


def rows() -> list[dict[str, str]]:
    with data_path("countries.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("JPN", "JPN"),
        ("jp", "JPN"),
        ("Japan", "JPN"),
        (" japan ", "JPN"),
        ("日本", "JPN"),
        ("ＪＰＮ", "JPN"),
        ("ｊａｐａｎ", "JPN"),
        ("UK", "GBR"),
        ("GB", "GBR"),
        ("Great Britain", "GBR"),
        ("英国", "GBR"),
        ("USA", "USA"),
        ("U.S.A.", "USA"),
        ("United States", "USA"),
        ("米国", "USA"),
        ("アメリカ", "USA"),
        ("DE", "DEU"),
        ("germany", "DEU"),
        ("Deutschland", "DEU"),
        ("NO", "NOR"),
        ("South Korea", "KOR"),
        ("韓国", "KOR"),
        ("Côte d'Ivoire", "CIV"),
        ("cote d’ivoire", "CIV"),
        ("The Netherlands", "NLD"),
        ("Saint Lucia", "LCA"),
        ("St. Lucia", "LCA"),
        ("Bosnia & Herzegovina", "BIH"),
        ("Bosnia and Herzegovina", "BIH"),
        ("Türkiye", "TUR"),
        ("turkey", "TUR"),
        ("台湾", "TWN"),
        ("香港", "HKG"),
    ],
)
def test_a_country_is_found_by_any_name(written: str, code: str) -> None:
    assert country_code(written) == code


@pytest.mark.parametrize("written", ["", "JAP", "Germny", "Korea", "Congo", "XX", "Atlantis", "EU", "world"])
def test_what_is_no_country_or_two_is_none(written: str) -> None:
    assert country_code(written) is None


def test_no_way_to_write_a_country_means_two() -> None:
    meant: dict[str, set[str]] = defaultdict(set)
    for row in rows():
        ways = (row["alpha_3"], row["alpha_2"], row["name"], row["name_ja"], *row["other_names"].split(";"))
        for way in filter(None, ways):
            meant[_key(way)].add(row["alpha_3"])
    assert {way: codes for way, codes in meant.items() if len(codes) > 1 or not way} == {}


def test_the_codes_are_those_of_iso_3166_and_kosovo() -> None:
    """249 countries and areas have a code; XKX is user-assigned and in wide use."""
    alpha_3 = [row["alpha_3"] for row in rows()]
    alpha_2 = [row["alpha_2"] for row in rows()]
    assert len(alpha_3) == len(set(alpha_3)) == len(set(alpha_2)) == 250
    assert all(len(code) == 3 for code in alpha_3)
    assert all(len(code) == 2 for code in alpha_2)


def test_every_country_of_the_reference_tables_is_known() -> None:
    priced = {key for key in table("electricity.csv") if "/" not in key}
    rented = {row["country"] for row in table("gpu_prices.csv").values()}
    emitting = {row["place"].partition("/")[0] for row in table("grid_factors.csv").values()}
    assert len(emitting) > 200
    assert (priced | rented | emitting) - country_names().keys() == set()


def test_every_country_of_the_grid_table_is_found_by_its_name_there() -> None:
    """All but `Congo`, which two countries are called."""
    rows = [row for row in table("grid_factors.csv").values() if "/" not in row["place"]]
    assert {row["name"] for row in rows if country_code(row["name"]) != row["place"]} == {"Congo"}


def test_a_country_without_a_grid_factor_is_not_called_unknown() -> None:
    assert place_fault("AND", None, 2026) == "no grid intensity is cited for AND (Andorra)"
    assert place_fault("JAP", None, 2026) == "country 'JAP' is unknown; nearest: JPN (Japan), JAM (Jamaica)"
    asked = scenario({"workloads[0].countries": ["Andorra", "JPN"]})
    assert asked.workloads[0].countries == ("AND", "JPN")


@pytest.mark.parametrize(
    ("written", "nearest"),
    [
        ("JAP", "nearest: JPN (Japan), JAM (Jamaica)"),
        ("GER", "nearest: DEU (Germany)"),
        ("Germny", "nearest: DEU (Germany)"),
        ("Korea", "nearest: KOR (South Korea), PRK (North Korea)"),
        ("Congo", "nearest: COD (Congo - Kinshasa), COG (Congo - Brazzaville)"),
        ("ドイッ", "write its name or its code of ISO 3166, such as Japan, JP or JPN"),
    ],
)
def test_the_nearest_countries_are_named(written: str, nearest: str) -> None:
    assert nearest_countries(written).startswith(nearest)


def test_the_command_line_takes_a_country_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    """Own servers compete in the demonstration, so the German price in euros is needed and its rate is there."""
    answers = []
    for country in ("DEU", "Germany", "ドイツ", "de"):
        assert main(["recommend", "--country", country]) == 0
        answers.append(capsys.readouterr().out)
    assert len(set(answers)) == 1
    assert main(["recommend", "--country", "Germny"]) == 2
    assert (
        capsys.readouterr()
        .err.splitlines()[-1]
        .startswith("--country 'Germny' is unknown; nearest: DEU (Germany)")
    )
