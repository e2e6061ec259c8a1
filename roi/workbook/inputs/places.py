"""Places of a scenario as a column of a sheet spells them, `workloads[0].acceptance_by_model["SDXL 1.0"].mean`."""

import re

from roi.scenario.written import Steps
from roi.texts.messages import Message

_STEP = re.compile(
    r"""[\[［]\s*(?P<index>\d{1,4})\s*[\]］]
    | \["(?P<key>(?:[^"]|"")*)"\]
    | \[[“”"](?P<curled>[^“”"]*)[“”"]\]  # a sheet's autocorrection curls quotation marks
    | [.．]?\s*(?P<name>[A-Za-z_][A-Za-z0-9_]*)""",
    re.VERBOSE,
)


def spelled(steps: Steps) -> str:
    """The place in words; a key that is no plain name stands in quotation marks."""
    found = ""
    for step in steps:
        if isinstance(step, int):
            found += f"[{step}]"
        elif step.isidentifier() and step.isascii():
            found += f".{step}" if found else step
        else:
            quoted = step.replace('"', '""')
            found += f'["{quoted}"]'
    return found


def steps_of(place: str) -> Steps:
    """The way that a place spells.

    Raises
    ------
    ValueError
        When it is no place; the message says from where on.
    """
    steps: list[str | int] = []
    position = 0
    text = place.strip()
    while position < len(text):
        found = _STEP.match(text, position)
        if found is None:
            rest = repr(text[position:][:20])
            raise ValueError(Message("sheet.from_on", place=_shortened(place), rest=rest))
        steps.append(_step(found))
        position = found.end()
    return tuple(steps)


def _step(found: re.Match[str]) -> str | int:
    if found["index"] is not None:
        return int(found["index"])
    if found["key"] is not None:
        return found["key"].replace('""', '"')
    return found["name"] if found["name"] is not None else found["curled"]


def _shortened(place: str) -> str:
    return repr(place if len(place) <= 80 else place[:77] + "...")
