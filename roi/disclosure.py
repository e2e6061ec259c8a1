"""Carbon of a plan as a company discloses it: by scope and year, and per accepted image.

Scopes follow the GHG Protocol: electricity that own servers draw is scope 2, location- and market-based; what
was emitted to make a purchase is scope 3 category 2, booked whole in the year of purchase; cloud instances,
APIs and pictures bought outside are scope 3 category 1, with the embodied carbon that their use carries.

SCI (Software Carbon Intensity, ISO/IEC 21031) = (E * I + M) per R with R = one accepted image: location-based,
embodied carbon amortised over life, no offsets.
"""

import math
from dataclasses import dataclass

from roi.planning.answer import EnergyEntry, Ledger
from roi.scenario.document import Scenario
from roi.scenario.supply import Own


@dataclass(frozen=True, slots=True)
class ScopedCarbon:
    """Emissions of one year [kgCO2e]."""

    year: int
    """0 is the first year."""
    scope_2_location: float
    scope_2_market: float
    scope_3_purchased_services: float
    """Category 1: cloud, API and pictures bought outside; location-based, with embodied carbon by use."""
    scope_3_purchased_services_market: float
    """The same, market-based where the vendor states an intensity."""
    scope_3_capital_goods: float
    """Category 2: embodied carbon of what is bought, whole in this year."""

    @property
    def total_location(self) -> float:
        """All scopes, electricity location-based."""
        return math.fsum((self.scope_2_location, self.scope_3_purchased_services, self.scope_3_capital_goods))

    @property
    def total_market(self) -> float:
        """All scopes, electricity market-based."""
        services = self.scope_3_purchased_services_market
        return math.fsum((self.scope_2_market, services, self.scope_3_capital_goods))


def carbon_by_scope(scenario: Scenario, ledger: Ledger) -> tuple[ScopedCarbon, ...]:
    """Emissions of every year by scope; of the disclosed part where a supply does not disclose its own."""
    own = {supply.name for supply in scenario.supplies if isinstance(supply, Own)}
    return tuple(_of_year(ledger, own, year) for year in range(ledger.years))


def _of_year(ledger: Ledger, own: set[str], year: int) -> ScopedCarbon:
    used = [entry for entry in ledger.energy if entry.year == year]
    mine = [entry for entry in used if entry.supply in own]
    bought = [entry for entry in used if entry.supply not in own]
    return ScopedCarbon(
        year=year,
        scope_2_location=math.fsum(entry.location_kg for entry in mine),
        scope_2_market=math.fsum(entry.market_kg for entry in mine),
        scope_3_purchased_services=math.fsum(_with_embodied(entry) for entry in bought),
        scope_3_purchased_services_market=math.fsum(entry.market_kg + entry.embodied_kg for entry in bought),
        scope_3_capital_goods=ledger.purchased_embodied_kg[year],
    )


def _with_embodied(entry: EnergyEntry) -> float:
    return entry.location_kg + entry.embodied_kg


def software_carbon_intensity(ledger: Ledger) -> float | None:
    """(E * I + M) per accepted image over all years [kgCO2e]; None where a used supply discloses nothing."""
    images = math.fsum(ledger.accepted_images)
    if not ledger.carbon_disclosed or images == 0.0:
        return None
    return math.fsum(_with_embodied(entry) for entry in ledger.energy) / images
