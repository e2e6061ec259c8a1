"""Votes that were given elsewhere: a CSV table, an export of Label Studio, an export of Argilla.

A picture is known by its file name, wherever the other tool keeps it; a verdict by its word. Label Studio's
task format is that of https://labelstud.io/guide/task_format, Argilla's that of `dataset.records.to_list()` or
`to_json`.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from roi.errors import TrialError
from roi.trial.desk import Desk
from roi.trial.trial_file import text_of
from roi.trial.votes import OF_DESIGN, Vote

COLUMNS = ("reviewer", "picture", "verdict")
WORDS = {
    "yes": "accept",
    "ok": "accept",
    "accepted": "accept",
    "pass": "accept",
    "1": "accept",
    "no": "reject",
    "ng": "reject",
    "rejected": "reject",
    "fail": "reject",
    "0": "reject",
    "合格": "accept",
    "不合格": "reject",
    "採用": "accept",
    "不採用": "reject",
}


def imported_votes(path: Path, desk: Desk) -> list[Vote]:
    """Votes of a file, whose form is told by its content.

    Raises
    ------
    TrialError
        When the form is none of the three, or a line lacks a reviewer, a picture of the desk or a verdict.
    """
    text = text_of(path)
    if not text.lstrip().startswith(("[", "{")):
        return list(_from_csv(path, text, desk))
    try:
        document = json.loads(text)
    except ValueError as fault:
        raise TrialError(f"{path}: is no JSON: {fault}") from None
    records = document if isinstance(document, list) else document.get("records", [document])
    if all(isinstance(each, Mapping) and "annotations" in each for each in records):
        return list(_from_label_studio(path, records, desk))
    if all(isinstance(each, Mapping) and "responses" in each for each in records):
        return list(_from_argilla(path, records, desk))
    raise TrialError(f"{path}: is neither an export of Label Studio (annotations) nor of Argilla (responses)")


def _from_csv(path: Path, text: str, desk: Desk) -> Iterator[Vote]:
    """Columns reviewer, picture (of a pair `left` and `right` instead), verdict; reason and seconds where known."""
    rows = csv.DictReader(io.StringIO(text, newline=""))
    titles = {(title or "").strip().casefold(): title for title in rows.fieldnames or ()}
    wanted = ("reviewer", "left", "right", "verdict") if desk.design == "pairs" else COLUMNS
    missing = [name for name in wanted if name not in titles]
    if missing:
        raise TrialError(f"{path}: column {missing[0]!r} is missing; the columns are {', '.join(wanted)}")
    for number, row in enumerate(rows, start=2):
        cells = {name: (row[title] or "").strip() for name, title in titles.items()}
        pictures = [cells["left"], cells["right"]] if desk.design == "pairs" else [cells["picture"]]
        where = f"{path}: line {number}"
        seconds = _seconds(cells.get("seconds", ""), where)
        yield _vote(where, desk, cells["reviewer"], pictures, cells["verdict"], cells.get("reason"), seconds)


def _from_label_studio(path: Path, tasks: Iterable[Mapping[str, Any]], desk: Desk) -> Iterator[Vote]:
    for number, task in enumerate(tasks, start=1):
        where = f"{path}: task {task.get('id', number)}"
        pictures = _pictures_in(task.get("data", {}), desk)
        for annotation in task["annotations"]:
            if annotation.get("was_cancelled"):
                continue
            chosen = [
                word
                for part in annotation.get("result", ())
                for word in part.get("value", {}).get("choices", ())
            ]
            by = annotation.get("completed_by")
            reviewer = by.get("email") or by.get("id") if isinstance(by, Mapping) else by
            verdict = chosen[0] if chosen else ""
            yield _vote(where, desk, reviewer, pictures, verdict, None, annotation.get("lead_time"))


def _from_argilla(path: Path, records: Iterable[Mapping[str, Any]], desk: Desk) -> Iterator[Vote]:
    for number, record in enumerate(records, start=1):
        where = f"{path}: record {record.get('id', number)}"
        told = {"id": record.get("id"), **record.get("metadata", {}), **record.get("fields", {})}
        pictures = _pictures_in(told, desk)
        for responses in record["responses"].values():
            for response in responses:
                yield _vote(where, desk, response.get("user_id"), pictures, response.get("value"), None, None)


def _pictures_in(values: Mapping[str, object], desk: Desk) -> list[str]:
    """Names of the desk's pictures among the values; of a pair the one called left first."""
    known = {name for prompt in desk.prompts for name in prompt.pictures}
    bare = {
        key: PurePosixPath(re.split(r"[?#]", value)[0]).name
        for key, value in values.items()
        if isinstance(value, str)
    }
    found = [(key, name) for key, name in bare.items() if name in known]
    found.sort(key=lambda each: ("left" not in each[0], "right" in each[0]))
    return list(dict.fromkeys(name for _, name in found))


def _vote(
    where: str,
    desk: Desk,
    reviewer: object,
    pictures: list[str],
    verdict: object,
    reason: str | None,
    seconds: float | None,
) -> Vote:
    word = str(verdict or "").strip().casefold()
    word = WORDS.get(word, word)
    if reviewer in (None, ""):
        raise TrialError(f"{where}: says no reviewer; every vote needs one")
    if not pictures:
        raise TrialError(f"{where}: names no picture of this trial")
    if word not in OF_DESIGN[desk.design]:
        raise TrialError(f"{where}: verdict {verdict!r} is none of {', '.join(OF_DESIGN[desk.design])}")
    found: dict[str, object] = {"reviewer": str(reviewer), "pictures": pictures, "verdict": word}
    if reason:
        found["reason"] = reason
    if seconds is not None:
        found["seconds"] = seconds
    return Vote.model_validate(found)


def _seconds(text: str, where: str) -> float | None:
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        raise TrialError(f"{where}: seconds {text!r} is not a number") from None
