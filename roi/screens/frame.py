"""What surrounds every page: navigation, language, levers."""

from collections.abc import Callable

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from bench.library import load_profiles
from roi.scenario.load import demonstration
from roi.screens import (
    evidence_page,
    options_page,
    proposal_page,
    risk_page,
    scenario_page,
    tco_page,
)
from roi.screens.context import Context
from roi.texts import LANGUAGES, Language, text

PAGES: dict[str, Callable[[Context], None]] = {
    "proposal": proposal_page.show,
    "scenario": scenario_page.show,
    "options": options_page.show,
    "tco": tco_page.show,
    "risk": risk_page.show,
    "evidence": evidence_page.show,
}


def show() -> None:
    """The page that the visitor is on, in its frame."""
    st.set_page_config(page_title="Image ROI", layout="wide")
    with st.sidebar:
        language = st.radio("Language / 言語", LANGUAGES, horizontal=True)
    context = Context(demonstration(), load_profiles(), language, st.context.theme.type == "dark")
    st.navigation([_page(name, draw, context, language) for name, draw in PAGES.items()]).run()


def _page(name: str, draw: Callable[[Context], None], context: Context, language: Language) -> StreamlitPage:
    return st.Page(lambda: draw(context), title=text(language, f"screen.{name}"), url_path=name)
