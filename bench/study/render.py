"""A report as Markdown, as one HTML file, or on the terminal. Every text is escaped."""

import base64
import html
import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bench.study.content import Block, Grid, Heading, Items, Paragraph, Pictures

Drawn = Callable[[Pictures], Sequence[tuple[str, str]]]
"""Title and address of each figure of a group."""

_MARKDOWN_SIGNS = re.compile(r"([\\`*_\[\]|#])")

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; color: #111; }
table { border-collapse: collapse; margin: 1rem 0; }
th, td { border-bottom: 1px solid #bbb; padding: .3rem .8rem .3rem 0; text-align: left; vertical-align: top; }
img { max-width: 100%; }
"""


def markdown(blocks: Iterable[Block], drawn: Drawn) -> str:
    """The report as Markdown; figures are linked by their address."""
    return "\n\n".join(part for block in blocks for part in _markdown_parts(block, drawn)) + "\n"


def _markdown_parts(block: Block, drawn: Drawn) -> Iterator[str]:
    match block:
        case Heading(text, level):
            yield f"{'#' * level} {_marked(text)}"
        case Paragraph(text):
            yield _marked(text)
        case Items(texts):
            yield "\n".join(f"- {_marked(text)}" for text in texts)
        case Grid(head, rows):
            lines = [head, ("---",) * len(head), *(tuple(map(_marked, row)) for row in rows)]
            yield "\n".join(f"| {' | '.join(line)} |" for line in lines)
        case Pictures():
            yield from (f"![{_marked(title)}](<{address}>)" for title, address in drawn(block))


def _marked(text: str) -> str:
    """Text that means itself in Markdown, where HTML would pass through."""
    return _MARKDOWN_SIGNS.sub(r"\\\1", html.escape(" ".join(text.split()), quote=False))


def web_page(blocks: Iterable[Block], drawn: Drawn) -> str:
    """The report as one HTML file that needs nothing beside it."""
    body = "\n".join(part for block in blocks for part in _html_parts(block, drawn))
    head = f'<meta charset="utf-8"><title>The Hidden Cost of an Image</title><style>{_STYLE}</style>'
    return f'<!doctype html>\n<html lang="en"><head>{head}</head><body>\n{body}\n</body></html>\n'


def _html_parts(block: Block, drawn: Drawn) -> Iterator[str]:
    match block:
        case Heading(text, level):
            yield f"<h{level}>{html.escape(text)}</h{level}>"
        case Paragraph(text):
            yield f"<p>{html.escape(text)}</p>"
        case Items(texts):
            yield f"<ul>{''.join(f'<li>{html.escape(text)}</li>' for text in texts)}</ul>"
        case Grid(head, rows):
            top = _html_row("th", head)
            yield f"<table>{top}{''.join(_html_row('td', row) for row in rows)}</table>"
        case Pictures():
            for title, address in drawn(block):
                yield f'<p><img alt="{html.escape(title)}" src="{html.escape(address)}"></p>'


def _html_row(cell: str, texts: Sequence[str]) -> str:
    return f"<tr>{''.join(f'<{cell}>{html.escape(text)}</{cell}>' for text in texts)}</tr>"


def embedded(svg: bytes) -> str:
    """A picture as an address that holds it; inside an image no script runs."""
    return f"data:image/svg+xml;base64,{base64.b64encode(svg).decode()}"


def print_page(blocks: Iterable[Block], console: Console) -> None:
    """The report on the terminal, without its figures."""
    for block in blocks:
        match block:
            case Heading(text):
                console.print(Text(f"\n{text}", style="bold"))
            case Paragraph(text):
                console.print(Text(text))
            case Items(texts):
                for one in texts:
                    console.print(Text(f"- {one}"))
            case Grid():
                console.print(_table(block))
            case Pictures():
                continue


def _table(grid: Grid) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    for name in grid.head:
        table.add_column(Text(name), overflow="fold")
    for row in grid.rows:
        table.add_row(*map(Text, row))
    return table
