"""The table of what a number of the scenario can be, and what it mostly is: `roi/data/plausible_ranges.csv`.

Money is in US dollars there. It is compared by the scenario's own exchange rates; where it has none for the
dollar, by the power of ten that stands for a currency in `currency_magnitudes.csv`, and then ten times more
generously.
"""

import csv
import inspect
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from roi.resources import data_path
from roi.scenario.document import Scenario

DOLLAR = "USD"
SPREAD_WITHOUT_RATE = 10.0
"""Two currencies known by their power of ten alone are each off by up to the root of ten."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit that somebody probably meant, and what a number in it has to be multiplied by."""

    name: str
    factor: float


@dataclass(frozen=True, slots=True)
class Range:
    """What numbers of a field can be and mostly are, in the table's unit."""

    unit: str
    per: str
    """Field of the same part by which it is divided first; empty for none."""
    possible: tuple[float, float]
    usual: tuple[float, float]
    zero: bool
    """Whether 0 is usual although what lies just above it is not."""
    meant: tuple[Unit, ...]
    """Units that somebody may have meant, likeliest first."""
    reason: str

    @property
    def is_money(self) -> bool:
        """Whether it has to be converted from dollars."""
        return self.unit.split("/")[0] == DOLLAR


@dataclass(frozen=True, slots=True)
class Scale:
    """What one dollar is in a currency."""

    factor: float
    """Units of the currency for one dollar."""
    spread: float = 1.0
    """By how much more generous a comparison has to be."""


def range_of(part: type, field: str) -> Range | None:
    """The range of a field; None for one that the contract itself bounds or that can be anything."""
    return _ranges().get(_key(part, field))


def scale_of(scenario: Scenario, currency: str) -> Scale | None:
    """What a dollar is in a currency; None where neither a rate nor the table tells.

    A rate that is itself unusual says nothing about other figures.
    """
    if currency == DOLLAR:
        return Scale(1.0)
    dollar, foreign = _rate(scenario, DOLLAR), _rate(scenario, currency)
    if dollar is not None and foreign is not None:
        return Scale(dollar / foreign)
    magnitude = magnitudes().get(currency)
    return None if magnitude is None else Scale(10.0**magnitude, SPREAD_WITHOUT_RATE)


def magnitude_between(own: str, foreign: str) -> float | None:
    """Units of one currency for one of the other, as a power of ten; None where one is not in the table."""
    known = magnitudes()
    return 10.0 ** (known[own] - known[foreign]) if own in known and foreign in known else None


def _rate(scenario: Scenario, currency: str) -> float | None:
    """Scenario currency for one of another; None without a rate that can be trusted."""
    if currency == scenario.currency:
        return 1.0
    given = scenario.exchange_rates.get(currency)
    if given is None:
        return None
    expected = magnitude_between(scenario.currency, currency)
    low, high = _ranges()["ExchangeRate.value"].usual
    return given.value if expected is None or low <= given.value / expected <= high else None


@lru_cache(maxsize=1)
def magnitudes() -> Mapping[str, int]:
    """Power of ten of the units of a currency for one dollar."""
    with data_path("currency_magnitudes.csv").open(encoding="utf-8", newline="") as lines:
        return MappingProxyType({row["currency"]: int(row["power_of_ten"]) for row in csv.DictReader(lines)})


@lru_cache(maxsize=1024)
def _key(part: type, field: str) -> str:
    """`Part.field` by the class that declares the field."""
    owner = next(each for each in part.__mro__ if field in inspect.get_annotations(each))
    return f"{owner.__name__.strip('_')}.{field}"


@lru_cache(maxsize=1)
def _ranges() -> Mapping[str, Range]:
    with data_path("plausible_ranges.csv").open(encoding="utf-8", newline="") as lines:
        return MappingProxyType(
            {key: _range(row) for row in csv.DictReader(lines) for key in row["fields"].split()}
        )


def _range(row: Mapping[str, str]) -> Range:
    return Range(
        unit=row["unit"],
        per=row["per"],
        possible=_ends(row["possible_low"], row["possible_high"]),
        usual=_ends(row["usual_low"], row["usual_high"]),
        zero=row["zero"] == "yes",
        meant=tuple(_unit(words) for words in row["meant"].split("; ") if words),
        reason=row["reason"],
    )


def _ends(low: str, high: str) -> tuple[float, float]:
    return float(low or -math.inf), float(high or math.inf)


def _unit(words: str) -> Unit:
    factor, _, name = words.partition(" ")
    return Unit(name, float(factor))
