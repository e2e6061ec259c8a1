"""The page as plain text, for a place that is no terminal."""

import io
import os

from rich.console import Console, RenderableType

COLUMNS = 120
"""Width of the page where nothing else sets one."""


def plain_text(page: RenderableType, columns: int) -> str:
    """Any page without colour, control characters or trailing blanks."""
    written = io.StringIO()
    Console(file=written, width=columns, highlight=False, markup=False, color_system=None).print(page)
    return "\n".join(line.rstrip() for line in written.getvalue().splitlines())


def piped_columns() -> int:
    """The width that the environment's COLUMNS asks for, else the usual one."""
    asked = os.environ.get("COLUMNS", "")
    return int(asked) if asked.isdecimal() and int(asked) > 0 else COLUMNS
