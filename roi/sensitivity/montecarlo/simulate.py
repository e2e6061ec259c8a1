"""Every draw decided, and what that says about the choice."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from bench.profile import Profile
from roi.decision.answer import Decision
from roi.decision.decide import decide
from roi.decision.market import market
from roi.errors import RoiError
from roi.scenario.document import Scenario
from roi.sensitivity.inputs import Ranged, ranged_inputs
from roi.sensitivity.montecarlo.answer import Influence, Simulation
from roi.sensitivity.montecarlo.cells import cells_of
from roi.sensitivity.montecarlo.drawn import Drawn
from roi.sensitivity.montecarlo.draws import Shape, draw
from roi.sensitivity.montecarlo.gates import fid_draws
from roi.sensitivity.montecarlo.risk import workload_risk
from roi.sensitivity.montecarlo.spread import rank_correlation, spread_of
from roi.sensitivity.montecarlo.standing import standing_cost_per_month

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
    return simulate_decision(decide(scenario, profiles), profiles, draws=draws, seed=seed, shape=shape)


def simulate_decision(
    decision: Decision, profiles: Sequence[Profile], *, draws: int, seed: int, shape: Shape
) -> Simulation:
    """The same for a decision that is already there."""
    if not decision.choices:
        raise RoiError(
            "Monte Carlo: the scenario has no answer as it stands; `recommend` names what must give"
        )
    scenario, inputs = decision.scenario, ranged_inputs(decision.scenario)
    made = draw(inputs, draws, seed, shape)
    plain = Drawn(scenario, made.values, draws)
    risks, volumes, kept = [], [], []
    for workload in scenario.workloads:
        cells = cells_of(scenario, market(scenario, workload, profiles))
        drawn = Drawn(scenario, {**made.values, **fid_draws(cells, draws, seed)}, draws)
        chosen = [choice for choice in decision.choices if choice.option.workload == workload.name]
        risk, costs = workload_risk(cells, drawn, chosen)
        risks.append(risk)
        volumes.append(
            plain.column(plain.figure(f"{cells.place}.images_per_month", workload.images_per_month))
        )
        kept.append(costs)
    costs = _total(plain, decision, np.stack(kept), np.stack(volumes))
    return Simulation(
        draws=draws,
        seed=seed,
        shape=shape,
        inputs=len(inputs),
        exact=decides_apart(scenario),
        cost=spread_of(costs),
        influences=_influences(inputs, made.values, costs),
        workloads=tuple(risks),
        costs=costs,
    )


def decides_apart(scenario: Scenario) -> bool:
    """Whether each draw's answer is every workload's own cheapest option: no rule ties them together.

    With one unmixed workload company-wide rules are rules of its option. With several, limits and the standing
    cost of a shared model tie them.
    """
    limits = scenario.limits
    capped = limits.budget_per_month is not None or limits.carbon_cap_per_month is not None
    if len(scenario.workloads) == 1:
        return not (capped and scenario.workloads[0].mix)
    standing = scenario.model_cost is not None or bool(scenario.model_cost_by_model)
    return not (capped or standing or limits.models_max is not None)


def _total(drawn: Drawn, decision: Decision, bare: FloatArray, volumes: FloatArray) -> FloatArray:
    """Cost of an accepted image over all workloads, each kept model's standing cost once [D]."""
    models = {choice.option.offer.model_id for choice in decision.choices}
    standing = [cost for model in models if (cost := standing_cost_per_month(drawn, model)) is not None]
    month = (bare * volumes).sum(axis=0) + sum(standing, start=np.zeros(drawn.size))
    return np.asarray(month / volumes.sum(axis=0))


def _influences(
    inputs: Sequence[Ranged], values: Mapping[str, FloatArray], costs: FloatArray
) -> tuple[Influence, ...]:
    found = [Influence(ranged, rank_correlation(values[ranged.place], costs)) for ranged in inputs]
    return tuple(sorted(found, key=lambda each: -abs(each.rank_correlation)))
