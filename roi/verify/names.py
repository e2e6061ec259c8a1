"""What is one board, and what is one model, whatever they are called."""

import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from roi.verify import tables

MAKERS = ("nvidia", "geforce", "tesla", "quadro")
GREEK = {"GREEK SMALL LETTER SIGMA": "sigma", "GREEK SMALL LETTER ALPHA": "alpha"}


@lru_cache(maxsize=8192)
def same_board(one: str, other: str) -> bool:
    """Whether two names are those of one board."""
    if _bare_board(one) == _bare_board(other):
        return True
    known = board(one)
    return known is not None and known is board(other)


def board(name: str) -> Mapping[str, Any] | None:
    """The row of the table of boards; None where the name is unknown or fits several."""
    found = _boards().get(_bare_board(name), ())
    return found[0] if len(found) == 1 else None


def model(name: str) -> Mapping[str, Any] | None:
    """The row of the table of models for an id, name or alias; None where there is none."""
    return _models().get(_bare(name))


@lru_cache
def _boards() -> Mapping[str, list[Mapping[str, Any]]]:
    table = tables.library("boards")
    rows = {row["name"]: row for row in table["boards"]}
    found = {
        _bare_board(called): [row]
        for row in rows.values()
        for called in (row["name"], *row.get("aliases", ()))
    }
    return found | {
        _bare_board(name): [rows[one] for one in meant] for name, meant in table["ambiguous"].items()
    }


@lru_cache
def _models() -> Mapping[str, Mapping[str, Any]]:
    return dict(_called())


def _called() -> Iterator[tuple[str, Mapping[str, Any]]]:
    for row in tables.library("models")["models"]:
        for name in (*row.get("aliases", ()), row["name"], row["model_id"]):
            yield _bare(name), row


def _bare_board(name: str) -> str:
    found = _bare(name)
    while found.startswith(MAKERS):
        found = found.removeprefix(next(maker for maker in MAKERS if found.startswith(maker)))
    return found


@lru_cache(maxsize=16384)
def _bare(name: str) -> str:
    """Letters of English and digits alone, Greek ones by their name."""
    spelled = name.casefold()
    if not spelled.isascii():
        spelled = "".join(GREEK.get(unicodedata.name(letter, ""), letter) for letter in spelled)
    return "".join(letter for letter in spelled if letter.isascii() and letter.isalnum())
