"""Why a programme has no plan: which rules conflict, and how far each would have to give.

A rule is a limit on the whole programme: models_max, opex_budget, carbon_cap and capped resources. The
conflict is found by the deletion filter: drop one rule after another for good if the rest stays infeasible;
what is left is irreducible, that is, without any one of its rules there is a plan. The smallest limit of a
rule is the optimum of its own left-hand side under the other rules.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from roi.optimize.problem import FloatArray, Programme, Solution, limits
from roi.optimize.solver import solve

MODELS_MAX = "models_max"
LOOSENED_FRACTION = 1e-9
"""Added to a smallest limit before the objective there is computed: it is itself a rounded sum."""


@dataclass(frozen=True)
class Relaxation:
    """A change of limits that makes the programme feasible, and what the plan then costs."""

    limits: Mapping[str, float]
    """New limit per rule, in the rule's unit; one rule, unless no single one suffices."""
    objective: float
    """Objective of the best plan within them [money]."""


@dataclass(frozen=True)
class Diagnosis:
    """What keeps a programme from having a plan; both parts are empty when it has one."""

    binding: tuple[str, ...]
    """An irreducible set of rules in conflict."""
    relaxations: tuple[Relaxation, ...]
    """Cheapest first."""


def diagnose(programme: Programme, *, time_limit_s: float | None = None) -> Diagnosis:
    """Rules in conflict and the relaxations that resolve it; `time_limit_s` bounds each solve [s].

    Raises
    ------
    SolverError
        When a solve ends without a plan and without a proof.
    """
    if _feasible(programme, time_limit_s):
        return Diagnosis((), ())
    binding = _irreducible(programme, time_limit_s)
    single = [_relax(programme, rule, time_limit_s) for rule in rules(programme)]
    found = [relaxation for relaxation in single if relaxation is not None]
    found = found or [_relax_all(programme, time_limit_s)]
    return Diagnosis(binding, tuple(sorted(found, key=lambda each: (each.objective, sorted(each.limits)))))


def rules(programme: Programme) -> tuple[str, ...]:
    """Names of the rules that are present, in a fixed order."""
    models = () if programme.models_max is None else (MODELS_MAX,)
    return (*models, *(limit.name for limit in limits(programme)))


def _irreducible(programme: Programme, time_limit_s: float | None) -> tuple[str, ...]:
    rest = programme
    for rule in rules(programme):
        fewer = _without(rest, rule)
        if not _feasible(fewer, time_limit_s):
            rest = fewer
    return rules(rest)


def _feasible(programme: Programme, time_limit_s: float | None) -> bool:
    indifferent = _with_objective(
        programme, np.zeros(len(programme.candidates)), np.zeros(len(programme.model_names))
    )
    return solve(indifferent, time_limit_s=time_limit_s).status != "infeasible"


def _relax(programme: Programme, rule: str, time_limit_s: float | None) -> Relaxation | None:
    """The smallest limit of one rule with the others as they are; None when no limit helps."""
    free = _without(programme, rule)
    least = solve(_minimising(free, programme, rule), time_limit_s=time_limit_s)
    if least.status == "infeasible":
        return None
    needed = _used(programme, least)[rule]
    best = solve(_with_limit(programme, rule, needed), time_limit_s=time_limit_s)
    return Relaxation({rule: needed}, best.objective)


def _relax_all(programme: Programme, time_limit_s: float | None) -> Relaxation:
    """All rules that the cheapest plan without rules breaks, at what that plan needs."""
    free = programme
    for rule in rules(programme):
        free = _without(free, rule)
    best = solve(free, time_limit_s=time_limit_s)
    needed, present = _used(programme, best), _present(programme)
    return Relaxation(
        {rule: needed[rule] for rule in present if needed[rule] > present[rule]}, best.objective
    )


def _present(programme: Programme) -> dict[str, float]:
    found = {limit.name: limit.cap for limit in limits(programme)}
    if programme.models_max is not None:
        found[MODELS_MAX] = float(programme.models_max)
    return found


def _used(programme: Programme, plan: Solution) -> dict[str, float]:
    """What a plan needs of every rule's limit."""
    models = list(plan.models)
    needed = {MODELS_MAX: float(len(models))}
    for limit in limits(programme):
        running = float(limit.per_request[plan.rows] @ plan.requests)
        needed[limit.name] = running + float(limit.per_model[models].sum())
    return needed


def _minimising(free: Programme, programme: Programme, rule: str) -> Programme:
    """The programme without the rule whose objective is the rule's left-hand side."""
    if rule == MODELS_MAX:
        return _with_objective(free, np.zeros(len(free.candidates)), np.ones(len(free.model_names)))
    limit = next(each for each in limits(programme) if each.name == rule)
    return _with_objective(free, limit.per_request, limit.per_model)


def _with_objective(programme: Programme, per_request: FloatArray, per_model: FloatArray) -> Programme:
    candidates = replace(programme.candidates, objective_per_request=per_request)
    return replace(programme, candidates=candidates, model_objective=per_model)


def _without(programme: Programme, rule: str) -> Programme:
    return _with_limit(programme, rule, None)


def _with_limit(programme: Programme, rule: str, cap: float | None) -> Programme:
    """The programme with another limit for one rule, a hair looser than asked; None removes it."""
    loosened = None if cap is None else cap * (1.0 + LOOSENED_FRACTION)
    if rule == MODELS_MAX:
        return replace(programme, models_max=None if cap is None else round(cap))
    if rule == "opex_budget":
        return replace(programme, budget=loosened)
    if rule == "carbon_cap":
        return replace(programme, carbon_cap_kg=loosened)
    caps = {name: value for name, value in programme.resource_caps.items() if name != rule}
    return replace(programme, resource_caps=caps if loosened is None else {**caps, rule: loosened})
