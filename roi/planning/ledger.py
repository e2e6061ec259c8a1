"""Money, energy and carbon of a plan of the fleet programme, entry by entry: the expected ones over its worlds."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from roi.arrays import FloatArray
from roi.fleet.evaluation.quantities import OWNED, Quantities, quantities
from roi.fleet.problem import FleetPlan, FleetProgramme
from roi.options.price import Option
from roi.options.terms import Values, machine_terms
from roi.planning.answer import Owed
from roi.planning.candidates import component_of
from roi.planning.entries import EnergyEntry, Entry, Ledger, Timing
from roi.planning.supply_cash import opening, owed, purchase, residuals, running_cash
from roi.scenario.document import Scenario
from roi.scenario.supply import Api, Own
from roi.units import SECONDS_PER_HOUR


def ledger(
    scenario: Scenario, programme: FleetProgramme, options: Sequence[Option], plan: FleetPlan
) -> Ledger:
    """All entries of the plan; `options` stand behind the programme's candidates, in the same order."""
    book = _Book(scenario, programme, options, plan, quantities(programme, plan))
    return Ledger(
        years=len(programme.year_factor),
        entries=tuple(entry for entry in book.entries() if entry.amount),
        energy=tuple(entry for entry in book.energy() if _counts(entry)),
        accepted_images=tuple(book.by_year(accepted_per_request(options)).tolist()),
        review_hours=tuple(book.by_year(review_hours(scenario, options)).tolist()),
        purchased_embodied_kg=book.purchased_embodied_kg(),
        carbon_disclosed=book.carbon_disclosed(),
    )


def expected(programme: FleetProgramme, by_world: FloatArray) -> FloatArray:
    """Mean over the worlds, which are the first axis; of what is the same in all of them that."""
    if len(by_world) == 1:
        return np.asarray(by_world[0])
    return np.asarray(np.tensordot(programme.world_probability, by_world, axes=1))


def review_hours(scenario: Scenario, options: Sequence[Option]) -> FloatArray:
    """People's time for one request of each option [h, N]."""
    found = []
    for option in options:
        workload = scenario.workload(option.workload)
        if workload is None:
            raise ValueError(f"option of unknown workload {option.workload!r}")
        look = workload.review
        seconds = look.seconds_per_attempt.value + look.seconds_per_image.value * option.attempt.images
        found.append(seconds * option.outcome.expected_attempts / SECONDS_PER_HOUR)
    return np.array(found)


def accepted_per_request(options: Sequence[Option]) -> FloatArray:
    """Accepted images of one request of each option, fallbacks included [image, N]."""
    return np.array([option.delivered for option in options])


def owed_by(programme: FleetProgramme, plan: FleetPlan, place: int) -> Iterator[Owed]:
    """What the commitments of a supply cost after the horizon, by the year of their signature."""
    supply, years = programme.supplies[place], len(programme.year_factor)
    for signed, units in enumerate(plan.buy[place].tolist() if supply.kind == "reserved" else ()):
        beyond = signed + supply.life_years - years
        if units and beyond > 0:
            price = float(expected(programme, supply.commitment_price[:, signed]))
            yield Owed(supply.name, units, signed, beyond, price * units * beyond)


def _counts(entry: EnergyEntry) -> bool:
    return any((entry.energy_kwh, entry.location_kg, entry.market_kg, entry.embodied_kg))


def _market_kg(kwh: float, intensity: float) -> float | None:
    """Market-based emissions; None where no intensity is stated. Nothing used emits nothing [kgCO2e]."""
    if kwh == 0.0:
        return 0.0
    return None if math.isnan(intensity) else kwh * intensity


@dataclass(frozen=True, eq=False)
class _Book:
    scenario: Scenario
    programme: FleetProgramme
    options: Sequence[Option]
    plan: FleetPlan
    done: Quantities

    @property
    def _years(self) -> range:
        return range(len(self.programme.year_factor))

    def by_year(self, per_request: FloatArray) -> FloatArray:
        """Sum over all requests of an amount of each, by year [Y]."""
        yearly = self._requests().sum(axis=3)
        return expected(self.programme, np.einsum("r,rwy->wy", per_request[self.plan.rows], yearly))

    def entries(self) -> Iterator[Entry]:
        """Money of requests, of supplies, of models, of the site."""
        yield from self._of_requests()
        yield from self._of_supplies()
        yield from self._of_models()
        charge = expected(self.programme, self.programme.demand_charge * self.done.site_kw.max(axis=2))
        for year in self._years:
            yield Entry(year, "during", "demand_charge", None, None, None, float(charge[year]))

    def _requests(self) -> FloatArray:
        return np.asarray(self.plan.requests, dtype=np.float64)

    def _of_requests(self) -> Iterator[Entry]:
        candidates, requests = self.programme.candidates, self._requests()
        for place, row in enumerate(self.plan.rows.tolist()):
            option = self.options[row]
            where = self.programme.supplies[int(candidates.supply[row])]
            found: dict[str, FloatArray] = {}
            yearly = requests[place].sum(axis=2)
            for name, amounts in candidates.stream.items():
                cash = expected(self.programme, amounts[row] * yearly * self.programme.stream_factor[name])
                component = component_of(name)
                found[component] = found.get(component, np.zeros(len(cash))) + cash
            price = np.einsum("wyb,wyb->wy", where.electricity_price, requests[place])
            found["electricity"] = expected(self.programme, candidates.energy_kwh[row] * price)
            for component, cash in found.items():
                for year in self._years:
                    yield Entry(
                        year,
                        "during",
                        component,
                        option.workload,
                        option.offer.supply,
                        option.offer.model_id,
                        float(cash[year]),
                    )

    def _of_supplies(self) -> Iterator[Entry]:
        plan, problem = self.plan, self.programme
        for place, supply in enumerate(problem.supplies):
            running = running_cash(supply, plan, place, plan.hours[place], self.done.idle_kwh[place])
            for component, cash in running.items():
                yield from self._shared("during", component, supply.name, cash)
            after = owed(supply, plan, place, problem.start_factor, problem.later_factor)
            yield from self._shared("start", "purchase", supply.name, purchase(supply, plan, place))
            for (last,), (fetched,) in residuals(supply, plan, place):
                yield Entry(int(last), "end", "residual", None, supply.name, None, float(fetched))
            yield from self._shared("end", "owed", supply.name, after)
            yield from self._shared("start", "opening", supply.name, opening(supply, plan, place))

    def _shared(self, timing: Timing, component: str, supply: str, by_world: FloatArray) -> Iterator[Entry]:
        cash = expected(self.programme, by_world)
        for year in self._years:
            yield Entry(year, timing, component, None, supply, None, float(cash[year]))

    def _of_models(self) -> Iterator[Entry]:
        for place, model in enumerate(self.programme.model_names):
            for year in self._years:
                taken = self.programme.model_migration[place] * self.plan.taken[place, year]
                yield Entry(year, "start", "migration", None, None, model, float(taken))
                kept = self.programme.model_upkeep[place, year] * self.plan.kept[place, year]
                yield Entry(year, "during", "model", None, None, model, float(kept))

    def energy(self) -> Iterator[EnergyEntry]:
        """Of requests, of waiting boards, of the making of units; what is not disclosed counts nothing."""
        candidates, requests = self.programme.candidates, self._requests()
        for place, row in enumerate(self.plan.rows.tolist()):
            option, supply = self.options[row], self.programme.supplies[int(candidates.supply[row])]
            made = np.nan_to_num(candidates.embodied_kg[row])
            yearly = expected(self.programme, requests[place].sum(axis=2))
            for year in self._years:
                kwh = float(candidates.energy_kwh[row] * yearly[year])
                yield EnergyEntry(
                    year,
                    supply.name,
                    option.workload,
                    option.offer.id,
                    "busy",
                    kwh,
                    kwh * float(supply.grid_kg_per_kwh[year]),
                    _market_kg(kwh, float(supply.market_kg_per_kwh[year])),
                    float(made * yearly[year]),
                )
        yield from self._energy_of_supplies()

    def _energy_of_supplies(self) -> Iterator[EnergyEntry]:
        for place, supply in enumerate(self.programme.supplies):
            idle = expected(self.programme, self.done.idle_kwh[place].sum(axis=2))
            made = expected(self.programme, self._made_kg(place))
            for year in self._years:
                kwh = float(idle[year])
                location = kwh * float(supply.grid_kg_per_kwh[year])
                market = _market_kg(kwh, float(supply.market_kg_per_kwh[year]))
                yield EnergyEntry(year, supply.name, None, None, "idle", kwh, location, market, 0.0)
                yield EnergyEntry(year, supply.name, None, None, "made", 0.0, 0.0, 0.0, float(made[year]))

    def _made_kg(self, place: int) -> FloatArray:
        """Making of units, amortised over paid hours or years [kgCO2e, W x Y]."""
        supply = self.programme.supplies[place]
        hours = np.nan_to_num(supply.embodied_kg_per_unit_hour) * self.plan.hours[place].sum(axis=2)
        owned = supply.embodied_kg_per_unit_year if supply.kind in OWNED else 0.0
        return np.asarray(hours + np.nan_to_num(owned) * self.done.alive[place])

    def purchased_embodied_kg(self) -> tuple[float, ...]:
        """Making of the servers that are bought, whole in the year of purchase; nothing where not published."""
        named = {supply.name: supply for supply in self.scenario.supplies}
        found = [0.0] * len(self._years)
        for place, supply in enumerate(self.programme.supplies):
            scenario_supply = named[supply.name]
            if supply.kind == "own" and isinstance(scenario_supply, Own):
                each = machine_terms(Values(self.scenario), scenario_supply).embodied_kg_co2e_per_gpu or 0.0
                for year, units in enumerate(self.plan.buy[place].tolist()):
                    found[year] += each * supply.boards * units
        return tuple(found)

    def carbon_disclosed(self) -> bool:
        """Whether everything that is used says what it emits."""
        named = {supply.name: supply for supply in self.scenario.supplies}
        serving = {self.options[row].offer.supply for row in self.plan.rows.tolist()}
        held = [
            supply.name
            for place, supply in enumerate(self.programme.supplies)
            if self.done.alive[place].any() or self.plan.hours[place].any()
        ]
        used = [named[name] for name in sorted(serving.union(held))]
        return all(
            not isinstance(supply, Api)
            and machine_terms(Values(self.scenario), supply).embodied_kg_co2e_per_gpu is not None
            for supply in used
        )
