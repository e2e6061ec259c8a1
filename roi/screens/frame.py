"""What surrounds every page: navigation, language, levers, faults of the last wish."""

from collections.abc import Callable

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from roi.scenario.plausible import unusual
from roi.scenario.served import unserved_supplies
from roi.screens import (
    evidence_page,
    options_page,
    proposal_page,
    risk_page,
    scenario_page,
    tco_page,
)
from roi.screens.conflict import show_conflict
from roi.screens.context import Context, decision
from roi.screens.escaping import escaped
from roi.screens.faults import draw, show_fault
from roi.screens.headline import show_headline
from roi.screens.language import chosen_language
from roi.screens.levers import show_levers
from roi.screens.state import Visit, begin, visit
from roi.screens.styles import show_styles
from roi.screens.taking import show_share
from roi.texts import text

PAGES: dict[str, tuple[Callable[[Context], None], str]] = {
    "proposal": (proposal_page.show, ":material/task_alt:"),
    "scenario": (scenario_page.show, ":material/tune:"),
    "options": (options_page.show, ":material/checklist:"),
    "tco": (tco_page.show, ":material/payments:"),
    "risk": (risk_page.show, ":material/monitoring:"),
    "evidence": (evidence_page.show, ":material/fact_check:"),
}

FIRST = "proposal"
NEEDS_NO_ANSWER = ("scenario", "evidence")
"""Pages on which a visitor mends what keeps the answer away."""
ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">'
    '<rect width="24" height="24" rx="5" fill="#00619A"/>'
    '<path d="M5 17l4-6 4 3 6-8" stroke="#fff" stroke-width="2.2" fill="none"/></svg>'
)
"""Drawn here: a named icon would be fetched from another host."""


def show() -> None:
    """The page that the visitor is on, in its frame."""
    st.set_page_config(page_title="Image ROI", page_icon=ICON, layout="wide")
    show_styles()
    with st.sidebar:
        language = chosen_language()
        begin(language)
        show_levers(language)
        show_share(language)
    now = visit()
    context = Context(now.scenario, now.profiles, language, st.context.theme.type == "dark")
    page = st.navigation([_page(name, context) for name in PAGES])
    _show_top(context, now)
    page.run()


def _page(name: str, context: Context) -> StreamlitPage:
    _, icon = PAGES[name]
    return st.Page(
        lambda: _draw(name, context),
        title=text(context.language, f"screen.{name}"),
        icon=icon,
        url_path=name,
        default=name == FIRST,
    )


def _draw(name: str, context: Context) -> None:
    """A page under the answer that its changes move; the rules in conflict where there is no answer."""
    show_page, _ = PAGES[name]
    if name in NEEDS_NO_ANSWER:
        draw(show_headline, context)
        draw(show_page, context)
    else:
        draw(lambda context: _show_answered(show_page, context), context)


def _show_answered(show_page: Callable[[Context], None], context: Context) -> None:
    found = decision(context)
    if found.choices:
        show_headline(context)
        show_page(context)
    else:
        show_conflict(found, context.language)
        if show_page is options_page.show:
            show_page(context)


def _show_top(context: Context, now: Visit) -> None:
    """What the scenario is, why the last wish could not be granted, and what should be looked at."""
    language = context.language
    st.caption(escaped(context.scenario.name))
    if now.fault is not None:
        show_fault(now.fault, text(language, "screen.refused"), language)
    for note in now.notes:
        st.info(escaped(note.sentence(language)), icon=":material/info:")
    doubts = [each.sentence(language) for each in unusual(context.scenario)]
    doubts += [each.sentence(language) for each in unserved_supplies(context.scenario, context.profiles)]
    if doubts:
        st.warning("\n\n".join(escaped(doubt) for doubt in doubts), icon=":material/warning:")
