"""Numbers of a raw scenario: plain, or with value and unit; money in any currency with a rate."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
Part = Mapping[str, Any]
"""One mapping of a document."""

CODE_LETTERS = 3


def number(part: Part, name: str, default: float | None = None) -> float | None:
    """The number of a field, whatever else is said about it; the default where the field is left out or empty."""
    given = part.get(name)
    if given is None:
        return default
    return float(given["value"] if isinstance(given, Mapping) else given)


def needed(part: Part, name: str) -> float:
    """The number of a field that must be there.

    Raises
    ------
    KeyError
        When it is not.
    """
    found = number(part, name)
    if found is None:
        raise KeyError(name)
    return found


def child(part: Part, name: str) -> Part:
    """The mapping of a field; an empty one where it is left out."""
    given = part.get(name)
    return given if isinstance(given, Mapping) else {}


class Exchange:
    """Amounts of any currency in the scenario's own."""

    def __init__(self, scenario: Part) -> None:
        self.own = str(scenario["currency"])
        rates = child(scenario, "exchange_rates")
        self.rates = {code: float(rate["value"]) for code, rate in rates.items()}

    def amount(self, part: Part, name: str) -> float | None:
        """The money of a field in the scenario's currency; None where it is left out.

        Raises
        ------
        KeyError
            When there is no rate for its currency.
        """
        value = number(part, name)
        code = _currency(part.get(name))
        if value is None or code in (None, self.own):
            return value
        return value * self.rates[str(code)]


def _currency(given: object) -> str | None:
    """Code of the currency that the unit of a figure begins with."""
    unit = str(given.get("unit") or "") if isinstance(given, Mapping) else ""
    head, rest = unit[:CODE_LETTERS], unit[CODE_LETTERS:]
    written = len(head) == CODE_LETTERS and head.isascii() and head.isupper() and head.isalpha()
    return head if written and (not rest or rest.startswith("/")) else None
