"""A visitor of a Streamlit server without a browser: speaks its protocol, so that the server alone is measured."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 60.0


class Caller:
    """One session: its widgets by label, and how often the server said that something failed."""

    def __init__(self, port: int) -> None:
        """Open the page and wait until nothing more comes of itself."""
        self._socket = connect(
            f"ws://localhost:{port}/_stcore/stream",
            origin=f"http://localhost:{port}",  # type: ignore[arg-type]
            subprotocols=["streamlit"],  # type: ignore[list-item]
            max_size=None,
        )
        self.widgets: dict[str, str] = {}
        self.failures = 0
        self._again: dict[str, float] = {}
        self._states: dict[str, float] = {}
        self.ask()
        self.settle()

    def move(self, label: str, number: float) -> float:
        """Set a number; seconds until the server has drawn the page anew."""
        self._states[self.widgets[label]] = number
        began = time.perf_counter()
        self.ask()
        return time.perf_counter() - began

    def settle(self) -> None:
        """Come back for what the page still works out, as a browser does."""
        while self._again:
            fragment, wait_s = self._again.popitem()
            time.sleep(wait_s)
            self.ask(fragment)

    def ask(self, fragment: str = "") -> None:
        """One run of the page, or of a part of it."""
        if not fragment:
            self._again.clear()
        message = BackMsg()
        message.rerun_script.query_string = ""
        message.rerun_script.fragment_id = fragment
        for identity, number in self._states.items():
            state = message.rerun_script.widget_states.widgets.add()
            state.id, state.string_value = identity, f"{number:.15g}"
        self._socket.send(message.SerializeToString())
        self._listen()

    def close(self) -> None:
        """Leave."""
        self._socket.close()

    def _listen(self) -> None:
        finished = False
        while not finished:
            content = self._socket.recv(timeout=PATIENCE_S)
            message = ForwardMsg()
            message.ParseFromString(content if isinstance(content, bytes) else content.encode())
            finished = self._note(message)

    def _note(self, message: ForwardMsg) -> bool:
        kind = message.WhichOneof("type")
        if kind == "auto_rerun":
            self._again[message.auto_rerun.fragment_id] = message.auto_rerun.interval
        elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            element = message.delta.new_element
            if element.WhichOneof("type") == "text_input":
                self.widgets[element.text_input.label] = element.text_input.id
            elif element.WhichOneof("type") == "exception":
                self.failures += 1
        return kind == "script_finished" and message.script_finished in (
            ForwardMsg.FINISHED_SUCCESSFULLY,
            ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY,
        )


@contextmanager
def served(command: Sequence[str]) -> Iterator[tuple[int, int, float]]:
    """A server on a free port of this machine: port, process, seconds until it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "STREAMLIT_SERVER_HEADLESS": "true", "PYTHONPATH": str(ROOT)}
    began = time.perf_counter()
    server = subprocess.Popen(
        [sys.executable, "-m", *command, str(port)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _wait_for(f"http://localhost:{port}/_stcore/health", server)
        yield port, server.pid, time.perf_counter() - began
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=20)


def _wait_for(health: str, server: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(health, timeout=1):
                return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("the server did not start")


def memory_mib(process: int) -> float:
    """Memory of a process and of those that it started [MiB]."""
    found = 0.0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            lines = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
        except OSError:
            continue
        if int(lines["NSpgid"].split()[0]) == process and "VmRSS" in lines:
            found += int(lines["VmRSS"].split()[0]) / 1024
    return found
