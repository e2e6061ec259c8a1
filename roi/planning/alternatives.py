"""The nearest plans that do without a chosen model, or without a chosen supply."""

from collections.abc import Callable, Iterator, Sequence
from typing import Literal

from roi.errors import SolverError
from roi.options.price import Option
from roi.planning.answer import PlanAlternative, PlanChoice
from roi.planning.assemble import Present
from roi.planning.course import Course, Solve, best_course
from roi.planning.summary import plan_choices
from roi.planning.worth import worth
from roi.scenario.document import Scenario


def alternatives(
    scenario: Scenario,
    options: Sequence[Option],
    choices: Sequence[PlanChoice],
    tco: float,
    present: Present,
    solve: Solve,
) -> tuple[PlanAlternative, ...]:
    """One for each chosen model and each chosen supply that can be done without, the cheapest first.

    How near each is stands in `extra_cost_fraction`; where an internal carbon price or risk steers, it may be below
    zero. One that the solver could not settle is left out.
    """
    found = []
    for differs_by, without, name_of in _changes(choices):
        rest = [option for option in options if name_of(option) != without]
        try:
            course = best_course(scenario, rest, present, solve)
        except SolverError:
            continue
        if course is not None:
            found.append(_alternative(scenario, course, differs_by, without, tco))
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
    scenario: Scenario, course: Course, differs_by: Literal["model", "supply"], without: str, tco: float
) -> PlanAlternative:
    other = worth(scenario, course.ledger).tco
    choices = plan_choices(scenario, course.programme, course.options, course.plan)
    return PlanAlternative(
        differs_by=differs_by,
        without=without,
        choices=tuple(
            (choice.option.workload, choice.option.offer.id, choice.option.offer.supply) for choice in choices
        ),
        tco=other,
        extra_cost_fraction=other / tco - 1.0 if tco else 0.0,
    )
