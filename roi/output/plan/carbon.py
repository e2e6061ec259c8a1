"""Energy and carbon of one side of a plan in its JSON: what decides, and the disclosure by scope."""

from collections.abc import Iterable

from roi.disclosure import (
    ScopedCarbon,
    carbon_by_scope,
    grid_bases,
    market_absence,
    site_electricity,
    software_carbon_intensity,
    upstream_absence,
    uses_own_electricity,
    without_market,
)
from roi.output.document import Json
from roi.planning.answer import Ledger
from roi.planning.worth import summed
from roi.scenario.document import Scenario
from roi.texts import Language


def carbon_document(scenario: Scenario, ledger: Ledger | None, language: Language) -> Json | None:
    """Operational by year, location- and market-based, embodied as amortised, and the disclosure by scope.

    What decides is `location` and `embodied`. Market-based years are null, with the reason, where electricity is
    used for which no market-based intensity is stated; so is category 3 where the upstream part is not known.
    """
    if ledger is None:
        return None
    missing, own = without_market(ledger), uses_own_electricity(scenario, ledger)
    return {
        "disclosed": ledger.carbon_disclosed,
        "grid_basis": grid_bases(scenario),
        "location": _summed(ledger, [(use.year, use.location_kg) for use in ledger.energy]),
        "market": _summed(ledger, [(use.year, use.market_kg) for use in ledger.energy]),
        "market_reason": market_absence(missing, language) if missing else None,
        "embodied": _summed(ledger, [(use.year, use.embodied_kg) for use in ledger.energy]),
        "energy_kwh": _summed(ledger, [(use.year, use.energy_kwh) for use in ledger.energy]),
        "scope_2_basis": site_electricity(scenario).basis if own else None,
        "scope_3_category_3_reason": upstream_absence(scenario, language) if own else None,
        "scopes": {str(each.year + 1): _scope(each) for each in carbon_by_scope(scenario, ledger)},
        "sci_kg_co2e_per_accepted_image": software_carbon_intensity(ledger),
    }


def _scope(each: ScopedCarbon) -> Json:
    return {
        "scope_2_location": each.scope_2_location,
        "scope_2_market": each.scope_2_market,
        "scope_3_category_3": each.scope_3_fuel_and_energy,
        "scope_3_category_1_location": each.scope_3_purchased_services,
        "scope_3_category_1_market": each.scope_3_purchased_services_market,
        "scope_3_category_2": each.scope_3_capital_goods,
    }


def _summed(ledger: Ledger, amounts: Iterable[tuple[int, float | None]]) -> dict[str, float | None]:
    found: list[list[float | None]] = [[] for _ in range(ledger.years)]
    for year, amount in amounts:
        found[year].append(amount)
    return {str(year): summed(of_year) for year, of_year in enumerate(found, start=1)}
