"""A plan and a bound for a fleet too large to be written whole.

The bound is that of the linear relaxation over all shares, by sifting. The plan is found among the shares that came
in: whole decisions are fixed in three steps, the dearest to change first (choices and models, then units, then what
is on in each block), each the optimum of its step with the later ones relaxed. Where the plan misses the bound by
more than asked, the programme over the shares that came in is solved as it is, from that plan.

Shares that did not come in could still serve a little in a better plan: leaving out by reduced cost is exact for
whole variables alone. The gap is therefore measured against the relaxation's bound, never against the smaller
programme's own.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from roi.errors import SolverError
from roi.fleet.build import Built
from roi.fleet.highs import run_highs
from roi.fleet.problem import FleetProgramme, FloatArray, IntArray
from roi.fleet.sheet import NONE, Arrays
from roi.fleet.sifting.master import Pool, Relaxation, pool_of, relax

RELAXATION_FRACTION = 0.3
"""Part of the gap that the relaxation may leave; the rest is the plan's."""
STEP_FRACTION = 0.1
"""Part of the gap that each step of the plan may leave."""
LARGEST_STEP_GAP = 1e-3
CONVERGED = 1e-7
"""A relaxation this near its bound, as a fraction, is solved."""
NEAR_WHOLE = 0.1
"""A choice or model within this of a whole number in the relaxation is taken for it."""
POLISH_S = 60.0
"""Longest search for a better plan where no time limit is given."""
EXCESS = 1e-7
"""A larger excess of limits, as a fraction, is a proof that they conflict."""
PENALTY_STEP = 1e3
PENALTY_MAX = 1e6
LARGEST_WHOLE = 1_000_000
"""Shares beyond which a programme is not even tried whole."""
STEPS = (("pick", "kept", "taken", "opened", "serves"), ("buy", "units"), ("on", "hours", "powered"))
"""Whole decisions, by step."""


@dataclass(frozen=True, eq=False)
class Found:
    """Values of a plan in the columns of `built`, None where limits conflict, and a bound for all plans."""

    built: Built
    values: FloatArray | None
    bound: float
    """In scaled money of `built`."""


def sift(
    programme: FleetProgramme,
    rows: IntArray,
    *,
    gap: float,
    time_limit_s: float | None,
    told: Callable[[Built, float, float], None],
) -> Found:
    """The best plan found over the candidates `rows` and a bound for all; `told` hears objective and bound.

    Raises
    ------
    SolverError
        When the time passed, or no plan was found among the shares that came in.
    """
    deadline = np.inf if time_limit_s is None else time.perf_counter() + time_limit_s
    pool = pool_of(programme, rows)
    solved, bound = _kept_relaxation(pool, gap, deadline, told)
    if solved.exceeded > EXCESS:
        return Found(solved.built, None, np.inf)
    built = pool.build()
    bound *= solved.built.money_per_unit / built.money_per_unit
    values = _in_steps(built, solved, min(LARGEST_STEP_GAP, STEP_FRACTION * gap), deadline)
    if values is None or _misses(built, values, bound) > gap:
        values = _polished(built, values, gap, deadline)
    if values is not None:
        return Found(built, values, bound)
    return _whole(pool, gap, deadline)


def _kept_relaxation(
    pool: Pool, gap: float, deadline: float, told: Callable[[Built, float, float], None]
) -> tuple[Relaxation, float]:
    """The relaxation that keeps all rules; one that exceeds some is the proof that they conflict."""
    solved, bound = _relaxation(pool, gap, deadline, told)
    while solved.exceeded > EXCESS and not _conflict(pool, deadline):
        if pool.penalty >= PENALTY_MAX:
            raise SolverError(
                "the relaxation could not be solved: its numbers lie too far apart; check the units"
            )
        pool.penalty *= PENALTY_STEP
        solved, bound = _relaxation(pool, gap, deadline, told)
    return solved, bound


def _relaxation(
    pool: Pool, gap: float, deadline: float, told: Callable[[Built, float, float], None]
) -> tuple[Relaxation, float]:
    """Relaxations until the bound is near, and the best bound in the last one's scaled money."""
    solved: Relaxation | None = None
    best = -np.inf
    near = max(CONVERGED, RELAXATION_FRACTION * gap)
    while True:
        solved = relax(pool, solved, time_limit_s=_left(deadline))
        scale = solved.built.money_per_unit
        best = max(best, solved.bound * scale)
        told(solved.built, np.inf, best / scale)
        optimum = solved.outcome.objective * scale
        if not solved.came_in or optimum - best <= near * abs(optimum):
            return solved, best / scale


def _conflict(pool: Pool, deadline: float) -> bool:
    """Whether the least excess of limits over all shares is more than nothing."""
    solved: Relaxation | None = None
    while True:
        solved = relax(pool, solved, money=0.0, time_limit_s=_left(deadline))
        if solved.exceeded <= EXCESS:
            return False
        if solved.bound > EXCESS * pool.penalty or not solved.came_in:
            return True


def _required(solved: Relaxation | None) -> Relaxation:
    if solved is None:
        raise SolverError(
            "some work has no option at all, whatever limits are exceeded; add options or supplies"
        )
    return solved


def _left(deadline: float) -> float | None:
    return None if np.isinf(deadline) else max(0.0, deadline - time.perf_counter())


def _in_steps(built: Built, solved: Relaxation, gap: float, deadline: float) -> FloatArray | None:
    """Values of a plan, or None when a step found none."""
    arrays = _near_whole_fixed(built, solved)
    values = None
    for step in STEPS:
        whole = np.zeros(len(arrays.integer), dtype=np.bool_)
        mine = _numbers(built, step)
        whole[mine] = built.arrays.integer[mine]
        try:
            outcome = run_highs(
                replace(arrays, integer=whole), built.objective, gap=gap, time_limit_s=_left(deadline)
            )
        except SolverError:
            return None
        if outcome.status == "infeasible":
            return None
        values = outcome.values
        arrays = _fixed(arrays, mine[built.arrays.integer[mine]], values)
    return values


def _numbers(built: Built, kinds: tuple[str, ...]) -> IntArray:
    found = np.concatenate([np.ravel(getattr(built.columns, kind)) for kind in kinds])
    return np.asarray(found[found != NONE], dtype=np.int64)


def _near_whole_fixed(built: Built, solved: Relaxation) -> Arrays:
    """Choices and models that the relaxation has nearly decided."""
    names = solved.built.draft.sheet.column_names()
    known = dict(zip(names, solved.outcome.values.tolist(), strict=False))
    values = np.array([known.get(name, 0.0) for name in built.draft.sheet.column_names()])
    mine = _numbers(built, ("pick", "kept"))
    near = np.abs(values[mine] - np.round(values[mine])) <= NEAR_WHOLE
    return _fixed(built.arrays, mine[near], values)


def _fixed(arrays: Arrays, columns: IntArray, values: FloatArray) -> Arrays:
    lower, upper = arrays.lower.copy(), arrays.upper.copy()
    lower[columns] = upper[columns] = np.round(values[columns])
    return replace(arrays, lower=lower, upper=upper)


def _misses(built: Built, values: FloatArray, bound: float) -> float:
    objective = float(built.objective @ values)
    return (objective - bound) / abs(objective) if objective else 0.0


def _polished(built: Built, values: FloatArray | None, gap: float, deadline: float) -> FloatArray | None:
    """Better values, or the same; None where there is no plan among what came in."""
    limit = _left(deadline)
    try:
        outcome = run_highs(
            built.arrays,
            built.objective,
            gap=gap,
            time_limit_s=POLISH_S if limit is None else limit,
            start=values,
        )
    except SolverError:
        if values is None:
            raise
        return values
    return values if outcome.status == "infeasible" else outcome.values


def _whole(pool: Pool, gap: float, deadline: float) -> Found:
    """With everything in, where that can be written: what came in has no plan that keeps the whole numbers."""
    everything = sum(active.size for active in pool.active)
    if everything > LARGEST_WHOLE:
        raise SolverError(
            "no plan keeps all limits among the options that the relaxation let in; loosen the limits a little or "
            "give fewer options"
        )
    for active in pool.active:
        active[:] = True
    built = pool.build()
    outcome = run_highs(built.arrays, built.objective, gap=gap, time_limit_s=_left(deadline))
    found = None if outcome.status == "infeasible" else outcome.values
    return Found(built, found, outcome.bound)
