"""What a ledger comes to: value today, cost per year and per picture, carbon, energy."""

import math
from collections.abc import Iterable
from functools import lru_cache

from roi.finance.discounting import start_factor, year_factor
from roi.finance.measures import equivalent_annual_cost
from roi.planning.answer import Worth
from roi.planning.entries import Entry, Ledger
from roi.scenario.document import Scenario


def summed(amounts: Iterable[float | None]) -> float | None:
    """Sum of amounts; None where one of them is not known."""
    found = list(amounts)
    known = [amount for amount in found if amount is not None]
    return math.fsum(known) if len(known) == len(found) else None


def value_today(entry: Entry, rate: float) -> float:
    """Present value of an entry [money]."""
    if entry.timing == "start":
        return entry.amount * start_factor(rate, entry.year)
    if entry.timing == "end":
        return entry.amount * start_factor(rate, entry.year + 1)
    return entry.amount * _during(rate, entry.year)


@lru_cache(maxsize=1024)
def _during(rate: float, year: int) -> float:
    """`year_factor`, once for each year: a plan is priced by thousands of entries."""
    return year_factor(rate, year)


def worth(scenario: Scenario, ledger: Ledger) -> Worth:
    """Totals of a course of action."""
    rate = scenario.finance.discount_rate_per_year.value
    tco = math.fsum(value_today(entry, rate) for entry in ledger.entries)
    images = math.fsum(count * _during(rate, year) for year, count in enumerate(ledger.accepted_images))
    embodied = math.fsum(entry.embodied_kg for entry in ledger.energy)
    location = math.fsum(entry.location_kg for entry in ledger.energy)
    market = summed(entry.market_kg for entry in ledger.energy)
    return Worth(
        tco=tco,
        equivalent_annual_cost=equivalent_annual_cost(tco, rate, ledger.years),
        levelised_cost_per_accepted_image=tco / images,
        carbon_kg_co2e=location + embodied if ledger.carbon_disclosed else None,
        market_carbon_kg_co2e=market + embodied if ledger.carbon_disclosed and market is not None else None,
        energy_kwh=math.fsum(entry.energy_kwh for entry in ledger.energy),
    )
