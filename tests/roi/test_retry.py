"""Retries: against simulation, against exact fractions, and at the edges."""

import math
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import betaln

from roi.errors import RoiError
from roi.retry import (
    Acceptance,
    alike,
    attempt_hazard,
    attempts_and_delivery,
    beta,
    mean_acceptance,
    outcome,
    redrawn,
)

REQUESTS = 1_000_000
ATTEMPTS_LIMIT = 20
MAKERS = {"beta": beta, "redrawn": redrawn}


def first_success(seed: int, acceptance: Acceptance, images_per_attempt: int) -> np.ndarray:
    """Attempt at which each of a million simulated requests succeeds; 21 when none of 20 does."""
    random = np.random.default_rng(seed)

    def draw(count: int) -> np.ndarray:
        if acceptance.kind == "alike":
            return np.full(count, acceptance.p)
        return random.beta(acceptance.a, acceptance.b, count)

    attempt_of = np.full(REQUESTS, ATTEMPTS_LIMIT + 1)
    waiting = np.arange(REQUESTS)
    p = draw(REQUESTS)
    for attempt in range(1, ATTEMPTS_LIMIT + 1):
        passed = random.binomial(images_per_attempt, p) > 0
        attempt_of[waiting[passed]] = attempt
        waiting = waiting[~passed]
        p = draw(len(waiting)) if acceptance.kind == "redrawn" else p[~passed]
    return attempt_of


@pytest.mark.parametrize(
    ("acceptance", "images_per_attempt"),
    [
        (alike(0.5), 1),
        (alike(0.3), 4),
        (beta(1.5, 1.5), 1),
        (beta(1.5, 1.5), 4),
        (redrawn(1.5, 1.5), 1),
        (redrawn(0.8, 1.2), 4),
    ],
    ids=["alike-1", "alike-4", "beta-1", "beta-4", "redrawn-1", "redrawn-4"],
)
def test_a_million_simulated_requests_agree_within_three_per_mille_for_k_from_1_to_20(
    acceptance: Acceptance, images_per_attempt: int
) -> None:
    attempt_of = first_success(20260101, acceptance, images_per_attempt)
    for attempts_max in range(1, ATTEMPTS_LIMIT + 1):
        found = outcome(acceptance, images_per_attempt, attempts_max)
        simulated_attempts = np.minimum(attempt_of, attempts_max).mean()
        assert found.expected_attempts == pytest.approx(simulated_attempts, rel=0.003)
        assert found.expected_images == pytest.approx(images_per_attempt * simulated_attempts, rel=0.003)
        assert found.deliver_probability == pytest.approx((attempt_of <= attempts_max).mean(), rel=0.003)


def test_half_acceptance_takes_two_attempts_when_prompts_are_alike() -> None:
    assert outcome(alike(0.5), 1, 1000).expected_attempts == pytest.approx(2.0, rel=1e-12)


def test_half_acceptance_takes_four_attempts_without_cap_when_p_is_beta_one_and_a_half() -> None:
    """(a + b - 1) / (a - 1) = 4; a cap at K cuts off about 1 / sqrt(K), so that K and 4 K extrapolate."""
    capped = outcome(beta(1.5, 1.5), 1, 1000).expected_attempts
    wider = outcome(beta(1.5, 1.5), 1, 4000).expected_attempts
    assert 2.0 * wider - capped == pytest.approx(4.0, abs=2e-4)


def test_a_rewritten_prompt_of_one_image_is_as_good_as_prompts_that_are_alike() -> None:
    assert outcome(redrawn(1.5, 1.5), 1, 20).expected_attempts == pytest.approx(
        outcome(alike(0.5), 1, 20).expected_attempts, rel=1e-12
    )


@given(a=st.floats(0.05, 50.0), b=st.floats(0.05, 50.0), images=st.integers(0, 200))
def test_that_all_images_fail_is_a_ratio_of_beta_functions(a: float, b: float, images: int) -> None:
    expected = np.exp(betaln(a, b + images) - betaln(a, b))
    assert 1.0 - attempt_hazard(a / (a + b), a + b, 0, images) == pytest.approx(
        expected, rel=1e-10, abs=1e-12
    )


def test_an_array_of_means_gives_what_each_mean_gives_alone() -> None:
    p = np.array([0.1, 0.5, 1.0])
    *_, (attempts, deliver) = attempts_and_delivery(p, 3.0, False, 2, 5)
    alone = [outcome(replace(beta(1.5, 1.5), p=mean), 2, 5) for mean in p]
    assert attempts.tolist() == pytest.approx([each.expected_attempts for each in alone], rel=1e-14)
    assert deliver.tolist() == pytest.approx([each.deliver_probability for each in alone], rel=1e-14)


@pytest.mark.parametrize(
    "acceptance", [alike(1e-9), replace(beta(1.5, 1.5), p=1e-9), replace(redrawn(1.5, 1.5), p=1e-9)]
)
def test_one_in_a_billion_keeps_its_digits(acceptance: Acceptance) -> None:
    spread = Fraction(0) if acceptance.kind == "alike" else 1 / Fraction(acceptance.precision)
    stays = math.prod(1 - Fraction(acceptance.p) / (1 + image * spread) for image in range(4))
    assert outcome(acceptance, 4, 1).deliver_probability == pytest.approx(float(1 - stays), rel=1e-14)


def test_a_thousand_attempts_at_one_in_a_billion_deliver_one_in_a_million() -> None:
    found = outcome(alike(1e-9), 1, 1000)
    assert found.deliver_probability == pytest.approx(1e-6 - 999 * 1000 / 2 * 1e-18, rel=1e-13)
    pairs, triples = 999 * 1000 / 2, 998 * 999 * 1000 / 6
    assert found.expected_attempts == pytest.approx(1000 - pairs * 1e-9 + triples * 1e-18, rel=5e-14)


@pytest.mark.parametrize(
    "acceptance", [alike(1.0), replace(beta(2, 1), p=1.0), replace(redrawn(2, 1), p=1.0)]
)
def test_certain_acceptance_takes_one_attempt(acceptance: Acceptance) -> None:
    found = outcome(acceptance, 1, 1000)
    assert (found.expected_attempts, found.deliver_probability) == (1.0, 1.0)


def test_another_mean_keeps_the_spread() -> None:
    moved = replace(beta(1.5, 4.5), p=0.5)
    assert (moved.a, moved.b, moved.kind) == (3.0, 3.0, "beta")
    assert mean_acceptance(moved) == 0.5


@pytest.mark.parametrize("p", [0.0, -0.1, 1.2, float("nan")])
def test_an_impossible_acceptance_is_refused(p: float) -> None:
    with pytest.raises(RoiError, match="must lie above 0 and at most at 1"):
        alike(p)


@pytest.mark.parametrize("shape", [(0.0, 1.0), (1.0, -1.0), (float("inf"), 1.0), (1.0, float("nan"))])
def test_an_impossible_beta_is_refused(shape: tuple[float, float]) -> None:
    with pytest.raises(RoiError, match="a and b must be finite and above 0"):
        beta(*shape)


def test_spread_and_kind_must_agree() -> None:
    with pytest.raises(RoiError, match=r"of kind 'alike' has precision 3\.0"):
        Acceptance("alike", 0.5, 3.0)
    with pytest.raises(RoiError, match="of kind 'beta' has precision inf"):
        Acceptance("beta", 0.5)


def test_no_attempt_is_no_request() -> None:
    with pytest.raises(RoiError, match="not 1 and 0"):
        outcome(alike(0.5), 1, 0)
