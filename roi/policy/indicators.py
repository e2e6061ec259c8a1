"""Audit indicators: figures to compute from the log of attempts, what the plan expects, when to look into it.

An alarm comes from the low or high that the scenario states for the figure behind it, else from the policy's
tolerance. One line of the log is one attempt.
"""

import math
from collections.abc import Iterator

from bench.profile import Profile
from roi import retry
from roi.figure import Figure
from roi.options.price import retry_acceptance
from roi.planning.answer import PlanChoice, PlanDecision
from roi.policy.document import Indicator
from roi.scenario.supply import Api
from roi.scenario.workload import Workload


def indicators(
    decision: PlanDecision, workload: Workload, choice: PlanChoice, tolerance: float
) -> tuple[Indicator, ...]:
    """Every indicator of one setting that its supply lets somebody measure."""
    return (
        *_retries(workload, choice, tolerance),
        *_energy(workload, choice, tolerance),
        _review(workload, choice, tolerance),
        *_utilization(decision, choice, tolerance),
    )


def _retries(workload: Workload, choice: PlanChoice, tolerance: float) -> Iterator[Indicator]:
    """Acceptance, attempts and fallbacks; alarms where the acceptance is at its low."""
    option = choice.option
    mean = workload.acceptance_of(option.offer.model_id).mean
    low = mean.value * (1.0 - tolerance) if mean.low is None else mean.low
    basis = "tolerance" if mean.low is None else "range"
    first, first_low = (_outcome(workload, choice, each, 1) for each in (mean.value, low))
    whole, whole_low = (_outcome(workload, choice, each, option.attempts_max) for each in (mean.value, low))
    yield Indicator(
        name="first_attempt_acceptance",
        formula="lines with attempt = 1 and accepted / lines with attempt = 1",
        unit="1",
        expected=first.deliver_probability,
        alarm_below=first_low.deliver_probability,
        basis=basis,
        fields=("attempt", "accepted", "model"),
    )
    yield Indicator(
        name="attempts_per_accepted_image",
        formula="lines / lines with accepted",
        unit="1",
        expected=whole.expected_attempts / whole.deliver_probability,
        alarm_above=whole_low.expected_attempts / whole_low.deliver_probability,
        basis=basis,
        fields=("request_id", "attempt", "accepted", "model"),
    )
    yield Indicator(
        name="fallback_share",
        formula="requests without an accepted line / requests",
        unit="1",
        expected=1.0 - whole.deliver_probability,
        alarm_above=1.0 - whole_low.deliver_probability,
        basis=basis,
        fields=("request_id", "accepted", "model"),
    )


def _outcome(workload: Workload, choice: PlanChoice, mean: float, attempts_max: int) -> retry.RetryOutcome:
    option = choice.option
    acceptance = retry_acceptance(workload, option.offer.model_id, mean)
    return retry.outcome(acceptance, option.attempt.images, attempts_max)


def _energy(workload: Workload, choice: PlanChoice, tolerance: float) -> Iterator[Indicator]:
    """Joules of an image at the profile's own boundary; an attempt pays for the whole of its last batch."""
    profile = choice.option.offer.profile
    if profile is None or profile.energy is None:
        return
    expected = profile.energy.energy_j_per_image * made_per_asked(workload, choice, profile)
    half_width = profile.energy.energy_half_width_95_j_per_image or 0.0
    spread = max(tolerance, half_width / profile.energy.energy_j_per_image)
    yield Indicator(
        name="energy_j_per_image",
        formula=f"sum of energy_j / ({choice.option.attempt.images} * lines), boundary {profile.energy.boundary}",
        unit="J/image",
        expected=expected,
        alarm_below=expected * (1.0 - spread),
        alarm_above=expected * (1.0 + spread),
        basis="range" if spread > tolerance else "tolerance",
        fields=("energy_j", "model"),
    )


def made_per_asked(workload: Workload, choice: PlanChoice, profile: Profile) -> float:
    """Images made for each that is asked for: an interactive attempt fills its last batch [1]."""
    images, batch_size = choice.option.attempt.images, profile.config.batch_size
    return 1.0 if workload.deferrable else math.ceil(images / batch_size) * batch_size / images


def _review(workload: Workload, choice: PlanChoice, tolerance: float) -> Indicator:
    """Seconds of a person for an attempt: the fixed time and that of each image."""
    images, review = choice.option.attempt.images, workload.review
    parts = (review.seconds_per_attempt, review.seconds_per_image)
    expected = parts[0].value + images * parts[1].value
    ranged = parts[0].high is not None and parts[1].high is not None
    above = _high(parts[0]) + images * _high(parts[1]) if ranged else expected * (1.0 + tolerance)
    return Indicator(
        name="review_seconds_per_attempt",
        formula="sum of review_seconds / lines",
        unit="s",
        expected=expected,
        alarm_above=above,
        basis="range" if ranged else "tolerance",
        fields=("review_seconds", "model"),
    )


def _high(figure: Figure) -> float:
    return figure.value if figure.high is None else figure.high


def _utilization(decision: PlanDecision, choice: PlanChoice, tolerance: float) -> Iterator[Indicator]:
    """Share of paid board-time at work in the first year, from the attempts and the bill of hours."""
    name, profile = choice.option.offer.supply, choice.option.offer.profile
    supply = next((each for each in decision.scenario.supplies if each.name == name), None)
    if supply is None or isinstance(supply, Api) or profile is None or profile.speed is None:
        return
    figure = supply.utilization_fraction
    planned = [
        row.utilization_fraction
        for row in decision.fleet
        if row.supply == name and row.utilization_fraction is not None
    ]
    expected, busy_s = planned[0] if planned else figure.value, choice.option.attempt.busy_s
    ranged = not planned and figure.low is not None and figure.high is not None
    yield Indicator(
        name="utilization",
        formula=f"sum over models of lines * board-seconds of an attempt (here {busy_s:.4g}) "
        "/ (3600 * boards * hours paid, or all hours when owned)",
        unit="1",
        expected=expected,
        alarm_below=figure.low if ranged else expected * (1.0 - tolerance),
        alarm_above=figure.high if ranged else min(expected * (1.0 + tolerance), 1.0),
        basis="range" if ranged else "tolerance",
        fields=("request_id", "attempt", "model"),
    )
