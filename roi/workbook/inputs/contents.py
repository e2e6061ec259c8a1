"""What a row of the input workbook says, as the contract wants it; what cannot be read is left to the contract."""

from dataclasses import dataclass, field
from datetime import date, time
from typing import Any, Literal, get_args, get_origin

from roi.figure import MONEY, Figure
from roi.notes import Note
from roi.scenario.money import ExchangeRate
from roi.scenario.schema import expected_at, unit_at
from roi.scenario.written import Fault, Steps, spell
from roi.texts.messages import Message
from roi.workbook.inputs.cells import Content
from roi.workbook.inputs.columns import WORDS, Grid, none_words
from roi.workbook.inputs.typed import as_day, as_list, as_number, as_text, as_truth, typed_number

_NUMBERS = ("value", "low", "high")


@dataclass(frozen=True, slots=True)
class Heard:
    """What was found out while rows were read."""

    places: dict[Steps, str] = field(default_factory=dict)
    """Cells by the places that were read from them."""
    faults: list[Fault] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    """What was read another way than it stands."""
    foreign: bool = False
    """Whether an exchange rate is given: an amount without a unit may then be in either currency."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row that has a place and an entry."""

    steps: Steps
    row: int
    contents: dict[str, Content]
    """By column name; empty cells are left out."""


def kinds_of(lines: list[Line]) -> dict[str | int, Any]:
    """The kinds that the rows name and the currency, by place: by them the contract tells what a part may hold."""
    found: dict[str | int, Any] = {}
    for line in lines:
        if line.steps[-1] in ("kind", "currency") and "value" in line.contents:
            part = found
            for step in line.steps[:-1]:
                part = part.setdefault(step, {})
            word = as_text(line.contents["value"])
            part[line.steps[-1]] = word.casefold() if line.steps[-1] == "kind" else word
    return found


def document_content(line: Line, kinds: dict[str | int, Any], grid: Grid, heard: Heard) -> object:
    """The row's content for the document; None when it says nothing."""
    expected = expected_at(line.steps, kinds)
    if expected is Figure or expected is ExchangeRate:
        return _figure(line, str(kinds.get("currency", "")), kinds, grid, heard)
    for column in line.contents if expected is not None else ():
        if column not in (*WORDS, "value", "unit"):
            sentence = Message("sheet.value_alone")
            heard.faults.append(Fault(line.steps, sentence, grid.place(line.row, column)))
    content = line.contents.get("value")
    if content is None:
        return None
    if get_origin(expected) is tuple:
        return _list(content, expected_at((*line.steps, 0), kinds))
    if expected is int or expected is float:
        place = f"{grid.place(line.row, 'value')}: {spell(line.steps)}"
        number = _number(content, None, place, heard.notes, whole=expected is int)
        return _plain(content) if number is None else _whole(number, expected)
    return _scalar(content, expected)


def _list(content: Content, item: object) -> list[object]:
    if isinstance(content, str) and content.strip() in none_words():
        return []
    return [entry if item is str else _scalar(entry, item) for entry in as_list(content)]


def _number(
    content: Content, unit: str | None, place: str, notes: list[Note], *, whole: bool = False
) -> float | int | None:
    """The number in a cell, with a note of a decimal comma; None when it holds none, or one of two."""
    read = typed_number(content, unit, whole=whole)
    if read is not None and read.number is not None and read.decimal_comma:
        values = {"place": place, "written": str(content).strip(), "read": f"{read.number:.15g}"}
        notes.append(Note("decimal_comma", values))
    return None if read is None else read.number


def _scalar(content: Content, expected: object) -> object:
    """The content as a value of the expected type; as it stands when it is none."""
    found: object = None
    if expected is bool:
        found = as_truth(content)
    elif expected is date:
        found = as_day(content)
    elif expected is int or expected is float:
        found = _whole(as_number(content, whole=expected is int), expected)
    elif get_origin(expected) is Literal:
        found = _word(content, get_args(expected))
    elif expected is str:
        found = as_text(content)
    return _plain(content) if found is None else found


def _whole(number: float | int | None, expected: object) -> float | int | None:
    if expected is int and isinstance(number, float) and number.is_integer():
        return int(number)
    return number


def _word(content: Content, allowed: tuple[Any, ...]) -> object:
    """The word of the list that the cell means, whatever its case; a number where the list has numbers."""
    words = {str(word).casefold(): word for word in allowed}
    return words.get(as_text(content).casefold(), as_text(content))


def _plain(content: Content) -> str | float | bool:
    """The content as JSON can hold it."""
    return as_text(content) if isinstance(content, date | time) else content


def _figure(
    line: Line,
    currency: str,
    kinds: dict[str | int, Any],
    grid: Grid,
    heard: Heard,
) -> object:
    """A mapping of what the row says."""
    unit = unit_at(line.steps, kinds)
    own = f"{currency}/{line.steps[-1]}" if unit is None else unit.replace(MONEY, currency)
    named = as_text(line.contents.get("unit", ""))
    unnamed = named in ("", f"({own})", f"（{own}）") or (unit is None and named == own)
    found: dict[str, object] = {}
    if heard.foreign and unit is not None and MONEY in unit and not named and "value" in line.contents:
        sentence = Message("sheet.no_unit", own=own)
        column = "unit" if "unit" in grid.columns else "value"
        heard.faults.append(Fault(line.steps, sentence, grid.place(line.row, column)))
    for column, content in line.contents.items():
        if column in WORDS or (column == "unit" and unnamed):
            continue
        cell = grid.place(line.row, column)
        heard.places[(*line.steps, column)] = cell
        if column in _NUMBERS:
            place = f"{cell}: {spell(line.steps)}"
            number = _number(content, own if unnamed else named, place, heard.notes)
            found[column] = _plain(content) if number is None else number
        else:
            found[column] = _figure_part(column, content)
    if unit is None and "unit" in found:
        sentence = Message("sheet.rate_unit", own=own, given=found.pop("unit"))
        heard.faults.append(Fault(line.steps, sentence, grid.place(line.row, "unit")))
    return found


def _figure_part(column: str, content: Content) -> object:
    found: object = None
    if column == "placeholder":
        found = as_truth(content)
    elif column == "as_of":
        found = as_day(content)
    elif column == "confidence":
        found = as_text(content).casefold()
    else:
        found = as_text(content)
    return _plain(content) if found is None else found
