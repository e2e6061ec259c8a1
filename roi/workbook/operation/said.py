"""What a month's workbook says in words, which others write."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Said:
    """Words of the report in the reader's language."""

    title: str
    sentences: tuple[str, ...]
    """The board's first."""
    coverage: tuple[str, ...]
    """How much of the month is known, a line each."""
    names: dict[str, str]
    """Of the figures."""
