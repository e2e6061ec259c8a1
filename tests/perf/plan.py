"""How long a fleet of years takes to a proven gap, how much memory, and how both grow with each dimension.

Every run is a process of its own, so that its peak memory is its own. Times hold pruning, sifting, the plan and its
cleaning; the seeded instance, the imports and the evaluator are outside the clock. HiGHS runs in one thread.
`python -m tests.perf.plan OPTIONS WORKLOADS BLOCKS YEARS` runs one size."""

import json
import resource
import subprocess
import sys
import time
from dataclasses import asdict, dataclass

from roi.fleet.evaluation import evaluate
from roi.fleet.solver import solve_fleet
from tests.perf.fleet_instance import SUPPLIES, fleet_instance

GAP = 0.005
BYTES_PER_MIB = 2**20
RSS_UNIT_BYTES = 1 if sys.platform == "darwin" else 1024
"""ru_maxrss counts bytes on macOS and KiB elsewhere."""
AIM_S, AIM_MIB = 60.0, 2048.0
FULL = (1_000, 20, 24, 5)
"""Options per workload, workloads, blocks, years."""
QUICK = (100, 20, 12, 2)
LIMIT_S = 300.0
STEPS = {
    "options": ((100, 20, 24, 5), (300, 20, 24, 5), (1_000, 20, 24, 5), (3_000, 20, 24, 5)),
    "workloads": ((1_000, 5, 24, 5), (1_000, 10, 24, 5), (1_000, 40, 24, 5)),
    "blocks": ((1_000, 20, 6, 5), (1_000, 20, 12, 5), (1_000, 20, 48, 5)),
    "years": ((1_000, 20, 24, 1), (1_000, 20, 24, 3), (1_000, 20, 24, 8)),
}
QUICK_STEPS = {"options": ((50, 20, 12, 2), (200, 20, 12, 2)), "blocks": ((100, 20, 6, 2), (100, 20, 24, 2))}


@dataclass(frozen=True)
class Run:
    """One timed solve."""

    seconds: float
    peak_mib: float
    gap: float
    surviving_fraction: float
    verified: bool


def report(*, quick: bool) -> None:
    """Print gap, time and memory of the full size, then of sizes that differ in one dimension."""
    size = QUICK if quick else FULL
    run = _apart(size)
    met = run.gap <= GAP and run.seconds <= AIM_S and run.peak_mib <= AIM_MIB
    print(
        f"plan: {_words(size)}: gap {run.gap:.2%} in {run.seconds:.1f} s (aim {GAP:.1%} in {AIM_S:.0f} s), peak "
        f"{run.peak_mib:.0f} MiB (aim {AIM_MIB:.0f}): {'met' if met else 'not met'}; {run.surviving_fraction:.1%} "
        f"survive the pruning; evaluator agrees: {run.verified}"
    )
    for dimension, sizes in (QUICK_STEPS if quick else STEPS).items():
        for each in sizes:
            run = _apart(each)
            print(
                f"plan: growth with {dimension}: {_words(each)}: gap {run.gap:.2%} in {run.seconds:.1f} s, peak "
                f"{run.peak_mib:.0f} MiB"
            )


def _words(size: tuple[int, ...]) -> str:
    options, workloads, blocks, years = size
    return f"{workloads} workloads x {options} options x {len(SUPPLIES)} supplies x {blocks} blocks x {years} years"


def _apart(size: tuple[int, ...]) -> Run:
    command = [sys.executable, "-m", "tests.perf.plan", *(str(number) for number in size)]
    done = subprocess.run(command, capture_output=True, check=True, encoding="utf-8")
    return Run(**json.loads(done.stdout))


def _timed(options: int, workloads: int, blocks: int, years: int) -> Run:
    programme = fleet_instance(options, workloads=workloads, blocks=blocks, years=years)
    started = time.perf_counter()
    solution = solve_fleet(programme, gap=GAP, time_limit_s=LIMIT_S)
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * RSS_UNIT_BYTES / BYTES_PER_MIB
    verified = solution.plan is not None and evaluate(programme, solution.plan).agrees(solution)
    surviving = solution.candidates_after_pruning / solution.candidates_total
    return Run(seconds, peak, solution.gap, surviving, verified)


if __name__ == "__main__":
    print(json.dumps(asdict(_timed(*(int(number) for number in sys.argv[1:])))))
