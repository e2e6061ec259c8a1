"""Every sentence a person reads, in English and Japanese.

Those that are found before anybody knows who reads them stand apart (`roi.texts.messages`).

A sentence is looked up by its key and filled by `str.format`; the two files hold the same keys with the same
placeholders, which a test holds.
"""

import re
import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal, get_args

from roi.errors import RoiError

Language = Literal["en", "ja"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


@lru_cache
def _tables(language: Language) -> Mapping[str, str]:
    """Every table of a language by name, as it is written."""
    written = Path(__file__).with_name(f"{language}.toml").read_text(encoding="utf-8")
    return {table.partition("]")[0]: f"[{table}" for table in f"\n{written}".split("\n[")[1:]}


@cache
def table_of(language: Language, table: str) -> Mapping[str, str]:
    """One table's sentences by key: a page needs a fifth of them, and reading all takes a tenth of a cold start."""
    found: Mapping[str, str] = tomllib.loads(_tables(language)[table])[table]
    return found


@lru_cache
def catalogue(language: Language) -> Mapping[str, str]:
    """All table_of of a language by table and key, such as `reason.fid_above`."""
    tables = _tables(language)
    return {f"{table}.{key}": text for table in tables for key, text in table_of(language, table).items()}


def text(language: Language, key: str, **values: object) -> str:
    """The sentence of that table and key, filled."""
    table, _, name = key.partition(".")
    return counted(table_of(language, table)[name].format(**values))


_COUNTED = re.compile(r"(?<![\d.,])(\d[\d.,]*) (\w+)\(s\)")


def counted(words: str) -> str:
    """An English sentence with its nouns in number: `1 year(s)` is `1 year`, `5 year(s)` is `5 years`."""
    if "(s)" not in words:
        return words
    return _COUNTED.sub(lambda found: f"{found[1]} {found[2]}{'' if found[1] == '1' else 's'}", words)


@lru_cache
def _bundled() -> Mapping[str, str]:
    path = Path(__file__).with_name("bundled_ja.toml")
    tables = tomllib.loads(path.read_text(encoding="utf-8")).values()
    return {english: japanese for table in tables for english, japanese in table.items()}


def bundled(language: Language, words: str) -> str:
    """Words of the demonstration and of the bundled tables in the reader's language; other words as they stand."""
    return _bundled().get(words, words) if language == "ja" else words


def language_of(code: str) -> Language:
    """The language of a command-line code.

    Raises
    ------
    RoiError
        For a language that has no texts.
    """
    for language in LANGUAGES:
        if code == language:
            return language
    raise RoiError(f"--lang {code!r}: no texts in that language; use one of {', '.join(LANGUAGES)}")
