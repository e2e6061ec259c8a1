"""Options: an offer with its number of images per attempt and its number of attempts, priced.

The number of images n and the number of attempts K are decisions: every (n, K) within the workload's limits is an
option of its own, so that the programme stays linear.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from roi import retry
from roi.cost import by_component, delivered_per_request, request_streams
from roi.options.attempt import Attempt, fallback_cost, priced_attempt
from roi.options.offer import Offer
from roi.options.terms import Values
from roi.scenario.acceptance_input import AcceptanceInput
from roi.scenario.document import Scenario
from roi.scenario.workload import Workload


@dataclass(frozen=True, slots=True)
class Option:
    """One way to serve a workload, with everything that a request of it costs."""

    workload: str
    offer: Offer
    attempt: Attempt
    attempts_max: int
    outcome: retry.RetryOutcome
    streams: dict[str, float]
    """Expected money of one request by price stream at full use of its machine, today; the model's own excluded."""
    delivered: float
    """Accepted images of one request."""

    def __repr__(self) -> str:
        """One line: profile or API, supply, attempts."""
        return (
            f"<Option {self.offer.id} / {self.offer.supply}: {self.attempt.images} x {self.attempts_max} attempts, "
            f"{self.cost_per_accepted_image:.4g} at full use>"
        )

    @property
    def key(self) -> tuple[str, str, int, int]:
        """Canonical order: the same inputs give the same answer."""
        return (self.offer.id, self.offer.supply, self.attempt.images, self.attempts_max)

    @property
    def components(self) -> dict[str, float]:
        """Expected money of one request by component."""
        return by_component(self.streams)

    @property
    def cost_per_request(self) -> float:
        """Expected cash of one request."""
        return math.fsum(self.streams.values())

    @property
    def cost_per_accepted_image(self) -> float:
        """Cash of one accepted image at full use of its machine, without what whole units and the model cost."""
        return self.cost_per_request / self.delivered

    @property
    def fallback_fraction(self) -> float:
        """Share of requests that end with a fallback picture [1]; nobody states what it emits."""
        return self.delivered - self.outcome.deliver_probability

    def per_accepted_image(self, per_attempt: float | None) -> float | None:
        """Expected amount of one accepted image; None stays None."""
        return None if per_attempt is None else per_attempt * self.outcome.expected_attempts / self.delivered

    @property
    def carbon_kg_co2e_per_accepted_image(self) -> float | None:
        """Operational (location-based) plus embodied of one accepted image."""
        return self.per_accepted_image(self.attempt.carbon_kg_co2e)

    @property
    def energy_kwh_per_accepted_image(self) -> float | None:
        """Energy at the facility's meter of one accepted image."""
        return self.per_accepted_image(self.attempt.energy_kwh)


def options(
    scenario: Scenario, workload: Workload, offer: Offer, mean: float | None = None
) -> Iterator[Option]:
    """Every (n, K) of an offer, whether or not it passes `option_failures`.

    `mean` puts another mean acceptance in the place of the workload's and keeps its spread.
    """
    acceptance = retry_acceptance(workload, offer.model_id, mean)
    fallback = fallback_cost(Values(scenario), workload)
    for attempt in priced_attempts(scenario, workload, offer):
        outcomes = _outcomes(acceptance, attempt.images, workload.attempts_max)
        for attempts_max, outcome in enumerate(outcomes, 1):
            yield _option(workload, offer, attempt, attempts_max, outcome, fallback)


def priced_attempts(scenario: Scenario, workload: Workload, offer: Offer) -> Iterator[Attempt]:
    """An attempt of every number of images that the offer can make."""
    for images in sorted(workload.images_per_attempt):
        if batch_fits(workload, offer, images):
            yield priced_attempt(scenario, workload, offer, images)


def option_of(scenario: Scenario, workload: Workload, offer: Offer, images: int, attempts_max: int) -> Option:
    """The option of an offer with these numbers, whether or not the workload allows them."""
    attempt = priced_attempt(scenario, workload, offer, images)
    *_, outcome = _outcomes(retry_acceptance(workload, offer.model_id), images, attempts_max)
    return _option(workload, offer, attempt, attempts_max, outcome, fallback_cost(Values(scenario), workload))


def _option(
    workload: Workload,
    offer: Offer,
    attempt: Attempt,
    attempts_max: int,
    outcome: retry.RetryOutcome,
    fallback: float | None,
) -> Option:
    return Option(
        workload=workload.name,
        offer=offer,
        attempt=attempt,
        attempts_max=attempts_max,
        outcome=outcome,
        streams=request_streams(
            attempt.costs, outcome.expected_attempts, outcome.deliver_probability, fallback
        ),
        delivered=delivered_per_request(outcome.deliver_probability, fallback is not None),
    )


@lru_cache(maxsize=4096)
def _outcomes(acceptance: retry.Acceptance, images: int, attempts_max: int) -> tuple[retry.RetryOutcome, ...]:
    return retry.outcomes(acceptance, images, attempts_max)


def retry_acceptance(workload: Workload, model_id: str, mean: float | None = None) -> retry.Acceptance:
    """The acceptance that holds for a model: its own where it is known, else the workload's."""
    given = workload.acceptance_of(model_id)
    return _acceptance(given, given.mean.value if mean is None else mean)


def _acceptance(given: AcceptanceInput, mean: float) -> retry.Acceptance:
    if given.kind == "alike" or given.concentration is None:
        return retry.alike(mean)
    a, b = mean * given.concentration.value, (1.0 - mean) * given.concentration.value
    return retry.beta(a, b) if given.kind == "beta" else retry.redrawn(a, b)


def batch_fits(workload: Workload, offer: Offer, images: int) -> bool:
    """Whether an attempt of so many images fills a batch, or need not."""
    return workload.deferrable or offer.profile is None or offer.profile.config.batch_size <= images
