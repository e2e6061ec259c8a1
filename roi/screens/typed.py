"""What somebody typed into a field counts, and a number that is refused does not stay in it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from roi.callbacks import alone
from roi.screens.state import Source, change, visit

_FIELDS = "typed.fields"


@dataclass(frozen=True, slots=True)
class _Field:
    shows: object
    """What it is known to show: the work holds it."""
    step: Callable[..., None]
    """Its callback."""
    args: tuple[object, ...]


def begin_field(key: str, shows: object, step: Callable[..., None], *args: object) -> None:
    """Keep what a field shows at first, and what is done when somebody moves it."""
    fields = _fields()
    found = fields.get(key)
    fields[key] = _Field(shows if found is None else found.shows, step, args)


def hear_fields() -> None:
    """Do what the fields of the page drawn last ask for and was not done.

    Two requests at once, a typed number and a click, are answered by two threads, and either may take the number
    for one that is known already.
    """
    with alone():
        fields = _fields()
        for key, field in list(fields.items()):
            if key not in st.session_state:
                del fields[key]
            elif moved(key):
                field.step(*field.args)


def moved(key: str) -> bool:
    """Whether somebody moved the field: a page that is drawn anew may report what it shows like a move.

    Such an echo taken for a move would put a figure without its source, or one of an earlier scenario, in
    the place of what stands there.
    """
    found = _fields().get(key)
    return found is None or found.shows != st.session_state[key]


def take(key: str, changes: Mapping[str, object], source: Source, *echoes: str) -> None:
    """Change the scenario as a field says; it goes back to what it showed where that is refused.

    Only when it is done the field is known to show what stands there: a step may be begun twice.

    Parameters
    ----------
    echoes
        Keys of other fields that show the same.
    """
    change(changes, source)
    refused = visit().fault is not None
    shows = _fields()[key].shows if refused else st.session_state[key]
    for each in (key, *echoes):
        if refused or each != key:
            st.session_state[each] = shows
        know(each, shows)


def know(key: str, shows: object) -> None:
    """The work holds what the field shows."""
    fields = _fields()
    fields[key] = replace(fields[key], shows=shows)


def _fields() -> dict[str, _Field]:
    if _FIELDS not in st.session_state:
        st.session_state[_FIELDS] = {}
    found: Any = st.session_state[_FIELDS]
    return found  # type: ignore[no-any-return]
