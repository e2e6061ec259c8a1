"""Constraints of supplies that come in units: hours, units, power."""

from collections.abc import Callable

import numpy as np

from roi.arrays import BoolArray, FloatArray
from roi.fleet.evaluation.family import ConstraintFamily, Labels, family, picked
from roi.fleet.evaluation.quantities import OWNED, Quantities, of_supplies, power_counts
from roi.fleet.problem import FleetPlan, FleetProgramme, FleetSupply
from roi.units import SECONDS_PER_HOUR

DAYS_PER_YEAR = 365.0


def unit_families(
    programme: FleetProgramme, plan: FleetPlan, done: Quantities, names: Labels
) -> list[ConstraintFamily]:
    """`capacity`, `use_max`, `always_on`, `on_hours`, `powered`, `fleet`, `units_max`, `opens`, `site_power`; that
    numbers are whole (`whole`), none negative (`counts`) and none stated that the supply has not (`kind`).
    """
    return [
        *_work_families(programme, plan, done, names),
        *_powered(programme, plan, names),
        *_fleet(programme, plan, done, names),
        *_number_families(programme, plan, done, names),
        *_site_power(programme, done, names),
    ]


def _mask(programme: FleetProgramme, test: Callable[[FleetSupply], bool]) -> BoolArray:
    return np.array([test(supply) for supply in programme.supplies], dtype=np.bool_)


def _work_families(
    programme: FleetProgramme, plan: FleetPlan, done: Quantities, names: Labels
) -> list[ConstraintFamily]:
    """Board-seconds of all work fit into the hours, those of a busy month's into units that are on."""
    units = _mask(programme, lambda supply: supply.kind != "by_use")
    axes = (picked(names.supplies, units), *names.periods)
    unit_s = of_supplies(programme, lambda each: SECONDS_PER_HOUR * each.boards * each.load_max)
    per_hour = unit_s[:, None, None, None]
    room = per_hour * plan.hours
    needed = done.busy_h * SECONDS_PER_HOUR + _swap_s(programme, done)[:, None, :, None]
    on_hours = programme.block_hours * plan.on
    return [
        family("capacity", axes, needed[units], "<=", room[units]),
        family("always_on", axes, _peak_s(programme, plan)[units], "<=", (per_hour * on_hours)[units]),
        family("on_hours", axes, on_hours[units], "<=", plan.hours[units]),
        *_use_max(programme, plan, unit_s, names),
    ]


def _use_max(
    programme: FleetProgramme, plan: FleetPlan, unit_s: FloatArray, names: Labels
) -> list[ConstraintFamily]:
    """Work on supplies paid by use that have so many units, at the pace of its busiest month."""
    limited = _mask(programme, lambda supply: supply.kind == "by_use" and supply.units_max is not None)
    if not limited.any():
        return []
    candidates, rows = programme.candidates, plan.rows
    workload = candidates.workload[rows]
    pace = np.where(programme.deferrable[workload], 1.0, programme.peak_factor[workload])
    work = np.zeros(np.shape(plan.on))
    needed = (candidates.board_s[rows] * pace)[:, None, None, None] * plan.requests
    np.add.at(work, candidates.supply[rows], needed)
    most = of_supplies(programme, lambda supply: supply.units_max or 0)
    room = (unit_s * most)[:, None, None, None] * programme.block_hours
    axes = (picked(names.supplies, limited), *names.periods)
    return [family("use_max", axes, work[limited], "<=", np.broadcast_to(room, work.shape)[limited])]


def _swap_s(programme: FleetProgramme, done: Quantities) -> FloatArray:
    """Board-seconds in every block for each model beyond the first, once a day of the year [s, S x Y]."""
    per_day = of_supplies(programme, lambda supply: supply.swap_board_s_per_day)
    further = np.maximum(done.serves.sum(axis=1) - 1, 0)
    return np.asarray(per_day[:, None] * DAYS_PER_YEAR * further)


def _peak_s(programme: FleetProgramme, plan: FleetPlan) -> FloatArray:
    """Board-seconds of work that cannot wait, at the pace of its busiest month [s, S x W x Y x B]."""
    candidates, rows = programme.candidates, plan.rows
    workload = candidates.workload[rows]
    pace = np.where(programme.deferrable[workload], 0.0, programme.peak_factor[workload])
    found = np.zeros(np.shape(plan.on))
    needed = (candidates.board_s[rows] * pace)[:, None, None, None] * plan.requests
    np.add.at(found, candidates.supply[rows], needed)
    return found


def _powered(programme: FleetProgramme, plan: FleetPlan, names: Labels) -> list[ConstraintFamily]:
    owned = _mask(programme, lambda supply: supply.kind in OWNED)
    counts = power_counts(programme)
    units = np.asarray(plan.units)[:, None, :, None]
    hours = programme.block_hours
    axes = (picked(names.supplies, owned), *names.periods)
    found = [family("powered_hours", axes, plan.hours[owned], "<=", (hours * units)[owned])]
    site = (picked(names.supplies, counts), *names.periods)
    both = counts & owned
    within = (picked(names.supplies, both), *names.periods)
    return [
        *found,
        family("powered_on", site, plan.on[counts], "<=", plan.powered[counts]),
        family("powered_power", site, plan.hours[counts], "<=", (hours * plan.powered)[counts]),
        family("powered_units", within, plan.powered[both], "<=", units[both]),
    ]


def _fleet(
    programme: FleetProgramme, plan: FleetPlan, done: Quantities, names: Labels
) -> list[ConstraintFamily]:
    owned = _mask(programme, lambda supply: supply.kind in OWNED)
    capped = _mask(programme, lambda supply: supply.kind != "by_use" and supply.units_max is not None)
    most = of_supplies(programme, lambda supply: np.inf if supply.units_max is None else supply.units_max)
    at_once = np.maximum(plan.on, plan.hours / programme.block_hours).max(axis=(1, 3))
    held = np.where(owned[:, None], plan.units, at_once)
    axes = (picked(names.supplies, owned), names.years)
    capped_axes = (picked(names.supplies, capped), names.years)
    return [
        family("fleet", axes, plan.units[owned], "<=", done.alive[owned]),
        family("units_max", capped_axes, held[capped], "<=", most[capped][:, None]),
    ]


def _number_families(
    programme: FleetProgramme, plan: FleetPlan, done: Quantities, names: Labels
) -> list[ConstraintFamily]:
    whole_hours = _mask(programme, lambda supply: supply.whole_hours)
    hours_off = np.where(whole_hours[:, None, None, None], plan.hours, 0.0)
    counts = {"buy": plan.buy, "units": plan.units, "on": plan.on, "powered": plan.powered}
    found = []
    for name, values in {**counts, "hours": hours_off}.items():
        numbers = np.asarray(values, dtype=np.float64).reshape(len(names.supplies), -1)
        off = np.abs(numbers - np.round(numbers)).max(axis=1)
        found.append(family(f"whole_{name}", (names.supplies,), off, "=", 0.0))
    for name, values in {**counts, "hours": plan.hours}.items():
        least = np.asarray(values, dtype=np.float64).reshape(len(names.supplies), -1).min(axis=1)
        found.append(family(f"counts_{name}", (names.supplies,), least, ">=", 0.0))
    used = _used(plan, done)
    return [
        *found,
        *_kind(programme, plan, names),
        family("opens", (names.supplies,), used, "<=", plan.opened),
    ]


def _used(plan: FleetPlan, done: Quantities) -> BoolArray:
    """Whether a supply serves requests, or has units in service or hours [S]."""
    held = np.any(plan.units > 0, axis=1) | np.any(plan.hours > 0, axis=(1, 2, 3))
    return np.asarray(held | np.any(done.serves, axis=(1, 2)))


def _kind(programme: FleetProgramme, plan: FleetPlan, names: Labels) -> list[ConstraintFamily]:
    """Nothing is bought of what is rented by the hour, nothing switched on of what is paid by use."""
    rented = _mask(programme, lambda supply: supply.kind not in OWNED)
    by_use = _mask(programme, lambda supply: supply.kind == "by_use")
    held = np.abs(plan.buy).sum(axis=1) + np.abs(plan.units).sum(axis=1)
    switched = (np.abs(plan.on) + np.abs(plan.hours)).sum(axis=(1, 2, 3))
    return [
        family("kind_units", (picked(names.supplies, rented),), held[rented], "=", 0.0),
        family("kind_hours", (picked(names.supplies, by_use),), switched[by_use], "=", 0.0),
    ]


def _site_power(programme: FleetProgramme, done: Quantities, names: Labels) -> list[ConstraintFamily]:
    if programme.rules.site_power_kw is None:
        return []
    return [family("site_power", names.periods, done.site_kw, "<=", programme.rules.site_power_kw)]
