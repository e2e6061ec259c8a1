"""The application as a visitor sees it, run by streamlit's own test runner."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

APP = Path(__file__).resolve().parent.parent / "app.py"


@pytest.fixture
def page():
    return AppTest.from_file(str(APP), default_timeout=60).run()


def shown(page):
    assert not page.exception
    [answer] = page.code
    return answer.value


def test_the_first_visit_shows_an_answer_and_its_proof(page):
    answer = shown(page)
    assert "Recommended  PixArt-Σ" in answer
    assert "recomputed by a second route: agrees" in " ".join(answer.split())
    assert "bundled demonstration" in page.caption[0].value


def test_a_lower_bar_shows_the_conflict_and_what_would_have_to_give(page):
    answer = shown(page.slider[0].set_value(1.0).run())
    assert answer.startswith("No answer: nothing meets all rules")
    assert "1 -> 6.15" in " ".join(answer.split())


def test_another_language_changes_page_and_widgets(page):
    answer = shown(page.radio[0].set_value("ja").run())
    assert answer.splitlines()[1].startswith("推奨")
    assert page.slider[0].label == "品質基準（FID 上限）"


def test_another_reference_and_another_board_change_the_answer(page):
    answer = shown(page.selectbox[0].set_value("fid/coco2014-10k").run())
    assert "FID 19.36 on fid/coco2014-10k" in " ".join(answer.split())
    page.selectbox[0].set_value("fid/mjhq-30k")
    assert "Verda B200 Finland" in shown(page.selectbox[1].set_value("B200 SXM").run()).splitlines()[1]


def test_the_page_offers_its_answer_as_json(page):
    [button] = page.get("download_button")
    assert button.proto.label == "JSON"
    assert button.proto.url.endswith(".json")
