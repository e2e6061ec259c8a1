"""Reference figures with their sources: parameters, prices and footprints that are cited, not measured here.

The tables lie in `roi/data`, a row a figure; what a kilowatt-hour of each place emits is read by `roi.grid`.
"""

import csv
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from bench.boards import board
from roi.figure import Figure
from roi.resources import data_path
from roi.texts.messages import Message

TABLES = (
    "parameters.csv",
    "electricity.csv",
    "embodied_carbon.csv",
    "gpu_prices.csv",
    "hardware_prices.csv",
    "api_prices.csv",
    "cloud_pue.csv",
    "carbon_prices.csv",
    "grid_factors.csv",
)

Row = Mapping[str, str]


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


def region_price_hint(country: str) -> Message:
    """What a person without a price for the country may hold on to: averages, never used in silence."""
    prices = table("electricity.csv")
    known = ", ".join(sorted(key for key in prices if "/" not in key))
    world = prices["region/world"]
    return Message(
        "fault.price_hint",
        known=known,
        value=world["value"],
        unit=world["unit"],
        as_of=world["as_of"],
        country=country,
    )
