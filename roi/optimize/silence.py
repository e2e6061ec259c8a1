"""Keeps a library written in C off standard output."""

import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

STDOUT_DESCRIPTOR = 1


@contextmanager
def silenced_stdout() -> Iterator[None]:
    """Whatever is written to file descriptor 1 inside is dropped.

    HiGHS prints its banner through C's stdio before it can be told not to, so replacing sys.stdout does not
    help; and since C buffers a pipe, its buffer is emptied before the descriptor is given back.
    """
    sys.stdout.flush()
    c_library = ctypes.CDLL(None) if os.name == "posix" else ctypes.cdll.msvcrt
    c_library.fflush(None)
    saved = os.dup(STDOUT_DESCRIPTOR)
    sink = os.open(os.devnull, os.O_WRONLY)
    os.dup2(sink, STDOUT_DESCRIPTOR)
    os.close(sink)
    try:
        yield
    finally:
        c_library.fflush(None)
        os.dup2(saved, STDOUT_DESCRIPTOR)
        os.close(saved)
