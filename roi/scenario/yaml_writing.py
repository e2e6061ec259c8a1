"""A scenario as YAML text: what it states, in the order of the contract, with the short name of each field."""

import re
from collections.abc import Iterator
from datetime import date

import yaml
from pydantic import BaseModel

from roi.figure import Figure
from roi.scenario.document import Scenario
from roi.scenario.meaning import label
from roi.scenario.money import ExchangeRate
from roi.texts import Language

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./-]*")
_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
"""Plain words that some reader of YAML takes for something else than a text."""
_WHOLE_MAX = 1e15
"""From here on a number keeps its exponent."""


def yaml_of(scenario: Scenario, language: Language) -> str:
    """The scenario as a file of its own; what it leaves out is left out there too."""
    return "".join(f"{line}\n" for line in _fields(scenario, language))


def scalar(value: object) -> str:
    """A text, number, truth value or nothing as one word of YAML, which reads as the same whatever it holds."""
    if isinstance(value, str):
        if _PLAIN.fullmatch(value) and value.lower() not in _WORDS:
            return value
        return str(yaml.safe_dump(value, default_style='"', allow_unicode=True, width=float("inf"))).rstrip(
            "\n"
        )
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer() and abs(value) < _WHOLE_MAX:
        return str(int(value))
    return repr(value) if isinstance(value, float) else str(value)


def _fields(part: BaseModel, language: Language) -> Iterator[str]:
    """The fields that are given, the kind of a part first."""
    for name in sorted(_given(part), key=lambda name: name != "kind"):
        words = "" if isinstance(part, Figure | ExchangeRate) else label(type(part), name, language)
        yield from _entry(name, getattr(part, name), words, language)


def _given(part: BaseModel) -> Iterator[str]:
    """Fields that say something; a default that is written out does, but not where it is empty or of a figure."""
    for name, field in type(part).model_fields.items():
        value, default = getattr(part, name), field.get_default(call_default_factory=True)
        says = value is not None and isinstance(value, str | bool | int | float | date)
        if name in part.model_fields_set and (
            value != default or (says and not isinstance(part, Figure | ExchangeRate))
        ):
            yield name


def _entry(key: str, value: object, words: str, language: Language) -> Iterator[str]:
    """A key with what it holds, on its own line or indented below it."""
    comment = f"  # {words}" if words else ""
    on_line = _in_line(value)
    if on_line is not None:
        yield f"{scalar(key)}: {on_line}{comment}"
        return
    yield f"{scalar(key)}:{comment}"
    yield from (f"  {line}" for line in _below(value, language))


def _in_line(value: object) -> str | None:
    """What fits behind its key; None for what stands below it."""
    if isinstance(value, Figure) and list(_given(value)) == ["value"]:
        return scalar(value.value)
    if isinstance(value, BaseModel):
        return None if any(_given(value)) else "{}"
    if isinstance(value, dict):
        return None if value else "{}"
    if isinstance(value, tuple):
        items = [_in_line(item) for item in value]
        return (
            None if any(isinstance(item, BaseModel) for item in value) else f"[{', '.join(map(str, items))}]"
        )
    return value.isoformat() if isinstance(value, date) else scalar(value)


def _below(value: object, language: Language) -> Iterator[str]:
    if isinstance(value, BaseModel):
        yield from _fields(value, language)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _entry(key, item, "", language)
    elif isinstance(value, tuple):
        for item in value:
            first, *others = _fields(item, language)
            yield from (f"- {first}", *(f"  {line}" for line in others))
