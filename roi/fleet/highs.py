"""One run of HiGHS on the arrays of a sheet, and what it proved. The only place that reads HiGHS' status.

The arrays go to HiGHS as they are: through PuLP's objects a fleet of 24 blocks and 5 years takes longer to write
than to solve. `Built.problem` is the same programme for PuLP; a test holds that both have one optimum.

Ctrl-C ends a run. Python hears a signal in its main thread alone, and there not before C returns: HiGHS, called
from it, would be waited for. So it runs in another thread; the main one waits, and asks it to stop on an exception.
"""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Literal

import highspy
import numpy as np

from roi.arrays import FloatArray
from roi.errors import SolverError
from roi.fleet.sheet import Arrays
from roi.fleet.silence import silenced_stdout
from roi.texts.messages import Message

STOP_S = 0.5
"""How long a run that was asked to stop is waited for: its presolve does not listen, and goes on by itself."""


def run(solver: highspy.Highs) -> None:
    """Run the solver; an exception that a signal raises meanwhile, such as KeyboardInterrupt, is raised here."""
    if threading.current_thread() is not threading.main_thread():
        solver.run()
        return
    solver.HandleUserInterrupt = True
    apart = ThreadPoolExecutor(1, "HiGHS")
    running = apart.submit(solver.run)
    try:
        running.result()
    except BaseException:
        solver.cancelSolve()  # type: ignore[no-untyped-call]
        wait([running], STOP_S)
        apart.shutdown(wait=False)
        raise
    apart.shutdown()  # a thread that ends beside the next run slows it by up to 2 ms


NAME = "HiGHS"
SEED = 20260101
"""HiGHS breaks internal ties at random; a fixed seed and one thread repeat a run exactly."""
TOLERANCE = 1e-9
"""Feasibility in the scaled units of `roi.fleet.build`, hence relative to each cap and to the demand."""
MISREAD = 1e-7
"""Difference of a point's objective and the one reported for it that is no rounding."""
FEASIBLE_POINT = 2
"""HiGHS' primal_solution_status of a point that satisfies every constraint."""
PRIMAL_SIMPLEX = 4
"""HiGHS' simplex_strategy."""

SolverProgress = Callable[[float, float, float], None]
"""Called with seconds, least objective found so far (infinite before the first) and proven bound."""


def solver_version() -> str:
    """Version of the HiGHS library."""
    with silenced_stdout():
        return str(highspy.Highs().version())  # type: ignore[no-untyped-call]


@dataclass(frozen=True, eq=False)
class Basis:
    """Where a linear programme ended: HiGHS' status of every column and row."""

    columns: tuple[highspy.HighsBasisStatus, ...]
    rows: tuple[highspy.HighsBasisStatus, ...]


@dataclass(frozen=True, eq=False)
class Outcome:
    """What one run proved, in the units of the objective it was given."""

    status: Literal["optimal", "feasible", "infeasible"]
    """`feasible`: a limit stopped the proof."""
    objective: float
    bound: float
    """No solution is lower."""
    values: FloatArray
    """[n]; empty when infeasible."""
    prices: FloatArray
    """Dual value of every row [m]; of linear programmes only."""
    basis: Basis


def run_highs(
    arrays: Arrays,
    objective: FloatArray,
    *,
    time_limit_s: float | None = None,
    gap: float,
    integer: bool = True,
    progress: SolverProgress | None = None,
    start: FloatArray | None = None,
    basis: Basis | None = None,
    target: float | None = None,
    nodes: int | None = None,
    restarts: bool = True,
) -> Outcome:
    """Solve the programme, or with `integer` False its linear relaxation.

    `start` is a point to improve, `basis` one from which a linear programme goes on; a point as low as `target`
    is good enough. `nodes` bounds the search, alike on every machine; without `restarts` HiGHS does not presolve
    again in the midst of it, which costs more than it brings where a good start is known.

    Raises
    ------
    SolverError
        When HiGHS stopped with neither a point nor a proof that there is none.
    """
    with silenced_stdout():
        solver = highspy.Highs()  # type: ignore[no-untyped-call]
        _configure(solver, time_limit_s, gap)
        solver.passModel(_model(arrays, objective, integer))
        if target is not None:
            solver.setOptionValue("objective_target", target)
        if not restarts:
            solver.setOptionValue("mip_allow_restart", False)
        if nodes is not None:
            solver.setOptionValue("mip_max_nodes", nodes)
        if start is not None:
            _suggest(solver, start)
        if basis is not None:
            _go_on(solver, basis)
        if progress is not None:
            solver.cbMipLogging.subscribe(_reported(progress))
        run(solver)
        if solver.getModelStatus() == highspy.HighsModelStatus.kUnboundedOrInfeasible:
            solver.setOptionValue("presolve", "off")
            run(solver)
        if start is not None and _misread(solver, objective):
            solver.clearSolver()
            run(solver)
    return _outcome(solver, len(objective), integer and bool(arrays.integer.any()), time_limit_s)


def _misread(solver: highspy.Highs, objective: FloatArray) -> bool:
    """Whether HiGHS took the start for a lower point than it is, and so cut off every true one.

    Seen in 1.16.0: presolve values a feasible start below its objective. The point then does not have the objective
    that is reported for it.
    """
    values = solver.getSolution().col_value
    if len(values) != len(objective):
        return False
    told = float(solver.getInfo().objective_function_value)
    return bool(abs(float(objective @ np.array(values)) - told) > MISREAD * max(1.0, abs(told)))


def _configure(solver: highspy.Highs, time_limit_s: float | None, gap: float) -> None:
    options = {
        "output_flag": False,
        "mip_rel_gap": gap,
        "mip_abs_gap": 0.0,
        "threads": 1,
        "random_seed": SEED,
        "primal_feasibility_tolerance": TOLERANCE,
        "dual_feasibility_tolerance": TOLERANCE,
        "mip_feasibility_tolerance": TOLERANCE,
    }
    for name, value in options.items():
        solver.setOptionValue(name, value)
    if time_limit_s is not None:
        solver.setOptionValue("time_limit", max(0.0, time_limit_s))


def _model(arrays: Arrays, objective: FloatArray, integer: bool) -> highspy.HighsLp:
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(arrays.lower), len(arrays.rhs)
    model.col_cost_, model.col_lower_, model.col_upper_ = objective, arrays.lower, arrays.upper
    model.row_lower_ = np.where(arrays.sense < 0, -highspy.kHighsInf, arrays.rhs)
    model.row_upper_ = np.where(arrays.sense > 0, highspy.kHighsInf, arrays.rhs)
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = np.searchsorted(arrays.row, np.arange(len(arrays.rhs) + 1)).astype(np.int32)
    model.a_matrix_.index_ = arrays.column.astype(np.int32)
    model.a_matrix_.value_ = arrays.value
    if integer:
        kinds = highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger
        model.integrality_ = [kinds[whole] for whole in arrays.integer.astype(int).tolist()]
    return model


def _suggest(solver: highspy.Highs, start: FloatArray) -> None:
    point = highspy.HighsSolution()
    point.col_value = start.tolist()
    solver.setSolution(point)


def _go_on(solver: highspy.Highs, basis: Basis) -> None:
    """By the primal simplex method: columns that came in leave the point as it was."""
    known = highspy.HighsBasis()
    known.col_status, known.row_status = list(basis.columns), list(basis.rows)
    known.valid = True
    solver.setBasis(known)
    solver.setOptionValue("simplex_strategy", PRIMAL_SIMPLEX)


def _reported(progress: SolverProgress) -> Callable[[highspy.HighsCallbackEvent], None]:
    def report(event: highspy.HighsCallbackEvent) -> None:
        data = event.data_out
        progress(data.running_time, data.mip_primal_bound, data.mip_dual_bound)

    return report


def _outcome(solver: highspy.Highs, columns: int, integer: bool, time_limit_s: float | None) -> Outcome:
    status, statuses = solver.getModelStatus(), highspy.HighsModelStatus
    if status == statuses.kInfeasible:
        return Outcome("infeasible", np.inf, np.inf, np.empty(0), np.empty(0), Basis((), ()))
    if status in (statuses.kUnbounded, statuses.kUnboundedOrInfeasible):
        raise SolverError(Message("solver.unbounded"))
    info, solution, basis = solver.getInfo(), solver.getSolution(), solver.getBasis()
    empty = status == statuses.kModelEmpty and not columns
    proven = status == statuses.kOptimal or empty
    if not proven and not (integer and info.primal_solution_status == FEASIBLE_POINT):
        raise SolverError(_gave_up(solver, status, time_limit_s))
    return Outcome(
        "optimal" if proven else "feasible",
        float(info.objective_function_value),
        float(info.mip_dual_bound if integer else info.objective_function_value),
        np.array(solution.col_value, dtype=np.float64),
        np.array(solution.row_dual, dtype=np.float64),
        Basis(tuple(basis.col_status), tuple(basis.row_status)),
    )


def _gave_up(solver: highspy.Highs, status: highspy.HighsModelStatus, time_limit_s: float | None) -> Message:
    told = solver.modelStatusToString(status)
    if status in (highspy.HighsModelStatus.kSolveError, highspy.HighsModelStatus.kUnknown):
        return Message("solver.far_apart", solver=NAME, status=told)
    if time_limit_s is None:
        return Message("solver.no_plan", solver=NAME, status=told)
    return Message("solver.no_plan_within", solver=NAME, status=told, limit=time_limit_s)
