"""What less carbon, and what better pictures, would cost.

Cost against carbon by the epsilon-constraint method on the plan's own programme: the limit is what a picture may
emit in every year, as a cap on the year's emissions. From the cheapest plan each next limit lies just below what
the last plan emits, so that every efficient plan is met; where work can be moved bit by bit between supplies, or
plans are too many, limits are spread evenly down to the cleanest plan. The slope between neighbours, money per
tonne avoided, is the marginal abatement cost: a programme with whole numbers has no dual prices.

Cost is cash; an internal carbon price is left out, since it is what the slope is compared with.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from bench.profile import Profile
from roi.arrays import FloatArray
from roi.errors import RoiError
from roi.fleet.evaluation import FleetEvaluation, evaluate
from roi.fleet.problem import FleetPlan, FleetProgramme
from roi.fleet.solver import solve_fleet
from roi.options.bars import guarded_figure
from roi.options.market import market
from roi.options.price import Option
from roi.planning.assemble import Present, programme
from roi.planning.candidates import ordered
from roi.planning.ledger import expected
from roi.planning.sole_source import pictures_today
from roi.planning.summary import plan_choices
from roi.planning.today import only, present_in
from roi.scenario.change import with_changes
from roi.scenario.document import Scenario
from roi.sensitivity.verdicts import Pick, picks_of
from roi.texts.messages import Message
from roi.units import KG_PER_TONNE

POINTS_MAX = 25
STEP_FRACTION = 1e-6
"""How far below a plan's carbon the next limit lies, and the slack at an end: above the solver's own tolerance of a
row, below any difference between two plans that matters."""
CLEANEST = 1e7
"""Weight of carbon over money where the cleanest plan is looked for: the inverse of a tenth of that step."""
CREEPING_FRACTION = 2e-3
"""Steps shorter than this part of the way to the cleanest plan mean that work moves bit by bit."""
CREEPING_STEPS = 2
ANY_FID = 1e9
"""A quality bar that keeps nothing out."""
SAME_COST = 1e-9
"""Fraction within which two costs are one."""


@dataclass(frozen=True, slots=True)
class CarbonPoint:
    """One efficient plan: nothing is cheaper at its carbon, nothing cleaner at its cost."""

    cost: float
    """Cash of all years, value today [money]."""
    carbon_kg: float
    """Location-based and embodied, of all years [kgCO2e]."""
    cost_per_accepted_image: float
    """Value today over value today [money]."""
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
    """The cheapest answer at an FID of at most this."""

    workload: str
    fid: float
    """With the scenario's standard errors of safety."""
    cost_per_accepted_image: float
    """Cash [money]."""
    pick: Pick
    """What makes most of the pictures."""


def carbon_frontier(scenario: Scenario, profiles: Sequence[Profile]) -> CarbonFrontier:
    """Cost against carbon over the years of the plan, all workloads together; empty when nothing meets all rules.

    Raises
    ------
    RoiError
        When the evaluator disagrees with the solver.
    """
    listed = [
        option for workload in scenario.workloads for option in market(scenario, workload, profiles).options
    ]
    known = ordered(option for option in listed if option.attempt.carbon_kg_co2e is not None)
    undisclosed = tuple(sorted({option.offer.supply for option in listed} - {o.offer.supply for o in known}))
    by_workload = {option.workload for option in known}
    if any(workload.name not in by_workload for workload in scenario.workloads):
        return CarbonFrontier((), True, undisclosed)
    search = _Search(_steered_by_cash(programme(scenario, known, present_in(scenario, profiles))))
    plans, complete = search.plans()
    return CarbonFrontier(_points(scenario, search, known, plans), complete, undisclosed)


def fid_frontier(scenario: Scenario, profiles: Sequence[Profile]) -> tuple[FidPoint, ...]:
    """Per workload the cheapest answer at every FID where it becomes cheaper, the loosest first.

    Each workload by itself, in whole units and within the limits of the company.
    """
    present, points = present_in(scenario, profiles), list[FidPoint]()
    for index, workload in enumerate(scenario.workloads):
        if workload.quality.fid_max is None:
            continue
        free = with_changes(scenario, {f"workloads[{index}].quality.fid_max": ANY_FID})
        points += _fid_points(only(free, [workload.name]), profiles, present)
    return tuple(points)


def _steered_by_cash(problem: FleetProgramme) -> FleetProgramme:
    return replace(problem, carbon_price=np.zeros_like(problem.carbon_price), risk_weight=0.0)


@dataclass(frozen=True, eq=False)
class _Found:
    """A plan, what it costs and emits in cash alone, and what a picture emits in its worst year."""

    plan: FleetPlan
    proof: FleetEvaluation
    kg_per_image: float


@dataclass(frozen=True, eq=False)
class _Search:
    problem: FleetProgramme

    def plans(self) -> tuple[list[_Found], bool]:
        """Plans from the cheapest to the cleanest, and whether they are all there are."""
        cheapest = self._solved(self.problem)
        if cheapest is None:
            return [], True
        cleanest = self._cleanest(cheapest)
        found = self._stepped(cheapest, cleanest)
        if _reaches(found[-1], cleanest):
            return found, True
        limits = np.linspace(cheapest.kg_per_image, cleanest.kg_per_image, POINTS_MAX)[1:-1]
        inner = [self._within(float(limit)) for limit in limits]
        return [cheapest, *(each for each in inner if each is not None), cleanest], False

    def _stepped(self, cheapest: _Found, cleanest: _Found) -> list[_Found]:
        """Each plan the cheapest of those that emit less than the one before."""
        found, short = [cheapest], 0
        least_step = CREEPING_FRACTION * (cheapest.kg_per_image - cleanest.kg_per_image)
        while len(found) < POINTS_MAX and short < CREEPING_STEPS and not _reaches(found[-1], cleanest):
            before = found[-1].kg_per_image
            found.append(self._within(before * (1.0 - STEP_FRACTION)) or cleanest)
            short = short + 1 if before - found[-1].kg_per_image < least_step else 0
        return found

    def _cleanest(self, cheapest: _Found) -> _Found:
        """The plan that emits least, the cheapest of those."""
        kg = float(expected(self.problem, cheapest.proof.carbon.location_kg).sum())
        if kg <= 0.0:
            return cheapest
        price = np.full_like(self.problem.carbon_price, CLEANEST * abs(cheapest.proof.expected_cost) / kg)
        found = self._solved(replace(self.problem, carbon_price=price))
        if found is None or found.kg_per_image >= cheapest.kg_per_image:
            return cheapest
        return self._within(found.kg_per_image * (1.0 + STEP_FRACTION)) or found

    def _within(self, kg_per_image: float) -> _Found | None:
        """The cheapest plan of whose pictures none emits more in the mean of any year."""
        cap, own = kg_per_image * self.pictures, self.problem.rules.carbon_cap_kg
        cap = cap if own is None else np.minimum(cap, own)
        return self._solved(replace(self.problem, rules=replace(self.problem.rules, carbon_cap_kg=cap)))

    @property
    def pictures(self) -> FloatArray:
        """[image, Y]"""
        return expected(self.problem, self.problem.demand.sum(axis=(1, 3)))

    def _solved(self, problem: FleetProgramme) -> _Found | None:
        solution = solve_fleet(problem)
        if solution.plan is None:
            return None
        proof = evaluate(problem, solution.plan)
        if not proof.agrees(solution):
            raise RoiError(Message("drawn.frontier_refuted"))
        if np.any(problem.carbon_price):
            proof = evaluate(self.problem, solution.plan)
        return _Found(solution.plan, proof, float((proof.carbon.location_kg / self.pictures).max()))


def _reaches(found: _Found, cleanest: _Found) -> bool:
    return found.kg_per_image <= cleanest.kg_per_image * (1.0 + 2.0 * STEP_FRACTION)


def _points(
    scenario: Scenario, search: _Search, known: Sequence[Option], plans: Sequence[_Found]
) -> tuple[CarbonPoint, ...]:
    """Those that emit less than the one before."""
    points: list[CarbonPoint] = []
    today, images = float(pictures_today(search.problem).sum()), float(search.pictures.sum())
    for each in plans:
        cost = each.proof.expected_cost
        carbon = float(expected(search.problem, each.proof.carbon.location_kg).sum())
        if points and carbon >= points[-1].carbon_kg * (1.0 - STEP_FRACTION / 2.0):
            continue
        slope = None
        if points:
            slope = (cost - points[-1].cost) / ((points[-1].carbon_kg - carbon) / KG_PER_TONNE)
        picks = _picks(scenario, search.problem, known, each.plan)
        points.append(CarbonPoint(cost, carbon, cost / today, carbon / images, slope, picks))
    return tuple(points)


def _picks(
    scenario: Scenario, problem: FleetProgramme, options: Sequence[Option], plan: FleetPlan
) -> tuple[Pick, ...]:
    return picks_of([choice.option for choice in plan_choices(scenario, problem, options, plan)])


def _fid_points(alone: Scenario, profiles: Sequence[Profile], present: Present) -> list[FidPoint]:
    workload = alone.workloads[0]
    levels: dict[float, list[Option]] = {}
    for option in market(alone, workload, profiles).options:
        quality = option.offer.quality
        if quality is not None:
            fid = guarded_figure(quality, workload.quality.z, higher_is_better=False)
            levels.setdefault(fid, []).append(option)
    points, passing = list[FidPoint](), list[Option]()
    for fid in sorted(levels):
        passing += levels[fid]
        found = _cheapest(alone, passing, present)
        if found is not None and (
            not points or found[0] < points[-1].cost_per_accepted_image * (1.0 - SAME_COST)
        ):
            points.append(FidPoint(workload.name, fid, *found))
    return points[::-1]


def _cheapest(alone: Scenario, options: Sequence[Option], present: Present) -> tuple[float, Pick] | None:
    """Cash of an accepted image of the best plan with these options, and what makes most of them."""
    listed = ordered(options)
    problem = _steered_by_cash(programme(alone, listed, present))
    solution = solve_fleet(problem)
    if solution.plan is None:
        return None
    first = plan_choices(alone, problem, listed, solution.plan)[0]
    return solution.objective / float(pictures_today(problem)[0]), picks_of([first.option])[0]
