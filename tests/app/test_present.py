"""What stands on the wall and on paper, and how far a keyboard has to go."""

import re

from playwright.sync_api import expect

from tests.app.visitor import Visitor

TABS_MAX = 5
FOCUSED = "document.activeElement.getAttribute('aria-label') || document.activeElement.textContent"


def test_three_pictures_and_sentences_on_one_printed_page(visitor: Visitor) -> None:
    visitor.sidebar.get_by_role("link", name="Present").click()
    wall = visitor.main.locator(".st-key-wall")
    expect(wall.get_by_test_id("stVegaLiteChart")).to_have_count(3)
    expect(wall.get_by_role("heading")).to_contain_text("Rent Verda H100 Finland by the hour")
    visitor.reads("Draft: 27 of 68 figures are placeholders")
    visitor.settle()
    paper = visitor.page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1


def test_the_first_lever_is_five_tabs_away_and_focus_is_seen(visitor: Visitor) -> None:
    links = visitor.page.locator("#image-roi-reach a")
    expect(links).to_have_text(["Skip to the answer", "Skip to the quick changes"])
    visitor.page.evaluate("document.activeElement.blur()")
    reached: list[str] = []
    while "Skip to the quick changes" not in reached:
        assert len(reached) < TABS_MAX, reached
        visitor.page.keyboard.press("Tab")
        reached.append(visitor.page.evaluate(FOCUSED))
    expect(links.nth(1)).to_be_in_viewport()
    visitor.page.keyboard.press("Enter")
    expect(visitor.number("Highest FID")).to_be_focused()
    links.nth(0).focus()
    visitor.page.keyboard.press("Enter")
    expect(visitor.main).to_be_focused()
