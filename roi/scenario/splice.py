"""Parts of a YAML text replaced or added in place: every other character, comments above all, stays."""

import re
from collections.abc import Mapping

import yaml

from roi.errors import RoiError
from roi.scenario.written import Steps, spell
from roi.scenario.yaml_writing import scalar
from roi.texts.messages import Message, at

Values = Mapping[str, object]
"""Texts, numbers, truth values and mappings of them."""

_COMMENT = re.compile(r":([ \t]+#[^\r\n]*)")


def measured_figure(
    value: float,
    low: float,
    high: float,
    source: str,
    confidence: str,
    *,
    unit: str | None = None,
    as_of: str | None = None,
) -> dict[str, object]:
    """The entries of a figure that was measured, its interval as the range; to six digits."""
    found: dict[str, object] = {
        "value": rounded(value),
        "unit": unit,
        "low": rounded(min(low, value)),
        "high": rounded(max(high, value)),
        "source": source,
        "as_of": as_of,
        "confidence": confidence,
    }
    return {name: entry for name, entry in found.items() if entry is not None}


def rounded(number: float) -> float:
    """To the six digits that a measured figure is written with."""
    return float(f"{number:.6g}")


def block_lines(values: Values) -> list[str]:
    """The values as YAML, an entry a line, mappings indented below their key."""
    lines = []
    for key, value in values.items():
        if isinstance(value, Mapping):
            lines += [f"{scalar(key)}:", *("  " + line for line in block_lines(value))]
        else:
            lines.append(f"{scalar(key)}: {scalar(value)}")
    return lines


def keys_at(text: str, steps: Steps) -> list[str]:
    """Keys of the mapping there, as they are written; none when nothing stands there."""
    node = _node(text, steps)
    return [key.value for key, _ in node.value] if isinstance(node, yaml.MappingNode) else []


def is_in_braces(text: str, steps: Steps) -> bool:
    """Whether the mapping there is written in braces."""
    node = _node(text, steps)
    return isinstance(node, yaml.MappingNode) and bool(node.flow_style)


def with_entry(text: str, steps: Steps, value: object) -> str:
    """The text with another value at the last step's key; the key is added when it is not there.

    Raises
    ------
    RoiError
        When no mapping stands above the last step.
    """
    above, name = _node(text, steps[:-1]), str(steps[-1])
    if not isinstance(above, yaml.MappingNode):
        raise RoiError(at(spell(steps), Message("log.no_mapping", place=spell(steps[:-1]))))
    found = next(((key, node) for key, node in above.value if key.value == name), None)
    written = _in_braces({name: value})[1:-1] if above.flow_style else _below(text, above, {name: value})
    if found is not None:
        written = _with_comment(text, found, written)
        return text[: found[0].start_mark.index] + written + text[_end(text, found[1]) :]
    if above.flow_style:
        place = above.end_mark.index - 1
        comma = ", " if above.value and not text[:place].rstrip().endswith(",") else ""
        return text[:place] + comma + written + text[place:]
    place = _end_of_line(text, _end(text, above))
    return text[:place] + _line_end(text) + " " * _column(above) + written + text[place:]


def _with_comment(text: str, found: tuple[yaml.Node, yaml.Node], written: str) -> str:
    """What is written in the place of a mapping, with the comment that stands behind its key."""
    key, node = found
    comment = _COMMENT.match(text[key.end_mark.index : node.start_mark.index])
    head, colon, rest = written.partition(":")
    below = rest.startswith(("\n", "\r"))
    return f"{head}:{comment[1]}{rest}" if comment and colon and below else written


def _node(text: str, steps: Steps) -> yaml.Node | None:
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    for step in steps:
        if isinstance(node, yaml.MappingNode):
            node = next((value for key, value in node.value if key.value == step), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
            node = node.value[step]
        else:
            return None
    return node


def _below(text: str, above: yaml.MappingNode, values: Values) -> str:
    return (_line_end(text) + " " * _column(above)).join(block_lines(values))


def _column(mapping: yaml.MappingNode) -> int:
    column: int = mapping.value[0][0].start_mark.column
    return column


def _end(text: str, node: yaml.Node) -> int:
    """Index behind the last character of a block: PyYAML ends blocks, and texts after `|`, where
    the next token begins."""
    if isinstance(node, yaml.MappingNode) and not node.flow_style and node.value:
        return _end(text, node.value[-1][1])
    if isinstance(node, yaml.SequenceNode) and not node.flow_style and node.value:
        return _end(text, node.value[-1])
    return len(text[: node.end_mark.index].rstrip())


def _end_of_line(text: str, index: int) -> int:
    found = re.compile(r"\r?\n|\Z").search(text, index)
    return found.start() if found else len(text)


def _line_end(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _in_braces(value: object) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{scalar(key)}: {_in_braces(part)}" for key, part in value.items()) + "}"
    return scalar(value)
