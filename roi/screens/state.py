"""What a visit holds: its scenario and profiles, the steps back and forward, and what it has to be told.

The server forgets a visit when it ends; the visitor's own browser keeps the work (`roi.screens.keeping`).
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Literal

import streamlit as st

from bench.errors import BenchError
from bench.library import library_profiles
from bench.profile import Profile
from roi.callbacks import to_the_end
from roi.errors import RoiError
from roi.notes import Note
from roi.scenario.change import with_changes
from roi.scenario.document import Scenario
from roi.scenario.faults import Accepted
from roi.scenario.load import demonstration
from roi.screens.keeping import Kept, ask_browser, browser_keeps_work
from roi.screens.sharing import PARAMETER, scenario_of_link
from roi.screens.upload import profile_notes, uploaded_profiles
from roi.texts import Language
from roi.texts.messages import message_of

Source = Literal["levers", "editor", "whole"]
"""Who changed the scenario: its own widgets show the change already, all others begin anew from it."""

_KEY = "visit"
_LINK = "link"
"""Of the address with which a visit began."""


STEPS_BACK_MAX = 100


@dataclass(frozen=True, slots=True)
class Work:
    """What a visitor changes."""

    scenario: Scenario
    profiles: tuple[Profile, ...]
    files: Mapping[str, bytes] = field(default_factory=dict)
    """Profile files of the visitor by name."""


@dataclass(frozen=True, slots=True)
class Visit:
    """Everything of one visit."""

    work: Work
    name: str
    """Of the entry in which the browser keeps the work."""
    changed_at: str | None = None
    """Day and time of the last change; None while nothing was changed."""
    before: tuple[Work, ...] = ()
    """What can be gone back to, the last one last."""
    after: tuple[Work, ...] = ()
    """What was gone back from, the nearest last."""
    aside: Mapping[str, Scenario] = field(default_factory=dict)
    """Scenarios put aside for comparison, by name."""
    kept: tuple[Kept, ...] = ()
    """What the browser kept of other visits."""
    forgotten: bool = False
    """Whether the browser shall keep nothing of other visits."""
    fault: str | None = None
    """Why the last wish could not be granted."""
    barred: bool = False
    """Whether nothing is shown but the fault: what was asked for cannot be, and nothing else was."""
    resumed: bool = False
    """Whether the work is that of an earlier visit."""
    notes: tuple[Note, ...] = ()
    """What the last wish was read as, where it is another way than it stands."""
    levers: int = 0
    """Counts up when the levers have to begin anew; part of their widgets' keys."""
    editor: int = 0
    """The same for the tables of inputs."""

    @property
    def scenario(self) -> Scenario:
        """What is asked."""
        return self.work.scenario

    @property
    def profiles(self) -> tuple[Profile, ...]:
        """The bundled profiles and those of the files."""
        return self.work.profiles

    @property
    def files(self) -> Mapping[str, bytes]:
        """Profile files of the visitor by name."""
        return self.work.files


def visit() -> Visit:
    """This visitor's state."""
    found = st.session_state[_KEY]
    assert isinstance(found, Visit)
    return found


def begin(language: Language) -> bool:
    """At the first run of a visit, take what the link or the browser holds, else the demonstration.

    False while the browser is being asked.
    """
    if _KEY in st.session_state:
        return True
    # The page may run again before the browser has answered, and its address has then lost the link.
    link = str(st.session_state.get(_LINK) or st.query_params.get(PARAMETER) or "")
    st.session_state[_LINK] = link
    if browser_keeps_work():
        ask_browser(lambda last, kept: _start(link, last, kept, language))
        return False
    _start(link, "", (), language)
    return True


@to_the_end
def open_demonstration() -> None:
    """Begin anew with the demonstration; what was worked on stays kept in the browser."""
    _enter(Work(demonstration(), library_profiles()))


@to_the_end
def open_kept(kept: Kept, language: Language) -> None:
    """Go on with the work of another visit, in its entry."""
    _attempt(lambda: _resume(kept, language))


@to_the_end
def forget_kept() -> None:
    """Have the browser forget all that it keeps of other visits."""
    st.session_state[_KEY] = replace(visit(), kept=(), forgotten=True)


def _start(link: str, last: str, kept: tuple[Kept, ...], language: Language) -> None:
    """A link opens what was sent, after a reload the work that it stood for; without one the last work goes on."""
    st.session_state[_KEY] = replace(_new(Work(demonstration(), library_profiles())), kept=kept)
    mine = next((each for each in kept if each.visit == last), None)
    if link and (mine is None or mine.link != link):
        _attempt(lambda: _enter(Work(scenario_of_link(link, language), library_profiles())))
        st.session_state[_KEY] = replace(visit(), barred=visit().fault is not None)
    elif mine is not None or kept:
        _attempt(lambda: _resume(mine or kept[0], language))


def _resume(kept: Kept, language: Language) -> None:
    scenario, files = kept.read(language)
    aside = kept.read_aside(language)
    _enter(Work(scenario, uploaded_profiles(files, language), files))
    st.session_state[_KEY] = replace(
        visit(), name=kept.visit, changed_at=kept.changed_at, aside=aside, resumed=True
    )


def _enter(work: Work) -> None:
    now = visit()
    st.session_state[_KEY] = replace(_new(work), kept=now.kept, levers=now.levers + 1, editor=now.editor + 1)


def _new(work: Work) -> Visit:
    return Visit(work, secrets.token_hex(8))


def put_accepted(found: Accepted, source: Source) -> None:
    """Go on with another scenario, and tell what was read another way than it stands."""
    put_scenario(found.scenario, source)
    st.session_state[_KEY] = replace(visit(), notes=found.notes)


def put_scenario(scenario: Scenario, source: Source) -> None:
    """Go on with another scenario."""
    _put(replace(visit().work, scenario=scenario), source)


def change(changes: Mapping[str, object], source: Source) -> None:
    """Change values by their places; what breaks a rule is told and changes nothing."""
    _attempt(lambda: put_scenario(with_changes(visit().scenario, changes), source))


def put_profiles(files: Mapping[str, bytes], language: Language) -> None:
    """Go on with the bundled profiles and those of the files; faulty files are told and change nothing."""

    def put() -> None:
        profiles = uploaded_profiles(files, language)
        _put(Work(visit().scenario, profiles, dict(files)), "levers")
        st.session_state[_KEY] = replace(visit(), notes=profile_notes(files))

    _attempt(put)


@to_the_end
def put_aside(name: str) -> None:
    """Keep the present scenario under a name for comparison; one of that name gives way."""
    now = visit()
    st.session_state[_KEY] = replace(now, changed_at=_now(), aside={**now.aside, name: now.scenario})


@to_the_end
def drop_aside(name: str) -> None:
    """Compare with it no longer."""
    now = visit()
    rest = {each: scenario for each, scenario in now.aside.items() if each != name}
    st.session_state[_KEY] = replace(now, changed_at=_now(), aside=rest)


@to_the_end
def undo() -> None:
    """Go back to what stood before the last change."""
    now = visit()
    *before, work = now.before
    _show(replace(now, work=work, before=tuple(before), after=(*now.after, now.work)))


@to_the_end
def redo() -> None:
    """Go forward to what was gone back from."""
    now = visit()
    *after, work = now.after
    _show(replace(now, work=work, before=(*now.before, now.work), after=tuple(after)))


def _show(now: Visit) -> None:
    changed = replace(
        now, changed_at=_now(), fault=None, notes=(), levers=now.levers + 1, editor=now.editor + 1
    )
    st.session_state[_KEY] = changed


def _put(work: Work, source: Source) -> None:
    now = visit()
    st.session_state[_KEY] = now = replace(
        now,
        fault=None,
        notes=(),
        levers=now.levers + (source != "levers"),
        editor=now.editor + (source != "editor"),
    )
    if work != now.work:
        before = (*now.before, now.work)[-STEPS_BACK_MAX:]
        st.session_state[_KEY] = replace(now, work=work, changed_at=_now(), before=before, after=())


def _now() -> str:
    return datetime.now(tz=UTC).isoformat(timespec="seconds")


def tell(fault: str | None) -> None:
    """Have a fault shown on top of the page; None when there is none any more."""
    st.session_state[_KEY] = replace(visit(), fault=fault)


def _attempt(step: Callable[[], None]) -> None:
    try:
        step()
    except (RoiError, BenchError) as fault:
        tell(message_of(fault))
