"""The model one would write first: no pruning, a binary per option, rows x <= D z and z <= Z, same HiGHS.

It has the same optimum as the programme of `roi.optimize` and is kept only to be compared with.
"""

import pulp

from roi.errors import SolverError
from roi.optimize import Programme
from roi.optimize.highs import run_highs
from roi.optimize.problem import limits


def straightforward_objective(programme: Programme, *, time_limit_s: float, gap: float) -> float | None:
    """Least objective [money]; None when the time is up before the proof."""
    problem = _problem(programme)
    try:
        outcome = run_highs(problem, time_limit_s=time_limit_s, gap=gap)
    except SolverError:
        return None
    return problem.objective.value() if outcome.status == "optimal" else None


def _problem(programme: Programme) -> pulp.LpProblem:
    candidates, size = programme.candidates, len(programme.candidates)
    problem = pulp.LpProblem("straightforward", pulp.LpMinimize)
    x = [problem.add_variable(f"x_{i}", 0) for i in range(size)]
    z = [problem.add_variable(f"z_{i}", cat=pulp.LpBinary) for i in range(size)]
    kept = [problem.add_variable(f"Z_{m}", cat=pulp.LpBinary) for m in range(len(programme.model_names))]
    problem.setObjective(
        pulp.lpSum(c * v for c, v in zip(candidates.objective_per_request.tolist(), x, strict=True))
        + pulp.lpSum(c * v for c, v in zip(programme.model_weight.tolist(), kept, strict=True))
    )
    _add_workloads(problem, programme, x, z, kept)
    if programme.models_max is not None:
        problem += pulp.lpSum(kept) <= programme.models_max, "models_max"
    for limit in limits(programme):
        used = pulp.lpSum(c * v for c, v in zip(limit.per_request.tolist(), x, strict=True))
        fixed = pulp.lpSum(c * v for c, v in zip(limit.per_model.tolist(), kept, strict=True))
        problem += used + fixed <= limit.cap, limit.name
    return problem


def _add_workloads(
    problem: pulp.LpProblem,
    programme: Programme,
    x: list[pulp.LpVariable],
    z: list[pulp.LpVariable],
    kept: list[pulp.LpVariable],
) -> None:
    candidates = programme.candidates
    rows: list[list[int]] = [[] for _ in programme.workload_names]
    for i, (j, m) in enumerate(zip(candidates.workload.tolist(), candidates.model.tolist(), strict=True)):
        rows[j].append(i)
        most = float(programme.demand[j])
        most /= float(candidates.deliver[i]) if programme.demand_of_accepted[j] else 1.0
        problem += x[i] <= most * z[i], f"uses_{i}"
        problem += z[i] <= kept[m], f"keeps_{i}"
    for j, mine in enumerate(rows):
        deliver = candidates.deliver[mine].tolist() if programme.demand_of_accepted[j] else [1.0] * len(mine)
        served = pulp.lpSum(d * x[i] for d, i in zip(deliver, mine, strict=True))
        problem += served >= float(programme.demand[j]), f"demand_{j}"
        if programme.one_option[j]:
            problem += pulp.lpSum(z[i] for i in mine) == 1, f"one_option_{j}"
