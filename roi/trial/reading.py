"""What a trial says so far: acceptance, differences, strengths, checks, seconds; nothing of money."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from roi.acceptance_log.reading import read_log
from roi.errors import TrialError
from roi.texts.messages import Message, at
from roi.trial.assign import assigned
from roi.trial.checks import Checks, checks, sample_ratio
from roi.trial.clustered import Mean, clustered_mean, share_interval
from roi.trial.compare import Difference, compared, differences
from roi.trial.desk import Desk
from roi.trial.pairs import Strength, duels, strengths
from roi.trial.pictures import Key
from roi.trial.table import Table, accept_table
from roi.trial.trial_file import Trial, canonical_arm
from roi.trial.votes import Vote, Votes

PAUSE = 5.0
"""A look of more than so many medians is a pause, and is left out of the time of a look."""


@dataclass(frozen=True, slots=True)
class ArmReading:
    """Acceptance of one arm."""

    model: str
    mean: Mean
    low: float
    """95 % interval, clustered by prompt and reviewer."""
    high: float


@dataclass(frozen=True, slots=True)
class Reading:
    """A trial as its votes stand."""

    trial: Trial
    arms: tuple[ArmReading, ...]
    """Empty in a trial of pairs, which measures no acceptance."""
    differences: tuple[Difference, ...]
    strengths: tuple[Strength, ...]
    checks: Checks
    review: Mean | None
    """Seconds of a look, pauses left out; None where nobody timed it."""
    pauses: int
    prompts: int
    """Prompts with a vote."""
    votes: int
    cut_off: int
    """Lines of votes that a crash cut off."""
    misassigned: int = 0
    """In a log of production, requests whose model is not the arm that their hash gives."""

    @property
    def finished(self) -> bool:
        """Whether the stopping rule says to stop: nothing is open, or all prompts are judged."""
        decided = bool(self.differences) and all(each.verdict != "open" for each in self.differences)
        return decided or self.prompts >= self.trial.prompts


def read_desk_votes(trial: Trial, desk: Desk, key: Key, found: Votes) -> Reading:
    """The reading of a desk.

    Raises
    ------
    TrialError
        When desk, key and trial are not of one trial, or there are too few votes to say anything.
    """
    if {trial.name} != {desk.trial, key.trial} or set(key.arm_of.values()) != set(trial.arms):
        name, of_desk, of_key = repr(trial.name), repr(desk.trial), repr(key.trial)
        raise TrialError(Message("trialing.not_of_one", trial=name, desk=of_desk, sealed=of_key))
    votes = found.votes
    shown = Counter(key.arm_of[name] for vote in votes if not vote.repeat for name in vote.pictures)
    told = checks(votes, shown, dict.fromkeys(trial.arms, 1.0))
    review, pauses = seconds_of_a_look(votes, desk)
    judged = _prompts(desk, votes)
    if len(judged) < 2:
        raise TrialError(Message("trialing.two_prompts", votes=len(votes), prompts=len(judged)))
    arms: tuple[ArmReading, ...] = ()
    apart: tuple[Difference, ...] = ()
    strong: tuple[Strength, ...] = ()
    if desk.design == "accept":
        table = accept_table(desk, key, trial.arms, votes)
        arms = _arms(table)
        apart = () if told.broken else _differences(trial, table, len(desk.prompts))
    else:
        strong = strengths(duels(desk, key, trial.arms, votes), trial.arms, trial.seed)
    return Reading(trial, arms, apart, strong, told, review, pauses, len(judged), len(votes), found.cut_off)


def read_production_log(trial: Trial, log: Path, weights: dict[str, float]) -> Reading:
    """A log of attempts as a trial: the first attempt of each request, one request a cluster.

    Raises
    ------
    TrialError
        When an arm has fewer than two requests.
    """
    first = [attempt for attempt in read_log(log).attempts if attempt.attempt == 1]
    by_arm = {arm: [each for each in first if canonical_arm(each.model) == arm] for arm in trial.arms}
    for arm, mine in by_arm.items():
        if len(mine) < 2:
            raise TrialError(at(log, Message("trialing.few_requests", count=len(mine), arm=arm)))
    arms = tuple(_of_requests(arm, [float(each.accepted) for each in mine]) for arm, mine in by_arm.items())
    ratio = sample_ratio({arm: len(mine) for arm, mine in by_arm.items()}, weights)
    told = Checks(None, None, 0, None, None, ratio, None, 0)
    wrong = sum(
        assigned(trial.name, each.request_id, weights) != arm for arm, mine in by_arm.items() for each in mine
    )
    base, *others = arms
    means = [(arm.model, _apart(arm.mean, base.mean)) for arm in others]
    planned, margin, alpha = trial.prompts, trial.margin, trial.alpha
    apart = () if told.broken else compared(base.model, means, planned=planned, margin=margin, alpha=alpha)
    seconds = [each.review_seconds for each in first if each.review_seconds is not None]
    review = _of_requests("", seconds).mean if len(seconds) > 1 else None
    fewest = min(len(mine) for mine in by_arm.values())
    return Reading(trial, arms, apart, (), told, review, 0, fewest, len(first), 0, wrong)


def seconds_of_a_look(votes: Sequence[Vote], desk: Desk) -> tuple[Mean | None, int]:
    """Mean seconds of first looks, clustered as votes are, and how many pauses were left out."""
    place_of = {name: place for place, prompt in enumerate(desk.prompts) for name in prompt.pictures}
    timed = [vote for vote in votes if vote.seconds is not None and not vote.repeat]
    if not timed:
        return None, 0
    seconds = np.array([vote.seconds for vote in timed], dtype=np.float64)
    kept = seconds <= PAUSE * np.median(seconds)
    reviewers = sorted({vote.reviewer for vote in timed})
    prompt = np.array([place_of[vote.pictures[0]] for vote in timed], dtype=np.int64)
    reviewer = np.array([reviewers.index(vote.reviewer) for vote in timed], dtype=np.int64)
    if len(np.unique(prompt[kept])) < 2:
        return None, 0
    return clustered_mean(seconds[kept], prompt[kept], reviewer[kept]), int(np.sum(~kept))


def _arms(table: Table) -> tuple[ArmReading, ...]:
    found = []
    for place, model in enumerate(table.arms):
        rows = table.of(place)
        if len(np.unique(table.prompt[rows])) < 2:
            raise TrialError(Message("trialing.two_pictures"))
        mean = clustered_mean(table.accepted[rows], table.prompt[rows], table.reviewer[rows])
        found.append(ArmReading(model, mean, *share_interval(mean)))
    return tuple(found)


def _differences(trial: Trial, table: Table, prompts: int) -> tuple[Difference, ...]:
    return differences(table, prompts=prompts, planned=trial.prompts, margin=trial.margin, alpha=trial.alpha)


def _of_requests(model: str, values: Sequence[float]) -> ArmReading:
    mean = clustered_mean(np.array(values), np.arange(len(values)), np.zeros(len(values), dtype=np.int64))
    return ArmReading(model, mean, *share_interval(mean))


def _apart(one: Mean, other: Mean) -> Mean:
    """Difference of two means of different requests; the size that counts is the harmonic mean of both."""
    size = 2.0 / (1.0 / one.prompts + 1.0 / other.prompts)
    votes = one.votes + other.votes
    variance = one.of_prompts + other.of_prompts
    return Mean(one.value - other.value, variance, 0.0, votes, math.floor(size), 1)


def _prompts(desk: Desk, votes: Sequence[Vote]) -> set[int]:
    place_of = {name: place for place, prompt in enumerate(desk.prompts) for name in prompt.pictures}
    return {place_of[vote.pictures[0]] for vote in votes}
