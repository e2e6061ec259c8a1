"""Somebody at a browser: what they click and type, and what they read."""

import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import ConsoleMessage, Locator, Page, Request, WebSocket, expect
from playwright.sync_api import TimeoutError as Late
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from roi.scenario.load import demonstration
from roi.scenario.written import spell
from roi.screens.editing import sections

PATIENCE_MS = 150_000
OPEN_MS = 5_000
"""How long a list that was open may take to be clicked into, before it is opened again."""
expect.set_options(timeout=PATIENCE_MS)
DOWNLOAD_SEEN_MS, PUSHES_MOST = 30_000.0, 5
"""After so long without a download the push went nowhere [ms]."""
HEADER_PIXELS, ROW_PIXELS, VALUE_X = 36, 35, 260
"""Of the table of inputs, which is drawn on a canvas."""


class Talk:
    """What page and server say to each other: whether a whole run that was asked for is still to come."""

    def __init__(self, page: Page) -> None:
        """Listen from the first word on."""
        self.asked = 0
        """Whole runs that the page asked for; parts that draw themselves anew while they wait are none."""
        self.answered = True
        """Whether the last of them is done."""
        page.on("websocket", self._listen)

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framesent", self._note_sent)
        socket.on("framereceived", self._note_received)

    def _note_sent(self, frame: str | bytes) -> None:
        if isinstance(frame, bytes):
            message = BackMsg.FromString(frame)
            if message.WhichOneof("type") == "rerun_script" and not message.rerun_script.fragment_id:
                self.asked += 1
                self.answered = False

    def _note_received(self, frame: str | bytes) -> None:
        if isinstance(frame, bytes):
            message = ForwardMsg.FromString(frame)
            if message.WhichOneof("type") == "script_finished" and message.script_finished in (
                ForwardMsg.FINISHED_SUCCESSFULLY,
                ForwardMsg.FINISHED_WITH_COMPILE_ERROR,
            ):
                self.answered = True


def drawn(page: Page) -> None:
    """Wait until the browser has drawn what happened so far."""
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))")


def until(page: Page, holds: Callable[[], bool]) -> None:
    """Wait for a condition, hearing the browser meanwhile."""
    deadline = time.monotonic() + PATIENCE_MS / 1000
    while not holds():
        assert time.monotonic() < deadline, "the page has not asked, or the server not answered"
        page.wait_for_timeout(10)


def until_heard(page: Page, talk: Talk, act: Callable[[], None]) -> None:
    """Do it until the page asks the server: a button hears keys and clicks only some time after it is drawn."""
    asked = talk.asked

    def heard() -> bool:
        act()
        drawn(page)
        return talk.asked > asked

    until(page, heard)


def press(page: Page, talk: Talk, key: str) -> None:
    """Press a key of the page's own."""
    until_heard(page, talk, lambda: page.keyboard.press(key))


class Visitor:
    """One visit with what went wrong in it."""

    def __init__(self, page: Page, address: str, query: str) -> None:
        """Open the application and wait for its first page."""
        self.page = page
        self.address = address
        self.outside: list[str] = []
        """Requests that left this machine."""
        self.errors: list[str] = []
        """What the browser's console complained about."""
        page.set_default_timeout(PATIENCE_MS)
        self.talk = Talk(page)
        page.on("request", self._note_request)
        page.on("console", self._note_message)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.goto(f"{address}/{query}")
        self.settle()

    @property
    def main(self) -> Locator:
        """The page beside the sidebar."""
        return self.page.get_by_test_id("stMainBlockContainer")

    @property
    def sidebar(self) -> Locator:
        """Navigation, language and levers."""
        return self.page.get_by_test_id("stSidebar")

    def settle(self) -> None:
        """Wait until the server has nothing more to say."""
        expect(self.main).to_be_visible()
        self.drawn()
        self.until(lambda: self.talk.answered)
        expect(self.page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")

    def still(self) -> None:
        """Wait until nothing fades any more: what is stale is faint for a moment."""
        self.settle()
        self.page.wait_for_function(
            "() => document.getAnimations().every(each =>"
            " each.playState !== 'running' || each.effect.getComputedTiming().endTime === Infinity)"
        )

    def drawn(self) -> None:
        """Wait until the browser has drawn what happened so far: before that a key means nothing to a new text."""
        drawn(self.page)

    def acts(self, act: Callable[[], object]) -> None:
        """Do what makes the page ask the server, and wait for all of its answer."""
        asked = self.talk.asked
        act()
        self.until(lambda: self.talk.asked > asked)
        self.settle()

    def push(self, button: Locator) -> None:
        """Press a button by keyboard: what unfolds moves it away while a mouse comes down on it."""
        until_heard(self.page, self.talk, lambda: button.press("Enter"))
        self.settle()

    def until(self, holds: Callable[[], bool]) -> None:
        """Wait for a condition, hearing the browser meanwhile."""
        until(self.page, holds)

    def go(self, title: str) -> None:
        """Open a page by its name in the navigation."""
        self.sidebar.get_by_role("link", name=title).click()
        expect(self.main.get_by_role("heading", name=title).first).to_be_visible()
        self.settle()

    def type_number(self, label: str, number: str) -> None:
        """Type over a number of the sidebar."""
        field = self.number(label)
        field.fill(number)
        self.drawn()
        self.acts(lambda: field.press("Enter"))

    def number(self, label: str) -> Locator:
        """A number of the sidebar."""
        return self.sidebar.get_by_role("textbox", name=label)

    def choose_board(self, name: str) -> None:
        """Limit the choice to a board."""
        self.choose(self.sidebar.get_by_role("combobox", name="Boards to choose from"), name)
        self.page.keyboard.press("Escape")

    def choose(self, box: Locator, name: str) -> None:
        """Choose from a list; a page that is drawn anew meanwhile closes the list, and it is opened again."""
        option = self.page.get_by_role("option", name=name)

        def chosen() -> bool:
            if not option.is_visible():
                box.press("ArrowDown")
                self.drawn()
            try:
                option.click(timeout=OPEN_MS)
            except Late:
                return False
            return True

        self.acts(lambda: self.until(chosen))

    def reads(self, words: str) -> None:
        """The words stand on the page."""
        expect(self.main).to_contain_text(words)

    def edit(self, field: str, words: str) -> None:
        """Type a value of the first workload into the table of inputs, without waiting for the server."""
        places = [spell(row.steps) for row in sections(demonstration(), "en")[0].rows]
        row = places.index(f"workloads[0].{field}")
        grid = self.main.get_by_test_id("data-grid-canvas").first
        grid.scroll_into_view_if_needed()
        corner = grid.bounding_box()
        assert corner is not None
        y = corner["y"] + HEADER_PIXELS + ROW_PIXELS * row + ROW_PIXELS / 2
        self.page.mouse.dblclick(corner["x"] + VALUE_X, y)
        editor = self.page.locator("#portal textarea, #portal input").first
        editor.fill(words)
        editor.press("Enter")
        expect(editor).to_have_count(0)

    def no_longer_reads(self, words: str) -> None:
        """The words have left the page."""
        expect(self.main).not_to_contain_text(words)

    def give(self, file: Path, place: int = 0) -> None:
        """Upload a file at the page's uploader."""
        uploader = self.main.locator("input[type=file]").nth(place)
        self.acts(lambda: uploader.set_input_files(file))

    def take(self, button: str) -> bytes:
        """What a download button gives once the page stands; drawn anew under the click it is pushed again."""
        for _ in range(PUSHES_MOST):
            self.settle()
            try:
                with self.page.expect_download(timeout=DOWNLOAD_SEEN_MS) as found:
                    self.main.get_by_role("button", name=button).click()
                path = found.value.path()
                return path.read_bytes()
            except Late:
                continue
        raise AssertionError(f"{button!r} gives nothing")

    def _note_request(self, request: Request) -> None:
        if not request.url.startswith((f"{self.address}/", "data:", "blob:")):
            self.outside.append(request.url)

    def _note_message(self, message: ConsoleMessage) -> None:
        """Streamlit looks for its server beside a page of its own address first, and finds nothing there."""
        searched = "/_stcore/" in message.location["url"] and "404" in message.text
        if message.type == "error" and not searched:
            self.errors.append(message.text)
