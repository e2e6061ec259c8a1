"""Places of the contract for which an input workbook has no row: what stands there instead was nobody's choice.

A workbook is written with a row for every field, also those left empty. A row that is gone may have been deleted by
mistake, and what it held then counts no longer.
"""

from collections.abc import Container

from roi.notes import Note
from roi.scenario.document import Scenario
from roi.scenario.faults import LeftOut
from roi.scenario.schema import expected_at
from roi.scenario.written import Steps
from roi.workbook.inputs.places import spelled
from roi.workbook.inputs.rows import TO_BE_NAMED, InputRow, scenario_rows

PAPER = "proposal"
"""Part that heads the approval document and changes no answer."""
NAMED_MAX = 5
"""Places that a note names; `check` names all."""


def left_out(scenario: Scenario, places: Container[Steps]) -> tuple[LeftOut, ...]:
    """What has no row, in the order of the contract; a part of which no row is there is one of them.

    Parameters
    ----------
    places
        Places that have a row.
    """
    document = scenario.model_dump(mode="json")
    rows = [
        line
        for line in scenario_rows(scenario, "en")
        if isinstance(line, InputRow)
        and line.steps[0] != PAPER
        and TO_BE_NAMED not in line.steps
        and expected_at(line.steps, document) is not None
    ]
    there = {row.steps[:depth] for row in rows if row.steps in places for depth in range(len(row.steps) + 1)}
    found: dict[Steps, list[InputRow]] = {}
    for row in rows:
        if row.steps not in there:
            depth = next(depth for depth in range(1, len(row.steps) + 1) if row.steps[:depth] not in there)
            found.setdefault(row.steps[:depth], []).append(row)
    return tuple(LeftOut(spelled(steps), len(gone), _counted(gone)) for steps, gone in found.items())


def left_out_notes(name: str, absent: tuple[LeftOut, ...]) -> tuple[Note, ...]:
    """One sentence for all that has no row; none where nothing is missing."""
    if not absent:
        return ()
    places = ", ".join(each.place for each in absent[:NAMED_MAX]) + (
        ", ..." if len(absent) > NAMED_MAX else ""
    )
    return (Note("no_rows", {"place": name, "count": sum(each.rows for each in absent), "places": places}),)


def _counted(gone: list[InputRow]) -> str:
    """What the contract takes instead, as it is written; empty for nothing."""
    content = gone[0].content if len(gone) == 1 else None
    if isinstance(content, tuple):
        return ", ".join(str(item) for item in content)
    return "" if content is None else str(content).lower() if isinstance(content, bool) else str(content)
