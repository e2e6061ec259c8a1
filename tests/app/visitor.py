"""Somebody at a browser: what they click and type, and what they read."""

from pathlib import Path

from playwright.sync_api import ConsoleMessage, Locator, Page, Request, expect

PATIENCE_MS = 150_000
expect.set_options(timeout=PATIENCE_MS)
HEADER_PIXELS, ROW_PIXELS = 36, 35
"""Of the table of inputs, which is drawn on a canvas."""


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
        self.page.wait_for_timeout(150)
        expect(self.page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")

    def go(self, title: str) -> None:
        """Open a page by its name in the navigation."""
        self.sidebar.get_by_role("link", name=title).click()
        expect(self.main.get_by_role("heading", name=title).first).to_be_visible()
        self.settle()

    def type_number(self, label: str, number: str) -> None:
        """Type over a number of the sidebar."""
        field = self.number(label)
        field.fill(number)
        field.press("Enter")
        self.settle()

    def number(self, label: str) -> Locator:
        """A number of the sidebar."""
        return self.sidebar.get_by_role("spinbutton", name=label)

    def choose_board(self, name: str) -> None:
        """Limit the choice to a board."""
        self.sidebar.get_by_role("combobox", name="Boards to choose from").click()
        self.page.get_by_role("option", name=name).click()
        self.page.keyboard.press("Escape")
        self.settle()

    def reads(self, words: str) -> None:
        """The words stand on the page."""
        expect(self.main).to_contain_text(words)

    def edit(self, row: int, column_x: int, words: str) -> None:
        """Type into a cell of the table of inputs, without waiting for the server."""
        grid = self.main.get_by_test_id("data-grid-canvas").first
        grid.scroll_into_view_if_needed()
        corner = grid.bounding_box()
        assert corner is not None
        y = corner["y"] + HEADER_PIXELS + ROW_PIXELS * row + ROW_PIXELS / 2
        self.page.mouse.dblclick(corner["x"] + column_x, y)
        editor = self.page.locator("#portal textarea, #portal input").first
        editor.fill(words)
        editor.press("Enter")
        expect(editor).to_have_count(0)

    def no_longer_reads(self, words: str) -> None:
        """The words have left the page."""
        expect(self.main).not_to_contain_text(words)

    def give(self, file: Path, place: int = 0) -> None:
        """Upload a file at the page's uploader."""
        self.main.locator("input[type=file]").nth(place).set_input_files(file)
        self.settle()

    def take(self, button: str) -> bytes:
        """What a download button gives."""
        with self.page.expect_download() as found:
            self.main.get_by_role("button", name=button).click()
        path = found.value.path()
        return path.read_bytes()

    def _note_request(self, request: Request) -> None:
        if not request.url.startswith((f"{self.address}/", "data:", "blob:")):
            self.outside.append(request.url)

    def _note_message(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(message.text)
