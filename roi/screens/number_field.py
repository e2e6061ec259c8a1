"""A field for a number, read as the table of inputs reads: a decimal comma is said, `1,234` is refused."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from roi.callbacks import to_the_end
from roi.errors import ScenarioError
from roi.notes import Note
from roi.scenario.as_people_write import NUMBER, instead_of
from roi.screens.escaping import escaped
from roi.screens.state import Source, tell
from roi.screens.typed import begin_field, moved, shown_in, take, turn_back
from roi.texts.messages import Message, at, message_of
from roi.workbook.inputs.typed import typed_number


@dataclass(frozen=True, slots=True)
class NumberField:
    """What a field is about."""

    key: str
    name: str
    """As sentences about it call it."""
    unit: str = ""
    """Of the number: a share may be typed as a percentage, money with the mark of its currency."""
    decimals: int = 0
    """Shown at least."""
    optional: bool = False
    """Whether it may be emptied."""

    def spelled(self, number: float | None) -> str:
        """The number as the field shows it, to its last digit."""
        if number is None:
            return ""
        padded = f"{number:.{self.decimals}f}"
        return padded if float(padded) == number else f"{number:.15g}"


@dataclass(frozen=True, slots=True)
class Entry:
    """What somebody typed."""

    number: float | None
    """None where the field is empty."""
    notes: tuple[Note, ...] = ()


def show_number(
    field: NumberField,
    label: str,
    value: float | None,
    *,
    placeholder: str | None = None,
    meaning: str = "",
    step: Callable[..., None] | None = None,
    args: tuple[object, ...] = (),
    into: DeltaGenerator | None = None,
) -> None:
    """Draw the field; without a step it waits to be read."""
    begin_field(field.key, field.spelled(value), step, *args)
    (into or st).text_input(
        label,
        value=field.spelled(value),
        key=field.key,
        placeholder=placeholder,
        help=escaped(meaning) or None,
        on_change=to_the_end(step or _leave_to_the_page),
        args=args,
        autocomplete="off",
    )


def _leave_to_the_page() -> None:
    """The page reads the field itself."""


def read_number(field: NumberField, written: str) -> Entry:
    """The number that a text says.

    Raises
    ------
    ScenarioError
        Where it says none, or may say two, with what to write instead.
    """
    if not written.strip():
        if not field.optional:
            raise ScenarioError(at(field.name, _no_number(Message("word.nothing"))))
        return Entry(None)
    read = typed_number(written, field.unit)
    if read is None or read.number is None:
        raise ScenarioError(at(field.name, _instead(written)))
    values = {"place": field.name, "written": written.strip(), "read": f"{read.number:.15g}"}
    return Entry(float(read.number), (Note("decimal_comma", values),) if read.decimal_comma else ())


def take_number(
    field: NumberField,
    changes: Callable[[float], Mapping[str, object]],
    source: Source,
    echoes: Callable[[float], Mapping[str, object]] = lambda _: {},
    *,
    emptied: Mapping[str, object] | None = None,
) -> None:
    """Change the scenario as a field says; what is no number is told, and the last one stays.

    Parameters
    ----------
    echoes
        What other fields show of it, by key.
    emptied
        The changes where the field is optional and empty; None where that changes nothing.
    """
    if not moved(field.key):
        return
    try:
        entry = read_number(field, str(st.session_state[field.key]))
    except ScenarioError as fault:
        tell(message_of(fault))
        turn_back(field.key)
        return
    shown = field.spelled(entry.number)
    if shown == shown_in(field.key) or (entry.number is None and emptied is None):
        tell(None)
        turn_back(field.key)
    elif entry.number is None:
        take(field.key, emptied or {}, source, shown)
    else:
        take(field.key, changes(entry.number), source, shown, echoes(entry.number), entry.notes)


def _instead(written: str) -> Message:
    """What to write instead; of a percentage nothing, for one that is read stands in a share's field."""
    if "%" in written or "％" in written:
        return _no_number(repr(written))
    return instead_of(written, repr(written), NUMBER, (), None) or _no_number(repr(written))


def _no_number(given: object) -> Message:
    return Message("fault.wrong_type", given=given, wanted=Message(NUMBER))
