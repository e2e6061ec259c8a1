"""Two levers apart and together: fewer retries with today's model, another model with today's retries.

Each is the best that can be done with that change alone for the workloads that state a baseline, against which it
is to be held; pictures that are bought outside today stay so when only the retries change.
"""

from collections.abc import Sequence

from bench.profile import Profile
from roi.errors import SolverError
from roi.fleet.problem import Solve
from roi.options.market import market
from roi.options.price import Option
from roi.planning.answer import Lever
from roi.planning.assemble import Present
from roi.planning.course import best_course
from roi.planning.entries import Ledger
from roi.planning.today import (
    as_today,
    attempted_today,
    bought_outside,
    merged,
    only,
    tried_today,
    with_baseline,
)
from roi.planning.worth import worth
from roi.scenario.baseline import ApiBaseline, ProfileBaseline
from roi.scenario.document import Scenario

NO_OPTION = "no_option"
"""Key of the reason why a lever brings nothing."""


def levers(
    scenario: Scenario, profiles: Sequence[Profile], present: Present, solve: Solve
) -> tuple[Lever, ...]:
    """What each change alone brings; none where no workload is served by attempts today.

    A lever whose programme the solver could not settle is left out.
    """
    if not tried_today(scenario):
        return ()
    fewer = attempted_today(scenario, attempts=False)
    same_tries = as_today(scenario, acceptance=False)
    free = only(scenario, with_baseline(scenario))
    courses: tuple[tuple[Lever, Scenario, list[Option], list[Ledger]], ...] = (
        (Lever("retries", None, NO_OPTION), fewer, _same_model(fewer, profiles), bought_outside(scenario)),
        (Lever("model", None, NO_OPTION), same_tries, _same_attempts(same_tries, profiles), []),
        (Lever("both", None, NO_OPTION), free, _options(free, profiles), []),
    )
    found = []
    for without, asked, options, beside in courses:
        try:
            course = best_course(asked, options, present, solve)
        except SolverError:
            continue
        if course is None:
            found.append(without)
        else:
            found.append(Lever(without.name, worth(scenario, merged([course.ledger, *beside])), None))
    return tuple(found)


def _options(scenario: Scenario, profiles: Sequence[Profile]) -> list[Option]:
    return [option for each in scenario.workloads for option in market(scenario, each, profiles).options]


def _same_model(scenario: Scenario, profiles: Sequence[Profile]) -> list[Option]:
    """Options of today's profile or service on today's supply that pass every gate."""
    today = {}
    for workload in scenario.workloads:
        if isinstance(workload.baseline, ProfileBaseline):
            today[workload.name] = (workload.baseline.profile, workload.baseline.supply)
        elif isinstance(workload.baseline, ApiBaseline):
            today[workload.name] = (f"api:{workload.baseline.supply}", workload.baseline.supply)
    return [each for each in _options(scenario, profiles) if each.key[:2] == today.get(each.workload)]


def _same_attempts(scenario: Scenario, profiles: Sequence[Profile]) -> list[Option]:
    """Options with today's number of attempts; that of images is the scenario's only one already."""
    today = {
        workload.name: workload.baseline.attempts_max
        for workload in scenario.workloads
        if isinstance(workload.baseline, ProfileBaseline | ApiBaseline)
    }
    return [
        each
        for each in _options(scenario, profiles)
        if each.attempts_max == today.get(each.workload, each.attempts_max)
    ]
