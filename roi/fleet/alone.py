"""One candidate as all there is: what a workload costs when it serves the whole of it, and what it costs at least.

`cost_alone` is the objective of the plan in which the candidate serves its workload alone, in whole units, within
`units_max` and no other rule; it is exact but for work that may wait on units whose electricity has several
prices in a year, where it is the cost of one plan of several. `least_cost` bounds from below what every plan costs
in which the candidate's choice serves the workload that is alone in the programme:

    any share x > 0 of a period's work on supply r needs one unit there, and load * x units; so it costs at least
    x * (cash + unit * max(1, load)), and the shares of a period add up to 1: the least over the supplies bounds it

with an equal part of the cost of opening a supply in each of its periods, and of each purchase in each of the years
in which it is alive. `only_worthwhile` leaves out choices that cannot win by that bound.
"""

from functools import lru_cache

import highspy
import numpy as np

from roi.fleet.coefficients import (
    ShareCoefficients,
    UnitCoefficients,
    existing_units,
    limited_use,
    power_counts,
    share_coefficients,
    unit_coefficients,
    vintage_value,
)
from roi.fleet.evaluation.money import expected_and_tail
from roi.fleet.evaluation.quantities import OWNED, of_supplies
from roi.fleet.problem import BoolArray, FleetProgramme, FloatArray, IntArray
from roi.fleet.silence import silenced_stdout

CHUNK = 1_000_000
"""Numbers of one array that are held at once."""
ROUNDING = 1e-9
"""A load this little above a whole number of units is rounding."""
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
        programme, found = self.programme, self._of_work(self._linear()).sum(axis=(2, 3))
        units = self._units()
        found = found + self._hour_cost(units).sum(axis=(2, 3)) + self._fleet(units)
        opening = of_supplies(programme, lambda each: each.opening_cost)[self.supply]
        model = _of_models(programme)[programme.candidates.model[self.rows]]
        found = found + (opening * programme.start_factor[0] + model)[:, None]
        found[self._too_many(units)] = np.inf
        return np.asarray(found)

    def least(self) -> FloatArray:
        """By period, the least that all of its work costs here [money, V x W x Y x B]."""
        programme, load = self.programme, self.share.load
        needed = np.where(load > 0.0, np.where(self._standing, np.maximum(load * self.pace, 1.0), load), 0.0)
        hour = self._hour_value()[self.supply] * self.hours
        vintage = (
            self._cheapest_unit_year()[self.supply]
            + (self.unit.year_cash * programme.year_factor)[self.supply]
        )
        yearly = vintage[..., None] * self.hours / self.hours.sum()
        periods = load.shape[2] * load.shape[3]
        opening = (
            of_supplies(programme, lambda each: each.opening_cost)[self.supply] * programme.start_factor[0]
        )
        found = self._of_work(self._linear() + needed * (hour + yearly))
        return np.asarray(found + np.where(self._worked, (opening / periods)[:, None, None, None], 0.0))

    def carbon(self) -> FloatArray:
        """By world and year [kgCO2e, V x W x Y]."""
        units, supply = self._units(), self.supply
        hours = self._paid_hours(units).sum(axis=3)
        bought = self._bought(units.max(axis=(1, 3)))
        alive = (
            np.einsum("vyn,vn->vy", self.unit.lives[supply], bought) + existing_units(self.programme)[supply]
        )
        held = np.where(
            self._owned[:, None] & (alive > 0.0), alive * self.unit.alive_kg[supply][:, None], 0.0
        )
        waiting = np.where(hours > 0.0, hours * self.unit.hour_location_kg[supply][:, None, :], 0.0)
        return np.asarray(self._of_work(self.share.location_kg).sum(axis=3) + waiting + held[:, None, :])

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

    def _hour_value(self) -> FloatArray:
        """What a unit-hour weighs today [money/h, R x W x Y x B]."""
        kg = np.nan_to_num(self.unit.hour_location_kg) * self.programme.carbon_price
        return np.asarray((self.unit.hour_cash + kg[:, None, :, None]) * self.weight)

    def _units(self) -> FloatArray:
        """Units at work throughout the block; of work that may wait as if spread evenly [V x W x Y x B]."""
        spread = (self.share.load * self.hours).max(axis=3, keepdims=True) / self.hours.sum()
        load = np.where(self._standing, self.share.load * self.pace, spread)
        return np.asarray(np.ceil(load * (1.0 - ROUNDING)))

    def _hour_cost(self, units: FloatArray) -> FloatArray:
        """Rent, waiting and making of paid hours [money, V x W x Y x B]."""
        return np.asarray(self._paid_hours(units) * self._hour_value()[self.supply])

    def _paid_hours(self, units: FloatArray) -> FloatArray:
        """Hours of work that cannot wait are all hours; of other work those of the work [h, V x W x Y x B]."""
        whole = of_supplies(self.programme, lambda each: each.whole_hours)[self.supply].astype(np.bool_)
        work_h = (self.share.load * self.hours).max(axis=3)
        paid_h = np.where(whole[:, None, None], np.ceil(work_h * (1.0 - ROUNDING)), work_h)
        return np.where(self._standing, units * self.hours, self._filled(units, paid_h))

    def _filled(self, units: FloatArray, paid_h: FloatArray) -> FloatArray:
        """Hours by block when the cheapest blocks are filled first [h, V x W x Y x B]."""
        value = self._hour_value()[self.supply]
        order = np.argsort(value, axis=3, kind="stable")
        room = np.take_along_axis(np.broadcast_to(units * self.hours, value.shape), order, axis=3)
        before = np.cumsum(room, axis=3) - room
        taken = np.clip(paid_h[..., None] - before, 0.0, room)
        found = np.zeros_like(room)
        np.put_along_axis(found, order, taken, axis=3)
        return found

    def _fleet(self, units: FloatArray) -> FloatArray:
        """Purchases, commitments, units in service and the charge for their power [money, V x W]."""
        programme = self.programme
        needed = units.max(axis=(1, 3))
        value, bought = vintage_value(programme, self.unit), self._bought(needed)
        service = np.einsum("vwy,vy->vw", (self.unit.year_cash * programme.year_factor)[self.supply], needed)
        kw = np.where(power_counts(programme), of_supplies(programme, lambda each: each.max_kw_per_unit), 0.0)
        charge = np.broadcast_to(programme.demand_charge, units.shape[1:3]) * programme.year_factor
        power = np.einsum("vwy,wy->vw", units.max(axis=3) * kw[self.supply][:, None, None], charge)
        held = np.einsum("vn,vwn->vw", bought, value[self.supply])
        return np.asarray(held + np.where(self._owned[:, None], service, 0.0) + power)

    @property
    def _owned(self) -> BoolArray:
        """[V]"""
        return np.array([each.kind in OWNED for each in self.programme.supplies], dtype=np.bool_)[self.supply]

    def _bought(self, needed: FloatArray) -> FloatArray:
        """Units bought or committed to by year for the units needed in every year [V x Y]."""
        value = vintage_value(self.programme, self.unit)
        pairs = zip(self.supply, needed, self._owned, strict=True)
        return np.array([self._schedule(*pair, value) for pair in pairs]).reshape(needed.shape)

    def _schedule(self, supply: int, needed: FloatArray, owned: bool, value: FloatArray) -> tuple[float, ...]:
        """Units bought in each year, the cheapest that cover the need."""
        if not owned:
            return (0.0,) * len(needed)
        programme = self.programme
        lacking = np.maximum(needed - existing_units(programme)[supply], 0.0)
        price = programme.world_probability @ value[supply]
        return cheapest_cover(
            tuple(lacking.tolist()), tuple(price.tolist()), programme.supplies[supply].life_years
        )

    def _cheapest_unit_year(self) -> FloatArray:
        """Least part of a purchase or commitment that a year of a unit carries; 0 where units are there
        [money, R x W x Y]."""
        alive = self.unit.lives.sum(axis=1)
        each = vintage_value(self.programme, self.unit) / np.maximum(alive, 1.0)[:, None, :]
        where = self.unit.lives[:, None] > 0.0
        least = np.where(where, each[:, :, None, :], np.inf).min(axis=3)
        there = existing_units(self.programme)[:, None, :] > 0
        return np.where(np.isinf(least) | there, 0.0, np.maximum(least, 0.0))

    def _too_many(self, units: FloatArray) -> BoolArray:
        """Whether a supply has fewer units than the work needs [V]."""
        most = of_supplies(
            self.programme, lambda each: np.inf if each.units_max is None else float(each.units_max)
        )[self.supply]
        use = self.share.use_load * self.pace
        spread = (self.share.use_load * self.hours).max(axis=3, keepdims=True) / self.hours.sum()
        used = np.where(self._standing, use, spread).max(axis=(1, 2, 3))
        limited = limited_use(self.programme)[self.supply]
        return np.asarray(np.where(limited, used * (1.0 - ROUNDING), units.max(axis=(1, 2, 3))) > most)


@lru_cache(maxsize=4096)
def cheapest_cover(needed: tuple[float, ...], price: tuple[float, ...], life_years: int) -> tuple[float, ...]:
    """Units bought in each year so that in every year at least `needed` are alive, at the least cost.

    The years in which a vintage is alive follow each other, so that the linear programme has a whole optimum.
    """
    years = len(needed)
    if not any(needed):
        return (0.0,) * years
    if years == 1:
        return needed
    with silenced_stdout():
        solver = highspy.Highs()  # type: ignore[no-untyped-call]
        solver.setOptionValue("output_flag", False)
        solver.setOptionValue("threads", 1)
        solver.addVars(years, [0.0] * years, [highspy.kHighsInf] * years)
        solver.changeColsCost(years, list(range(years)), [max(each, 0.0) for each in price])
        for year, count in enumerate(needed):
            alive = list(range(max(0, year - life_years + 1), year + 1))
            solver.addRow(count, highspy.kHighsInf, len(alive), alive, [1.0] * len(alive))
        solver.run()
    return tuple(float(round(value)) for value in solver.getSolution().col_value)
