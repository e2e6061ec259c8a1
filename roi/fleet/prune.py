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

What breaks ties (carbon, quality, delivery) must not be worse either, unless the dominator's requests are cheaper
on every supply: then every plan with it is strictly cheaper, and there is no tie to break.

Across models and across supplies neither holds: another model may be kept anyway, another supply may be full.
A limit of a month weighs the energy of the work itself, which is `net` and, on one supply, so much for each second:
no larger where both are not, and equal where a negative price asks for it.

Of equal ones the first in canonical order stays. Prices, factors, intensities and demands are not negative; a
coefficient whose price is negative somewhere must be equal, as accepted images must.
"""

from dataclasses import dataclass, replace

import numpy as np

from roi.arrays import BoolArray, FloatArray, IntArray
from roi.fleet.coefficients import PerDemand, limited_use, per_demand
from roi.fleet.problem import FleetProgramme

CHEAPER = 1e-12
"""Fraction by which a request must cost less to be cheaper: more than rounding."""
SIEVE_ROUNDS = 256
"""Rounds of the sieve for three or more coefficients: the work is bounded by N times this number. A group
with more survivors may keep dominated candidates, which costs time and never the optimum.
"""


@dataclass(frozen=True, eq=False)
class Pruning:
    """What stays, and by which candidate each of the others was dominated."""

    rows: IntArray
    """Candidates that stay, ascending."""
    dominated_by: IntArray
    """Per candidate the staying one that dominates it, or -1 [N]."""


def prune_candidates(programme: FleetProgramme) -> Pruning:
    """Leave out every candidate of mixed work, and every choice of other work, that another dominates."""
    everything = np.arange(len(programme.candidates))
    columns = _columns(programme, everything)
    alone = programme.one_option[programme.candidates.workload]
    dominated_by = np.full(len(everything), -1, dtype=np.int64)
    _prune_mixed(programme, columns, everything[~alone], dominated_by)
    _prune_choices(programme, columns, everything[alone], dominated_by)
    return Pruning(np.flatnonzero(dominated_by < 0), dominated_by)


@dataclass(frozen=True, eq=False)
class Compared:
    """What candidates are compared by: each no larger, and either cheaper or no worse in what breaks ties."""

    coefficients: FloatArray
    """[columns x N]"""
    ties: FloatArray
    """[columns x N]"""
    cash: FloatArray
    """All that a request costs, on each supply [supplies x N]."""

    def at(self, rows: IntArray) -> "Compared":
        """Those of some candidates."""
        return Compared(self.coefficients[:, rows], self.ties[:, rows], self.cash[:, rows])


def _prune_mixed(
    programme: FleetProgramme, columns: Compared, rows: IntArray, dominated_by: IntArray
) -> None:
    candidates = programme.candidates
    group = _numbered(candidates.workload[rows], candidates.model[rows], candidates.supply[rows])
    dominator = _dominators(columns.at(rows), group)
    beaten = dominator >= 0
    dominated_by[rows[beaten]] = rows[dominator[beaten]]


def _prune_choices(
    programme: FleetProgramme, columns: Compared, rows: IntArray, dominated_by: IntArray
) -> None:
    """Choices as columns over all supplies, infinite where they have no candidate: so a choice with a candidate
    there is no worse than one without, and never the other way round."""
    candidates = programme.candidates
    if not len(rows):
        return
    choices, first, place = np.unique(candidates.choice[rows], return_index=True, return_inverse=True)
    supplies = len(programme.supplies)
    wide = _by_choice(columns, supplies, candidates.supply[rows], place, rows, len(choices))
    at = np.full((supplies, len(choices)), -1, dtype=np.int64)
    at[candidates.supply[rows], place] = rows
    group = _numbered(candidates.workload[rows][first], candidates.model[rows][first])
    dominator = _dominators(wide, group)[place]
    beaten = dominator >= 0
    dominated_by[rows[beaten]] = at[candidates.supply[rows[beaten]], dominator[beaten]]


def _by_choice(
    columns: Compared, supplies: int, supply: IntArray, place: IntArray, rows: IntArray, choices: int
) -> Compared:
    """One column a choice, its figures on one supply after the other."""

    def spread(amounts: FloatArray) -> FloatArray:
        wide = np.full((supplies, len(amounts), choices), np.inf)
        wide[supply, :, place] = amounts[:, rows].T
        return wide.reshape(-1, choices)

    return Compared(spread(columns.coefficients), spread(columns.ties), spread(columns.cash))


def _dominators(compared: Compared, group: IntArray) -> IntArray:
    """Position of the one that dominates each, or -1; the order in a group ends the comparison of equals."""
    columns = compared.coefficients
    size = columns.shape[1]
    if not size:
        return np.empty(0, dtype=np.int64)
    finite = np.where(np.isfinite(columns), columns, 0.0)
    scale = np.abs(finite).mean(axis=1, keepdims=True)
    total = (columns / np.where(scale > 0, scale, 1.0)).sum(axis=0)
    order = np.lexsort([np.arange(size), total, group])
    changes = np.flatnonzero(np.diff(group[order], prepend=-1))
    start = np.repeat(changes, np.diff(np.append(changes, size)))
    found = sieve(compared.at(order), start)
    dominators = np.full(size, -1, dtype=np.int64)
    dominators[order] = np.where(found >= 0, order[found], -1)
    return dominators


def sieve(compared: Compared, start: IntArray) -> IntArray:
    """Dominators, sorted so that a dominator precedes what it dominates: in each round
    the first open row of every group stays and strikes out what it dominates, in all groups at once [N, -1 for
    none]. `start` is the position of the first row of each row's group.
    """
    size = compared.coefficients.shape[1]
    dominator = np.full(size, -1, dtype=np.int64)
    remaining, left = np.arange(size), compared
    for _ in range(SIEVE_ROUNDS):
        if not remaining.size:
            break
        first = np.diff(start[remaining], prepend=-1) > 0
        pivot = np.flatnonzero(first)[np.cumsum(first) - 1]
        beaten = _beaten(left, left.at(pivot))
        struck = beaten & ~first
        dominator[remaining[struck]] = remaining[pivot[struck]]
        remaining, left = remaining[~beaten], left.at(np.flatnonzero(~beaten))
    return dominator


def _beaten(those: Compared, by: Compared) -> BoolArray:
    """Whether each is dominated by its counterpart; by itself it is."""
    no_less = np.all(those.coefficients >= by.coefficients, axis=0)
    no_better = np.all(those.ties >= by.ties, axis=0)
    dearer = np.all((those.cash > by.cash * (1.0 + CHEAPER)) | np.isinf(those.cash), axis=0)
    return np.asarray(no_less & (no_better | dearer))


def _numbered(*columns: IntArray) -> IntArray:
    """One number from 0 per combination of indices."""
    group = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        group = np.unique(group * (int(column.max(initial=0)) + 1) + column, return_inverse=True)[1]
    return np.asarray(group, dtype=np.int64)


def _columns(programme: FleetProgramme, rows: IntArray) -> Compared:
    """Coefficients, what breaks ties, and the cash of a request at today's prices."""
    unit = per_demand(programme, rows)
    quality = programme.candidates.quality
    undisclosed = np.where(np.isnan(unit.embodied_kg), np.inf, unit.embodied_kg)
    ties = [unit.net_kwh, undisclosed, -programme.candidates.deliver[rows]]
    ties += [] if quality is None else [quality[rows]]
    return Compared(
        _coefficients(programme, _disclosed(programme, unit)),
        np.array(ties),
        np.sum([np.zeros(len(rows)), *unit.stream.values()], axis=0)[None],
    )


def _coefficients(programme: FleetProgramme, unit: PerDemand) -> FloatArray:
    """What a dominator must not have more of, and the negative of what it must have as much of [columns x N]."""
    rules = programme.rules
    free, exact = _streams(programme, unit)
    free += [unit.unit_s, unit.use_s * limited_use(programme)[programme.candidates.supply]]
    if _energy_counts(programme):
        negative = any(np.any(each.electricity_price < 0) for each in programme.supplies)
        (exact if negative else free).append(unit.net_kwh)
        if negative and rules.month_budget is not None:
            exact.append(unit.gross_kwh)
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
    capped = _capped(programme)
    kg = unit.embodied_kg
    return replace(unit, embodied_kg=np.where(np.isnan(kg), np.inf if capped else 0.0, kg))


def _carbon_counts(programme: FleetProgramme) -> bool:
    return _capped(programme) or bool(np.any(programme.carbon_price))


def _capped(programme: FleetProgramme) -> bool:
    rules = programme.rules
    caps = (rules.carbon_cap_kg, rules.market_cap_kg, rules.month_carbon_kg, programme.carbon_max)
    return any(cap is not None for cap in caps)


def _energy_counts(programme: FleetProgramme) -> bool:
    return _carbon_counts(programme) or any(np.any(each.electricity_price) for each in programme.supplies)
