"""Sentences that keep what they are made of, so that somebody else can say them in another language.

`bench` speaks English. A sentence of these is its English, as any text, with a key and the values that fill it.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Self


class Worded(str):
    """A sentence or a part of one."""

    key: str
    words: str
    values: Mapping[str, object]

    def __new__(cls, key: str, words: str, /, **values: object) -> Self:
        """The words, filled."""
        made = super().__new__(cls, words.format(**values))
        made.key, made.words, made.values = key, words, values
        return made

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        """What a worker process sends."""
        return _worded, (self.key, self.words, self.values)


class Several(str):
    """Sentences behind each other."""

    between: str
    parts: tuple[str, ...]

    def __new__(cls, between: str, parts: Iterable[str]) -> Self:
        """The parts that say something, with the words between them."""
        told = tuple(part for part in parts if part)
        made = super().__new__(cls, between.join(told))
        made.between, made.parts = between, told
        return made

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        """What a worker process sends."""
        return Several, (self.between, self.parts)


def words_of(error: BaseException) -> str:
    """What an error says, with what it is made of where it keeps that."""
    said = error.args[0] if len(error.args) == 1 else None
    return said if isinstance(said, Worded | Several) else str(error)


def _worded(key: str, words: str, values: Mapping[str, object]) -> Worded:
    return Worded(key, words, **values)
