"""Reads an input workbook into a scenario; every fault names its cell."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from roi.errors import ScenarioError
from roi.scenario.faults import Accepted, accepted
from roi.scenario.written import Fault, Steps, Written
from roi.texts.messages import Message, at, message_of
from roi.workbook.expression import letters
from roi.workbook.inputs.cells import Content, sheets
from roi.workbook.inputs.columns import WORDS, Grid, grid
from roi.workbook.inputs.contents import Heard, Line, document_content, kinds_of
from roi.workbook.inputs.left_out import left_out, left_out_notes
from roi.workbook.inputs.places import spelled, steps_of
from roi.workbook.inputs.safety import file_bytes, opened

ROWS_MAX = 20_000
Tree = dict[str | int, "Tree | Placed"]


def read_workbook(path: Path) -> Accepted:
    """The scenario of an input workbook, and what was read another way than it stands.

    Raises
    ------
    ScenarioError
        With every fault of the workbook at once, `file: sheet!cell: field: what; what to do`.
    """
    return workbook_from_bytes(file_bytes(path), str(path))


def workbook_from_bytes(raw: bytes, name: str) -> Accepted:
    """The same for a file that was uploaded; `name` stands for it in messages."""
    package = opened(raw, name)
    written = _written(grid(sheets(package), package))
    found = accepted(written)
    absent = left_out(found.scenario, written.places)
    return replace(found, notes=(*found.notes, *left_out_notes(name, absent)), left_out=absent)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A grid with what was found out on the way."""

    grid: Grid
    heard: Heard

    @property
    def faults(self) -> list[Fault]:
        """The faults so far."""
        return self.heard.faults

    @property
    def places(self) -> dict[Steps, str]:
        """The cells of the places read so far."""
        return self.heard.places


def _written(found: Grid) -> Written:
    heard = Heard({(): f"{found.name}: {found.cells.title}"})
    sheet = _Sheet(found, heard)
    rows = found.rows()
    if len(rows) > ROWS_MAX:
        sentence = Message("sheet.rows", sheet=found.cells.title, count=len(rows))
        raise ScenarioError(at(found.name, sentence))
    _find_merged(sheet, rows)
    lines = [*_lines(sheet, rows)]
    kinds = kinds_of(lines)
    rated = any(line.steps[0] == "exchange_rates" and "value" in line.contents for line in lines)
    heard = replace(heard, foreign=rated)
    entries = []
    for line in lines:
        content = document_content(line, kinds, found, heard)
        if content is not None:
            entries.append(Placed(line.steps, content, found.place(line.row, "place")))
    document = assembled(entries, heard.faults)
    return Written(found.name, document, heard.places, tuple(heard.faults), tuple(heard.notes))


def _find_merged(sheet: _Sheet, rows: list[int]) -> None:
    """A merged cell hides which row a value belongs to; over a heading it does no harm."""
    found = sheet.grid
    columns = set(found.columns.values())
    with_place = {row for row in rows if found.found(row, "place")}
    for top, left, bottom, right in found.cells.merged:
        area = f"{letters(max(left, 1))}{top}:{letters(max(right, 1))}{bottom}"
        touched = any(left <= column <= right for column in columns)
        if touched and any(row in with_place for row in range(max(top, 1), min(bottom, top + ROWS_MAX) + 1)):
            sentence = Message("sheet.merged")
            sheet.faults.append(Fault((), sentence, f"{found.name}: {found.cells.title}!{area}"))


def _lines(sheet: _Sheet, rows: list[int]) -> Iterator[Line]:
    seen: dict[Steps, int] = {}
    for row in rows:
        contents = _contents(sheet, row)
        entered = set(contents) - set(WORDS) - {"unit"}
        steps = _steps(sheet, row, contents, entered)
        if steps is None:
            continue
        _find_parts(sheet, steps, row)
        if not entered:
            sheet.places.setdefault(steps, sheet.grid.place(row, "value"))
        elif steps in seen:
            sentence = Message("sheet.twice", place=spelled(steps), row=seen[steps])
            sheet.faults.append(Fault((), sentence, sheet.grid.place(row, "place")))
        else:
            seen[steps] = row
            sheet.places[steps] = sheet.grid.place(row, "value")
            yield Line(steps, row, contents)


def _find_parts(sheet: _Sheet, steps: Steps, row: int) -> None:
    """A part stands where its kind stands, or else where its first row does."""
    for depth in range(1, len(steps)):
        sheet.places.setdefault(steps[:depth], sheet.grid.place(row, "place"))
    if steps[-1] == "kind":
        sheet.places[steps[:-1]] = sheet.grid.place(row, "value")


def _steps(sheet: _Sheet, row: int, contents: dict[str, Content], entered: set[str]) -> Steps | None:
    """The way that a row names; None for a row without an entry of its own."""
    place = contents.get("place")
    if place is None:
        if "value" in contents:
            sentence = Message("sheet.no_place")
            sheet.faults.append(Fault((), sentence, sheet.grid.place(row, "value")))
        return None
    try:
        return steps_of(str(place)) or None
    except ValueError as fault:
        if entered:
            sentence = Message("sheet.bad_place", fault=message_of(fault))
            sheet.faults.append(Fault((), sentence, sheet.grid.place(row, "place")))
        return None


def _contents(sheet: _Sheet, row: int) -> dict[str, Content]:
    """What a row holds by column; empty cells and those with a fault are left out."""
    contents: dict[str, Content] = {}
    for column in sheet.grid.columns:
        found = sheet.grid.found(row, column)
        if found is None:
            continue
        fault = None
        if found.error:
            fault = Message("sheet.error", error=found.content)
        elif found.content is None:
            fault = Message("sheet.never_computed")
        elif not isinstance(found.content, str) or found.content.strip():
            contents[column] = found.content
        if fault is not None and column not in ("label", "meaning"):
            sheet.faults.append(Fault((), fault, sheet.grid.place(row, column)))
    return contents


@dataclass(frozen=True, slots=True)
class Placed:
    """A content, the way to it, and the cell that names the way."""

    steps: Steps
    content: object
    cell: str


def assembled(entries: Iterable[Placed], faults: list[Fault]) -> dict[str, object]:
    """The document; a place that fits no other and a gap in a list are added to the faults."""
    tree: Tree = {}
    first: dict[Steps, str] = {}
    for entry in entries:
        for depth in range(1, len(entry.steps)):
            first.setdefault(entry.steps[:depth], entry.cell)
        if not _put(tree, entry):
            sentence = Message("sheet.value_and_part")
            faults.append(Fault(entry.steps, sentence, entry.cell))
    return {str(key): _plain(part, (key,), first, faults) for key, part in tree.items()}


def _put(tree: Tree, entry: Placed) -> bool:
    part = tree
    for step in entry.steps[:-1]:
        below = part.setdefault(step, {})
        if isinstance(below, Placed):
            return False
        part = below
    return part.setdefault(entry.steps[-1], entry) is entry


def _plain(part: Tree | Placed, steps: Steps, first: dict[Steps, str], faults: list[Fault]) -> object:
    if isinstance(part, Placed):
        return part.content
    if any(isinstance(key, str) for key in part):
        return {str(key): _plain(below, (*steps, key), first, faults) for key, below in part.items()}
    numbers = sorted(key for key in part if isinstance(key, int))
    gap = next((number for expected, number in enumerate(numbers) if number != expected), None)
    if gap is not None:
        expected = numbers.index(gap)
        key = "sheet.gap" if expected else "sheet.gap_at_first"
        sentence = Message(key, number=gap, before=expected - 1)
        faults.append(Fault((*steps, gap), sentence, first.get((*steps, gap))))
    return [_plain(part[number], (*steps, number), first, faults) for number in numbers]
