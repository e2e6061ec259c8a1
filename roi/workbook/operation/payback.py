"""Payback of a flow in one cell, steps of any length."""

from dataclasses import dataclass

from roi.workbook.expression import Block, Cell, Formula, Term
from roi.workbook.functions import largest, smallest, taken, when


@dataclass(frozen=True, slots=True)
class Steps:
    """A flow in steps of time, in one row or column each."""

    numbers: Block
    """Of the steps, from 0 on."""
    flows: Block
    levels: Block
    """The flows added up."""


def paid_back(steps: Steps, least: Cell, count: Term, never: str) -> Formula:
    """Steps after which the level is never below nothing again, the last one in part.

    Parameters
    ----------
    least
        What of a level is rounding.
    count
        How many steps there are.
    """
    levels, tolerance = steps.levels, float(least.value)
    owed = [place + 1 for place, level in enumerate(levels.numbers()) if level < -tolerance]
    last = Formula(
        f"SUMPRODUCT(MAX(({levels.text}<-{least.formula().text})*({steps.numbers.text}+1)))",
        float(max(owed, default=0)),
    )
    level = taken(levels, largest(1, last))
    flow = taken(steps.flows, smallest(count, last + 1))
    part = smallest(1, -level / when(flow.equals(0), 1, flow))
    return when(last.equals(0), 0, when(last.equals(count), never, last - 1 + part))
