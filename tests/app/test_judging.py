"""A whole trial in a browser, by keyboard: sixty pictures, two reviewers, the server killed in the middle."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from roi.trial.answer import Asked, answered
from roi.trial.desk import Desk, queue, read_desk
from roi.trial.pictures import Key
from roi.trial.trial_file import write_trial
from roi.trial.votes import file_of, read_votes
from tests.app.conftest import ROOT, _wait_for
from tests.app.visitor import PATIENCE_MS, Talk, drawn, press
from tests.roi.trial_cases import SD3, TELLING, laid, trial


class Server:
    """`trial judge` as somebody starts it."""

    def __init__(self, desk: Path, home: Path, lang: str = "en") -> None:
        """Start it on a free port and wait until it answers."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        command = [
            sys.executable,
            "-m",
            "roi",
            "trial",
            "judge",
            str(desk),
            "--port",
            str(self.port),
            "--lang",
            lang,
        ]
        environment = {**os.environ, "HOME": str(home), "PYTHONPATH": str(ROOT)}
        with (home / "log").open("ab") as log:
            self.process = subprocess.Popen(
                command,
                cwd=home,
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        _wait_for(f"http://127.0.0.1:{self.port}/_stcore/health", self.process, home / "log")

    def page_of(self, page: Page, reviewer: str, lang: str = "en") -> None:
        """Open a reviewer's page."""
        page.goto(f"http://127.0.0.1:{self.port}/?reviewer={quote(reviewer)}&lang={lang}")

    def kill(self) -> None:
        """As a power cut does it, the server and all that it started."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=300)


@pytest.fixture
def started() -> Iterator[list[Server]]:
    """Servers of a test, ended with it."""
    servers: list[Server] = []
    yield servers
    for server in servers:
        if server.process.poll() is None:
            server.kill()


@pytest.fixture
def talk(page: Page) -> Talk:
    """What the page says to its server."""
    return Talk(page)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A telephone's page: 390 pixels wide."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    found = context.new_page()
    found.set_default_timeout(PATIENCE_MS)
    yield found
    context.close()


def settled(page: Page, text: str) -> None:
    """Wait until the page says so much is done and its buttons are there."""
    expect(page.get_by_text(text)).to_be_visible()
    expect(page.locator("[data-testid=stImage] img").first).to_have_js_property("complete", True)
    expect(page.get_by_test_id("stButton").nth(3)).to_be_visible()
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    drawn(page)


def judge(page: Page, talk: Talk, desk: Desk, folder: Path, key: Key, reviewer: str, looks: int) -> None:
    """Judge so many pictures by keyboard: SD3 passes, but for each third prompt, where it fails for its hands."""
    found = queue(desk, reviewer)
    done = len(read_votes_of(folder, desk, reviewer))
    for place in range(done, done + looks):
        look = found[place]
        settled(page, f"{place} of {len(found)}")
        text = desk.prompts[look.prompt].text
        expect(page.get_by_text(text, exact=True)).to_be_visible()
        good = key.arm_of[look.pictures[0]] == SD3
        press(page, talk, "a" if good and look.prompt % 3 else "2" if good else "x")
        expect(page.get_by_text(f"{place} of {len(found)}")).not_to_be_visible()


def read_votes_of(folder: Path, desk: Desk, reviewer: str) -> list[str]:
    """Looks that a reviewer has voted on, as the file has them."""
    return [vote.look_id for vote in read_votes(folder, desk).votes if vote.reviewer == reviewer]


def test_a_whole_trial_by_keyboard_with_one_reviewer_killed_in_the_middle(tmp_path, page, talk, started):
    given = trial(repeats_fraction=0)
    write_trial(given, tmp_path / "trial.yaml", [])
    folder, key_file, made = laid(tmp_path, given)
    desk = read_desk(folder)
    home = tmp_path / "home"
    home.mkdir()
    started.append(Server(folder, home))
    started[0].page_of(page, "anna")
    judge(page, talk, desk, folder, made.key, "anna", 23)
    started[0].kill()
    assert len(read_votes_of(folder, desk, "anna")) == 23
    started.append(Server(folder, home))
    started[1].page_of(page, "anna")
    judge(page, talk, desk, folder, made.key, "anna", 37)
    expect(page.get_by_text("All pictures are judged.")).to_be_visible()
    started[1].page_of(page, "ben", "ja")
    for place, look in enumerate(queue(desk, "ben")):
        settled(page, f"60 件中 {place} 件")
        html = page.content().lower()
        assert [word for word in TELLING if word in html] == []
        press(page, talk, "a" if made.key.arm_of[look.pictures[0]] == SD3 else "x")
        expect(page.get_by_text(f"60 件中 {place} 件")).not_to_be_visible()
    expect(page.get_by_text("すべての画像の確認が終わりました。")).to_be_visible()
    votes = read_votes(folder, desk)
    assert (len(votes.votes), votes.cut_off) == (120, 0)
    assert all(vote.seconds is not None and vote.seconds >= 0 for vote in votes.votes)
    asked = Asked(tmp_path / "trial.yaml", folder, key_file, None, None, None, None, ())
    _, document = answered(asked, "en")
    shares = {arm["model"]: arm["acceptance"] for arm in document["arms"]}
    assert shares[SD3] == pytest.approx((20 + 30) / 60)
    assert [each["verdict"] for each in document["differences"]] == ["better"]
    for path in (item for item in folder.rglob("*") if item.is_file()):
        assert [word for word in TELLING if word.encode() in path.read_bytes().lower()] == []


def test_the_page_asks_a_name_and_shows_picture_and_buttons_on_one_screen_of_a_telephone(
    tmp_path, page, talk, started
):
    folder, _, _ = laid(tmp_path, trial(prompts=4, repeats_fraction=0))
    home = tmp_path / "home"
    home.mkdir()
    started.append(Server(folder, home))
    page.goto(f"http://127.0.0.1:{started[0].port}/")
    page.get_by_role("textbox").fill("山田 太郎")
    page.get_by_text("ja", exact=True).click()
    page.get_by_role("button", name="Begin").click()
    accept = page.get_by_role("button", name="合格").first
    expect(accept).to_be_in_viewport()
    expect(page.get_by_role("button", name="不合格")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.screenshot(path=os.environ.get("JUDGING_PICTURE") or tmp_path / "judging.png")
    accept.click()
    settled(page, "8 件中 1 件")
    assert file_of(folder, "山田 太郎").is_file()
    press(page, talk, "b")
    expect(page.get_by_text("直前の回答を変更")).not_to_be_visible()
    page.get_by_role("button", name="不合格").click()
    expect(page.get_by_text("直前の回答を変更")).to_be_visible()
    [vote] = read_votes(folder, read_desk(folder)).votes
    assert vote.verdict == "reject"


def test_two_pictures_stand_side_by_side_and_the_arrow_keys_choose(tmp_path, page, talk, started):
    folder, _, _ = laid(tmp_path, trial(design="pairs", prompts=4, repeats_fraction=0))
    home = tmp_path / "home"
    home.mkdir()
    started.append(Server(folder, home))
    started[0].page_of(page, "anna")
    pictures = page.locator("[data-testid=stImage] img")
    expect(pictures).to_have_count(2)
    boxes = [pictures.nth(place).bounding_box() for place in (0, 1)]
    assert all(boxes)
    assert abs(boxes[0]["y"] - boxes[1]["y"]) < 2
    assert boxes[0]["x"] < boxes[1]["x"]
    for done, (key, _) in enumerate(
        (("ArrowLeft", "left"), ("ArrowRight", "right"), ("t", "tie"), ("n", "neither"))
    ):
        settled(page, f"{done} of 4")
        press(page, talk, key)
    expect(page.get_by_text("All pictures are judged.")).to_be_visible()
    verdicts = [vote.verdict for vote in read_votes(folder, read_desk(folder)).votes]
    assert sorted(verdicts) == ["left", "neither", "right", "tie"]
