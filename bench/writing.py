"""Files that are whole or not there, whatever happens while they are written: a full disk, Ctrl-C, a lost machine.

What is written goes beside the file, through to the disk, and then under its name.
"""

import contextlib
import os
import secrets
import stat
from collections.abc import Iterator
from errno import EEXIST
from pathlib import Path

from bench.errors import BenchError, MeasurementError


def require_unused(path: Path, fault: type[BenchError] = MeasurementError) -> None:
    """Refuse the name of a file that is there, before the work that would fill it."""
    if path.exists():
        raise fault(f"{path}: exists already; name a new file, nothing was overwritten")


def write_new_file(path: Path, content: bytes) -> None:
    """Write a file that must not exist yet.

    Raises
    ------
    OSError
        Of the path, such as FileExistsError when something stands there; nothing is left behind.
    """
    with _of_the_path(path):
        if os.path.lexists(path):
            raise FileExistsError(EEXIST, os.strerror(EEXIST))
        with _beside(path, content) as beside:
            try:
                os.link(
                    beside, path
                )  # unlike renaming it never replaces what another process put there meanwhile
            except FileExistsError:
                raise
            except OSError:  # a file system without hard links
                beside.rename(path)


def write_file(path: Path, content: bytes) -> None:
    """Write a file in place of the one that may stand there, which stays as it is when this fails.

    Raises
    ------
    OSError
        Of the path; nothing is left behind.
    """
    with _of_the_path(path):
        place = Path(os.path.realpath(path))
        mode = place.stat().st_mode if place.exists() else None
        if mode is not None and not stat.S_ISREG(mode):
            place.write_bytes(content)  # a device or a pipe: nothing is to be put in its place
            return
        with _beside(place, content) as beside:
            if mode is not None:
                beside.chmod(stat.S_IMODE(mode))
            beside.replace(place)


@contextlib.contextmanager
def _of_the_path(path: Path) -> Iterator[None]:
    """Faults name the file that was asked for, not the one beside it."""
    try:
        yield
    except OSError as fault:
        raise OSError(fault.errno, fault.strerror, str(path)) from None


@contextlib.contextmanager
def _beside(path: Path, content: bytes) -> Iterator[Path]:
    """A file of that content in the same folder, gone at the end if it is still there."""
    beside = path.with_name(f".{secrets.token_hex(8)}.partial")
    try:
        with beside.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        yield beside
    finally:
        beside.unlink(missing_ok=True)
