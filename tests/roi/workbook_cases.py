"""Input workbooks for tests: written, changed as a person would change them, read."""

import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from roi.resources import template_path
from roi.scenario.document import Scenario
from roi.scenario.load import demonstration
from roi.workbook.inputs.columns import COLUMNS
from roi.workbook.inputs.reading import scenario_from_workbook_bytes
from roi.workbook.inputs.writing import TITLE_ROW, input_book
from roi.workbook.write import book_bytes

NAME = "inputs.xlsx"


def written(scenario: Scenario, language: str = "en") -> bytes:
    """The input workbook of a scenario."""
    return book_bytes(input_book(scenario, language), template_path("report.xlsx"))  # type: ignore[arg-type]


def read(raw: bytes) -> Scenario:
    """The scenario of a workbook."""
    return scenario_from_workbook_bytes(raw, NAME)


def saved(workbook: Workbook) -> bytes:
    """The workbook as a file."""
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


DEMONSTRATION = written(demonstration())


def changed(change: Callable[[Worksheet], None], raw: bytes = DEMONSTRATION) -> bytes:
    """The workbook after a change to its first sheet."""
    workbook = load_workbook(io.BytesIO(raw))
    change(workbook.worksheets[0])
    return saved(workbook)


def row_of(sheet: Worksheet, place: str) -> int:
    """The row of a place."""
    return next(row for row in range(TITLE_ROW, sheet.max_row + 1) if sheet.cell(row, 1).value == place)


def entered(entries: Mapping[str, object], column: str = "value") -> bytes:
    """The demonstration with entries typed into a column, by place."""

    def change(sheet: Worksheet) -> None:
        for place, content in entries.items():
            sheet.cell(row_of(sheet, place), COLUMNS.index(column) + 1).value = content  # type: ignore[assignment]

    return changed(change)


def cell_of(place: str, column: str = "value") -> str:
    """A cell of the demonstration as messages name it."""
    sheet = load_workbook(io.BytesIO(DEMONSTRATION)).worksheets[0]
    return f"{NAME}: Scenario!{'ABCDEFGHIJKL'[COLUMNS.index(column)]}{row_of(sheet, place)}"


def document() -> dict[str, object]:
    """The demonstration as plain values."""
    return json.loads(demonstration().model_dump_json())  # type: ignore[no-any-return]


def scenario_of(raw: Mapping[str, object]) -> Scenario:
    """A scenario of plain values."""
    return Scenario.model_validate_json(json.dumps(raw), strict=True)


def write(raw: bytes, folder: Path) -> Path:
    """The workbook as a file of a folder."""
    path = folder / NAME
    path.write_bytes(raw)
    return path
