"""What somebody probably meant by an unknown name: the same but for case, dashes and spaces, or one like it."""

import unicodedata
from collections.abc import Collection
from difflib import get_close_matches

from roi.texts.messages import Message

LIKENESS = 0.6
"""Share of letters that two names must have in common; difflib's own default."""


def nearest(given: str, known: Collection[str]) -> list[str]:
    """The known name nearest to the given one; empty when none is like it."""
    by_key = {_key(name): name for name in sorted(known)}
    found = get_close_matches(_key(given), by_key, n=1, cutoff=LIKENESS)
    return [by_key[key] for key in found]


def did_you_mean(given: str, known: Collection[str]) -> str:
    """`did you mean 'fid/mjhq-30k'? `, to be put before what else is said; empty when nothing is like it."""
    found = nearest(given, known)
    return Message("word.did_you_mean", meant=repr(found[0])) if found else ""


def _key(name: str) -> str:
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(letter for letter in folded if letter.isalnum()) or folded
