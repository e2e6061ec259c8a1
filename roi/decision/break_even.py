"""The mean acceptance of an offer's pictures at which it would cost a given amount.

Every number of images is priced once; along the search only the outcome of the retries is new. With S(m) the
probability that m images of a prompt all fail (`roi.retry`), one walk over m gives S(m) and D(m) = 1 - S(m) =
sum_{i<m} h(i) S(i) for all n and K at once: attempts = sum_{k<K} S(nk), deliver = D(nK).
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from roi.decision.company import broken_limits, month_limits
from roi.decision.steering import model_cost_per_accepted_image, steering_cost_per_accepted_image
from roi.options.attempt import Attempt
from roi.options.limits import option_failures
from roi.options.offer import Offer
from roi.options.price import carbon_steering_cost_of, options, priced_attempts, retry_acceptance
from roi.retry import Acceptance, mean_acceptance
from roi.scenario.document import Scenario
from roi.scenario.workload import Workload

ACCEPTANCE_LIMIT = 0.999999
"""Highest mean acceptance that is tried: a Beta distribution has none at 1."""
ACCEPTANCE_TOLERANCE = 1e-9
"""Width of the bracket at which the search stops; far below what an acceptance is known to."""
STEPS_MAX = 60
SAME_COST_FRACTION = 1e-12
"""Difference of two costs that is rounding alone."""


@dataclass(frozen=True, slots=True)
class _Priced:
    """What an attempt of n images costs and emits."""

    images: int
    cash: float
    steering: float
    carbon_kg_co2e: float | None


def break_even_acceptance(
    scenario: Scenario, workload: Workload, offer: Offer, target: float
) -> float | None:
    """Mean acceptance of the offer's pictures at which its steering cost falls to `target`.

    Images per attempt and attempts are chosen anew at every acceptance, within every gate and every company-wide
    limit; cost falls as acceptance rises, so the crossing is unique. None when the offer costs more even if every
    picture passes, and when it costs less already: then the plan as a whole keeps it out and no acceptance lets
    it in.
    """
    cheapest = _cheapest(scenario, workload, offer)
    low, high = mean_acceptance(retry_acceptance(workload, offer.model_id)), ACCEPTANCE_LIMIT
    below, above = (cheapest(p) - target for p in (high, low))
    if abs(above) <= SAME_COST_FRACTION * target:
        return low
    if below > 0 or above < 0:
        return None
    return crossing(lambda p: cheapest(p) - target, low, high, above, below)


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


def _cheapest(scenario: Scenario, workload: Workload, offer: Offer) -> Callable[[float], float]:
    """The offer's least steering cost as a function of mean acceptance."""
    if offer.machine is not None and not offer.machine.shared:
        return lambda mean: _cheapest_alone(scenario, workload, offer, mean)
    priced = [
        _priced(scenario, attempt)
        for attempt in priced_attempts(scenario, workload, offer)
        if _fast_enough(workload, attempt)
    ]
    return lambda mean: _cheapest_shared(scenario, workload, offer, priced, mean)


def _priced(scenario: Scenario, attempt: Attempt) -> _Priced:
    cash = math.fsum(attempt.costs.values())
    carbon = attempt.carbon_kg_co2e
    return _Priced(attempt.images, cash, cash + carbon_steering_cost_of(scenario, carbon), carbon)


def _fast_enough(workload: Workload, attempt: Attempt) -> bool:
    if workload.latency_max_s is None:
        return True
    return attempt.p95_latency_s is not None and attempt.p95_latency_s <= workload.latency_max_s.value


def _cheapest_alone(scenario: Scenario, workload: Workload, offer: Offer, mean: float) -> float:
    """Of a server that the workload carries alone: its load, and with it every price, moves with acceptance."""
    return min(
        (
            steering_cost_per_accepted_image(scenario, workload, option)
            for option in options(scenario, workload, offer, mean=mean)
            if not option_failures(workload, option) and not broken_limits(scenario, workload, option)
        ),
        default=math.inf,
    )


def _cheapest_shared(
    scenario: Scenario, workload: Workload, offer: Offer, priced: Sequence[_Priced], mean: float
) -> float:
    fallback = None if workload.fallback_cost is None else scenario.amount(workload.fallback_cost)
    carbon_most, cash_most = month_limits(scenario, workload, offer.model_id)
    if workload.carbon_max is not None:
        carbon_most = min(carbon_most, workload.carbon_max.value)
    acceptance = retry_acceptance(workload, offer.model_id, mean)
    walked = _walk(acceptance, max((each.images for each in priced), default=0) * workload.attempts_max)
    least = math.inf
    for each in priced:
        for attempts, deliver in _outcomes(acceptance, walked, each.images, workload.attempts_max):
            if deliver < workload.deliver_min.value:
                continue
            delivered = deliver if fallback is None else 1.0
            replaced = 0.0 if fallback is None else (1.0 - deliver) * fallback
            cost = (each.steering * attempts + replaced) / delivered
            if (
                cost < least
                and (each.cash * attempts + replaced) / delivered <= cash_most
                and (each.carbon_kg_co2e or 0.0) * attempts / delivered <= carbon_most
            ):
                least = cost
    return least + model_cost_per_accepted_image(scenario, workload, offer.model_id)


def _walk(acceptance: Acceptance, images: int) -> tuple[list[float], list[float]]:
    """S(m) and D(m) for m = 0 .. images."""
    remaining, passed = [1.0], [0.0]
    for failed in range(images):
        hazard = acceptance.p / (1.0 + failed / acceptance.precision)
        passed.append(passed[-1] + remaining[-1] * hazard)
        remaining.append(remaining[-1] * (1.0 - hazard))
    return remaining, passed


def _outcomes(
    acceptance: Acceptance, walked: tuple[list[float], list[float]], images: int, attempts_max: int
) -> Iterator[tuple[float, float]]:
    """Expected attempts and deliver probability for K = 1 .. attempts_max."""
    remaining, passed = walked
    attempts, deliver, needed = 0.0, 0.0, 1.0
    for k in range(1, attempts_max + 1):
        attempts += needed
        if acceptance.kind == "redrawn":
            deliver += needed * passed[images]
            needed *= remaining[images]
        else:
            deliver, needed = passed[images * k], remaining[images * k]
        yield attempts, min(deliver, 1.0)
