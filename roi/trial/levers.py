"""What brings most: another model, a better prompt, a reference picture, an edit instead of a redraw.

Every arm of a trial is one way of working, with its measured acceptance and the time that it takes beside the
looks. Priced by the scenario, each with the cheapest option of its model, they stand beside each other in
money.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.profile import Profile
from roi.errors import TrialError
from roi.scenario.change import with_changes
from roi.scenario.document import Scenario
from roi.texts.messages import Message, at
from roi.trial.money import MONTHS, cost_of, with_acceptance
from roi.trial.reading import Reading
from roi.trial.trial_file import canonical_arm, model_of_arm


@dataclass(frozen=True, slots=True)
class Lever:
    """One way of working."""

    arm: str
    acceptance: float
    extra_seconds: float
    """Of an attempt, beside what the scenario has [s]."""
    cost: float | None
    """Cash per accepted image [money]; None where it meets no limit."""
    saved_per_year: float | None
    """Against the first arm [money/year]."""


def levers(
    scenario: Scenario, reading: Reading, profiles: Sequence[Profile], extra_seconds: Mapping[str, float]
) -> tuple[Lever, ...]:
    """Every arm of a reading, the one that saves most first."""
    workload = scenario.workload(reading.trial.workload)
    if workload is None or not reading.arms:
        raise TrialError(Message("trialing.not_measured", workload=repr(reading.trial.workload)))
    images = workload.images_per_month.value * MONTHS
    costs = {
        arm.model: _cost(
            scenario, reading, profiles, arm.model, arm.mean.value, extra_seconds.get(arm.model, 0.0)
        )
        for arm in reading.arms
    }
    first, found = costs[reading.arms[0].model], list[Lever]()
    for arm in reading.arms:
        cost = costs[arm.model]
        saved = None if cost is None or first is None else (first - cost) * images
        found.append(Lever(arm.model, arm.mean.value, extra_seconds.get(arm.model, 0.0), cost, saved))
    worst = float("-inf")
    return tuple(
        sorted(found, key=lambda lever: -(worst if lever.saved_per_year is None else lever.saved_per_year))
    )


def seconds_of(given: Sequence[str], arms: Sequence[str]) -> dict[str, float]:
    """Extra seconds of an attempt by arm, from text such as `MODEL#better-prompt=40`.

    Raises
    ------
    TrialError
        When an arm is unknown or the number is none.
    """
    found = {}
    for each in given:
        name, _, number = each.rpartition("=")
        arm = canonical_arm(name)
        if arm not in arms:
            known = ", ".join(arms)
            raise TrialError(
                at(f"--seconds {each!r}", Message("trialing.no_arm", given=repr(name), known=known))
            )
        try:
            found[arm] = float(number)
        except ValueError:
            sentence = Message("trialing.no_seconds", given=repr(number))
            raise TrialError(at(f"--seconds {each!r}", sentence)) from None
        if not 0.0 <= found[arm] < 1e6:
            raise TrialError(at(f"--seconds {each!r}", Message("trialing.seconds_from_0")))
    return found


def _cost(
    scenario: Scenario,
    reading: Reading,
    profiles: Sequence[Profile],
    arm: str,
    acceptance: float,
    extra_seconds: float,
) -> float | None:
    if not 0.0 < acceptance < 1.0:
        return None
    name, model = reading.trial.workload, model_of_arm(arm)
    found = with_acceptance(scenario, name, {model: acceptance})
    place = next(number for number, each in enumerate(found.workloads) if each.name == name)
    seconds = found.workloads[place].review.seconds_per_attempt.value + extra_seconds
    changed = with_changes(found, {f"workloads[{place}].review.seconds_per_attempt": seconds})
    return cost_of(changed, name, profiles, model)
