"""A scenario in a link: its differences from a base that never changes, packed, with a version in front.

A link is read as anything from outside is: bounded, unpacked no further than a limit, validated as a file would be.
Version 1 is `1.` and base64url of deflated JSON `{"from": ..., "changes": [[steps, value], ...]}`, where `from`
names the base: the demonstration as it stood one day, kept beside the reference figures. A link therefore means the
same whatever the demonstration has become. When the demonstration has moved far, a base is added; none is removed.
"""

import base64
import binascii
import json
import zlib
from collections.abc import Iterator
from functools import lru_cache

from roi.errors import ScenarioError
from roi.resources import data_path
from roi.scenario.document import Scenario
from roi.scenario.faults import validated
from roi.scenario.load import demonstration
from roi.scenario.written import Steps, Written, part_at
from roi.texts import Language, text

PARAMETER = "s"
LINK_CHARACTERS_MAX = 6000
"""Longer addresses are cut by mail programs and proxies."""
UNPACKED_BYTES_MAX = 1 << 18
VERSION = "1."
BASES = ("823a27ad3317",)
"""Names of the bases, the one of new links last: the first letters of the SHA-256 of the scenario's JSON."""


def link_value(scenario: Scenario, language: Language) -> str:
    """The value of the query parameter; empty for the demonstration itself.

    Raises
    ------
    ScenarioError
        When it would be longer than a link can be; the sentence says what to send instead.
    """
    value = "" if scenario == demonstration() else packed(scenario)
    if len(value) > LINK_CHARACTERS_MAX:
        raise ScenarioError(text(language, "screen.link_too_long", most=LINK_CHARACTERS_MAX))
    return value


def short_link(scenario: Scenario) -> str:
    """The value of the query parameter; empty also where no link can hold the scenario."""
    try:
        return link_value(scenario, "en")
    except ScenarioError:
        return ""


def packed(scenario: Scenario) -> str:
    """A scenario as letters that an address holds, of any length."""
    changes = [[list(steps), value] for steps, value in _differences(_base(BASES[-1]), _dumped(scenario), ())]
    document = json.dumps({"from": BASES[-1], "changes": changes}, separators=(",", ":"))
    raw = zlib.compress(document.encode("utf-8"), 9)
    return VERSION + base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def scenario_of_link(value: str, language: Language) -> Scenario:
    """The scenario that a link carries.

    Raises
    ------
    ScenarioError
        When it is damaged, too long, of another version, or carries no valid scenario.
    """
    if len(value) > LINK_CHARACTERS_MAX:
        raise ScenarioError(text(language, "screen.link_too_long", most=LINK_CHARACTERS_MAX))
    return unpacked(value, language)


def unpacked(value: str, language: Language) -> Scenario:
    """The scenario of letters made by `packed`; raises as `scenario_of_link` does."""
    if not value.startswith(VERSION):
        raise ScenarioError(text(language, "screen.link_version"))
    content = _content(value.removeprefix(VERSION), language)
    if content.get("from") not in BASES:
        raise ScenarioError(text(language, "screen.link_version"))
    document = _base(str(content["from"]))
    for change in _entries(content, language):
        document = _with(document, *change, language)
    return validated(Written(text(language, "screen.link"), document))


def changes_from_demonstration(scenario: Scenario) -> Iterator[tuple[Steps, object]]:
    """The places in which a scenario differs from the demonstration, and what stands there instead."""
    return _differences(_dumped(demonstration()), _dumped(scenario), ())


def _differences(before: object, after: object, steps: Steps) -> Iterator[tuple[Steps, object]]:
    """Part by part where both have the same parts, otherwise whole."""
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict) and before.keys() == after.keys():
        for key in before:
            yield from _differences(before[key], after[key], (*steps, key))
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for index, pair in enumerate(zip(before, after, strict=True)):
            yield from _differences(*pair, (*steps, index))
    else:
        yield steps, after


def _dumped(scenario: Scenario) -> object:
    return scenario.model_dump(mode="json")


def _base(name: str) -> object:
    """The document of a base as the present contract writes it, anew each time: changes are laid into it."""
    return _dumped(_base_scenario(name))


@lru_cache
def _base_scenario(name: str) -> Scenario:
    return Scenario.model_validate_json(data_path(f"link_base_{name}.json").read_bytes())


def _content(packed: str, language: Language) -> dict[str, object]:
    try:
        raw = base64.urlsafe_b64decode(packed.encode("ascii") + b"=" * (-len(packed) % 4))
        content = json.loads(_inflated(raw), parse_constant=_refuse_constant)
    except (ValueError, binascii.Error, zlib.error, RecursionError):
        raise ScenarioError(text(language, "screen.link_damaged")) from None
    if not isinstance(content, dict):
        raise ScenarioError(text(language, "screen.link_damaged"))
    return content


def _inflated(raw: bytes) -> bytes:
    unpacking = zlib.decompressobj()
    content = unpacking.decompress(raw, UNPACKED_BYTES_MAX)
    if not unpacking.eof:
        raise ValueError("unpacks to more than a scenario holds, or ends early")
    return content


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is no figure")


def _entries(content: dict[str, object], language: Language) -> Iterator[tuple[Steps, object]]:
    changes = content.get("changes")
    for entry in changes if isinstance(changes, list) else [None]:
        if not isinstance(entry, list) or len(entry) != 2 or not isinstance(entry[0], list):
            raise ScenarioError(text(language, "screen.link_damaged"))
        yield tuple(entry[0]), entry[1]


def _with(document: object, steps: Steps, value: object, language: Language) -> object:
    if not steps:
        return value
    above, last = part_at(document, steps[:-1]), steps[-1]
    in_mapping = isinstance(above, dict) and isinstance(last, str)
    in_list = isinstance(above, list) and type(last) is int and 0 <= last < len(above)
    if not (in_mapping or in_list):
        raise ScenarioError(text(language, "screen.link_damaged"))
    above[last] = value  # type: ignore[index]
    return document
