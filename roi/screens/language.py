"""The language of a visit, and how it writes amounts."""

import streamlit as st

from roi.texts import LANGUAGES, Language

LANGUAGE_PARAMETER = "lang"
NAMES: dict[Language, str] = {"en": "English", "ja": "日本語"}


def chosen_language() -> Language:
    """The switch at the top of the sidebar; it begins with the browser's language."""
    first = LANGUAGES.index(_first_language())
    return st.radio(
        "Language / 言語",
        LANGUAGES,
        index=first,
        horizontal=True,
        format_func=lambda language: NAMES[language],
        key="language",
        label_visibility="collapsed",
    )


def _first_language() -> Language:
    wished = str(st.query_params.get(LANGUAGE_PARAMETER) or st.context.locale or "")
    return next((language for language in LANGUAGES if wished.lower().startswith(language)), LANGUAGES[0])
