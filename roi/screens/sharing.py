"""A scenario in a link: its difference from the demonstration, packed, with a version in front.

A link is read as anything from outside is: bounded, unpacked no further than a limit, validated as a file would be.
Version 1 is `1.` and base64url of deflated JSON `{"from": ..., "changes": [[steps, value], ...]}`, where `from`
names the demonstration that the changes were made against.
"""

import base64
import binascii
import hashlib
import json
import zlib
from collections.abc import Iterator

from roi.errors import ScenarioError
from roi.scenario.document import Scenario
from roi.scenario.faults import validated
from roi.scenario.load import demonstration
from roi.scenario.written import Steps, Written, part_at
from roi.texts import Language, text

PARAMETER = "s"
VERSION = "1."
LINK_CHARACTERS_MAX = 6000
"""Longer addresses are cut by mail programs and proxies."""
UNPACKED_BYTES_MAX = 1 << 18


def link_value(scenario: Scenario, language: Language) -> str:
    """The value of the query parameter; empty for the demonstration itself.

    Raises
    ------
    ScenarioError
        When it would be longer than a link can be; the sentence says what to send instead.
    """
    changes = [[list(steps), value] for steps, value in changes_from_demonstration(scenario)]
    if not changes:
        return ""
    document = json.dumps({"from": _fingerprint(), "changes": changes}, separators=(",", ":"))
    packed = base64.urlsafe_b64encode(zlib.compress(document.encode("utf-8"), 9)).rstrip(b"=")
    if len(packed) > LINK_CHARACTERS_MAX:
        raise ScenarioError(text(language, "screen.link_too_long", most=LINK_CHARACTERS_MAX))
    return VERSION + packed.decode("ascii")


def scenario_of_link(value: str, language: Language) -> Scenario:
    """The scenario that a link carries.

    Raises
    ------
    ScenarioError
        When it is damaged, too long, of another version, or carries no valid scenario.
    """
    if len(value) > LINK_CHARACTERS_MAX + len(VERSION):
        raise ScenarioError(text(language, "screen.link_too_long", most=LINK_CHARACTERS_MAX))
    if not value.startswith(VERSION):
        raise ScenarioError(text(language, "screen.link_version"))
    content = _unpacked(value.removeprefix(VERSION), language)
    if content.get("from") != _fingerprint():
        raise ScenarioError(text(language, "screen.link_version"))
    document: object = demonstration().model_dump(mode="json")
    for change in _entries(content, language):
        document = _with(document, *change, language)
    return validated(Written(text(language, "screen.link"), document))


def changes_from_demonstration(scenario: Scenario) -> Iterator[tuple[Steps, object]]:
    """The places in which a scenario differs from the demonstration, and what stands there instead."""
    return _differences(demonstration().model_dump(mode="json"), scenario.model_dump(mode="json"), ())


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


def _fingerprint() -> str:
    """Names the demonstration: a link made from an older one would mean other figures."""
    return hashlib.sha256(demonstration().model_dump_json().encode("utf-8")).hexdigest()[:12]


def _unpacked(packed: str, language: Language) -> dict[str, object]:
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
