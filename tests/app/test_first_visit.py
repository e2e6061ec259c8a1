"""A visitor who has never been here."""

import pytest

from bench.library import library_profiles
from roi.decision.decide import decide
from roi.output.figures import unit_price
from roi.scenario.change import with_changes
from roi.scenario.load import demonstration
from tests.app.conftest import Visits
from tests.app.visitor import Visitor


def answer(**changes: object) -> tuple[str, str]:
    """Model and price that `decide` gives."""
    places = {"fid_max": "workloads[0].quality.fid_max", "volume": "workloads[0].images_per_month"}
    asked = with_changes(demonstration(), {places[name]: value for name, value in changes.items()})
    [choice] = decide(asked, library_profiles()).choices
    return choice.option.offer.model_name, unit_price(choice.cost_per_accepted_image, asked.currency)


def test_the_first_page_recommends_without_being_touched(visitor: Visitor) -> None:
    model, price = answer()
    visitor.reads(model)
    visitor.reads(price)


def test_another_bar_changes_the_choice_to_what_decide_gives(visitor: Visitor) -> None:
    before, after = answer(), answer(fid_max=6.2)
    assert before[0] != after[0]
    visitor.type_number("Highest FID", "6.2")
    for words in after:
        visitor.reads(words)


def test_the_slider_moves_with_the_number_and_the_answer_with_both(visitor: Visitor) -> None:
    visitor.go("Scenario")
    visitor.type_number("Highest FID", "6.1")
    visitor.reads("No answer")
    slider = visitor.sidebar.get_by_role("slider")
    assert slider.input_value() == "6.1"
    slider.press("ArrowRight")
    visitor.reads(answer(fid_max=6.2)[1])
    assert visitor.number("Highest FID").input_value() == "6.20"


def test_a_volume_of_ones_own_changes_the_figures(visitor: Visitor) -> None:
    visitor.go("Scenario")
    visitor.type_number("Accepted images a month", "35000")
    visitor.reads(answer(volume=35000)[1])
    visitor.reads("workloads[0].images_per_month")


def test_no_answer_names_the_rule_and_what_it_would_have_to_be(visitor: Visitor) -> None:
    visitor.type_number("Highest FID", "1")
    visitor.reads("No answer: nothing meets all rules")
    visitor.reads("quality bar (FID at most)")


def test_the_language_switch_changes_every_word(visitor: Visitor) -> None:
    visitor.go("Scenario")
    visitor.sidebar.get_by_text("日本語").click()
    visitor.reads("シナリオの部分")
    visitor.reads("採用画像1枚あたり")
    links = "".join(visitor.sidebar.get_by_role("link").all_inner_texts())
    for title in ("提案", "シナリオ", "選択肢", "総コスト（TCO）", "リスク", "根拠"):
        assert title in links


def test_a_japanese_browser_is_met_in_japanese(visits: Visits) -> None:
    visitor = visits(locale="ja-JP")
    visitor.sidebar.get_by_role("link", name="シナリオ").click()
    visitor.reads("シナリオの部分")


@pytest.mark.parametrize("width", [1280, 390])
def test_no_page_is_wider_than_the_screen(visits: Visits, width: int) -> None:
    visitor = visits(width=width)
    assert visitor.page.evaluate("document.documentElement.scrollWidth") <= width
