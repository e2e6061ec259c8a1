"""Countries as people write them: `UK`, `JP`, `germany`, `日本` and `ＪＰＮ` become codes of ISO 3166."""

import csv
import re
import unicodedata
from collections.abc import Mapping
from difflib import get_close_matches
from functools import lru_cache
from types import MappingProxyType

from roi.resources import data_path
from roi.texts.messages import Message, names

NEAREST_MAX = 4
_ACCENTS = re.compile("[\u0300-\u036f]")
_LIKENESS_OF_NAMES = 0.7
_LIKENESS_OF_CODES = 0.6


def country_code(written: str) -> str | None:
    """The three-letter code of a country by a code or any of its names; None where there is no such country."""
    return written if written in _names() else _codes().get(_key(written))


def country_names() -> Mapping[str, str]:
    """The English name of every country by its three-letter code."""
    return _names()


def unknown_country(written: str) -> Message:
    """That there is no such country, and which are near."""
    return Message("fault.unknown_country", given=repr(written), near=nearest_countries(written))


def nearest_countries(written: str) -> Message:
    """The countries nearest to a code or a name that is unknown, in words for an error message."""
    key = _key(written)
    by_name = {name: code for name, code in _codes().items() if len(name) > 3 or not name.isascii()}
    if len(key) <= 3:
        codes = [code for name, code in by_name.items() if len(key) > 1 and name.startswith(key)]
        codes += get_close_matches(key.upper(), _names(), n=3, cutoff=_LIKENESS_OF_CODES)
    else:
        codes = [by_name[name] for name in get_close_matches(key, by_name, n=3, cutoff=_LIKENESS_OF_NAMES)]
        codes += [code for name, code in by_name.items() if name.startswith(key) or name.endswith(key)]
    if not codes:
        return Message("fault.no_country")
    found = list(dict.fromkeys(codes))[:NEAREST_MAX]
    return Message("fault.nearest", near=names(named_country(code) for code in found))


def named_country(code: str) -> Message:
    """A code with the country's name behind it."""
    row = _by_code()[code]
    return Message("word.country", code=code, name=row["name"], name_ja=row["name_ja"])


def _key(written: str) -> str:
    """Without case, width, accents, dots, `the` and the many ways to write `and` and `saint`."""
    bare = _ACCENTS.sub("", unicodedata.normalize("NFD", unicodedata.normalize("NFKC", written).casefold()))
    words = re.findall(r"[^\W_]+", unicodedata.normalize("NFC", bare).replace("&", " and ").replace(".", ""))
    return "".join({"the": "", "saint": "st"}.get(word, word) for word in words)


@lru_cache(maxsize=1)
def _rows() -> tuple[Mapping[str, str], ...]:
    with data_path("countries.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(csv.DictReader(lines))


@lru_cache(maxsize=1)
def _by_code() -> Mapping[str, Mapping[str, str]]:
    return MappingProxyType({row["alpha_3"]: row for row in _rows()})


@lru_cache(maxsize=1)
def _names() -> Mapping[str, str]:
    return MappingProxyType({row["alpha_3"]: row["name"] for row in _rows()})


@lru_cache(maxsize=1)
def _codes() -> Mapping[str, str]:
    """Three-letter codes by every way to write them."""
    found: dict[str, str] = {}
    for row in _rows():
        others = [other for other in row["other_names"].split(";") if other]
        for way in (row["alpha_3"], row["alpha_2"], row["name"], row["name_ja"], *others):
            found[_key(way)] = row["alpha_3"]
    return MappingProxyType(found)
