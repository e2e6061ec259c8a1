"""The nearest plans that do without a chosen model, or without a chosen supply."""

from collections.abc import Callable, Iterator, Sequence
from typing import Literal

from roi.errors import SolverError
from roi.fleet.problem import Solve
from roi.options.price import Option
from roi.planning.answer import PlanAlternative, PlanChoice, Worth
from roi.planning.assemble import Present
from roi.planning.course import Course, best_course
from roi.planning.summary import plan_choices
from roi.planning.ties import Criterion, differ, merits, settled_by
from roi.planning.worth import worth
from roi.scenario.document import Scenario


def alternatives(
    scenario: Scenario,
    options: Sequence[Option],
    choices: Sequence[PlanChoice],
    total: Worth,
    present: Present,
    solve: Solve,
    solve_unsettled: Solve,
) -> tuple[PlanAlternative, ...]:
    """One for each chosen model and each chosen supply that can be done without, the cheapest first.

    How near each is stands in `extra_cost_fraction`; where an internal carbon price or risk steers, it may be below
    zero. One that the solver could not solve is left out. `solve_unsettled` may take any of the plans of one
    cost: which is asked only where that cost is the plan's own.
    """
    found = []
    for differs_by, without, name_of in _changes(choices):
        rest = [option for option in options if name_of(option) != without]
        try:
            course = best_course(scenario, rest, present, solve_unsettled)
            if course is not None and not differ(worth(scenario, course.ledger).tco, total.tco):
                course = best_course(scenario, rest, present, solve)
        except SolverError:
            continue
        if course is not None:
            found.append(_alternative(scenario, course, differs_by, without, total, choices))
    return tuple(sorted(found, key=lambda each: (each.tco, each.differs_by, each.without)))


def _changes(
    choices: Sequence[PlanChoice],
) -> Iterator[tuple[Literal["model", "supply"], str, Callable[[Option], str]]]:
    for model in sorted({choice.option.offer.model_id for choice in choices}):
        yield "model", model, _model
    for supply in sorted({choice.option.offer.supply for choice in choices}):
        yield "supply", supply, _supply


def _model(option: Option) -> str:
    return option.offer.model_id


def _supply(option: Option) -> str:
    return option.offer.supply


def _alternative(
    scenario: Scenario,
    course: Course,
    differs_by: Literal["model", "supply"],
    without: str,
    total: Worth,
    chosen: Sequence[PlanChoice],
) -> PlanAlternative:
    other = worth(scenario, course.ledger)
    choices = plan_choices(scenario, course.programme, course.options, course.plan)
    return PlanAlternative(
        differs_by=differs_by,
        without=without,
        choices=tuple(
            (choice.option.workload, choice.option.offer.id, choice.option.offer.supply) for choice in choices
        ),
        tco=other.tco,
        extra_cost_fraction=other.tco / total.tco - 1.0 if total.tco else 0.0,
        settled_by=_settled_by(scenario, (total, chosen), (other, choices)),
    )


def _settled_by(
    scenario: Scenario,
    plan: tuple[Worth, Sequence[PlanChoice]],
    other: tuple[Worth, Sequence[PlanChoice]],
) -> Criterion | None:
    """None where the two are no tie: other cash, or other carbon where carbon has a price."""
    if differ(plan[0].tco, other[0].tco):
        return None
    found = settled_by(*(merits(each.carbon_kg_co2e, choices) for each, choices in (plan, other)))
    return None if found == "carbon" and scenario.limits.internal_carbon_price is not None else found
