"""scenario + profiles -> the programme and its plan: what `recommend` and `plan` have in common.

`recommend` is the first rung: the same programme with one workload, over the same years.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from bench.profile import Profile
from roi.fleet.problem import FleetPlan, FleetProgramme, FleetSolution, Solve
from roi.fleet.rules import limit_of, with_limit
from roi.options.market import Market, market
from roi.options.price import Option
from roi.planning.answer import Answer, Change, Relaxation, SolverReport
from roi.planning.assemble import Present, programme
from roi.planning.candidates import ordered
from roi.planning.fingerprint import inputs_hash
from roi.planning.gate_conflict import conflicts
from roi.planning.ledger import ledger
from roi.planning.sole_source import with_prices
from roi.planning.worth import worth
from roi.scenario.document import Scenario
from roi.units import MONTHS_PER_YEAR


@dataclass(frozen=True, eq=False)
class Solved:
    """Offers and options of every workload, the programme, and the plan or why there is none."""

    scenario: Scenario
    markets: tuple[Market, ...]
    """By workload, in the scenario's order."""
    options: tuple[Option, ...]
    """Options that pass every gate, in the programme's order."""
    present: Present
    problem: FleetProgramme | None
    """None where a workload has no option."""
    solution: FleetSolution | None
    binding: tuple[str, ...]
    relaxations: tuple[Relaxation, ...]


def solved(
    scenario: Scenario,
    profiles: Sequence[Profile],
    present: Present,
    solve: Solve,
    *,
    time_limit_s: float | None = None,
) -> Solved:
    """The cheapest plan within all rules, or the rules in conflict with what each would have to become.

    Raises
    ------
    MissingFigureError
        When a figure that some supply needs is neither given nor known.
    SolverError
        When the programme was neither solved nor proven infeasible.
    """
    markets = tuple(
        _priced(scenario, market(scenario, each, profiles), present) for each in scenario.workloads
    )
    options = ordered(option for each in markets for option in each.options)
    found = Solved(scenario, markets, options, present, None, None, (), ())
    conflict = conflicts(scenario, markets, present)
    if conflict is not None:
        return _with_conflict(found, *conflict)
    problem = programme(scenario, options, present)
    solution = solve(problem)
    found = replace(found, problem=problem, solution=solution)
    return found if solution.plan is not None else _with_diagnosis(found, problem, solve, time_limit_s)


def _priced(scenario: Scenario, found: Market, present: Present) -> Market:
    return replace(found, apis=with_prices(scenario, found.apis, present))


def _with_conflict(found: Solved, binding: tuple[str, ...], relaxations: tuple[Relaxation, ...]) -> Solved:
    """Gates that no option passes; where no change of a limit helps, the reasons of all."""
    reasons = {rejection.first.rule for each in found.markets for rejection in each.rejected}
    return replace(
        found,
        binding=binding or tuple(sorted(reasons)),
        relaxations=tuple(each for each in relaxations if each.changes),
    )


def _with_diagnosis(
    found: Solved,
    problem: FleetProgramme,
    solve: Solve,
    time_limit_s: float | None,
) -> Solved:
    """Rules of the whole plan in conflict, and what each would have to become."""
    from roi.fleet.diagnosis import cheapest_limits, diagnose_fleet

    diagnosis = diagnose_fleet(problem, time_limit_s=time_limit_s)
    relaxations = []
    for each in diagnosis.relaxations:
        plan = solve(_with_limits(problem, each.limits)).plan
        relaxations.append(_company_relaxation("smallest_change", found, problem, each.limits, plan))
        cheapest = cheapest_limits(problem, each, solve)
        if cheapest is not None:
            relaxations.append(_company_relaxation("cheapest", found, problem, *cheapest))
    return replace(found, binding=diagnosis.binding, relaxations=tuple(relaxations))


def _company_relaxation(
    kind: str,
    found: Solved,
    problem: FleetProgramme,
    limits: Mapping[str, float],
    plan: FleetPlan | None,
) -> Relaxation:
    """New limits, and the best plan within them."""
    return Relaxation(
        kind=kind,
        workload=None,
        changes=tuple(
            Change(rule, float(np.ravel(limit_of(problem, rule))[0]), needed)
            for rule, needed in limits.items()
        ),
        id=None,
        supply=None,
        cost_per_accepted_image=None,
        cost_per_month=None if plan is None else _cash_per_month(found, problem, plan),
    )


def _with_limits(problem: FleetProgramme, limits: Mapping[str, float]) -> FleetProgramme:
    """The programme with new limits, of a yearly one the first year's: the others move in proportion."""
    from roi.fleet.diagnosis import LOOSENED_FRACTION

    changed = problem
    for rule, needed in limits.items():
        before = limit_of(problem, rule)
        scale = needed / float(before if isinstance(before, float) else before[0]) if np.any(before) else 0.0
        moved = before * scale if scale else needed
        changed = with_limit(changed, rule, moved * (1.0 + LOOSENED_FRACTION))
    return changed


def _cash_per_month(found: Solved, problem: FleetProgramme, plan: FleetPlan) -> float:
    """Cash of a mean month under a plan, at the levelised price of a picture [money]."""
    book = ledger(found.scenario, problem, found.options, plan)
    images = sum(book.accepted_images) / book.years / MONTHS_PER_YEAR
    return worth(found.scenario, book).levelised_cost_per_accepted_image * images


def undecided(found: Solved, profiles: Sequence[Profile]) -> Answer:
    """What is known before anything is chosen; it stands as infeasible until a plan is put in."""
    markets = found.markets
    return Answer(
        status="infeasible",
        scenario=found.scenario,
        options=found.options,
        rejected=tuple(rejection for each in markets for rejection in each.rejected),
        apis={each.workload.name: each.apis for each in markets},
        bar_excluded={each.workload.name: each.bar_excluded for each in markets},
        rulers={each.workload.name: each.rulers for each in markets},
        binding=found.binding,
        relaxations=found.relaxations,
        solver=None if found.solution is None else _report_of(found.solution),
        verified=False,
        inputs_hash=inputs_hash(found.scenario, profiles),
    )


def _report_of(solution: FleetSolution) -> SolverReport:
    """How the programme was solved."""
    return SolverReport(
        name=solution.solver,
        version=solution.solver_version,
        status=solution.status,
        gap=solution.gap,
        bound=solution.bound,
        seconds=solution.seconds,
        candidates=solution.candidates_total,
        candidates_after_pruning=solution.candidates_after_pruning,
        tie_break=solution.tie_break,
        tied_by=solution.tied_by,
    )
