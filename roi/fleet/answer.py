"""What a way of solving a programme is asked for, and what it found, in money."""

import time
from dataclasses import dataclass, replace

import numpy as np

from roi.arrays import FloatArray
from roi.errors import SolverError
from roi.fleet.build import Built
from roi.fleet.clean import Cleaned, clean
from roi.fleet.highs import NAME, SolverProgress, solver_version
from roi.fleet.problem import FleetProgramme, FleetSolution
from roi.fleet.prune import Pruning
from roi.fleet.ties import UNSETTLED
from roi.texts.messages import Message

OPTIMAL_GAP = 1e-6
"""A proven gap up to this is called optimal, a larger one feasible."""


@dataclass(frozen=True)
class Wanted:
    """Of a solve."""

    gap: float
    deadline: float
    """A reading of time.perf_counter."""
    progress: SolverProgress | None
    settled: bool = True

    @property
    def over(self) -> bool:
        """Whether the time has passed."""
        return time.perf_counter() >= self.deadline

    @property
    def left_s(self) -> float | None:
        """Time left; None without a limit."""
        return None if np.isinf(self.deadline) else max(0.0, self.deadline - time.perf_counter())


@dataclass(frozen=True, eq=False)
class Found:
    """What a route found, in money."""

    built: Built | None
    cleaned: Cleaned | None
    objective: float
    bound: float
    tie_break: str = UNSETTLED
    tied_by: tuple[str, ...] = ()

    @property
    def gap(self) -> float:
        """(objective - bound) / |objective| [1]; 0 where there is no plan."""
        missed = self.objective - self.bound if self.cleaned else 0.0
        return missed / abs(self.objective) if missed > 0 and self.objective else 0.0


NOWHERE = Found(None, None, np.inf, np.inf)


def better(one: Found, other: Found) -> Found:
    """The cheaper plan with the higher bound."""
    best = one if one.objective <= other.objective else other
    return replace(best, bound=max(one.bound, other.bound))


def carried_to(known: Found, built: Built) -> FloatArray | None:
    """A plan's values in the columns of another build, by name."""
    if known.built is None or known.cleaned is None:
        return None
    names = known.built.draft.sheet.column_names()
    values = dict(zip(names, known.cleaned.values.tolist(), strict=True))
    return np.array([values.get(name, 0.0) for name in built.draft.sheet.column_names()])


def answer_of(built: Built, values: FloatArray, bound: float) -> Found:
    """Of the columns that the solver gave, and its bound."""
    cleaned = clean(built, values)
    return Found(built, cleaned, objective_of(built, cleaned), money_of(built, bound))


def solution(pruning: Pruning, answer: Found, seconds: float) -> FleetSolution:
    """The answer with all that is known about it."""
    bound, gap = min(answer.bound, answer.objective), answer.gap
    if not np.isfinite(gap):
        raise SolverError(Message("solver.no_bound", solver=NAME))
    return FleetSolution(
        status="infeasible" if answer.cleaned is None else "optimal" if gap <= OPTIMAL_GAP else "feasible",
        plan=None if answer.cleaned is None else answer.cleaned.plan,
        objective=answer.objective,
        bound=bound,
        gap=gap,
        seconds=seconds,
        solver=NAME,
        solver_version=solver_version(),
        tie_break=answer.tie_break,
        tied_by=answer.tied_by,
        candidates_total=len(pruning.dominated_by),
        candidates_after_pruning=len(pruning.rows),
        dominated_by=pruning.dominated_by,
    )


def objective_of(built: Built, cleaned: Cleaned) -> float:
    """Objective of a plan, from the plan's own numbers [money]."""
    cost = built.arrays.cost_by_world @ cleaned.values + built.constant
    return plan_objective(built.programme, cost)


def plan_objective(programme: FleetProgramme, cost: FloatArray) -> float:
    """(1 - weight) * expected + weight * CVaR of the costs of the worlds [money, W].

    CVaR as the mean of the worst worlds until they make up `tail_fraction` of probability.
    """
    worst = np.argsort(-cost, kind="stable")
    probability, tail = programme.world_probability, programme.tail_fraction
    before = np.cumsum(probability[worst]) - probability[worst]
    counted = np.clip(tail - before, 0.0, probability[worst])
    in_tail = float(counted @ cost[worst]) / tail
    return (1.0 - programme.risk_weight) * float(probability @ cost) + programme.risk_weight * in_tail


def money_of(built: Built, scaled: float) -> float:
    """A value of the scaled objective in money; the constant weighs there by the expected part alone, since the
    tail's rows hold it already."""
    programme = built.programme
    expected = float(programme.world_probability @ built.constant)
    return scaled * built.money_per_unit + (1.0 - programme.risk_weight) * expected


def in_money(built: Built, progress: SolverProgress) -> SolverProgress:
    """Progress of the scaled objective told in money."""

    def told(seconds: float, objective: float, bound: float) -> None:
        progress(seconds, money_of(built, objective), money_of(built, bound))

    return told
