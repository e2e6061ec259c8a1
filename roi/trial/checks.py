"""Whether votes can be believed: reviewers who agree, who agree with themselves, no side preferred, arms shown
as planned.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from roi.trial.votes import Vote

BROKEN_BELOW = 0.001
"""p below which shown arms are said not to be as planned: a trial has few arms and one such test."""


@dataclass(frozen=True, slots=True)
class Checks:
    """What speaks for and against the votes."""

    alpha: float | None
    """Krippendorff's alpha over reviewers, nominal; None with one reviewer or without two who saw the same."""
    same_again: float | None
    """Share of hidden repeats with the verdict of the first look; None without repeats."""
    repeats: int
    left_share: float | None
    """Of decided pairs, those that went to the left."""
    left_p: float | None
    """Exact binomial against one half."""
    ratio_p: float
    """Chi-square of the arms' numbers of votes against what was planned."""
    median_seconds: float | None
    timed: int

    @property
    def broken(self) -> bool:
        """Whether the arms were not shown as planned, so that no difference may be read."""
        return self.ratio_p < BROKEN_BELOW


def checks(votes: Sequence[Vote], shown: Mapping[str, int], planned: Mapping[str, float]) -> Checks:
    """Of all votes of a trial, repeats among them; `shown` votes by arm, `planned` the share of each."""
    repeats = [vote for vote in votes if vote.repeat]
    decided = [vote.verdict for vote in votes if not vote.repeat and vote.verdict in ("left", "right")]
    left = sum(verdict == "left" for verdict in decided)
    seconds = [vote.seconds for vote in votes if vote.seconds is not None and not vote.repeat]
    return Checks(
        alpha=agreement(votes),
        same_again=_same_again(votes, repeats),
        repeats=len(repeats),
        left_share=left / len(decided) if decided else None,
        left_p=_binomial(left, len(decided)) if decided else None,
        ratio_p=sample_ratio(shown, planned),
        median_seconds=float(np.median(seconds)) if seconds else None,
        timed=len(seconds),
    )


def agreement(votes: Sequence[Vote]) -> float | None:
    """Krippendorff's alpha, nominal: 1 where all agree, 0 where they agree as chance would have it."""
    import krippendorff

    first = {(vote.reviewer, vote.look_id): _winner(vote) for vote in votes if not vote.repeat}
    reviewers, looks = (sorted({key[place] for key in first}) for place in (0, 1))
    words = sorted(set(first.values()))
    if len(reviewers) < 2:
        return None
    table = np.full((len(reviewers), len(looks)), np.nan)
    for (reviewer, look), word in first.items():
        table[reviewers.index(reviewer), looks.index(look)] = words.index(word)
    if not np.any(np.sum(~np.isnan(table), axis=0) > 1):
        return None
    if len(words) < 2:
        return 1.0
    return float(krippendorff.alpha(reliability_data=table, level_of_measurement="nominal"))


def sample_ratio(shown: Mapping[str, int], planned: Mapping[str, float]) -> float:
    """p of the chi-square test that arms were shown as planned; 1 where nothing was shown."""
    from scipy.stats import chisquare

    total, weight = sum(shown.values()), math.fsum(planned.values())
    if not total:
        return 1.0
    expected = [total * planned[arm] / weight for arm in planned]
    return float(chisquare([shown.get(arm, 0) for arm in planned], expected).pvalue)


def _winner(vote: Vote) -> str:
    """The verdict in words that do not hang on sides: the picture that won, or the word."""
    if vote.verdict == "left":
        return vote.pictures[0]
    return vote.pictures[1] if vote.verdict == "right" else vote.verdict


def _same_again(votes: Sequence[Vote], repeats: Sequence[Vote]) -> float | None:
    first = {(vote.reviewer, vote.look_id): _winner(vote) for vote in votes if not vote.repeat}
    seen = [
        first[key] == _winner(vote)
        for vote in repeats
        if (key := (vote.reviewer, vote.look_id.removesuffix("#again"))) in first
    ]
    return sum(seen) / len(seen) if seen else None


def _binomial(left: int, decided: int) -> float:
    from scipy.stats import binomtest

    return float(binomtest(left, decided, 0.5).pvalue)
