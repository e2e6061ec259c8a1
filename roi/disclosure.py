"""Carbon of a plan as a company discloses it: by scope and year, and per accepted image.

Scopes follow the GHG Protocol: electricity that own servers draw is scope 2, location- and market-based; its
upstream part (life-cycle less direct: fuels, plants) is scope 3 category 3; what was emitted to make a purchase is
scope 3 category 2, booked whole in the year of purchase; cloud instances, APIs and pictures bought outside are
scope 3 category 1, upstream included, with the embodied carbon that their use carries.

Scope 2 asks for direct emissions (GHG Protocol Scope 2 Guidance, 2015). Where only a life-cycle factor is known,
scope 2 holds it whole and says so, and category 3 is absent; it is absent too where no upstream part is known,
never zero. Market-based figures are absent where electricity is used for which no contract's intensity is stated.

The figure that decides, in options, caps and SCI, is none of these: electricity location-based at the factor that
decides (`roi.grid`), and making spread over use.

SCI (Software Carbon Intensity, ISO/IEC 21031) = (E * I + M) per R with R = one accepted image: location-based,
embodied carbon amortised over life, no offsets.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from roi.planning.entries import EnergyEntry, Ledger
from roi.planning.worth import summed
from roi.scenario import effective
from roi.scenario.document import Scenario
from roi.scenario.effective import Grid, GridBasis
from roi.scenario.supply import Own, Rent
from roi.texts import Language, text


def limits_carbon(scenario: Scenario) -> bool:
    """Whether any limit is on emissions."""
    caps = scenario.limits.carbon_caps.values()
    return any(each is not None for each in (*caps, *(work.carbon_max for work in scenario.workloads)))


Absence = Literal["life_cycle_only", "direct_only", "two_publishers", "stated"]
"""Why the upstream part of own electricity is not known."""

SCOPES = (
    "scope_2_location",
    "scope_2_market",
    "scope_3_fuel_and_energy",
    "scope_3_purchased_services",
    "scope_3_purchased_services_market",
    "scope_3_capital_goods",
)
"""Fields of `ScopedCarbon` in the order in which people read them; their names stand in `roi.texts` under these."""


@dataclass(frozen=True, slots=True)
class ScopedCarbon:
    """Emissions of one year [kgCO2e]."""

    year: int
    """0 is the first year."""
    scope_2_location: float
    """Direct where that is known, else at the factor that decides."""
    scope_2_market: float | None
    """None where no market-based intensity is stated."""
    scope_3_fuel_and_energy: float | None
    """Category 3: the upstream part of the electricity of own servers; None where it is not known."""
    scope_3_purchased_services: float
    """Category 1: cloud, API and pictures bought outside; location-based, with embodied carbon by use."""
    scope_3_purchased_services_market: float | None
    """The same, market-based; None where a vendor that is used states no market-based intensity."""
    scope_3_capital_goods: float
    """Category 2: embodied carbon of what is bought, whole in this year."""

    @property
    def total_location(self) -> float:
        """All scopes that are known, electricity location-based."""
        return math.fsum((self.scope_2_location, self.scope_3_purchased_services, *self._either_way()))

    @property
    def total_market(self) -> float | None:
        """The same with electricity market-based; None where a part of it is not stated."""
        return summed((self.scope_2_market, self.scope_3_purchased_services_market, *self._either_way()))

    def _either_way(self) -> tuple[float, float]:
        return (self.scope_3_fuel_and_energy or 0.0, self.scope_3_capital_goods)


@dataclass(frozen=True, slots=True)
class SiteElectricity:
    """On which basis the electricity of own servers is disclosed."""

    grid: Grid

    @property
    def basis(self) -> GridBasis:
        """Basis of scope 2, location-based."""
        return "direct" if self.grid.direct_kg_co2e_per_kwh is not None else self.grid.basis

    @property
    def upstream_absence(self) -> Absence | None:
        """Why category 3 is absent; None where it is known."""
        if self.grid.basis == "stated":
            return "stated"
        if self.grid.basis == "direct":
            return "direct_only"
        if self.grid.direct_kg_co2e_per_kwh is None:
            return "life_cycle_only"
        return "two_publishers" if self.grid.upstream_kg_co2e_per_kwh is None else None

    def direct_kg(self, decided_kg: float) -> float:
        """Scope 2 of emissions at the factor that decides [kgCO2e]."""
        return self._part(decided_kg, self.grid.direct_kg_co2e_per_kwh)

    def upstream_kg(self, decided_kg: float) -> float | None:
        """Category 3 of emissions at the factor that decides; None where it is not known [kgCO2e]."""
        upstream = self.grid.upstream_kg_co2e_per_kwh
        if decided_kg == 0.0:
            return 0.0
        return None if upstream is None else self._part(decided_kg, upstream)

    def _part(self, decided_kg: float, factor: float | None) -> float:
        whole = self.grid.intensity.value
        return decided_kg if factor is None or whole == 0.0 else decided_kg * factor / whole


def site_electricity(scenario: Scenario) -> SiteElectricity:
    """How the site's electricity is disclosed."""
    return SiteElectricity(effective.grid(scenario, scenario.site))


def uses_own_electricity(scenario: Scenario, ledger: Ledger) -> bool:
    """Whether own servers draw electricity."""
    own = _own(scenario)
    return any(entry.energy_kwh for entry in ledger.energy if entry.supply in own)


def without_market(ledger: Ledger) -> tuple[str, ...]:
    """Supplies whose electricity is used and for which no market-based intensity is stated, in their order."""
    return tuple(dict.fromkeys(entry.supply for entry in ledger.energy if entry.market_kg is None))


def grid_bases(scenario: Scenario) -> dict[str, GridBasis]:
    """Basis of the grid intensity that decides, by supply; services disclose none."""
    places = [
        (supply.name, scenario.site if isinstance(supply, Own) else supply)
        for supply in scenario.supplies
        if isinstance(supply, Own | Rent)
    ]
    return {name: effective.grid(scenario, place).basis for name, place in places}


def carbon_by_scope(scenario: Scenario, ledger: Ledger) -> tuple[ScopedCarbon, ...]:
    """Emissions of every year by scope; of the disclosed part where a supply does not disclose its own."""
    own, site = _own(scenario), site_electricity(scenario)
    return tuple(_of_year(ledger, own, site, year) for year in range(ledger.years))


def _own(scenario: Scenario) -> set[str]:
    return {supply.name for supply in scenario.supplies if isinstance(supply, Own)}


def _of_year(ledger: Ledger, own: set[str], site: SiteElectricity, year: int) -> ScopedCarbon:
    used = [entry for entry in ledger.energy if entry.year == year]
    mine = [entry for entry in used if entry.supply in own]
    bought = [entry for entry in used if entry.supply not in own]
    decided = math.fsum(entry.location_kg for entry in mine)
    return ScopedCarbon(
        year=year,
        scope_2_location=site.direct_kg(decided),
        scope_2_market=summed(entry.market_kg for entry in mine),
        scope_3_fuel_and_energy=site.upstream_kg(decided),
        scope_3_purchased_services=math.fsum(_with_embodied(entry) for entry in bought),
        scope_3_purchased_services_market=_market_with_embodied(bought),
        scope_3_capital_goods=ledger.purchased_embodied_kg[year],
    )


def _with_embodied(entry: EnergyEntry) -> float:
    return entry.location_kg + entry.embodied_kg


def _market_with_embodied(entries: Iterable[EnergyEntry]) -> float | None:
    return summed(
        None if entry.market_kg is None else entry.market_kg + entry.embodied_kg for entry in entries
    )


SCOPE_2_NAMES: dict[GridBasis, str] = {
    "direct": "plan.scope_2_location",
    "life_cycle": "plan.scope_2_location_life_cycle",
    "stated": "plan.scope_2_location_stated",
}
"""Key of what scope 2, location-based, is called on each basis."""

_ABSENCES: dict[Absence, str] = {
    "life_cycle_only": "plan.upstream_life_cycle_only",
    "direct_only": "plan.upstream_direct_only",
    "two_publishers": "plan.upstream_two_publishers",
    "stated": "plan.upstream_stated",
}
_BASES: dict[GridBasis, str] = {
    "life_cycle": "plan.grid_life_cycle",
    "direct": "plan.grid_direct",
    "stated": "plan.grid_stated",
}


def scope_name(scenario: Scenario, field: str, language: Language) -> str:
    """What a field of `ScopedCarbon` is called; scope 2 names the basis of its factor."""
    if field == "scope_2_location":
        return text(language, SCOPE_2_NAMES[site_electricity(scenario).basis])
    return text(language, f"plan.{field}")


def disclosure_notes(scenario: Scenario, ledgers: Sequence[Ledger], language: Language) -> list[str]:
    """What a reader of the scopes must know: the factor of scope 2, what is absent and why, what decides."""
    found = []
    if any(uses_own_electricity(scenario, ledger) for ledger in ledgers):
        found += _upstream_note(scenario, language)
    if names := tuple(dict.fromkeys(name for ledger in ledgers for name in without_market(ledger))):
        found.append(market_absence(names, language))
    return [*found, text(language, "plan.carbon_decides"), *_mixed_bases(scenario, language)]


def market_absence(names: Iterable[str], language: Language) -> str:
    """Why market-based figures are absent."""
    return text(language, "plan.market_absent", names=", ".join(names))


def upstream_absence(scenario: Scenario, language: Language) -> str | None:
    """Why category 3 is absent, in words; None where it is known."""
    return next(iter(_upstream_note(scenario, language)), None)


def _upstream_note(scenario: Scenario, language: Language) -> list[str]:
    site = site_electricity(scenario)
    absence = site.upstream_absence
    if absence is None:
        return []
    direct, whole = site.grid.direct_kg_co2e_per_kwh, site.grid.intensity.value
    return [text(language, _ABSENCES[absence], direct=f"{direct or 0.0:g}", whole=f"{whole:g}")]


def _mixed_bases(scenario: Scenario, language: Language) -> list[str]:
    """A warning where places are compared by factors that do not hold the same."""
    by_basis: dict[GridBasis, list[str]] = {}
    for name, basis in grid_bases(scenario).items():
        by_basis.setdefault(basis, []).append(name)
    if len(by_basis) < 2:
        return []
    words = "; ".join(
        f"{text(language, _BASES[basis])}: {', '.join(names)}" for basis, names in sorted(by_basis.items())
    )
    return [text(language, "plan.mixed_bases", bases=words)]


def software_carbon_intensity(ledger: Ledger) -> float | None:
    """(E * I + M) per accepted image over all years [kgCO2e]; None where a used supply discloses nothing."""
    images = math.fsum(ledger.accepted_images)
    if not ledger.carbon_disclosed or images == 0.0:
        return None
    return math.fsum(_with_embodied(entry) for entry in ledger.energy) / images
