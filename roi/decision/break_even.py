"""The mean acceptance of an offer's pictures at which it would cost a given amount, in whole units."""

import math
from collections.abc import Callable

from roi.fleet.problem import Solve
from roi.options.limits import option_failures
from roi.options.offer import Offer
from roi.options.price import options, retry_acceptance
from roi.planning.assemble import Present
from roi.planning.course import best_course
from roi.planning.sole_source import steering_alone
from roi.planning.today import only
from roi.retry import mean_acceptance
from roi.scenario.document import Scenario
from roi.scenario.workload import Workload

ACCEPTANCE_LIMIT = 0.999999
"""Highest mean acceptance that is tried: a Beta distribution has none at 1."""
ACCEPTANCE_TOLERANCE = 1e-9
"""Width of the bracket at which the search stops; far below what an acceptance is known to."""
STEPS_MAX = 60
SAME_COST_FRACTION = 1e-9
"""Difference of two costs that is rounding alone."""


def break_even_acceptance(
    scenario: Scenario,
    workload: Workload,
    offer: Offer,
    target: float,
    present: Present,
    solve: Solve,
) -> float | None:
    """Mean acceptance of the offer's pictures at which its steering cost falls to `target`, alone, in whole units.

    Images per attempt and attempts are chosen anew at every acceptance, within every gate; cost falls as acceptance
    rises, so the crossing is unique. None when the offer costs more even if every picture passes, when it is
    cheaper already (then the plan as a whole keeps it out and no acceptance lets it in), and when it would break a
    rule of the company there.
    """

    def cheapest(mean: float) -> float:
        fitting = [
            option
            for option in options(scenario, workload, offer, mean=mean)
            if not option_failures(workload, option)
        ]
        return min(steering_alone(scenario, fitting, present), default=math.inf)

    low, high = mean_acceptance(retry_acceptance(workload, offer.model_id)), ACCEPTANCE_LIMIT
    below, above = (cheapest(p) - target for p in (high, low))
    if abs(above) <= SAME_COST_FRACTION * target:
        return low
    if below > 0 or above < 0:
        return None
    found = crossing(lambda p: cheapest(p) - target, low, high, above, below)
    there = [
        option
        for option in options(scenario, workload, offer, mean=found)
        if not option_failures(workload, option)
    ]
    alone = only(scenario, [workload.name])
    return None if best_course(alone, there, present, solve) is None else found


def crossing(excess: Callable[[float], float], low: float, high: float, above: float, below: float) -> float:
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
