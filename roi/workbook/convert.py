"""A finished workbook as PDF, through LibreOffice."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from roi.errors import RoiError

PROGRAMS = ("soffice", "libreoffice")
TIMEOUT_S = 180.0
"""Longest time for one conversion, the first start of a fresh profile included."""


def pdf_of(workbook: bytes, *, timeout_s: float = TIMEOUT_S) -> bytes:
    """The workbook's pages.

    LibreOffice starts on a profile of its own: one that a person has open neither disturbs it nor is changed.

    Raises
    ------
    RoiError
        When LibreOffice is not installed, takes too long or makes nothing.
    """
    program = converter()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        source = Path(folder) / "report.xlsx"
        source.write_bytes(workbook)
        command = [
            program,
            f"-env:UserInstallation={(Path(folder) / 'profile').as_uri()}",
            "--headless",
            "--convert-to",
            "pdf",
            "--outdir",
            folder,
            str(source),
        ]
        try:
            said = _said(command, Path(folder), timeout_s)
        except subprocess.TimeoutExpired:
            raise RoiError(
                f"LibreOffice took longer than {timeout_s:.0f} s to make a PDF; write .xlsx and convert it there"
            ) from None
        made = source.with_suffix(".pdf")
        if not made.exists():
            told = said.strip().splitlines()
            raise RoiError(
                f"LibreOffice made no PDF ({told[-1] if told else 'it does not say why'}); write .xlsx instead"
            )
        return made.read_bytes()


def _said(command: list[str], folder: Path, timeout_s: float) -> str:
    """What the program said; it ends, and what it started with it, when this is left in any other way. Its own
    temporary files lie in the folder, to go with it.

    It runs in a session of its own: LibreOffice's starter hands the work to another process, which would go on
    after a signal to the starter alone.
    """
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env=os.environ | {"TMPDIR": str(folder)},
    ) as program:
        try:
            out, err = program.communicate(timeout=timeout_s)
        except BaseException:
            _end(program)
            raise
    return err or out


def _end(program: subprocess.Popen[str]) -> None:
    """All of its session."""
    if sys.platform == "win32":
        program.kill()
    else:
        os.killpg(program.pid, signal.SIGKILL)


def can_convert() -> bool:
    """Whether LibreOffice is installed."""
    return any(shutil.which(name) for name in PROGRAMS)


def converter() -> str:
    """Where LibreOffice is.

    Raises
    ------
    RoiError
        When it is not installed.
    """
    found = next((path for name in PROGRAMS if (path := shutil.which(name))), None)
    if found is None:
        raise RoiError(
            "a PDF is made by LibreOffice, which is not installed: install it, or write .xlsx or .md instead"
        )
    return found
