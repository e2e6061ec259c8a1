"""How many formulas lie between a figure of page one and the inputs."""

import io
from collections.abc import Iterator
from functools import cache

from openpyxl import load_workbook
from openpyxl.formula import Tokenizer
from openpyxl.utils import range_boundaries

Place = tuple[str, int, int]
"""Sheet, row, column."""


class Chains:
    """The formulas of a workbook and what each refers to."""

    def __init__(self, content: bytes, inputs: str) -> None:
        self.book = load_workbook(io.BytesIO(content))
        self.inputs = inputs
        self.longest = cache(self._longest)

    def figures(self, sheet: str) -> Iterator[tuple[str, Place]]:
        """Address and place of each formula of a sheet."""
        for row in self.book[sheet].iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith("="):
                    yield cell.coordinate, (sheet, cell.row, cell.column)

    def _longest(self, place: Place) -> tuple[Place, ...]:
        """The longest way from a formula to an input or a constant; the formula is its first step."""
        sheet, row, column = place
        value = self.book[sheet].cell(row, column).value
        if sheet == self.inputs or not (isinstance(value, str) and value.startswith("=")):
            return ()
        further = [self.longest(each) for each in self._referred(value, sheet)]
        return (place, *max(further, key=len, default=()))

    def _referred(self, formula: str, sheet: str) -> Iterator[Place]:
        for token in Tokenizer(formula).items:
            if token.type == "OPERAND" and token.subtype == "RANGE":
                owner, _, area = token.value.rpartition("!")
                left, top, right, bottom = range_boundaries(area.replace("$", ""))
                for row in range(top, bottom + 1):
                    for column in range(left, right + 1):
                        yield owner.strip("'") or sheet, row, column
