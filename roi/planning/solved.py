"""scenario + profiles -> the programme and its plan: what `recommend` and `plan` have in common.

`recommend` is the first rung: the same programme with one workload, over the same years.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bench.profile import Profile
from roi.fleet.problem import FleetProgramme, FleetSolution
from roi.fleet.rules import limit_of
from roi.fleet.solver import diagnose_fleet
from roi.options.market import Market, market
from roi.options.price import Option
from roi.planning.alone import with_prices
from roi.planning.answer import Change, Relaxation, SolverReport
from roi.planning.assemble import Present, programme
from roi.planning.candidates import ordered
from roi.planning.relax import conflicts
from roi.scenario.document import Scenario

Progress = Callable[[str], None]
"""Told what is done from now on."""


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
    solve: Callable[[FleetProgramme], FleetSolution],
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
    return found if solution.plan is not None else _with_diagnosis(found, problem, time_limit_s)


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


def _with_diagnosis(found: Solved, problem: FleetProgramme, time_limit_s: float | None) -> Solved:
    """Rules of the whole plan in conflict, and what each would have to become."""
    diagnosis = diagnose_fleet(problem, time_limit_s=time_limit_s)
    relaxations = tuple(
        Relaxation(
            kind="smallest_change",
            workload=None,
            changes=tuple(
                Change(rule, _first(problem, rule), needed) for rule, needed in each.limits.items()
            ),
            id=None,
            supply=None,
            cost_per_accepted_image=None,
            cost_per_month=None,
        )
        for each in diagnosis.relaxations
    )
    return replace(found, binding=diagnosis.binding, relaxations=relaxations)


def _first(problem: FleetProgramme, rule: str) -> object:
    """A rule's limit as it stands; yearly ones are the same in every year."""
    limit = limit_of(problem, rule)
    return limit if isinstance(limit, float) else float(limit[0])


def report_of(solution: FleetSolution) -> SolverReport:
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
