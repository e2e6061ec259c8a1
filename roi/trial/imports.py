"""Votes that were given elsewhere: a CSV table, an export of Label Studio, an export of Argilla.

A picture is known by its file name, wherever the other tool keeps it; a verdict by its word. Label Studio's
forms are its JSON (https://labelstud.io/guide/task_format, choices and pairwise) and its JSON-MIN, Argilla's that
of `dataset.records.to_list()` or `to_json`. Other answers on the same picture are kept as the reason.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from pydantic import ValidationError

from roi.errors import TrialError
from roi.texts.messages import Message, at
from roi.trial.desk import Desk
from roi.trial.trial_file import text_of
from roi.trial.votes import OF_DESIGN, Vote

COLUMNS = ("reviewer", "picture", "verdict")
NOT_ANSWERS = ("id", "annotation_id", "annotator", "created_at", "updated_at", "lead_time")
"""Columns of Label Studio's JSON-MIN that are its own."""
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
        raise TrialError(at(path, Message("trialing.no_json", words=str(fault)))) from None
    records = document if isinstance(document, list) else document.get("records", [document])
    try:
        for mark, reader in (
            ("annotations", _from_label_studio),
            ("annotator", _from_label_studio_min),
            ("responses", _from_argilla),
        ):
            if records and all(isinstance(each, Mapping) and mark in each for each in records):
                return list(reader(path, records, desk))
    except (AttributeError, TypeError):
        raise TrialError(at(path, Message("trialing.bad_record"))) from None
    raise TrialError(at(path, Message("trialing.no_export")))


def _from_csv(path: Path, text: str, desk: Desk) -> Iterator[Vote]:
    """Columns reviewer, picture (of a pair `left` and `right` instead), verdict; reason and seconds where known."""
    rows = csv.DictReader(io.StringIO(text, newline=""))
    titles = {(title or "").strip().casefold(): title for title in rows.fieldnames or ()}
    wanted = ("reviewer", "left", "right", "verdict") if desk.design == "pairs" else COLUMNS
    missing = [name for name in wanted if name not in titles]
    if missing:
        sentence = Message("trialing.column", name=repr(missing[0]), known=", ".join(wanted))
        raise TrialError(at(path, sentence))
    for number, row in enumerate(rows, start=2):
        cells = {name: (row[title] or "").strip() for name, title in titles.items()}
        pictures = [cells["left"], cells["right"]] if desk.design == "pairs" else [cells["picture"]]
        where = at(path, Message("log.line", number=number))
        seconds = _seconds(cells.get("seconds", ""), where)
        yield _vote(where, desk, cells["reviewer"], pictures, cells["verdict"], cells.get("reason"), seconds)


def _from_label_studio(path: Path, tasks: Iterable[Mapping[str, Any]], desk: Desk) -> Iterator[Vote]:
    for number, task in enumerate(tasks, start=1):
        where = f"{path}: task {task.get('id', number)}"
        pictures = _pictures_in(task.get("data", {}), desk)
        for annotation in task["annotations"]:
            if annotation.get("was_cancelled"):
                continue
            values = [part.get("value", {}) for part in annotation.get("result", ())]
            chosen = [word for value in values for word in value.get("choices", ())]
            chosen += [value["selected"] for value in values if "selected" in value]
            chosen += [word for value in values for word in value.get("text", ())]
            by = annotation.get("completed_by")
            reviewer = by.get("email") or by.get("id") if isinstance(by, Mapping) else by
            verdict, reason = _verdict_among(chosen, desk)
            yield _vote(where, desk, reviewer, pictures, verdict, reason, annotation.get("lead_time"))


def _from_label_studio_min(path: Path, tasks: Iterable[Mapping[str, Any]], desk: Desk) -> Iterator[Vote]:
    """A flat record an annotation: the answer of each control under the control's name."""
    for number, task in enumerate(tasks, start=1):
        where = f"{path}: task {task.get('id', number)}"
        told = [value for key, value in task.items() if key not in NOT_ANSWERS]
        answers = [each for each in told if isinstance(each, str)]
        pictures = _pictures_in(task, desk)
        shown = {answer for answer in answers if _name(answer) in pictures}
        verdict, reason = _verdict_among([each for each in answers if each not in shown], desk)
        yield _vote(where, desk, task["annotator"], pictures, verdict, reason, task.get("lead_time"))


def _from_argilla(path: Path, records: Iterable[Mapping[str, Any]], desk: Desk) -> Iterator[Vote]:
    for number, record in enumerate(records, start=1):
        where = f"{path}: record {record.get('id', number)}"
        told = {"id": record.get("id"), **record.get("metadata", {}), **record.get("fields", {})}
        pictures = _pictures_in(told, desk)
        answers: dict[object, list[object]] = {}
        for responses in record["responses"].values():
            for response in responses:
                answers.setdefault(response.get("user_id"), []).append(response.get("value"))
        for reviewer, given in answers.items():
            verdict, reason = _verdict_among(given, desk)
            yield _vote(where, desk, reviewer, pictures, verdict, reason, None)


def _verdict_among(answers: Iterable[object], desk: Desk) -> tuple[object, str | None]:
    """The one answer that is a verdict of the trial, and what else was said; the first where none is."""
    given = [each for each in answers if each not in (None, "")]
    fitting = [each for each in given if _word(each) in OF_DESIGN[desk.design]]
    verdict = fitting[0] if len({_word(each) for each in fitting}) == 1 else None
    if verdict is None:
        return ", ".join(map(str, given)), None
    others = [str(each) for each in given if _word(each) != _word(verdict)]
    return verdict, "; ".join(others) or None


def _word(verdict: object) -> str:
    bare = str("" if verdict is None else verdict).strip().casefold()
    return WORDS.get(bare, bare)


def _pictures_in(values: Mapping[str, object], desk: Desk) -> list[str]:
    """Names of the desk's pictures among the values; of a pair the one called left first."""
    known = {name for prompt in desk.prompts for name in prompt.pictures}
    bare = {key: _name(value) for key, value in values.items() if isinstance(value, str)}
    found = [(key, name) for key, name in bare.items() if name in known]
    found.sort(key=lambda each: ("left" not in each[0], "right" in each[0]))
    return list(dict.fromkeys(name for _, name in found))


def _name(place: str) -> str:
    """The file's name in a path or an address."""
    return PurePosixPath(re.split(r"[?#]", place)[0]).name


def _vote(
    where: str,
    desk: Desk,
    reviewer: object,
    pictures: list[str],
    verdict: object,
    reason: str | None,
    seconds: float | None,
) -> Vote:
    word = _word(verdict)
    if reviewer in (None, ""):
        raise TrialError(at(where, Message("trialing.no_reviewer")))
    if not pictures:
        raise TrialError(at(where, Message("trialing.no_picture_named")))
    if word not in OF_DESIGN[desk.design]:
        known = ", ".join(OF_DESIGN[desk.design])
        raise TrialError(at(where, Message("trialing.no_verdict", given=repr(verdict), known=known)))
    found: dict[str, object] = {"reviewer": str(reviewer), "pictures": pictures, "verdict": word}
    if reason:
        found["reason"] = reason
    if seconds is not None:
        found["seconds"] = seconds
    try:
        return Vote.model_validate(found)
    except ValidationError as fault:
        first = fault.errors()[0]
        place = at(where, f"{first['loc'][0]} {first['input']!r}")
        raise TrialError(at(place, Message("operating.bad_field", words=first["msg"]))) from None


def _seconds(text: str, where: str) -> float | None:
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        sentence = Message("log.no_number", name="seconds", given=repr(text))
        raise TrialError(at(where, sentence)) from None
