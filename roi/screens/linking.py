"""Links from one page to another."""

import streamlit as st

from roi.screens.context import Context
from roi.texts import text


def show_scenario_link(context: Context) -> None:
    """To the page on which figures are replaced."""
    page = st.Page(_nowhere, title=text(context.language, "screen.scenario"), url_path="scenario")
    st.page_link(page, label=text(context.language, "screen.to_scenario"), icon=":material/arrow_forward:")


def _nowhere() -> None:
    """A link knows its page by the address alone."""
