"""Everything about how sure a decision is, in one go."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bench.profile import Profile
from roi.decision.answer import Decision
from roi.decision.decide import decide
from roi.scenario.document import Scenario
from roi.sensitivity.base import decision_base
from roi.sensitivity.frontier import CarbonFrontier, FidPoint, carbon_frontier, fid_frontier
from roi.sensitivity.inputs import ranged_inputs
from roi.sensitivity.montecarlo.answer import Simulation
from roi.sensitivity.montecarlo.draws import Shape, require_draws
from roi.sensitivity.montecarlo.simulate import DRAWS_DEFAULT, simulate_decision
from roi.sensitivity.switching import Switch, has_effect, switches
from roi.sensitivity.tornado import TornadoBar, tornado_of

Step = Callable[[str], None]
"""Told the name of what is done from now on: `decide`, `tornado`, `montecarlo`, `switching`, `frontier`."""


@dataclass(frozen=True, slots=True)
class Analysis:
    """A decision and what is known about its sureness; without an answer everything but the decision is empty."""

    decision: Decision
    bars: tuple[TornadoBar, ...]
    """Widest first."""
    switches: tuple[Switch, ...]
    """Where the choice turns: within the stated ranges first, then the nearest."""
    simulation: Simulation | None
    """None without an answer, and where no figure has a range."""
    carbon: CarbonFrontier
    fid: tuple[FidPoint, ...]


def _silent(_name: str) -> None:
    """Tell nobody."""


def analyse(
    scenario: Scenario,
    profiles: Sequence[Profile],
    *,
    draws: int = DRAWS_DEFAULT,
    seed: int = 1,
    shape: Shape = "triangular",
    step: Step = _silent,
    decision: Decision | None = None,
) -> Analysis:
    """Decision, tornado, switching values, Monte Carlo and frontiers of a scenario.

    `decision` is what `decide` gave for the same inputs, where somebody has it already.

    Raises
    ------
    RoiError
        When fewer than two draws are asked for or more than memory holds, the seed is negative, or `decide` refuses
        the scenario.
    """
    require_draws(draws, seed, len(ranged_inputs(scenario)))
    step("decide")
    if decision is None:
        decision = decide(scenario, profiles)
    if not decision.choices:
        return Analysis(decision, (), (), None, CarbonFrontier((), True, ()), ())
    first = first_figures(decision, profiles, draws=draws, seed=seed, shape=shape, step=step)
    return completed(first, profiles, step=step)


def first_figures(
    decision: Decision,
    profiles: Sequence[Profile],
    *,
    draws: int = DRAWS_DEFAULT,
    seed: int = 1,
    shape: Shape = "triangular",
    step: Step = _silent,
) -> Analysis:
    """Tornado and Monte Carlo of a decision that has a choice, a fifth of the work; the rest is empty."""
    step("tornado")
    bars = tornado_of(decision_base(decision, profiles))
    step("montecarlo")
    simulation = simulate_decision(decision, profiles, draws=draws, seed=seed, shape=shape)
    return Analysis(decision, bars, (), simulation, CarbonFrontier((), True, ()), ())


def completed(first: Analysis, profiles: Sequence[Profile], *, step: Step = _silent) -> Analysis:
    """What `first_figures` gave, with the values at which the choice turns and both frontiers."""
    scenario, base = first.decision.scenario, decision_base(first.decision, profiles)
    step("switching")
    searched = [bar for bar in first.bars if base.foresight is not None or has_effect(bar)]
    turns = [switch for bar in searched for switch in switches(base, bar.ranged, bar=bar)]
    step("frontier")
    return replace(
        first,
        switches=tuple(sorted(turns, key=_distance)),
        carbon=carbon_frontier(scenario, profiles),
        fid=fid_frontier(scenario, profiles),
    )


def _distance(switch: Switch) -> tuple[bool, float]:
    """Within the range before beyond it; then by how far away, against the value now."""
    scale = abs(switch.ranged.value) or max(abs(switch.ranged.low), abs(switch.ranged.high))
    return (not switch.within_range, abs(switch.value - switch.ranged.value) / scale)
