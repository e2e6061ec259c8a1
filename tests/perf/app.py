"""The application in use: first paint, one move of a lever, ten and twenty visitors at once, beside an empty page;
and its memory over an hour in which a new visitor comes every minute."""

import random
import statistics
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from roi.scenario.meaning import label
from roi.scenario.workload import QualityBar
from tests.perf.visiting import Caller, memory_mib, served

VISITORS, MINUTES = (10, 20), 2.0
PAUSE_S = 2.0
"""What a person takes at least between two moves [s]."""
HOUR_MOVES, HOUR_STAYING = 5, 3
"""Moves of a visitor of the hour, and how many are there at once."""
AIM_MS, AIM_P95_MS = 300.0, 1000.0
BARS = [round(6.2 + 0.4 * step, 1) for step in range(40)]
"""Limits of FID to which a lever is moved."""
LEVER = label(QualityBar, "fid_max", "en")
EMPTY = f'import streamlit as st\nst.text_input({LEVER!r}, value="20.0")\n'


@dataclass
class Seen:
    """What visitors saw together."""

    seconds: list[float] = field(default_factory=list)
    failures: int = 0
    faults: list[str] = field(default_factory=list)


def report(*, quick: bool) -> None:
    """Print a line for the application and one for an empty page on the same machine."""
    visitors, minutes = ((4,), 0.25) if quick else (VISITORS, MINUTES)
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "empty.py"
        page.write_text(EMPTY, encoding="utf-8")
        for name, command in (
            ("app", ["roi", "app", "--port"]),
            ("empty page", ["streamlit", "run", str(page), "--server.port"]),
        ):
            _report(name, command, visitors, minutes)


def report_hour(*, quick: bool) -> None:
    """Print the memory of the application at every sixth of an hour with a new visitor a minute, each of whom makes
    some moves and stays for three minutes; in the quick one at every minute of six."""
    sixth_s = 60.0 if quick else 600.0
    with served(["roi", "app", "--port"]) as (port, process, _):
        first = Caller(port)
        first.move(LEVER, BARS[0])
        levels, came = [memory_mib(process)], 0
        staying: list[Caller] = []
        chance, began = random.Random(0), time.monotonic()
        for sixth in range(1, 7):
            while time.monotonic() < began + sixth * sixth_s:
                staying.append(Caller(port))
                came += 1
                for bar in chance.sample(BARS, HOUR_MOVES):
                    staying[-1].move(LEVER, bar)
                    staying[-1].settle()
                if len(staying) > HOUR_STAYING:
                    staying.pop(0).close()
                time.sleep(max(0.0, began + came * sixth_s / 10 - time.monotonic()))
            levels.append(memory_mib(process))
        told = ", ".join(f"{level:.0f}" for level in levels)
        print(f"app_hour: {came} visitors, {HOUR_MOVES} moves each, one a {sixth_s / 10:.0f} s: {told} MiB")


def _report(name: str, command: Sequence[str], visitors: Sequence[int], minutes: float) -> None:
    with served(command) as (port, process, started_s):
        began = time.perf_counter()
        first = Caller(port)
        painted_s = time.perf_counter() - began
        alone = _alone(first)
        again = statistics.median(first.move(LEVER, bar) for bar in BARS[:10])
        print(
            f"{name}: server answers after {started_s:.1f} s, first page whole after {painted_s:.2f} s; one move "
            f"{alone * 1e3:.0f} ms, to a bar seen before {again * 1e3:.0f} ms (aim {AIM_MS:.0f})"
        )
        for count in visitors:
            idle = memory_mib(process)
            seen = _together(port, count, minutes)
            ordered, each = sorted(seen.seconds), (memory_mib(process) - idle) / count
            print(
                f"{name}, {count} visitors for {minutes:g} min: {len(ordered)} moves, median "
                f"{statistics.median(ordered) * 1e3:.0f} ms (aim {AIM_MS:.0f}), p95 "
                f"{ordered[int(0.95 * (len(ordered) - 1))] * 1e3:.0f} ms (aim {AIM_P95_MS:.0f}), {each:.1f} MiB a "
                f"visitor, {seen.failures + len(seen.faults)} errors {'; '.join(seen.faults[:2])}"
            )
        first.close()


def _alone(caller: Caller) -> float:
    """Median seconds of a move whose answer nobody has asked for before."""
    found = []
    for bar in BARS[:10]:
        found.append(caller.move(LEVER, bar))
        caller.settle()
    return statistics.median(found)


def _together(port: int, visitors: int, minutes: float) -> Seen:
    seen, until = Seen(), time.monotonic() + minutes * 60
    threads = [
        threading.Thread(target=_visit, args=(port, until, number, seen)) for number in range(visitors)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return seen


def _visit(port: int, until: float, number: int, seen: Seen) -> None:
    """Move, look at what comes, move again."""
    chance = random.Random(number)
    try:
        caller = Caller(port)
        while time.monotonic() < until:
            seen.seconds.append(caller.move(LEVER, chance.choice(BARS)))
            caller.settle()
            time.sleep(PAUSE_S * chance.uniform(0.5, 1.5))
        seen.failures += caller.failures
    except (OSError, TimeoutError, RuntimeError, KeyError) as fault:
        seen.faults.append(f"{type(fault).__name__}: {fault}")
