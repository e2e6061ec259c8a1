"""What a page shows when it cannot show what was asked: a sentence with what to do, never a traceback."""

import logging
from collections.abc import Callable

import streamlit as st

from bench.errors import BenchError
from roi.errors import RoiError
from roi.screens.context import Context
from roi.screens.escaping import escaped
from roi.texts import Language, text

FAULTS_SHOWN_MAX = 12

_log = logging.getLogger(__name__)


def draw(page: Callable[[Context], None], context: Context) -> None:
    """The page, or the sentence that stands in its place."""
    try:
        page(context)
    except (RoiError, BenchError) as fault:
        show_fault(str(fault), text(context.language, "screen.cannot"), context.language)
    except Exception:  # noqa: BLE001  the last handler: a visitor is told, the log has the traceback
        _log.exception("a page could not be drawn")
        st.error(text(context.language, "screen.unexpected"), icon=":material/error:")


def show_fault(fault: str, title: str, language: Language) -> None:
    """A fault of the inputs, a line for each place that is wrong."""
    lines = [line for line in fault.splitlines() if line.strip()]
    rest = lines[FAULTS_SHOWN_MAX:]
    sentences = [escaped(line) for line in lines[:FAULTS_SHOWN_MAX]]
    if rest:
        sentences.append(text(language, "screen.more_faults", count=len(rest)))
    st.error("\n\n".join([f"**{title}**", *sentences]), icon=":material/error:")
