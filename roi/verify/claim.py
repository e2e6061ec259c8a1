"""What an answer claims, as plain data: names and numbers, nothing of how they were found."""

from collections.abc import Mapping
from dataclasses import dataclass

Years = tuple[float, ...]
Periods = tuple[tuple[float, ...], ...]
"""By year, then by time block."""


@dataclass(frozen=True, slots=True)
class ClaimedChoice:
    """One configuration that serves a workload on a supply."""

    workload: str
    profile: str
    """Id of the profile, or `api:` and the supply's name."""
    supply: str
    images: int
    """Images per attempt."""
    attempts_max: int
    requests: Periods
    accepted: Years
    """Pictures delivered, fallbacks included."""


@dataclass(frozen=True, slots=True)
class ClaimedFleet:
    """Units of one supply that comes in units."""

    supply: str
    bought: Years
    """Bought or committed to at the beginning of each year."""
    units: Years
    """In service; 0 of those rented by the hour."""
    on: Periods
    """Switched on throughout the block."""
    hours: Periods
    """Unit-hours paid or powered [h]."""
    powered: Periods
    """Powered at some time of the block."""


@dataclass(frozen=True, slots=True)
class ClaimedEnergy:
    """Energy and emissions of one supply by year; of what is not published nothing."""

    kwh: Years
    location_kg: Years
    """Operational, location-based."""
    market_kg: Years | None
    """Operational, market-based; None where no intensity is stated."""
    made_kg: Years
    """Making, amortised over use or life."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The answer's own words and sums."""

    choices: tuple[ClaimedChoice, ...]
    fleets: tuple[ClaimedFleet, ...]
    money: Mapping[str, Years]
    """Cash at the prices of its year by component; what people read [money]."""
    tco: float
    """Value today of all of it [money]."""
    cost_per_accepted_image: float
    """Levelised [money]."""
    energy: Mapping[str, ClaimedEnergy]
    """By supply; those that do nothing may be left out."""
    bought_kg: Years
    """Making of servers, whole in the year of their purchase."""
    carbon_disclosed: bool
    """Whether all that is used says what it emits."""
    review_hours: Years
    """Of people who look."""
    gap: float = 0.0
    """Proven fraction by which a cheaper plan may exist."""
