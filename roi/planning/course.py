"""One course of action, from options to its ledger."""

from collections.abc import Sequence
from dataclasses import dataclass

from roi.fleet.problem import FleetPlan, FleetProgramme, Solve
from roi.options.price import Option
from roi.planning.assemble import Present, programme
from roi.planning.candidates import ordered
from roi.planning.entries import Ledger
from roi.planning.ledger import ledger
from roi.scenario.document import Scenario


@dataclass(frozen=True, eq=False)
class Course:
    """A plan with the programme that it solves and what it costs."""

    options: tuple[Option, ...]
    programme: FleetProgramme
    plan: FleetPlan
    ledger: Ledger


def best_course(
    scenario: Scenario, options: Sequence[Option], present: Present, solve: Solve
) -> Course | None:
    """The best course with these options; None when a workload has none, or no plan keeps all limits.

    Raises
    ------
    SolverError
        When the programme was neither solved nor proven infeasible.
    """
    if {option.workload for option in options} != {workload.name for workload in scenario.workloads}:
        return None
    listed = ordered(options)
    problem = programme(scenario, listed, present)
    plan = solve(problem).plan
    if plan is None:
        return None
    return Course(listed, problem, plan, ledger(scenario, problem, listed, plan))
