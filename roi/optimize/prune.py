"""Dominance pruning that is exact: what is left out cannot improve any plan.

Candidate a dominates b when both belong to the same workload, model, supply and vendor and, per share of the
workload's demand, a's coefficient is no larger than b's in the objective and in every limit that is present.
Any plan with b turns into one with a by moving b's share to a: demand, `uses`, `keeps` and `one_option` see
the same sums, no limit and no cost rises. The argument needs no integrality, so it holds for mixed workloads
too: there a share, instead of the whole, is moved. Across models it fails: a dearer model may be kept anyway
for another workload.

Coefficients are compared per share, that is per delivered image where demand is for accepted images: a
candidate that is cheap per request may be dear per image. Of candidates with equal coefficients the one with
less disclosed carbon stays, then the first in canonical order.
"""

from dataclasses import dataclass

import numpy as np

from roi.optimize.problem import FloatArray, IntArray, Programme, limits, requests_per_share

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


def prune_candidates(programme: Programme) -> Pruning:
    """Leave out every candidate that another of its group dominates."""
    group = _groups(programme)
    columns = _coefficients(programme)
    order, start = _dominators_first(programme, group, columns)
    ordered = columns[:, order]
    dominator = _sweep(ordered, start) if len(columns) <= 2 else sieve(ordered, start)
    dominated_by = np.full(len(order), -1, dtype=np.int64)
    beaten = dominator >= 0
    dominated_by[order[beaten]] = order[dominator[beaten]]
    return Pruning(np.flatnonzero(dominated_by < 0), dominated_by)


def keep_all(programme: Programme) -> Pruning:
    """No pruning, for the comparison."""
    size = len(programme.candidates)
    return Pruning(np.arange(size), np.full(size, -1, dtype=np.int64))


def _groups(programme: Programme) -> IntArray:
    """One number per workload, model, supply and vendor [N]."""
    candidates = programme.candidates
    group = np.zeros(len(candidates), dtype=np.int64)
    for column in (candidates.workload, candidates.model, candidates.supply, candidates.vendor):
        _, dense = np.unique(column, return_inverse=True)
        _, group = np.unique(group * (dense.max() + 1) + dense, return_inverse=True)
    return np.asarray(group, dtype=np.int64)


def _coefficients(programme: Programme) -> FloatArray:
    """Coefficients per share, the objective first, equal columns once [columns, N]."""
    per_share = requests_per_share(programme)
    columns = [programme.candidates.objective_per_request * per_share]
    for limit in limits(programme):
        column = limit.per_request * per_share
        if not any(np.array_equal(column, other) for other in columns):
            columns.append(column)
    return np.array(columns)


def _dominators_first(
    programme: Programme, group: IntArray, columns: FloatArray
) -> tuple[IntArray, IntArray]:
    """Order in which a dominator precedes what it dominates, and the position of each group's first row [N
    each].

    With more than two columns the sum of the scaled columns leads, since its smallest rows dominate most.
    """
    per_share = requests_per_share(programme)
    carbon = np.nan_to_num(programme.candidates.carbon_kg_co2e_per_request * per_share, nan=np.inf)
    keys = [carbon, *columns[::-1]]
    if len(columns) > 2:
        scale = columns.mean(axis=1, keepdims=True)
        keys.append((columns / np.where(scale > 0, scale, 1.0)).sum(axis=0))
    order = np.lexsort([*keys, group])
    changes = np.flatnonzero(np.diff(group[order], prepend=-1))
    start = np.repeat(changes, np.diff(np.append(changes, len(order))))
    return order, start


def _sweep(columns: FloatArray, start: IntArray) -> IntArray:
    """Dominators for at most two columns, sorted by group and first column: the Pareto staircase [N, -1 for
    none].

    A row stays where its last coefficient is a new minimum of its group. The ranks of each group lie below
    those of the groups before it, so that one running minimum serves them all.
    """
    size = columns.shape[1]
    rank = np.unique(columns[-1], return_inverse=True)[1].astype(np.int64)
    below = rank - start * (size + 1)
    before = np.minimum.accumulate(np.append(np.iinfo(np.int64).max, below[:-1]))
    stays = below < before
    latest = np.maximum.accumulate(np.where(stays, np.arange(size), 0))
    return np.where(stays, -1, latest)


def sieve(columns: FloatArray, start: IntArray) -> IntArray:
    """Dominators for any number of columns, sorted so that a dominator precedes what it dominates: in each round
    the first open row of every group stays and strikes out what it dominates, in all groups at once [N, -1 for
    none]. `start` is the position of the first row of each row's group.
    """
    dominator = np.full(columns.shape[1], -1, dtype=np.int64)
    remaining, left = np.arange(columns.shape[1]), columns
    for _ in range(SIEVE_ROUNDS):
        if not remaining.size:
            break
        first = np.diff(start[remaining], prepend=-1) > 0
        pivot = np.flatnonzero(first)[np.cumsum(first) - 1]
        beaten = np.all(left >= left[:, pivot], axis=0)
        struck = beaten & ~first
        dominator[remaining[struck]] = remaining[pivot[struck]]
        remaining, left = remaining[~beaten], left[:, ~beaten]
    return dominator
