"""The image's steps, run as a script as far as a machine without Docker allows; compose's settings with them."""

import base64
import http.client
import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
HOST, PATH = "tools.example.com", "image-roi"
PATIENCE_S = 300


def instructions() -> list[tuple[str, str]]:
    """Word and rest of every instruction of the Dockerfile."""
    joined = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in joined.splitlines() if line and not line.startswith("#")]
    return [(line.split(maxsplit=1)[0], line.split(maxsplit=1)[1]) for line in lines]


def environment() -> dict[str, str]:
    """Of the image, then of compose with its variables filled."""
    found = {}
    for word, rest in instructions():
        if word == "ENV":
            found.update(pair.split("=", 1) for pair in shlex.split(rest))
    service = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]["image-roi"]
    given = {"ROI_HOST": HOST, "ROI_PATH": PATH}
    for name, value in service["environment"].items():
        found[name] = re.sub(r"\$\{(\w+):-[^}]*\}", lambda match: given[match.group(1)], value)
    return found


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Path, dict[str, str]]]:
    """What the image copies, not writable, served by the image's command below the path."""
    folder, home = tmp_path_factory.mktemp("image"), tmp_path_factory.mktemp("home")
    for word, rest in instructions():
        if word == "COPY":
            *sources, target = rest.split()
            for source in sources:
                given, to = ROOT / source, folder / target
                if given.is_dir():
                    shutil.copytree(given, to, ignore=shutil.ignore_patterns("__pycache__"))
                else:
                    shutil.copy(given, to / source if target.endswith("/") else to)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    variables = {**os.environ, **environment(), "HOME": str(home), "STREAMLIT_SERVER_PORT": str(port)}
    variables["STREAMLIT_SERVER_ADDRESS"] = "127.0.0.1"
    command = json.loads(next(rest for word, rest in instructions() if word == "CMD"))
    assert command[0] == "streamlit"
    before = set(folder.rglob("*"))
    for path in [folder, *before]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    with (home / "log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=folder,
            env=variables,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        check = json.loads(
            next(rest for word, rest in instructions() if word == "HEALTHCHECK").split("CMD ")[1]
        )
        wait_for(
            [sys.executable, *(each.replace("8501", str(port)) for each in check[1:])], variables, server
        )
        yield port, folder, variables
        assert set(folder.rglob("*")) == before
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=PATIENCE_S)


def wait_for(check: list[str], variables: dict[str, str], server: "subprocess.Popen[bytes]") -> None:
    """Until the image's own health check passes."""
    deadline = time.monotonic() + PATIENCE_S
    while subprocess.run(check, env=variables, capture_output=True, check=False).returncode:
        assert server.poll() is None, "the server ended"
        assert time.monotonic() < deadline, "the health check never passed"


def test_the_page_stands_below_the_path(served: tuple[int, Path, dict[str, str]]) -> None:
    port, _, _ = served
    asked = urllib.request.Request(f"http://127.0.0.1:{port}/{PATH}/", headers={"Host": HOST})
    with urllib.request.urlopen(asked, timeout=60) as page:
        assert b"<title>" in page.read()


def shaken(port: int, origin: str) -> int:
    """Status of the answer to a browser's request for the WebSocket, as the proxy passes it on."""
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    asked.putrequest("GET", f"/{PATH}/_stcore/stream", skip_host=True)
    for name, value in (
        ("Host", HOST),
        ("Origin", origin),
        ("Upgrade", "websocket"),
        ("Connection", "Upgrade"),
        ("Sec-WebSocket-Version", "13"),
        ("Sec-WebSocket-Protocol", "streamlit"),
        ("Sec-WebSocket-Key", base64.b64encode(bytes(16)).decode("ascii")),
    ):
        asked.putheader(name, value)
    asked.endheaders()
    try:
        return asked.getresponse().status
    finally:
        asked.close()


def test_the_proxys_name_may_talk_to_it_and_no_other(served: tuple[int, Path, dict[str, str]]) -> None:
    port, _, _ = served
    assert shaken(port, f"https://{HOST}") == 101
    assert shaken(port, "https://evil.example") == 403


def test_it_is_nobody_on_a_file_system_that_cannot_be_written() -> None:
    words = dict(instructions())
    assert words["FROM"].endswith("slim-bookworm")
    assert words["USER"] == "10001"
    service = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]["image-roi"]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])
