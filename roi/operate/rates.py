"""Exchange rates as people write them: USD=151.2."""

import math
from collections.abc import Iterable

from roi.errors import RoiError
from roi.texts.messages import Message
from roi.words import numeral


def rates_of(given: Iterable[str] | None) -> dict[str, float]:
    """Rates by currency.

    Raises
    ------
    RoiError
        When one is written in another way or is not above 0.
    """
    found: dict[str, float] = {}
    for each in given or ():
        currency, mark, written = each.partition("=")
        read = numeral(written) if mark else None
        if read is None or read.number is None or not 0.0 < read.number < math.inf:
            raise RoiError(Message("operating.rate", given=repr(each)))
        found[currency.strip().upper()] = read.number
    return found
