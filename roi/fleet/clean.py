"""From the solver's numbers to a plan that holds exactly: nothing of its rounding is left.

Shares behind a closed gate (a model not kept, a unit not there) are its rounding and go; the rest is scaled to add
up to 1. What follows from the shares is computed from them: units on, hours (the fewest that fit), units powered,
units in service, models kept, supplies opened. Purchases and the chosen configurations are its own.
"""

from dataclasses import dataclass

import numpy as np

from roi.arrays import BoolArray, FloatArray, IntArray
from roi.fleet.bounds import swap_load
from roi.fleet.build import Built
from roi.fleet.evaluation.quantities import of_supplies
from roi.fleet.names import distinct
from roi.fleet.problem import FleetPlan
from roi.fleet.sheet import NONE

NOTHING = 1e-9
"""A smaller share is the solver's rounding of zero."""
ROUNDING = 1e-7
"""A number this little above a whole one, as a fraction, is that one: a hundred times the solver's tolerance."""


@dataclass(frozen=True, eq=False)
class Cleaned:
    """The plan, and the values of the columns that it means."""

    plan: FleetPlan
    values: FloatArray
    """[n]; eta and beyond are 0."""


def clean(built: Built, values: FloatArray) -> Cleaned:
    """The plan that the solver's values mean."""
    picked = _picked(built, values)
    shares = _shares(built, values, picked)
    work = _Work(built, values, shares)
    kept = _kept(built, shares, picked)
    buy = np.round(_read(built.columns.buy, values)).astype(np.int64)
    used = np.flatnonzero(np.any(shares > 0.0, axis=(1, 2, 3)))
    candidates = built.programme.candidates
    choices = {*candidates.choice[built.draft.rows[used]].tolist(), *picked.tolist()}
    plan = FleetPlan(
        rows=built.draft.rows[used],
        requests=(shares * built.draft.share.requests)[used],
        choices=tuple(sorted(choices)),
        kept=kept,
        taken=_taken(built, kept),
        buy=buy,
        units=work.units,
        on=work.on,
        hours=work.hours,
        powered=work.powered,
        opened=work.opened,
    )
    return Cleaned(plan, _values(built, plan, shares, picked, work))


def _read(columns: IntArray, values: FloatArray) -> FloatArray:
    """Values of columns, 0 where there is none."""
    return np.where(columns == NONE, 0.0, np.append(values, 0.0)[columns])


def _open_gate(columns: IntArray, values: FloatArray) -> BoolArray:
    """True where there is no column, or it is not zero."""
    return np.asarray((columns == NONE) | (_read(columns, values) > 0.5))


def _picked(built: Built, values: FloatArray) -> IntArray:
    """The choice of every workload that must not be mixed."""
    choices, candidates = built.draft.choices, built.programme.candidates
    z = _read(built.columns.pick, values)
    best: dict[int, tuple[float, int]] = {}
    first = dict(zip(candidates.choice.tolist(), candidates.workload.tolist(), strict=True))
    for k, value in zip(choices.tolist(), z.tolist(), strict=True):
        j = first[k]
        if j not in best or value > best[j][0]:
            best[j] = (value, k)
    return np.array(sorted(k for _, k in best.values()), dtype=np.int64)


def _shares(built: Built, values: FloatArray, picked: IntArray) -> FloatArray:
    draft, columns = built.draft, built.columns
    shares = np.clip(_read(columns.share, values), 0.0, 1.0)
    shares = np.where((shares < NOTHING) | ~_gates(built, values), 0.0, shares)
    choice = draft.programme.candidates.choice[draft.rows]
    out = draft.programme.one_option[draft.workload] & ~np.isin(choice, picked)
    shares[out] = 0.0
    total = np.zeros((len(draft.names.workloads), *draft.shape))
    np.add.at(total, draft.workload, shares)
    waits = draft.programme.deferrable[:, None, None, None]
    total = np.where(waits, total.sum(axis=3, keepdims=True), total)[draft.workload]
    return np.divide(shares, total, out=np.zeros_like(shares), where=total > 0.0)


def _gates(built: Built, values: FloatArray) -> BoolArray:
    """Where the whole decisions let a candidate work at all [V x W x Y x B]."""
    draft, columns = built.draft, built.columns
    supply, model = draft.supply, draft.model
    unit = draft.share.load > 0.0
    waits = draft.programme.deferrable[draft.workload][:, None, None, None]
    found = _open_gate(columns.kept, values)[model][:, None, :, None]
    found = found & _open_gate(columns.opened, values)[supply][:, None, None, None]
    found = found & _open_gate(columns.serves, values)[supply, model][:, None, :, None]
    found = found & (~unit | _open_gate(columns.units, values)[supply][:, None, :, None])
    return np.asarray(found & (~unit | waits | _open_gate(columns.on, values)[supply]))


class _Work:
    """What the shares need of the supplies in units."""

    def __init__(self, built: Built, values: FloatArray, shares: FloatArray) -> None:
        draft = built.draft
        block_hours, columns = draft.programme.block_hours, built.columns
        serving = _serving(built, shares)
        loads = shares * draft.share.load
        pace = np.where(draft.programme.deferrable, 0.0, draft.programme.peak_factor)[draft.workload]
        busy, standing = (np.zeros(columns.hours.shape) for _ in range(2))
        np.add.at(busy, draft.supply, loads)
        np.add.at(standing, draft.supply, loads * pace[:, None, None, None])
        further = np.maximum(serving.sum(axis=1) - 1, 0)[:, None, :, None]
        busy += swap_load(draft.programme)[:, None, None, :] * further
        self.on = _whole(standing)
        self.hours = _hours(built, values, np.maximum(busy, self.on) * block_hours)
        self.powered = np.maximum(self.on, _whole(self.hours / block_hours))
        held = self.powered.max(axis=(1, 3), initial=0)
        earned = np.round(_read(columns.units, values)).astype(np.int64)
        earns = np.any(draft.unit.year_cash < 0.0, axis=1)
        self.units = np.where(draft.owned[:, None], np.where(earns, np.maximum(held, earned), held), 0)
        self.serving = serving
        self.opened = serving.any(axis=(1, 2)) | np.any(self.units > 0, axis=1)
        self.opened |= np.any(self.hours > 0.0, axis=(1, 2, 3))


def _serving(built: Built, shares: FloatArray) -> BoolArray:
    """Whether a supply serves a model in a year [R x M x Y]."""
    draft = built.draft
    found = np.zeros((len(draft.names.supplies), len(draft.names.models), draft.shape[1]), dtype=np.bool_)
    np.logical_or.at(found, (draft.supply, draft.model), np.any(shares > 0.0, axis=(1, 3)))
    return found


def _hours(built: Built, values: FloatArray, needed: FloatArray) -> FloatArray:
    """The fewest hours, or the solver's own where an hour earns money."""
    draft = built.draft
    kg = np.nan_to_num(draft.unit.hour_location_kg) * draft.programme.carbon_price
    earns = draft.unit.hour_cash + kg[:, None, :, None] < 0.0
    hours = np.where(earns, np.maximum(needed, _read(built.columns.hours, values)), needed)
    whole = of_supplies(draft.programme, lambda each: each.whole_hours).astype(np.bool_)
    return np.where(whole[:, None, None, None], _whole(hours), hours)


def _whole(numbers: FloatArray) -> IntArray:
    return np.asarray(np.ceil(numbers * (1.0 - ROUNDING)), dtype=np.int64)


def _kept(built: Built, shares: FloatArray, picked: IntArray) -> BoolArray:
    """Models of the shares in their years, and of a workload that must not be mixed in all years."""
    draft = built.draft
    found: BoolArray = np.asarray(_serving(built, shares).any(axis=0))
    candidates = draft.programme.candidates
    alone = candidates.model[np.isin(candidates.choice, picked)]
    found[distinct(alone)] = True
    return found


def _taken(built: Built, kept: BoolArray) -> BoolArray:
    """Each model once, in the cheapest year up to the first in which it is kept, the latest of equal ones."""
    found, start = np.zeros_like(kept), built.programme.start_factor
    for m in np.flatnonzero(kept.any(axis=1)).tolist():
        until = start[: int(np.argmax(kept[m])) + 1]
        found[m, len(until) - 1 - int(np.argmin(until[::-1]))] = True
    return found


def _values(built: Built, plan: FleetPlan, shares: FloatArray, picked: IntArray, work: _Work) -> FloatArray:
    """The plan as values of the columns."""
    columns, found = built.columns, np.zeros(len(built.arrays.lower))
    kw = of_supplies(built.programme, lambda each: each.max_kw_per_unit if each.at_site else 0.0)
    site_kw = np.einsum("r,rwyb->wyb", kw, plan.powered)
    for numbers, amounts in (
        (columns.share, shares),
        (columns.pick, np.isin(built.draft.choices, picked)),
        (columns.kept, plan.kept),
        (columns.taken, plan.taken),
        (columns.buy, plan.buy),
        (columns.units, plan.units),
        (columns.on, plan.on),
        (columns.hours, plan.hours),
        (columns.powered, plan.powered),
        (columns.peak, site_kw.max(axis=2, initial=0.0)),
        (columns.opened, plan.opened),
        (columns.serves, work.serving),
    ):
        there = numbers != NONE
        found[numbers[there]] = np.asarray(amounts, dtype=np.float64)[there]
    return found
