"""The folder that reviewers work on: pictures under names that tell nothing, the prompts, and everybody's
votes.

    trial.json      prompts and, for each, the names of its pictures; hash of the sealed key
    pictures/       PNG files, re-encoded from their pixels alone
    votes/          one file a reviewer, a line a vote

Nothing in it names a model. Which picture is whose stands in the key, which lies elsewhere and whose hash was
printed before the first look.
"""

import hashlib
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from bench.writing import write_file
from roi.errors import TrialError
from roi.figure import Input
from roi.texts.messages import Message, at
from roi.trial.trial_file import Design

DESK, PICTURES, VOTES = "trial.json", "pictures", "votes"
REPEAT_AFTER = 10
"""Looks from a picture to its repeat, at the least; the last ones are not repeated."""


class Prompt(Input):
    """One prompt with one picture of each arm."""

    text: str
    """What was asked for; shown above the pictures."""
    pictures: Annotated[tuple[str, ...], Field(min_length=2)]
    """Names in the folder `pictures`, in an order that tells nothing."""


class Desk(Input):
    """What reviewers see."""

    schema_version: Literal[1] = 1
    trial: str
    design: Design
    seed: int
    repeats_fraction: float
    key_sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    prompts: Annotated[tuple[Prompt, ...], Field(min_length=2)]


@dataclass(frozen=True, slots=True)
class Look:
    """One thing that a reviewer is shown."""

    pictures: tuple[str, ...]
    """One picture, or the left and the right one."""
    prompt: int
    """Place of the prompt."""
    repeat: bool
    """Whether the reviewer has seen it before."""

    @property
    def id(self) -> str:
        """Name under which the vote is kept, the same whichever side a picture stands on."""
        return "+".join(sorted(self.pictures)) + ("#again" if self.repeat else "")


def read_desk(folder: Path) -> Desk:
    """The desk of a folder.

    Raises
    ------
    TrialError
        When the folder holds none, or its pictures are missing.
    """
    place = folder / DESK
    try:
        desk = Desk.model_validate_json(place.read_text(encoding="utf-8"))
    except OSError as fault:
        raise TrialError(at(place, Message("trialing.desk_not_read", reason=fault.strerror))) from None
    except (UnicodeDecodeError, ValidationError):
        raise TrialError(at(place, Message("trialing.desk_damaged"))) from None
    names = {name for prompt in desk.prompts for name in prompt.pictures}
    missing = sorted(name for name in names if not (folder / PICTURES / name).is_file())
    if missing:
        sentence = Message("trialing.pictures_missing", count=len(missing), first=missing[0])
        raise TrialError(at(folder / PICTURES, sentence))
    return desk


def write_desk(desk: Desk, folder: Path) -> None:
    """Write trial.json; the pictures lie there already."""
    content = json.dumps(desk.model_dump(mode="json"), indent=1, ensure_ascii=False) + "\n"
    write_file(folder / DESK, content.encode())


def queue(desk: Desk, reviewer: str) -> tuple[Look, ...]:
    """What a reviewer sees, in order: prompts shuffled, arms and sides shuffled within, some looks again later.

    The pictures of a prompt follow each other, so that a reviewer who grows stricter does so with all arms alike.
    The same desk and name give the same order in any process.
    """
    order = random.Random(_number(f"{desk.trial}:{desk.seed}:{reviewer}"))
    places = list(range(len(desk.prompts)))
    order.shuffle(places)
    looks = [look for place in places for look in _looks(desk, place, order)]
    early = range(max(len(looks) - REPEAT_AFTER, 0))
    again = order.sample(early, min(round(desk.repeats_fraction * len(looks)), len(early)))
    return tuple(_with_repeats(looks, again, order))


def _looks(desk: Desk, place: int, order: random.Random) -> list[Look]:
    pictures = list(desk.prompts[place].pictures)
    order.shuffle(pictures)
    if desk.design == "accept":
        return [Look((picture,), place, repeat=False) for picture in pictures]
    pairs = [pair if order.random() < 0.5 else pair[::-1] for pair in combinations(pictures, 2)]
    order.shuffle(pairs)
    return [Look(pair, place, repeat=False) for pair in pairs]


def _with_repeats(looks: Sequence[Look], again: Sequence[int], order: random.Random) -> list[Look]:
    """Each repeat at a random place well behind its first showing; the sides of a pair change."""
    found = list(looks)
    for place in sorted(again, reverse=True):
        first = looks[place]
        here = found.index(first)
        found.insert(
            order.randint(here + REPEAT_AFTER, len(found)),
            Look(first.pictures[::-1], first.prompt, repeat=True),
        )
    return found


def _number(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
