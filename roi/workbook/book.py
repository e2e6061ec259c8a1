"""A workbook before it is written: sheets of cells with value or formula, style, widths, names, validations."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from roi.workbook.expression import Cell, Formula, Value, letters, quoted

HELPERS = 500
"""Hidden column of what conditional formats need of other sheets."""
SHEET_NAME_LENGTH = 31
"""Longest name of a sheet in Excel."""
TEXT_LENGTH = 32767
"""Longest text of a cell in Excel."""


@dataclass(frozen=True, slots=True)
class Placed:
    """One cell as it is written."""

    content: Value | None
    """What it shows: the value, or a formula's cached value."""
    formula: str | None
    """Text without the leading `=`."""
    style: str
    """Name of a style of the template."""
    number_format: str | None


@dataclass(frozen=True, slots=True)
class Choice:
    """A validation that offers a list of cells, or holds a number between two bounds."""

    area: str
    options: str | None = None
    """Reference of the cells to choose from."""
    at_least: float | None = None
    at_most: float | None = None
    message: str = ""
    """What a wrong entry is told; at most 255 characters."""


@dataclass(eq=False)
class Sheet:
    """One sheet under construction."""

    title: str
    cells: dict[tuple[int, int], Placed] = field(default_factory=dict)
    """By row and column, from 1."""
    widths: dict[int, float] = field(default_factory=dict)
    """Width of columns [characters]."""
    heights: dict[int, float] = field(default_factory=dict)
    """Height of rows [points]."""
    merged: list[str] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)
    flags: list[tuple[str, str, str]] = field(default_factory=list)
    """Area, formula without `=`, style of its conditional format; see `flag`."""
    charts: list[tuple[object, str]] = field(default_factory=list)
    """Chart of openpyxl and the cell at its upper left corner."""
    freeze: str | None = None
    landscape: bool = True
    pages_high: int = 0
    """Pages the print may be high: 1 for one page, 0 for as many as it takes."""
    pages_wide: int = 1
    """Pages the print may be wide."""
    printed_columns: int | None = None
    """Columns that are printed; all when left out."""
    repeated_rows: str | None = None
    """Rows printed on every page, such as `1:3`."""
    repeated_columns: str | None = None
    """Columns printed on every page, such as `A:C`."""
    tab_colour: str | None = None
    printed: bool = True
    """Whether LibreOffice prints any of it."""

    def put(
        self,
        row: int,
        column: int,
        content: Value | Formula | None,
        style: str = "text",
        number_format: str | None = None,
        *,
        series: bool = False,
    ) -> Cell:
        """Place a value or a formula; the cell can be used in further formulas.

        Raises
        ------
        ValueError
            When something stands there already.
        """
        if (row, column) in self.cells:
            raise ValueError(f"{self.title}!{letters(column)}{row} is placed twice")
        text = content.text if isinstance(content, Formula) else None
        value = content.value if isinstance(content, Formula) else content
        self.cells[row, column] = Placed(value, text, style, number_format)
        return Cell(self.title, row, column, "" if value is None else value, series)

    def flag(self, area: str, condition: Formula | str, style: str) -> None:
        """Have an area look otherwise while a condition holds; a text is one of this sheet's own cells.

        What another sheet decides is fetched into a hidden cell first: a conditional format that refers to another
        sheet is refused by older programs.
        """
        if isinstance(condition, Formula) and "!" in condition.text.replace(f"{quoted(self.title)}!", ""):
            spots = {place: placed for place, placed in self.cells.items() if place[1] == HELPERS}
            row = next(
                (row for (row, _), placed in spots.items() if placed.formula == condition.text),
                len(spots) + 1,
            )
            if (row, HELPERS) not in spots:
                self.put(row, HELPERS, condition, "text")
            condition = f"${letters(HELPERS)}${row}"
        self.flags.append((area, condition.text if isinstance(condition, Formula) else condition, style))

    def formulas(self) -> Iterator[tuple[str, Placed]]:
        """Address and cell of every formula."""
        for (row, column), placed in self.cells.items():
            if placed.formula is not None:
                yield f"{letters(column)}{row}", placed


@dataclass(eq=False)
class Book:
    """Sheets in their order and the names of cells."""

    sheets: dict[str, Sheet] = field(default_factory=dict)
    """By key, which is the same in every language."""
    names: dict[str, str] = field(default_factory=dict)
    """Defined names and what they refer to."""
    title: str = ""
    author: str = ""

    def sheet(self, key: str, title: str) -> Sheet:
        """A new sheet behind the others.

        Raises
        ------
        ValueError
            When the title is too long, holds a forbidden character or is taken.
        """
        if len(title) > SHEET_NAME_LENGTH or any(sign in title for sign in "[]:*?/\\"):
            raise ValueError(f"{title!r} cannot be the name of a sheet")
        if title.casefold() in (sheet.title.casefold() for sheet in self.sheets.values()):
            raise ValueError(f"two sheets are called {title!r}")
        self.sheets[key] = Sheet(title)
        return self.sheets[key]

    def name(self, name: str, cell: Cell) -> None:
        """Give a cell a name by which a company's template or a reader finds it."""
        self.names[name] = f"{quoted(cell.sheet)}!${letters(cell.column)}${cell.row}"
