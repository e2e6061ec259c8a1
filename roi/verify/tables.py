"""Files of reference figures as they lie there, read by nobody else's code."""

import csv
import json
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

Row = Mapping[str, str]


@lru_cache
def rows(name: str) -> tuple[Row, ...]:
    """Rows of a table of `roi/data`."""
    text = (files("roi") / "data" / name).read_text(encoding="utf-8")
    return tuple(MappingProxyType(row) for row in csv.DictReader(text.splitlines()))


@lru_cache
def values(name: str) -> Mapping[str, float]:
    """Values of a table of `roi/data` by key."""
    return MappingProxyType({row["key"]: float(row["value"]) for row in rows(name)})


@lru_cache
def library(name: str) -> Mapping[str, Any]:
    """A table of the library: boards, models or published quality."""
    found: Mapping[str, Any] = json.loads(
        (files("bench") / "library" / f"{name}.json").read_text(encoding="utf-8")
    )
    return found


@lru_cache
def bundled() -> Mapping[str, Mapping[str, Any]]:
    """Profiles that travel with the package, by id, as their files have them."""
    found: dict[str, Mapping[str, Any]] = {}
    for file in (files("bench") / "library").iterdir():
        if file.name.endswith(".json"):
            held = json.loads(file.read_text(encoding="utf-8"))
            found |= {each["id"]: each for each in held.get("profiles", ())}
    return MappingProxyType(found)


@lru_cache
def grid_kg_per_kwh(country: str, zone: str | None, price_year: int) -> float | None:
    """Newest factor up to the year, life-cycle where anybody states one; None where there is none."""
    place = f"{country}/{zone}" if zone else country
    dated = [
        row for row in rows("grid_factors.csv") if row["place"] == place and int(row["year"]) <= price_year
    ]
    for basis in ("life_cycle", "direct"):
        found = [(int(row["year"]), float(row["value"])) for row in dated if row["basis"] == basis]
        if found:
            return max(found)[1]
    return None
