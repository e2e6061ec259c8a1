"""One run of HiGHS through PuLP, and what it proved. The only place that reads the solver's status."""

from dataclasses import dataclass
from importlib.metadata import version

import numpy as np
import pulp

from roi.errors import SolverError
from roi.optimize.build import Built
from roi.optimize.problem import FloatArray
from roi.optimize.silence import silenced_stdout

NAME = "HiGHS"
SEED = 20260101
"""HiGHS breaks internal ties at random; a fixed seed and one thread repeat a run exactly."""
TOLERANCE = 1e-9
"""Feasibility in the scaled units of `build`, hence relative to each cap and to the demand."""
FEASIBLE_POINT = 2
"""HiGHS' primal_solution_status of a point that satisfies every constraint."""


@dataclass(frozen=True)
class Outcome:
    """What one run proved, in the units of the problem."""

    status: str
    """`optimal`, `feasible` (a limit stopped the proof) or `infeasible`."""
    bound: float
    """No solution is lower."""


@dataclass(frozen=True, eq=False)
class Point:
    """Values of the variables, copied so that a later run cannot change them."""

    shares: FloatArray
    """Share per variable, in the order of `Built.rows` [V]."""
    kept: frozenset[int]
    """Models whose binary is 1."""


def solver_version() -> str:
    """Version of the HiGHS library behind PuLP."""
    return version("highspy")


def run_highs(
    problem: pulp.LpProblem, *, time_limit_s: float | None, gap: float, integer: bool = True
) -> Outcome:
    """Solve; variables may be read only after the returned status allows it.

    Raises
    ------
    SolverError
        When HiGHS stopped with neither a plan nor a proof that there is none.
    """
    solver = pulp.HiGHS(
        mip=integer,
        msg=False,
        gapRel=gap,
        gapAbs=0.0,
        threads=1,
        timeLimit=time_limit_s,
        random_seed=SEED,
        primal_feasibility_tolerance=TOLERANCE,
        dual_feasibility_tolerance=TOLERANCE,
        mip_feasibility_tolerance=TOLERANCE,
    )
    with silenced_stdout():
        problem.solve(solver)
    return _outcome(problem, integer, time_limit_s)


def read_point(built: Built) -> Point:
    """The solution as plain values."""
    shares = np.array([share.varValue for share in built.shares], dtype=np.float64)
    kept = frozenset(m for m, variable in built.kept.items() if variable.varValue > 0.5)
    return Point(np.clip(shares, 0.0, 1.0), kept)


def _outcome(problem: pulp.LpProblem, integer: bool, time_limit_s: float | None) -> Outcome:
    if problem.sol_status == pulp.LpSolutionInfeasible:
        return Outcome("infeasible", np.inf)
    info = problem.solverModel.getInfo()
    has_plan = problem.sol_status in (pulp.LpSolutionOptimal, pulp.LpSolutionIntegerFeasible)
    if not has_plan or info.primal_solution_status != FEASIBLE_POINT:
        model_status = problem.solverModel.modelStatusToString(problem.solverModel.getModelStatus())
        limit = "" if time_limit_s is None else f" within {time_limit_s:g} s"
        raise SolverError(
            f"{NAME} found no plan for the programme{limit} (status: {model_status}); "
            "allow more time or fewer options"
        )
    proven = problem.sol_status == pulp.LpSolutionOptimal
    is_mip = integer and problem.isMIP()
    bound = info.mip_dual_bound if is_mip or not proven else info.objective_function_value
    return Outcome("optimal" if proven else "feasible", float(bound))
