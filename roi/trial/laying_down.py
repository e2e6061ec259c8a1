"""A new trial: whether it is worth its cost, how large it must be, what it will see, what needs no trial."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.profile import Profile
from roi.amounts import money
from roi.errors import TrialError
from roi.nearest import did_you_mean
from roi.options.market import market
from roi.scenario.document import Scenario
from roi.scenario.models import canonical_model
from roi.scenario.workload import Workload
from roi.texts import Language, text
from roi.texts.messages import Message, at
from roi.trial.power import SIZES, detectable, size_for
from roi.trial.trial_file import Design, Trial, arm_name, model_of_arm
from roi.trial.worth import (
    Arm,
    Worth,
    arms_of,
    best_size,
    decides_nothing,
    question,
    same_cost,
    worths,
)


@dataclass(frozen=True, eq=False)
class Laid:
    """A trial before it begins, and why."""

    trial: Trial
    arms: tuple[Arm, ...]
    worths: tuple[Worth, ...]
    best: Worth | None
    """None where no size brings more than it costs."""
    by_power: int | None
    """Prompts at which the difference asked for is found in four of five trials."""
    sees: float | None
    """Smallest difference that is found in four of five trials [1]."""
    decided: bool
    """Whether one arm is cheapest whatever is measured."""
    alike: tuple[tuple[str, str], ...]
    """Arms that cost the same at the same acceptance."""


def models_of(
    given: str, scenario: Scenario, workload: Workload, profiles: Sequence[Profile]
) -> tuple[str, ...]:
    """Models of names, ids or profile ids parted by commas.

    Raises
    ------
    TrialError
        When one is unknown, or two are one model.
    """
    of_profile = {profile.id: profile.config.model_id for profile in profiles}
    offered = {offer.model_id: offer.model_name for offer in market(scenario, workload, profiles).offers}
    found: list[str] = []
    for name in (each.strip() for each in given.split(",")):
        model, mark, way = name.partition("#")
        model = canonical_model(of_profile.get(model, model))
        if model not in offered:
            known = sorted({*offered.values(), *offered})
            sentence = Message(
                "trialing.arm_unknown",
                workload=repr(workload.name),
                meant=did_you_mean(name, known),
                models=", ".join(sorted(offered.values())),
            )
            raise TrialError(at(f"--arms {name!r}", sentence))
        model = f"{model}{mark}{way}"
        if model in found:
            raise TrialError(at(f"--arms {name!r}", Message("trialing.arm_twice")))
        found.append(model)
    if len(found) < 2:
        raise TrialError(Message("trialing.two_arms"))
    return tuple(found)


def laid_down(
    scenario: Scenario,
    workload: Workload,
    profiles: Sequence[Profile],
    models: tuple[str, ...],
    *,
    name: str,
    design: Design,
    reviewers: int,
    detect: float,
    margin: float,
    prompts: int | None,
    seed: int,
) -> Laid:
    """Everything that is decided before the first picture."""
    draft = Trial(
        name=name,
        workload=workload.name,
        arms=models,
        design=design,
        prompts=prompts or SIZES[0],
        reviewers=reviewers,
        margin=margin,
        detect=detect,
        seed=seed,
    )
    arms = arms_of(scenario, workload, profiles, models)
    asked = question(scenario, workload, reviewers, draft.repeats_fraction)
    found = worths(arms, asked, draft.likeness, seed)
    middle = workload.acceptance_of(model_of_arm(models[0])).mean.value
    by_power = size_for(detect, middle, reviewers, draft.likeness, draft.alpha / (len(models) - 1))
    best = best_size(found)
    size = prompts or (best.prompts if best else by_power or SIZES[-1])
    trial = Trial.model_validate(draft.model_dump() | {"prompts": size})
    return Laid(
        trial, arms, found, best, by_power, detectable(trial, middle), decides_nothing(arms), same_cost(arms)
    )


def laid_lines(laid: Laid, scenario: Scenario, language: Language) -> Iterator[str]:
    """What is said before a trial begins."""
    currency, trial = scenario.currency, laid.trial
    names = ", ".join(arm_name(model) for model in trial.arms)
    yield text(language, "trial.new", arms=names, workload=trial.workload)
    for one, other in laid.alike:
        yield text(language, "trial.alike", one=arm_name(one), other=arm_name(other))
    if laid.decided:
        yield text(language, "trial.decided")
    chosen = laid.best or max(laid.worths, key=lambda worth: worth.net)
    values = {
        "prompts": chosen.prompts,
        "gain": money(chosen.gain, currency, language),
        "low": money(chosen.gain_p5, currency, language),
        "high": money(chosen.gain_p95, currency, language),
        "cost": money(chosen.cost, currency, language),
        "changes": chosen.changes,
    }
    yield text(language, "trial.worth" if laid.best else "trial.not_worth", **values)
    if laid.by_power is None:
        yield text(language, "trial.power_never", points=100 * trial.detect)
    else:
        yield text(language, "trial.power", points=100 * trial.detect, prompts=laid.by_power)
    if laid.sees is None:
        yield text(language, "trial.sees_nothing", prompts=trial.prompts)
    else:
        yield text(language, "trial.sees", prompts=trial.prompts, points=100 * laid.sees)
    yield text(language, "trial.rule", prompts=trial.prompts, alpha=trial.alpha, margin=100 * trial.margin)
