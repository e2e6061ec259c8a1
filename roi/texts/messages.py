"""Sentences that are found before anybody knows who reads them: faults, remarks and what to do about them.

A message is its English, so that programs, logs and exceptions say the same whoever reads; and it knows its key and
what fills it, so that whoever shows it says it in the reader's language (`said`). The sentences stand in
`messages_en.toml` and `messages_ja.toml`, with the same keys and gaps, and are loaded when the first one is said.
"""

import tomllib
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Self

from bench.wording import Several, Worded, words_of
from roi.texts import LANGUAGES, Language, bundled, text


@lru_cache(maxsize=len(LANGUAGES))
def messages(language: Language) -> Mapping[str, str]:
    """All messages of a language by key, such as `fault.missing`."""
    path = Path(__file__).with_name(f"messages_{language}.toml")
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    return {f"{table}.{key}": words for table, texts in document.items() for key, words in texts.items()}


class Message(str):
    """A sentence with its key and what fills it; a text among the values may be a message too."""

    key: str
    values: Mapping[str, object]

    def __new__(cls, key: str, /, **values: object) -> Self:
        """The sentence of that key, of messages or of texts, filled."""
        made = super().__new__(cls, _filled("en", key, values))
        made.key, made.values = key, values
        return made

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        """What a worker process sends."""
        return _message, (self.key, self.values)

    def said(self, language: Language) -> str:
        """The sentence in a language."""
        return _filled(language, self.key, self.values)

    def with_texts(self, change: Callable[[str], str]) -> "Message":
        """The same sentence with every text that fills it changed, such as the path of a file."""
        return Message(self.key, **{name: _changed(value, change) for name, value in self.values.items()})


class Joined(Message):
    """Several sentences, or words that are the same in every language, one behind the other."""

    parts: tuple[str, ...]
    between: str

    def __new__(cls, between: str, parts: Iterable[str]) -> Self:
        """The parts with the words between them."""
        several = tuple(parts)
        made = str.__new__(cls, between.join(several))
        made.key, made.values, made.parts, made.between = "", {}, several, between
        return made

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        """What a worker process sends."""
        return Joined, (self.between, self.parts)

    def said(self, language: Language) -> str:
        """The parts in a language."""
        return said(language, self.between).join(said(language, part) for part in self.parts)

    def with_texts(self, change: Callable[[str], str]) -> Message:
        """The same with every text changed, as above."""
        return Joined(self.between, (_changed_text(part, change) for part in self.parts))


class Bundled(Message):
    """Words of the program's own tables, whose Japanese stands in `bundled_ja.toml`; others as they stand."""

    def __new__(cls, words: str) -> Self:
        """The words."""
        made = str.__new__(cls, words)
        made.key, made.values = "", {}
        return made

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        """What a worker process sends."""
        return Bundled, (str(self),)

    def said(self, language: Language) -> str:
        """The words in a language."""
        return bundled(language, str(self))

    def with_texts(self, change: Callable[[str], str]) -> Message:
        """The words changed, as above."""
        return Bundled(change(str(self)))


def said(language: Language, words: str | BaseException) -> str:
    """A message, or the one that an error carries, in a language; other words as they stand."""
    if isinstance(words, BaseException):
        words = message_of(words)
    return words.said(language) if isinstance(words, Message) else words


def message_of(error: BaseException) -> str:
    """What an error says: a message where it carries one, else its words."""
    carried = error.args[0] if len(error.args) == 1 else None
    return carried if isinstance(carried, Message) else worded(words_of(error), "bench")


def worded(words: str, table: str) -> str:
    """A sentence of `bench` as a message of that table; other words as they stand."""
    if isinstance(words, Several):
        return Joined(words.between, (worded(part, table) for part in words.parts))
    if not isinstance(words, Worded):
        return words
    values = {name: _of_bench(value, table) for name, value in words.values.items()}
    return Message(f"{table}.{words.key}", **values)


def _of_bench(value: object, table: str) -> object:
    if isinstance(value, str):
        return worded(value, table)
    return str(value) if isinstance(value, Path) else value


def sentences(*parts: str) -> Message:
    """Sentences, or parts of one, behind each other."""
    return Joined(Message("word.clause"), parts)


def at(place: object, words: str) -> Message:
    """What is said of a place: a file with its line, a cell, an option."""
    return Joined(": ", (place if isinstance(place, Message) else str(place), words))


def lines(parts: Iterable[str]) -> Message:
    """A sentence a line."""
    return Joined("\n", parts)


def names(parts: Iterable[str]) -> Message:
    """Names behind each other, as a list in a sentence."""
    return Joined(", ", parts)


def _message(key: str, values: Mapping[str, object]) -> Message:
    return Message(key, **values)


def _changed(value: object, change: Callable[[str], str]) -> object:
    return _changed_text(value, change) if isinstance(value, str) else value


def _changed_text(words: str, change: Callable[[str], str]) -> str:
    return words.with_texts(change) if isinstance(words, Message) else change(words)


def _filled(language: Language, key: str, values: Mapping[str, object]) -> str:
    known, filled = messages(language), {name: _said_value(language, value) for name, value in values.items()}
    return known[key].format(**filled) if key in known else text(language, key, **filled)


def _said_value(language: Language, value: object) -> object:
    return value.said(language) if isinstance(value, Message) else value
