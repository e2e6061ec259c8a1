"""Money as a product of factors, each as planned and as it was, and the order in which the plan gives way."""

import math
from dataclasses import dataclass
from typing import Literal, get_args

Step = Literal["volume", "mix", "acceptance", "joules", "idle", "price", "review_time", "exchange"]
STEPS: tuple[Step, ...] = get_args(Step)
"""In the order in which planned factors give way to what was."""


@dataclass(frozen=True)
class Factor:
    """One factor of a line of money."""

    step: Step
    what: str
    """What it is, a key of the texts `operation_factor`."""
    planned: float
    actual: float
    known: bool = True
    """False where nobody counted it and the plan's figure stands for it."""


@dataclass(frozen=True)
class Line:
    """One amount of money of the month."""

    component: str
    """Of the plan's money."""
    of: str
    """The workload with model and supply, or the supply, that it is of."""
    factors: tuple[Factor, ...]

    def amount(self, steps: int) -> float:
        """Money once the first so many steps are as they were: 0 is the plan, all of them what happened."""
        done = STEPS[:steps]
        return math.prod(each.actual if each.step in done else each.planned for each in self.factors)

    @property
    def planned(self) -> float:
        """Money as planned."""
        return self.amount(0)

    @property
    def actual(self) -> float:
        """Money as it was."""
        return self.amount(len(STEPS))
