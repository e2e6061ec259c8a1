"""Payback of a flow, steps of any length: in one cell, or with a cell of its own for each step of the reckoning."""

from collections.abc import Callable
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


Named = Callable[[str, Formula], Formula]
"""Puts a step of the reckoning into a cell of that name and gives the cell; or leaves it in the formula."""


def paid_back(
    steps: Steps, least: Cell, count: Term, never: str, named: Named = lambda _, step: step
) -> Formula:
    """Steps after which the level is never below nothing again, the last one in part.

    Parameters
    ----------
    least
        What of a level is rounding.
    count
        How many steps there are.
    named
        Is given the last step under water, its level and the flow after it.
    """
    levels, tolerance = steps.levels, float(least.value)
    owed = [place + 1 for place, level in enumerate(levels.numbers()) if level < -tolerance]
    below = f"({levels.text}<-{least.formula().text})*({steps.numbers.text}+1)"
    last = named("under_water", Formula(f"SUMPRODUCT(MAX({below}))", float(max(owed, default=0))))
    level = named("under_water_level", taken(levels, largest(1, last)))
    flow = named("under_water_flow", taken(steps.flows, smallest(count, last + 1)))
    part = smallest(1, -level / when(flow.equals(0), 1, flow))
    return when(last.equals(0), 0, when(last.equals(count), never, last - 1 + part))
