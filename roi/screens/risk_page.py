"""How sure the decision is, and what would change it."""

import streamlit as st

from roi.screens.context import Context
from roi.texts import text


def show(context: Context) -> None:
    """The page."""
    st.header(text(context.language, "screen.risk"))
