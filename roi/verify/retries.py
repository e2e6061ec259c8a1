"""What becomes of a request, followed picture by picture.

The next picture passes with the mean of what is believed of the prompt after m failures. Where prompts are alike
that is p; where they differ, Beta(a, b) becomes Beta(a, b + m), whose mean is a / (a + b + m). Whoever looks, looks
at whole attempts; the request ends with the first that holds a picture that passes.
"""

from functools import lru_cache

import numpy as np

from roi.verify.figures import FloatArray, Part, needed, number

Belief = tuple[str, float, float]
"""Kind, mean, and a + b of the Beta distribution; infinite where prompts are alike."""


def belief(acceptance: Part) -> Belief:
    """How often a picture passes, as the scenario states it."""
    kind, mean = str(acceptance.get("kind") or "alike"), needed(acceptance, "mean")
    spread = number(acceptance, "concentration")
    return ("alike", mean, np.inf) if kind == "alike" or spread is None else (kind, mean, spread)


@lru_cache(maxsize=4096)
def followed(believed: Belief, images: int, attempts_max: int) -> tuple[FloatArray, FloatArray]:
    """Attempts made and share of requests that end with a picture, where one gives up after 1 to K attempts [K]."""
    kind, mean, spread = believed
    made, passed = np.zeros(attempts_max), np.zeros(attempts_max)
    open_share, so_far, given = 1.0, 0.0, 0.0
    failures = 0
    for attempt in range(attempts_max):
        given += open_share
        failures = 0 if kind == "redrawn" else failures
        for _ in range(images):
            passes = (
                open_share * mean * spread / (spread + failures) if np.isfinite(spread) else open_share * mean
            )
            so_far += passes
            open_share -= passes
            failures += 1
        made[attempt], passed[attempt] = given, so_far
    return made, np.minimum(passed, 1.0)
