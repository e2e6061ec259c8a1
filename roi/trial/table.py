"""Votes under the key: which arm, which prompt, which reviewer, accepted or not, as arrays."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from roi.arrays import BoolArray, FloatArray, IntArray
from roi.trial.desk import Desk
from roi.trial.pictures import Key
from roi.trial.votes import Vote


@dataclass(frozen=True, eq=False)
class Table:
    """One row a vote [N], repeats apart."""

    arms: tuple[str, ...]
    """Models, in the order of the trial."""
    reviewers: tuple[str, ...]
    arm: IntArray
    """Place of the arm [N]."""
    prompt: IntArray
    """Place of the prompt [N]."""
    reviewer: IntArray
    """Place of the reviewer [N]."""
    accepted: FloatArray
    """1 where accepted, 0 where rejected [N]."""

    def of(self, arm: int) -> BoolArray:
        """Rows of an arm."""
        return np.asarray(self.arm == arm)

    def cells(self, arm: int, prompts: int) -> FloatArray:
        """Votes on an arm by prompt and reviewer; NaN where nobody voted [P x R]."""
        found = np.full((prompts, len(self.reviewers)), np.nan)
        rows = self.of(arm)
        found[self.prompt[rows], self.reviewer[rows]] = self.accepted[rows]
        return found


def accept_table(desk: Desk, key: Key, arms: Sequence[str], votes: Sequence[Vote]) -> Table:
    """First looks of a trial in which pictures are accepted or rejected."""
    place_of = {name: place for place, prompt in enumerate(desk.prompts) for name in prompt.pictures}
    first = [vote for vote in votes if not vote.repeat]
    reviewers = tuple(sorted({vote.reviewer for vote in first}))
    rows = [
        (
            arms.index(key.arm_of[vote.pictures[0]]),
            place_of[vote.pictures[0]],
            reviewers.index(vote.reviewer),
            float(vote.verdict == "accept"),
        )
        for vote in first
    ]
    columns = np.array(rows, dtype=np.float64).reshape(len(rows), 4)
    arm, prompt, reviewer = (columns[:, place].astype(np.int64) for place in range(3))
    return Table(tuple(arms), reviewers, arm, prompt, reviewer, columns[:, 3])
