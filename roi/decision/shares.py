"""What each choice carries of a ledger: its own entries, and its part of what several share, by board time."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from roi.decision.answer import Choice
from roi.finance.discounting import year_factor
from roi.fleet.evaluation.quantities import OWNED
from roi.options.price import Option
from roi.planning.answer import FleetYear, PlanChoice
from roi.planning.entries import EnergyEntry, Entry, Ledger
from roi.planning.worth import value_today
from roi.scenario.document import Scenario
from roi.units import HOURS_PER_YEAR, KG_PER_TONNE, MONTHS_PER_YEAR


@dataclass(frozen=True)
class Weight:
    """A choice, and by what it carries a part."""

    choice: PlanChoice
    board_s: float
    """Board time over all years [s]."""
    accepted: float
    """Accepted images over all years."""


def choices_of(
    scenario: Scenario, ledger: Ledger, chosen: Sequence[PlanChoice], fleet: Sequence[FleetYear]
) -> tuple[Choice, ...]:
    """Every choice with its figures for one accepted image."""
    weights = [_weight(each) for each in chosen]
    money = _parts(ledger.entries, weights, lambda entry: _matches_entry(entry))
    used = _used(ledger.energy, weights)
    energy = _parts(used, weights, lambda entry: _matches_energy(entry))
    return tuple(
        _choice(scenario, weight, weights, money[place], energy[place], fleet)
        for place, weight in enumerate(weights)
    )


def _weight(chosen: PlanChoice) -> Weight:
    option = chosen.option
    per_request = option.attempt.busy_s * option.outcome.expected_attempts
    return Weight(
        chosen, per_request * math.fsum(chosen.requests_by_year), math.fsum(chosen.accepted_by_year)
    )


Fits = Callable[[Option], bool]


def _matches_entry(entry: Entry) -> Fits:
    def fits(option: Option) -> bool:
        return (
            entry.workload in (None, option.workload)
            and entry.supply in (None, option.offer.supply)
            and entry.model in (None, option.offer.model_id)
        )

    return fits


def _matches_energy(entry: EnergyEntry) -> Fits:
    def fits(option: Option) -> bool:
        return (
            entry.workload in (None, option.workload)
            and entry.supply == option.offer.supply
            and entry.option_id in (None, option.offer.id)
        )

    return fits


def _used(entries: Sequence[EnergyEntry], weights: Sequence[Weight]) -> list[EnergyEntry]:
    """Without the making of servers that stand there unused: it is the company's, and no picture's."""
    working = {each.choice.option.offer.supply for each in weights}
    return [entry for entry in entries if entry.supply in working]


def _parts(
    entries: Sequence[Entry] | Sequence[EnergyEntry],
    weights: Sequence[Weight],
    matches: Callable[..., Fits],
) -> list[list[tuple[Entry | EnergyEntry, float]]]:
    """Entries and the part of each that every choice carries, by choice."""
    found: list[list[tuple[Entry | EnergyEntry, float]]] = [[] for _ in weights]
    for entry in entries:
        fits = matches(entry)
        mine = [place for place, weight in enumerate(weights) if fits(weight.choice.option)]
        mine = mine or list(range(len(weights)))
        time = [weights[place].board_s for place in mine]
        shares = time if any(time) else [weights[place].accepted for place in mine]
        total = math.fsum(shares)
        for place, share in zip(mine, shares, strict=True):
            found[place].append((entry, share / total if total else 1.0 / len(mine)))
    return found


def _choice(
    scenario: Scenario,
    weight: Weight,
    weights: Sequence[Weight],
    money: Sequence[tuple[Entry | EnergyEntry, float]],
    energy: Sequence[tuple[Entry | EnergyEntry, float]],
    fleet: Sequence[FleetYear],
) -> Choice:
    ledger_years = len(weight.choice.accepted_by_year)
    rate, chosen = scenario.finance.discount_rate_per_year.value, weight.choice
    option = chosen.option
    images_today = math.fsum(
        count * year_factor(rate, year) for year, count in enumerate(chosen.accepted_by_year)
    )
    months = MONTHS_PER_YEAR * ledger_years
    same = [each.accepted for each in weights if each.choice.option.workload == option.workload]
    components: dict[str, list[float]] = {}
    for entry, part in money:
        if isinstance(entry, Entry):
            components.setdefault(entry.component, []).append(value_today(entry, rate) * part / images_today)
    used = [(entry, part) for entry, part in energy if isinstance(entry, EnergyEntry)]
    machine = option.offer.machine
    market_known = machine is not None and machine.market_grid_intensity_kg_co2e_per_kwh is not None
    made_known = machine is not None and machine.embodied_kg_co2e_per_gpu is not None

    def per_image(of: Callable[[EnergyEntry], float], *, known: bool) -> float | None:
        return math.fsum(of(entry) * part for entry, part in used) / weight.accepted if known else None

    return Choice(
        option=option,
        share_fraction=weight.accepted / math.fsum(same),
        accepted_images_per_month=weight.accepted / months,
        requests_per_month=math.fsum(chosen.requests_by_year) / months,
        cost_components={name: math.fsum(amounts) for name, amounts in components.items()},
        internal_carbon_cost_per_accepted_image=_internal_carbon(scenario, used, rate) / images_today,
        energy_kwh_per_accepted_image=per_image(lambda entry: entry.energy_kwh, known=machine is not None),
        operational_kg_co2e_per_accepted_image=per_image(
            lambda entry: entry.location_kg, known=machine is not None
        ),
        market_kg_co2e_per_accepted_image=per_image(lambda entry: entry.market_kg or 0.0, known=market_known),
        embodied_kg_co2e_per_accepted_image=per_image(lambda entry: entry.embodied_kg, known=made_known),
        utilization_fraction=utilization(fleet, option.offer.supply),
    )


def _internal_carbon(scenario: Scenario, used: Sequence[tuple[EnergyEntry, float]], rate: float) -> float:
    """Value today of what an internal carbon price adds [money]."""
    price = scenario.limits.internal_carbon_price
    if price is None:
        return 0.0
    weighed = math.fsum(
        (entry.location_kg + entry.embodied_kg) * part * year_factor(rate, entry.year) for entry, part in used
    )
    return scenario.amount(price) / KG_PER_TONNE * weighed


def utilization(fleet: Sequence[FleetYear], supply: str) -> float | None:
    """Busy over paid hours of a supply, over all hours of own and reserved units [1]; None without hours."""
    mine = [year for year in fleet if year.supply == supply]
    whole = any(year.kind in OWNED for year in mine)
    hours = math.fsum(year.units * HOURS_PER_YEAR if whole else year.paid_hours for year in mine)
    return math.fsum(year.busy_hours for year in mine) / hours if hours else None
