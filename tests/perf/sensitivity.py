"""Monte Carlo: draws x options at once, against a loop of decisions and against touching the same memory.

The loop is measured on a few draws and extrapolated: its time is the same for every draw. Touching is what numpy
takes to fill an array of draws x options and to find the least of each draw, in memory that is already mapped; an
option in whole units over years takes some forty passes over such an array."""

import time
from collections.abc import Callable

import numpy as np

from bench.library import library_profiles
from bench.profile import Profile
from roi.decision.decide import decide
from roi.options.market import market
from roi.planning.today import present_in
from roi.scenario.change import with_changes
from roi.scenario.document import Scenario
from roi.scenario.effective import resolved
from roi.scenario.load import demonstration
from roi.sensitivity.inputs import ranged_inputs
from roi.sensitivity.montecarlo.cells import Cells, cells_of
from roi.sensitivity.montecarlo.deciding import decided
from roi.sensitivity.montecarlo.drawn import Drawn
from roi.sensitivity.montecarlo.draws import draw
from roi.sensitivity.montecarlo.simulate import simulate_decision

DRAWS = 10_000
WATCHED = np.array([0])
LOOPED = 30
REPEATS = 5


def report(*, quick: bool) -> None:
    """Print time, ratios and growth."""
    scenario, profiles = demonstration(), library_profiles()
    draws = DRAWS // 5 if quick else DRAWS
    _report_ratios(scenario, profiles, draws)
    _report_growth_of_draws(scenario, profiles, draws)
    _report_growth_of_options(scenario, profiles, draws)


def _report_ratios(scenario: Scenario, profiles: tuple[Profile, ...], draws: int) -> None:
    cells = _cells(scenario, profiles)
    options = len(cells) * cells.attempts_max
    drawn, present = _drawn(scenario, draws), present_in(scenario, profiles)
    priced_s = _best(lambda: decided(cells, drawn, present, WATCHED))
    whole_s = _best(lambda: _simulated(scenario, profiles, draws))
    touched_s = _touched(options, draws)
    loop_s = _loop(scenario, profiles) * draws
    print(
        f"sensitivity: {draws} draws x {options} options: every draw decided {priced_s:.3f} s, whole simulation "
        f"{whole_s:.3f} s; loop of decisions {loop_s:.0f} s (extrapolated from {LOOPED}), ratio "
        f"{loop_s / whole_s:.0f} (aim 200); touching the same array {touched_s:.3f} s, ratio "
        f"{priced_s / touched_s:.0f}"
    )


def _simulated(scenario: Scenario, profiles: tuple[Profile, ...], draws: int) -> None:
    decision = decide(scenario, profiles, near=False)
    simulate_decision(decision, profiles, draws=draws, seed=1, shape="triangular")


def _report_growth_of_draws(scenario: Scenario, profiles: tuple[Profile, ...], draws: int) -> None:
    cells, present, first = _cells(scenario, profiles), present_in(scenario, profiles), None
    for size in (draws // 10, draws, draws * 10):
        drawn = _drawn(scenario, size)
        seconds = _best(lambda drawn=drawn: decided(cells, drawn, present, WATCHED))
        first = first or seconds
        print(f"sensitivity: {size} draws: {seconds:.3f} s, {seconds / first:.1f} times the first")


def _report_growth_of_options(scenario: Scenario, profiles: tuple[Profile, ...], draws: int) -> None:
    present, first = present_in(scenario, profiles), None
    for attempts in (2, 6, 18, 54):
        changed = with_changes(scenario, {"workloads[0].attempts_max": attempts})
        cells = _cells(changed, profiles)
        drawn = _drawn(changed, draws)
        seconds = _best(lambda cells=cells, drawn=drawn: decided(cells, drawn, present, WATCHED))
        first = first or seconds
        options = len(cells) * attempts
        print(f"sensitivity: {options} options: {seconds:.3f} s, {seconds / first:.1f} times the first")


def _cells(scenario: Scenario, profiles: tuple[Profile, ...]) -> Cells:
    return cells_of(scenario, market(scenario, scenario.workloads[0], profiles))


def _drawn(scenario: Scenario, size: int) -> Drawn:
    return Drawn(resolved(scenario), draw(ranged_inputs(scenario), size, 1).values, size)


def _touched(options: int, draws: int) -> float:
    memory = np.zeros((options, draws))

    def touch() -> None:
        memory.fill(1.0)
        memory.min(axis=0)

    return _best(touch)


def _loop(scenario: Scenario, profiles: tuple[Profile, ...]) -> float:
    """Seconds of one decision in a loop over draws."""
    inputs = ranged_inputs(scenario)
    values = draw(inputs, LOOPED, 1).values
    started = time.perf_counter()
    for number in range(LOOPED):
        changes: dict[str, object] = {}
        for place in (place for ranged in inputs for place in ranged.places):
            changes[f"{place}.value" if place.startswith("exchange_rates") else place] = float(
                values[place][number]
            )
        decide(with_changes(scenario, changes), profiles, near=False)
    return (time.perf_counter() - started) / LOOPED


def _best(work: Callable[[], object]) -> float:
    """The least of some runs [s]: others disturb, nothing hurries."""
    found = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        work()
        found.append(time.perf_counter() - started)
    return min(found)
