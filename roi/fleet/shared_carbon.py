"""The limit of a picture's carbon where workloads share units: ways on from a plan that breaks it."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from roi.arrays import IntArray
from roi.errors import SolverError
from roi.fleet.answer import NOWHERE, Found, Wanted
from roi.fleet.coefficients import alone_on, existing_units
from roi.fleet.evaluation.workloads import carbon_above
from roi.fleet.problem import FleetPlan, FleetProgramme
from roi.texts.messages import Message

BRANCHES = 60
"""Most programmes that are solved to keep the limits of pictures on shared machines."""
SERVED_ALONE = 4
"""Candidates of which one is tried as the only one of its workload on a shared supply."""
Solve = Callable[[IntArray, tuple[int, ...]], Found]
"""The best plan over candidates, some of which serve alone."""


def kept_to_carbon_max(programme: FleetProgramme, rows: IntArray, wanted: Wanted, solve: Solve) -> Found:
    """A plan whose workloads keep their limit for one picture, with what they share of supplies split by use.

    The split is no sum, and no row holds it. Where the cheapest plan breaks a limit by it, two ways lead on: the
    workload leaves the shared supplies, or one candidate serves it alone, which makes the split a row. The bound
    stays that of the first programme, which such a plan may miss.

    Raises
    ------
    SolverError
        When neither way leads to a plan: there may be one with the work split over several candidates.
    """
    first = solve(rows, ())
    if first.cleaned is None or not len(shared_rows_above(programme, first.cleaned.plan)):
        return first
    best, waiting, solved = NOWHERE, [(first, rows, tuple[int, ...]())], 0
    while waiting and solved < BRANCHES and not wanted.over:
        answer, there, wholly = waiting.pop()
        if answer.cleaned is None or answer.objective >= best.objective:
            continue
        above = shared_rows_above(programme, answer.cleaned.plan)
        if not len(above):
            best = answer
            continue
        for then, alone in _ways_on(programme, there, wholly, above):
            solved += 1
            try:
                found = solve(then, alone)
            except SolverError:
                continue
            waiting.append((found, then, alone))
    if best.cleaned is None:
        raise SolverError(Message("solver.shared_carbon"))
    return replace(best, bound=min(best.bound, first.bound))


def _ways_on(
    programme: FleetProgramme, rows: IntArray, wholly: tuple[int, ...], above: IntArray
) -> Iterator[tuple[IntArray, tuple[int, ...]]]:
    """Candidates that stay, and those of them that serve alone; `above` are in a plan that breaks a limit."""
    candidates = programme.candidates
    without = np.setdiff1d(rows, above)
    if len(np.unique(candidates.workload[without])) == len(programme.workload_names):
        yield without, tuple(each for each in wholly if each not in above)
    workload = candidates.workload[above[0]]
    of_it = rows[candidates.workload[rows] == workload]
    if any(candidates.workload[each] == workload for each in wholly):
        return
    supplies = np.unique(candidates.supply[above[candidates.workload[above] == workload]])
    there = of_it[np.isin(candidates.supply[of_it], supplies)]
    kg = candidates.energy_kwh[there] + candidates.board_s[there]
    tried = [*above[candidates.workload[above] == workload], *there[np.argsort(kg, kind="stable")]]
    for candidate in list(dict.fromkeys(int(each) for each in tried))[:SERVED_ALONE]:
        others = rows[candidates.workload[rows] != workload]
        yield np.sort(np.append(others, candidate)), (*wholly, candidate)


def shared_rows_above(programme: FleetProgramme, plan: FleetPlan) -> IntArray:
    """Candidates of the plan, of workloads above their limit, on supplies whose part in it no row holds: units that
    several workloads can use, or that were there before."""
    if programme.carbon_max is None:
        return np.empty(0, dtype=np.int64)
    above = np.any(carbon_above(programme, plan), axis=(1, 2))
    candidates, rows = programme.candidates, plan.rows
    common = alone_on(programme) < 0
    common |= np.any(existing_units(programme) > 0, axis=1)
    common &= np.array([each.kind != "by_use" for each in programme.supplies], dtype=np.bool_)
    supply, workload = candidates.supply[rows], candidates.workload[rows]
    mine = above[workload] & common[supply]
    return np.asarray(rows[mine], dtype=np.int64)
