"""A trial in production: a request is given an arm by a hash, the same in any language and on any server.

    digest = SHA-256 of the UTF-8 bytes of  TRIAL + ":" + REQUEST_ID
    u      = first 8 bytes of the digest as an unsigned big-endian integer, divided by 2^64
    arm    = the first one at which the running sum of the arms' shares exceeds u

No state is kept: a request that is tried again gets the same arm, and whoever reads the log can assign it anew.
"""

import hashlib
import math
from collections.abc import Mapping

from roi.errors import TrialError
from roi.texts.messages import Message, at


def assigned(trial: str, request_id: str, arms: Mapping[str, float]) -> str:
    """The arm of a request, in the order in which the arms are given; weights need not add up to 1."""
    digest = hashlib.sha256(f"{trial}:{request_id}".encode()).digest()
    draw = int.from_bytes(digest[:8], "big") / 2.0**64
    total, reached = math.fsum(arms.values()), 0.0
    for arm, weight in arms.items():
        reached += weight / total
        if draw < reached:
            return arm
    return list(arms)[-1]


def weights_of(given: str, arms: tuple[str, ...]) -> dict[str, float]:
    """Weights of arms from text such as `1,1` or `0.9,0.1`.

    Raises
    ------
    TrialError
        When there are not as many numbers as arms, or one is not above 0.
    """
    try:
        numbers = [float(each) for each in given.split(",")]
    except ValueError:
        raise TrialError(at(f"--weights {given!r}", Message("trialing.weights"))) from None
    if len(numbers) != len(arms) or not all(math.isfinite(each) and each > 0 for each in numbers):
        sentence = Message("trialing.weights_of", count=len(arms), known=", ".join(arms))
        raise TrialError(at(f"--weights {given!r}", sentence))
    return dict(zip(arms, numbers, strict=True))
