"""What surrounds every page: navigation, language, levers, the answer on one line, faults of the last wish.

The line stands above every page that is about something else: a change shows at once what it does. Where a page
cannot show what was asked stands a sentence with what to do, never a traceback.
"""

import gc
import logging
from collections.abc import Callable
from typing import Literal

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from bench.errors import BenchError
from roi.amounts import unit_price
from roi.decision.answer import Choice, Decision
from roi.errors import RoiError
from roi.output.figures import bought, offer_label
from roi.output.page.conflict import conflict_rows
from roi.scenario.plausible import unusual
from roi.scenario.served import unserved_supplies
from roi.screens import (
    compare_page,
    evidence_page,
    figures_page,
    operation_page,
    options_page,
    present_page,
    proposal_page,
    risk_page,
    scenario_page,
    tco_page,
)
from roi.screens.accessibility import show_reach
from roi.screens.browser_storage import keep, local_time
from roi.screens.context import Context, decision
from roi.screens.downloads import show_kept, show_share
from roi.screens.drawing import show_parts
from roi.screens.escaping import escaped
from roi.screens.glossary import show_glossary
from roi.screens.levers import show_levers
from roi.screens.sharing import PARAMETER, short_link
from roi.screens.standing import is_draft, show_standing
from roi.screens.state import Visit, begin, open_demonstration, visit
from roi.screens.taking import show_relaxations
from roi.screens.typed import hear_fields
from roi.texts import LANGUAGES, Language, text
from roi.texts.messages import message_of, said

PAGES: dict[str, tuple[Callable[[Context], None], str]] = {
    "proposal": (proposal_page.show, ":material/task_alt:"),
    "figures": (figures_page.show, ":material/counter_5:"),
    "scenario": (scenario_page.show, ":material/tune:"),
    "options": (options_page.show, ":material/checklist:"),
    "tco": (tco_page.show, ":material/payments:"),
    "compare": (compare_page.show, ":material/compare_arrows:"),
    "risk": (risk_page.show, ":material/monitoring:"),
    "present": (present_page.show, ":material/slideshow:"),
    "evidence": (evidence_page.show, ":material/fact_check:"),
    "operation": (operation_page.show, ":material/query_stats:"),
}

LANGUAGE_NAMES: dict[Language, str] = {"en": "English", "ja": "日本語"}
FIRST = "proposal"
LANGUAGE_PARAMETER = "lang"
_LANGUAGE = "language.chosen"
WALL = "present"
"""The page that says all by itself."""
WITHOUT_SCENARIO = (WALL, "operation")
"""Pages that bring their own frame, or are about something else than the present scenario."""
NEEDS_NO_ANSWER = ("figures", "scenario", "evidence")
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
        language = _chosen_language()
        show_reach(language)
        begun = begin(language)
    # While the browser is asked no page can be turned: its answer would turn back to this one.
    place: Literal["sidebar", "hidden"] = "sidebar" if begun else "hidden"
    page = st.navigation([_page(name, language) for name in PAGES], position=place)
    if not begun:
        st.status(text(language, "screen.fetching"), state="running")
        return
    hear_fields()
    now = visit()
    if now.barred:
        _show_barred(now, language)
        return
    with st.sidebar:
        show_levers(language)
        show_share(language)
        show_glossary(language)
        parameters = {PARAMETER: short_link(now.scenario), LANGUAGE_PARAMETER: language}
        keep(now.name, now.to_keep(), parameters, page.url_path, now.forgotten)
    if page.url_path not in WITHOUT_SCENARIO:
        _show_top(now, language)
    page.run()
    _settle()


@st.cache_resource(show_spinner=False)
def _settle() -> None:
    """After a server's first page: what stands now stays, and no collection of garbage looks through it again."""
    gc.collect()
    gc.freeze()


def _chosen_language() -> Language:
    """The switch at the top of the sidebar; it begins with the browser's language.

    Who turns the page before the browser has drawn the switch has its state dropped: so it stands apart as well.
    """
    first = LANGUAGES.index(st.session_state.get(_LANGUAGE) or _first_language())
    chosen = st.radio(
        "Language / 言語",
        LANGUAGES,
        index=first,
        horizontal=True,
        format_func=lambda language: LANGUAGE_NAMES[language],
        key="language",
        label_visibility="collapsed",
    )
    st.session_state[_LANGUAGE] = chosen
    return chosen


def _first_language() -> Language:
    wished = str(st.query_params.get(LANGUAGE_PARAMETER) or st.context.locale or "")
    return next((language for language in LANGUAGES if wished.lower().startswith(language)), LANGUAGES[0])


def _show_barred(now: Visit, language: Language) -> None:
    """That the link opens nothing; no figure stands here that is not its own."""
    show_fault(now.fault or "", text(language, "screen.link_refused"), language)
    st.button(text(language, "screen.open_demonstration"), on_click=open_demonstration)
    show_kept(language)


def _page(name: str, language: Language) -> StreamlitPage:
    _, icon = PAGES[name]
    return st.Page(
        lambda: _draw(name, language),
        title=text(language, f"screen.{name}"),
        icon=icon,
        url_path=name,
        default=name == FIRST,
    )


def _draw(name: str, language: Language) -> None:
    """A page under the answer that its changes move; the rules in conflict where there is no answer."""
    now = visit()
    context = Context(now.scenario, now.profiles, language, st.context.theme.type == "dark")
    show_page, _ = PAGES[name]
    if name in WITHOUT_SCENARIO:
        draw(show_page, context)
    elif name in NEEDS_NO_ANSWER:
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
        show_parts(conflict_rows(found, context.language))
        show_relaxations(found, context.language)
        if show_page is options_page.show:
            show_page(context)


def _show_top(now: Visit, language: Language) -> None:
    """What the scenario is, why the last wish could not be granted, and what should be looked at."""
    show_standing(now.scenario, language)
    if now.resumed:
        st.info(text(language, "screen.resumed", day=local_time(now.changed_at)), icon=":material/history:")
    if now.fault is not None:
        show_fault(now.fault, text(language, "screen.refused"), language)
    for note in now.notes:
        st.info(escaped(note.sentence(language)), icon=":material/info:")
    doubts = [each.sentence(language) for each in unusual(now.scenario)]
    doubts += [each.sentence(language) for each in unserved_supplies(now.scenario, now.profiles)]
    if doubts:
        st.warning("\n\n".join(escaped(doubt) for doubt in doubts), icon=":material/warning:")


def show_headline(context: Context) -> None:
    """The choice of each workload and what it costs, or that there is none."""
    found = decision(context)
    if not found.choices:
        st.warning(escaped(text(context.language, "page.infeasible")), icon=":material/block:")
        return
    lines = [_line(found, choice, context) for choice in found.choices]
    said = "\n\n".join(lines)
    if is_draft(context.scenario):
        st.info(said, icon=":material/edit_note:")
    else:
        st.success(said, icon=":material/task_alt:")


def _line(found: Decision, choice: Choice, context: Context) -> str:
    """Beside the price how far paid hours, or all of an own server, are filled, and how far they may be at most."""
    cost = unit_price(choice.cost_per_accepted_image, found.scenario.currency, context.language)
    option, used = choice.option, choice.utilization_fraction
    answer = text(context.language, "screen.answer", option=offer_label(option.offer), cost=cost)
    if used is not None:
        stated = option.attempt.utilization_fraction
        answer += text(
            context.language,
            "screen.answer_filled_own" if bought(found, choice) else "screen.answer_filled",
            used=used,
            stated=stated,
        )
    several = len(found.choices) > 1
    return escaped(f"{option.workload}: {answer}" if several else answer)


FAULTS_SHOWN_MAX = 12

_log = logging.getLogger(__name__)


def draw(page: Callable[[Context], None], context: Context) -> None:
    """The page, or the sentence that stands in its place."""
    try:
        page(context)
    except (RoiError, BenchError) as fault:
        show_fault(message_of(fault), text(context.language, "screen.cannot"), context.language)
    except Exception:  # noqa: BLE001  the last handler: a visitor is told, the log has the traceback
        _log.exception("a page could not be drawn")
        st.error(text(context.language, "screen.unexpected"), icon=":material/error:")


def show_fault(fault: str, title: str, language: Language) -> None:
    """A fault of the inputs, a line for each place that is wrong."""
    lines = [line for line in said(language, fault).splitlines() if line.strip()]
    rest = lines[FAULTS_SHOWN_MAX:]
    sentences = [escaped(line) for line in lines[:FAULTS_SHOWN_MAX]]
    if rest:
        sentences.append(text(language, "screen.more_faults", count=len(rest)))
    st.error("\n\n".join([f"**{title}**", *sentences]), icon=":material/error:")


_STYLES = """<style>
[data-testid="stMainBlockContainer"] { padding-top: 3.5rem; }
[data-testid="stMetricValue"] { font-size: 1.7rem; }
[data-testid="stMetricDelta"], [data-testid="stMetricDelta"] *, [data-testid="stMetricLabel"] * {
  white-space: normal !important; overflow: visible !important; text-overflow: clip !important; }
@media (max-width: 640px) {
  [data-testid="stMainBlockContainer"] { padding: 3.5rem 0.75rem 2rem; }
  [data-testid="stMetricValue"] { font-size: 1.4rem; }
  h1 { font-size: 1.6rem; }
}
#vg-tooltip-element { white-space: pre-line; max-width: 20rem; }
</style>"""


def show_styles() -> None:
    """Less air on a small screen."""
    st.html(_STYLES)
