"""What an importer reads out of a file, and how files are read."""

import csv
import io
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.errors import ProfileError
from bench.importers.facts import Facts
from bench.magnitude import beyond_reach
from bench.profile import Boundary
from bench.textfile import TextError, read_text

CsvRow = dict[str, str]


@dataclass(frozen=True)
class Reading:
    """Joules and seconds of one image, repeat by repeat, and what else the file says."""

    tool: str
    citation: str
    url: str
    boundary: Boundary
    energy_j_per_image: tuple[float, ...]
    seconds_per_image: tuple[float, ...] = ()
    batch_s: tuple[float, ...] = ()
    """Durations of single batches, where the file has them [s]."""
    facts: Facts = field(default_factory=Facts)
    tool_version: str | None = None
    licence: str | None = None
    published: bool = False
    """What the file is when the caller does not say."""
    notes: tuple[str, ...] = ()


def read_rows(path: Path, columns: tuple[str, ...], tool: str) -> list[CsvRow]:
    """Rows of a CSV file that must have these columns and at least one row; cells without spaces around them."""
    try:
        lines = [line for line in csv.reader(io.StringIO(read_text(path), newline="")) if line]
    except (OSError, TextError, csv.Error) as fault:
        raise ProfileError(f"{path}: cannot be read as CSV: {fault}") from None
    head, *body = [[cell.strip() for cell in line] for line in lines] or [[]]
    missing = [name for name in columns if name not in head]
    if missing:
        raise ProfileError(f"{path}: is no {tool} file: column {missing[0]!r} is missing")
    if not body:
        raise ProfileError(f"{path}: holds no rows; nothing was measured")
    for place, cells in enumerate(body, start=1):
        if len(cells) != len(head):
            raise ProfileError(
                f"{path}: row {place} has {len(cells)} cells under {len(head)} columns; mend or remove it"
            )
    return [dict(zip(head, cells, strict=True)) for cells in body]


def read_object(path: Path, tool: str) -> dict[str, Any]:
    """A JSON object."""
    try:
        document = json.loads(read_text(path))
    except (OSError, ValueError, RecursionError) as fault:
        raise ProfileError(f"{path}: cannot be read as JSON: {fault}") from None
    if not isinstance(document, dict):
        raise ProfileError(f"{path}: is no {tool} file: expected a JSON object")
    return document


def number(path: Path, place: str, value: object) -> float:
    """A number, whatever it is."""
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise ProfileError(f"{path}: {place}: {value!r} is no number") from None


def positive(path: Path, place: str, value: object) -> float:
    """A number above zero. A zero is a meter that did not answer, and is never taken as a figure."""
    found = number(path, place, value)
    if not math.isfinite(found) or found <= 0.0:
        raise ProfileError(f"{path}: {place} is {found:g}: the meter gave nothing; measure again")
    fault = beyond_reach(found)
    if fault is not None:
        raise ProfileError(f"{path}: {place}: {fault}")
    return found


def whole(path: Path, place: str, value: object) -> int:
    """A whole number from 1 on."""
    found = positive(path, place, value)
    if found != int(found):
        raise ProfileError(f"{path}: {place} is {found:g}, which is no whole number; correct the file")
    return int(found)


def part(path: Path, place: str, document: Mapping[str, Any], name: str) -> dict[str, Any]:
    """An object inside an object."""
    value = document.get(name)
    if not isinstance(value, dict):
        raise ProfileError(f"{path}: {place}{name} is missing; the run did not track it")
    return value
