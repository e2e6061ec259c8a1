"""Cells and rectangles of cells of a workbook's sheets, by number."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from roi.errors import RoiError
from roi.texts.messages import Message
from roi.workbook.expression import letters
from roi.workbook.markup import CELL_ADDRESS, column_number

LAST_ROW, LAST_COLUMN = 1 << 20, 1 << 14
"""Of a sheet in Excel."""
_REFERENCE = re.compile(r"(?:(?:'(?P<quoted>(?:[^']|'')+)'|(?P<plain>[^'!]+))!)?(?P<area>[^!]+)")
_AREA = re.compile(r"\$?([A-Z]{1,3})?\$?([0-9]+)?(?::\$?([A-Z]{1,3})?\$?([0-9]+)?)?", re.IGNORECASE)

Spot = tuple[str, int, int]
"""Name of a sheet in small letters, row, column."""


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of cells of a sheet."""

    sheet: str
    """In small letters."""
    first_row: int
    first_column: int
    last_row: int
    last_column: int

    def holds(self, spot: Spot) -> bool:
        """Whether a cell lies in it."""
        sheet, row, column = spot
        inside = self.first_row <= row <= self.last_row and self.first_column <= column <= self.last_column
        return inside and sheet == self.sheet

    def spots(self) -> Iterator[Spot]:
        """Its cells, row by row."""
        for row in range(self.first_row, self.last_row + 1):
            for column in range(self.first_column, self.last_column + 1):
                yield self.sheet, row, column

    @property
    def size(self) -> int:
        """Its cells."""
        return (self.last_row - self.first_row + 1) * (self.last_column - self.first_column + 1)


def place_of(address: str) -> tuple[int, int]:
    """Row and column of an address.

    Raises
    ------
    RoiError
        When it is none.
    """
    found = CELL_ADDRESS.fullmatch(address)
    if found is None:
        raise RoiError(Message("template.no_address", address=repr(address)))
    return int(found[2]), column_number(found[1])


def spot_of(sheet: str, address: str) -> Spot:
    """A cell of a sheet by its address."""
    return (sheet.casefold(), *place_of(address))


def address_of(spot: Spot) -> str:
    """The address within its sheet."""
    return f"{letters(spot[2])}{spot[1]}"


def area_of(reference: str, sheet: str) -> Area | None:
    """The area that a reference means, seen from a sheet; None for what is not one area of one sheet."""
    found = _REFERENCE.fullmatch(reference.strip())
    corners = None if found is None else _AREA.fullmatch(found["area"])
    if found is None or corners is None:
        return None
    column, row, last_column, last_row = corners.groups()
    if ":" not in corners[0]:
        if column is None or row is None:
            return None
        last_column, last_row = column, row
    named = (found["quoted"] or "").replace("''", "'") or found["plain"] or sheet
    rows = sorted((int(row or 1), int(last_row or LAST_ROW)))
    columns = sorted(
        (
            column_number(column.upper()) if column else 1,
            column_number(last_column.upper()) if last_column else LAST_COLUMN,
        )
    )
    return Area(named.casefold(), rows[0], columns[0], rows[1], columns[1])
