"""Scenarios beside each other: put the present one aside under a name, change it, see what the change does."""

import string

import streamlit as st

from roi.callbacks import to_the_end
from roi.output.beside import Named, beside_page
from roi.screens.context import Context, planned
from roi.screens.drawing import show_parts
from roi.screens.state import drop_aside, put_aside, put_scenario, visit
from roi.screens.waiting import show_when_ready
from roi.texts import Language, bundled, text

ASIDE_MAX = 4
"""With the present one as many as a table on a desk shows."""


def show(context: Context) -> None:
    """What is put aside, then all of them with the present one last."""
    language = context.language
    st.title(text(language, "screen.compare"))
    _show_put_aside(language)
    aside = visit().aside
    if not aside:
        st.info(text(language, "screen.compare_meaning"), icon=":material/compare_arrows:")
        return
    _show_aside(language)
    plans = []
    here = {**aside, _present(language): context.scenario}
    for name, scenario in here.items():
        asked = Context(scenario, context.profiles, language, context.dark)
        plan = show_when_ready(f"plan.{name}", planned, asked, f"{name}: {text(language, 'screen.planning')}")
        plans += [] if plan is None else [Named(name, plan)]
    if len(plans) == len(here):
        show_parts(beside_page(plans, language))


def _present(language: Language) -> str:
    """What the present scenario is called; told apart from those that somebody named so."""
    name = text(language, "screen.compare_present")
    while name in visit().aside:
        name += "*"
    return name


def _show_put_aside(language: Language) -> None:
    aside = visit().aside
    if len(aside) >= ASIDE_MAX:
        st.caption(text(language, "screen.compare_full", most=ASIDE_MAX))
        return
    free = next(letter for letter in string.ascii_uppercase if letter not in aside)
    with st.form("aside", clear_on_submit=True, border=False):
        field, button = st.columns([3, 2], vertical_alignment="bottom")
        key = f"aside.name.{len(aside)}.{free}"
        field.text_input(text(language, "screen.compare_name"), value=free, max_chars=40, key=key)
        button.form_submit_button(
            text(language, "screen.compare_keep"),
            on_click=_keep,
            args=(key, free),
            icon=":material/bookmark_add:",
            width="stretch",
        )


@to_the_end
def _keep(key: str, free: str) -> None:
    put_aside(" ".join(str(st.session_state[key]).split()) or free)


def _show_aside(language: Language) -> None:
    for name, scenario in visit().aside.items():
        words, back, away = st.columns([3, 2, 2], vertical_alignment="center")
        words.text(f"{name}: {bundled(language, scenario.name)}")
        back.button(
            text(language, "screen.compare_open", name=name),
            on_click=to_the_end(put_scenario),
            args=(scenario, "whole"),
            key=f"aside.open.{name}",
            width="stretch",
        )
        away.button(
            text(language, "screen.compare_drop", name=name),
            on_click=drop_aside,
            args=(name,),
            key=f"aside.drop.{name}",
            width="stretch",
        )
