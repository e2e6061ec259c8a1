"""The decision's equations over cells: `roi.numbers.Symbol` written as formulas of the workbook."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from roi.finance.discounting import capital_recovery_factor
from roi.numbers import Exact, Symbol
from roi.workbook.expression import Cell, Formula, call, number, term
from roi.workbook.functions import absolute, exponential, largest, natural_log, smallest

Constant = Callable[[str, float], Cell]
"""The cell of a constant, by its name."""


@dataclass(frozen=True, slots=True)
class Written(Symbol):
    """A formula, and who has the cells of constants."""

    formula: Formula
    constant: Constant

    @property
    def value(self) -> float:
        """What it comes to."""
        return number(self.formula)

    def combined(self, sign: str, other: Any, *, turned: bool = False) -> "Written":
        """With a number or a symbol; nothing is added and nothing multiplied by one."""
        one, two = self.formula, self._formula(other)
        return self._written(_combined(two, sign, one) if turned else _combined(one, sign, two))

    def of(self, function: str, *others: Any) -> "Written":
        """A function of `roi.numbers` or of finance."""
        here, rest = self.formula, [self._formula(other) for other in others]
        functions: dict[str, Callable[..., Formula]] = {
            "abs": absolute,
            "maximum": largest,
            "minimum": smallest,
            "exp": exponential,
            "log1p": lambda rate: natural_log(1 + rate),
            "recovery_factor": _recovery_factor,
            "present_value_factor": lambda rate, years: 1 / (1 + rate) ** years,
        }
        return self._written(functions[function](here, *rest))

    def _written(self, formula: Formula) -> "Written":
        return Written(formula, self.constant)

    def _formula(self, given: Any) -> Formula:
        if isinstance(given, Written):
            return given.formula
        if isinstance(given, Exact):
            return self.constant(given.name, float(given)).formula()
        return term(int(given) if isinstance(given, float) and given.is_integer() else given)


def _combined(left: Formula, sign: str, right: Formula) -> Formula:
    if sign == "+":
        return right if _is(left, 0) else left if _is(right, 0) else left + right
    if sign == "-":
        return left if _is(right, 0) else -right if _is(left, 0) else left - right
    if sign == "*":
        if _is(left, 0) or _is(right, 0):
            return term(0)
        return right if _is(left, 1) else left if _is(right, 1) else left * right
    return left if _is(left, 0) or _is(right, 1) else left / right


def _is(formula: Formula, literal: int) -> bool:
    return formula.text == str(literal)


def _recovery_factor(rate: Formula, years: Formula) -> Formula:
    """PMT, which knows a rate of nothing too."""
    value = capital_recovery_factor(number(rate), number(years))
    return call("PMT", value, rate, years, Formula("-1", -1.0))


def formula_of(symbol: Symbol) -> Formula:
    """The formula of a symbol that this module made."""
    if not isinstance(symbol, Written):
        raise TypeError(f"{symbol!r} is no formula")
    return symbol.formula
