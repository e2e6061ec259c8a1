"""Every input with its unit, range and source, to be changed, loaded and taken away."""

import streamlit as st

from roi.screens.context import Context
from roi.texts import text


def show(context: Context) -> None:
    """The page."""
    st.header(text(context.language, "screen.scenario"))
