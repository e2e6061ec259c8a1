"""Words of the trade that no plain word replaces, each with what it means."""

import streamlit as st

from roi.screens.escaping import escaped
from roi.texts import Language, text

WORDS = (
    "accepted",
    "fid",
    "npv",
    "tco",
    "payback",
    "carbon",
    "location",
    "board",
    "bits",
    "steps",
    "batch",
    "profile",
)


def show_glossary(language: Language) -> None:
    """All of them in one place, within reach of every page."""
    with st.popover(text(language, "screen.words"), icon=":material/dictionary:", width="stretch"):
        for word in WORDS:
            name, _, meaning = text(language, f"screen.word_{word}").partition(": ")
            st.markdown(f"**{escaped(name)}** {escaped(meaning)}")
