"""One table of boards and their names: drivers, clouds and people write the same board in many ways.

Names are compared without case, spaces and dashes. A name such as `A100` fits several boards: as a filter it
matches each of them, as the name of a supply it is none of them, because a 40 GB and an 80 GB board differ in
what they can hold and in what they draw. Two equal names are the same board even when the table lacks it.
"""

import difflib
import functools
import re
from pathlib import Path
from typing import Literal

from bench.profile import Part, Positive, Text

_TABLE = Path(__file__).with_name("library") / "boards.json"
CLOSEST = 3
"""How many boards are named where none has the name."""
_MAKERS = re.compile(r"^(nvidia|geforce|tesla|quadro)+")


class Board(Part):
    """One kind of board."""

    name: Text
    """The name this project uses."""
    aliases: tuple[Text, ...] = ()
    """Other names of exactly this board."""
    memory_gb: Positive | None = None
    """Memory as its maker counts it [10^9 bytes]."""
    power_limit_w: Positive | None = None
    """Default power limit [W]."""
    source: Text | None = None
    """Where memory and power limit are from."""


class _BoardTable(Part):
    schema_version: Literal[1]
    boards: tuple[Board, ...]
    ambiguous: dict[Text, tuple[Text, ...]]
    asked_back: dict[Text, tuple[Text, ...]]
    """Names that data sets use for one board, and that of a person may mean several."""


def known_boards() -> tuple[Board, ...]:
    """Every board of the table."""
    return _table().boards


def boards_named(name: str) -> tuple[Board, ...]:
    """Every board that the name may mean: one, several for an ambiguous name, none for an unknown one."""
    return _by_name().get(_key(name), ())


def board(name: str) -> Board | None:
    """The board of that name; None when the name is unknown or fits several boards."""
    found = boards_named(name)
    return found[0] if len(found) == 1 else None


def boards_asked_back(name: str) -> tuple[str, ...]:
    """The boards that a person may mean by a bare name; none where the name is clear or unknown."""
    return next((meant for asked, meant in _table().asked_back.items() if _key(asked) == _key(name)), ())


@functools.lru_cache(maxsize=4096)
def same_board(a: str, b: str) -> bool:
    """Whether two names are one board, as a supply must be. An ambiguous name equals only itself."""
    if _key(a) == _key(b):
        return True
    one, other = board(a), board(b)
    return one is not None and one is other


def fits_board(wanted: str, name: str) -> bool:
    """Whether a filter lets a board through: same board, or a board that the name may mean."""
    return same_board(wanted, name) or any(
        candidate in boards_named(wanted) for candidate in boards_named(name)
    )


def closest_boards(name: str) -> tuple[str, ...]:
    """Names of known boards nearest to a name that is unknown or fits several."""
    found = boards_named(name)
    if found:
        return tuple(candidate.name for candidate in found)
    keys = {key: boards[0].name for key, boards in _by_name().items()}
    near = difflib.get_close_matches(_key(name), keys, n=3 * CLOSEST, cutoff=0.4)
    return tuple(dict.fromkeys(keys[key] for key in near))[:CLOSEST]


@functools.lru_cache(maxsize=1)
def _table() -> _BoardTable:
    return _BoardTable.model_validate_json(_TABLE.read_text(encoding="utf-8"))


@functools.lru_cache(maxsize=1)
def _by_name() -> dict[str, tuple[Board, ...]]:
    by_name = {item.name: item for item in known_boards()}
    found: dict[str, tuple[Board, ...]] = {
        _key(alias): (item,) for item in known_boards() for alias in (item.name, *item.aliases)
    }
    for name, meant in _table().ambiguous.items():
        found[_key(name)] = tuple(by_name[one] for one in meant)
    return found


@functools.lru_cache(maxsize=4096)
def _key(name: str) -> str:
    return _MAKERS.sub("", re.sub(r"[^a-z0-9]", "", name.casefold()))
