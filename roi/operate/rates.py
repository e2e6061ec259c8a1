"""Exchange rates as people write them: USD=151.2."""

import re
from collections.abc import Iterable

from roi.errors import RoiError
from roi.texts.messages import Message
from roi.words import numeral

RATE_MIN, RATE_MAX = 1e-9, 1e9
"""Between which every currency of the world lies, many times over."""
CODE = re.compile("[A-Z]{3}")


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
        code = currency.strip().upper()
        if (
            read is None
            or read.number is None
            or not RATE_MIN < read.number < RATE_MAX
            or not CODE.fullmatch(code)
        ):
            raise RoiError(Message("operating.rate", given=repr(each)))
        if found.setdefault(code, read.number) != read.number:
            raise RoiError(Message("operating.two_rates", currency=code))
    return found
