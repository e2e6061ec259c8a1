"""What is nearly as good as a choice, and the acceptance at which it would be the choice."""

import math
from collections.abc import Callable, Sequence

from roi.decision.answer import Alternative, Choice
from roi.errors import RoiError
from roi.options.price import (
    Option,
    carbon_steering_cost,
    model_cost_per_month,
    option_failures,
    options,
    retry_acceptance,
)
from roi.retry import mean_acceptance
from roi.scenario.document import Scenario
from roi.scenario.workload import Workload

NEAR_FRACTION = 0.02
"""Extra cost within which an alternative counts as equal."""
SHOWN = 3
"""Alternatives that are shown even when none is that near."""
ACCEPTANCE_LIMIT = 0.999999
"""Highest mean acceptance that is tried: a Beta distribution has none at 1."""
ACCEPTANCE_TOLERANCE = 1e-9
"""Width of the bracket at which the search stops; far below what an acceptance is known to."""
STEPS_MAX = 60


def near_equals(
    scenario: Scenario, workload: Workload, feasible: Sequence[Option], choice: Choice
) -> tuple[Alternative, ...]:
    """The cheapest option of each other (model, supply): all within 2 %, and at least the three nearest."""
    best: dict[tuple[str, str], Option] = {}
    for option in feasible:
        pair = (option.offer.model_id, option.offer.supply)
        if pair not in best or _order(scenario, workload, option) < _order(scenario, workload, best[pair]):
            best[pair] = option
    best.pop((choice.option.offer.model_id, choice.option.offer.supply), None)
    ranked = sorted(best.values(), key=lambda option: _order(scenario, workload, option))
    target = steering_cost_per_accepted_image(scenario, workload, choice.option)
    near = [
        option
        for place, option in enumerate(ranked)
        if place < SHOWN
        or steering_cost_per_accepted_image(scenario, workload, option) <= target * (1 + NEAR_FRACTION)
    ]
    return tuple(_alternative(scenario, workload, option, choice) for option in near)


def alternative_to(
    scenario: Scenario, workload: Workload, found: Sequence[Option], choice: Choice
) -> Alternative:
    """The cheapest of `found`, compared with the choice."""
    cheapest = min(found, key=lambda option: _order(scenario, workload, option))
    return _alternative(scenario, workload, cheapest, choice)


def steering_cost_per_accepted_image(scenario: Scenario, workload: Workload, option: Option) -> float:
    """Cost that steers the choice: cash, standing cost of the model, and an internal carbon price [money]."""
    steering = (option.cost_per_request + carbon_steering_cost(scenario, option)) / option.delivered
    return steering + model_cost_per_accepted_image(scenario, workload, option)


def model_cost_per_accepted_image(scenario: Scenario, workload: Workload, option: Option) -> float:
    """Standing cost of the option's model over the workload's accepted images [money]."""
    return model_cost_per_month(scenario, option.offer.model_id) / workload.images_per_month.value


def break_even_acceptance(
    scenario: Scenario, workload: Workload, option: Option, target: float
) -> float | None:
    """Mean acceptance of the option's pictures at which its steering cost falls to `target`.

    Images per attempt and attempts are chosen anew at every acceptance; cost falls as acceptance rises, so the
    crossing is unique. None when the option costs more even if every picture passes, and when it costs less
    already: then the plan as a whole, or a company-wide limit, keeps it out and no acceptance lets it in.
    """
    low, high = mean_acceptance(retry_acceptance(workload, option.offer.model_id)), ACCEPTANCE_LIMIT
    below, above = (_cheapest_at(scenario, workload, option, p) - target for p in (high, low))
    if below > 0 or above < 0:
        return None
    return _crossing(lambda p: _cheapest_at(scenario, workload, option, p) - target, low, high, above, below)


def _crossing(excess: Callable[[float], float], low: float, high: float, above: float, below: float) -> float:
    """Where a falling `excess` reaches zero between low (excess `above`) and high (excess `below`).

    Regula falsi with the Illinois rule: the end that stays twice counts half, so that both ends close in
    (Dowell and Jarratt, BIT 11, 1971).
    """
    side = 0
    for _ in range(STEPS_MAX):
        if high - low <= ACCEPTANCE_TOLERANCE:
            break
        share = above / (above - below) if math.isfinite(above) else 0.5
        middle = low + (high - low) * share
        value = excess(middle)
        if value > 0:
            low, above, below, side = middle, value, below / 2 if side > 0 else below, 1
        else:
            high, below, above, side = middle, value, above / 2 if side < 0 else above, -1
    return high


def _cheapest_at(scenario: Scenario, workload: Workload, option: Option, acceptance: float) -> float:
    candidates = options(scenario, workload, option.offer, mean=acceptance)
    return min(
        (
            steering_cost_per_accepted_image(scenario, workload, candidate)
            for candidate in candidates
            if not option_failures(workload, candidate)
        ),
        default=float("inf"),
    )


def _order(scenario: Scenario, workload: Workload, option: Option) -> tuple[float, tuple[str, str, int, int]]:
    return (steering_cost_per_accepted_image(scenario, workload, option), option.key)


def _alternative(scenario: Scenario, workload: Workload, option: Option, choice: Choice) -> Alternative:
    standing = model_cost_per_accepted_image(scenario, workload, option)
    mine = Choice(option, 0.0, standing)
    target = steering_cost_per_accepted_image(scenario, workload, choice.option)
    cost = steering_cost_per_accepted_image(scenario, workload, option)
    differences = _differences(mine.cost_components, choice.cost_components)
    sign = 1.0 if cost >= target else -1.0
    component = max(differences, key=lambda name: (sign * differences[name], name))
    return Alternative(
        option=option,
        cost_per_accepted_image=mine.cost_per_accepted_image,
        extra_cost_fraction=_extra_fraction(cost, target),
        break_even_acceptance=break_even_acceptance(scenario, workload, option, target),
        acceptance=mean_acceptance(retry_acceptance(workload, option.offer.model_id)),
        component=component,
        component_difference=differences[component],
    )


def _differences(mine: dict[str, float], others: dict[str, float]) -> dict[str, float]:
    return {name: mine.get(name, 0.0) - others.get(name, 0.0) for name in sorted({*mine, *others})}


def _extra_fraction(cost: float, target: float) -> float:
    if target <= 0:
        raise RoiError("the choice costs nothing: check prices, wage and review time in the scenario")
    return cost / target - 1.0
