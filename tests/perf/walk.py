"""A planner's walk in a real browser, in clicks and seconds: to a 稟議書 with five figures of his own."""

import time

from playwright.sync_api import sync_playwright

from roi.texts import catalogue, text
from tests.app.conftest import ARGUMENTS, CHROMIUM
from tests.app.visitor import Visitor
from tests.perf.visiting import served

FIELDS = (("ask_volume", "35000"), ("ask_usable", "6"))
"""Figures that are typed; the other three are chosen."""
PAGE_OPENED, LIST_AND_CHOICE, OWN, QUALITY, ANSWER = 1, 2, 1, 1, 1
REPORT_AND_FILE = 2
"""Clicks."""


def report(*, quick: bool) -> None:
    """Print clicks, typed figures and the seconds that the planner waits, up to the file in his hands."""
    del quick
    with served(["roi", "app", "--port"]) as (port, _, _), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        context = browser.new_context(locale="ja-JP", viewport={"width": 1280, "height": 900})
        began = time.perf_counter()
        visitor = Visitor(context.new_page(), f"http://localhost:{port}", "")
        opened_s = time.perf_counter() - began
        clicks = _answered(visitor)
        first_s = time.perf_counter() - began
        visitor.push(visitor.main.get_by_role("button", name=_said("make_report")))
        content = visitor.take(_said("take_report_xlsx"))
        whole_s = time.perf_counter() - began
        browser.close()
    print(
        f"walk: page whole after {opened_s:.1f} s, first answer after {first_s:.1f} s, 稟議書 of "
        f"{len(content) / 1024:.0f} KiB after {whole_s:.1f} s; {clicks + REPORT_AND_FILE} clicks, {len(FIELDS)} "
        "figures typed"
    )


def _said(key: str) -> str:
    return text("ja", f"screen.{key}")


def _begin(key: str) -> str:
    """A sentence up to the figure in it."""
    return catalogue("ja")[f"screen.{key}"].partition("{")[0]


def _answered(visitor: Visitor) -> int:
    """Clicks to the first answer; typing a figure counts one more."""
    visitor.go(text("ja", "screen.figures"))
    for question, number in FIELDS:
        field = visitor.main.get_by_role("textbox", name=_begin(question))
        field.fill(number)
        visitor.acts(lambda field=field: field.press("Enter"))  # type: ignore[misc]
    visitor.choose(visitor.main.get_by_role("combobox", name=_begin("ask_today")), _said("today_people"))
    visitor.acts(visitor.main.get_by_text(_said("own_no")).click)
    visitor.acts(visitor.main.get_by_text(_begin("quality_middle")).click)
    visitor.push(visitor.main.get_by_role("button", name=_said("five_answer")))
    return PAGE_OPENED + LIST_AND_CHOICE + OWN + QUALITY + ANSWER
