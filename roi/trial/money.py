"""What acceptance is worth: the scenario decided with it, for one model alone or for all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.profile import Profile
from roi.decision.answer import Choice, Decision
from roi.decision.decide import decide
from roi.scenario.change import with_changes
from roi.scenario.document import Scenario
from roi.scenario.models import canonical_model
from roi.scenario.supply import Api

MONTHS = 12


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
    kept = cost_of(after, workload, new_profiles, old.option.offer.model_id)
    found = after.workload(workload)
    images = found.images_per_month.value * MONTHS if found else 0.0
    new = _choice(decided, workload)
    return Effect(old, new, kept, None if new is None else new.cost_per_accepted_image, images)


def cost_of(scenario: Scenario, workload: str, profiles: Sequence[Profile], model: str) -> float | None:
    """Cash per accepted image of a workload with one model alone [money]; None where it meets no limit."""
    alone = only_model(scenario, workload, model)
    mine = [profile for profile in profiles if canonical_model(profile.config.model_id) == model]
    if not mine and not any(isinstance(supply, Api) for supply in alone.supplies):
        return None
    found = _choice(decide(alone, mine, near=False, reviewed=False), workload)
    return None if found is None else found.cost_per_accepted_image


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
