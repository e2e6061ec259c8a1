"""Every draw decided, and what that says about the choice."""

from collections.abc import Sequence

from bench.profile import Profile
from roi.decision.answer import Decision
from roi.errors import RoiError
from roi.options.market import market
from roi.scenario.effective import resolved
from roi.sensitivity.inputs import ranged_inputs
from roi.sensitivity.montecarlo.answer import Simulation, influences_on
from roi.sensitivity.montecarlo.cells import cells_of
from roi.sensitivity.montecarlo.drawn import Drawn
from roi.sensitivity.montecarlo.draws import Shape, draw, drawable
from roi.sensitivity.montecarlo.gates import figure_draws
from roi.sensitivity.montecarlo.risk import Drawing, kept_choices, workload_risk
from roi.sensitivity.montecarlo.spread import spread_of
from roi.texts.messages import Message

DRAWS_DEFAULT = 10_000


def simulate_decision(
    decision: Decision, profiles: Sequence[Profile], *, draws: int, seed: int, shape: Shape
) -> Simulation | None:
    """The decision under draws of every ranged figure; None where there is nothing to draw.

    Raises
    ------
    RoiError
        When it has no answer to begin with.
    """
    if not decision.choices:
        raise RoiError(Message("drawn.no_answer"))
    scenario, inputs = decision.scenario, drawable(ranged_inputs(decision.scenario))
    made = draw(inputs, draws, seed, shape)
    drawings, whole, figures_drawn = [], resolved(scenario), 0
    for workload in scenario.workloads:
        cells = cells_of(scenario, market(scenario, workload, profiles))
        quality = figure_draws(cells, draws, seed)
        figures_drawn += len(quality)
        drawn = Drawn(whole, {**made.values, **quality}, draws)
        chosen = decision.serving(workload.name)
        drawings.append(Drawing(cells, drawn, chosen))
    if not inputs and not figures_drawn:
        return None
    costs = kept_choices(drawings, decision.present).cash
    risks = [workload_risk(each, decision.present) for each in drawings]
    return Simulation(
        draws=draws,
        seed=seed,
        shape=shape,
        inputs=len(inputs),
        proven=risks[0].proven if len(risks) == 1 else 0.0,
        cost=spread_of(costs),
        influences=influences_on(costs, inputs, made.values),
        workloads=tuple(risks),
        costs=costs,
    )
