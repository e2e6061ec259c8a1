"""`python -m tests.app.pictures FOLDER`: every page as a picture, in both languages, wide and narrow."""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from roi.screens.context import DRAWS
from roi.screens.frame import WALL
from roi.texts import Language, text
from tests.app.conftest import ARGUMENTS, CHROMIUM
from tests.app.visitor import Visitor
from tests.perf.visiting import served

PAGES = (
    "proposal",
    "figures",
    "scenario",
    "options",
    "tco",
    "compare",
    "risk",
    "evidence",
    "operation",
    WALL,
)
"""The last has neither its name for a heading nor a navigation by which to leave it."""
LOCALES: dict[Language, str] = {"en": "en-US", "ja": "ja-JP"}
WIDTHS = (1280, 390)
NARROW = 800
README = {("proposal", "en", 1280): "proposal.png"}
"""What the README shows of the application, cut to the first screen; beside it page one of the report."""
SCREEN = {"x": 0, "y": 0, "width": 1280, "height": 860}
PAGE_DOTS_PER_INCH = "80"


def main() -> None:
    """Take all pictures, or those of the README."""
    parser = argparse.ArgumentParser(prog="python -m tests.app.pictures", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--readme",
        action="store_true",
        help="only the two pictures of the README: the first page, and the report's",
    )
    parser.add_argument("--dark", action="store_true", help="on a dark ground")
    parser.add_argument("--pages", nargs="+", choices=PAGES, default=PAGES, help="only these")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    with served(["roi", "app", "--port"]) as (port, _, _), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for language, locale in LOCALES.items():
            for width in WIDTHS:
                _take(browser, f"http://localhost:{port}", (language, locale, width), arguments)
        browser.close()
    if arguments.readme:
        _take_page_one(arguments.folder / "ringi.png")


def _take_page_one(picture: Path) -> None:
    """Of the demonstration's report in Japanese, as it is printed."""
    with tempfile.TemporaryDirectory() as folder:
        printed = Path(folder) / "report.pdf"
        command = [sys.executable, "-m", "roi", "report", "-o", str(printed), "--lang", "ja"]
        subprocess.run(command, check=True)
        dots = ["-r", PAGE_DOTS_PER_INCH, "-f", "1", "-l", "1", "-png", "-singlefile"]
        subprocess.run(["pdftoppm", *dots, str(printed), str(picture.with_suffix(""))], check=True)


def _take(
    browser: Browser, address: str, given: tuple[Language, str, int], arguments: argparse.Namespace
) -> None:
    language, locale, width = given
    wanted = [name for name in arguments.pages if not arguments.readme or (name, language, width) in README]
    if not wanted:
        return
    context = browser.new_context(
        locale=locale,
        viewport={"width": width, "height": 900},
        color_scheme="dark" if arguments.dark else "light",
    )
    visitor = Visitor(context.new_page(), address, "")
    for name in wanted:
        if width < NARROW:
            _open_sidebar(visitor)
        title = text(language, f"screen.{name}")
        if name == WALL:
            visitor.sidebar.get_by_role("link", name=title).click()
            visitor.settle()
        else:
            visitor.go(title)
        if width < NARROW:
            _close_sidebar(visitor)
        _wait(visitor)
        if arguments.readme:
            place = arguments.folder / README[name, language, width]
            visitor.page.screenshot(path=place, clip=SCREEN)  # type: ignore[arg-type]
        else:
            visitor.page.set_viewport_size({"width": width, "height": _height(visitor)})
            visitor.settle()
            visitor.page.screenshot(path=arguments.folder / f"{name}-{language}-{width}.png")
            visitor.page.set_viewport_size({"width": width, "height": 900})
    context.close()


def _open_sidebar(visitor: Visitor) -> None:
    button = visitor.page.get_by_test_id("stExpandSidebarButton")
    if button.count() and button.is_visible():
        button.click()


def _close_sidebar(visitor: Visitor) -> None:
    button = visitor.page.get_by_test_id("stSidebarCollapseButton").get_by_role("button")
    if button.count() and button.is_visible():
        button.click()


def _wait(visitor: Visitor) -> None:
    """Until nothing is worked out any more and the charts stand still."""
    visitor.page.wait_for_timeout(800)
    visitor.settle()
    for each in LOCALES:
        for said in (text(each, "screen.planning"), text(each, "screen.analysing", draws=DRAWS)):
            visitor.no_longer_reads(said)
    visitor.page.wait_for_timeout(1200)


def _height(visitor: Visitor) -> int:
    """Of the whole page, which scrolls inside a part of its own."""
    found = visitor.main.evaluate("part => part.scrollHeight + 40")
    return min(int(found), 6000)


if __name__ == "__main__":
    main()
