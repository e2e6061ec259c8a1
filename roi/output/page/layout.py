"""Headings and tables of the page."""

from rich.table import Table
from rich.text import Text

from roi.texts import Language, text


def head(language: Language, key: str) -> Text:
    """A heading with a blank line above."""
    return Text(f"\n{text(language, f'page.{key}')}", style="bold")


def table(language: Language, *keys: str, currency: str = "") -> Table:
    """A table without lines; the first column is text, the others stand right."""
    grid = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for place, key in enumerate(keys):
        grid.add_column(
            text(language, f"page.{key}", currency=currency), justify="left" if place == 0 else "right"
        )
    return grid
