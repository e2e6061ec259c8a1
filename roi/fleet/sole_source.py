"""One candidate as all there is: what a workload costs when it serves the whole of it, and what it costs at least.

`cost_alone` is the objective of the plan in which the candidate serves its workload alone, in whole units, within
`units_max` and no other rule; it is exact but for work that may wait on units whose electricity has several
prices in a year, where it is the cost of the plan with the fewest units. `least_cost` bounds from below what every
plan costs in which the candidate's choice serves the workload that is alone in the programme:

    any share x > 0 of a period's work on supply r needs one unit there, and load * x units; so it costs at least
    x * (cash + unit * max(1, load)), and the shares of a period add up to 1: the least over the supplies bounds it

with an equal part of the cost of opening a supply in each of its periods, and of each purchase in each of the years
in which it is alive. `roi.fleet.solver` leaves out choices that cannot win by that bound.
"""

from collections.abc import Iterator

import numpy as np

from roi.arrays import BoolArray, FloatArray, IntArray
from roi.fleet.coefficients import (
    ShareCoefficients,
    UnitCoefficients,
    share_coefficients,
    unit_coefficients,
    vintage_value,
)
from roi.fleet.evaluation.money import expected_and_tail
from roi.fleet.evaluation.quantities import of_supplies, power_counts
from roi.fleet.names import distinct
from roi.fleet.problem import FleetProgramme
from roi.fleet.whole_units import Carried, UnitTerms, unit_terms

CHUNK = 1_000_000
"""Numbers of one array that are held at once."""
SAME_COST = 1e-8
"""Fraction above the cheapest cost within which choices may still tie: the solver's tolerance ten times."""


def bounds_hold(programme: FleetProgramme) -> bool:
    """Whether `least_cost` says anything: one workload that must not be mixed, and nothing earns money."""
    electricity = any(np.any(each.electricity_price < 0) for each in programme.supplies)
    unit = unit_coefficients(programme)
    earns = np.any(unit.hour_cash < 0) or np.any(unit.year_cash < 0) or np.any(programme.carbon_price < 0)
    return len(programme.workload_names) == 1 and bool(programme.one_option[0]) and not (electricity or earns)


def cost_alone(programme: FleetProgramme, rows: IntArray) -> FloatArray:
    """Objective of the candidates `rows`, each alone; infinite where its supply has too few units [money, V]."""
    return _objective(
        programme, np.concatenate([_Alone(programme, part).cost() for part in _parts(programme, rows)])
    )


def least_cost(programme: FleetProgramme, rows: IntArray) -> FloatArray:
    """No plan in which the choice of each of `rows` serves the only workload is cheaper [money, V]."""
    parts = [_Alone(programme, part).least() for part in _parts(programme, rows)]
    by_period = np.concatenate(parts)
    choice = np.unique(programme.candidates.choice[rows], return_inverse=True)[1]
    least = np.full((int(choice.max(initial=-1)) + 1, *by_period.shape[1:]), np.inf)
    np.minimum.at(least, choice, by_period)
    whole = least.sum(axis=(2, 3))[choice] + _of_models(programme)[programme.candidates.model[rows]][:, None]
    return _objective(programme, whole)


def carbon_alone(programme: FleetProgramme, rows: IntArray) -> FloatArray:
    """Location-based emissions of one picture in the worst year and world where each of `rows` serves its workload
    alone, waiting and making of whole units included; NaN where not disclosed [kgCO2e/image, V]."""
    kg = np.concatenate([_Alone(programme, part).carbon() for part in _parts(programme, rows)])
    pictures = programme.demand.sum(axis=3).transpose(1, 0, 2)[programme.candidates.workload[rows]]
    each = np.divide(kg, pictures, out=np.zeros_like(kg), where=pictures > 0.0)
    return np.asarray(each.max(axis=(1, 2), initial=0.0))


def _objective(programme: FleetProgramme, by_world: FloatArray) -> FloatArray:
    """(1 - weight) * expected + weight * CVaR of costs by world [money, V x W -> V]."""
    if programme.risk_weight <= 0.0:
        return np.asarray(by_world @ programme.world_probability)
    weight, found = programme.risk_weight, np.full(len(by_world), np.inf)
    for place in np.flatnonzero(np.isfinite(by_world).all(axis=1)):
        expected, tail = expected_and_tail(programme, by_world[place])
        found[place] = (1.0 - weight) * expected + weight * tail
    return found


def _parts(programme: FleetProgramme, rows: IntArray) -> list[IntArray]:
    worlds, _, years, blocks = programme.demand.shape
    size = max(1, CHUNK // (worlds * years * blocks))
    return [rows[start : start + size] for start in range(0, max(len(rows), 1), size)]


def _of_models(programme: FleetProgramme) -> FloatArray:
    """Taking up at the beginning and upkeep in every year [money, M]."""
    taken = programme.model_migration * programme.start_factor[0]
    return np.asarray(taken + programme.model_upkeep @ programme.year_factor)


class _Alone:
    """Coefficients of some candidates, and their units."""

    def __init__(self, programme: FleetProgramme, rows: IntArray) -> None:
        self.programme, self.rows = programme, rows
        candidates = programme.candidates
        self.share: ShareCoefficients = share_coefficients(programme, rows)
        self.unit: UnitCoefficients = unit_coefficients(programme)
        self.supply, self.workload = candidates.supply[rows], candidates.workload[rows]
        self.waits: BoolArray = programme.deferrable[self.workload]
        self.pace = np.where(self.waits, 1.0, programme.peak_factor[self.workload])[:, None, None, None]
        self.hours = programme.block_hours
        self.weight = programme.year_factor[:, None]

    def cost(self) -> FloatArray:
        """By world [money, V x W]."""
        programme, linear, all_carried = self.programme, self._linear(), list(self._carried())
        work = self._of_work(linear)
        for places, carried in all_carried:
            if carried.waits and not carried.terms.by_use:
                work[places] = linear[places] * carried.block_shares
        opening = of_supplies(programme, lambda each: each.opening_cost)[self.supply]
        model = _of_models(programme)[programme.candidates.model[self.rows]]
        found = work.sum(axis=(2, 3)) + (opening * programme.start_factor[0] + model)[:, None]
        for places, carried in all_carried:
            found[places] = np.where(carried.too_many(), np.inf, found[places] + carried.cost())
        return np.asarray(found)

    def least(self) -> FloatArray:
        """By period, the least that all of its work costs here [money, V x W x Y x B]."""
        programme, load = self.programme, self.share.load
        needed = np.where(load > 0.0, np.where(self._standing, np.maximum(load * self.pace, 1.0), load), 0.0)
        hour = _hour_value(programme, self.unit)[self.supply] * self.hours
        unit_year = [
            np.maximum(each.cheapest_unit_year, 0.0) + each.service_value
            for each in _terms(programme, self.unit)
        ]
        vintage = np.array(unit_year)[self.supply]
        yearly = vintage[..., None] * self.hours / self.hours.sum()
        periods = load.shape[2] * load.shape[3]
        opening = (
            of_supplies(programme, lambda each: each.opening_cost)[self.supply] * programme.start_factor[0]
        )
        found = self._of_work(self._linear() + needed * (hour + yearly))
        return np.asarray(found + np.where(self._worked, (opening / periods)[:, None, None, None], 0.0))

    def carbon(self) -> FloatArray:
        """By world and year [kgCO2e, V x W x Y]."""
        found = self._of_work(self.share.location_kg).sum(axis=3)
        for places, carried in self._carried():
            r = int(self.supply[places[0]])
            hours, alive = carried.hours.sum(axis=3), carried.alive
            found[places] += np.where(hours > 0.0, hours * self.unit.hour_location_kg[r], 0.0)
            found[places] += np.where(alive > 0.0, alive * self.unit.alive_kg[r], 0.0)
        return np.asarray(found)

    def _carried(self) -> Iterator[tuple[IntArray, Carried]]:
        """Places of the candidates of one supply whose work may wait, or may not, and what they need of it."""
        programme, terms_of = self.programme, _terms(self.programme, self.unit)
        for r in distinct(self.supply).tolist():
            terms = terms_of[r]
            for waits in (False, True):
                places = np.flatnonzero((self.supply == r) & (self.waits == waits))
                load = (self.share.use_load if terms.by_use else self.share.load)[places]
                if len(places):
                    carried = Carried(
                        terms=terms,
                        load=load,
                        peak_load=load * self.pace[places],
                        waits=waits,
                        probability=programme.world_probability,
                    )
                    yield places, carried

    @property
    def _standing(self) -> BoolArray:
        """Work that cannot wait."""
        return np.asarray(~self.waits[:, None, None, None])

    @property
    def _worked(self) -> BoolArray:
        """Where there is work; of work that may wait in the first block alone, so that it counts once."""
        first = np.arange(len(self.hours)) == 0
        return np.asarray((self.share.requests > 0.0) & (self._standing | first))

    def _linear(self) -> FloatArray:
        """What goes with requests, with the internal carbon price [money, V x W x Y x B]."""
        priced = np.nan_to_num(self.share.location_kg) * self.programme.carbon_price[:, None]
        return np.asarray((self.share.cash + priced) * self.weight)

    def _of_work(self, amount: FloatArray) -> FloatArray:
        """The amount where there is work; of work that may wait that of its cheapest block [V x W x Y x B]."""
        least = np.where(self._standing, amount, amount.min(axis=3, keepdims=True))
        return np.where(self._worked, least, 0.0)


def _terms(programme: FleetProgramme, unit: UnitCoefficients) -> list[UnitTerms]:
    """Of every supply."""
    hour_value, vintage = _hour_value(programme, unit), vintage_value(programme, unit)
    powered = power_counts(programme)
    return [
        unit_terms(
            supply,
            programme.block_hours,
            programme.year_factor,
            hour_value=hour_value[r],
            vintage_value=vintage[r],
            power_price=np.broadcast_to(programme.demand_charge, vintage[r].shape)
            * (supply.max_kw_per_unit if powered[r] else 0.0),
        )
        for r, supply in enumerate(programme.supplies)
    ]


def _hour_value(programme: FleetProgramme, unit: UnitCoefficients) -> FloatArray:
    """What a unit-hour weighs today [money/h, R x W x Y x B]."""
    kg = np.nan_to_num(unit.hour_location_kg) * programme.carbon_price
    return np.asarray((unit.hour_cash + kg[:, None, :, None]) * programme.year_factor[:, None])
