"""Large amounts in thousands or millions, by the number format alone: the cell keeps every digit."""

from collections.abc import Iterable
from dataclasses import dataclass

from roi.texts import Language, text

THOUSANDS_FROM, MILLIONS_FROM = 1e5, 1e7


@dataclass(frozen=True, slots=True)
class Scale:
    """A unit and the number format that shows amounts in it."""

    name: str
    number_format: str
    size: float


def scale_of(amounts: Iterable[float], currency: str, language: Language) -> Scale:
    """The unit that leaves the largest amount at most five digits."""
    largest = max((abs(amount) for amount in amounts), default=0.0)
    coin = text(language, "plan.jpy") if currency == "JPY" else currency
    if largest < THOUSANDS_FROM:
        return Scale(text(language, "plan.unit_one", currency=coin), "#,##0", 1.0)
    if largest < MILLIONS_FROM:
        return Scale(text(language, "plan.unit_thousand", currency=coin), "#,##0,", 1e3)
    return Scale(text(language, "plan.unit_million", currency=coin), "#,##0,,", 1e6)
