"""The columns of the input workbook, and where a workbook has them."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from roi.nearest import nearest
from roi.texts import LANGUAGES, text
from roi.texts.messages import Joined, Message
from roi.workbook.expression import letters
from roi.workbook.inputs.cells import Cells, Found
from roi.workbook.inputs.safety import Package

COLUMNS = (
    "place",
    "label",
    "value",
    "unit",
    "low",
    "high",
    "meaning",
    "source",
    "as_of",
    "confidence",
    "placeholder",
    "replace_with",
)
"""Columns from left to right; their titles stand in `roi.texts` under `input`."""
WORDS = ("place", "label", "meaning")
"""Columns that say what a row is; the others say what is entered."""
TITLE_ROWS_SEARCHED = 30


@dataclass(frozen=True, slots=True)
class Grid:
    """The sheet that holds the rows, and where its columns stand."""

    name: str
    cells: Cells
    columns: dict[str, int]
    title_row: int

    def place(self, row: int, column: str) -> str:
        """A cell as a message names it."""
        return f"{self.name}: {self.cells.title}!{letters(self.columns[column])}{row}"

    def rows(self) -> list[int]:
        """Rows below the titles in which something stands in one of the columns."""
        wanted = set(self.columns.values())
        return sorted({row for row, column in self.cells.found if row > self.title_row and column in wanted})

    def found(self, row: int, column: str) -> Found | None:
        """What stands in a row's column."""
        number = self.columns.get(column)
        return None if number is None else self.cells.found.get((row, number))


def grid(sheets: Iterable[Cells], package: Package) -> Grid:
    """The one sheet that has the titles of place and value, in either language and any order.

    Raises
    ------
    RoiError
        When no sheet has them, or several have, or a title stands twice.
    """
    looked_at: list[str] = []
    grids: list[Grid] = []
    for cells in sheets:
        looked_at.append(cells.title)
        found = _titles(cells, package)
        if found is not None:
            grids.append(Grid(package.name, cells, *found))
    if len(grids) > 1:
        raise package.refused("two_sheets", sheets=_all_of([repr(grid.cells.title) for grid in grids]))
    if not grids:
        titles = ", ".join(repr(title) for title in looked_at[:5]) or Message("word.none")
        raise package.refused(
            "no_columns", place=Message("input.place"), value=Message("input.value"), sheets=titles
        )
    return grids[0]


def _all_of(words: list[str]) -> Message:
    return Joined(Message("word.and"), words)


def none_words() -> set[str]:
    """What a cell says of a list that is empty on purpose."""
    return {text(language, "input.none") for language in LANGUAGES}


def _titles(cells: Cells, package: Package) -> tuple[dict[str, int], int] | None:
    """Columns by name and the row of their titles."""
    names = {
        _folded(text(language, f"input.{column}")): column for language in LANGUAGES for column in COLUMNS
    }
    rows: dict[int, dict[str, int]] = {}
    for (row, column), found in sorted(cells.found.items()):
        name = names.get(_folded(str(found.content))) if row <= TITLE_ROWS_SEARCHED else None
        if name is None:
            continue
        if name in rows.setdefault(row, {}) and {"place", "value"} <= set(rows[row]):
            cell = f"{cells.title}!{letters(column)}{row}"
            raise package.refused("title_twice", cell=cell, title=repr(found.content))
        rows[row].setdefault(name, column)
    titled = next(
        ((columns, row) for row, columns in sorted(rows.items()) if {"place", "value"} <= set(columns)), None
    )
    if titled is not None:
        _refuse_near(cells, *titled, names, package)
    return titled


def _refuse_near(
    cells: Cells, columns: dict[str, int], title_row: int, names: dict[str, str], package: Package
) -> None:
    """A title like that of a column which is missing: what stands below it would be left out without a word."""
    missing = [title for title, column in names.items() if column not in columns]
    for (row, column), found in sorted(cells.found.items()):
        if row != title_row or column in columns.values() or not isinstance(found.content, str):
            continue
        meant = nearest(found.content, missing)
        if meant:
            cell = f"{cells.title}!{letters(column)}{row}"
            title, near = repr(found.content), repr(meant[0])
            raise package.refused("title_near", cell=cell, title=title, meant=near)


def _folded(title: str) -> str:
    return unicodedata.normalize("NFKC", title).strip().casefold()
