"""What people write in another way than the contract, taken as it is meant: countries by any name, decimal commas.

Every number that was read with a decimal comma is noted. What has two readings stays as it is, and the contract
refuses it with both.
"""

import re
from dataclasses import replace

from roi.countries import country_code
from roi.figure import Figure
from roi.notes import Note
from roi.scenario.schema import expected_at
from roi.scenario.written import Steps, Written
from roi.words import numeral

_WITH_COMMA = re.compile("[^A-DF-Za-df-z]{0,30}[,，][^A-DF-Za-df-z]{0,30}")
"""A text with a comma that may be a number, told apart from the many sources in words."""
_NUMBERS = (float, int, Figure)


def taken(written: Written) -> Written:
    """The document as the contract wants it, with notes of what was read another way than it stands."""
    notes = list(written.notes)
    value = _taken(written.value, (), written, notes)
    return replace(written, value=value, notes=tuple(notes))


def _taken(part: object, steps: Steps, written: Written, notes: list[Note]) -> object:
    if isinstance(part, dict):
        return {key: _taken(below, (*steps, key), written, notes) for key, below in part.items()}
    if isinstance(part, list):
        return [_taken(below, (*steps, index), written, notes) for index, below in enumerate(part)]
    if not isinstance(part, str):
        return part
    if _holds_country(steps):
        return country_code(part) or part
    return _number(part, steps, written, notes)


def _holds_country(steps: Steps) -> bool:
    return bool(steps) and (steps[-1] == "country" or steps[-2:-1] == ("countries",))


def _number(part: str, steps: Steps, written: Written, notes: list[Note]) -> object:
    if not _WITH_COMMA.fullmatch(part):
        return part
    found = numeral(part)
    if found is None or found.number is None or not found.decimal_comma:
        return part
    if expected_at(steps, written.value) not in _NUMBERS:
        return part
    values = {"place": written.place_of(steps), "written": part.strip(), "read": f"{found.number:.15g}"}
    notes.append(Note("decimal_comma", values))
    return found.number
