"""What acceptance is worth: the scenario decided with it, for one model alone or for all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from bench.profile import Profile
from roi.arrays import FloatArray
from roi.decision.answer import Choice, Decision
from roi.decision.decide import decide
from roi.fleet.solver import solve_fleet
from roi.options.market import market
from roi.planning.assemble import Present, idle_powers
from roi.planning.solved import solved
from roi.scenario.change import with_changes
from roi.scenario.document import Scenario
from roi.scenario.effective import resolved
from roi.scenario.models import canonical_model
from roi.scenario.supply import Api
from roi.sensitivity.inputs import ranged_inputs
from roi.sensitivity.montecarlo.cells import cells_of
from roi.sensitivity.montecarlo.drawn import Drawn
from roi.sensitivity.montecarlo.draws import draw, drawable
from roi.sensitivity.montecarlo.gates import figure_draws
from roi.sensitivity.montecarlo.risk import Drawing, kept_choices
from roi.sensitivity.montecarlo.spread import Spread, spread_of

MONTHS = 12
DRAWS, SEED = 4_000, 1
"""For the ends of what is saved: about a point of probability."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What measured acceptance does to the decision."""

    before: Choice
    """Of the scenario as it was."""
    after: Choice | None
    """Of the scenario with what was measured; None where nothing then meets its limits."""
    kept_cost: float | None
    """Cash per accepted image if the model of before is kept [money]; None where it then meets no limit."""
    after_cost: float | None
    """Cash per accepted image of the new decision [money]."""
    images_per_year: float
    saved: Spread | None = None
    """What moving to the new decision saves, over draws of every ranged figure [money/year]; None where no figure
    has a range, or one of the two has no cost."""
    saves: float | None = None
    """Share of those draws in which it saves something [1]."""

    @property
    def changes(self) -> bool:
        """Whether another model is chosen, or none is left."""
        return self.after is None or self.after.option.offer.model_id != self.before.option.offer.model_id

    @property
    def saved_per_year(self) -> float | None:
        """What moving to the new decision saves against keeping the old model [money/year]."""
        if self.kept_cost is None or self.after_cost is None:
            return None
        return (self.kept_cost - self.after_cost) * self.images_per_year


def effect(
    before: Scenario,
    after: Scenario,
    workload: str,
    profiles: Sequence[Profile],
    profiles_after: Sequence[Profile] | None = None,
) -> Effect | None:
    """The decision before and after, and what keeping the old model would cost; None where there was no answer."""
    new_profiles = profiles if profiles_after is None else profiles_after
    old = _choice(decide(before, profiles, near=False, reviewed=False), workload)
    if old is None:
        return None
    decided = decide(after, new_profiles, near=False, reviewed=False)
    kept = _alone(after, workload, new_profiles, old.option.offer.model_id)
    found = after.workload(workload)
    images = found.images_per_month.value * MONTHS if found else 0.0
    new = _choice(decided, workload)
    effect = Effect(
        old,
        new,
        None if kept is None else kept.cost_per_accepted_image,
        None if new is None else new.cost_per_accepted_image,
        images,
    )
    if kept is None or new is None or not effect.changes:
        return effect
    saved = _saved(decided, new_profiles, kept, new)
    if saved is None:
        return effect
    return replace(effect, saved=spread_of(saved), saves=float(np.mean(saved > 0.0)))


def _saved(decided: Decision, profiles: Sequence[Profile], kept: Choice, new: Choice) -> FloatArray | None:
    """A year's cost of one choice less that of another, both kept, in the same draws [money/year, D]."""
    scenario, inputs = decided.scenario, drawable(ranged_inputs(decided.scenario))
    workload = next(each for each in scenario.workloads if each.name == new.option.workload)
    if not inputs:
        return None
    cells = cells_of(scenario, market(scenario, workload, profiles))
    values = {**draw(inputs, DRAWS, SEED).values, **figure_draws(cells, DRAWS, SEED)}
    drawn = Drawn(resolved(scenario), values, DRAWS)
    old_cost, new_cost = (
        kept_choices([Drawing(cells, drawn, [replace(choice, share_fraction=1.0)])], decided.present).cash
        for choice in (kept, new)
    )
    pictures = next(each for each in drawn.scenario.workloads if each.name == workload.name).images_per_month
    return np.asarray((old_cost - new_cost) * drawn.figure(pictures) * MONTHS)


def cost_of(scenario: Scenario, workload: str, profiles: Sequence[Profile], model: str) -> float | None:
    """Cash per accepted image of a workload with one model alone [money]; None where it meets no limit."""
    found = _alone(scenario, workload, profiles, model)
    return None if found is None else found.cost_per_accepted_image


def _alone(scenario: Scenario, workload: str, profiles: Sequence[Profile], model: str) -> Choice | None:
    alone = only_model(scenario, workload, model)
    mine = [profile for profile in profiles if canonical_model(profile.config.model_id) == model]
    if not mine and not any(isinstance(supply, Api) for supply in alone.supplies):
        return None
    present = Present(
        idle_power_w=idle_powers(alone, profiles)
    )  # of a board, whatever model it was measured with
    found = solved(alone, mine, present, solve_fleet)
    return _choice(decide(alone, mine, near=False, reviewed=False, found=found), workload)


def only_model(scenario: Scenario, workload: str, model: str) -> Scenario:
    """The scenario of one workload with the APIs of other models left out."""
    document = scenario.model_dump(mode="json")
    supplies = [
        given
        for given, supply in zip(document["supplies"], scenario.supplies, strict=True)
        if not isinstance(supply, Api) or canonical_model(supply.model) == model
    ]
    mine = [each for each in document["workloads"] if each["name"] == workload]
    for each in mine:
        each["baseline"] = None
    return with_changes(scenario, {"supplies": supplies, "workloads": mine})


def with_acceptance(scenario: Scenario, workload: str, acceptance: Mapping[str, float]) -> Scenario:
    """The scenario with these means for single models; how far prompts differ stays what it was."""
    index = next(place for place, each in enumerate(scenario.workloads) if each.name == workload)
    given = scenario.workloads[index]
    by_model = {name: each.model_dump(mode="json") for name, each in given.acceptance_by_model.items()}
    for model, mean in acceptance.items():
        own = given.acceptance_of(model).model_dump(mode="json")
        by_model[model] = {**own, "mean": {"value": mean}}
    return with_changes(scenario, {f"workloads[{index}].acceptance_by_model": by_model})


def _choice(decision: Decision, workload: str) -> Choice | None:
    mine = [choice for choice in decision.choices if choice.option.workload == workload]
    return max(mine, key=lambda choice: choice.share_fraction, default=None)
