"""`app`: the proposal in a browser."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from roi.errors import RoiError
from roi.texts.messages import Message

END_S = 1.0
"""How long the server may take to end when it is asked to."""


def application(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Where to serve it on this machine.")] = 8501,
    log: Annotated[
        Path | None,
        typer.Option("--log", help="Ledger of operation for the page Operation; else visitors send theirs."),
    ] = None,
) -> None:
    """Open the proposal in a browser (needs the extra `app`)."""
    from importlib.util import find_spec

    from roi.resources import OPERATIONS_VARIABLE, app_path

    if find_spec("streamlit") is None:
        raise RoiError(Message("asked.no_streamlit"))
    if log is not None:
        if not log.is_file():
            raise RoiError(Message("asked.no_ledger", given=str(log)))
        os.environ[OPERATIONS_VARIABLE] = str(log.resolve())
    command = [sys.executable, "-m", "streamlit", "run", str(app_path()), "--server.port", str(port)]
    raise typer.Exit(served(command))


def served(command: list[str]) -> int:
    """Status of a server that was started; it ends with this process, and is given a moment to end its workers."""
    with subprocess.Popen(command) as server:
        try:
            return server.wait()
        except BaseException:
            server.terminate()
            try:
                server.wait(END_S)
            except subprocess.TimeoutExpired:
                server.kill()
            raise
