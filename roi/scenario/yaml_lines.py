"""A scenario as YAML that reads back to the same scenario, whatever its texts look like."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from roi.scenario.document import Scenario

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*(?:[ /][A-Za-z0-9_.-]+)*")
_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
"""Plain words that some reader of YAML takes for something else than a text."""
_UNSEEN = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
"""What JSON leaves as it is and YAML folds or refuses."""


def scenario_yaml(scenario: Scenario) -> str:
    """The scenario without what it leaves at the contract's defaults."""
    document = scenario.model_dump(mode="json", exclude_defaults=True)
    return "\n".join(_lines(document)) + "\n"


def _lines(values: Mapping[str, object]) -> Iterator[str]:
    for key, value in values.items():
        head = f"{_scalar(key)}:"
        if isinstance(value, Mapping) and value:
            yield head
            yield from ("  " + line for line in _lines(value))
        elif isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
            yield head
            for item in value:
                yield from _item(item)
        else:
            yield f"{head} {_flow(value)}"


def _item(values: Mapping[str, object]) -> Iterator[str]:
    for number, line in enumerate(_lines(values)):
        yield f"  {'  ' if number else '- '}{line}"


def _flow(value: object) -> str:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(_scalar(item) for item in value) + "]"
    return _scalar(value)


def _scalar(value: object) -> str:
    """Plain where nothing can be misread, else in JSON's quotation marks, which YAML reads alike."""
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value.casefold() not in _WORDS:
        return value
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(value, ensure_ascii=False))
