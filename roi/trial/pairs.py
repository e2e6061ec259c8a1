"""Pictures side by side: strengths of arms by Bradley and Terry, ties as half a win for either side.

choix fits the model to a matrix of wins (Maystre, `choix`); a tie, or neither, counts half for each (Glickman's
convention, the same as maximising the weighted likelihood). The interval is of prompts drawn anew (bootstrap),
since votes on one prompt hang together.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from roi.arrays import BoolArray, FloatArray, IntArray
from roi.errors import TrialError
from roi.texts.messages import Message
from roi.trial.desk import Desk
from roi.trial.pictures import Key
from roi.trial.votes import Vote

DRAWS = 400
QUARTER_TIE = 0.125
"""Of a quarter of a tie, what either side has."""


@dataclass(frozen=True, slots=True)
class Strength:
    """How an arm does against the first one."""

    arm: str
    wins: float
    """Ties count half."""
    shown: int
    log_odds: float
    """Of being preferred to the first arm."""
    preferred: float
    """Share of pairs with the first arm that it wins, as the model has it [1]."""
    low: float
    """95 % interval of that share over prompts drawn anew."""
    high: float


@dataclass(frozen=True, eq=False)
class Duels:
    """One row a vote: two arms, the prompt, and what the first of the two won."""

    one: IntArray
    other: IntArray
    prompt: IntArray
    won: FloatArray
    """1, 0, or 1/2 of a tie [N]."""


def duels(desk: Desk, key: Key, arms: Sequence[str], votes: Sequence[Vote]) -> Duels:
    """First looks of a trial of pairs."""
    place_of = {name: place for place, prompt in enumerate(desk.prompts) for name in prompt.pictures}
    first = [vote for vote in votes if not vote.repeat]
    won = {"left": 1.0, "right": 0.0, "tie": 0.5, "neither": 0.5}
    return Duels(
        np.array([arms.index(key.arm_of[vote.pictures[0]]) for vote in first], dtype=np.int64),
        np.array([arms.index(key.arm_of[vote.pictures[1]]) for vote in first], dtype=np.int64),
        np.array([place_of[vote.pictures[0]] for vote in first], dtype=np.int64),
        np.array([won[vote.verdict] for vote in first], dtype=np.float64),
    )


def strengths(found: Duels, arms: Sequence[str], seed: int) -> tuple[Strength, ...]:
    """Every arm against the first.

    Raises
    ------
    TrialError
        When some arm was never compared, not even through others.
    """
    from scipy.special import expit

    wins = _wins(found, len(arms), np.ones(len(found.one)))
    if not _reaches((wins + wins.T) > 0, 0):
        raise TrialError(Message("trialing.never_beside"))
    fitted = bradley_terry(wins)
    drawn = _drawn(found, len(arms), seed)
    apart = drawn - drawn[:, :1]
    low, high = np.quantile(expit(apart), [0.025, 0.975], axis=0)
    return tuple(
        Strength(
            arm=name,
            wins=float(wins[place].sum()),
            shown=int(np.sum((found.one == place) | (found.other == place))),
            log_odds=float(fitted[place] - fitted[0]),
            preferred=float(expit(fitted[place] - fitted[0])),
            low=float(low[place]),
            high=float(high[place]),
        )
        for place, name in enumerate(arms)
    )


def bradley_terry(wins: FloatArray) -> FloatArray:
    """Strengths that sum to 0, from wins of row over column, halves of ties among them [A x A].

    Where an arm won or lost everything its strength would be infinite; then a quarter of a tie between any two is
    added.
    """
    import choix

    beaten = wins > 0
    separated = not all(_reaches(beaten, arm) for arm in range(len(wins)))
    grain = QUARTER_TIE * (1.0 - np.eye(len(wins))) if separated else 0.0
    fitted = choix.ilsr_pairwise_dense(wins + grain, max_iter=10_000, tol=1e-12)
    return np.asarray(fitted - np.mean(fitted), dtype=np.float64)


def _reaches(beaten: BoolArray, start: int) -> bool:
    """Whether a chain of wins leads from an arm to every other: then all strengths are finite (Ford, 1957)."""
    reached = {start}
    while True:
        wider = reached | {int(other) for each in reached for other in np.flatnonzero(beaten[each])}
        if wider == reached:
            return len(reached) == len(beaten)
        reached = wider


def _wins(found: Duels, arms: int, weights: FloatArray) -> FloatArray:
    wins = np.zeros((arms, arms))
    np.add.at(wins, (found.one, found.other), weights * found.won)
    np.add.at(wins, (found.other, found.one), weights * (1.0 - found.won))
    return wins


def _drawn(found: Duels, arms: int, seed: int) -> FloatArray:
    """Strengths of prompts drawn with replacement [draws x A]."""
    random = np.random.default_rng(seed)
    prompts = np.unique(found.prompt)
    place = np.searchsorted(prompts, found.prompt)
    rows = []
    for _ in range(DRAWS):
        weights = np.bincount(random.integers(0, len(prompts), len(prompts)), minlength=len(prompts))[place]
        rows.append(bradley_terry(_wins(found, arms, weights.astype(np.float64))))
    return np.array(rows)
