"""A document as a person wrote it, with the place of every part: what YAML and workbooks are read into."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from roi.notes import Note
from roi.texts.messages import Message, at

Steps = tuple[str | int, ...]
"""The way to a part of a document: keys of mappings and positions in lists."""


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a document: where, and a sentence that says what and what to do."""

    steps: Steps
    sentence: str
    place: str | None = None


@dataclass(frozen=True)
class Written:
    """Plain values with the places they were read from, and the faults of the writing itself."""

    name: str
    """What a message begins with when a part has no place of its own, such as the file's name."""
    value: object
    """Mappings, lists, texts, numbers, truth values, None."""
    places: Mapping[Steps, str] = field(default_factory=dict)
    """`file:line` or a workbook's cell by part."""
    faults: tuple[Fault, ...] = ()
    """Faults of the writing, such as a key that stands twice."""
    notes: tuple[Note, ...] = ()
    """What was read another way than it stands."""

    def line(self, fault: Fault) -> Message:
        """The fault as one line: place, field, sentence."""
        return at(self.place_of(fault.steps, fault.place), fault.sentence)

    def place_of(self, steps: Steps, place: str | None = None) -> str:
        """File and line, or cell, and field: `mine.yaml:12: site.pue`."""
        place = place or self._nearest_place(steps)
        spelled = spell(steps)
        return f"{place}: {spelled}" if spelled else place

    def _nearest_place(self, steps: Steps) -> str:
        for length in range(len(steps), -1, -1):
            if steps[:length] in self.places:
                return self.places[steps[:length]]
        return self.name


def spell(steps: Steps) -> str:
    """The way as people write it: `supplies[2].price_per_h`."""
    spelled = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
    return spelled.removeprefix(".")


def part_at(value: object, steps: Steps) -> object:
    """The part of a plain document there; None when the way leads nowhere."""
    for step in steps:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None
    return value


def resolve(value: object, spelled: str) -> Steps:
    """The way spelled `workloads[0].acceptance_by_model.org/model-1.5.mean`, read along the document.

    Keys may hold dots, so at a mapping the longest key that fits is taken; a key that is not there yet ends
    at the next dot or bracket.
    """
    steps: list[str | int] = []
    rest = spelled
    while rest:
        position = re.match(r"\[(\d+)\]\.?", rest)
        if position:
            steps.append(int(position.group(1)))
            rest = rest[position.end() :]
        else:
            known = value if isinstance(value, dict) else {}
            fits = [key for key in known if rest == key or rest.startswith((f"{key}.", f"{key}["))]
            key = max(fits, key=len) if fits else re.split(r"[.\[]", rest, maxsplit=1)[0] or rest
            steps.append(key)
            rest = rest[len(key) :].removeprefix(".")
        value = part_at(value, tuple(steps[-1:]))
    return tuple(steps)
