"""A finished workbook as PDF, through LibreOffice."""

import shutil
import subprocess
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
    with tempfile.TemporaryDirectory() as folder:
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
            done = subprocess.run(command, capture_output=True, text=True, timeout=timeout_s, check=False)
        except subprocess.TimeoutExpired:
            raise RoiError(
                f"LibreOffice took longer than {timeout_s:.0f} s to make a PDF; write .xlsx and convert it there"
            ) from None
        made = source.with_suffix(".pdf")
        if not made.exists():
            told = (done.stderr or done.stdout).strip().splitlines()
            raise RoiError(
                f"LibreOffice made no PDF ({told[-1] if told else 'it does not say why'}); write .xlsx instead"
            )
        return made.read_bytes()


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
