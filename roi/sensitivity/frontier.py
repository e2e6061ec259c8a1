"""What less carbon, and what better pictures, would cost.

Cost against carbon by the epsilon-constraint method: both ends exact (cheapest, and cleanest, each the best in the
other quantity among its equals), between them the programme solved again under carbon caps. Without mixing a
plan is one of finitely many, so each next cap lies just below the last plan's carbon and every efficient plan is
met; with mixing, or when there are too many, caps are spread evenly. The slope between neighbours, money per tonne
avoided, is the marginal abatement cost: a programme with whole numbers has no dual prices.

Cost is cash; an internal carbon price is left out, since it is what the slope is compared with.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from bench.profile import Profile
from roi.decision.company import broken_limits
from roi.decision.decide import programme
from roi.decision.market import market
from roi.decision.steering import cash_per_accepted_image
from roi.errors import RoiError
from roi.evaluate import evaluate
from roi.optimize.problem import FloatArray, Programme, Solution
from roi.optimize.solver import solve
from roi.options.price import Option
from roi.scenario.change import with_changes
from roi.scenario.document import Scenario
from roi.sensitivity.judging import Pick, picks_of
from roi.units import KG_PER_TONNE

POINTS_MAX = 25
STEP_FRACTION = 1e-6
"""How far below a plan's carbon the next cap lies, and the slack at an end: above the solver's own tolerance of a
row, below any difference between two plans that matters."""
ANY_FID = 1e9
"""A quality bar that keeps nothing out."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class CarbonPoint:
    """One efficient plan: nothing is cheaper at its carbon, nothing cleaner at its cost."""

    cost_per_month: float
    """Cash [money]."""
    carbon_kg_per_month: float
    """Location-based and embodied [kgCO2e]."""
    cost_per_accepted_image: float
    carbon_kg_per_accepted_image: float
    abatement_cost_per_tonne: float | None
    """Against the next dirtier point [money/tCO2e]; None for the first."""
    picks: tuple[Pick, ...]


@dataclass(frozen=True, slots=True)
class CarbonFrontier:
    """From the cheapest to the cleanest plan."""

    points: tuple[CarbonPoint, ...]
    complete: bool
    """Whether every efficient plan is among them."""
    undisclosed: tuple[str, ...]
    """Supplies left out because they do not disclose their carbon."""


@dataclass(frozen=True, slots=True)
class FidPoint:
    """The cheapest option at an FID of at most this."""

    workload: str
    fid: float
    """With the scenario's standard errors of safety."""
    cost_per_accepted_image: float
    """Cash, standing cost of the model included [money]."""
    pick: Pick


def carbon_frontier(
    scenario: Scenario, profiles: Sequence[Profile], *, progress: Progress | None = None
) -> CarbonFrontier:
    """Cost against carbon of a month, over all workloads; empty when nothing meets all rules.

    Raises
    ------
    RoiError
        When the evaluator disagrees with the solver.
    """
    listed = _options(scenario, profiles)
    known = [option for option in listed if option.carbon_kg_co2e_per_attempt is not None]
    undisclosed = tuple(sorted({option.offer.supply for option in listed} - {o.offer.supply for o in known}))
    by_workload = {option.workload for option in known}
    if any(workload.name not in by_workload for workload in scenario.workloads):
        return CarbonFrontier((), True, undisclosed)
    problem = _steered_by_cash(programme(scenario, known))
    ends = _ends(problem)
    if ends is None:
        return CarbonFrontier((), True, undisclosed)
    plans, complete = _between(scenario, problem, *ends, progress)
    return CarbonFrontier(_points(scenario, problem, known, plans), complete, undisclosed)


def fid_frontier(scenario: Scenario, profiles: Sequence[Profile]) -> tuple[FidPoint, ...]:
    """Per workload the cheapest option at every FID where the cheapest changes, the loosest first.

    Each workload by itself; limits of the company are held by the option alone.
    """
    points: list[FidPoint] = []
    for index, workload in enumerate(scenario.workloads):
        free = with_changes(scenario, {f"workloads[{index}].quality.fid_max": ANY_FID})
        points += _fid_points(free, index, workload.name, profiles)
    return tuple(points)


def _options(scenario: Scenario, profiles: Sequence[Profile]) -> list[Option]:
    return [
        option for workload in scenario.workloads for option in market(scenario, workload, profiles).options
    ]


def _steered_by_cash(problem: Programme) -> Programme:
    candidates = replace(problem.candidates, objective_per_request=problem.candidates.cash_per_request)
    return replace(problem, candidates=candidates)


def _ends(problem: Programme) -> tuple[Solution, Solution] | None:
    """The cheapest plan, cleanest among equals, and the cleanest, cheapest among equals."""
    cheapest = _solved(problem)
    if cheapest is None:
        return None
    budget = _cash(problem, cheapest) * (1 + STEP_FRACTION)
    if problem.budget is not None:
        budget = min(budget, problem.budget)
    cheapest = _solved(_by_carbon(replace(problem, budget=budget))) or cheapest
    cleanest = _solved(_by_carbon(problem))
    if cleanest is None:
        return None
    return cheapest, _solved(_capped(problem, _carbon(problem, cleanest) * (1 + STEP_FRACTION))) or cleanest


def _by_carbon(problem: Programme) -> Programme:
    """The programme that minimises carbon; keeping a model then costs nothing, but still counts in a budget."""
    candidates = replace(
        problem.candidates, objective_per_request=problem.candidates.carbon_kg_co2e_per_request
    )
    nothing = np.zeros(len(problem.model_names))
    return replace(problem, candidates=candidates, model_objective=nothing)


def _capped(problem: Programme, carbon_kg: float) -> Programme:
    cap = carbon_kg if problem.carbon_cap_kg is None else min(carbon_kg, problem.carbon_cap_kg)
    return replace(problem, carbon_cap_kg=cap)


def _solved(problem: Programme) -> Solution | None:
    solution = solve(problem)
    if solution.status == "infeasible":
        return None
    if not evaluate(problem, solution).agrees:
        raise RoiError("frontier: the evaluator disagrees with the solver; do not use this frontier")
    return solution


def _between(
    scenario: Scenario,
    problem: Programme,
    cheapest: Solution,
    cleanest: Solution,
    progress: Progress | None,
) -> tuple[list[Solution], bool]:
    """Plans from the cheapest to the cleanest, and whether they are all there are."""
    least = _carbon(problem, cleanest)
    if not any(workload.mix for workload in scenario.workloads):
        plans = [cheapest]
        while len(plans) < POINTS_MAX and _carbon(problem, plans[-1]) > least * (1 + 2 * STEP_FRACTION):
            if progress is not None:
                progress(len(plans), POINTS_MAX)
            plan = _solved(_capped(problem, _carbon(problem, plans[-1]) * (1 - STEP_FRACTION)))
            plans.append(plan or cleanest)
        if _carbon(problem, plans[-1]) <= least * (1 + 2 * STEP_FRACTION):
            return plans, True
    most = _carbon(problem, cheapest)
    caps = np.linspace(most, least, POINTS_MAX)[1:-1]
    inner = [_solved(_capped(problem, float(cap))) for cap in caps]
    return [cheapest, *(plan for plan in inner if plan is not None), cleanest], False


def _points(
    scenario: Scenario, problem: Programme, known: Sequence[Option], plans: Sequence[Solution]
) -> tuple[CarbonPoint, ...]:
    images = sum(workload.images_per_month.value for workload in scenario.workloads)
    points: list[CarbonPoint] = []
    for plan in plans:
        cost, carbon = _cash(problem, plan), _carbon(problem, plan)
        if points and carbon >= points[-1].carbon_kg_per_month * (1 - STEP_FRACTION / 2):
            continue
        slope = None
        if points:
            avoided = (points[-1].carbon_kg_per_month - carbon) / KG_PER_TONNE
            slope = (cost - points[-1].cost_per_month) / avoided
        picks = picks_of([known[row] for row in plan.rows])
        points.append(CarbonPoint(cost, carbon, cost / images, carbon / images, slope, picks))
    return tuple(points)


def _cash(problem: Programme, plan: Solution) -> float:
    return _total(problem.candidates.cash_per_request, plan) + float(
        problem.model_fixed_cost[list(plan.models)].sum()
    )


def _carbon(problem: Programme, plan: Solution) -> float:
    return _total(problem.candidates.carbon_kg_co2e_per_request, plan)


def _total(per_request: FloatArray, plan: Solution) -> float:
    return float(per_request[plan.rows] @ plan.requests)


def _fid_points(scenario: Scenario, index: int, name: str, profiles: Sequence[Profile]) -> list[FidPoint]:
    workload = scenario.workloads[index]
    ranked = []
    for option in market(scenario, workload, profiles).options:
        quality = option.offer.quality
        if quality is not None and not broken_limits(scenario, workload, option):
            cost = cash_per_accepted_image(scenario, workload, option)
            ranked.append((quality.value + workload.quality.z * (quality.stderr or 0.0), cost, option))
    points: list[FidPoint] = []
    for fid, cost, option in sorted(ranked, key=lambda each: (each[0], each[1], each[2].key)):
        if not points or cost < points[-1].cost_per_accepted_image:
            points.append(FidPoint(name, fid, cost, picks_of([option])[0]))
    return points[::-1]
