"""Solves a programme: prune, build, run HiGHS, break ties, and state exactly what is known about the plan."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from roi.errors import SolverError
from roi.optimize.build import Built, build
from roi.optimize.highs import NAME, Outcome, Point, read_point, run_highs, solver_version
from roi.optimize.problem import (
    FloatArray,
    IntArray,
    Programme,
    Solution,
    Status,
    distinct,
    plan_objective,
    requests_per_share,
)
from roi.optimize.prune import Pruning, prune_candidates
from roi.optimize.ties import settle

GAP_DEFAULT = 1e-9
"""Fraction by which the plan may be dearer than the proven bound, unless the caller allows more."""
OPTIMAL_GAP = 1e-6
"""A proven gap up to this is called optimal, a larger one feasible."""
NOTHING_FRACTION = 1e-9
"""A smaller share is the solver's rounding of zero."""


def solve(
    programme: Programme,
    *,
    time_limit_s: float | None = None,
    gap: float = GAP_DEFAULT,
    prune: Callable[[Programme], Pruning] = prune_candidates,
) -> Solution:
    """The cheapest plan within the rules, or the proof that there is none (`infeasible`).

    `time_limit_s` bounds the solver [s], `gap` is the proven fraction at which it may stop. `prune.keep_all`
    as `prune` solves without pruning.

    Raises
    ------
    SolverError
        When the time passed with neither a plan nor a proof.
    """
    started = time.perf_counter()
    pruning = prune(programme)
    built = build(programme, pruning.rows)
    deadline = None if time_limit_s is None else time.perf_counter() + time_limit_s
    outcome = run_highs(built.problem, time_limit_s=time_limit_s, gap=gap)
    if outcome.status == "infeasible":
        plan, tie_break = _no_plan(), "none: there is no plan"
    else:
        point, tie_break = settle(built, read_point(built), deadline)
        plan = _plan(built, point)
    return _solution(built, pruning, outcome, plan, tie_break, time.perf_counter() - started)


@dataclass(frozen=True, eq=False)
class _Plan:
    rows: IntArray
    requests: FloatArray


def _no_plan() -> _Plan:
    return _Plan(np.empty(0, dtype=np.int64), np.empty(0))


def _plan(built: Built, point: Point) -> _Plan:
    """Exact requests: a whole workload for a single option, and shares that add up to one for a mixture."""
    programme = built.programme
    workload = programme.candidates.workload[built.rows]
    shares = np.where(point.shares < NOTHING_FRACTION, 0.0, point.shares)
    for j in np.flatnonzero(programme.one_option):
        mine = np.flatnonzero(workload == j)
        shares[mine] = np.arange(len(mine)) == np.argmax(shares[mine])
    total = np.bincount(workload, weights=shares, minlength=len(programme.demand))
    used = np.flatnonzero(shares)
    rows = built.rows[used]
    return _Plan(rows, requests_per_share(programme)[rows] * shares[used] / total[workload[used]])


def _solution(
    built: Built, pruning: Pruning, outcome: Outcome, plan: _Plan, tie_break: str, seconds: float
) -> Solution:
    programme = built.programme
    models = tuple(distinct(programme.candidates.model[plan.rows]).tolist())
    found = outcome.status != "infeasible"
    objective = plan_objective(programme, plan.rows, plan.requests, models) if found else np.inf
    bound = min(outcome.bound * built.money_per_unit, objective)
    gap = (objective - bound) / objective if found and objective > 0 else 0.0
    return Solution(
        status=_status(outcome, gap),
        rows=plan.rows,
        requests=plan.requests,
        models=models,
        objective=objective,
        bound=bound,
        gap=gap,
        seconds=seconds,
        solver=NAME,
        solver_version=solver_version(),
        tie_break=tie_break,
        candidates_total=len(programme.candidates),
        candidates_after_pruning=len(pruning.rows),
        dominated_by=pruning.dominated_by,
    )


def _status(outcome: Outcome, gap: float) -> Status:
    if outcome.status == "infeasible":
        return "infeasible"
    if not np.isfinite(gap):
        raise SolverError(f"{NAME} stopped with a plan but no bound on what it misses; allow more time")
    return "optimal" if gap <= OPTIMAL_GAP else "feasible"
