"""Dominance pruning of the fleet programme that is exact: what is left out cannot improve any plan.

A candidate's entries in period P are its coefficients for one unit of demand times the demand of P, which all
candidates of a workload share, times prices and intensities that all candidates of a supply share. Within one
workload, model and supply it is therefore enough to compare the coefficients for one unit of demand: cash by price
stream (streams whose price moves alike are one), seconds of a unit, energy less that of waiting for as long where
electricity has a price or carbon counts, embodied carbon where carbon counts, and accepted images, which must be
equal, where vendors or spot are limited.

Mixed work. Candidate a dominates b of the same workload, model and supply when none of these coefficients is
larger. Moving b's shares to a, period by period, leaves `demand`, `uses`, `opens` and `swaps` as they are, and no
other row or cost rises.

Work that must not be mixed. A choice is taken whole, with all its candidates. Choice A dominates B of the same
workload and model when on every supply on which B has a candidate A has one that is no worse in every coefficient.
Proof: in a plan with B, put z[A] = 1 and z[B] = 0 and move each share of a candidate of B to A's candidate on the
same supply. `one_option` and `keeps` count one choice of the same model as before; `splits` has the same sum, since
every share of B found a place; `opens` and `swaps` see the same supplies and model; no other row or cost rises.
Without a candidate on one of B's supplies the move fails: that supply may be the only one with room.

Across models and across supplies neither holds: another model may be kept anyway, another supply may be full.
Of equal ones the first in canonical order stays. Prices, factors, intensities and demands are not negative; a
coefficient whose price is negative somewhere must be equal, as accepted images must.
"""

from dataclasses import replace

import numpy as np

from roi.fleet.coefficients import PerDemand, per_demand
from roi.fleet.problem import BoolArray, FleetProgramme, FloatArray, IntArray
from roi.optimize.prune import Pruning, sieve

__all__ = ["Pruning", "prune_candidates"]


def prune_candidates(programme: FleetProgramme) -> Pruning:
    """Leave out every candidate of mixed work, and every choice of other work, that another dominates."""
    everything = np.arange(len(programme.candidates))
    columns = _coefficients(programme, everything)
    alone = programme.one_option[programme.candidates.workload]
    dominated_by = np.full(len(everything), -1, dtype=np.int64)
    _prune_mixed(programme, columns, everything[~alone], dominated_by)
    _prune_choices(programme, columns, everything[alone], dominated_by)
    return Pruning(np.flatnonzero(dominated_by < 0), dominated_by)


def _prune_mixed(
    programme: FleetProgramme, columns: FloatArray, rows: IntArray, dominated_by: IntArray
) -> None:
    candidates = programme.candidates
    group = _numbered(candidates.workload[rows], candidates.model[rows], candidates.supply[rows])
    dominator = _dominators(columns[:, rows], group)
    beaten = dominator >= 0
    dominated_by[rows[beaten]] = rows[dominator[beaten]]


def _prune_choices(
    programme: FleetProgramme, columns: FloatArray, rows: IntArray, dominated_by: IntArray
) -> None:
    """Choices as columns over all supplies, infinite where they have no candidate: so a choice with a candidate
    there is no worse than one without, and never the other way round."""
    candidates = programme.candidates
    if not len(rows):
        return
    choices, first, place = np.unique(candidates.choice[rows], return_index=True, return_inverse=True)
    supplies = len(programme.supplies)
    wide = np.full((supplies, len(columns), len(choices)), np.inf)
    wide[candidates.supply[rows], :, place] = columns[:, rows].T
    at = np.full((supplies, len(choices)), -1, dtype=np.int64)
    at[candidates.supply[rows], place] = rows
    group = _numbered(candidates.workload[rows][first], candidates.model[rows][first])
    dominator = _dominators(wide.reshape(-1, len(choices)), group)[place]
    beaten = dominator >= 0
    dominated_by[rows[beaten]] = at[candidates.supply[rows[beaten]], dominator[beaten]]


def _dominators(columns: FloatArray, group: IntArray) -> IntArray:
    """Position of the one that dominates each, or -1; the order in a group ends the comparison of equals."""
    size = columns.shape[1]
    if not size:
        return np.empty(0, dtype=np.int64)
    finite = np.where(np.isfinite(columns), columns, 0.0)
    scale = np.abs(finite).mean(axis=1, keepdims=True)
    total = (columns / np.where(scale > 0, scale, 1.0)).sum(axis=0)
    order = np.lexsort([np.arange(size), total, group])
    changes = np.flatnonzero(np.diff(group[order], prepend=-1))
    start = np.repeat(changes, np.diff(np.append(changes, size)))
    found = sieve(columns[:, order], start)
    dominators = np.full(size, -1, dtype=np.int64)
    dominators[order] = np.where(found >= 0, order[found], -1)
    return dominators


def _numbered(*columns: IntArray) -> IntArray:
    """One number from 0 per combination of indices."""
    group = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        group = np.unique(group * (int(column.max(initial=0)) + 1) + column, return_inverse=True)[1]
    return np.asarray(group, dtype=np.int64)


def _coefficients(programme: FleetProgramme, rows: IntArray) -> FloatArray:
    """What a dominator must not have more of, and the negative of what it must have as much of [columns x N]."""
    unit = _disclosed(programme, per_demand(programme, rows))
    rules = programme.rules
    free, exact = _streams(programme, unit)
    free.append(unit.unit_s)
    if _energy_counts(programme):
        negative = any(np.any(each.electricity_price < 0) for each in programme.supplies)
        (exact if negative else free).append(unit.net_kwh)
    if _carbon_counts(programme):
        (exact if np.any(programme.carbon_price < 0) else free).append(unit.embodied_kg)
    if rules.vendor_share_max is not None or rules.spot_share_max is not None:
        exact.append(unit.accepted)
    return np.array([*free, *exact, *(-each for each in exact)])


def _streams(programme: FleetProgramme, unit: PerDemand) -> tuple[list[FloatArray], list[FloatArray]]:
    """Cash of streams of one price added up; apart those whose price is negative somewhere."""
    merged: dict[bytes, FloatArray] = {}
    for name, amounts in sorted(unit.stream.items()):
        factor = np.ascontiguousarray(programme.stream_factor[name], dtype=np.float64)
        merged[factor.tobytes()] = merged.get(factor.tobytes(), np.zeros(len(amounts))) + amounts
    negative: BoolArray = np.array([np.any(np.frombuffer(key) < 0) for key in merged], dtype=np.bool_)
    sums = list(merged.values())
    free = [each for each, below in zip(sums, negative, strict=True) if not below]
    return free, [each for each, below in zip(sums, negative, strict=True) if below]


def _disclosed(programme: FleetProgramme, unit: PerDemand) -> PerDemand:
    """Carbon that is not disclosed: more than any under a cap, which forbids it; else nothing."""
    rules = programme.rules
    capped = rules.carbon_cap_kg is not None or rules.market_cap_kg is not None
    kg = unit.embodied_kg
    return replace(unit, embodied_kg=np.where(np.isnan(kg), np.inf if capped else 0.0, kg))


def _carbon_counts(programme: FleetProgramme) -> bool:
    rules = programme.rules
    capped = rules.carbon_cap_kg is not None or rules.market_cap_kg is not None
    return capped or bool(np.any(programme.carbon_price))


def _energy_counts(programme: FleetProgramme) -> bool:
    return _carbon_counts(programme) or any(np.any(each.electricity_price) for each in programme.supplies)
