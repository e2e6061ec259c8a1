"""From what was planned of a month to what it cost, in steps that add up to the coin.

Chain substitution: in the order of `STEPS` the planned factors of every line give way to what they were, one kind
after the other, and each step is the difference of the two sums, both rounded to the currency's coin, halves away
from zero as a sheet does. The steps therefore add up exactly; what two factors do together falls to the later one,
which is the convention of price and volume variances (Horngren, Datar and Rajan, Cost Accounting, flexible budgets
and level-2 variances).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext

from roi.amounts import coin_digits
from roi.operate.factors import STEPS, Line, Step

DIGITS = 320
"""Of the largest number there is, with its coins."""


@dataclass(frozen=True)
class Bridge:
    """Plan, steps, actual, in whole coins."""

    planned: Decimal
    steps: tuple[tuple[Step, Decimal], ...]
    actual: Decimal

    @property
    def difference(self) -> Decimal:
        """Actual over planned; more than planned is positive."""
        return self.actual - self.planned

    def largest(self) -> Step:
        """The step that moved the most money."""
        return max(self.steps, key=lambda each: abs(each[1]))[0]


def bridge_of(lines: Sequence[Line], currency: str) -> Bridge:
    """The bridge over all lines."""
    coin = Decimal(1).scaleb(-coin_digits(currency))
    with localcontext(prec=DIGITS):
        sums = [
            Decimal(math.fsum(line.amount(done) for line in lines)).quantize(coin, ROUND_HALF_UP)
            for done in range(len(STEPS) + 1)
        ]
    steps = tuple((step, after - before) for step, before, after in zip(STEPS, sums, sums[1:], strict=False))
    return Bridge(sums[0], steps, sums[-1])
