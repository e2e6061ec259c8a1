"""A callback is not left off half-way, and every callback of the pages is such a one."""

import ast
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
import streamlit as st
from streamlit.runtime.scriptrunner import RerunData, RerunException

import roi
from roi.callbacks import to_the_end
from roi.screens import keeping

PAGES = Path(roi.__file__).parent
EVENTS = {"on_click", "on_change", "on_select", "on_found_change"}


def test_an_interrupted_callback_is_done_to_its_end_and_the_request_then_heard() -> None:
    looks = iter([RerunException(RerunData(query_string="first")), None])
    done: list[int] = []

    @to_the_end
    def typed(number: int) -> None:
        interruption = next(looks)
        if interruption is not None:
            raise interruption
        done.append(number)

    with pytest.raises(RerunException) as request:
        typed(31_000)
    assert done == [31_000]
    assert request.value.rerun_data.query_string == "first"


def test_a_fault_of_a_callback_is_not_taken_for_an_interruption() -> None:
    def fails() -> None:
        raise ValueError("a fault")

    with pytest.raises(ValueError, match="a fault"):
        to_the_end(fails)()


def test_a_browser_whose_answer_was_dropped_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever turns the page while the browser answers drops its answer with the page's widgets."""
    asked: list[tuple[int, object]] = []
    answers: list[str] = []

    def answered(last: str, kept: tuple[keeping.Kept, ...]) -> None:
        answers.append(last)
        assert kept == ()

    def component(*, key: str, data: dict[str, int], on_found_change: object) -> None:
        assert key == keeping._KEY
        asked.append((data["asked"], on_found_change))

    monkeypatch.setattr(keeping, "_keeper", lambda: component)
    monkeypatch.setattr(st, "session_state", state := {})
    keeping.ask_browser(answered)
    keeping.ask_browser(answered)
    (first, found), (second, _) = asked
    assert callable(found)
    assert first != second
    found()
    state[keeping._KEY] = SimpleNamespace(found=None)
    found()
    assert answers == []
    state[keeping._KEY] = SimpleNamespace(found='{"visit": "a", "entries": []}')
    found()
    assert answers == ["a"]


def callbacks() -> Iterator[tuple[str, ast.expr]]:
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
    names, found = whole() | {"step", "ask"}, list(callbacks())
    assert len(found) > 25
    for place, value in found:
        wrapped = isinstance(value, ast.Call) and getattr(value.func, "id", "") == to_the_end.__name__
        plain = isinstance(value, ast.Constant) and value.value == "ignore"
        assert wrapped or plain or (isinstance(value, ast.Name) and value.id in names), place
