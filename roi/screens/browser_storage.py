"""What a visitor works on, kept in the visitor's own browser: it survives a reload and a closed tab.

The browser keeps an entry for each of its last visits; the server keeps nothing. The address always carries the
present scenario where it is short enough, so that a reload or a bookmark opens it.
"""

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st
from pydantic import TypeAdapter, ValidationError

from roi.callbacks import to_the_end
from roi.errors import ScenarioError
from roi.scenario.document import Scenario
from roi.screens.sharing import packed, short_link, unpacked
from roi.texts import Language, text

COOKIE = "image_roi_work"
"""Tells the server that the browser keeps work, and nothing of the work."""
FILES_BYTES_MAX = 2 << 20
"""Of added profiles, together: a browser gives a site five mebibytes."""
_KEY = "keeper"
_ASKED = "keeper.asked"
"""How often the browser was asked in this visit."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An entry of the browser's storage, not yet believed."""

    visit: str
    name: str
    """Of the scenario."""
    changed_at: str
    """Day and time of the last change."""
    link: str
    """The address's parameter under which it was kept."""
    scenario: str
    files: Mapping[str, str]
    """Profile files by name, in base64."""
    aside: Mapping[str, str] = field(default_factory=dict)
    """Scenarios put aside for comparison, by name, as letters."""

    def read(self, language: Language) -> tuple[Scenario, dict[str, bytes]]:
        """The scenario and the added profile files.

        Raises
        ------
        ScenarioError
            When it was damaged or breaks a rule.
        """
        try:
            files = {name: base64.b64decode(content, validate=True) for name, content in self.files.items()}
        except binascii.Error:
            raise ScenarioError(text(language, "screen.link_damaged")) from None
        return unpacked(self.scenario, language), files

    def read_aside(self, language: Language) -> dict[str, Scenario]:
        """The scenarios put aside; raises as `read` does."""
        return {name: unpacked(each, language) for name, each in self.aside.items()}


def kept_of(
    visit: str,
    changed_at: str,
    scenario: Scenario,
    files: Mapping[str, bytes],
    aside: Mapping[str, Scenario],
) -> Kept:
    """A visit's work as the browser keeps it; without the added profiles where they are too large."""
    small = files if sum(map(len, files.values())) <= FILES_BYTES_MAX else {}
    return Kept(
        visit,
        scenario.name,
        changed_at,
        short_link(scenario),
        packed(scenario),
        {name: base64.b64encode(raw).decode("ascii") for name, raw in small.items()},
        {name: packed(each) for name, each in aside.items()},
    )


def local_time(moment: str | None) -> str:
    """A moment as the visitor's clock shows it, to the minute; as it stands where it is none."""
    try:
        read = datetime.fromisoformat(moment or "")
        return f"{read.astimezone(ZoneInfo(st.context.timezone or 'UTC')):%Y-%m-%d %H:%M}"
    except (ValueError, ZoneInfoNotFoundError):
        return moment or ""


def browser_keeps_work() -> bool:
    """Whether the browser says that there is something to ask it for."""
    return st.context.cookies.get(COOKIE) == "1"


def ask_browser(answer: Callable[[str, str, tuple[Kept, ...]], None]) -> None:
    """Have `answer` called before the next run: with the tab's last visit, the one whose entry is its own now, and
    all that is kept, newest first.

    Who turns the page while the browser answers has the answer dropped with the page's widgets: so each run asks
    anew, under a number of its own.
    """

    @to_the_end
    def found() -> None:
        told = st.session_state.get(_KEY)
        if told is not None and told.found is not None:
            content = json.loads(told.found)
            kept = tuple(filter(None, map(_kept, content["entries"])))
            answer(str(content["visit"]), str(content["own"]), kept)

    asked = st.session_state[_ASKED] = st.session_state.get(_ASKED, 0) + 1
    _keeper()(key=_KEY, data={"asked": asked}, on_found_change=found)


def keep(
    visit: str, work: Kept | None, parameters: Mapping[str, str], page: str, forgotten: Mapping[str, str]
) -> None:
    """Have the browser's address carry the parameters, and its storage the work.

    Parameters
    ----------
    work
        None while there is nothing to keep.
    parameters
        Of the address by name; an empty one is left out.
    page
        The one that is shown: turning it may leave an address with earlier parameters.
    forgotten
        Visits that are kept no longer, with the day and time of their last change.
    """
    told = {"visit": visit, "parameters": dict(parameters), "page": page, "forgotten": dict(forgotten)}
    _keeper()(key=_KEY, data={**told, "work": None if work is None else asdict(work)})


def _kept(entry: Any) -> Kept | None:
    """An entry in the shape in which `keep` wrote it; None for anything else."""
    try:
        return TypeAdapter(Kept).validate_python(entry)
    except ValidationError:
        return None


@lru_cache
def _keeper() -> Any:
    script = Path(__file__).with_name("keeper.js").read_text(encoding="utf-8")
    return st.components.v2.component("image_roi_keeper", js=script)
