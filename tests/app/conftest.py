"""One server and one browser for all tests of the application; every visit has a context of its own."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.app.visitor import Visitor

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
START_SECONDS_MAX = 300


@pytest.fixture(scope="session")
def server_log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the served application writes."""
    return tmp_path_factory.mktemp("home") / "log"


@pytest.fixture(scope="session")
def address(server_log: Path) -> Iterator[str]:
    """The served application; started from a strange folder, so that its settings come from beside app.py."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    home = server_log.parent
    command = [sys.executable, "-m", "roi", "app", "--port", str(port)]
    environment = {
        **os.environ,
        "HOME": str(home),
        "PYTHONPATH": str(ROOT),
        "STREAMLIT_SERVER_HEADLESS": "true",
    }
    with server_log.open("wb") as log:
        server = subprocess.Popen(
            command, cwd=home, env=environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        _wait_for(f"http://localhost:{port}/_stcore/health", server, server_log)
        yield f"http://localhost:{port}"
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=300)


def _wait_for(health: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS_MAX
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(health, timeout=1):
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"the server did not start:\n{log.read_text(encoding='utf-8', errors='replace')}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; nothing is downloaded for it."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()


Visits = Callable[..., Visitor]


@pytest.fixture
def visits(address: str, browser: Browser, server_log: Path) -> Iterator[Visits]:
    """Opens visits; afterwards each of them must have stayed on this machine and without an error."""
    opened: list[Visitor] = []
    said_before = server_log.stat().st_size

    def visit(query: str = "", locale: str = "en-US", width: int = 1280) -> Visitor:
        context = browser.new_context(locale=locale, viewport={"width": width, "height": 1600})
        opened.append(Visitor(context.new_page(), address, query))
        return opened[-1]

    yield visit
    for visitor in opened:
        visitor.page.context.close()
    assert [url for visitor in opened for url in visitor.outside] == []
    assert [message for visitor in opened for message in visitor.errors] == []
    said = server_log.read_bytes()[said_before:].decode("utf-8", errors="replace")
    assert "Traceback" not in said, said


@pytest.fixture
def visitor(visits: Visits) -> Visitor:
    """A first visit in English on a large screen."""
    return visits()
