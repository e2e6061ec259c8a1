"""What somebody typed into a field counts, and a number that is refused does not stay in it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from roi.callbacks import alone
from roi.notes import Note
from roi.screens.state import Source, change, note, visit

_FIELDS = "typed.fields"


@dataclass(frozen=True, slots=True)
class _Field:
    shows: object
    """What it is known to show: the work holds it."""
    step: Callable[..., None] | None
    """Its callback; None where it waits to be read."""
    args: tuple[object, ...]


def begin_field(key: str, shows: object, step: Callable[..., None] | None, *args: object) -> None:
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
            elif field.step is not None and moved(key):
                field.step(*field.args)


def moved(key: str) -> bool:
    """Whether somebody moved the field: a page that is drawn anew may report what it shows like a move.

    Such an echo taken for a move would put a figure without its source, or one of an earlier scenario, in
    the place of what stands there.
    """
    found = _fields().get(key)
    return found is None or found.shows != st.session_state[key]


def take(
    key: str,
    changes: Mapping[str, object],
    source: Source,
    shows: object,
    echoes: Mapping[str, object] | None = None,
    notes: tuple[Note, ...] = (),
) -> None:
    """Change the scenario as a field says; it goes back to what it showed where that is refused.

    Only when it is done the field is known to show what stands there: a step may be begun twice.

    Parameters
    ----------
    shows
        What the field shows when it is done.
    echoes
        What other fields then show of the same, by key.
    notes
        How the field was read.
    """
    change(changes, source)
    told = {key: shows, **(echoes or {})}
    if visit().fault is not None:
        turn_back(*told)
        return
    note(notes)
    for each, content in told.items():
        _show(each, content)
        know(each, content)


def turn_back(*keys: str) -> None:
    """Have fields show what stands there."""
    for key in keys:
        _show(key, shown_in(key))


def shown_in(key: str) -> object:
    """What the field is known to show."""
    return _fields()[key].shows


def _show(key: str, content: object) -> None:
    if st.session_state.get(key) != content:
        st.session_state[key] = content


def know(key: str, shows: object) -> None:
    """The work holds what the field shows."""
    fields = _fields()
    fields[key] = replace(fields[key], shows=shows)


def _fields() -> dict[str, _Field]:
    if _FIELDS not in st.session_state:
        st.session_state[_FIELDS] = {}
    found: Any = st.session_state[_FIELDS]
    return found  # type: ignore[no-any-return]
