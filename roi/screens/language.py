"""The language of a visit, and how it writes amounts."""

import streamlit as st

from roi.output import figures
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


def money(amount: float, currency: str, language: Language) -> str:
    """A large amount: `JPY 184,200`, in Japanese `184,200円`."""
    return _local(figures.money(amount, currency), currency, language)


def unit_price(amount: float, currency: str, language: Language) -> str:
    """A small amount with the digits it needs: `JPY 9.21`, in Japanese `9.21円`."""
    return _local(figures.unit_price(amount, currency), currency, language)


def _local(amount: str, currency: str, language: Language) -> str:
    if language == "ja" and currency == "JPY":
        return amount.removeprefix("JPY ") + "円"
    return amount


def _first_language() -> Language:
    wished = str(st.query_params.get(LANGUAGE_PARAMETER) or st.context.locale or "")
    return next((language for language in LANGUAGES if wished.lower().startswith(language)), LANGUAGES[0])
