"""Results of several machines as one file; two answers to one question are refused, never mixed."""

import json
from collections.abc import Sequence
from pathlib import Path

from bench.errors import SweepError
from bench.sweep.result import (
    FINAL,
    Result,
    read_results,
    require_own_name,
    result_document,
    write_at_once,
)


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
    if path.exists():
        raise SweepError(f"{path}: exists already; name a new file, nothing was overwritten")
    documents = [result_document(one) for one in results]
    if path.suffix == ".jsonl":
        text = "".join(json.dumps(one) + "\n" for one in documents)
    else:
        text = json.dumps({"schema_version": 1, "results": documents}, indent=2) + "\n"
    write_at_once(path, text)
