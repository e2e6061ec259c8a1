"""Every draw decided, and what that says about the choice."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from bench.profile import Profile
from roi.decision.answer import Decision
from roi.decision.decide import decide
from roi.errors import RoiError
from roi.options.market import market
from roi.planning.supplies import is_by_use
from roi.scenario.document import Scenario
from roi.sensitivity.inputs import Ranged, ranged_inputs
from roi.sensitivity.montecarlo.answer import Influence, Simulation
from roi.sensitivity.montecarlo.cells import Cells, cells_of
from roi.sensitivity.montecarlo.drawn import Drawn
from roi.sensitivity.montecarlo.draws import Shape, draw, drawable
from roi.sensitivity.montecarlo.gates import fid_draws
from roi.sensitivity.montecarlo.risk import Drawing, kept_choices, workload_risk
from roi.sensitivity.montecarlo.spread import rank_correlation, spread_of

FloatArray = npt.NDArray[np.float64]

DRAWS_DEFAULT = 10_000


def simulate(
    scenario: Scenario,
    profiles: Sequence[Profile],
    *,
    draws: int = DRAWS_DEFAULT,
    seed: int = 1,
    shape: Shape = "triangular",
) -> Simulation:
    """The decision of the scenario as it stands, under draws of every ranged figure.

    Raises
    ------
    RoiError
        When the scenario has no answer to begin with.
    """
    decision = decide(scenario, profiles, near=False)
    return simulate_decision(decision, profiles, draws=draws, seed=seed, shape=shape)


def simulate_decision(
    decision: Decision, profiles: Sequence[Profile], *, draws: int, seed: int, shape: Shape
) -> Simulation:
    """The same for a decision that is already there."""
    if not decision.choices:
        raise RoiError(
            "Monte Carlo: the scenario has no answer as it stands; `recommend` names what must give"
        )
    scenario, inputs = decision.scenario, drawable(ranged_inputs(decision.scenario))
    made = draw(inputs, draws, seed, shape)
    drawings = []
    for workload in scenario.workloads:
        cells = cells_of(scenario, market(scenario, workload, profiles))
        drawn = Drawn(scenario, {**made.values, **fid_draws(cells, draws, seed)}, draws)
        chosen = [choice for choice in decision.choices if choice.option.workload == workload.name]
        drawings.append(Drawing(cells, drawn, chosen))
    costs = kept_choices(drawings, decision.present).cash
    return Simulation(
        draws=draws,
        seed=seed,
        shape=shape,
        inputs=len(inputs),
        exact=decides_apart(scenario, [each.cells for each in drawings]),
        cost=spread_of(costs),
        influences=_influences(inputs, made.values, costs),
        workloads=tuple(workload_risk(each, decision.present) for each in drawings),
        costs=costs,
    )


def decides_apart(scenario: Scenario, markets: Sequence[Cells]) -> bool:
    """Whether each draw's answer is the cheapest single option, as `decide` would find it.

    That is so with one workload, served by one choice, of which no two supplies offer the same: else a plan may
    split the work, or share machines, and be cheaper. Work that may wait on whole units whose electricity has
    several prices is priced by one plan of several.
    """
    if len(markets) > 1 or markets[0].workload.mix:
        return False
    cells, priced_apart = markets[0], len(scenario.site.time_blocks) > 1
    choices = {(offer.id, int(n)) for offer, n in zip(cells.offers, cells.images, strict=True)}
    units = any(not is_by_use(scenario.supplies[index]) for index in np.unique(cells.supply).tolist())
    return len(choices) == len(cells) and not (cells.workload.deferrable and units and priced_apart)


def _influences(
    inputs: Sequence[Ranged], values: Mapping[str, FloatArray], costs: FloatArray
) -> tuple[Influence, ...]:
    found = [Influence(ranged, rank_correlation(values[ranged.place], costs)) for ranged in inputs]
    return tuple(sorted(found, key=lambda each: -abs(each.rank_correlation)))
