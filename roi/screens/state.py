"""What a visit holds: its scenario, its profiles, and what it has to be told. Nothing of it outlives the visit."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

import streamlit as st

from bench.errors import BenchError
from bench.library import library_profiles
from bench.profile import Profile
from roi.errors import RoiError
from roi.notes import Note
from roi.scenario.change import with_changes
from roi.scenario.document import Scenario
from roi.scenario.faults import Accepted
from roi.scenario.load import demonstration
from roi.screens.sharing import PARAMETER, scenario_of_link
from roi.screens.upload import profile_notes, uploaded_profiles
from roi.texts import Language

Source = Literal["levers", "editor", "whole"]
"""Who changed the scenario: its own widgets show the change already, all others begin anew from it."""

_KEY = "visit"


@dataclass(frozen=True, slots=True)
class Visit:
    """Everything of one visit."""

    scenario: Scenario
    profiles: tuple[Profile, ...]
    files: Mapping[str, bytes] = field(default_factory=dict)
    """Profile files of the visitor by name."""
    fault: str | None = None
    """Why the last wish could not be granted."""
    notes: tuple[Note, ...] = ()
    """What the last wish was read as, where it is another way than it stands."""
    levers: int = 0
    """Counts up when the levers have to begin anew; part of their widgets' keys."""
    editor: int = 0
    """The same for the tables of inputs."""


def visit() -> Visit:
    """This visitor's state."""
    found = st.session_state[_KEY]
    assert isinstance(found, Visit)
    return found


def begin(language: Language) -> None:
    """At the first run of a visit, take the scenario of the link, or else the demonstration."""
    if _KEY in st.session_state:
        return
    st.session_state[_KEY] = Visit(demonstration(), library_profiles())
    value = st.query_params.get(PARAMETER)
    if value:
        _attempt(lambda: put_scenario(scenario_of_link(value, language), "whole"))


def put_accepted(found: Accepted, source: Source) -> None:
    """Go on with another scenario, and tell what was read another way than it stands."""
    put_scenario(found.scenario, source)
    st.session_state[_KEY] = replace(visit(), notes=found.notes)


def put_scenario(scenario: Scenario, source: Source) -> None:
    """Go on with another scenario."""
    now = visit()
    st.session_state[_KEY] = replace(
        now,
        scenario=scenario,
        fault=None,
        notes=(),
        levers=now.levers + (source != "levers"),
        editor=now.editor + (source != "editor"),
    )


def change(changes: Mapping[str, object], source: Source) -> None:
    """Change values by their places; what breaks a rule is told and changes nothing."""
    _attempt(lambda: put_scenario(with_changes(visit().scenario, changes), source))


def put_profiles(files: Mapping[str, bytes], language: Language) -> None:
    """Go on with the bundled profiles and those of the files; faulty files are told and change nothing."""

    def put() -> None:
        profiles = uploaded_profiles(files, language)
        notes = profile_notes(files)
        st.session_state[_KEY] = replace(
            visit(), profiles=profiles, files=dict(files), fault=None, notes=notes
        )

    _attempt(put)


def tell(fault: str | None) -> None:
    """Have a fault shown on top of the page; None when there is none any more."""
    st.session_state[_KEY] = replace(visit(), fault=fault)


def _attempt(step: Callable[[], None]) -> None:
    try:
        step()
    except (RoiError, BenchError) as fault:
        tell(str(fault))
