"""What stands on a page when it cannot be drawn."""

import sys

import pytest
from streamlit.testing.v1 import AppTest


@pytest.fixture(autouse=True)
def _main_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """Streamlit leaves the page it ran as the main module, and processes spawned later would run it."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])


def page_that_divides_by_zero() -> None:
    from bench.library import library_profiles
    from roi.scenario.load import demonstration
    from roi.screens.context import Context
    from roi.screens.frame import draw

    draw(lambda _: print(1 / 0), Context(demonstration(), library_profiles(), "ja", False))


def page_that_lacks_a_figure() -> None:
    from bench.library import library_profiles
    from roi.errors import MissingFigureError
    from roi.scenario.load import demonstration
    from roi.screens.context import Context
    from roi.screens.frame import draw

    def page(_: Context) -> None:
        raise MissingFigureError("\n".join(f"site.<b>{number}</b>: is missing" for number in range(15)))

    draw(page, Context(demonstration(), library_profiles(), "en", False))


def test_what_nobody_expected_is_a_sentence_and_the_log_has_the_rest(
    caplog: pytest.LogCaptureFixture,
) -> None:
    shown = AppTest.from_function(page_that_divides_by_zero).run()
    assert [error.value[:14] for error in shown.error] == ["予期しない問題が起きました。"]
    assert not shown.exception
    assert "ZeroDivisionError" in caplog.text


def test_faults_of_the_inputs_are_listed_as_text_and_the_many_are_counted() -> None:
    [error] = AppTest.from_function(page_that_lacks_a_figure).run().error
    assert error.value.startswith("**This cannot be computed**\n\nsite\\.\\<b\\>0\\<\\/b\\>\\: is missing")
    assert error.value.endswith("and 3 more")
