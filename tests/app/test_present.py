"""What stands on the wall and on paper, and how far a keyboard has to go."""

import re
from typing import Literal

import pytest
from playwright.sync_api import expect

from tests.app.visitor import Visitor

TABS_MAX = 5
FOCUSED = "document.activeElement.getAttribute('aria-label') || document.activeElement.textContent"

TOO_FAINT = """
() => {
  const parts = colour => {
    const context = Object.assign(document.createElement('canvas'), {width: 1, height: 1}).getContext('2d')
    context.fillStyle = colour
    context.fillRect(0, 0, 1, 1)
    const [r, g, b, a] = context.getImageData(0, 0, 1, 1).data
    return [r, g, b, a / 255]
  }
  const over = (top, below, alpha) => [0, 1, 2].map(i => top[i] * alpha + below[i] * (1 - alpha))
  const light = colour => {
    const [r, g, b] = colour.map(c => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const ground = part => {
    if (!part) return [255, 255, 255]
    const own = parts(getComputedStyle(part).backgroundColor)
    return own[3] === 1 ? own.slice(0, 3) : over(own, ground(part.parentElement), own[3])
  }
  const faint = []
  for (const part of document.querySelectorAll('[data-testid="stMain"] p, h1, h2, h3, li, label')) {
    const words = [...part.childNodes].filter(each => each.nodeType === 3).map(each => each.data).join('').trim()
    if (!words || !part.checkVisibility()) continue
    let shown = 1
    for (let each = part; each; each = each.parentElement) shown *= getComputedStyle(each).opacity
    const below = ground(part), own = parts(getComputedStyle(part).color)
    const pair = [light(over(own, below, own[3] * shown)), light(below)].sort((a, b) => b - a)
    const contrast = (pair[0] + 0.05) / (pair[1] + 0.05)
    if (contrast < 4.5) faint.push(`${contrast.toFixed(2)} ${words}`)
  }
  return faint
}
"""
"""Words whose contrast to their ground is less than WCAG 2.2 asks for at level AA (4.5)."""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_words_stand_out_from_their_ground(visitor: Visitor, theme: Literal["light", "dark"]) -> None:
    visitor.page.emulate_media(color_scheme=theme)
    visitor.acts(visitor.page.reload)
    visitor.reads("To say in the meeting")
    visitor.still()
    assert visitor.page.evaluate("getComputedStyle(document.querySelector('.stApp')).colorScheme") == theme
    assert visitor.page.evaluate(TOO_FAINT) == []


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


def test_whoever_tabs_sees_where_they_are_in_the_navigation(visitor: Visitor) -> None:
    link = visitor.sidebar.get_by_role("link", name="TCO")
    visitor.sidebar.get_by_role("link", name="Options").focus()
    visitor.page.keyboard.press("Tab")
    expect(link).to_be_focused()
    expect(link).to_have_css("outline-style", "solid")
    expect(link).to_have_css("outline-width", "3px")
