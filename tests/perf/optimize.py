"""How long the programme takes, how much memory, and how it compares with the model one would write first.

Every run is a process of its own, so that its peak memory is its own. Times hold pruning, building, solving
and tie-break; the seeded instance and the imports are made before the clock starts."""

import json
import resource
import subprocess
import sys
import time
from dataclasses import asdict, dataclass

from roi.evaluate import evaluate
from roi.optimize import solve
from tests.perf.instance import MODELS_MAX, instance
from tests.perf.straightforward import straightforward_objective

GAP = 1e-6
FULL = (20_000, 50)
"""Options per workload, workloads."""
QUICK_FULL = (2_000, 50)
RATIO_WORKLOADS = 10
GROWTH_WORKLOADS = 10
BYTES_PER_MIB = 2**20
RSS_UNIT_BYTES = 1 if sys.platform == "darwin" else 1024
"""ru_maxrss counts bytes on macOS and KiB elsewhere."""


@dataclass(frozen=True)
class Run:
    """One timed solve."""

    seconds: float
    peak_mib: float
    objective: float | None
    """None when the time limit came first."""
    survivors: int
    verified: bool


def report(*, quick: bool) -> None:
    """Print size, time, memory and ratios."""
    _report_full(*(QUICK_FULL if quick else FULL))
    _report_growth(10_000 if quick else 100_000)
    _report_ratio(limit_s=20.0 if quick else 300.0)


def _report_full(options: int, workloads: int) -> None:
    run, total = _apart("programme", options, workloads, 600.0), options * workloads
    print(
        f"optimize: {options} options x {workloads} workloads, models_max {MODELS_MAX}: {run.seconds:.1f} s, "
        f"peak {run.peak_mib:.0f} MiB; {run.survivors} of {total} survive the pruning "
        f"({run.survivors / total:.1%}); evaluator agrees: {run.verified}"
    )


def _report_growth(largest: int) -> None:
    total, first = 1_000, None
    while total <= largest:
        run = _apart("programme", total // GROWTH_WORKLOADS, GROWTH_WORKLOADS, 600.0)
        first = first or run.seconds
        print(
            f"optimize: growth: {total} options ({GROWTH_WORKLOADS} workloads): {run.seconds:.2f} s, "
            f"{run.seconds / first:.1f} times the time of 1000"
        )
        total *= 10


def _report_ratio(limit_s: float) -> None:
    options = 200
    while True:
        plain = _apart("straightforward", options, RATIO_WORKLOADS, limit_s)
        if plain.objective is None:
            print(
                f"optimize: straightforward at {options} options x {RATIO_WORKLOADS} workloads: "
                f"not finished within {limit_s:.0f} s"
            )
            return
        ours = _apart("programme", options, RATIO_WORKLOADS, limit_s)
        apart = abs(ours.objective - plain.objective) / plain.objective if ours.objective else float("inf")
        print(
            f"optimize: {options} options x {RATIO_WORKLOADS} workloads: straightforward "
            f"{plain.seconds:.1f} s, programme {ours.seconds:.2f} s, "
            f"ratio {plain.seconds / ours.seconds:.1f} (aim 20, at least 10); "
            f"objectives differ by {apart:.1e}; "
            f"{ours.survivors / (options * RATIO_WORKLOADS):.1%} survive"
        )
        options *= 2


def _apart(route: str, options: int, workloads: int, limit_s: float) -> Run:
    command = [sys.executable, "-m", "tests.perf.optimize", route, str(options), str(workloads), str(limit_s)]
    done = subprocess.run(command, capture_output=True, check=True, encoding="utf-8")
    return Run(**json.loads(done.stdout))


def _timed(route: str, options: int, workloads: int, limit_s: float) -> Run:
    programme = instance(options, workloads)
    started = time.perf_counter()
    if route == "straightforward":
        objective = straightforward_objective(programme, time_limit_s=limit_s, gap=GAP)
        survivors, verified = options * workloads, False
        seconds = time.perf_counter() - started
    else:
        solution = solve(programme, time_limit_s=limit_s, gap=GAP)
        seconds = time.perf_counter() - started
        objective, survivors = solution.objective, solution.candidates_after_pruning
        verified = evaluate(programme, solution).agrees
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * RSS_UNIT_BYTES / BYTES_PER_MIB
    return Run(seconds, peak, objective if seconds <= limit_s else None, survivors, verified)


if __name__ == "__main__":
    route, options, workloads, limit_s = sys.argv[1:]
    print(json.dumps(asdict(_timed(route, int(options), int(workloads), float(limit_s)))))
