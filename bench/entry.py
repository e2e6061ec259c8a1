"""How a command of either package begins and ends: signals, standard streams, exit status.

    0 to 2       as the command says; 2 also when the answer could not be written
    128 + n      ended by signal n: 129 hang-up, 130 Ctrl-C, 143 terminated; and 141 when whoever read the answer
                 had enough of it, as of any program in a pipe

It loads nothing but what the interpreter has loaded already, `atexit` and `signal`, so that it stands before the
first module that takes time.
"""

from __future__ import annotations

import atexit
import io
import os
import signal
import sys
from _thread import get_ident
from errno import EBADF

from bench.errors import BenchError

TYPE_CHECKING = False
"""The checker's own name: `typing` takes a third of the time until Ctrl-C is heard."""
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from multiprocessing.process import BaseProcess
    from types import FrameType

    from _typeshed import ReadableBuffer

BAD_INPUT = 2
SIGNALLED = 128
UNREAD = SIGNALLED + 13
"""What a shell shows of a program that SIGPIPE, number 13, ended."""
STDIN, STDOUT, STDERR = 0, 1, 2
SIGNALS = {"SIGINT": "interrupted", "SIGTERM": "terminated", "SIGHUP": "terminated: the terminal is gone"}
"""What is said at the end by each."""
SAME_SIGNAL_S = 1.0
"""Within this a further signal is the same wish, as `timeout` sends it twice [s]; a later one ends at once."""


class SignalledEnd(KeyboardInterrupt):
    """Another signal than Ctrl-C asked the command to end; it unwinds as after Ctrl-C."""


class OutputError(BenchError):
    """The answer cannot be written to standard output: a full disk, a closed descriptor."""


class UnreadOutputError(Exception):
    """Nobody reads standard output any more."""


class _Process:
    """What this process does, and what it was told."""

    working = False
    """Whether a command is under way, so that what it began must be undone."""
    signal_number: int | None = None
    signalled_s = 0.0
    """When, by time.monotonic [s]."""
    unwinding_s = 0.0
    thread = 0
    """The one that hears signals."""
    unbroken = False
    """Whether it does what no signal may break off."""
    waiting: int | None = None
    """A signal that came meanwhile."""


_process = _Process()


def listen(unwinding_s: float) -> None:
    """Make Ctrl-C and its kin end this process with a word and a status, whatever it does, and keep its streams.

    For a process that is a command, before anything else is loaded. A signal that the process was started to
    ignore, as behind `nohup`, stays ignored. What a command began it may take `unwinding_s` [s] to undo; then the
    process ends all the same, since a library may have dropped the exception that should have ended it.
    """
    _process.unwinding_s, _process.thread = unwinding_s, get_ident()
    sys.unraisablehook = _unraisable
    _hold_standard_descriptors()
    sys.stdout = _text(_Answer(STDOUT, "w", closefd=False), sys.stdout, by_line=os.isatty(STDOUT))
    sys.stderr = _text(_Notes(STDERR, "w", closefd=False), sys.stderr, by_line=True)
    for name in SIGNALS:
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _signalled)


def carried_out(
    app: Callable[..., object],
    arguments: Sequence[str] | None,
    name: str,
    expected: tuple[type[Exception], ...],
    say: Callable[[Exception], str] = str,
) -> int:
    """Run one command and return its exit status; every `expected` error becomes its sentence, as `say` says it."""
    _process.working = True
    try:
        given = sys.argv[1:] if arguments is None else list(arguments)
        status = _answered(app, given, name, expected, say)
    except KeyboardInterrupt:
        return _interrupted()
    except Exception:
        # Libraries written in C, while they load above all, turn KeyboardInterrupt into errors of their own.
        if _process.signal_number is None:
            raise
        return _interrupted()
    finally:
        _process.working = False
    asked = _process.signal_number is not None or status == SIGNALLED + signal.SIGINT
    return _interrupted() if asked else status


class Unbroken:
    """A block in which a signal waits until its end: what it starts is known to who must undo it."""

    def __enter__(self) -> None:
        """From here on."""
        _process.unbroken = get_ident() == _process.thread

    def __exit__(self, *_: object) -> None:
        """A signal that came meanwhile is heard now."""
        if get_ident() != _process.thread:
            return
        number, _process.waiting, _process.unbroken = _process.waiting, None, False
        if number is not None:
            _signalled(number, None)


def name_for_completion(arguments: Sequence[str] | None, script: str) -> str | None:
    """The installed command's name where its completion is asked for: shells complete no `python -m`."""
    given = sys.argv[1:] if arguments is None else arguments
    return script if {"--install-completion", "--show-completion"} & set(given) else None


def _answered(
    app: Callable[..., object],
    arguments: Sequence[str],
    name: str,
    expected: tuple[type[Exception], ...],
    say: Callable[[Exception], str],
) -> int:
    try:
        status = _status(app, arguments, name)
        sys.stdout.flush()
    except expected as error:
        return _refused(say(error))
    except UnreadOutputError:
        return UNREAD
    except OSError as fault:
        return _refused(_of_the_system(fault))
    except MemoryError:
        return _refused("this machine has too little memory for what was asked; ask for less at once")
    return status


def _status(app: Callable[..., object], arguments: Sequence[str], name: str) -> int:
    for argument in arguments:
        if "\0" in argument:
            raise BenchError(f"{argument!r}: holds a NUL character, which no name or number has; remove it")
    try:
        app(args=arguments, prog_name=name)
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else 0
    return 0


def leave(status: int) -> None:
    """End the process with that status, without trying again to write what could not be written.

    Threads are waited for, but not after a signal, and what libraries put away at the end is put away. The
    interpreter takes no module down, which takes a tenth of a short command; nor does it end itself by SIGINT, as
    it does where C code, while a module loaded, ran into KeyboardInterrupt.
    """
    if status <= SIGNALLED and "threading" in sys.modules:
        sys.modules["threading"]._shutdown()
    atexit._run_exitfuncs()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(status)


def end_with_the_parent() -> None:
    """For a worker process: end when the process that started it is gone, however that ended.

    A worker of a pool waits for work for ever, also where nobody is left to send any.
    """
    from multiprocessing import parent_process
    from threading import Thread

    parent = parent_process()
    if parent is not None:
        Thread(target=_end_after, args=(parent,), daemon=True).start()


def _end_after(parent: BaseProcess) -> None:
    parent.join()
    os._exit(SIGNALLED + signal.SIGTERM)


def _signalled(number: int, _frame: FrameType | None) -> None:
    if not _process.working:
        _end(number)
    if _process.unbroken:
        _process.waiting = number
        return
    from threading import Timer
    from time import monotonic

    if _process.signal_number is not None:
        if monotonic() - _process.signalled_s > SAME_SIGNAL_S:
            _end(number)
        return
    _process.signal_number, _process.signalled_s = number, monotonic()
    last = Timer(_process.unwinding_s, _end, (number,))
    last.daemon = True
    last.start()
    raise KeyboardInterrupt if number == signal.SIGINT else SignalledEnd


def _end(number: int) -> None:
    try:
        os.write(STDERR, f"{_word(number)}\n".encode())
    finally:
        os._exit(SIGNALLED + number)


def _word(number: int) -> str:
    return SIGNALS[signal.Signals(number).name]


def _interrupted() -> int:
    number = _process.signal_number or signal.SIGINT
    print(_word(number), file=sys.stderr)
    return SIGNALLED + number


def _refused(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return BAD_INPUT


def _of_the_system(fault: OSError) -> str:
    reason = fault.strerror or fault
    if fault.filename is not None:
        return f"{fault.filename}: {reason}; mend that, or name another place"
    from tempfile import gettempdir

    return f"a file cannot be written: {reason}; mend that (temporary files lie in {gettempdir()})"


def _unraisable(told: sys.UnraisableHookArgs) -> None:
    """A file that could not be written fails once more when it is dropped; that was said already."""
    if not issubclass(told.exc_type, OSError | OutputError | UnreadOutputError | KeyboardInterrupt):
        sys.__unraisablehook__(told)


def _hold_standard_descriptors() -> None:
    """Give closed ones to the null device, so that no file that is opened later is taken for one of them.

    Standard output may then only be read: writing to it fails as it does while it is closed.
    """
    for descriptor in (STDIN, STDOUT, STDERR):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_WRONLY if descriptor == STDERR else os.O_RDONLY)


def _text(raw: io.FileIO, old: object, *, by_line: bool) -> io.TextIOWrapper:
    """A text stream as the old one; a character that its encoding lacks is written as its code."""
    return io.TextIOWrapper(
        io.BufferedWriter(raw),
        encoding=old.encoding if isinstance(old, io.TextIOWrapper) else "utf-8",
        errors="backslashreplace",
        line_buffering=by_line,
    )


class _Answer(io.FileIO):
    """Standard output: what cannot be written is said, and a reader that has left ends the command."""

    def write(self, data: ReadableBuffer, /) -> int:
        """As of any file."""
        try:
            return super().write(data)
        except BrokenPipeError:
            raise UnreadOutputError from None
        except OSError as fault:
            reason = "it is closed" if fault.errno == EBADF else fault.strerror
            raise OutputError(
                f"standard output: cannot be written: {reason}; send the answer where it can be kept"
            ) from None


class _Notes(io.FileIO):
    """Standard error: notes that nobody can read are dropped, and the answer stands without them."""

    def write(self, data: ReadableBuffer, /) -> int:
        """As of any file; all of what cannot be written counts as written."""
        try:
            return super().write(data)
        except OSError:
            return memoryview(data).nbytes
