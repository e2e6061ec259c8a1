"""Votes as they are kept: a file a reviewer, a line a vote, each on the disk before the next picture is shown.

A vote on the same look replaces the earlier one. A line that a crash cut off is left out and told.
"""

import json
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from roi.errors import TrialError
from roi.figure import Input
from roi.texts.messages import Message, at
from roi.trial.desk import VOTES, Desk, Look, queue

Verdict = Literal["accept", "reject", "left", "right", "tie", "neither"]
OF_DESIGN: dict[str, tuple[Verdict, ...]] = {
    "accept": ("accept", "reject"),
    "pairs": ("left", "right", "tie", "neither"),
}
REASONS = ("prompt", "anatomy", "text", "artefact", "style")
"""Why a picture was rejected, in the order of their keys 1 to 5."""


class Vote(Input):
    """One look and what came of it."""

    reviewer: Annotated[str, Field(min_length=1, max_length=80)]
    """Who looked."""
    pictures: Annotated[tuple[str, ...], Field(min_length=1, max_length=2)]
    """The picture, or the left and the right one as they were shown."""
    verdict: Verdict
    """What was said."""
    reason: str | None = None
    """Why, where it was said."""
    seconds: Annotated[float, Field(ge=0)] | None = None
    """From the showing to the vote [s]; absent where nobody timed it."""
    at: datetime | None = None
    """When; absent in some imports."""
    repeat: bool = False
    """Whether the reviewer had seen it before."""

    @property
    def look_id(self) -> str:
        """Name of the look, as `Look.id`."""
        return Look(self.pictures, 0, self.repeat).id


@dataclass(frozen=True, slots=True)
class Votes:
    """All votes of a desk, the last of each look."""

    votes: tuple[Vote, ...]
    cut_off: int
    """Lines that a crash cut off."""


def file_of(folder: Path, reviewer: str) -> Path:
    """Where a reviewer's votes lie."""
    return folder / VOTES / f"{slug(reviewer)}.jsonl"


def slug(reviewer: str) -> str:
    """A reviewer's name as the name of a file.

    Raises
    ------
    TrialError
        When nothing of the name is left.
    """
    bare = re.sub(r"[^\w-]+", "-", reviewer.strip().casefold()).strip("-")
    if not bare:
        raise TrialError(Message("trialing.no_name"))
    return bare[:80]


def append_vote(folder: Path, vote: Vote) -> None:
    """Put a vote on the disk: when this returns, a crash or a power cut leaves it there.

    A line that an earlier crash cut off is ended first, so that it spoils no other.
    """
    place = file_of(folder, vote.reviewer)
    line = json.dumps(vote.model_dump(mode="json", exclude_none=True), ensure_ascii=False) + "\n"
    with place.open("ab+") as file:
        if file.tell():
            file.seek(-1, os.SEEK_END)
            line = line if file.read(1) == b"\n" else "\n" + line
        file.write(line.encode())
        file.flush()
        os.fsync(file.fileno())


def read_votes(folder: Path, desk: Desk) -> Votes:
    """Everybody's votes.

    Raises
    ------
    TrialError
        When a whole line is no vote, or names a picture or verdict that the desk does not have.
    """
    found: dict[tuple[str, str], Vote] = {}
    cut_off = 0
    for place in sorted((folder / VOTES).glob("*.jsonl")):
        lines = place.read_bytes().split(b"\n")
        for number, line in enumerate(lines, start=1):
            vote = _vote(place, number, line, desk)
            if vote is None:
                cut_off += bool(line.strip())
                continue
            found[vote.reviewer, vote.look_id] = vote
    return Votes(tuple(found.values()), cut_off)


def _vote(place: Path, number: int, line: bytes, desk: Desk) -> Vote | None:
    """None of an empty line and of one that was cut off."""
    if not line.strip():
        return None
    try:
        json.loads(line)
    except ValueError:
        return None
    try:
        vote = Vote.model_validate_json(line)
    except ValidationError as fault:
        sentence = Message("trialing.no_vote", words=fault.errors()[0]["msg"])
        raise TrialError(at(at(place, Message("log.line", number=number)), sentence)) from None
    require_fitting(vote, desk, at(place, Message("log.line", number=number)))
    return vote


def require_fitting(vote: Vote, desk: Desk, where: str) -> None:
    """Stop at a vote on pictures or with a verdict that the desk does not have."""
    known = {name for prompt in desk.prompts for name in prompt.pictures}
    unknown = [name for name in vote.pictures if name not in known]
    if unknown:
        raise TrialError(at(where, Message("trialing.other_picture", given=repr(unknown[0]))))
    if vote.verdict not in OF_DESIGN[desk.design] or len(vote.pictures) != (
        1 if desk.design == "accept" else 2
    ):
        allowed = ", ".join(OF_DESIGN[desk.design])
        sentence = Message("trialing.verdict", given=repr(vote.verdict), known=allowed)
        raise TrialError(at(where, sentence))


def left_to_see(folder: Path, desk: Desk, reviewer: str) -> tuple[Look, ...]:
    """Looks that the reviewer has not voted on, in the reviewer's order: where a crash or a pause left off."""
    seen = {vote.look_id for vote in read_votes(folder, desk).votes if slug(vote.reviewer) == slug(reviewer)}
    return tuple(look for look in queue(desk, slug(reviewer)) if look.id not in seen)


def add_votes(folder: Path, desk: Desk, votes: Iterable[Vote]) -> int:
    """Append votes that came from elsewhere, after all of them were found to fit."""
    given = list(votes)
    for number, vote in enumerate(given, start=1):
        require_fitting(vote, desk, f"vote {number}")
    try:
        for vote in given:
            append_vote(folder, vote)
    except OSError as fault:
        sentence = Message("trialing.not_written", reason=fault.strerror)
        raise TrialError(at(fault.filename, sentence)) from None
    return len(given)


def now() -> datetime:
    """The time of a vote."""
    return datetime.now(UTC)
