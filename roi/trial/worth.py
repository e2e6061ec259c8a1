"""Is a trial worth its cost? The money that a better decision brings, against looks, seconds and wages.

Each arm's acceptance is drawn from its range in the scenario (triangular, as `sensitivity` draws),
independently of the others'. Without a trial the arm with the lowest mean cost is taken. A trial of n prompts
shows each acceptance with a standard error; what is believed after it lies between what was believed before and
what it shows, in inverse proportion of variances, and the arm that then looks cheapest is taken. The difference
of the two means, at the true acceptances, is what the trial brings: the expected value of sample information of
that rule, never more than that of the best rule.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bench.profile import Profile
from roi.arrays import FloatArray
from roi.errors import TrialError
from roi.scenario.document import Scenario
from roi.scenario.workload import Workload
from roi.texts.messages import Message, at
from roi.trial.money import MONTHS, cost_of, with_acceptance
from roi.trial.power import SIZES
from roi.trial.trial_file import Likeness, model_of_arm

DRAWS = 20_000
GRID = 7
"""Acceptances at which an arm is priced; between them its cost is taken as straight."""
NEARLY = 0.99
"""Of the most that a trial brings: what is beyond it is not worth the weeks."""
SECONDS_PER_HOUR = 3600.0
ACCEPTANCE_LEAST, ACCEPTANCE_MOST = 0.01, 0.99


@dataclass(frozen=True, eq=False)
class Arm:
    """One model: what is believed of its acceptance, and what a picture costs at each."""

    model: str
    low: float
    mode: float
    high: float
    acceptances: FloatArray
    """[G]"""
    costs: FloatArray
    """Cash per accepted image [money, G]; infinite where it meets no limit."""

    def cost_at(self, acceptance: FloatArray) -> FloatArray:
        """Cash per accepted image at acceptances of any shape [money]."""
        finite = np.isfinite(self.costs)
        if not finite.any():
            return np.full(np.shape(acceptance), np.inf)
        found = np.interp(acceptance, self.acceptances[finite], self.costs[finite])
        return np.asarray(np.where(acceptance < self.acceptances[finite][0] - 1e-12, np.inf, found))


@dataclass(frozen=True, slots=True)
class Worth:
    """What a trial of some size brings and costs, over the years of the scenario."""

    prompts: int
    gain: float
    """Of the better decision, mean over the draws [money]."""
    gain_p5: float
    """In 5 of 100 draws it brings less: a trial may also mislead [money]."""
    gain_p95: float
    """In 5 of 100 draws it brings more [money]."""
    cost: float
    """Of the people who look [money]."""
    changes: float
    """Share of draws in which the trial changes the choice [1]."""

    @property
    def net(self) -> float:
        """Gain less cost [money]."""
        return self.gain - self.cost


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of the people: arms, reviewers, repeats, seconds a look, wage."""

    reviewers: int
    repeats_fraction: float
    seconds_per_look: float
    wage_per_h: float
    """[money/h]"""
    images: float
    """Accepted images over which the decision counts, at today's value."""

    def cost(self, arms: int, prompts: int) -> float:
        """What the looks of a trial cost [money]."""
        looks = arms * prompts * self.reviewers * (1.0 + self.repeats_fraction)
        return looks * self.seconds_per_look / SECONDS_PER_HOUR * self.wage_per_h


def question(scenario: Scenario, workload: Workload, reviewers: int, repeats_fraction: float) -> Question:
    """The scenario's seconds, wage and images; the years are discounted as its plan's are."""
    rate = scenario.finance.discount_rate_per_year.value
    years = round(scenario.finance.horizon_years.value)
    monthly = (1.0 + rate) ** (1.0 / MONTHS)
    yearly = sum(monthly ** -(month + 1) for month in range(MONTHS * years))
    review = workload.review
    return Question(
        reviewers=reviewers,
        repeats_fraction=repeats_fraction,
        seconds_per_look=review.seconds_per_attempt.value + review.seconds_per_image.value,
        wage_per_h=scenario.amount(scenario.labour.wage_per_h),
        images=workload.images_per_month.value * yearly,
    )


def arms_of(
    scenario: Scenario, workload: Workload, profiles: Sequence[Profile], models: Sequence[str]
) -> tuple[Arm, ...]:
    """Each model priced over the range of its acceptance.

    Raises
    ------
    TrialError
        When a model's acceptance has no range, or the model cannot serve the workload at any acceptance.
    """
    found = []
    for model in models:
        mean = workload.acceptance_of(model_of_arm(model)).mean
        if mean.low is None or mean.high is None:
            raise TrialError(Message("trialing.no_range", model=model))
        low, high = (min(max(each, ACCEPTANCE_LEAST), ACCEPTANCE_MOST) for each in (mean.low, mean.high))
        grid = np.linspace(low, high, GRID if high > low else 1)
        bare = model_of_arm(model)
        costs = [_cost(scenario, workload.name, profiles, bare, float(each)) for each in grid]
        if not np.isfinite(costs).any():
            sentence = Message("trialing.meets_none", workload=repr(workload.name), low=low, high=high)
            raise TrialError(at(model, sentence))
        found.append(Arm(model, low, min(max(mean.value, low), high), high, grid, np.array(costs)))
    return tuple(found)


def worths(arms: Sequence[Arm], asked: Question, likeness: Likeness, seed: int) -> tuple[Worth, ...]:
    """Gain and cost of a trial at each of the sizes."""
    random = np.random.default_rng(seed)
    true = np.array([_drawn(arm, random) for arm in arms])
    costs = np.array([arm.cost_at(row) for arm, row in zip(arms, true, strict=True)])
    usable = np.where(np.isfinite(costs), costs, np.nanmax(np.where(np.isfinite(costs), costs, np.nan)))
    blind = int(np.argmin(np.mean(usable, axis=1)))
    noise = random.standard_normal(true.shape)
    return tuple(_worth(size, arms, true, usable, blind, noise, asked, likeness) for size in SIZES)


def best_size(found: Sequence[Worth]) -> Worth | None:
    """The smallest size that brings nearly the most beyond its cost; None where none brings more than it costs."""
    most = max(worth.net for worth in found)
    return next((worth for worth in found if worth.net >= NEARLY * most), None) if most > 0 else None


def decides_nothing(arms: Sequence[Arm]) -> bool:
    """Whether one arm is cheapest whatever the acceptances are."""
    least = np.array([np.min(arm.costs) for arm in arms])
    most = np.array([np.max(arm.costs) for arm in arms])
    return any(
        all(most[one] <= least[other] for other in range(len(arms)) if other != one)
        for one in range(len(arms))
    )


def _worth(
    prompts: int,
    arms: Sequence[Arm],
    true: FloatArray,
    costs: FloatArray,
    blind: int,
    noise: FloatArray,
    asked: Question,
    likeness: Likeness,
) -> Worth:
    believed = np.array(
        [
            _believed(arm, row, noise[place], prompts, asked.reviewers, likeness)
            for place, (arm, row) in enumerate(zip(arms, true, strict=True))
        ]
    )
    looks = np.array([arm.cost_at(row) for arm, row in zip(arms, believed, strict=True)])
    chosen = np.argmin(looks, axis=0)
    draws = np.arange(true.shape[1])
    gains = (costs[blind] - costs[chosen, draws]) * asked.images
    low, high = (float(each) for each in np.quantile(gains, [0.05, 0.95]))
    return Worth(
        prompts,
        max(float(np.mean(gains)), 0.0),
        low,
        high,
        asked.cost(len(arms), prompts),
        float(np.mean(chosen != blind)),
    )


def _believed(
    arm: Arm, true: FloatArray, noise: FloatArray, prompts: int, reviewers: int, likeness: Likeness
) -> FloatArray:
    """Mean believed after the trial, by draw: before and shown weighed by their precision."""
    alike = (1.0 + (reviewers - 1) * likeness.of_reviewers) / reviewers
    stderr = np.sqrt(np.maximum(true * (1.0 - true), 1e-6) * alike / prompts)
    shown = np.clip(true + stderr * noise, 0.0, 1.0)
    mean = (arm.low + arm.mode + arm.high) / 3.0
    variance = (
        arm.low**2 + arm.mode**2 + arm.high**2 - arm.low * arm.mode - arm.low * arm.high - arm.mode * arm.high
    ) / 18.0
    if variance <= 0.0:
        return np.full_like(true, mean)
    weight = variance / (variance + stderr**2)
    return np.asarray(np.clip(weight * shown + (1.0 - weight) * mean, arm.low, arm.high))


def _drawn(arm: Arm, random: np.random.Generator) -> FloatArray:
    if arm.low == arm.high:
        return np.full(DRAWS, arm.mode)
    return np.asarray(random.triangular(arm.low, arm.mode, arm.high, DRAWS))


def _cost(
    scenario: Scenario, workload: str, profiles: Sequence[Profile], model: str, acceptance: float
) -> float:
    found = cost_of(with_acceptance(scenario, workload, {model: acceptance}), workload, profiles, model)
    return math.inf if found is None else found


def same_cost(arms: Sequence[Arm]) -> tuple[tuple[str, str], ...]:
    """Pairs of arms that cost the same at the same acceptance: only people can tell them apart."""
    found = []
    for place, one in enumerate(arms):
        for other in arms[place + 1 :]:
            if len(one.costs) == len(other.costs) and np.allclose(one.costs, other.costs, rtol=1e-6):
                found.append((one.model, other.model))
    return tuple(found)
