"""How many attempts and images a request takes, and how likely it ends with an accepted picture.

An attempt makes n images of one prompt and somebody looks at them; the request ends with the first attempt
that holds a passing image, at the latest after K attempts. S(m): the probability that m images of a prompt
all fail.

    alike     every prompt passes an image with the same p     S(m) = (1 - p)^m
    beta      p ~ Beta(a, b) differs between prompts and       S(m) = B(a, b + m) / B(a, b)
              stays the same through all attempts of one
    redrawn   the prompt is rewritten for every attempt, so    S(n) per attempt, attempts independent
              that p ~ Beta(a, b) is drawn anew

    attempts = sum_{k=0}^{K-1} S(nk)        deliver = 1 - S(nK)        images = n * attempts
    redrawn:   (1 - S(n)^K) / (1 - S(n))    1 - S(n)^K

All of it follows from one hazard. After m failed images the posterior of p is Beta(a, b + m), with mean
a / (a + b + m); written with the mean p = a / (a + b) and the precision a + b this is

    h(m) = p / (1 + m / precision)          S(m) = prod_{i<m} (1 - h(i))

and prompts that are all alike are the case of infinite precision. Sums of positive terms replace every 1 - S,
so that nothing cancels at p = 1e-9 and nothing is special at p = 1.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from roi.errors import RoiError
from roi.numbers import Number, smaller

IMAGES_PER_ATTEMPT_MAX = 64
"""Pictures made at once that anybody looks through."""

Kind = Literal["alike", "beta", "redrawn"]


@dataclass(frozen=True)
class Acceptance:
    """How readily images pass the look; made by `alike`, `beta` or `redrawn`."""

    kind: Kind
    """Whether prompts are alike, differ and stay, or differ and are rewritten for every attempt."""
    p: float
    """Probability that one image of a prompt taken at random passes [1]."""
    precision: float = math.inf
    """a + b of the Beta distribution of p over prompts [1]; infinite when all prompts are alike."""

    def __post_init__(self) -> None:
        if not 0.0 < self.p <= 1.0:
            raise RoiError(f"acceptance {self.p!r} must lie above 0 and at most at 1; 0 never ends a request")
        if not self.precision > 0.0:
            raise RoiError(f"acceptance precision a + b = {self.precision!r} must be above 0")
        if (self.kind == "alike") != math.isinf(self.precision):
            raise RoiError(
                f"acceptance of kind {self.kind!r} has precision {self.precision!r}: it is infinite for "
                "prompts that are alike and finite for all others; use alike(p), beta(a, b) or redrawn(a, b)"
            )

    @property
    def a(self) -> float:
        """First parameter of the Beta distribution [1]."""
        return self.p * self.precision

    @property
    def b(self) -> float:
        """Second parameter of the Beta distribution [1]."""
        return (1.0 - self.p) * self.precision if self.p < 1.0 else 0.0


@dataclass(frozen=True)
class RetryOutcome:
    """What one request leads to on average."""

    expected_attempts: float
    """Attempts of a request, given up or not [1]."""
    expected_images: float
    """Images made for a request [1]."""
    deliver_probability: float
    """Probability that a request ends with an accepted image [1]."""


def alike(p: float) -> Acceptance:
    """Every prompt passes an image with probability p."""
    return Acceptance("alike", p)


def beta(a: float, b: float) -> Acceptance:
    """Prompts differ, p ~ Beta(a, b), and a prompt keeps its p through all attempts."""
    _require_shape(a, b)
    return Acceptance("beta", a / (a + b), a + b)


def redrawn(a: float, b: float) -> Acceptance:
    """Prompts are rewritten for every attempt, and p ~ Beta(a, b) is drawn anew each time."""
    _require_shape(a, b)
    return Acceptance("redrawn", a / (a + b), a + b)


def mean_acceptance(acceptance: Acceptance) -> float:
    """Probability that the first image of a prompt taken at random passes."""
    return acceptance.p


def attempt_hazard(
    p: Number, precision: Number | float, images_failed: int, images_per_attempt: int
) -> Number:
    """Probability that an attempt succeeds after m images failed: 1 - S(m + n) / S(m).

    Added up image by image, sum_{i<n} h(m + i) * S(m + i) / S(m), which keeps all digits when p is tiny.
    """
    success = 0.0 * p
    remaining = 1.0 + 0.0 * p
    for failed in range(images_failed, images_failed + images_per_attempt):
        hazard = p / (1.0 + failed / precision)
        success = success + remaining * hazard
        remaining = remaining * (1.0 - hazard)
    return success


def attempts_and_delivery(
    p: Number,
    precision: Number | float,
    prompt_rewritten: bool,
    images_per_attempt: int,
    attempts_max: int,
) -> Iterator[tuple[Number, Number]]:
    """Expected attempts and deliver probability of a request with at most 1, 2 .. K attempts.

    Arrays give arrays of their shape. With g_k the hazard of attempt k + 1 and R_k = prod_{i<k} (1 - g_i) the
    chance to need it, attempts = sum_k R_k (an attempt is paid when it is needed) and deliver = sum_k R_k g_k.
    """
    attempts = 0.0 * p
    deliver = 0.0 * p
    needed = 1.0 + 0.0 * p
    hazard = attempt_hazard(p, precision, 0, images_per_attempt)
    for attempt in range(attempts_max):
        if attempt > 0 and not prompt_rewritten:
            hazard = attempt_hazard(p, precision, attempt * images_per_attempt, images_per_attempt)
        attempts = attempts + needed
        deliver = deliver + needed * hazard
        needed = needed * (1.0 - hazard)
        yield attempts, smaller(deliver, 1.0 + 0.0 * p)


def outcome(acceptance: Acceptance, images_per_attempt: int, attempts_max: int) -> RetryOutcome:
    """Expected attempts, images and delivery of a request of n images per attempt and at most K attempts.

    Equations at the head of the module.
    """
    return outcomes(acceptance, images_per_attempt, attempts_max)[-1]


def outcomes(acceptance: Acceptance, images_per_attempt: int, attempts_max: int) -> tuple[RetryOutcome, ...]:
    """The same for at most 1, 2 .. K attempts."""
    _require_counts(images_per_attempt, attempts_max)
    found = attempts_and_delivery(
        acceptance.p, acceptance.precision, acceptance.kind == "redrawn", images_per_attempt, attempts_max
    )
    return tuple(
        RetryOutcome(attempts, images_per_attempt * attempts, deliver) for attempts, deliver in found
    )


def _require_shape(a: float, b: float) -> None:
    if not (0.0 < a < math.inf and 0.0 < b < math.inf):
        raise RoiError(f"acceptance Beta({a!r}, {b!r}): a and b must be finite and above 0")


def _require_counts(images_per_attempt: int, attempts_max: int) -> None:
    if images_per_attempt < 1 or attempts_max < 1:
        raise RoiError(
            f"a request needs at least one image per attempt and one attempt, not {images_per_attempt} "
            f"and {attempts_max}"
        )
