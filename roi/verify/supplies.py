"""A supply of the raw scenario in plain numbers of its currency, cited figures where it leaves one out."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from roi.verify import names, tables
from roi.verify.discounting import yearly_payment
from roi.verify.figures import Exchange, FloatArray, Part, needed, number

Kind = Literal["api", "second", "shared", "hour", "reserved", "own"]
IN_UNITS = ("hour", "reserved", "own")
"""Kinds that come in whole units."""
HELD = ("reserved", "own")
"""Kinds whose units are bought or committed to."""
WATTS, SECONDS, YEAR_H, DAYS = 1000.0, 3600.0, 8760.0, 365.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where electricity is drawn."""

    country: str | None
    pue: float
    grid_kg: float | None
    """Location-based [kgCO2e/kWh]; None where nobody states it."""
    market_kg: float | None
    """Market-based [kgCO2e/kWh]; None where nobody states it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    """One supply; fields of machines are empty for an API and the other way round."""

    name: str
    kind: Kind
    vendor: str | None
    """None for own servers."""
    spot: bool = False
    place: Place
    board: str = ""
    boards: int = 1
    load: float = 1.0
    """Highest share of the time in which boards work [1]."""
    host_w: float = 0.0
    idle_w: float | None = None
    """Stated for one board [W]."""
    max_kw: float | None = None
    """Highest power of a unit at its plug [kW]; None where nobody gives it."""
    made_kg: float | None = None
    """Making of a board and its share of the server [kgCO2e]; None where nobody publishes it."""
    life_years: float = 1.0
    whole_life: int = 1
    """Years for which a unit bought or signed is there."""
    price: float = 0.0
    """Of an hour of a rented unit, or of a picture of an API, today [money]."""
    cold_s: float = 0.0
    minimum_s: float = 0.0
    again: float = 1.0
    """Work over work that counts [1]."""
    capital: float = 0.0
    """Price of a unit today; 0 where it is paid already [money]."""
    capital_change: float = 0.0
    left: float = 0.0
    """Share of the price that a unit fetches at its end [1]."""
    yearly: float = 0.0
    """Upkeep and space of a unit, today [money/year]."""
    opening: float = 0.0
    """[money]"""
    units_max: int | None = None
    there: int = 0
    """Units that are paid for and there."""
    swap_s_per_year: float = 0.0
    """Board-seconds for each further model in a year."""
    model: str = ""
    size: tuple[int, int] = (0, 0)
    latency_s: float | None = None
    commercial_use: str = "unknown"

    @property
    def in_units(self) -> bool:
        """Whether it comes in whole units."""
        return self.kind in IN_UNITS

    @property
    def held(self) -> bool:
        """Whether its units are bought or committed to."""
        return self.kind in HELD

    @property
    def owned(self) -> bool:
        """Whether it stands at the site, on the site's electricity."""
        return self.kind in ("own", "shared")

    @property
    def work_s_per_hour(self) -> float:
        """Board-seconds that a paid unit-hour holds."""
        return SECONDS * self.boards * self.load

    def capital_per_s(self, rate: float) -> float:
        """Capital of a board-second where other work fills the server [money/s]."""
        left = self.capital * self.left * (1.0 + rate) ** -self.life_years
        return float((self.capital - left) * yearly_payment(rate, self.life_years) / self.filled_s)

    @property
    def made_over_years(self) -> float:
        """Years that carry the making of a whole unit: of one that is bought those in which it works."""
        return self.whole_life if self.kind == "own" else self.life_years

    @property
    def filled_s(self) -> float:
        """Board-seconds at work in a year of a unit that is filled [s]."""
        return YEAR_H * self.work_s_per_hour

    def left_by_year(self, years: int) -> FloatArray:
        """Share of its price that a unit bought in each year fetches at its end, or the horizon's [Y]."""
        age = np.minimum(self.whole_life, years - np.arange(years))
        return np.asarray(1.0 - (1.0 - self.left) * age / self.whole_life)


def read_supply(given: Part, scenario: Part, money: Exchange, opened: frozenset[str]) -> Supply:
    """A supply of the document; `opened` are those in operation today."""
    kind = str(given["kind"])
    opening = 0.0 if given["name"] in opened else money.amount(given, "opening_cost") or 0.0
    if kind == "api":
        return _api(given, money, opening)
    return (_rent if kind == "rent" else _own)(given, scenario, money, opening)


def _api(given: Part, money: Exchange, opening: float) -> Supply:
    return Supply(
        name=given["name"],
        kind="api",
        vendor=given["vendor"],
        place=Place(country=given.get("country"), pue=1.0, grid_kg=0.0, market_kg=0.0),
        price=money.amount(given, "price_per_image") or 0.0,
        opening=opening,
        model=given["model"],
        size=(given["width"], given["height"]),
        latency_s=number(given, "latency_s"),
        commercial_use=given.get("commercial_use") or "unknown",
    )


def _rent(given: Part, scenario: Part, money: Exchange, opening: float) -> Supply:
    by_second, term = given.get("billing") == "second", given.get("term") or "on_demand"
    kind: Kind = "second" if by_second else "reserved" if term == "reserved" else "hour"
    return Supply(
        kind=kind,
        vendor=given["vendor"],
        spot=term == "spot",
        place=_place(given, scenario),
        price=money.amount(given, "price_per_h") or 0.0,
        whole_life=given.get("commitment_years") or 1,
        cold_s=number(given, "cold_start_s", 0.0) or 0.0,
        minimum_s=number(given, "minimum_s", 0.0) or 0.0,
        again=1.0 + (number(given, "interruption_overhead_fraction", 0.0) or 0.0),
        opening=opening,
        units_max=given.get("units_max"),
        **_machine(given),
    )


def _own(given: Part, scenario: Part, money: Exchange, opening: float) -> Supply:
    paid = bool(given.get("sunk"))
    most = given.get("units_max") or (1 if paid else None)
    machine = _machine(given)
    yearly = [money.amount(given, name) or 0.0 for name in ("upkeep_per_year", "space_per_year")]
    whole = not given["shared"]
    capital = money.amount(given, "capex") or 0.0
    return Supply(
        kind="own" if whole else "shared",
        vendor=None,
        place=_place(scenario["site"], scenario),
        whole_life=max(1, int(machine["life_years"])),
        capital=0.0 if paid and not whole else capital,
        capital_change=number(given, "capex_change_per_year", 0.0) or 0.0,
        left=needed(given, "residual_fraction"),
        yearly=sum(yearly),
        opening=opening,
        units_max=most,
        there=(most or 0) if paid and whole else 0,
        **machine,
    )


def _place(given: Part, scenario: Part) -> Place:
    stated = number(given, "grid_intensity")
    if stated is None:
        stated = tables.grid_kg_per_kwh(given["country"], given.get("grid_zone"), scenario["price_year"])
    return Place(
        country=given["country"],
        pue=needed(given, "pue"),
        grid_kg=stated,
        market_kg=number(given, "market_grid_intensity"),
    )


def _machine(given: Part) -> dict[str, Any]:
    cited, making = tables.values("parameters.csv"), tables.values("embodied_carbon.csv")
    known = names.board(given["board"])
    boards, host_w = (
        given.get("gpu_count") or 1,
        number(given, "host_power_w_per_gpu", cited["host_power_w_per_gpu"]),
    )
    board_kg = number(
        given, "embodied_kg_co2e_per_gpu", making.get(known["name"] if known else given["board"])
    )
    host_kg = number(given, "embodied_host_kg_co2e_per_gpu", making["host_per_gpu"])
    limit_w = known.get("power_limit_w") if known else None
    max_kw = number(given, "max_power_kw")
    if max_kw is None and limit_w is not None:
        max_kw = boards * (limit_w + host_w) / WATTS
    swap_s = (number(given, "model_swap_s", 0.0) or 0.0) * (number(given, "model_swaps_per_day", 0.0) or 0.0)
    return {
        "name": given["name"],
        "board": given["board"],
        "boards": boards,
        "load": needed(given, "utilization_fraction"),
        "host_w": host_w,
        "idle_w": number(given, "idle_power_w_per_gpu"),
        "max_kw": max_kw,
        "made_kg": None if board_kg is None else board_kg + (host_kg or 0.0),
        "life_years": number(given, "lifetime_years", cited["server_lifetime_years"]),
        "swap_s_per_year": swap_s * DAYS,
    }
