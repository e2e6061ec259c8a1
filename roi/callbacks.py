"""What a click or a typed number does is done to its end, whatever the page asks for meanwhile."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

Given = ParamSpec("Given")
_LOCK = "callbacks.lock"
_MAKING = threading.Lock()


def to_the_end(step: Callable[Given, None]) -> Callable[Given, None]:
    """A callback that is not left off half-way, and beside which no other of the same visit is at work.

    Streamlit ends a callback at its next look into the session's state when another request of the same page has
    come in, and does not call it again: the typed number is then on the screen and nowhere else. Another thread
    answers that request meanwhile.
    """

    @wraps(step)
    def run(*args: Given.args, **kwargs: Given.kwargs) -> None:
        with alone():
            step(*args, **kwargs)

    return run


@contextmanager
def alone() -> Iterator[None]:
    """Undisturbed by requests, once all that is done for this visit elsewhere is done."""
    with _undisturbed(), _lock():
        yield


@contextmanager
def _undisturbed() -> Iterator[None]:
    context = get_script_run_ctx(suppress_warning=True)
    state = None if context is None else context.session_state
    look = getattr(state, "_yield_callback", None)
    if look is None:
        yield
        return
    object.__setattr__(state, "_yield_callback", lambda: None)
    try:
        yield
    finally:
        object.__setattr__(state, "_yield_callback", look)


def _lock() -> threading.RLock:
    """Of this visit."""
    with _MAKING:
        if _LOCK not in st.session_state:
            st.session_state[_LOCK] = threading.RLock()
        found: threading.RLock = st.session_state[_LOCK]
        return found
