"""What each placeholder can do to a plan: which figure is worth asking for first."""

from collections.abc import Mapping
from dataclasses import dataclass

from roi.figure import Figure
from roi.planning.answer import PlanDecision
from roi.scenario.document import Scenario
from roi.scenario.effective import effective_figures
from roi.sensitivity.inputs import Ranged, figure_input, owners, ranged_inputs
from roi.sensitivity.montecarlo.draws import FIXED_FIELDS
from roi.sensitivity.plan_analysis import KeptPlan


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A figure that only fills its field."""

    figure: Figure
    ranged: Ranged
    """Where it stands and how far it may lie off; low and high are the value itself where nobody states a range."""
    npv_swing: float | None
    """Largest less smallest NPV of the kept plan over its range [money]; None where that is not known."""


def placeholders(scenario: Scenario) -> tuple[Placeholder, ...]:
    """Every placeholder in the scenario's order, before anything is known of what it does."""
    owner = owners(scenario)
    return tuple(
        Placeholder(figure, figure_input(owner(place), place, figure, unit), None)
        for place, figure, unit in effective_figures(scenario)
        if figure.placeholder
    )


def placeholders_by_effect(decision: PlanDecision) -> tuple[Placeholder, ...]:
    """The placeholders of a plan: what moves its NPV most first, then those of which nothing is known.

    The plan is kept and valued anew at both ends of each range; another choice may be better there.
    """
    swings = _npv_swings(decision)
    found = [
        Placeholder(each.figure, each.ranged, swings.get(each.ranged.place))
        for each in placeholders(decision.scenario)
    ]
    return tuple(
        sorted(found, key=lambda each: -1.0 if each.npv_swing is None else each.npv_swing, reverse=True)
    )


def _npv_swings(decision: PlanDecision) -> Mapping[str, float]:
    """By place; empty where the plan has no NPV, or weighs drawn worlds already."""
    finance = decision.finance
    inputs = [each for each in ranged_inputs(decision.scenario) if each.field not in FIXED_FIELDS]
    if finance is None or decision.plan is None or decision.scenario.finance.risk is not None or not inputs:
        return {}
    answers = KeptPlan(decision).answers([(each, end) for each in inputs for end in (each.low, each.high)])
    npvs = [None if answer is None else answer.found.npv for answer in answers]
    ends = {each.place: (finance.npv, *npvs[2 * n : 2 * n + 2]) for n, each in enumerate(inputs)}
    known = {place: [npv for npv in found if npv is not None] for place, found in ends.items()}
    return {
        place: max(found) - min(found) for place, found in known.items() if len(found) == len(ends[place])
    }
