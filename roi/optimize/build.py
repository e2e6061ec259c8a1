"""Writes the PuLP problem of a programme, in the scaled units in which HiGHS is exact.

The objective is divided by a lower bound of itself, every limit by its cap: the shares, the right-hand sides
and the optimum are then of the order of 1, whatever the units of money and mass, and the solver's absolute
tolerances are relative ones.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pulp

from roi.optimize.problem import (
    FloatArray,
    IntArray,
    Limit,
    Programme,
    distinct,
    labels,
    limits,
    requests_per_share,
)

RATIO_MAX = 1e12
"""A candidate that would break a limit with a share of 1e-12 is shut out: HiGHS reads a coefficient above
1e15 as an error, and a share that small is below every tolerance.
"""
FIT_FRACTION = 1e-9
"""How far a single choice may exceed a cap: the rounding of its own product."""


@dataclass(frozen=True, eq=False)
class Built:
    """The PuLP problem and the way back from its variables to candidates and models."""

    programme: Programme
    problem: pulp.LpProblem
    rows: IntArray
    """Candidate behind each share variable, ascending [V]."""
    shares: tuple[pulp.LpVariable, ...]
    """Share variables, in the order of `rows` [V]."""
    kept: dict[int, pulp.LpVariable]
    """Binary variable per model, where one is needed."""
    money_per_unit: float
    """Money per unit of the scaled objective."""
    coupled: bool
    """True where a limit that can bind ties candidates together."""

    @property
    def binaries(self) -> tuple[pulp.LpVariable, ...]:
        """The integer variables."""
        choices = tuple(share for share in self.shares if share.cat == pulp.LpInteger)
        return (*self.kept.values(), *choices)


def build(programme: Programme, rows: IntArray) -> Built:
    """The problem over the candidates `rows` (ascending), every constraint with its name."""
    problem = pulp.LpProblem("programme", pulp.LpMinimize)
    active = [limit for limit in limits(programme) if _can_bind(programme, limit)]
    shares = _share_variables(problem, programme, rows, active)
    kept = _kept_variables(problem, programme, rows)
    scale = _money_per_unit(programme, rows)
    built = Built(programme, problem, rows, shares, kept, scale, bool(active))
    cost = programme.candidates.objective_per_request
    problem.setObjective(weighted(built, _per_share(programme, rows, cost), programme.model_weight, scale))
    _add_demand(built)
    _add_models(built)
    for limit in active:
        _add_limit(built, limit)
    return built


def weighted(
    built: Built, per_share: FloatArray, per_model: FloatArray | None, scale: float
) -> pulp.LpAffineExpression:
    """Sum of the shares [V] and, if given, of the kept models [M] with these coefficients, divided by
    scale.
    """
    values = (per_share / scale).tolist()
    terms = {s: v for s, v in zip(built.shares, values, strict=True) if v}
    if per_model is not None:
        terms.update({z: per_model[m] / scale for m, z in built.kept.items() if per_model[m]})
    return pulp.LpAffineExpression(terms)


def add_row(
    problem: pulp.LpProblem, name: str, terms: pulp.LpAffineExpression, sense: int, rhs: float
) -> None:
    """One named constraint; far faster than comparing expressions."""
    problem.addConstraint(pulp.LpConstraint(terms, sense, name, rhs))


def _per_share(programme: Programme, rows: IntArray, per_request: FloatArray) -> FloatArray:
    return np.asarray((per_request * requests_per_share(programme))[rows], dtype=np.float64)


def _can_bind(programme: Programme, limit: Limit) -> bool:
    """False for a cap that no plan reaches: the dearest choice of every workload and every model fit into
    it.
    """
    worst = np.zeros(len(programme.demand))
    per_share = limit.per_request * requests_per_share(programme)
    np.maximum.at(worst, programme.candidates.workload, per_share)
    return bool(worst.sum() + limit.per_model.sum() > limit.cap)


def _share_variables(
    problem: pulp.LpProblem, programme: Programme, rows: IntArray, active: Sequence[Limit]
) -> tuple[pulp.LpVariable, ...]:
    """Share of each row, named by its candidate so that PuLP's order by name is the canonical order."""
    whole = programme.one_option[programme.candidates.workload[rows]]
    shut = np.zeros(len(rows), dtype=bool)
    for limit in active:
        ceiling = np.where(whole, 1.0 + FIT_FRACTION, RATIO_MAX) * limit.cap
        shut |= _per_share(programme, rows, limit.per_request) > ceiling
    binary = whole & bool(active)
    width = len(str(len(programme.candidates)))
    cats = np.where(binary, pulp.LpInteger, pulp.LpContinuous).tolist()
    upper = np.where(shut, 0, 1).tolist()
    return tuple(
        problem.add_variable(f"s_{row:0{width}d}", 0, bound, cat)
        for row, bound, cat in zip(rows.tolist(), upper, cats, strict=True)
    )


def _kept_variables(
    problem: pulp.LpProblem, programme: Programme, rows: IntArray
) -> dict[int, pulp.LpVariable]:
    models = distinct(programme.candidates.model[rows]).tolist()
    counted = programme.models_max is not None and programme.models_max < len(models)
    suffix = labels(programme.model_names)
    return {
        m: problem.add_variable(f"kept_{suffix[m]}", 0, 1, pulp.LpBinary)
        for m in models
        if counted or programme.model_weight[m] > 0 or programme.model_fixed_cost[m] > 0
    }


def _money_per_unit(programme: Programme, rows: IntArray) -> float:
    """Sum over the workloads of their cheapest candidate, plus the cheapest model: no plan costs less."""
    per_share = _per_share(programme, rows, programme.candidates.objective_per_request)
    cheapest = np.full(len(programme.demand), np.inf)
    np.minimum.at(cheapest, programme.candidates.workload[rows], per_share)
    used = distinct(programme.candidates.model[rows])
    bound = float(cheapest.sum() + programme.model_weight[used].min())
    largest = max(float(per_share.max()), float(programme.model_weight[used].max()))
    return bound or largest or 1.0


def _add_demand(built: Built) -> None:
    programme = built.programme
    suffix = labels(programme.workload_names)
    for (j,), terms in _grouped(built, programme.candidates.workload[built.rows]).items():
        family = "one_option" if programme.one_option[j] else "demand"
        add_row(built.problem, f"{family}_{suffix[j]}", terms, pulp.LpConstraintEQ, 1)


def _add_models(built: Built) -> None:
    programme, candidates, kept = built.programme, built.programme.candidates, built.kept
    workloads, models = labels(programme.workload_names), labels(programme.model_names)
    groups = _grouped(built, candidates.workload[built.rows], candidates.model[built.rows])
    for (j, m), terms in groups.items():
        if m in kept:
            terms[kept[m]] = -1
            family = "keeps" if programme.one_option[j] else "uses"
            add_row(built.problem, f"{family}_{workloads[j]}_{models[m]}", terms, pulp.LpConstraintLE, 0)
    if programme.models_max is not None and programme.models_max < len(
        distinct(candidates.model[built.rows])
    ):
        terms = pulp.LpAffineExpression(dict.fromkeys(kept.values(), 1))
        add_row(built.problem, "models_max", terms, pulp.LpConstraintLE, programme.models_max)


def _grouped(built: Built, *indices: IntArray) -> dict[tuple[int, ...], pulp.LpAffineExpression]:
    """The sum of the shares per combination of indices [V each], in ascending order."""
    groups: dict[tuple[int, ...], list[pulp.LpVariable]] = defaultdict(list)
    keys: Iterable[tuple[int, ...]] = zip(*(index.tolist() for index in indices), strict=True)
    for key, share in zip(keys, built.shares, strict=True):
        groups[key].append(share)
    return {key: pulp.LpAffineExpression(dict.fromkeys(groups[key], 1)) for key in sorted(groups)}


def _add_limit(built: Built, limit: Limit) -> None:
    """The limit divided by its cap; by its largest coefficient where the cap is zero."""
    per_share = _per_share(built.programme, built.rows, limit.per_request)
    open_to_all = np.array([share.upBound for share in built.shares], dtype=np.float64)
    scale = limit.cap or max(float(per_share.max()), float(limit.per_model.max(initial=0.0)))
    terms = weighted(built, per_share * open_to_all, limit.per_model, scale)
    add_row(built.problem, limit.name, terms, pulp.LpConstraintLE, limit.cap / scale)
