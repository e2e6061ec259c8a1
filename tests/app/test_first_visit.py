"""A visitor who has never been here."""

import pytest
from playwright.sync_api import expect

from bench.library import library_profiles
from roi.amounts import unit_price
from roi.decision.decide import decide
from roi.scenario.change import with_changes
from roi.scenario.load import demonstration
from tests.app.conftest import Visits
from tests.app.visitor import Visitor

PLACES = {
    "fid_max": "workloads[0].quality.fid_max",
    "volume": "workloads[0].images_per_month",
    "boards": "limits.boards",
}


def answer(**changes: object) -> tuple[str, str]:
    """Supply and price that `decide` gives."""
    asked = with_changes(demonstration(), {PLACES[name]: value for name, value in changes.items()})
    [choice] = decide(asked, library_profiles()).choices
    return choice.option.offer.supply, unit_price(choice.cost_per_accepted_image, asked.currency, "en")


def test_the_first_page_recommends_without_being_touched(visitor: Visitor) -> None:
    for words in ("PixArt-Σ", *answer()):
        visitor.reads(words)


def test_another_board_changes_the_choice_to_what_decide_gives(visitor: Visitor) -> None:
    before, after = answer(), answer(boards=["A100 SXM 40GB"])
    assert set(before).isdisjoint(after)
    visitor.choose_board("A100 SXM 40GB")
    for words in after:
        visitor.reads(words)


def test_the_slider_moves_with_the_number_and_the_answer_with_both(visitor: Visitor) -> None:
    visitor.go("Scenario")
    visitor.type_number("Highest FID", "6.1")
    visitor.reads("No answer")
    slider = visitor.sidebar.get_by_role("slider")
    expect(slider).to_have_value("6.1")
    slider.press("ArrowRight")
    visitor.reads(answer(fid_max=6.2)[1])
    expect(visitor.number("Highest FID")).to_have_value("6.20")


def test_a_volume_of_ones_own_changes_the_figures(visitor: Visitor) -> None:
    visitor.go("Scenario")
    visitor.type_number("Accepted images a month", "35000")
    visitor.reads(answer(volume=35000)[1])
    visitor.reads("workloads[0].images_per_month")


def test_no_answer_names_the_rule_and_what_it_would_have_to_be(visitor: Visitor) -> None:
    visitor.type_number("Highest FID", "1")
    visitor.reads("No answer: nothing meets all rules")
    visitor.reads("quality bar (FID at most): 1 → 6.15")
    visitor.push(visitor.main.get_by_role("button", name="Take this change").first)
    expect(visitor.number("Highest FID")).to_have_value("6.15")
    visitor.reads(answer(fid_max=6.15)[1])


def test_the_language_switch_changes_every_word(visitor: Visitor) -> None:
    visitor.go("Scenario")
    visitor.sidebar.get_by_text("日本語").click()
    visitor.reads("シナリオの部分")
    visitor.reads("合格画像1枚あたり")
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
