"""A finished workbook as PDF, or with every formula computed, through LibreOffice."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bench.entry import Unbroken
from roi.errors import RoiError
from roi.texts.messages import Message

PROGRAMS = ("soffice", "libreoffice")
TIMEOUT_S = 180.0
"""Longest time for one conversion, the first start of a fresh profile included."""
CLEARINGS_MOST, CLEARED_AGAIN_S = 20, 0.05
"""How often a folder is cleared of what a killed program still made, and how long apart [s]."""

PDF, WORKBOOK = "pdf", "xlsx:Calc MS Excel 2007 XML"
_COMPUTE_ALL = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<oor:items xmlns:oor="http://openoffice.org/2001/registry">'
    '<item oor:path="/org.openoffice.Office.Calc/Formula/Load">'
    '<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item></oor:items>'
)
"""LibreOffice by itself believes the values in a file whose writer calls itself Microsoft Excel."""


def pdf_of(workbook: bytes) -> bytes:
    """The workbook's pages, every formula computed anew.

    Raises
    ------
    RoiError
        When LibreOffice is not installed, takes too long or makes nothing.
    """
    return converted({"report": workbook}, PDF)["report"]


def converted(
    workbooks: Mapping[str, bytes], target: str, *, timeout_s: float = TIMEOUT_S
) -> dict[str, bytes]:
    """Workbooks by their names as files of another kind (`PDF`, `WORKBOOK`), every formula computed anew, in one
    call of LibreOffice.

    It starts on a profile of its own: one that a person has open neither disturbs it nor is changed.

    Raises
    ------
    RoiError
        As `pdf_of`.
    """
    program, ending = converter(), target.partition(":")[0]
    with _own_folder() as place:
        settings = place / "profile" / "user" / "registrymodifications.xcu"
        settings.parent.mkdir(parents=True)
        settings.write_text(_COMPUTE_ALL, encoding="utf-8")
        sources = {name: place / "in" / f"{name}.xlsx" for name in workbooks}
        (place / "in").mkdir()
        for name, source in sources.items():
            source.write_bytes(workbooks[name])
        command = [
            program,
            f"-env:UserInstallation={(place / 'profile').as_uri()}",
            "--headless",
            "--convert-to",
            target,
            "--outdir",
            str(place / "out"),
            *(str(source) for source in sources.values()),
        ]
        try:
            said = _said(command, place, timeout_s)
        except subprocess.TimeoutExpired:
            sentence = Message("file.converted_too_slowly", most=timeout_s, ending=ending)
            raise RoiError(sentence) from None
        return {name: _made(place / "out" / f"{name}.{ending}", said) for name in sources}


@contextmanager
def _own_folder() -> Iterator[Path]:
    """A folder that goes in the end: a program that was killed may make a file in it while it is cleared."""
    folder = Path(tempfile.mkdtemp())
    try:
        yield folder
    finally:
        for _ in range(CLEARINGS_MOST):
            shutil.rmtree(folder, ignore_errors=True)
            if not folder.exists():
                break
            time.sleep(CLEARED_AGAIN_S)


def _made(file: Path, said: str) -> bytes:
    if not file.exists():
        told = said.strip().splitlines()
        why = told[-1] if told else Message("file.does_not_say_why")
        raise RoiError(Message("file.not_converted", ending=file.suffix.removeprefix("."), why=why))
    return file.read_bytes()


def _said(command: list[str], folder: Path, timeout_s: float) -> str:
    """What the program said; it ends, and what it started with it, when this is left in any other way. Its own
    temporary files lie in the folder, to go with it.

    It runs in a session of its own: LibreOffice's starter hands the work to another process, which would go on
    after a signal to the starter alone.
    """
    program: subprocess.Popen[str] | None = None
    try:
        with Unbroken():
            program = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                start_new_session=True,
                env=os.environ | {"TMPDIR": str(folder)},
            )
        out, err = program.communicate(timeout=timeout_s)
    except BaseException:
        if program is not None:
            with program:
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
        raise RoiError(Message("file.no_converter"))
    return found
