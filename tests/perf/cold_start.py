"""Cold start of the main command over the bare import of the libraries it needs, in one run."""

import statistics
import subprocess
import sys
import time

COMMAND = [sys.executable, "-m", "roi", "recommend", "--fid-max", "20"]
BARE = [sys.executable, "-c", "import pydantic, typer, pulp, highspy, yaml"]
REPEATS = 7


def report(*, quick: bool) -> None:
    """Print the ratio of the medians; the two take turns, so that a busy machine slows both."""
    probe = subprocess.run(COMMAND, capture_output=True, check=False, encoding="utf-8")
    if probe.returncode != 0:
        reason = (probe.stderr.strip().splitlines() or ["no message"])[-1]
        print(f"cold_start: not measured: the recommend command exits with {probe.returncode} ({reason})")
        return
    pairs = [(_seconds(COMMAND), _seconds(BARE)) for _ in range(3 if quick else REPEATS)]
    command_s, bare_s = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(
        f"cold_start: recommend {command_s:.2f} s, bare imports {bare_s:.2f} s, "
        f"ratio {command_s / bare_s:.2f} (aim 1.5, at most 2.0), medians of {len(pairs)}"
    )


def _seconds(command: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, capture_output=True, check=True)
    return time.perf_counter() - started
