"""YAML text into plain values with their lines; only what a scenario needs, and nothing that runs or grows.

Anchors, aliases and tags are refused: the first two let a small file unfold into a huge one, the third names
program types. Plain words mean what people see: `NO` is a text and not false, `12:30` is a text and not 750,
`1e3` is a number; this is the core schema of YAML 1.2.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import yaml

from bench.textfile import Decoded, TextError, decoded
from roi.errors import ScenarioError
from roi.scenario.written import Fault, Steps, Written
from roi.texts.messages import Message, at, lines

BYTES_MAX = 1 << 20
DEPTH_MAX = 20
REFUSED_SHOWN_MAX = 20

_INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_WORDS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_text(path: Path) -> Decoded:
    """The text of a file in UTF-8, with or without byte order mark, in cp932 or in cp1252, and which it was.

    Raises
    ------
    ScenarioError
        When there is no such file, it is a folder, too large, or in another encoding.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(BYTES_MAX + 1)
    except FileNotFoundError:
        raise ScenarioError(at(path, Message("file.no_scenario", path=str(path)))) from None
    except IsADirectoryError:
        raise ScenarioError(at(path, Message("file.folder_for_scenario"))) from None
    except OSError as fault:
        raise ScenarioError(at(path, Message("file.not_read", reason=fault.strerror))) from None
    if len(raw) > BYTES_MAX:
        raise ScenarioError(at(path, Message("file.large_scenario")))
    try:
        return decoded(raw)
    except TextError as fault:
        raise ScenarioError(at(path, Message(f"file.{fault.kind}"))) from None


def read_yaml(text: str, name: str) -> Written:
    """The one document of a YAML text.

    Raises
    ------
    ScenarioError
        When the text cannot be read as one mapping; the message names the line.
    """
    faults = [at(f"{name}:{line}", sentence) for line, sentence in _indented_with_other_than_spaces(text)]
    if faults:
        raise ScenarioError(lines(faults))
    builder = _Builder(name)
    try:
        value = builder.document(yaml.parse(text, Loader=_LOADER))
    except yaml.MarkedYAMLError as fault:
        raise ScenarioError(_not_yaml(name, fault)) from None
    except yaml.YAMLError as fault:
        reason = str(fault).splitlines()[0]
        raise ScenarioError(at(name, Message("yaml.no_text", reason=reason))) from None
    if builder.refused:
        raise ScenarioError(lines(builder.refused[:REFUSED_SHOWN_MAX]))
    if value is None:
        raise ScenarioError(at(name, Message("yaml.empty")))
    if not isinstance(value, dict):
        found = Message("word.list" if isinstance(value, list) else "word.single_value")
        raise ScenarioError(at(f"{name}:1", Message("yaml.no_mapping", found=found)))
    return Written(name, value, builder.places, tuple(builder.faults))


def _indented_with_other_than_spaces(text: str) -> Iterator[tuple[int, Message]]:
    for number, line in enumerate(text.splitlines(), 1):
        indent = line[: len(line) - len(line.lstrip())]
        if not line.strip():
            continue
        if "\t" in indent:
            yield number, Message("yaml.tab")
        elif "\u3000" in indent:
            yield number, Message("yaml.full_width_space")


def _not_yaml(name: str, fault: yaml.MarkedYAMLError) -> Message:
    mark = fault.problem_mark or fault.context_mark
    place = f"{name}:{mark.line + 1}" if mark else name
    problem = fault.problem or fault.context or "is not YAML"
    return at(place, Message("yaml.not_read", problem=problem))


class _Builder:
    """Builds plain values from parse events and keeps the line of every part."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.places: dict[Steps, str] = {}
        self.faults: list[Fault] = []
        self.refused: list[Message] = []

    def document(self, events: Iterator[yaml.Event]) -> object:
        value: object = None
        documents = 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise ScenarioError(at(self._place(event), Message("yaml.second_document")))
            elif isinstance(event, yaml.NodeEvent):
                value = self._node(event, events, ())
        return value

    def _place(self, event: yaml.Event) -> str:
        return f"{self.name}:{event.start_mark.line + 1}" if event.start_mark else self.name

    def _refuse(self, event: yaml.Event, sentence: Message) -> None:
        line = at(self._place(event), sentence)
        if line not in self.refused[-REFUSED_SHOWN_MAX:]:
            self.refused.append(line)

    def _fault(self, event: yaml.Event, steps: Steps, sentence: Message) -> None:
        self.faults.append(Fault(steps, sentence, self._place(event)))

    def _node(self, event: yaml.Event, events: Iterator[yaml.Event], steps: Steps) -> object:
        self.places.setdefault(steps, self._place(event))
        if len(steps) > DEPTH_MAX:
            raise ScenarioError(at(self._place(event), Message("yaml.deep", most=DEPTH_MAX)))
        if isinstance(event, yaml.AliasEvent):
            self._refuse(event, Message("yaml.alias", name=event.anchor))
            return None
        self._refuse_anchor_and_tag(event)
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(events, steps)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._list(events, steps)
        return _scalar(event)

    def _refuse_anchor_and_tag(self, event: yaml.Event) -> None:
        anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
        if anchor:
            self._refuse(event, Message("yaml.anchor", name=anchor))
        if tag:
            short = str(tag).replace("tag:yaml.org,2002:", "!!")
            self._refuse(event, Message("yaml.tag", name=short))

    def _mapping(self, events: Iterator[yaml.Event], steps: Steps) -> dict[str, object]:
        mapping: dict[str, object] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            key = self._key(event, events, steps)
            below = (*steps, key)
            repeated = key in mapping
            if repeated:
                first = self.places[below].removeprefix(f"{self.name}:")
                self._fault(event, below, Message("yaml.twice", first=first))
            self.places.setdefault(below, self._place(event))
            value = self._node(next(events), events, below)
            if not repeated:
                mapping[key] = value
        return mapping

    def _key(self, event: yaml.Event, events: Iterator[yaml.Event], steps: Steps) -> str:
        if isinstance(event, yaml.ScalarEvent):
            self._refuse_anchor_and_tag(event)
            return str(event.value)
        if isinstance(event, yaml.AliasEvent):
            self._refuse(event, Message("yaml.alias", name=event.anchor))
            return "*"
        self._fault(event, steps, Message("yaml.key"))
        self._node(event, events, (*steps, "?"))
        return "?"

    def _list(self, events: Iterator[yaml.Event], steps: Steps) -> list[object]:
        items: list[object] = []
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            items.append(self._node(event, events, (*steps, len(items))))
        return items


def _scalar(event: yaml.Event) -> object:
    if not isinstance(event, yaml.ScalarEvent):
        return None
    plain = event.style in (None, "") and event.implicit[0]
    return _plain_value(event.value) if plain else event.value


def _plain_value(text: str) -> object:
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _NUMBER.fullmatch(text):
        return float(text)
    if _NOT_FINITE.fullmatch(text):
        return float(text.lower().replace(".", ""))
    return text
