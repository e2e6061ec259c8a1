"""Reference figures with their sources: parameters, prices and footprints that are cited, not measured here.

The tables lie in `roi/data`, a row a figure. Grid intensity by country is read from codecarbon's own data
file; the package itself is not imported, which would cost more than the whole answer.
"""

import csv
import json
from collections.abc import Mapping
from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import Any

from bench.boards import board
from roi.errors import MissingFigureError
from roi.figure import Figure
from roi.resources import data_path

TABLES = (
    "parameters.csv",
    "electricity.csv",
    "embodied_carbon.csv",
    "gpu_prices.csv",
    "hardware_prices.csv",
    "api_prices.csv",
    "cloud_pue.csv",
    "carbon_prices.csv",
)

Row = Mapping[str, str]

GRAMS_PER_KG = 1000.0


@lru_cache
def table(name: str) -> Mapping[str, Row]:
    """The rows of one table of `roi/data` by key, as they are written."""
    with data_path(name).open(encoding="utf-8", newline="") as lines:
        return MappingProxyType({row["key"]: MappingProxyType(row) for row in csv.DictReader(lines)})


def figure_of(row: Row) -> Figure:
    """The figure of a row; its address stands behind the source."""
    return Figure.model_validate(
        {
            "value": float(row["value"]),
            "unit": row["unit"],
            "low": float(row["low"]) if row["low"] else None,
            "high": float(row["high"]) if row["high"] else None,
            "source": f"{row['source']}, {row['url']}",
            "as_of": row["as_of"] or None,
            "confidence": row["confidence"],
        }
    )


def parameter(key: str) -> Figure:
    """The figure of `parameters.csv` under that key."""
    return figure_of(table("parameters.csv")[key])


def pue_default() -> Figure:
    """World average PUE, for a site whose own is unknown."""
    return parameter("pue_world")


def embodied_carbon(name: str) -> Figure | None:
    """Emissions from making one board, by any of its names [kgCO2e]; None when nobody published it."""
    found = board(name)
    row = table("embodied_carbon.csv").get(found.name if found else name)
    return figure_of(row) if row else None


def embodied_host_per_gpu() -> Figure:
    """Emissions from making the rest of a server, for each of its boards [kgCO2e]."""
    return figure_of(table("embodied_carbon.csv")["host_per_gpu"])


def electricity_price(country: str) -> Figure | None:
    """All-in price of electricity for companies [currency/kWh]; None when no cited row is at hand."""
    row = table("electricity.csv").get(country)
    return figure_of(row) if row else None


def region_price_hint(country: str) -> str:
    """What a person without a price for the country may hold on to: averages, never used in silence."""
    prices = table("electricity.csv")
    known = ", ".join(sorted(key for key in prices if "/" not in key))
    world = prices["region/world"]
    return (
        f"known countries are {known}; the world average is {world['value']} {world['unit']} "
        f"({world['as_of']}), which is not used for {country} in silence"
    )


def grid_intensity(country: str) -> Figure:
    """Location-based intensity of a country's grid [kgCO2e/kWh], by its ISO 3166 alpha-3 code.

    Raises
    ------
    MissingFigureError
        When codecarbon's file does not hold the country; the message lists the nearest ones.
    """
    row = _energy_mixes().get(country)
    if row is None:
        raise MissingFigureError(
            f"country {country!r} has no grid intensity; {nearest_countries(country)}; "
            "or give grid_intensity yourself"
        )
    return Figure(
        value=float(row["carbon_intensity"]) / GRAMS_PER_KG,
        unit="kgCO2e/kWh",
        source=f"codecarbon {version('codecarbon')}, global_energy_mix.json "
        f"(Our World in Data, Ember): {row['country_name']} {row['year']}",
        as_of=date(int(row["year"]), 12, 31),
        confidence="medium",
    )


def has_grid_intensity(country: str) -> bool:
    """Whether codecarbon's file holds the country."""
    return country in _energy_mixes()


def nearest_countries(text: str) -> str:
    """The countries nearest to a code or a name, in words for an error message."""
    names = {code: str(row["country_name"]) for code, row in _energy_mixes().items()}
    by_name = {name.lower(): code for code, name in names.items()}
    codes = [by_name[name] for name in get_close_matches(text.lower(), by_name, n=2, cutoff=0.75)]
    codes += get_close_matches(text.upper(), names, n=3, cutoff=0.5)
    codes += sorted(code for code in names if len(text) == 2 and code.startswith(text.upper()))[:3]
    if not codes:
        return "write the three-letter code of ISO 3166, such as JPN"
    return "nearest: " + ", ".join(f"{code} ({names[code]})" for code in dict.fromkeys(codes))


@lru_cache
def _energy_mixes() -> Mapping[str, Mapping[str, Any]]:
    spec = find_spec("codecarbon")
    if spec is None or not spec.submodule_search_locations:
        raise MissingFigureError(
            "codecarbon is not installed: grid intensity by country is read from its data"
        )
    path = Path(spec.submodule_search_locations[0], "data", "private_infra", "global_energy_mix.json")
    if not path.is_file():
        raise MissingFigureError(
            f"{path}: is missing; install codecarbon again, or give grid_intensity yourself"
        )
    mixes: dict[str, dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return MappingProxyType(mixes)
