"""Recomputes a plan from the data alone, by a second route that knows no solver.

It works on requests, as the rules are written for people, while the solver works on shares; the two agree
only if the substitution, the scaling and the reading of the solver's answer are right.
"""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from roi.optimize.problem import FloatArray, Programme, Solution, distinct, labels, limits

OBJECTIVE_TOLERANCE_FRACTION = 1e-9
"""The two objectives are the same sum in another order."""
FEASIBILITY_TOLERANCE_FRACTION = 1e-6
"""By how much a plan may miss a right-hand side, as a fraction of it."""

Sense = Literal["<=", ">=", "="]


@dataclass(frozen=True)
class ConstraintCheck:
    """One constraint of the programme at the plan."""

    name: str
    lhs: float
    sense: Sense
    rhs: float
    satisfied: bool

    @property
    def slack(self) -> float:
        """What is left before the limit, negative where it is broken; an equality's distance, negated."""
        if self.sense == "=":
            return -abs(self.lhs - self.rhs)
        return self.rhs - self.lhs if self.sense == "<=" else self.lhs - self.rhs


@dataclass(frozen=True)
class Evaluation:
    """What a plan costs and emits, and whether it keeps every rule."""

    objective: float
    """Cost that steers [money]."""
    cash: float
    """Cost that is paid, fixed costs included [money]."""
    carbon_kg_co2e: float | None
    """Carbon [kgCO2e]; None when a used candidate does not disclose it."""
    rows: tuple[ConstraintCheck, ...]
    """Every constraint of the programme."""
    agrees: bool
    """The objective is the solution's own within 1e-9 and every rule holds within 1e-6, as fractions."""


def evaluate(programme: Programme, solution: Solution) -> Evaluation:
    """Recompute objective, cash, carbon and every constraint of a plan.

    A solution without a plan does not agree: there is nothing to confirm.
    """
    candidates, rows, requests = programme.candidates, solution.rows, solution.requests
    kept = np.array(sorted(set(solution.models)), dtype=np.int64)
    objective = _total(candidates.objective_per_request[rows], requests, programme.model_weight[kept])
    cash = _total(candidates.cash_per_request[rows], requests, programme.model_fixed_cost[kept])
    carbon = _total(candidates.carbon_kg_co2e_per_request[rows], requests, np.zeros(0))
    checks = (*_workload_checks(programme, solution), *_rule_checks(programme, solution))
    same = abs(objective - solution.objective) <= OBJECTIVE_TOLERANCE_FRACTION * abs(solution.objective)
    return Evaluation(
        objective=objective,
        cash=cash,
        carbon_kg_co2e=None if np.isnan(carbon) else carbon,
        rows=checks,
        agrees=bool(same and len(rows) > 0 and all(check.satisfied for check in checks)),
    )


def _total(per_request: FloatArray, requests: FloatArray, fixed: FloatArray) -> float:
    """Exactly rounded sum of the products and the fixed amounts."""
    return math.fsum((*(per_request * requests).tolist(), *fixed.tolist()))


def _check(name: str, lhs: float, sense: Sense, rhs: float) -> ConstraintCheck:
    over = {"<=": lhs - rhs, ">=": rhs - lhs, "=": abs(lhs - rhs)}[sense]
    return ConstraintCheck(name, lhs, sense, rhs, bool(over <= FEASIBILITY_TOLERANCE_FRACTION * abs(rhs)))


def _workload_checks(programme: Programme, solution: Solution) -> list[ConstraintCheck]:
    suffix = labels(programme.workload_names)
    checks = []
    for j in range(len(programme.workload_names)):
        mine = programme.candidates.workload[solution.rows] == j
        requests = solution.requests[mine]
        accepted = programme.demand_of_accepted[j]
        deliver = programme.candidates.deliver[solution.rows[mine]] if accepted else np.ones(len(requests))
        served = float(np.sum(deliver * requests))
        checks.append(_check(f"demand_{suffix[j]}", served, ">=", float(programme.demand[j])))
        checks.append(_check(f"requests_{suffix[j]}", float(requests.min(initial=0.0)), ">=", 0.0))
        if programme.one_option[j]:
            checks.append(_check(f"one_option_{suffix[j]}", float(mine.sum()), "=", 1.0))
        checks += _model_checks(programme, solution, j)
    return checks


def _model_checks(programme: Programme, solution: Solution, j: int) -> list[ConstraintCheck]:
    """Requests to a model that is not kept must be none; a plan that keeps it may send it any number."""
    workloads, models = labels(programme.workload_names), labels(programme.model_names)
    family = "keeps" if programme.one_option[j] else "uses"
    rows = solution.rows[programme.candidates.workload[solution.rows] == j]
    used = distinct(programme.candidates.model[rows]).tolist()
    return [
        _check(f"{family}_{workloads[j]}_{models[m]}", 1.0, "<=", float(m in solution.models)) for m in used
    ]


def _rule_checks(programme: Programme, solution: Solution) -> list[ConstraintCheck]:
    kept = sorted(set(solution.models))
    checks = []
    if programme.models_max is not None:
        checks.append(_check("models_max", float(len(kept)), "<=", float(programme.models_max)))
    for limit in limits(programme):
        used = _total(limit.per_request[solution.rows], solution.requests, limit.per_model[kept])
        checks.append(_check(limit.name, used, "<=", limit.cap))
    return checks
