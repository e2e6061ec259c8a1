"""Trials as they might have gone, thousands of them: do the intervals hold what they promise?

    python -m tests.trial_simulation [TRIALS]

Votes come from a probit model: prompts that are hard for all arms, prompts that suit one arm, strict and
lenient reviewers, and reviewers who drift while they look. The truth is known, so coverage, false calls and
power are counted.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from unittest.mock import patch

import numpy as np
from scipy.stats import norm

from roi.arrays import FloatArray
from roi.trial.clustered import clustered_mean
from roi.trial.compare import differences
from roi.trial.pairs import Duels, strengths
from roi.trial.power import difference_stdev, power
from roi.trial.table import Table
from roi.trial.trial_file import Likeness

ALPHA = 0.05
LOOKS = tuple(range(24, 121, 12))
"""Prompts at which a trial of 120 is read."""


@dataclass(frozen=True)
class World:
    """How votes come about."""

    means: tuple[float, ...]
    """Probit of each arm's acceptance at the middle prompt and reviewer."""
    prompts: int = 120
    reviewers: int = 6
    hard: float = 0.7
    """Spread of prompts."""
    suits: float = 0.4
    """Spread of prompts that suit one arm."""
    strict: float = 0.3
    """Spread of reviewers."""
    drift: float = 0.5
    """Spread of how far a reviewer moves from the first prompt to the last."""

    def acceptance(self, arm: int) -> float:
        """Share of all looks at an arm that are accepted, over the world's prompts, reviewers and time."""
        fixed = 1.0 + self.hard**2 + self.suits**2 + self.strict**2
        time = _middle(self.prompts)
        return float(np.mean(norm.cdf(self.means[arm] / np.sqrt(fixed + (self.drift * time) ** 2))))

    def votes(self, random: np.random.Generator) -> FloatArray:
        """Accepted or not [arms x P x R]."""
        arms, prompts, reviewers = len(self.means), self.prompts, self.reviewers
        eta = np.array(self.means)[:, None, None] + random.normal(0, self.hard, (1, prompts, 1))
        eta = eta + random.normal(0, self.suits, (arms, prompts, 1))
        eta = eta + random.normal(0, self.strict, (1, 1, reviewers))
        eta = eta + random.normal(0, self.drift, (1, 1, reviewers)) * _middle(prompts)[None, :, None]
        return (random.random((arms, prompts, reviewers)) < norm.cdf(eta)).astype(np.float64)

    def likeness(self) -> Likeness:
        """Correlations of votes, from one very large trial of the same world."""
        many = replace(self, prompts=8_000, reviewers=80)
        votes = many.votes(np.random.default_rng(0))
        one, other = votes[0], votes[-1]
        next_one = [(place, (place + 1) % many.reviewers) for place in range(many.reviewers)]
        means = one.mean(axis=0)
        return Likeness(
            of_reviewers=_mean([_correlation(one[:, a], one[:, b]) for a, b in next_one]),
            of_arms=_mean([_correlation(one[:, a], other[:, a]) for a, _ in next_one]),
            across=_mean([_correlation(one[:, a], other[:, b]) for a, b in next_one]),
            of_strictness=float(np.var(means) / (means.mean() * (1.0 - means.mean()))),
        )


def table_of(votes: FloatArray, prompts: int) -> Table:
    """The first prompts of a trial's votes as the reading has them."""
    arm, prompt, reviewer = (each.ravel() for each in np.indices(votes[:, :prompts].shape))
    names = tuple(f"arm {place}" for place in range(len(votes)))
    people = tuple(f"reviewer {place}" for place in range(votes.shape[2]))
    return Table(names, people, arm, prompt, reviewer, votes[:, :prompts].ravel())


@dataclass(frozen=True)
class Counted:
    """Shares of trials."""

    acceptance: float
    """In which the interval of an arm's acceptance holds the truth."""
    difference: float
    """In which the interval of a difference, read once at the end, holds it."""
    always: float
    """In which the always-valid interval holds it at every look."""
    called: float
    """In which some arm is called better or worse at some look."""
    equivalent: float
    """In which some arm is called equivalent at some look."""


def counted(world: World, trials: int, seed: int, looks: Sequence[int], margin: float = 0.03) -> Counted:
    """What comes of so many trials of a world, read at every look."""
    random = np.random.default_rng(seed)
    truth = [world.acceptance(arm) for arm in range(len(world.means))]
    found = np.zeros(5)
    for _ in range(trials):
        votes = world.votes(random)
        whole = table_of(votes, world.prompts)
        rows = whole.of(0)
        low, high = clustered_mean(whole.accepted[rows], whole.prompt[rows], whole.reviewer[rows]).interval()
        always, called, equivalent, once = True, False, False, True
        for look in looks:
            apart = differences(
                table_of(votes, look), prompts=look, planned=world.prompts, margin=margin, alpha=ALPHA
            )
            for place, each in enumerate(apart, start=1):
                right = truth[place] - truth[0]
                always &= each.low <= right <= each.high
                called |= each.verdict in ("better", "worse")
                equivalent |= each.verdict == "equivalent"
                if look == world.prompts and place == 1:
                    once = each.fixed_low <= right <= each.fixed_high
        found += np.array([low <= truth[0] <= high, once, always, called, equivalent], dtype=np.float64)
    return Counted(*(found / trials))


def pair_coverage(trials: int, seed: int, prompts: int = 120, reviewers: int = 3) -> float:
    """Share of trials of pairs, with ties, in which the interval holds the true share of the second arm."""
    random = np.random.default_rng(seed)
    quality, tie = np.array([0.0, 0.5]), 0.6
    shift = random.normal(0, 0.8, 2_000_000) + (quality[1] - quality[0])
    noise = random.normal(0, 1, 2_000_000)
    truth = float(np.mean((shift + noise > tie) + 0.5 * (np.abs(shift + noise) <= tie)))
    hits = 0
    for trial in range(trials):
        prompt = np.repeat(np.arange(prompts), reviewers)
        apart = (
            quality[1]
            - quality[0]
            + random.normal(0, 0.8, prompts)[prompt]
            + random.normal(0, 1, len(prompt))
        )
        won = np.where(apart > tie, 1.0, np.where(apart < -tie, 0.0, 0.5))
        rows = np.ones(len(prompt), dtype=np.int64)
        found = strengths(Duels(rows, 0 * rows, prompt, won), ("first", "second"), seed=trial)
        hits += found[1].low <= truth <= found[1].high
    return hits / trials


def foretold_and_found(world: World, trials: int, seed: int) -> tuple[float, float]:
    """Power as `trial new` foretells it, and the share of trials that call the difference."""
    one, other = world.acceptance(0), world.acceptance(1)
    stdev = difference_stdev(one, other, world.reviewers, world.likeness())
    found = counted(world, trials, seed, LOOKS)
    return power(other - one, stdev, world.prompts, ALPHA, looks=LOOKS), found.called


def _middle(prompts: int) -> FloatArray:
    """Time of each prompt, from -1/2 to 1/2 [P]."""
    return np.asarray((np.arange(prompts) + 0.5) / prompts - 0.5)


def _correlation(one: FloatArray, other: FloatArray) -> float:
    return float(np.corrcoef(one, other)[0, 1])


def _mean(values: Sequence[float]) -> float:
    return max(float(np.mean(values)), 0.0)


def say(line: str) -> None:
    """Print at once."""
    print(line, flush=True)


def main(trials: int) -> None:
    """Print coverage, false calls and power."""
    alike, apart = World((0.3, 0.3, 0.3)), World((0.3, 0.62))
    null = counted(alike, trials, 1, LOOKS)
    people = f"{alike.reviewers} drifting reviewers"
    say(f"{trials} trials, {alike.prompts} prompts, {people}, read {len(LOOKS)} times each")
    say(f"coverage of acceptance                      {null.acceptance:.3f}   (0.94 to 0.96 asked)")
    say(f"coverage of the difference, read once       {null.difference:.3f}   (0.94 to 0.96 asked)")
    say(f"coverage of the always-valid intervals      {null.always:.3f}   (0.95 at least)")
    say(f"false 'better' or 'worse', 3 arms, peeking  {null.called:.3f}   (0.05 at most)")
    foretold, found = foretold_and_found(apart, trials, 2)
    difference = apart.acceptance(1) - apart.acceptance(0)
    say(f"power at {100 * difference:.1f} points: foretold {foretold:.3f}, found {found:.3f}")
    edge = World((0.3, 0.3 + 0.105), prompts=120)
    margin = edge.acceptance(1) - edge.acceptance(0)
    false = counted(edge, max(trials // 4, 1), 3, LOOKS, margin=margin)
    say(f"false 'equivalent' at a difference of just the margin  {false.equivalent:.3f}   (0.05 at most)")
    pairs = max(trials // 4, 1)
    say(f"coverage of pairs with ties, {pairs} trials  {pair_coverage(pairs, 4):.3f}")


if __name__ == "__main__":
    with patch("gc.collect"):  # which statsmodels calls at each correction: half a second each
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000)
