"""A paper on a terminal: in colour, or as plain text for a place that is no terminal."""

import io
import os
from collections.abc import Iterable

from rich import table as rich_table
from rich.console import Console, Group, RenderableType
from rich.text import Text

from roi.paper import Bullets, Cell, Column, Heading, Named, Part, Sentence, Table, Tone

COLUMNS = 120
"""Width of the page where nothing else sets one."""
PICTURE_COLUMNS = 16
STYLES: dict[Tone, str] = {
    "": "",
    "note": "dim",
    "strong": "bold",
    "good": "bold green",
    "warning": "yellow",
    "bad": "bold red",
}


def drawn(paper: Iterable[Part]) -> RenderableType:
    """All parts, one below the other."""
    return Group(*(_part(part) for part in paper))


def plain_text(paper: Iterable[Part], columns: int) -> str:
    """The paper without colour, control characters or trailing blanks."""
    written = io.StringIO()
    console = Console(
        file=written, width=columns, highlight=False, markup=False, emoji=False, color_system=None
    )
    console.print(drawn(paper))
    return "\n".join(line.rstrip() for line in written.getvalue().splitlines())


def piped_columns() -> int:
    """The width that the environment's COLUMNS asks for, else the usual one."""
    asked = os.environ.get("COLUMNS", "")
    return int(asked) if asked.isdecimal() and int(asked) > 0 else COLUMNS


def _part(part: Part) -> RenderableType:
    if isinstance(part, Heading):
        return Text(f"\n{part.text}", style="dim" if part.small else "bold")
    if isinstance(part, Sentence):
        return _words(part)
    if isinstance(part, Bullets):
        return _bullets(part)
    return _named(part) if isinstance(part, Named) else _table(part)


def _words(cell: Cell) -> Text:
    return Text(cell.text, style=STYLES[cell.tone]) if isinstance(cell, Sentence) else Text(cell)


def _bullets(part: Bullets) -> RenderableType:
    """What does not fit hangs under its text; what speaks against is marked."""
    rows = rich_table.Table.grid(padding=(0, 1))
    rows.add_column(no_wrap=True)
    rows.add_column(overflow="fold")
    for each in part.sentences:
        mark = "!" if each.warning else "-"
        rows.add_row(Text(mark, style=STYLES[each.tone]), _words(each))
    return rows


def _named(part: Named) -> RenderableType:
    rows = rich_table.Table.grid(padding=(0, 2))
    rows.add_column(style="bold", no_wrap=True)
    rows.add_column(overflow="fold")
    for name, value in part.rows:
        rows.add_row(Text(name), _words(value))
    return rows


def _table(part: Table) -> RenderableType:
    """Without lines; a heading of its own over every column."""
    named = any(column.title for column in part.columns)
    rows = rich_table.Table(
        box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0), show_header=named
    )
    for column in part.columns:
        _add_column(rows, column)
    for row in part.rows:
        rows.add_row(*(_words(cell) for cell in row.cells), style=STYLES[row.tone])
    return rows


def _add_column(rows: rich_table.Table, column: Column) -> None:
    if column.kind == "number":
        rows.add_column(column.title, justify="right", no_wrap=True)
    elif column.kind == "picture":
        rows.add_column(column.title, no_wrap=True, min_width=PICTURE_COLUMNS)
    else:
        rows.add_column(column.title, overflow="fold", ratio=column.share)
