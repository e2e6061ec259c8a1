"""What a visit holds: its scenario and profiles, the steps back and forward, and what it has to be told.

The server forgets a visit when it ends; the visitor's own browser keeps the work (`roi.screens.browser_storage`).
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
from roi.screens.browser_storage import Kept, ask_browser, browser_keeps_work, kept_of
from roi.screens.sharing import PARAMETER, scenario_of_link
from roi.screens.upload import profile_notes, uploaded_profiles
from roi.texts import Language
from roi.texts.messages import message_of

Source = Literal["levers", "editor", "whole", "aside"]
"""Who changed the work: its own widgets show the change already, all others begin anew from it; what is put aside
is shown by neither levers nor tables."""

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
    aside: Mapping[str, Scenario] = field(default_factory=dict)
    """Scenarios put aside for comparison, by name."""


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
    borrowed: bool = False
    """Whether the work stands in another visit's entry, and in one of its own from the first change on."""
    kept: tuple[Kept, ...] = ()
    """What the browser kept of other visits."""
    forgotten: Mapping[str, str] = field(default_factory=dict)
    """Visits of which the browser shall keep nothing, with the day and time of their last change."""
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

    @property
    def aside(self) -> Mapping[str, Scenario]:
        """Scenarios put aside for comparison, by name."""
        return self.work.aside

    def to_keep(self) -> Kept | None:
        """What the browser keeps of it in its own entry."""
        if self.changed_at is None or self.borrowed:
            return None
        return kept_of(self.name, self.changed_at, self.scenario, self.files, self.aside)


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
        ask_browser(lambda last, own, kept: _start(link, last, own, kept, language))
        return False
    _start(link, "", "", (), language)
    return True


@to_the_end
def open_demonstration() -> None:
    """Go on with the demonstration; what was worked on stays kept in the browser, and a step back."""
    _leave_for(Work(demonstration(), library_profiles()))


@to_the_end
def open_kept(kept: Kept, language: Language) -> None:
    """Go on with the work of another visit; what was worked on stays kept in the browser, and a step back."""

    def leave() -> None:
        _leave_for(_work_of(kept, language))
        st.session_state[_KEY] = replace(visit(), changed_at=kept.changed_at, borrowed=True, resumed=True)

    _attempt(leave)


@to_the_end
def forget_kept() -> None:
    """Have the browser forget all that it keeps of other visits."""
    now = visit()
    forgotten = {each.visit: each.changed_at for each in now.kept if each.visit != now.name}
    st.session_state[_KEY] = replace(now, kept=(), forgotten={**now.forgotten, **forgotten})


def _start(link: str, last: str, own: str, kept: tuple[Kept, ...], language: Language) -> None:
    """A link opens what was sent, after a reload the work that it stood for; without one the last work goes on.

    It goes on in its own entry, or beside it where another tab has that.
    """
    new = Visit(Work(demonstration(), library_profiles()), _new_name(), kept=kept)
    st.session_state[_KEY] = new
    mine = next((each for each in kept if each.visit == last), None)

    def open_link() -> None:
        work = replace(new.work, scenario=scenario_of_link(link, language))
        st.session_state[_KEY] = replace(new, work=work)

    def resume(found: Kept) -> None:
        st.session_state[_KEY] = replace(
            new,
            work=_work_of(found, language),
            name=found.visit if found.visit == own else new.name,
            changed_at=found.changed_at,
            borrowed=found.visit != own,
            resumed=True,
        )

    if link and (mine is None or mine.link != link):
        _attempt(open_link)
        st.session_state[_KEY] = replace(visit(), barred=visit().fault is not None)
    elif mine is not None or kept:
        _attempt(lambda: resume(mine or kept[0]))


def _work_of(kept: Kept, language: Language) -> Work:
    scenario, files = kept.read(language)
    return Work(scenario, uploaded_profiles(files, language), files, kept.read_aside(language))


def _leave_for(work: Work) -> None:
    """Other work in an entry of its own."""
    now = visit()
    left = now.to_keep()
    others = tuple(each for each in now.kept if each.visit != now.name)
    st.session_state[_KEY] = Visit(
        work,
        _new_name(),
        before=() if now.barred else (*now.before, now.work)[-STEPS_BACK_MAX:],
        kept=others if left is None else (left, *others),
        forgotten=now.forgotten,
        levers=now.levers + 1,
        editor=now.editor + 1,
    )


def _new_name() -> str:
    return secrets.token_hex(8)


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
        _put(replace(visit().work, profiles=profiles, files=dict(files)), "levers")
        st.session_state[_KEY] = replace(visit(), notes=profile_notes(files))

    _attempt(put)


@to_the_end
def put_aside(name: str) -> None:
    """Keep the present scenario under a name for comparison; one of that name gives way."""
    work = visit().work
    _put(replace(work, aside={**work.aside, name: work.scenario}), "aside")


@to_the_end
def drop_aside(name: str) -> None:
    """Compare with it no longer."""
    work = visit().work
    rest = {each: scenario for each, scenario in work.aside.items() if each != name}
    _put(replace(work, aside=rest), "aside")


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
        now,
        changed_at=_now(),
        borrowed=False,
        fault=None,
        notes=(),
        levers=now.levers + 1,
        editor=now.editor + 1,
    )
    st.session_state[_KEY] = changed


def _put(work: Work, source: Source) -> None:
    now = visit()
    st.session_state[_KEY] = now = replace(
        now,
        fault=None,
        notes=(),
        levers=now.levers + (source not in ("levers", "aside")),
        editor=now.editor + (source not in ("editor", "aside")),
    )
    if work != now.work:
        before = (*now.before, now.work)[-STEPS_BACK_MAX:]
        st.session_state[_KEY] = replace(
            now, work=work, changed_at=_now(), borrowed=False, before=before, after=()
        )


def _now() -> str:
    return datetime.now(tz=UTC).isoformat(timespec="milliseconds")


def tell(fault: str | None) -> None:
    """Have a fault shown on top of the page; None when there is none any more."""
    st.session_state[_KEY] = replace(visit(), fault=fault)


def note(notes: tuple[Note, ...]) -> None:
    """Have it told how the last wish was read."""
    st.session_state[_KEY] = replace(visit(), notes=notes)


def _attempt(step: Callable[[], None]) -> None:
    try:
        step()
    except (RoiError, BenchError) as fault:
        tell(message_of(fault))
