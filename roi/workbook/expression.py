"""Formulas that know their value: every expression is written once and gives the text and the cached value.

The text is what Excel and LibreOffice compute, the value is the same arithmetic done here, so that a mail
preview shows figures and a recalculation has something to be compared with. Numbers inside a formula are 0, 1,
12 and 100 only; any other number is a cell with a name, a unit and a source.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Union

Value = float | str | bool

LITERALS = (0, 1, 12, 100)
"""Numbers that may stand inside a formula: nothing, the whole, months of a year, per cent."""

_COMPARE, _JOIN, _ADD, _MULTIPLY, _POWER, _UNARY, _ATOM = range(7)
"""How tightly an operator binds, loosest first; in Excel a sign binds tighter than a power."""


@dataclass(frozen=True, slots=True)
class Formula:
    """An expression: its text without the leading `=`, its value, how tightly its outermost operator binds."""

    text: str
    value: Value
    binds: int = _ATOM

    def __add__(self, other: "Term") -> "Formula":
        return _binary(self, "+", other, _ADD, lambda a, b: a + b)

    def __radd__(self, other: "Term") -> "Formula":
        return term(other) + self

    def __sub__(self, other: "Term") -> "Formula":
        return _binary(self, "-", other, _ADD, lambda a, b: a - b)

    def __rsub__(self, other: "Term") -> "Formula":
        return term(other) - self

    def __mul__(self, other: "Term") -> "Formula":
        return _binary(self, "*", other, _MULTIPLY, lambda a, b: a * b)

    def __rmul__(self, other: "Term") -> "Formula":
        return term(other) * self

    def __truediv__(self, other: "Term") -> "Formula":
        return _binary(self, "/", other, _MULTIPLY, lambda a, b: a / b)

    def __rtruediv__(self, other: "Term") -> "Formula":
        return term(other) / self

    def __pow__(self, other: "Term") -> "Formula":
        return _binary(self, "^", other, _POWER, lambda a, b: a**b)

    def __neg__(self) -> "Formula":
        return Formula(f"-{_bracketed(self, _UNARY)}", -number(self), _UNARY)

    def __lt__(self, other: "Term") -> "Formula":
        return _compared(self, "<", other, lambda a, b: a < b)

    def __le__(self, other: "Term") -> "Formula":
        return _compared(self, "<=", other, lambda a, b: a <= b)

    def __gt__(self, other: "Term") -> "Formula":
        return _compared(self, ">", other, lambda a, b: a > b)

    def __ge__(self, other: "Term") -> "Formula":
        return _compared(self, ">=", other, lambda a, b: a >= b)

    def equals(self, other: "Term") -> "Formula":
        """Whether both are the same; texts without regard to case, as Excel compares them."""
        right = term(other)
        same = _folded(self.value) == _folded(right.value)
        return Formula(f"{_bracketed(self, _COMPARE + 1)}={_bracketed(right, _COMPARE + 1)}", same, _COMPARE)

    def joined(self, other: "Term") -> "Formula":
        """Both as one text; the values must be texts, numbers are formatted first."""
        right = term(other)
        text = f"{_bracketed(self, _JOIN)}&{_bracketed(right, _JOIN + 1)}"
        return Formula(text, f"{self.value}{right.value}", _JOIN)


Term = Union[Formula, "Cell", int, str]
"""What an operator takes: an expression, a cell, one of the four numbers, or a text."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that was placed: where it stands and its value."""

    sheet: str
    row: int
    column: int
    value: Value
    series: bool = False
    """True for a cell of a row over time: its column is relative, so that one formula serves the whole row."""

    def formula(self) -> Formula:
        """The reference as an expression."""
        return Formula(f"{quoted(self.sheet)}!{self.address}", self.value)

    def pinned(self) -> "Cell":
        """The cell, the same from every column."""
        return replace(self, series=False)

    @property
    def address(self) -> str:
        """The reference within its sheet, `$C$5`, or `C$5` for a cell of a series."""
        return f"{'' if self.series else '$'}{letters(self.column)}${self.row}"

    def __add__(self, other: Term) -> Formula:
        return self.formula() + other

    def __radd__(self, other: Term) -> Formula:
        return term(other) + self

    def __sub__(self, other: Term) -> Formula:
        return self.formula() - other

    def __rsub__(self, other: Term) -> Formula:
        return term(other) - self

    def __mul__(self, other: Term) -> Formula:
        return self.formula() * other

    def __rmul__(self, other: Term) -> Formula:
        return term(other) * self

    def __truediv__(self, other: Term) -> Formula:
        return self.formula() / other

    def __rtruediv__(self, other: Term) -> Formula:
        return term(other) / self

    def __pow__(self, other: Term) -> Formula:
        return self.formula() ** other

    def __neg__(self) -> Formula:
        return -self.formula()

    def __lt__(self, other: Term) -> Formula:
        return self.formula() < other

    def __le__(self, other: Term) -> Formula:
        return self.formula() <= other

    def __gt__(self, other: Term) -> Formula:
        return self.formula() > other

    def __ge__(self, other: Term) -> Formula:
        return self.formula() >= other

    def equals(self, other: Term) -> Formula:
        """Whether both are the same."""
        return self.formula().equals(other)

    def joined(self, other: Term) -> Formula:
        """Both as one text."""
        return self.formula().joined(other)


@dataclass(frozen=True, slots=True)
class Block:
    """A rectangle of cells, row by row."""

    cells: tuple[tuple[Cell, ...], ...]

    @property
    def text(self) -> str:
        """The reference, `Sheet!$A$1:$C$9`; a single cell as a range of itself."""
        first, last = self.cells[0][0], self.cells[-1][-1]
        return f"{quoted(first.sheet)}!{first.address}:{last.address}"

    @property
    def values(self) -> tuple[Value, ...]:
        """Every value, row by row."""
        return tuple(cell.value for row in self.cells for cell in row)

    def numbers(self) -> tuple[float, ...]:
        """The numbers among the values, as Excel's sums take them."""
        return tuple(
            float(value)
            for value in self.values
            if isinstance(value, int | float) and not isinstance(value, bool)
        )


def across(cells: Sequence[Cell]) -> Block:
    """Neighbouring cells of one row."""
    _require_run(cells, lambda cell: (cell.row, cell.column), (0, 1))
    return Block((tuple(cells),))


def down(cells: Sequence[Cell]) -> Block:
    """Neighbouring cells of one column."""
    _require_run(cells, lambda cell: (cell.row, cell.column), (1, 0))
    return Block(tuple((cell,) for cell in cells))


def term(given: Term) -> Formula:
    """Any term as an expression.

    Raises
    ------
    ValueError
        For a number that must stand in a cell of its own.
    """
    if isinstance(given, Formula):
        return given
    if isinstance(given, Cell):
        return given.formula()
    if isinstance(given, str):
        return Formula('"' + given.replace('"', '""') + '"', given)
    if isinstance(given, bool) or given not in LITERALS:
        raise ValueError(
            f"{given!r} must not stand inside a formula; put it into a cell with a name and a source"
        )
    return Formula(str(given), float(given))


def number(given: Term) -> float:
    """The value of a term that must be a number or a truth value.

    Raises
    ------
    TypeError
        For a text.
    """
    value = term(given).value
    if isinstance(value, str):
        raise TypeError(f"{term(given).text} is the text {value!r}, not a number")
    return float(value)


def call(name: str, value: Value, *arguments: "Term | Block") -> Formula:
    """A function of the sheet by its English name, with the value it gives."""
    words = (argument.text if isinstance(argument, Block) else term(argument).text for argument in arguments)
    return Formula(f"{name}({','.join(words)})", value)


def quoted(sheet: str) -> str:
    """The name of a sheet as a formula writes it."""
    return "'" + sheet.replace("'", "''") + "'"


def letters(column: int) -> str:
    """The letters of a column; 1 is A."""
    found = ""
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(ord("A") + rest) + found
    return found


def _binary(
    left: Formula, sign: str, other: Term, binds: int, compute: Callable[[float, float], float]
) -> Formula:
    """Both sides joined by an operator; what stands right of it is bracketed when it binds no tighter."""
    right = term(other)
    text = f"{_bracketed(left, binds)}{sign}{_bracketed(right, binds + 1)}"
    value = compute(number(left), number(right))
    if isinstance(value, complex) or not math.isfinite(value):
        raise ArithmeticError(f"{text} is not a finite number")
    return Formula(text, value, binds)


def _compared(left: Formula, sign: str, other: Term, compute: Callable[[float, float], bool]) -> Formula:
    right = term(other)
    text = f"{_bracketed(left, _COMPARE + 1)}{sign}{_bracketed(right, _COMPARE + 1)}"
    return Formula(text, compute(number(left), number(right)), _COMPARE)


def _bracketed(formula: Formula, binds: int) -> str:
    return f"({formula.text})" if formula.binds < binds else formula.text


def _folded(value: Value) -> Value:
    return value.casefold() if isinstance(value, str) else value


def _require_run(
    cells: Sequence[Cell], place: Callable[[Cell], tuple[int, int]], step: tuple[int, int]
) -> None:
    for before, after in pairwise(cells):
        if after.sheet != before.sheet or place(after) != (before.row + step[0], before.column + step[1]):
            raise ValueError(f"{before.address} and {after.address} of {before.sheet} are no neighbours")
