"""Numbers that an equation is written in: plain ones, columns of draws, formulas of a workbook.

An equation of the decision stands once, as a function of `Number`. Called with floats it gives a float; with
arrays, one entry a draw, an array, by the rules of broadcasting; with symbols a symbol, which is what a workbook
writes. All of them know + - * / and what stands here. numpy is loaded by who has arrays.
"""

import math
import sys
from abc import abstractmethod
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from roi.arrays import FloatArray


class Symbol:
    """A number that knows how it is written."""

    @property
    @abstractmethod
    def value(self) -> float:
        """What it comes to."""

    @abstractmethod
    def combined(self, sign: str, other: Any, *, turned: bool = False) -> "Symbol":
        """With a number or a symbol, the other one first where they are `turned`."""

    @abstractmethod
    def of(self, function: str, *others: Any) -> "Symbol":
        """One of the functions below, by its name."""

    def __add__(self, other: Any) -> "Symbol":
        return self.combined("+", other)

    def __radd__(self, other: Any) -> "Symbol":
        return self.combined("+", other, turned=True)

    def __sub__(self, other: Any) -> "Symbol":
        return self.combined("-", other)

    def __rsub__(self, other: Any) -> "Symbol":
        return self.combined("-", other, turned=True)

    def __mul__(self, other: Any) -> "Symbol":
        return self.combined("*", other)

    def __rmul__(self, other: Any) -> "Symbol":
        return self.combined("*", other, turned=True)

    def __truediv__(self, other: Any) -> "Symbol":
        return self.combined("/", other)

    def __rtruediv__(self, other: Any) -> "Symbol":
        return self.combined("/", other, turned=True)

    def __neg__(self) -> "Symbol":
        return self.combined("-", 0.0, turned=True)

    def __abs__(self) -> "Symbol":
        return self.of("abs")


class Exact(float):
    """A constant that a formula calls by its name."""

    name: str

    def __new__(cls, value: float, name: str) -> "Exact":
        """`name` as people write it, `s/h`."""
        found = super().__new__(cls, value)
        found.name = name
        return found


Number = TypeVar("Number", float, "NDArray[np.float64]", Symbol)
"""A number, a number of every draw, or a symbol; all arguments of an equation are of one kind."""

Column = TypeVar("Column", float, "NDArray[np.float64]")
"""The same without symbols, for what a workbook writes as a table."""


def _of(function: str, *numbers: Any) -> Any:
    """A function that numpy and symbols have by the same name."""
    symbol = next((each for each in numbers if isinstance(each, Symbol)), None)
    if symbol is not None:
        return symbol.of(function, *(each for each in numbers if each is not symbol))
    return getattr(sys.modules["numpy"], function)(*numbers)


def larger(one: Number, other: Number) -> Number:
    """The larger of two numbers, draw by draw."""
    if isinstance(one, float | int) and isinstance(other, float | int):
        return max(one, other)
    found: Number = _of("maximum", one, other)
    return found


def smaller(one: Number, other: Number) -> Number:
    """The smaller of two numbers, draw by draw."""
    if isinstance(one, float | int) and isinstance(other, float | int):
        return min(one, other)
    found: Number = _of("minimum", one, other)
    return found


def where(condition: object, one: Number, other: Number) -> Number:
    """`one` where the condition holds, else `other`; both must exist everywhere."""
    if isinstance(condition, bool):
        return one if condition else other
    found: Number = sys.modules["numpy"].where(condition, one, other)
    return found


def floor(number: Number) -> Number:
    """The whole number at or below."""
    if isinstance(number, float | int):
        return float(math.floor(number))
    found: Number = _of("floor", number)
    return found


def total(numbers: Iterable[Number]) -> Number:
    """Their sum; of plain numbers rounded once."""
    found = list(numbers)
    plain = [each for each in found if isinstance(each, float | int)]
    if len(plain) == len(found):
        added: Number = cast(Any, math.fsum(cast(Any, plain)))
        return added
    return sum(found[1:], start=found[0])


def log1p(number: Number) -> Number:
    """ln(1 + x), with all digits near 0."""
    if isinstance(number, float | int):
        return math.log1p(number)
    found: Number = _of("log1p", number)
    return found


def exp(number: Number) -> Number:
    """e^x"""
    if isinstance(number, float | int):
        return math.exp(number)
    found: Number = _of("exp", number)
    return found


def expm1(number: Number) -> Number:
    """e^x - 1, with all digits near 0."""
    if isinstance(number, float | int):
        return math.expm1(number)
    found: Number = _of("expm1", number)
    return found


def within(number: "float | FloatArray | Symbol", low: float, high: float) -> bool:
    """Whether every draw lies above `low` and below `high`."""
    number = number.value if isinstance(number, Symbol) else number
    inside = (number > low) & (number < high)
    return inside if isinstance(inside, bool) else bool(inside.all())
