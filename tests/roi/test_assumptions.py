"""Every row of the reference tables, and the figures that are read from them."""

import re
import subprocess
import sys

import pytest

from bench.boards import board
from roi import assumptions

PLAIN_UNITS = {"1", "W", "year", "1/year", "kgCO2e", "kgCO2e/kWh"}
MONEY_UNIT = re.compile(r"(JPY|USD|EUR)(/(h|kWh|image|tCO2e|kW-month))?")
COLUMNS = {"key", "value", "unit", "low", "high", "source", "url", "as_of", "confidence", "note"}

ROWS = [
    pytest.param(row, id=f"{name}:{key}")
    for name in assumptions.TABLES
    for key, row in assumptions.table(name).items()
]


@pytest.mark.parametrize("row", ROWS)
def test_a_row_says_what_it_is_in_which_unit_and_who_says_so(row):
    figure = assumptions.figure_of(row)
    assert set(row) >= COLUMNS
    assert row["unit"] in PLAIN_UNITS or MONEY_UNIT.fullmatch(row["unit"])
    assert (figure.low or figure.value) <= figure.value <= (figure.high or figure.value)
    assert row["source"].strip()
    assert row["url"].startswith("https://")
    assert figure.confidence in ("high", "medium", "low")


@pytest.mark.parametrize("row", ROWS)
def test_a_row_without_a_day_says_that_its_source_states_none(row):
    assert (assumptions.figure_of(row).as_of is None) == ("the source states no day" in row["note"])


@pytest.mark.parametrize("name", assumptions.TABLES)
def test_a_key_stands_once_in_its_table(name):
    lines = assumptions.data_path(name).read_text(encoding="utf-8").splitlines()
    assert len(assumptions.table(name)) == len(lines) - 1


def test_boards_carry_the_names_of_the_table_of_boards():
    named = [row["board"] for row in assumptions.table("gpu_prices.csv").values()]
    named += [key for key in assumptions.table("embodied_carbon.csv") if key != "host_per_gpu"]
    named += [key for key in assumptions.table("hardware_prices.csv") if "/" not in key]
    found = [board(name) for name in named]
    assert [each.name if each else None for each in found] == named


def test_the_host_of_an_h100_draws_an_eighth_of_its_server():
    figure = assumptions.parameter("host_power_w_per_gpu")
    assert (figure.value, figure.low, figure.high) == (1200 / 8, 80.0, 300.0)


def test_the_two_published_footprints_of_an_h100_are_its_range():
    figure = assumptions.embodied_carbon("NVIDIA H100 80GB HBM3")
    assert figure is not None
    assert (figure.low, figure.value) == (164.0, 575.1)


def test_a_board_whose_footprint_nobody_published_has_none():
    assert assumptions.embodied_carbon("B200 SXM") is None


def test_an_average_of_a_region_is_no_countrys_price():
    assert assumptions.electricity_price("JPN") is None
    assert "0.161 USD/kWh" in assumptions.region_price_hint("JPN")


def test_reading_the_demonstration_loads_neither_codecarbon_nor_pandas():
    code = (
        "import sys; from roi.scenario.load import demonstration; demonstration(); "
        "print(sorted({'codecarbon', 'pandas', 'openpyxl', 'torch', 'numpy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
