"""The answer in one sentence, its figures, and what to say in the meeting."""

import streamlit as st

from roi.screens.context import Context
from roi.texts import text


def show(context: Context) -> None:
    """The page."""
    st.header(text(context.language, "screen.proposal"))
