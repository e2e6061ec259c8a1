"""The inputs as a table that can be edited, and the edits as a newly validated scenario.

An edit is read as a cell of the input workbook is, so that both doors let the same things in: `20 %`, `1,234`,
full-width digits. The table itself never changes while it is edited; edits are laid over it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from roi.errors import RoiError
from roi.scenario.document import Scenario
from roi.scenario.faults import Accepted, accepted, validated
from roi.scenario.schema import fields_at
from roi.scenario.written import Steps, Written, part_at
from roi.texts import Language, text
from roi.texts.messages import lines, message_of
from roi.workbook.inputs.cells import Cells, Content
from roi.workbook.inputs.columns import Grid
from roi.workbook.inputs.contents import Heard, Line, document_content
from roi.workbook.inputs.rows import TO_BE_NAMED, Heading, InputRow, scenario_rows
from roi.workbook.inputs.typed import as_number, entry_shown, text_shown

Cell = Content | None
FIGURE_COLUMNS = ("low", "high", "placeholder", "source", "as_of", "confidence", "replace_with")
COLUMNS = ("label", "value", "unit", *FIGURE_COLUMNS, "meaning")
ENTERED = ("value", "unit", *FIGURE_COLUMNS)
"""Columns in which something can be entered."""
ORIGIN = ("placeholder", "source", "as_of", "confidence", "replace_with")
"""Where a figure comes from: a number typed over another one does not come from there."""
LISTS = ("workloads", "supplies")
FIXED = {"schema_version"}


@dataclass(frozen=True, slots=True)
class Section:
    """A group of inputs that is edited together."""

    steps: Steps
    """The part of the scenario; `general` for what stands at its top."""
    title: str
    rows: tuple[InputRow, ...]
    labels: tuple[str, ...]
    """Of each row, with the part it belongs to."""


@dataclass(frozen=True, slots=True)
class _Table(Grid):
    """Names the row in the place of a workbook's cell."""

    labels: tuple[str, ...] = ()

    def place(self, row: int, column: str) -> str:  # noqa: ARG002  a reader looks for the row
        """The row's label."""
        return self.labels[row]


def sections(scenario: Scenario, language: Language) -> tuple[Section, ...]:
    """All inputs by part: what is asked first stands first."""
    grouped: dict[Steps, list[tuple[InputRow, str]]] = {}
    headings: dict[Steps, str] = {}
    for line in scenario_rows(scenario, language):
        if isinstance(line, Heading):
            headings[line.steps] = line.label
        elif _is_offered(line):
            steps = _section_steps(line.steps)
            grouped.setdefault(steps, []).append((line, _label(line, len(steps), headings)))
    found = [_section(scenario, steps, rows, headings, language) for steps, rows in grouped.items()]
    order = ("workloads", "site", "labour", "finance", "limits", "supplies")
    return tuple(sorted(found, key=lambda each: _rank(each.steps, order)))


def contents(row: InputRow) -> dict[str, Cell]:
    """What the table shows of a row; empty cells are left out."""
    figure = row.figure
    shown: dict[str, Cell] = {"value": _value_shown(row.content), "unit": row.unit}
    if figure is not None:
        shown |= {name: getattr(figure, name) for name in FIGURE_COLUMNS}
    return {name: cell for name, cell in shown.items() if _is_filled(cell)}


def edited(
    scenario: Scenario, section: Section, edits: Mapping[int, Mapping[str, Cell]], language: Language
) -> Accepted:
    """The scenario with the edited rows in it; rows that were edited back are as they were.

    Raises
    ------
    ScenarioError
        With every fault of the edits.
    """
    document = scenario.model_dump(mode="json")
    table = _Table("", Cells(section.title), dict.fromkeys(COLUMNS, 1), 0, section.labels)
    heard = Heard()
    for number in sorted(edits, key=lambda number: section.rows[number].steps[-1] != "kind"):
        row = section.rows[number]
        heard.places[row.steps] = section.labels[number]
        entered = _as_held(row, _laid_over(contents(row), edits[number]))
        line = Line(row.steps, number, {name: cell for name, cell in entered.items() if cell is not None})
        _put(document, row.steps, _content(line, document, table, heard))
    title = text(language, "screen.scenario")
    return accepted(Written(title, document, heard.places, tuple(heard.faults), tuple(heard.notes)))


def edited_as_far_as_possible(
    scenario: Scenario, section: Section, edits: Mapping[int, Mapping[str, Cell]], language: Language
) -> tuple[Accepted, str | None]:
    """The scenario with the edits that can be taken over, and why the others cannot: one holds back itself alone.

    The others are tried in their order, each with those that went before it.
    """
    try:
        return edited(scenario, section, edits, language), None
    except RoiError as fault:
        refused = message_of(fault)
    taken: dict[int, Mapping[str, Cell]] = {}
    found = Accepted(scenario, ())
    faults: list[str] = []
    for number, cells in edits.items():
        try:
            found = edited(scenario, section, {**taken, number: cells}, language)
            taken[number] = cells
        except RoiError as fault:
            faults.append(message_of(fault))
    return found, lines(dict.fromkeys(faults)) if faults else refused


def with_parts(scenario: Scenario, kind: str, parts: Sequence[object]) -> Scenario:
    """The scenario with other workloads, or other supplies.

    Raises
    ------
    ScenarioError
        When the scenario would break a rule, such as a name that stands twice.
    """
    return validated(Written(kind, {**scenario.model_dump(mode="json"), kind: list(parts)}))


def _section_steps(steps: Steps) -> Steps:
    if steps[0] in LISTS:
        return steps[:2]
    first = str(steps[0])
    if first == "proposal" or (
        len(steps) == 1 and first in ("schema_version", "name", "currency", "price_year")
    ):
        return ("general",)
    return ("model_cost",) if first.startswith("model_cost") else (first,)


def _label(row: InputRow, depth: int, headings: Mapping[Steps, str]) -> str:
    """The row's label behind that of the nearest part it belongs to within its section."""
    above = (headings.get(row.steps[:length]) for length in range(len(row.steps) - 1, depth, -1))
    part = next((label for label in above if label is not None), None)
    return row.label if part is None else f"{part}: {row.label}"


def _section(
    scenario: Scenario,
    steps: Steps,
    rows: Sequence[tuple[InputRow, str]],
    headings: Mapping[Steps, str],
    language: Language,
) -> Section:
    title = text(language, "screen.general") if steps == ("general",) else headings[steps]
    if len(steps) == 2:
        title = f"{title}: {getattr(scenario, str(steps[0]))[int(steps[1])].name}"
    return Section(steps, title, tuple(row for row, _ in rows), tuple(label for _, label in rows))


def _rank(steps: Steps, order: Sequence[str]) -> int:
    return order.index(str(steps[0])) if steps[0] in order else len(order)


def _is_offered(row: InputRow) -> bool:
    """Fields that wait for a name are filled in a file; a supply of another kind is another supply."""
    kind_of_supply = row.steps[0] == "supplies" and row.steps[-1] == "kind"
    return TO_BE_NAMED not in row.steps and row.steps[0] not in FIXED and not kind_of_supply


def _value_shown(content: object) -> Cell:
    if isinstance(content, bool):
        return str(content).lower()
    if isinstance(content, tuple):
        return ", ".join(entry_shown(str(item)) for item in content)
    if isinstance(content, float):
        return f"{content:.15g}"
    if isinstance(content, str):
        return text_shown(content)
    return content.isoformat() if isinstance(content, date) else None if content is None else str(content)


def _is_filled(cell: Cell) -> bool:
    return cell is not None and cell is not False and cell != ""


def _laid_over(shown: Mapping[str, Cell], cells: Mapping[str, Cell]) -> dict[str, Cell]:
    """The row as edited; a typed number drops the origin of the one before, and a range that does not hold it."""
    entered = {name: cell for name, cell in {**shown, **cells}.items() if _is_filled(cell)}
    if entered.get("value") == shown.get("value"):
        return entered
    number = as_number(entered.get("value"), str(entered.get("unit", "")))
    stale = {name for name in ORIGIN if name not in cells}
    for name, side in (("low", 1), ("high", -1)):
        bound = as_number(entered.get(name))
        if name not in cells and number is not None and bound is not None and side * bound > side * number:
            stale.add(name)
    if "value" not in entered:
        stale |= {"unit", "low", "high"} - set(cells)
    return {name: cell for name, cell in entered.items() if name not in stale}


def _as_held(row: InputRow, entered: dict[str, Cell]) -> dict[str, Cell]:
    """A value that stands as it was shown is the number that is held: `1.234` would have two readings as a text."""
    held = row.content
    if not isinstance(held, int | float) or isinstance(held, bool):
        return entered
    return {**entered, "value": held} if entered.get("value") == _value_shown(held) else entered


def _content(
    line: Line,
    document: dict[str, object],
    table: _Table,
    heard: Heard,
) -> object:
    if not set(line.contents) - {"unit"}:
        return None
    return document_content(line, document, table, heard)  # type: ignore[arg-type]


def _put(document: dict[str, object], steps: Steps, content: object) -> None:
    """Place a content; a part that is left without any goes too, and fields of another kind give way."""
    above: object = document
    for step, after in pairwise(steps):
        above = _below(above, step, [] if isinstance(after, int) else {})
    last = steps[-1]
    if isinstance(above, dict) and content is None:
        above.pop(last, None)
        _prune(document, steps[:-1])
    elif isinstance(above, dict):
        above[last] = content
        if last == "kind":
            fields = fields_at(steps[:-1], document)
            for name in [name for name in above if name not in fields]:
                del above[name]


def _below(above: object, step: str | int, empty: object) -> object:
    if isinstance(above, dict):
        if above.get(step) is None:
            above[step] = empty
        return above[step]
    if isinstance(above, list) and isinstance(step, int):
        if step == len(above):
            above.append(empty)
        return above[step]
    return None


def _prune(document: dict[str, object], steps: Steps) -> None:
    for depth in range(len(steps), 0, -1):
        part, above = part_at(document, steps[:depth]), part_at(document, steps[: depth - 1])
        step = steps[depth - 1]
        if not isinstance(part, dict) or any(value is not None for value in part.values()):
            return
        if isinstance(above, dict | list):
            above.pop(step)  # type: ignore[arg-type]


def hints(row: InputRow, language: Language) -> str:
    """What a row means, and the words it takes."""
    if not row.allowed:
        return row.meaning
    return f"{row.meaning} {text(language, 'input.one_of', words=', '.join(row.allowed))}"
