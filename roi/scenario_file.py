"""A scenario from whatever file it stands in: YAML, or an input workbook."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from roi.scenario.document import Scenario
from roi.scenario.load import demonstration, read_scenario

if TYPE_CHECKING:
    from roi.scenario.faults import Accepted

WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
"""Endings of workbooks; the reader says which of them it reads and what to do with the others."""


def load_scenario(path: str | os.PathLike[str] | None = None) -> Scenario:
    """The scenario of a YAML file or of an input workbook; without a path the bundled demonstration.

    What was read another way than it stands (a decimal comma, cp932) is accepted without a word;
    `read_scenario_file` gives the notes too.

    Raises
    ------
    ScenarioError
        With every fault of the file at once, `file:line: field: what; what to do`, or the sheet and cell.

    Examples
    --------
    >>> from roi import load_scenario
    >>> load_scenario()
    <Scenario 'Product pictures, Tokyo': 1 workload, 10 supplies, 5 years, JPY>
    """
    return demonstration() if path is None else read_scenario_file(Path(path)).scenario


def read_scenario_file(path: Path) -> "Accepted":
    """The scenario of a YAML file or of an input workbook, and what was read another way than it stands.

    Raises
    ------
    ScenarioError
        As `load_scenario` does.
    """
    if path.suffix.casefold() in WORKBOOKS:
        from roi.workbook.inputs.reading import read_workbook

        return read_workbook(path)
    return read_scenario(path)
