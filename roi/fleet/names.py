"""Names and indices that every part of the programme uses alike."""

import re
from collections.abc import Sequence

import numpy as np

from roi.arrays import IntArray

LABEL_LENGTH = 40
"""Longest suffix of a constraint's name; LP files allow names of 100 characters."""


def distinct(index: IntArray) -> IntArray:
    """The different values of an index, ascending; `np.unique` loads numpy.ma, which costs start-up time."""
    return np.flatnonzero(np.bincount(index))


def labels(names: Sequence[str]) -> tuple[str, ...]:
    """Suffixes of constraint names: letters, digits and underscores only, each once.

    A name that loses characters (spaces, Japanese) gets its index, so that no two become one.
    """
    found: list[str] = []
    for index, name in enumerate(names):
        plain = re.sub(r"[^A-Za-z0-9_]+", "_", name)[:LABEL_LENGTH].strip("_")
        unchanged = plain == name and plain not in found
        found.append(plain if unchanged else f"{plain}_{index}".lstrip("_"))
    return tuple(found) if len(set(found)) == len(found) else tuple(str(index) for index in range(len(names)))
