"""Work of seconds in a process of its own, so that the server's own keeps drawing pages meanwhile.

Python draws pages and plans years by turns within one process: twenty visitors would wait for each other's plans.
"""

import contextlib
import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import ParamSpec, TypeVar

import streamlit as st

from bench.entry import end_with_the_parent

Answer = TypeVar("Answer")
Given = ParamSpec("Given")

KINDER = 5
"""How much later than the server the workers are served."""


def apart(work: Callable[Given, Answer], *given: Given.args, **named: Given.kwargs) -> Answer:
    """The answer of a function of a module, of arguments that can be sent; here, where no process can be had."""
    try:
        return _workers().submit(work, *given, **named).result()
    except BrokenProcessPool:
        _workers.clear()
        return work(*given, **named)


@st.cache_resource(show_spinner=False)
def _workers() -> ProcessPoolExecutor:
    count = max(1, (os.cpu_count() or 1) - 1)
    return ProcessPoolExecutor(count, mp_context=get_context("spawn"), initializer=_step_back)


def _step_back() -> None:
    end_with_the_parent()
    with contextlib.suppress(AttributeError, OSError):  # Windows knows no niceness
        os.nice(KINDER)
