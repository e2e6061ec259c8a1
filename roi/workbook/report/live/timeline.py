"""Rows over the years of a plan: name, whose, unit, two single figures, then one cell a year.

One formula serves a whole row: what it takes from other rows stands in its own column, all else is fixed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from roi.workbook.book import Sheet
from roi.workbook.expression import Block, Cell, Formula, Value, across, down
from roi.workbook.functions import summed_where
from roi.workbook.report.pages.layout import Column as Head
from roi.workbook.report.pages.layout import put_heading, put_headings, raise_row, set_widths

KEY, BEFORE, FIRST_YEAR = 4, 5, 6
"""Columns: a row's number or single figure; what stands before the first year, or a share; the first year."""
WIDTHS = (54.0, 40.0, 15.0, 14.0, 10.0)
YEAR_WIDTH = 15.0


@dataclass(frozen=True, slots=True)
class Line:
    """One row of years."""

    row: int
    key: Cell | None
    before: Cell | None
    cells: tuple[Cell, ...]

    def fixed(self) -> Block:
        """All its years, the same from whichever column they are read."""
        return across([cell.pinned() for cell in self.cells])


@dataclass(eq=False)
class Timeline:
    """A sheet that is filled from top to bottom."""

    sheet: Sheet
    row: int
    labels: Sequence[str]
    """Names of the years."""

    def __post_init__(self) -> None:
        """Widths of the columns."""
        set_widths(self.sheet, (*WIDTHS, *(YEAR_WIDTH for _ in self.labels)))

    @property
    def last_column(self) -> int:
        """Column of the last year."""
        return FIRST_YEAR + len(self.labels) - 1

    def heading(self, title: str, heads: Sequence[str]) -> None:
        """A section: title and the heads of the first five columns, years beside them."""
        self.row = put_heading(self.sheet, self.row + (self.row > 4), title, self.last_column)
        columns = [Head(each) for each in (*heads, *self.labels)]
        self.row = put_headings(self.sheet, self.row, columns)

    def line(
        self,
        names: tuple[str, str, str],
        contents: Sequence[Formula | Cell | float],
        style: str = "calculated",
        number_format: str | None = None,
        *,
        key: Formula | Cell | float | None = None,
        before: Formula | Cell | float | None = None,
    ) -> Line:
        """A row: label, whose, unit; then what stands in each year."""
        self._names(names)
        placed = [
            self.sheet.put(
                self.row,
                FIRST_YEAR + year,
                each.formula() if isinstance(each, Cell) else each,
                style,
                number_format,
                series=True,
            )
            for year, each in enumerate(contents)
        ]
        found = Line(self.row, self._single(KEY, key), self._single(BEFORE, before), tuple(placed))
        self.row += 1
        return found

    def figure(
        self,
        names: tuple[str, str, str],
        content: Formula | Cell | Value,
        style: str = "calculated",
        number_format: str | None = None,
    ) -> Cell:
        """A row with a single figure."""
        self._names(names)
        told = content.formula() if isinstance(content, Cell) else content
        found = self.sheet.put(self.row, KEY, told, style, number_format)
        self.row += 1
        return found

    def _names(self, names: tuple[str, str, str]) -> None:
        for column, name in enumerate(names, 1):
            self.sheet.put(self.row, column, name or None, "box")
            raise_row(self.sheet, self.row, name, self.sheet.widths[column])

    def _single(self, column: int, content: Formula | Cell | float | None) -> Cell | None:
        if content is None:
            return None
        told = content.formula() if isinstance(content, Cell) else content
        style = "calculated" if isinstance(told, Formula) else "constant"
        return self.sheet.put(self.row, column, told, style, "General" if style == "constant" else None)


def by_year(count: int, formula: Callable[[int], Formula]) -> list[Formula]:
    """A formula for each year."""
    return [formula(year) for year in range(count)]


def keys_of(lines: Sequence[Line]) -> Block:
    """The numbers of neighbouring rows."""
    return down([line.key for line in lines if line.key is not None])


def summed_by_key(lines: Sequence[Line], wanted: Cell, year: int) -> Formula:
    """Sum of the rows whose number is wanted, in a year."""
    return summed_where(keys_of(lines), wanted, down([line.cells[year] for line in lines]))
