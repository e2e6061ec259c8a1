"""Answers that take seconds are worked out beside the page, so that levers move while they are under way.

An errand is kept by the hash of all it rests on: whoever asks the same gets the same errand. Who asks something
else gives the older one up; it is dropped when nobody has begun with it.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from operator import attrgetter
from typing import Any, TypeVar

import streamlit as st

from roi.screens.context import ANSWERS_KEPT_MAX, Context

Answer = TypeVar("Answer")
Work = Callable[[Context], Answer]

STALE = "stale"
"""Key of the part of a page that shows an answer to an earlier question; the page's styles grey it."""
WORKERS = 2
POLL_S = 0.5
"""How often a waiting page looks for each errand under way: looking costs the server as much as drawing [s]."""
POLL_MAX_S = 5.0
"""The longest that a page waits before it looks again [s]."""


def show_when_ready(name: str, work: Work[Answer], context: Context, words: str) -> Answer | None:
    """The answer, or None under the words that say what is being done; the page comes back by itself."""
    if not errand(name, work, context).done():
        often = min(POLL_MAX_S, POLL_S * max(1, len(_under_way())))
        st.fragment(_wait, run_every=often)(name, work, context, words)
        return None
    found = errand(name, work, context).result()
    st.session_state[f"last.{name}"] = found
    return found


def last_answer(name: str, kind: type[Answer]) -> Answer | None:
    """What stood there before, to be greyed while another is worked out; None before the first."""
    found = st.session_state.get(f"last.{name}")
    return found if isinstance(found, kind) else None


def errand(name: str, work: Work[Answer], context: Context) -> "Future[Answer]":
    """What is being worked out for these inputs; an older errand of the same visit is given up."""
    found: Future[Answer] = _errand(name, work, context)
    if found.cancelled():
        _errand.clear(name, work, context)
        found = _errand(name, work, context)
    older = st.session_state.get(f"errand.{name}")
    if older is not None and older is not found:
        older.cancel()
    st.session_state[f"errand.{name}"] = found
    return found


def _wait(name: str, work: Work[Answer], context: Context, words: str) -> None:
    if errand(name, work, context).done():
        st.rerun()
    st.status(words, state="running")


@st.cache_resource(
    max_entries=2 * ANSWERS_KEPT_MAX, show_spinner=False, hash_funcs={Context: attrgetter("inputs")}
)
def _errand(name: str, _work: Work[Answer], context: Context) -> "Future[Answer]":  # noqa: ARG001
    under_way, found = _under_way(), _workers().submit(_work, context)
    under_way.add(found)
    found.add_done_callback(under_way.discard)
    return found


@st.cache_resource(show_spinner=False)
def _under_way() -> "set[Future[Any]]":
    """Errands of all visitors that are not done."""
    return set()


@st.cache_resource(show_spinner=False)
def _workers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(WORKERS, thread_name_prefix="answer")
