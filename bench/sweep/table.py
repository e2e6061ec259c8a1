"""What a person sees while a sweep runs: a live table on a terminal, one line a point elsewhere."""

import sys
from types import TracebackType
from typing import Self, TextIO

from bench.sweep.point import describe
from bench.sweep.result import Result
from bench.sweep.shard import Standing
from bench.units import SECONDS_PER_MINUTE


def time_left_text(standing: Standing) -> str:
    """Minutes left by the points so far."""
    seconds = standing.time_left_s
    return "unknown" if seconds is None else f"{seconds / SECONDS_PER_MINUTE:.0f} min"


def standing_rows(standing: Standing) -> list[tuple[str, str]]:
    """Name and figure of each row of the table."""
    running = describe(standing.running.point) if standing.running else "none"
    rows = [
        ("measured", str(standing.count("measured"))),
        ("out of memory", str(standing.count("out_of_memory"))),
        ("failed", str(standing.count("failed"))),
        ("left", str(standing.left)),
        ("time left", time_left_text(standing)),
        ("running", running),
    ]
    return rows + ([("held by another process", str(standing.elsewhere))] if standing.elsewhere else [])


def result_line(result: Result) -> str:
    """How one point ended."""
    settings = result.point["settings"]
    what = f"{settings['model']} {settings['width']}x{settings['height']}"
    energy = result.profile.energy if result.profile else None
    figure = f", {energy.energy_j_per_image:,.4g} J/image" if energy else ""
    reason = f": {result.reason}" if result.reason else ""
    return f"{result.hash} {result.status} in {result.duration_s:.0f} s, {what}{figure}{reason}"


class SweepDisplay:
    """Shows each standing of a sweep."""

    def __init__(self, target: TextIO | None = None) -> None:
        self._target = target or sys.stderr
        self._live = _LiveTable(self._target) if self._target.isatty() else None
        self._told: set[str] | None = None

    def show(self, standing: Standing) -> None:
        """The table anew; elsewhere a line for each point that ended since the last call."""
        if self._live:
            self._live.update(standing)
            return
        new = [one for name, one in standing.results.items() if name not in (self._told or ())]
        if self._told is None:
            self._say(f"{len(new)} of {standing.total} points have their result, {standing.left} are left")
        else:
            for one in new:
                self._say(f"{result_line(one)}; {standing.left} left, {time_left_text(standing)}")
        self._told = set(standing.results)

    def _say(self, line: str) -> None:
        self._target.write(line + "\n")
        self._target.flush()

    def __enter__(self) -> Self:
        if self._live:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live:
            self._live.stop()


class _LiveTable:
    def __init__(self, target: TextIO) -> None:
        from rich.console import Console
        from rich.live import Live

        self._live = Live(console=Console(file=target, highlight=False), auto_refresh=False)

    def start(self) -> None:
        self._live.start()

    def stop(self) -> None:
        self._live.stop()

    def update(self, standing: Standing) -> None:
        from rich.table import Table

        table = Table(title=f"{len(standing.results)} of {standing.total} points", show_header=False)
        for row in standing_rows(standing):
            table.add_row(*row)
        self._live.update(table, refresh=True)
