"""Numbers that an equation is written in: plain ones and columns of draws, which know + - * / and these.

An equation of the decision stands once, as a function of `Number`. Called with floats it gives a float; called
with arrays, one entry a draw, it gives an array, by the rules of broadcasting. numpy is loaded by who has arrays.
"""

import math
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from roi.arrays import FloatArray

Number = TypeVar("Number", float, "NDArray[np.float64]")
"""A number, or a number of every draw; all arguments of an equation are of one kind."""


def _numpy() -> Any:
    return sys.modules["numpy"]


def larger(one: Number, other: Number) -> Number:
    """The larger of two numbers, draw by draw."""
    if isinstance(one, float | int) and isinstance(other, float | int):
        return max(one, other)
    found: Number = _numpy().maximum(one, other)
    return found


def smaller(one: Number, other: Number) -> Number:
    """The smaller of two numbers, draw by draw."""
    if isinstance(one, float | int) and isinstance(other, float | int):
        return min(one, other)
    found: Number = _numpy().minimum(one, other)
    return found


def where(condition: object, one: Number, other: Number) -> Number:
    """`one` where the condition holds, else `other`; both must exist everywhere."""
    return (
        (one if condition else other)
        if isinstance(condition, bool)
        else _numpy().where(condition, one, other)
    )


def floor(number: Number) -> Number:
    """The whole number at or below."""
    if isinstance(number, float | int):
        return float(math.floor(number))
    found: Number = _numpy().floor(number)
    return found


def total(numbers: Iterable[Number]) -> Number:
    """Their sum; of plain numbers rounded once."""
    found = list(numbers)
    plain = [each for each in found if isinstance(each, float | int)]
    if len(plain) == len(found):
        added: Number = cast(Any, math.fsum(plain))
        return added
    return sum(found[1:], start=found[0])


def log1p(number: Number) -> Number:
    """ln(1 + x), with all digits near 0."""
    if isinstance(number, float | int):
        return math.log1p(number)
    found: Number = _numpy().log1p(number)
    return found


def exp(number: Number) -> Number:
    """e^x"""
    if isinstance(number, float | int):
        return math.exp(number)
    found: Number = _numpy().exp(number)
    return found


def expm1(number: Number) -> Number:
    """e^x - 1, with all digits near 0."""
    if isinstance(number, float | int):
        return math.expm1(number)
    found: Number = _numpy().expm1(number)
    return found


def within(number: "float | FloatArray", low: float, high: float) -> bool:
    """Whether every draw lies above `low` and below `high`."""
    inside = (number > low) & (number < high)
    return inside if isinstance(inside, bool) else bool(inside.all())
