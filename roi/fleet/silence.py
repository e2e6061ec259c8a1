"""Keeps a library written in C off standard output."""

import ctypes
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

STDOUT_DESCRIPTOR = 1


class _Silence:
    """How many threads are inside, and the descriptor that the last of them gives back."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.inside = 0
        self.saved = -1


_silence = _Silence()


@contextmanager
def silenced_stdout() -> Iterator[None]:
    """Whatever is written to file descriptor 1 inside is dropped.

    HiGHS prints its banner through C's stdio before it can be told not to, so replacing sys.stdout does not
    help; and since C buffers a pipe, its buffer is emptied before the descriptor is given back. The descriptor
    belongs to all threads: the first that enters puts it aside and the last that leaves puts it back.
    """
    _enter()
    try:
        yield
    finally:
        _leave()


def _enter() -> None:
    with _silence.lock:
        if _silence.inside == 0:
            sys.stdout.flush()
            _flush_c()
            _silence.saved = os.dup(STDOUT_DESCRIPTOR)
            sink = os.open(os.devnull, os.O_WRONLY)
            os.dup2(sink, STDOUT_DESCRIPTOR)
            os.close(sink)
        _silence.inside += 1


def _leave() -> None:
    with _silence.lock:
        _silence.inside -= 1
        if _silence.inside == 0:
            _flush_c()
            os.dup2(_silence.saved, STDOUT_DESCRIPTOR)
            os.close(_silence.saved)


def _flush_c() -> None:
    library = ctypes.CDLL(None) if os.name == "posix" else ctypes.cdll.msvcrt
    library.fflush(None)
