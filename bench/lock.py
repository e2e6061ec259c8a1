"""Locks between processes: one measurement at a time on one board, one process at a time at one point of a sweep.

The lock is the system's, through filelock: it ends with the process that holds it, however that ends.
"""

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench.errors import MeasurementError
from bench.writing import write_new_file

FOLDER = "image-roi-bench"
"""Of the locks of boards: in the temporary folder of the machine, open to every user, since a board serves all."""


@contextmanager
def board_lock(board: str, folder: Path | None = None) -> Iterator[Path]:
    """Hold a board, named by its UUID or else its name, for the length of the block; gives the holder's file.

    Raises
    ------
    MeasurementError
        When another process holds it, with its process id.
    """
    path = lock_path(board, folder)
    holder = path.with_suffix(".holder")
    with ExitStack() as stack:
        try:
            _make_open_to_anybody(path.parent)
            if not stack.enter_context(file_lock(path)):
                raise MeasurementError(
                    f"board {board} is being measured by process {_process_in(holder)} ({path}); wait for it or "
                    "choose another board, because two runs on one board spoil each other's joules"
                )
            # A new file each time: one that another user left cannot be written, and a link is not followed.
            holder.unlink(missing_ok=True)
            write_new_file(holder, f"{os.getpid()}\n".encode())
        except OSError as fault:
            raise MeasurementError(
                f"{path}: cannot be locked: {fault.strerror}; remove it or set TMPDIR"
            ) from None
        yield holder


def lock_path(board: str, folder: Path | None = None) -> Path:
    """The lock file of a board."""
    name = re.sub(r"[^A-Za-z0-9.-]+", "_", board)
    return (folder or Path(tempfile.gettempdir()) / FOLDER) / f"{name}.lock"


def _make_open_to_anybody(folder: Path) -> None:
    """In a folder with the sticky bit, as the temporary one has, nobody could lock what another user made."""
    try:
        folder.mkdir()
    except FileExistsError:
        return
    folder.chmod(0o777)


def _process_in(holder: Path) -> str:
    """Which process took a lock last. It stands beside the lock: Windows lets nobody read a locked file."""
    try:
        return holder.read_text(encoding="utf-8").strip() or "unknown"
    except OSError:
        return "unknown"


@contextmanager
def file_lock(path: Path, wait_s: float = 0.0) -> Iterator[bool]:
    """Hold the lock of a file for the length of the block; false when another process holds it beyond the wait.

    Raises
    ------
    OSError
        When the file cannot be made or opened, or is a link.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(path, mode=0o666)
    try:
        lock.acquire(timeout=wait_s)
    except Timeout:
        yield False
        return
    try:
        yield True
    finally:
        lock.release()
