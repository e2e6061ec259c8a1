"""`app`: the proposal in a browser."""

import subprocess
import sys
from typing import Annotated

import typer

from roi.errors import RoiError


def application(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Where to serve it on this machine.")] = 8501,
) -> None:
    """Open the proposal in a browser (needs the extra `app`)."""
    from importlib.util import find_spec

    from roi.resources import app_path

    if find_spec("streamlit") is None:
        raise RoiError("the application needs streamlit: pip install 'image-roi[app]'")
    command = [sys.executable, "-m", "streamlit", "run", str(app_path()), "--server.port", str(port)]
    raise typer.Exit(subprocess.run(command, check=False).returncode)
