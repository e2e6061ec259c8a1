"""One measurement at a time on one board.

The lock is the kernel's (flock): it ends with the process that holds it, however that ends. The file only says
who holds it. It stands in the temporary folder of the machine, open to every user, since a board serves all.
"""

import fcntl
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.errors import MeasurementError

_ANYBODY = 0o666


@contextmanager
def board_lock(board: str, folder: Path | None = None) -> Iterator[Path]:
    """Hold a board, named by its UUID or else its name, for the length of the block.

    Raises
    ------
    MeasurementError
        When another process holds it, with its process id.
    """
    path = lock_path(board, folder)
    handle = _open(path)
    try:
        _take(handle, path, board)
        os.truncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        yield path
    finally:
        os.close(handle)


def lock_path(board: str, folder: Path | None = None) -> Path:
    """The lock file of a board."""
    name = re.sub(r"[^A-Za-z0-9.-]+", "_", board)
    return (folder or Path(tempfile.gettempdir())) / f"image-roi-bench-{name}.lock"


def _open(path: Path) -> int:
    """Open the file, made on first use. O_CREAT on another user's file is refused in sticky folders."""
    try:
        return os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        pass
    except OSError as fault:
        raise MeasurementError(f"{path}: cannot be locked: {fault.strerror}; remove the file") from None
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, _ANYBODY)
        os.fchmod(handle, _ANYBODY)
    except OSError as fault:
        raise MeasurementError(f"{path}: cannot be made: {fault.strerror}; set TMPDIR") from None
    return handle


def _take(handle: int, path: Path, board: str) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        holder = os.pread(handle, 32, 0).decode(errors="replace").strip() or "unknown"
        raise MeasurementError(
            f"board {board} is being measured by process {holder} ({path}); wait for it or choose another "
            "board, because two runs on one board spoil each other's joules"
        ) from None
