"""What a person sees while a point is measured."""

import sys
from typing import TextIO

from bench.protocol.records import Progress


def progress_line(progress: Progress) -> str:
    """Stage, windows, joules so far with their interval, power, temperature, time left."""
    words: list[str] = [progress.stage]
    if progress.stage in ("windows", "done"):
        rejected = f" (+{progress.windows_rejected} rejected)" if progress.windows_rejected else ""
        words.append(f"{progress.windows_done} window{'' if progress.windows_done == 1 else 's'}{rejected}")
    if progress.energy_j_per_image is not None:
        words.append(f"{progress.energy_j_per_image:,.4g} J/image{_interval(progress)}")
    elif progress.seconds_per_image is not None:
        words.append(f"{progress.seconds_per_image:.4g} s/image{_interval(progress)}")
    if progress.power_w is not None:
        words.append(f"{progress.power_w:.0f} W")
    if progress.temperature_c is not None:
        words.append(f"{progress.temperature_c:.0f} C")
    if progress.time_left_s:
        words.append(f"at most {progress.time_left_s:.0f} s left")
    return " · ".join(words)


def _interval(progress: Progress) -> str:
    half = progress.half_width_fraction
    return "" if half is None else f" ± {half:.1%}"


class ProgressDisplay:
    """Writes to standard error: the answer is the profile, not this."""

    def __init__(self, target: TextIO | None = None) -> None:
        self._target = target or sys.stderr
        self._moving = self._target.isatty()
        self._stage: str | None = None

    def show(self, progress: Progress) -> None:
        """On a terminal the line moves; elsewhere each window is a line, each other stage one."""
        line = progress_line(progress)
        if self._moving:
            self._target.write(f"\r\x1b[2K{line}")
            if progress.stage == "done":
                self._target.write("\n")
        elif progress.stage in ("windows", "done") or progress.stage != self._stage:
            self._target.write(line + "\n")
        self._stage = progress.stage
        self._target.flush()

    def say(self, sentence: str) -> None:
        """A sentence of its own line."""
        self._target.write(("\r\x1b[2K" if self._moving else "") + sentence + "\n")
        self._target.flush()
