"""A process beside the run: it says when it is ready and ends when its standard input closes.

It is a process of its own, of lower priority, so that it takes neither the interpreter lock nor a turn from the
work that is measured. Its input closes when it is told to stop, and as well when the process that started it
dies. Its standard output is for the word `ready` and for its answer; what libraries say on standard error is
kept aside, and its last line is looked at only when there was no answer.
"""

import functools
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from bench.errors import MeterError

LONGEST_START_S = 30.0
LONGEST_STOP_S = 10.0
NICENESS = 10
READY = "ready"


class SideProcess:
    """Starts a module of this package as a side process, and ends it."""

    def __init__(self, name: str, module: str, arguments: Sequence[str], longest_start_s: float) -> None:
        self.fault: str | None = None
        """Why the process ended by itself."""
        self._name = name
        self._command = [sys.executable, "-m", module, *arguments]
        self._longest_start_s = longest_start_s
        self._process: subprocess.Popen[str] | None = None
        self._aside: IO[bytes] | None = None

    def launch(self) -> None:
        """Start it and wait for nothing."""
        self._aside = tempfile.TemporaryFile()  # noqa: SIM115  it lives as long as the process; `end` closes it
        self._process = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._aside,
            text=True,
            env=child_environment(),
            start_new_session=True,
        )

    def await_ready(self) -> None:
        """Returns when it said that it is ready; `MeterError` says why it is not."""
        answer = self._first_line()
        if answer != READY:
            late = self._launched.poll() is None and not answer
            self._launched.kill()
            self.end()
            silence = f"it said nothing in {self._longest_start_s:g} s" if late else self.fault
            raise MeterError(f"{self._name} did not start: {answer or silence}")

    @property
    def process_id(self) -> int:
        """The process's own number."""
        return self._launched.pid

    @property
    def running(self) -> bool:
        """Whether it has not ended yet."""
        return self._launched.poll() is None

    def wait(self, seconds: float) -> None:
        """Until it ends by itself; `MeterError` when it does not within that time."""
        try:
            self._launched.wait(seconds)
        except subprocess.TimeoutExpired as error:
            raise MeterError(f"{self._name} still runs after {seconds:.0f} s; call stop instead") from error

    def end(self) -> str:
        """Close its input and let it finish; what it said since it was ready, nothing when it had ended before."""
        process = self._process
        if process is None or process.stdout is None or process.stdout.closed:
            return ""
        try:
            said, _ = process.communicate(timeout=LONGEST_STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            said, _ = process.communicate()
        aside = self._last_word_aside()
        if process.returncode:
            ended = f"{self._name} ended with {process.returncode}"
            self.fault = said.strip() or (aside if process.returncode > 0 else "") or ended
        return said

    @property
    def _launched(self) -> subprocess.Popen[str]:
        if self._process is None:
            raise MeterError(f"{self._name} was never launched; call start first")
        return self._process

    def _first_line(self) -> str:
        output = self._launched.stdout
        assert output is not None
        said: list[str] = []
        reader = threading.Thread(target=lambda: said.append(output.readline()), daemon=True)
        reader.start()
        reader.join(self._longest_start_s)
        return said[0].strip() if said else ""

    def _last_word_aside(self) -> str:
        """The last line of standard error, which is the exception of a traceback; read once."""
        assert self._aside is not None
        with self._aside as aside:
            aside.seek(0)
            lines = aside.read().decode(errors="replace").strip().splitlines()
        return lines[-1].strip() if lines else ""


def child_environment() -> dict[str, str]:
    """The environment of a child process: it finds our packages where this one has them."""
    here = str(Path(__file__).resolve().parent.parent)
    return os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, (here, os.environ.get("PYTHONPATH"))))}


def step_back() -> None:
    """Called by the side process itself: whatever else wants to run goes first, where the system can be told so."""
    if sys.platform != "win32":
        os.nice(NICENESS)


def say_ready() -> None:
    """Called by the side process itself, once."""
    print(READY, flush=True)


def input_closed(seconds: float) -> bool:
    """Called by the side process itself: whether it was told to stop within that time."""
    return _end_of_input().wait(max(0.0, seconds))


@functools.lru_cache(maxsize=1)
def _end_of_input() -> threading.Event:
    """Set once standard input is closed. A thread waits for that, since Windows selects among sockets only."""
    ended = threading.Event()

    def read() -> None:
        # Of the descriptor: a thread that waits inside `sys.stdin` keeps the interpreter from ending.
        while os.read(sys.stdin.fileno(), 1024):
            pass
        ended.set()

    threading.Thread(target=read, daemon=True).start()
    return ended
