"""Results go to standard output: an object of JSON, or a page as wide as the terminal."""

import json
import sys
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from rich.console import RenderableType

NO_ANSWER = 1
"""Exit status when nothing meets all rules."""


def json_text(document: dict[str, object]) -> str:
    """One object of JSON, readable; NaN is an error."""
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False)


def show(page: "RenderableType") -> None:
    """The page in colour on a terminal, as plain text elsewhere."""
    from rich.console import Console

    from roi.output.lines import piped_columns, plain_text

    if sys.stdout.isatty():
        Console(highlight=False, markup=False).print(page)
    else:
        typer.echo(plain_text(page, piped_columns()))
