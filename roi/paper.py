"""What a decision says, as data: headings, sentences, tables and named values, in the order in which they are read.

Terminal, Markdown, sheets and screens only draw it. Words and amounts are in the reader's language already.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

Tone = Literal["", "note", "strong", "good", "warning", "bad"]
"""How a sentence or a row is meant: plain, beside the matter, what counts, holding, to beware of, failing."""
Figures = dict[str, float | int | str]


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, or the words of a cell."""

    text: str
    tone: Tone = ""
    key: str = ""
    """Which sentence it is, the same in every language; empty where nobody asks."""
    figures: Figures = field(default_factory=dict)
    """The figures that the sentence states and those that make it true, by name with their unit."""

    @property
    def warning(self) -> bool:
        """Whether it speaks against the proposal or against trusting it."""
        return self.tone == "warning"


@dataclass(frozen=True, slots=True)
class Heading:
    """What begins a section; a small one names a part of it."""

    text: str
    small: bool = False


@dataclass(frozen=True, slots=True)
class Bullets:
    """Sentences of a list."""

    sentences: tuple[Sentence, ...]


Cell = str | Sentence
Kind = Literal["words", "number", "picture"]
"""Words may wrap; numbers stand to the right; a picture of letters is as wide as it is."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table; its title names the unit of its numbers."""

    title: str
    kind: Kind = "words"
    share: int | None = None
    """Of the width, against the other columns; None for as much as the words need."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table."""

    cells: tuple[Cell, ...]
    tone: Tone = ""


@dataclass(slots=True)
class Table:
    """Rows under the names of their columns."""

    columns: tuple[Column, ...]
    rows: list[Row] = field(default_factory=list)

    def add(self, *cells: Cell, tone: Tone = "") -> None:
        """One row more.

        Raises
        ------
        ValueError
            When it has not as many cells as there are columns.
        """
        if len(cells) != len(self.columns):
            raise ValueError(f"{len(cells)} cells under {len(self.columns)} columns: {cells}")
        self.rows.append(Row(cells, tone))


@dataclass(slots=True)
class Named:
    """Names on the left, values on the right."""

    rows: list[tuple[str, Sentence]] = field(default_factory=list)

    def add(self, name: str, value: Cell) -> None:
        """One value more; an empty name goes on with the one above."""
        self.rows.append((name, value if isinstance(value, Sentence) else Sentence(value)))


Part = Heading | Sentence | Bullets | Table | Named
Paper = tuple[Part, ...]


def table(*titles: str, words: int = 1) -> Table:
    """A table whose first columns hold words and whose others hold numbers."""
    return Table(
        tuple(Column(title, "words" if place < words else "number") for place, title in enumerate(titles))
    )


def bullets(lines: Iterable[str | Sentence]) -> Bullets:
    """A list of sentences."""
    return Bullets(tuple(line if isinstance(line, Sentence) else Sentence(line) for line in lines))


def words_of(cell: Cell) -> str:
    """A cell without its tone."""
    return cell.text if isinstance(cell, Sentence) else cell
