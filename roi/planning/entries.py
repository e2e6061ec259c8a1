"""What a course of action costs and emits: entries of money and of energy, and the ledger that adds them up."""

import math
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from roi.cost import COMPONENTS

Timing = Literal["start", "during", "end"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One amount of money: when, what for, whose. Costs are positive, the residual is negative."""

    year: int
    """0 is the first year."""
    timing: Timing
    """At the beginning of the year, evenly at its month ends, or at its end."""
    component: str
    workload: str | None
    """None for what workloads share: units, idle energy, models, opening."""
    supply: str | None
    model: str | None
    amount: float
    """Cash at the prices of its year, not discounted [money]."""


@dataclass(frozen=True, slots=True)
class EnergyEntry:
    """Energy and carbon of a year: of one option's requests, or of a supply's waiting boards and of its making."""

    year: int
    supply: str
    workload: str | None
    """None for waiting boards and for units."""
    option_id: str | None
    use: Literal["busy", "idle", "made"]
    """`busy`: requests; `idle`: powered and waiting; `made`: units, embodied carbon only."""
    energy_kwh: float
    location_kg: float
    """Operational, location-based [kgCO2e]."""
    market_kg: float | None
    """Operational, market-based; None where no market-based intensity is stated [kgCO2e]."""
    embodied_kg: float
    """Amortised over use or life [kgCO2e]."""

    def scaled(self, factor: float) -> "EnergyEntry":
        """The same of a part."""
        return replace(
            self,
            energy_kwh=self.energy_kwh * factor,
            location_kg=self.location_kg * factor,
            market_kg=None if self.market_kg is None else self.market_kg * factor,
            embodied_kg=self.embodied_kg * factor,
        )


@dataclass(frozen=True, slots=True)
class Ledger:
    """Money, energy and carbon of all years of one course of action: the expected one where worlds are drawn."""

    years: int
    entries: tuple[Entry, ...]
    energy: tuple[EnergyEntry, ...]
    accepted_images: tuple[float, ...]
    """Pictures delivered, fallbacks included, by year."""
    review_hours: tuple[float, ...]
    """People's hours by year."""
    purchased_embodied_kg: tuple[float, ...]
    """Embodied carbon of what is bought, booked whole in the year of purchase (scope 3 category 2), by year."""
    carbon_disclosed: bool
    """False when a used supply does not disclose its carbon; sums then are of the disclosed part."""

    def total(self, where: Callable[[Entry], bool]) -> float:
        """Sum of the amounts that fit."""
        return math.fsum(entry.amount for entry in self.entries if where(entry))

    def by_component_and_year(self) -> dict[str, tuple[float, ...]]:
        """Money by component, one amount a year; components without money are left out."""
        amounts: dict[tuple[str, int], list[float]] = defaultdict(list)
        for entry in self.entries:
            amounts[entry.component, entry.year].append(entry.amount)
        found = {}
        for component in COMPONENTS:
            by_year = tuple(math.fsum(amounts[component, year]) for year in range(self.years))
            if any(by_year):
                found[component] = by_year
        return found
