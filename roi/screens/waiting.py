"""Answers that take seconds are worked out beside the page, so that levers move while they are under way.

An errand is kept by the hash of all it rests on: whoever asks the same gets the same errand. Who asks something
else gives the older one up; it is dropped when nobody has begun with it.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

import streamlit as st

from roi.decision.decide import inputs_hash
from roi.screens.context import ANSWERS_KEPT_MAX, Context

Answer = TypeVar("Answer")
Work = Callable[[Context], Answer]

WORKERS = 2
POLL_S = 0.5
"""How often a waiting page looks."""


def show_when_ready(name: str, work: Work[Answer], context: Context, words: str) -> Answer | None:
    """The answer, or None under the words that say what is being done; the page comes back by itself."""
    if not errand(name, work, context).done():
        _wait(name, work, context, words)
        return None
    return errand(name, work, context).result()


def errand(name: str, work: Work[Answer], context: Context) -> "Future[Answer]":
    """What is being worked out for these inputs; an older errand of the same visit is given up."""
    inputs = inputs_hash(context.scenario, context.profiles)
    found: Future[Answer] = _errand(name, inputs, work, context)
    if found.cancelled():
        _errand.clear(name, inputs, work, context)
        found = _errand(name, inputs, work, context)
    older = st.session_state.get(f"errand.{name}")
    if older is not None and older is not found:
        older.cancel()
    st.session_state[f"errand.{name}"] = found
    return found


@st.fragment(run_every=POLL_S)
def _wait(name: str, work: Work[Answer], context: Context, words: str) -> None:
    if errand(name, work, context).done():
        st.rerun()
    st.status(words, state="running")


@st.cache_resource(max_entries=2 * ANSWERS_KEPT_MAX, show_spinner=False)
def _errand(name: str, inputs: str, _work: Work[Answer], _context: Context) -> "Future[Answer]":  # noqa: ARG001
    return _workers().submit(_work, _context)


@st.cache_resource(show_spinner=False)
def _workers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(WORKERS, thread_name_prefix="answer")
