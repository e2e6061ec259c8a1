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
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np

from roi.arrays import FloatArray, IntArray
from roi.errors import SolverError
from roi.fleet.build import Built
from roi.fleet.highs import run_highs
from roi.fleet.problem import FleetProgramme
from roi.fleet.sheet import NONE, Arrays
from roi.fleet.sifting.master import Pool, Relaxation, pool_of, relax
from roi.texts.messages import Message

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

    @property
    def conflicts(self) -> bool:
        """Whether it is proven that there is no plan."""
        return self.values is None and bool(np.isinf(self.bound))

    @property
    def money(self) -> float:
        """Objective of the plan [money]; infinite without one."""
        if self.values is None:
            return np.inf
        return float(self.built.objective @ self.values) * self.built.money_per_unit

    @property
    def misses(self) -> float:
        """Fraction by which the plan may be dearer than the best."""
        bound = self.bound * self.built.money_per_unit
        return (self.money - bound) / abs(self.money) if self.money and self.values is not None else np.inf


def sift(
    programme: FleetProgramme,
    rows: IntArray,
    *,
    gap: float,
    time_limit_s: float | None,
    told: Callable[[Built, float, float], None],
    polish: bool = True,
) -> Found:
    """The best plan found over the candidates `rows` and a bound for all; `told` hears objective and bound.

    Without `polish` the first plan found is the answer, however far from the bound.

    Raises
    ------
    SolverError
        When the time passed, or no plan was found among the shares that came in.
    """
    deadline = np.inf if time_limit_s is None else time.perf_counter() + time_limit_s
    pool = pool_of(programme, rows)
    found = _attempt(pool, RELAXATION_FRACTION * gap, gap, deadline, told)
    if found.conflicts or found.misses <= gap:
        return found
    with suppress(SolverError):
        found = _better(_attempt(pool, 0.0, gap, deadline, told), found)
    if found.values is None or (polish and found.misses > gap):
        found = _polished(found, gap, deadline)
    return _whole(pool, gap, deadline) if found.values is None else found


def _attempt(
    pool: Pool, near: float, gap: float, deadline: float, told: Callable[[Built, float, float], None]
) -> Found:
    """A plan and a bound after a relaxation that leaves `near` of itself."""
    solved, bound = _kept_relaxation(pool, near, deadline, told)
    if solved.exceeded > EXCESS:
        return Found(solved.built, None, np.inf)
    built = pool.build()
    values = _in_steps(built, solved, min(LARGEST_STEP_GAP, STEP_FRACTION * gap), deadline)
    return Found(built, values, bound * solved.built.money_per_unit / built.money_per_unit)


def _better(one: Found, other: Found) -> Found:
    """The cheaper plan with the higher bound; both built in scaled money of their own."""
    best = one if one.money <= other.money else other
    bounds = (each.bound * each.built.money_per_unit for each in (one, other))
    return replace(best, bound=max(bounds) / best.built.money_per_unit)


def _kept_relaxation(
    pool: Pool, near: float, deadline: float, told: Callable[[Built, float, float], None]
) -> tuple[Relaxation, float]:
    """The relaxation that keeps all rules; one that exceeds some is the proof that they conflict."""
    solved, bound = _relaxation(pool, near, deadline, told)
    while solved.exceeded > EXCESS and not _conflict(pool, deadline):
        if pool.penalty >= PENALTY_MAX:
            raise SolverError(Message("solver.relaxation"))
        pool.penalty *= PENALTY_STEP
        solved, bound = _relaxation(pool, near, deadline, told)
    return solved, bound


def _relaxation(
    pool: Pool, near: float, deadline: float, told: Callable[[Built, float, float], None]
) -> tuple[Relaxation, float]:
    """Relaxations until the bound is near, and the best bound in the last one's scaled money."""
    solved: Relaxation | None = None
    best = -np.inf
    while True:
        solved = relax(pool, solved, time_limit_s=_left(deadline))
        scale = solved.built.money_per_unit
        best = max(best, solved.bound * scale)
        told(solved.built, np.inf, best / scale)
        optimum = solved.outcome.objective * scale
        if not solved.came_in or optimum - best <= max(CONVERGED, near) * abs(optimum):
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


def _polished(found: Found, gap: float, deadline: float) -> Found:
    """With a better plan among what came in, if one is found in time."""
    limit, bound = _left(deadline), found.bound
    try:
        outcome = run_highs(
            found.built.arrays,
            found.built.objective,
            gap=STEP_FRACTION * gap,
            time_limit_s=POLISH_S if limit is None else limit,
            start=found.values,
            target=bound / (1.0 - gap) if bound > 0 and gap < 1 else None,
        )
    except SolverError:
        if found.values is None:
            raise
        return found
    return found if outcome.status == "infeasible" else replace(found, values=outcome.values)


def _whole(pool: Pool, gap: float, deadline: float) -> Found:
    """With everything in, where that can be written: what came in has no plan that keeps the whole numbers."""
    everything = sum(active.size for active in pool.active)
    if everything > LARGEST_WHOLE:
        raise SolverError(Message("solver.none_let_in"))
    for active in pool.active:
        active[:] = True
    built = pool.build()
    outcome = run_highs(built.arrays, built.objective, gap=gap, time_limit_s=_left(deadline))
    found = None if outcome.status == "infeasible" else outcome.values
    return Found(built, found, outcome.bound)
