"""What stands on a page when it cannot be drawn."""

import json
import sys
from typing import Any

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.runtime.state import SessionState
from streamlit.testing.v1 import AppTest

PATIENCE_S = 300


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
    shown = AppTest.from_function(page_that_divides_by_zero, default_timeout=PATIENCE_S).run()
    assert [error.value[:14] for error in shown.error] == ["予期しない問題が起きました。"]
    assert not shown.exception
    assert "ZeroDivisionError" in caplog.text


def test_faults_of_the_inputs_are_listed_as_text_and_the_many_are_counted() -> None:
    [error] = AppTest.from_function(page_that_lacks_a_figure, default_timeout=PATIENCE_S).run().error
    assert error.value.startswith("**This cannot be computed**\n\nsite\\.\\<b\\>0\\<\\/b\\>\\: is missing")
    assert error.value.endswith("and 3 more")


def page_of_a_file_that_is_uploaded() -> None:
    import streamlit as st

    from bench.library import library_profiles
    from roi.scenario.load import demonstration
    from roi.screens.context import Context
    from roi.screens.frame import draw
    from roi.screens.upload import uploaded_scenario
    from roi.texts import Language

    language: Language = "ja" if st.query_params.get("lang") == "ja" else "en"

    def page(_: Context) -> None:
        uploaded_scenario("mine.yaml", b"site:\n\tpue: 1\n", language)

    draw(page, Context(demonstration(), library_profiles(), language, False))


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", r"mine\.yaml\:2\: is indented with a tab\; use spaces"),
        ("ja", r"mine\.yaml\:2\: タブで字下げされています。半角の空白を使ってください"),
    ],
)
def test_a_fault_is_said_in_the_language_of_the_page_without_the_folder(language: str, said: str) -> None:
    page = AppTest.from_function(page_of_a_file_that_is_uploaded, default_timeout=PATIENCE_S)
    page.query_params["lang"] = language
    [error] = page.run().error
    assert error.value.splitlines()[-1] == said


def levers_alone() -> None:
    from roi.screens.levers import show_levers
    from roi.screens.state import begin, visit
    from roi.screens.typed import hear_fields

    begin("en")
    hear_fields()
    show_levers("en")
    import streamlit as st

    from roi.scenario.yaml_writing import yaml_of

    st.text(yaml_of(visit().scenario, "en"))


def test_a_lever_that_reports_what_it_shows_changes_nothing() -> None:
    """A page drawn anew while another run is under way sends every lever's number as if it were typed."""
    page = AppTest.from_function(levers_alone, default_timeout=PATIENCE_S).run()
    before = page.text[0].value
    assert "TEPCO EP business power" in before
    for _ in range(2):
        state: Any = page.session_state
        known = state._state._state._new_widget_state.states
        for lever in page.text_input:
            if lever.id in known:
                lever.set_value(lever.value)
                known.pop(lever.id)
        page.run()
        assert page.text[0].value == before
    [price] = [lever for lever in page.text_input if lever.label.startswith("Electricity price")]
    price.set_value("26").run()
    assert "value: 26\n" in page.text[0].value
    price.set_value("25").run()
    assert "TEPCO EP business power" not in page.text[0].value


def lever(page: AppTest, label: str) -> Any:
    [found] = [each for each in page.text_input if each.label.startswith(label)]
    return found


def test_a_typed_number_counts_whose_callback_is_not_called(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two requests at once, both threads may take the number for one that is known already."""
    page = AppTest.from_function(levers_alone, default_timeout=PATIENCE_S).run()
    with monkeypatch.context() as deaf:
        deaf.setattr(SessionState, "_widget_changed", lambda *_: False)
        lever(page, "Electricity price").set_value("26").run()
    assert "value: 26\n" in page.text[0].value
    page.run()
    assert lever(page, "Electricity price").value == "26"
    assert len(page.session_state["visit"].before) == 1


@pytest.mark.parametrize(
    ("label", "refused"),
    [("Acceptance", "60"), ("Highest FID", "-3"), ("Electricity price", "5.000"), ("Highest FID", "good")],
)
def test_a_number_that_is_refused_does_not_stay_in_its_field(label: str, refused: str) -> None:
    page = AppTest.from_function(levers_alone, default_timeout=PATIENCE_S).run()
    before, scenario = lever(page, label).value, page.text[0].value
    lever(page, label).set_value(refused).run()
    assert page.session_state["visit"].fault is not None
    assert (lever(page, label).value, page.text[0].value) == (before, scenario)
    assert page.slider[0].value == float(lever(page, "Highest FID").value)
    lever(page, label).set_value(f"{float(before) / 2:g}").run()
    assert page.session_state["visit"].fault is None
    assert page.text[0].value != scenario


def language_alone() -> None:
    import streamlit as st

    from roi.screens.frame import _chosen_language

    st.text(_chosen_language())


def test_a_page_turned_at_once_stays_in_the_language_of_the_link(monkeypatch: pytest.MonkeyPatch) -> None:
    """The browser then sends nothing of the switch yet, and the address has lost the language."""
    page = AppTest.from_function(language_alone, default_timeout=PATIENCE_S)
    page.query_params["lang"] = "ja"
    page.run()
    del page.query_params["lang"], page.session_state["language"]
    monkeypatch.setattr(page._tree, "get_widget_states", WidgetStates)
    assert page.run().text[0].value == "ja"
    assert page.radio[0].set_value("en").run().text[0].value == "en"


def tables_of_words() -> None:
    from roi.paper import table
    from roi.screens.drawing import show_parts

    untitled, alike = table("", "", words=2), table("Input", "Input", "", "", words=4)
    untitled.add("A", "buys")
    alike.add("A", "1", "2", "3")
    show_parts((untitled, alike))


def test_titles_of_a_table_may_be_empty_or_alike() -> None:
    shown = AppTest.from_function(tables_of_words, default_timeout=PATIENCE_S).run()
    assert not shown.exception
    assert [each.value.to_numpy().tolist() for each in shown.table] == [
        [["A", "buys"]],
        [["A", "1", "2", "3"]],
    ]


def tables_of_numbers() -> None:
    from roi.paper import table
    from roi.screens.drawing import show_parts

    for name in ("short", "as long as the screen of a telephone is wide"):
        rows = table("", "share")
        rows.add(name, "89 %")
        show_parts((rows,))


def test_a_long_name_does_not_keep_the_numbers_off_a_narrow_screen() -> None:
    shown = AppTest.from_function(tables_of_numbers, default_timeout=PATIENCE_S).run()
    pinned = [json.loads(each.proto.columns)["0"]["pinned"] for each in shown.dataframe]
    assert pinned == [True, False]


def said_on(page: AppTest) -> tuple[str | None, tuple[str, ...]]:
    """The refusal and the notes of the last wish."""
    state = page.session_state["visit"]
    return state.fault, tuple(each.sentence("en") for each in state.notes)


@pytest.mark.parametrize(
    ("label", "typed", "shown"),
    [
        ("Electricity price", "25,5", "25.5"),
        ("Electricity price", "¥25,5", "25.5"),
        ("Accepted images a month", "1,5", "1.5"),
        ("Acceptance", "0,6", "0.6"),
        ("Highest FID", "7,25", "7.25"),
    ],
)
def test_a_decimal_comma_is_read_and_told(label: str, typed: str, shown: str) -> None:
    page = AppTest.from_function(levers_alone, default_timeout=PATIENCE_S).run()
    lever(page, label).set_value(typed).run()
    fault, [told] = said_on(page)
    assert (fault, lever(page, label).value) == (None, shown)
    assert told.endswith(f": {typed} was read as {shown}: its comma is a decimal comma")
    assert len(page.session_state["visit"].before) == 1


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("5.000", "Electricity price: '5.000' may be 5 or 5000; write 5 or 5000"),
        ("1,234", "Electricity price: '1,234' may be 1.234 or 1234; write 1.2340 or 1234"),
        ("cheap", "Electricity price: 'cheap' is not a number; write a number"),
        ("20 %", "Electricity price: '20 %' is not a number; write a number"),
        ("25 JPY/kWh", "Electricity price: '25 JPY/kWh' holds a number and a unit; write 25 alone"),
    ],
)
def test_what_is_no_number_or_two_is_refused_with_what_to_write(typed: str, sentence: str) -> None:
    page = AppTest.from_function(levers_alone, default_timeout=PATIENCE_S).run()
    lever(page, "Electricity price").set_value(typed).run()
    assert said_on(page) == (sentence, ())
    lever(page, "Electricity price").set_value("26").run()
    assert said_on(page) == (None, ())


def test_a_share_may_be_typed_as_a_percentage() -> None:
    page = AppTest.from_function(levers_alone, default_timeout=PATIENCE_S).run()
    lever(page, "Acceptance").set_value("60 %").run()
    assert (said_on(page), lever(page, "Acceptance").value) == ((None, ()), "0.6")


def test_an_emptied_number_leaves_the_scenario_where_it_may() -> None:
    page = AppTest.from_function(levers_alone, default_timeout=PATIENCE_S).run()
    lever(page, "Internal carbon price").set_value("5000").run()
    assert page.session_state["visit"].scenario.limits.internal_carbon_price.value == 5000
    lever(page, "Internal carbon price").set_value("").run()
    assert page.session_state["visit"].scenario.limits.internal_carbon_price is None
    assert lever(page, "Internal carbon price").value == ""
    for label, shown in (("Accepted images a month", "20000"), ("Highest FID", "20.00")):
        before = lever(page, label).value
        lever(page, label).set_value("").run()
        assert page.session_state["visit"].fault is not None
        assert lever(page, label).value == before, shown
