"""The result of one point: a profile, or the reason why there is none, in one file written at once; and the results
of several machines as one file, where two answers to one question are refused, never mixed.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import ValidationError, model_validator

from bench.errors import SweepError
from bench.profile import NonNegative, Part, Profile, Text
from bench.sweep.point import point_hash
from bench.writing import require_unused, write_file

Status = Literal["measured", "out_of_memory", "failed"]

FINAL: tuple[Status, ...] = ("measured", "out_of_memory")
"""What another attempt would not change."""

ATTEMPTS = "attempts"
"""Folder of what each attempt left behind: log, journal, trace."""


class Place(Part):
    """Where a point stands in its plan."""

    plan: Text
    """Name of the plan."""
    seed: int
    """The seed that drew the order."""
    stage: Text
    """Stage of the plan."""
    position: int
    """From 1, in the order of the whole plan."""


class Result(Part):
    """How one point ended."""

    schema_version: Literal[1] = 1
    """Version of this form."""
    hash: Text
    """Name of the point."""
    point: dict[str, Any]
    """Settings, prompts, tier and repetition."""
    place: Place
    """Which plan asked for it."""
    status: Status
    """Measured, out of memory, or failed in a way that another attempt may mend."""
    reason: str | None = None
    """Why it was not measured."""
    board: str | None = None
    """The board, where it was known."""
    started_at: datetime
    """When the attempt began."""
    duration_s: NonNegative
    """How long it took, loading included [s]."""
    profile: Profile | None = None
    """What was measured."""

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if (self.status == "measured") != (self.profile is not None):
            raise ValueError(f"status {self.status!r} and the profile disagree: measured points have one")
        if self.profile is None and not self.reason:
            raise ValueError("a point without a profile needs its reason")
        return self


def result_file(folder: Path, name: str) -> Path:
    """Where the result of a point stands."""
    return folder / f"{name}.json"


def write_result(folder: Path, result: Result) -> None:
    """Write the result so that the file is whole or not there, whatever happens meanwhile."""
    write_at_once(result_file(folder, result.hash), json.dumps(result_document(result), indent=2) + "\n")


def write_at_once(path: Path, text: str) -> None:
    """Write the file so that it is whole or not there."""
    try:
        write_file(path, text.encode())
    except OSError as fault:
        raise SweepError(f"{path}: cannot be written: {fault.strerror}; free space or name another") from None


def result_document(result: Result) -> dict[str, Any]:
    """The result as JSON-ready values."""
    return result.model_dump(mode="json", exclude_none=True)


def read_result(path: Path) -> Result:
    """The result of one file; `SweepError` when it is none, or of another point than it says."""
    result = _read(path)
    require_own_name(str(path), result)
    return result


def require_own_name(place: str, result: Result) -> None:
    """Refuse a result whose settings are not those that its hash names."""
    name = point_hash(result.point)
    if result.hash != name:
        raise SweepError(
            f"{place}: its settings have hash {name}, not {result.hash}; it was changed, remove it"
        )


def _read(path: Path) -> Result:
    try:
        return _result(str(path), json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, RecursionError) as fault:
        raise SweepError(f"{path}: is no result of a sweep: {fault}; remove it") from None


def read_results(place: Path, *, named: bool = True) -> tuple[tuple[str, Result], ...]:
    """Every result of a sweep's folder or of a merged file, each with where it stands.

    `named` refuses a result whose settings are not those of its hash.

    Raises
    ------
    SweepError
        When there is none, or one of them is not whole.
    """
    if place.is_dir():
        found = tuple((str(file), _read(file)) for file in sorted(place.glob("*.json")))
    else:
        found = tuple(_merged(place))
    if not found:
        raise SweepError(f"{place}: holds no result; name the folder of a sweep or a merged file")
    for where, result in found if named else ():
        require_own_name(where, result)
    return found


def _merged(file: Path) -> Iterator[tuple[str, Result]]:
    try:
        text = file.read_text(encoding="utf-8")
        lines = text.splitlines() if file.suffix == ".jsonl" else None
        documents = json.loads(text)["results"] if lines is None else [json.loads(line) for line in lines]
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as fault:
        raise SweepError(f"{file}: holds no results of a sweep: {fault}; name another") from None
    for number, document in enumerate(documents, start=1):
        yield f"{file}, result {number}", _result(f"{file}, result {number}", document)


def _result(place: str, document: Mapping[str, Any]) -> Result:
    try:
        return Result.model_validate(document)
    except ValidationError as error:
        fault = error.errors()[0]
        where = ".".join(str(part) for part in fault["loc"])
        raise SweepError(f"{place}: {where + ': ' if where else ''}{fault['msg']}; remove it") from None


def usable_result(folder: Path, name: str) -> Result | None:
    """The result of a point, None when there is none. A file that is not whole is set aside, never overwritten."""
    path = result_file(folder, name)
    if not path.exists():
        return None
    try:
        return read_result(path)
    except SweepError:
        path.replace(path.with_suffix(".json.invalid"))
        return None


def profiles_of(results: Sequence[Result]) -> list[Profile]:
    """The profiles of the measured points."""
    return [one.profile for one in results if one.profile is not None]


def merge(places: Sequence[Path]) -> tuple[Result, ...]:
    """Every point once, by plan and position. A copy counts once, and a result stands before a failure.

    Raises
    ------
    SweepError
        When a point has two different results, naming both places; every such pair at once.
    """
    kept: dict[str, tuple[str, Result]] = {}
    conflicts = []
    for place in places:
        for where, result in read_results(place, named=False):
            before = kept.get(result.hash)
            if before is None or _stands_before(result, before[1]):
                kept[result.hash] = (where, result)
            elif result != before[1] and not _stands_before(before[1], result):
                conflicts.append(_conflict(before, (where, result)))
    if conflicts:
        raise SweepError("\n".join(conflicts))
    for where, result in kept.values():
        require_own_name(where, result)
    results = (result for _, result in kept.values())
    return tuple(sorted(results, key=lambda one: (one.place.plan, one.place.position, one.hash)))


def _stands_before(result: Result, other: Result) -> bool:
    """A final result before a failure, a later failure before an earlier one."""
    if result.status == other.status == "failed":
        return result.started_at > other.started_at
    return result.status in FINAL and other.status == "failed"


def _conflict(one: tuple[str, Result], other: tuple[str, Result]) -> str:
    if one[1].point != other[1].point:
        what = "hold different settings under one hash"
    else:
        boards = {result.board or "unknown board" for _, result in (one, other)}
        what = f"hold two different results of one point ({' and '.join(sorted(boards))})"
    return f"{one[0]} and {other[0]} {what}; merge them apart, or remove one"


def write_merged(path: Path, results: Sequence[Result]) -> None:
    """One JSON document, or one result a line where the name ends in .jsonl."""
    require_unused(path, SweepError)
    documents = [result_document(one) for one in results]
    if path.suffix == ".jsonl":
        text = "".join(json.dumps(one) + "\n" for one in documents)
    else:
        text = json.dumps({"schema_version": 1, "results": documents}, indent=2) + "\n"
    write_at_once(path, text)
