"""Grid factors: what a kilowatt-hour of a country or of a zone emits, from the dated table `grid_factors.csv`.

A row is a place, a year and a basis. `direct` is what is emitted where electricity is made, which is what scope 2
asks for (GHG Protocol Scope 2 Guidance, 2015); `life_cycle` holds also fuels, plants and their making,
which belong to scope 3, category 3. A decision counts the life-cycle factor where there is one, so that places are
compared on one basis, else the direct one. The year is the latest that is not after the one asked for.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Literal, cast

from roi.assumptions import Row, figure_of, table
from roi.countries import country_names, named_country, unknown_country
from roi.errors import MissingFigureError
from roi.figure import Figure
from roi.texts.messages import Message

TABLE = "grid_factors.csv"

Basis = Literal["life_cycle", "direct"]
_WORDS: dict[Basis, str] = {"life_cycle": "life-cycle", "direct": "direct emissions"}
_BY_PREFERENCE: tuple[Basis, ...] = ("life_cycle", "direct")


@dataclass(frozen=True, slots=True)
class GridFactor:
    """One row of the table."""

    place: str
    """ISO 3166 alpha-3, or `JPN/tokyo` for a zone of it."""
    year: int
    """Calendar year; of Japanese utilities the fiscal year that begins in it."""
    basis: Basis
    figure: Figure
    """[kgCO2e/kWh]"""
    publisher: str
    """Who says so, without the address: two factors of one publisher may be compared."""


@dataclass(frozen=True, slots=True)
class GridFactors:
    """What is known of a place for one year."""

    decides: GridFactor
    """The factor that a decision counts."""
    direct: GridFactor | None
    """The direct factor of the same year."""

    @property
    def upstream_kg_co2e_per_kwh(self) -> float | None:
        """Life-cycle less direct [kgCO2e/kWh]; None where the two are not of one publisher, or one is not known."""
        if self.decides.basis == "direct" or self.direct is None:
            return None
        if self.decides.publisher != self.direct.publisher:
            return None
        return self.decides.figure.value - self.direct.figure.value


@lru_cache
def grid_factors(country: str, zone: str | None, year: int) -> GridFactors:
    """Factors of a country, or of a zone of it, of the latest year that is not after `year`.

    Raises
    ------
    MissingFigureError
        When the place is not in the table, or only with later years.
    """
    fault = place_fault(country, zone, year)
    if fault is not None:
        raise MissingFigureError(Message("fault.or_give_intensity", fault=fault))
    known = _rows()[place_of(country, zone)]
    decides = next(key for basis in _BY_PREFERENCE if (key := _latest(known, basis, year)) is not None)
    direct = known.get((decides[0], "direct"))
    return GridFactors(_factor(known[decides]), None if direct is None else _factor(direct))


def place_fault(country: str, zone: str | None, year: int) -> Message | None:
    """Why the table has no factor for the place by that year, and what is near; None where it has one."""
    if country not in _rows() and country in country_names():
        return Message("fault.no_intensity", country=named_country(country))
    if country not in _rows():
        return unknown_country(country)
    place = place_of(country, zone)
    known = _rows().get(place)
    if known is None:
        zones = ", ".join(zones_of(country)) or Message("fault.no_zones")
        return Message("fault.unknown_zone", zone=repr(zone), country=country, zones=zones)
    first = min(earliest for earliest, _ in known)
    if first > year:
        return Message("fault.late_intensity", place=place, first=first, year=year)
    return None


def place_of(country: str, zone: str | None) -> str:
    """Name of the place in the table."""
    return country if zone is None else f"{country}/{zone}"


def has_country(country: str) -> bool:
    """Whether the table holds the country."""
    return country in _rows()


def zones_of(country: str) -> tuple[str, ...]:
    """Zones of the country that the table holds, in the order of the alphabet."""
    return tuple(sorted(place.partition("/")[2] for place in _rows() if place.startswith(f"{country}/")))


_Key = tuple[int, Basis]


def _latest(known: Iterable[_Key], basis: Basis, year: int) -> _Key | None:
    years = [each for each, of in known if of == basis and each <= year]
    return (max(years), basis) if years else None


@lru_cache
def _rows() -> Mapping[str, Mapping[_Key, Row]]:
    """Rows by place, then by year and basis."""
    found: dict[str, dict[_Key, Row]] = {}
    for row in table(TABLE).values():
        found.setdefault(row["place"], {})[int(row["year"]), cast(Basis, row["basis"])] = row
    return MappingProxyType(found)


def _factor(row: Row) -> GridFactor:
    basis = cast(Basis, row["basis"])
    words = f"{row['name']} {row['year']}, {_WORDS[basis]}, {row['source']}"
    figure = figure_of({**row, "source": words})
    return GridFactor(row["place"], int(row["year"]), basis, figure, row["source"])
