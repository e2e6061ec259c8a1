"""`bench.track`: calls of any program as attempts of the ledger, with seconds, settings and joules.

    with bench.track("product-pictures", pipe=pipe, log="operations.db") as attempt:
        pictures = pipe(prompt).images
        attempt.made(pictures)

    @bench.track("product-pictures", log="operations.db")
    def generate(prompt): ...

    pipe = bench.track("product-pictures", log="operations.db").wrap(pipe)

A call costs two short lines to a file (`bench/tracking/spool.py`); joules and the ledger are another process's work
(`bench/tracking/watch.py`). Nothing here raises into the call: what cannot be recorded is counted, and said once as
a warning of the logger `bench.tracking`.
"""

import functools
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from bench.operations.rows import utc_of_unix
from bench.sampler import PERIOD_S
from bench.sideprocess import READY, child_environment
from bench.tracking.settings import asked, described, device_of, made, setting_hash

DEFAULT_LOG = "operations.db"
START_S = 10.0
"""How long the first tracker of a board waits for the process beside it [s]."""
LOOK_AFTER_S = 60.0

_log = logging.getLogger("bench.tracking")
_sessions: dict[tuple[int, str, str], "_Session"] = {}
_opening = threading.Lock()
_under_way = threading.local()
F = TypeVar("F", bound=Callable[..., Any])


class TrackedCall:
    """One call under way. What it is told goes into its attempt; nobody need tell it anything."""

    def __init__(self) -> None:
        self._said: dict[str, object] = {}

    def made(self, result: object) -> None:
        """Count pictures, and take their size, from a pipeline's output, a list of pictures, or one."""
        quietly(lambda: self._said.update(made(result)))

    def note(self, **fields: object) -> None:
        """Further fields of the attempt, such as request_id, attempt, accepted, review_seconds, queue_s."""
        self._said.update(fields)


class Tracker:
    """Tracks calls for one workload; a context manager, a decorator, and a wrapper of pipelines. See `track`."""

    def __init__(
        self, workload: str, pipe: object, log: str | Path, supply: str | None, meter: str, settings: Any
    ) -> None:
        self._about: dict[str, object] = {"workload": workload, "supply": supply}
        self._settings: dict[str, object] = dict(settings or {})
        self._ledger, self._meter = str(Path(log).absolute()), meter
        self._pipe = pipe
        self._local = threading.local()
        quietly(self._session)

    def __enter__(self) -> TrackedCall:
        call = TrackedCall()
        stack = self._local.__dict__.setdefault("calls", [])
        stack.append((call, quietly(self._begin), time.monotonic_ns()))
        return call

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        end_ns = time.monotonic_ns()
        call, number, start_ns = self._local.calls.pop()
        if number is not None:
            status = "ok" if kind is None else "failed"
            quietly(lambda: self._end(number, call._said, status, start_ns, end_ns))

    def __call__(self, function: F) -> F:
        """A function whose every call is an attempt; pictures are counted in what it returns."""

        @functools.wraps(function)
        def tracked(*arguments: Any, **named: Any) -> Any:
            with self as call:
                call.note(**asked(named))
                result = function(*arguments, **named)
                call.made(result)
            return result

        return tracked  # type: ignore[return-value]

    def wrap(self, pipe: Callable[..., Any]) -> Any:
        """A pipeline that is called and used as before, each call an attempt."""
        self._pipe = pipe
        quietly(self._session)
        return _Tracked(pipe, self(lambda *arguments, **named: pipe(*arguments, **named)))

    def _session(self) -> "_Session":
        spec = quietly(lambda: _meter_spec(self._meter, device_of(self._pipe))) or "none"
        return session(self._ledger, spec)

    def _begin(self) -> tuple["_Session", int]:
        own = self._session()
        return own, own.begin(self._about)

    def _end(
        self, number: tuple["_Session", int], said: dict[str, object], status: str, start_ns: int, end_ns: int
    ) -> None:
        own, call = number
        pipe = described(self._pipe)
        settings = pipe | self._settings | asked(said)
        own.end(
            call,
            end_ns,
            {
                "model": self._settings.get("model") or pipe.get("model"),
                "setting_hash": setting_hash(settings) if settings else None,
                **{name: settings.get(name) for name in ("num_inference_steps", "width", "height")},
                **said,
                "seconds": (end_ns - start_ns) / 1e9,
                "status": status,
            },
        )


def tracked_call(
    pipe: object,
    call: Callable[..., Any],
    given: tuple[Any, ...],
    named: dict[str, Any],
    arguments: dict[str, Any],
) -> Any:
    """One call of a pipeline's method, tracked as `track(**arguments)` says; inside another it is part of that."""
    if getattr(_under_way, "calls", 0):
        return call(pipe, *given, **named)
    _under_way.calls = 1
    try:
        return track(**arguments | {"pipe": pipe})(functools.partial(call, pipe))(*given, **named)
    finally:
        _under_way.calls = 0


class _Tracked:
    """Stands for a pipeline: calls are tracked, everything else is the pipeline's own."""

    def __init__(self, pipe: object, call: Callable[..., Any]) -> None:
        object.__setattr__(self, "_tracked", (pipe, call))

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        return self._tracked[1](*arguments, **named)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tracked[0], name)

    def __setattr__(self, name: str, value: object) -> None:
        setattr(self._tracked[0], name, value)


def track(
    workload: str,
    pipe: object = None,
    *,
    log: str | Path = DEFAULT_LOG,
    supply: str | None = None,
    meter: str = "auto",
    settings: Any = None,
) -> Tracker:
    """Track calls that make pictures for a workload.

    Parameters
    ----------
    pipe
        The diffusers pipeline that works; it is looked at, never changed.
    log
        The ledger, a SQLite file; made where there is none.
    supply
        Where it runs, as the plan names it.
    meter
        As for `bench run`: `auto` is the board that torch would use; `none` records no joules.
    settings
        Names and values of what else is set; they are part of the setting's hash.
    """
    quietly(lambda: _refuse_blank(workload, supply))
    return Tracker(workload, pipe, log, supply, meter, settings)


def _refuse_blank(workload: str, supply: str | None) -> None:
    if not workload.strip() or (supply is not None and not supply.strip()):
        raise ValueError("workload and supply have names, as the plan has them; calls without are refused")


def follow(log: Path, meter: str) -> None:
    """Have a board's minutes recorded as long as this process lives, whoever works on it."""
    Tracker("", None, log, None, meter, None)


class _Session:
    """The lines of this process about one board, and the process beside it."""

    def __init__(self, ledger: str, spec: str) -> None:
        from bench.tracking.spool import SpoolWriter, spool_folder

        self._command = [sys.executable, "-m", "bench.tracking.watch", ledger, spec, str(PERIOD_S)]
        self._folder = spool_folder(Path(ledger), spec)
        self._writer = SpoolWriter(self._folder)
        self._writing = threading.Lock()
        self._calls = 0
        self._looked_s = time.monotonic()
        with self._writing:
            self._writer.write({"is": "here"})
        quietly(self._watch)

    def begin(self, about: dict[str, object]) -> int:
        """Number of a call that begins now."""
        with self._writing:
            self._calls += 1
            self._writer.write(
                {
                    "is": "begun",
                    "call": self._calls,
                    "start_ns": time.monotonic_ns(),
                    "started_at": utc_of_unix(time.time()),
                }
                | about
            )
            return self._calls

    def end(self, call: int, end_ns: int, said: dict[str, object]) -> None:
        """What became of it."""
        with self._writing:
            self._writer.write({"is": "ended", "call": call, "end_ns": end_ns} | said)
        if time.monotonic() - self._looked_s > LOOK_AFTER_S:
            self._looked_s = time.monotonic()
            threading.Thread(target=quietly, args=(self._watch,), daemon=True).start()

    def _watch(self) -> None:
        """See to it that a process follows the board; it ends at once where another does."""
        process = subprocess.Popen(
            self._command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=child_environment() | {"IMAGE_ROI_TRACK": ""},
            start_new_session=True,
        )
        output = process.stdout
        assert output is not None
        said: list[str] = []
        reader = threading.Thread(target=lambda: said.append(output.readline().strip()), daemon=True)
        reader.start()
        reader.join(START_S)
        if said != [READY]:
            _log.warning("no process follows the board: calls are recorded, their joules may be absent")
        threading.Thread(target=process.wait, daemon=True).start()


def session(ledger: str, spec: str) -> _Session:
    """The one of this process: a process that was forked has its own."""
    key = (os.getpid(), ledger, spec)
    found = _sessions.get(key)
    if found is None:
        with _opening:
            found = _sessions.get(key) or _sessions.setdefault(key, _Session(ledger, spec))
    return found


@functools.lru_cache(maxsize=64)
def _meter_spec(meter: str, device: str) -> str:
    """The board's meter as every program on it names it, so that they share one process."""
    from bench.errors import MeterError
    from bench.meters.boards import place_of, resolve_board
    from bench.meters.find import KINDS, SPECS
    from bench.meters.nvml import nvml_boards

    kind, _, argument = meter.partition(":")
    if kind not in KINDS:
        _log.warning("no meter is called %r; there are %s: joules will be absent", meter, SPECS)
    if kind not in ("auto", "nvml"):
        return meter
    if kind == "auto" and not device.startswith("cuda"):
        return f"absent:the pipeline works on {device}, which has no energy counter"
    try:
        return f"nvml:{resolve_board(nvml_boards(), argument or None, place=place_of(device)).uuid}"
    except MeterError as fault:
        return f"absent:{fault}"


_faults: set[str] = set()


def quietly(action: Callable[[], Any]) -> Any:
    """What the action gives; None, and one warning of each kind, when it cannot be done."""
    try:
        return action()
    except Exception as fault:  # noqa: BLE001  nothing may reach the user's call, whatever it is
        kind = f"{type(fault).__name__}: {fault}"
        if kind not in _faults and len(_faults) < 20:
            _faults.add(kind)
            _log.warning("a call could not be recorded whole: %s", kind)
        return None
