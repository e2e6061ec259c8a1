"""What is nearly as good as a choice, and what would make it the choice."""

from collections.abc import Sequence

from roi.cost import GENERATING
from roi.decision.answer import Alternative, Choice
from roi.decision.break_even import break_even_acceptance
from roi.decision.company import broken_limits
from roi.decision.steering import (
    internal_carbon_cost_per_accepted_image,
    model_cost_per_accepted_image,
    steering_cost_per_accepted_image,
)
from roi.options.limits import option_failures
from roi.options.price import Option, retry_acceptance, with_one_more_attempt
from roi.retry import mean_acceptance
from roi.scenario.document import Scenario
from roi.scenario.workload import Workload

NEAR_FRACTION = 0.02
"""Extra cost within which an alternative counts as equal."""
SHOWN = 3
"""Alternatives that are shown even when none is that near."""

Rank = tuple[float, tuple[str, str, int, int]]


def near_equals(
    scenario: Scenario, workload: Workload, feasible: Sequence[Option], chosen: Sequence[Choice]
) -> tuple[Alternative, ...]:
    """The cheapest option of each other (model, supply): all within 2 %, and at least the three nearest.

    Compared with the first of the workload's chosen options. What breaks a company-wide limit by itself at the
    workload's full volume is none.
    """
    best: dict[tuple[str, str], tuple[Rank, Option]] = {}
    for option in feasible:
        pair = (option.offer.model_id, option.offer.supply)
        rank = _rank(scenario, workload, option)
        if (pair not in best or rank < best[pair][0]) and not broken_limits(scenario, workload, option):
            best[pair] = (rank, option)
    for choice in chosen:
        best.pop((choice.option.offer.model_id, choice.option.offer.supply), None)
    ranked = sorted(best.values(), key=lambda item: item[0])
    most = steering_cost_per_accepted_image(scenario, workload, chosen[0].option) * (1 + NEAR_FRACTION)
    return tuple(
        _alternative(scenario, workload, option, chosen[0])
        for place, (rank, option) in enumerate(ranked)
        if place < SHOWN or rank[0] <= most
    )


def alternative_to(
    scenario: Scenario, workload: Workload, found: Sequence[Option], choice: Choice
) -> Alternative:
    """The cheapest of `found`, compared with the choice."""
    return _alternative(scenario, workload, cheapest(scenario, workload, found), choice)


def cheapest(scenario: Scenario, workload: Workload, found: Sequence[Option]) -> Option:
    """The option that steering would prefer."""
    return min(found, key=lambda option: _rank(scenario, workload, option))


def one_more_attempt(scenario: Scenario, workload: Workload, choice: Choice) -> float | None:
    """What one attempt beyond the workload's limit would add to an accepted image's cash [money].

    Negative when it would save. None when the choice stays below the limit, or one more attempt would break a gate.
    """
    if choice.option.attempts_max < workload.attempts_max:
        return None
    longer = with_one_more_attempt(scenario, workload, choice.option)
    if option_failures(workload, longer):
        return None
    return longer.cost_per_accepted_image - choice.option.cost_per_accepted_image


def _rank(scenario: Scenario, workload: Workload, option: Option) -> Rank:
    return (steering_cost_per_accepted_image(scenario, workload, option), option.key)


def _alternative(scenario: Scenario, workload: Workload, option: Option, choice: Choice) -> Alternative:
    mine = Choice(
        option,
        0.0,
        model_cost_per_accepted_image(scenario, workload, option.offer.model_id),
        internal_carbon_cost_per_accepted_image(scenario, option),
    )
    target = steering_cost_per_accepted_image(scenario, workload, choice.option)
    cost = steering_cost_per_accepted_image(scenario, workload, option)
    differences = _differences(mine.cost_components, choice.cost_components)
    component = max(differences, key=lambda name: (abs(differences[name]), name))
    same_pictures = option.offer.model_id == choice.option.offer.model_id
    return Alternative(
        option=option,
        cost_per_accepted_image=mine.cost_per_accepted_image,
        internal_carbon_cost_per_accepted_image=mine.internal_carbon_cost_per_accepted_image,
        extra_cost_fraction=cost / target - 1.0 if target > 0 else None,
        same_pictures=same_pictures,
        break_even_acceptance=None
        if same_pictures
        else break_even_acceptance(scenario, workload, option.offer, target),
        break_even_price_fraction=_price_fraction(mine.cost_components, cost - target),
        acceptance=mean_acceptance(retry_acceptance(workload, option.offer.model_id)),
        component=component,
        component_difference=differences[component],
    )


def _price_fraction(costs: dict[str, float], extra: float) -> float | None:
    """Share by which generating would have to become cheaper to save `extra`; None when nothing does."""
    generating = sum(costs.get(name, 0.0) for name in GENERATING)
    return extra / generating if 0 <= extra <= generating and generating > 0 else None


def _differences(mine: dict[str, float], others: dict[str, float]) -> dict[str, float]:
    return {name: mine.get(name, 0.0) - others.get(name, 0.0) for name in sorted({*mine, *others})}
