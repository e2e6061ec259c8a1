"""Input workbooks for tests: written, changed as a person would change them, read."""

import io
import json
import re
import zipfile
from collections.abc import Callable, Collection, Mapping
from functools import lru_cache
from pathlib import Path

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from roi.resources import template_path
from roi.scenario.document import Scenario
from roi.scenario.load import demonstration
from roi.workbook.inputs.columns import COLUMNS
from roi.workbook.inputs.reading import workbook_from_bytes
from roi.workbook.inputs.writing import TITLE_ROW, input_book
from roi.workbook.write import book_bytes

NAME = "inputs.xlsx"


def written(scenario: Scenario, language: str = "en") -> bytes:
    """The input workbook of a scenario."""
    return book_bytes(input_book(scenario, language), template_path("report.xlsx"))  # type: ignore[arg-type]


def read(raw: bytes) -> Scenario:
    """The scenario of a workbook."""
    return workbook_from_bytes(raw, NAME).scenario


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


@lru_cache(maxsize=1)
def demonstration_rows() -> Mapping[object, int]:
    """Rows of the demonstration by place."""
    sheet = load_workbook(io.BytesIO(DEMONSTRATION)).worksheets[0]
    return {sheet.cell(row, 1).value: row for row in range(TITLE_ROW, sheet.max_row + 1)}


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
    return f"{NAME}: Scenario!{'ABCDEFGHIJKL'[COLUMNS.index(column)]}{demonstration_rows()[place]}"


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


def repacked(
    raw: bytes,
    changes: Mapping[str, Callable[[bytes], bytes]] | None = None,
    added: Mapping[str, bytes | str] | None = None,
    left_out: Collection[str] = (),
) -> bytes:
    """A workbook with parts changed, added and left out."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(raw)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for info in old.infolist():
            if info.filename not in left_out:
                change = (changes or {}).get(info.filename, bytes)
                new.writestr(info.filename, change(old.read(info)))
        for name, content in (added or {}).items():
            new.writestr(name, content)
    return buffer.getvalue()


def with_shared_texts(raw: bytes) -> bytes:
    """The workbook as Excel saves it: its texts in a table of their own."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        if "xl/sharedStrings.xml" in archive.namelist():
            return raw
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
    texts: list[bytes] = []

    def share(found: re.Match[bytes]) -> bytes:
        texts.append(found[1])
        return b' t="s"><v>%d</v></c>' % (len(texts) - 1)

    def change(sheet: bytes) -> bytes:
        return re.sub(rb' t="inlineStr"><is>(.*?)</is></c>', share, sheet, flags=re.DOTALL)

    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    typed = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    shared = repacked(raw, dict.fromkeys(sheets, change))
    table = b"".join(b"<si>%s</si>" % text for text in texts)
    return repacked(
        shared,
        {
            "xl/_rels/workbook.xml.rels": lambda rels: rels.replace(
                b"</Relationships>",
                f'<Relationship Id="rIdT" Type="{typed}" Target="sharedStrings.xml"/></Relationships>'.encode(),
            ),
            "[Content_Types].xml": lambda types: types.replace(
                b"</Types>",
                f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'.encode(),
            ),
        },
        {
            "xl/sharedStrings.xml": (
                f'<sst xmlns="{main}" count="{len(texts)}" uniqueCount="{len(texts)}">'.encode()
                + table
                + b"</sst>"
            )
        },
    )
