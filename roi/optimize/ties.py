"""Chooses one of several equally cheap plans: less carbon where it is disclosed, then canonical order.

The integer decisions are settled by solving again under the row "no dearer than the optimum". Shares of mixed
workloads are settled on the optimal face: variables with a reduced cost stay where they are, rows with a
price stay tight. Nothing is then traded within the solver's tolerance, which would leave shares of 1e-9 in
the plan.
"""

import time

import numpy as np
import pulp

from roi.errors import SolverError
from roi.optimize.build import Built, add_row, build, weighted
from roi.optimize.highs import Point, read_point, run_highs
from roi.optimize.problem import FloatArray, requests_per_share

TIE_FRACTION = 1e-7
"""Plans whose objectives differ by less, as a fraction, count as equally cheap. A hundred times the solver's
feasibility tolerance: with ten times as much HiGHS lost 2 of 4,000 random cases."""
BINARIES_MAX = 60
"""Beyond this many integer variables a second and third solve could cost far more than the first."""
ROWS_MAX = 5_000
"""Likewise for the number of shares."""
PRICED = 1e-9
"""Reduced costs and row prices above this are not zero, in the scaled units of `build`."""

SETTLED = "objective, then disclosed carbon, then canonical order"
UNSETTLED = "objective, then candidate order as the solver met it"


def settle(built: Built, point: Point, deadline: float | None) -> tuple[Point, str]:
    """The point with its ties broken, and the words for how.

    `deadline` is a reading of time.perf_counter; when it passes, the last complete answer stands.
    """
    if len(built.binaries) > BINARIES_MAX or len(built.rows) > ROWS_MAX:
        return (point if built.coupled else _cheapest_of_kept(built, point)), UNSETTLED
    settled = True
    if built.binaries:
        point, settled = _settle_integers(built, point, deadline)
    if not built.coupled:
        point = _cheapest_of_kept(built, point)
    elif settled and any(share.cat == pulp.LpContinuous for share in built.shares):
        point, settled = _settle_shares(built, point, deadline)
    return point, SETTLED if settled else UNSETTLED


def _settle_integers(built: Built, point: Point, deadline: float | None) -> tuple[Point, bool]:
    for number, criterion in enumerate(_criteria(built)):
        problem = built.problem
        reached = problem.objective.value()
        ceiling = reached + TIE_FRACTION * max(1.0, abs(reached))
        add_row(problem, f"tie_{number}", problem.objective, pulp.LpConstraintLE, ceiling)
        problem.setObjective(criterion)
        if not _solved(problem, deadline):
            return point, False
        point = read_point(built)
    return point, True


def _settle_shares(built: Built, point: Point, deadline: float | None) -> tuple[Point, bool]:
    fresh = build(built.programme, built.rows)
    for share, value in zip(fresh.shares, point.shares.tolist(), strict=True):
        if share.cat == pulp.LpInteger:
            share.lowBound = share.upBound = round(value)
    for model, variable in fresh.kept.items():
        variable.lowBound = variable.upBound = int(model in point.kept)
    for criterion in (None, *_criteria(fresh)):
        if criterion is not None:
            _stay_on_face(fresh.problem)
            fresh.problem.setObjective(criterion)
        if not _solved(fresh.problem, deadline, integer=False):
            return point, False
        point = read_point(fresh)
    return point, True


def _stay_on_face(problem: pulp.LpProblem) -> None:
    """Restrict a solved linear programme to all its optimal points (complementary slackness)."""
    for variable in problem.variables():
        if abs(variable.dj) > PRICED:
            variable.lowBound = variable.upBound = variable.varValue
    for row in problem.constraints():
        if abs(row.pi) > PRICED:
            row.sense = pulp.LpConstraintEQ


def _cheapest_of_kept(built: Built, point: Point) -> Point:
    """Without a coupling row every workload takes its first candidate by cost, carbon and order among kept
    models.
    """
    candidates, rows = built.programme.candidates, built.rows
    model = candidates.model[rows]
    closed = np.isin(model, sorted(set(built.kept) - point.kept))
    per_share = requests_per_share(built.programme)[rows]
    cost = np.where(closed, np.inf, candidates.objective_per_request[rows] * per_share)
    workload = candidates.workload[rows]
    order = np.lexsort([_disclosed_carbon(built), cost, workload])
    first = order[np.flatnonzero(np.diff(workload[order], prepend=-1))]
    shares = np.zeros(len(rows))
    shares[first] = 1.0
    return Point(shares, point.kept)


def _criteria(built: Built) -> tuple[pulp.LpAffineExpression, pulp.LpAffineExpression]:
    """Carbon, and position in canonical order within the workload, each scaled to at most 1."""
    workload = built.programme.candidates.workload[built.rows]
    by_workload = np.argsort(workload, kind="stable")
    starts = np.flatnonzero(np.diff(workload[by_workload], prepend=-1))
    position = np.empty(len(workload))
    sizes = np.diff(np.append(starts, len(workload)))
    position[by_workload] = np.arange(len(workload)) - np.repeat(starts, sizes)
    carbon = _disclosed_carbon(built)
    return tuple(weighted(built, a, None, float(a.max()) or 1.0) for a in (carbon, position))


def _disclosed_carbon(built: Built) -> FloatArray:
    """Carbon per share; twice the largest figure where it is not disclosed, so that it comes last [V]."""
    per_request = built.programme.candidates.carbon_kg_co2e_per_request
    carbon = np.asarray((per_request * requests_per_share(built.programme))[built.rows], dtype=np.float64)
    largest = float(np.nanmax(carbon)) if np.any(np.isfinite(carbon)) else 0.0
    return np.nan_to_num(carbon, nan=2.0 * largest)


def _solved(problem: pulp.LpProblem, deadline: float | None, *, integer: bool = True) -> bool:
    """Whether a tie-break ran to its end; when it did not, the plan found before is still an optimal one."""
    left = None if deadline is None else max(0.0, deadline - time.perf_counter())
    try:
        outcome = run_highs(problem, time_limit_s=left, gap=TIE_FRACTION, integer=integer)
    except SolverError:
        return False
    return outcome.status == "optimal"
