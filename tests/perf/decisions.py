"""How long whole answers take beside the solver alone: recommend, plan, plan of a portfolio, sensitivity of a plan.

Each line gives seconds and, as a ratio, how much of them is not the solver's: gates, prices, proof, near-equals and
levers (which solve too). Ratios hold on a noisy machine; seconds do not."""

import time
from collections.abc import Callable

from bench.library import library_profiles
from roi.decision.decide import decide
from roi.fleet.solver import solve_fleet
from roi.planning.assemble import programme
from roi.planning.decide_plan import plan
from roi.planning.today import present_in
from roi.scenario.change import with_changes
from roi.scenario.document import Scenario
from roi.scenario.load import demonstration
from roi.sensitivity.analysis import analyse
from roi.sensitivity.plan_analysis import analyse_plan

WORKLOADS = 20
DRAWS = 10_000


def report(*, quick: bool) -> None:
    """Print seconds and ratios of each kind of answer."""
    base = demonstration()
    _told("recommend, demonstration", base, lambda asked: decide(asked, library_profiles()))
    wide = with_changes(base, {"workloads[0].attempts_max": 15})
    _told(
        "recommend, demonstration with up to 15 attempts",
        wide,
        lambda asked: decide(asked, library_profiles()),
    )
    _told("plan, demonstration", base, lambda asked: plan(asked, library_profiles()))
    if quick:
        return
    _told(f"plan, {WORKLOADS} workloads", portfolio(base), lambda asked: plan(asked, library_profiles()))
    _told(
        f"sensitivity --plan, demonstration, {DRAWS:,} draws",
        base,
        lambda asked: (
            analyse(asked, library_profiles(), draws=DRAWS),
            analyse_plan(asked, library_profiles(), draws=DRAWS),
        ),
    )


def portfolio(base: Scenario) -> Scenario:
    """The demonstration's workload in twenty sizes, bars and numbers of attempts."""
    first = base.workloads[0].model_dump(mode="json")
    many = [
        {
            **first,
            "name": f"pictures {number:02d}",
            "images_per_month": 5_000 + 3_000 * number,
            "quality": {**first["quality"], "fid_max": 7 + number % 6},
            "attempts_max": 3 + number % 4,
            "baseline": None,
        }
        for number in range(WORKLOADS)
    ]
    return with_changes(base, {"workloads": many})


def _told(name: str, asked: Scenario, answer: Callable[[Scenario], object]) -> None:
    found = decide(asked, library_profiles(), near=False)
    problem = programme(asked, found.options, present_in(asked, library_profiles()))
    solver_s = _seconds(lambda: solve_fleet(problem))
    whole_s = _seconds(lambda: answer(asked))
    candidates = len(problem.candidates)
    print(
        f"decisions: {name}: {whole_s:.2f} s, {whole_s / solver_s:.1f} times the solver alone "
        f"({candidates} candidates in {solver_s * 1000:.0f} ms)"
    )


def _seconds(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started
