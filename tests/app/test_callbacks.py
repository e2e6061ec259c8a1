"""A callback is not left off half-way, and every callback of the pages is such a one."""

import ast
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
import streamlit as st
from streamlit.runtime.scriptrunner import StopException
from streamlit.runtime.state import SafeSessionState, SessionState

import roi
from roi import callbacks
from roi.callbacks import to_the_end
from roi.screens import browser_storage

PATIENCE_S = 300
PAGES = Path(roi.__file__).parent
EVENTS = {"on_click", "on_change", "on_select", "on_found_change"}


def stop() -> None:
    raise StopException


def test_a_callback_is_done_to_its_end_after_the_page_asked_for_something_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Streamlit then stops the thread at each look into the state, and begins another one."""
    state = SafeSessionState(SessionState(), stop)
    monkeypatch.setattr(callbacks, "get_script_run_ctx", lambda **_: SimpleNamespace(session_state=state))
    monkeypatch.setattr(st, "session_state", state)

    @to_the_end
    def typed(number: int) -> None:
        st.session_state["number"] = number

    typed(31_000)
    assert state._state["number"] == 31_000
    with pytest.raises(StopException):
        st.session_state["number"]


def test_callbacks_of_a_visit_wait_for_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(st, "session_state", state := {"sum": 0})
    begun, go_on = threading.Event(), threading.Event()

    @to_the_end
    def slow() -> None:
        before = state["sum"]
        begun.set()
        assert go_on.wait(PATIENCE_S)
        state["sum"] = before + 1

    @to_the_end
    def quick() -> None:
        state["sum"] += 10

    threads = [threading.Thread(target=step) for step in (slow, quick)]
    threads[0].start()
    assert begun.wait(PATIENCE_S)
    threads[1].start()
    go_on.set()
    for each in threads:
        each.join()
    assert state["sum"] == 11


def test_a_fault_of_a_callback_is_not_taken_for_an_interruption() -> None:
    def fails() -> None:
        raise ValueError("a fault")

    with pytest.raises(ValueError, match="a fault"):
        to_the_end(fails)()


def test_a_browser_whose_answer_was_dropped_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever turns the page while the browser answers drops its answer with the page's widgets."""
    asked: list[tuple[int, object]] = []
    answers: list[str] = []

    def answered(last: str, own: str, kept: tuple[browser_storage.Kept, ...]) -> None:
        answers.append(last)
        assert (own, kept) == ("b", ())

    def component(*, key: str, data: dict[str, int], on_found_change: object) -> None:
        assert key == browser_storage._KEY
        asked.append((data["asked"], on_found_change))

    monkeypatch.setattr(browser_storage, "_keeper", lambda: component)
    monkeypatch.setattr(st, "session_state", state := {})
    browser_storage.ask_browser(answered)
    browser_storage.ask_browser(answered)
    (first, found), (second, _) = asked
    assert callable(found)
    assert first != second
    found()
    state[browser_storage._KEY] = SimpleNamespace(found=None)
    found()
    assert answers == []
    state[browser_storage._KEY] = SimpleNamespace(found='{"visit": "a", "own": "b", "entries": []}')
    found()
    assert answers == ["a"]


def named_callbacks() -> Iterator[tuple[str, ast.expr]]:
    """Place and value of each callback in the pages."""
    for path in sorted([*PAGES.glob("screens/*.py"), *PAGES.glob("trial/judging/*.py")]):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for keyword in node.keywords if isinstance(node, ast.Call) else ():
                if keyword.arg in EVENTS:
                    yield f"{path.name}:{keyword.value.lineno}", keyword.value


def whole() -> set[str]:
    """Names of the functions that are done to their end."""
    return {
        node.name
        for path in PAGES.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
        and any(isinstance(each, ast.Name) and each.id == to_the_end.__name__ for each in node.decorator_list)
    }


def test_every_callback_of_the_pages_is_done_to_its_end() -> None:
    names, found = whole() | {"step", "ask"}, list(named_callbacks())
    assert len(found) > 25
    for place, value in found:
        wrapped = isinstance(value, ast.Call) and getattr(value.func, "id", "") == to_the_end.__name__
        plain = isinstance(value, ast.Constant) and value.value == "ignore"
        assert wrapped or plain or (isinstance(value, ast.Name) and value.id in names), place
