"""Changes a part of a package at a few places and leaves every other byte as it is.

Reading a part and writing it anew would lose what a library does not know: extensions, shapes, the order of
attributes. Here the parser only tells where elements stand; the bytes between are never touched.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from roi.errors import RoiError

_TAG = re.compile(rb"""<[^\s/>]+(?:\s+[^\s=]+\s*=\s*(?:"[^"]*"|'[^']*'))*\s*/?>""")
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")


@dataclass(frozen=True, slots=True)
class Node:
    """An element and where it stands in the bytes."""

    name: str
    """Without its prefix."""
    prefix: str
    """With its colon; empty for none."""
    attributes: Mapping[str, str]
    parents: tuple[str, ...]
    """Names from the root down, without its own."""
    start: int
    inner: int
    """First byte after the start tag."""
    inner_end: int
    end: int

    @property
    def is_closed(self) -> bool:
        """Whether it is written `<a/>`."""
        return self.inner == self.end


@dataclass(frozen=True, slots=True)
class Edit:
    """Bytes to put in the place of others."""

    start: int
    end: int
    content: bytes


class _Reader:
    """Collects the elements with their places."""

    def __init__(self, raw: bytes) -> None:
        self.nodes: list[Node] = []
        self._raw = raw
        self._open: list[tuple[str, str, Mapping[str, str], int, int, int]] = []
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end

    def read(self) -> list[Node]:
        """The elements in the order of their start tags."""
        self._parser.Parse(self._raw, True)
        return sorted(self.nodes, key=lambda node: node.start)

    def _start(self, qualified: str, attributes: dict[str, str]) -> None:
        start = self._parser.CurrentByteIndex
        tag = _TAG.match(self._raw, start)
        prefix, colon, name = qualified.rpartition(":")
        self._open.append(
            (name, prefix + colon, attributes, start, tag.end() if tag else start, len(self.nodes))
        )

    def _end(self, _qualified: str) -> None:
        name, prefix, attributes, start, inner, _ = self._open.pop()
        closed = self._raw[inner - 2 : inner] == b"/>"
        inner_end = inner if closed else self._parser.CurrentByteIndex
        end = inner if closed else self._raw.index(b">", inner_end) + 1
        parents = tuple(entry[0] for entry in self._open)
        self.nodes.append(Node(name, prefix, attributes, parents, start, inner, inner_end, end))


def nodes(raw: bytes, part: str) -> list[Node]:
    """Every element of a part in the order of the start tags.

    Raises
    ------
    RoiError
        When it is no XML in UTF-8.
    """
    if raw.startswith(_WIDE) or re.match(
        rb"""<\?xml[^>]*encoding=["'](?!utf-8|us-ascii)""", raw, re.IGNORECASE
    ):
        raise RoiError(
            f"{part} of the template is not UTF-8 text; open the template in Excel and save it anew"
        )
    try:
        return _Reader(raw).read()
    except expat.ExpatError:
        raise RoiError(f"{part} of the template is damaged; open it in Excel and save it anew") from None


def children(found: Sequence[Node], *path: str) -> Iterator[Node]:
    """The elements on a path of names below the root element."""
    *parents, name = path
    for node in found:
        if node.name == name and node.parents[1:] == tuple(parents):
            yield node


def applied(raw: bytes, edits: Iterable[Edit]) -> bytes:
    """The bytes after all edits, which must not overlap."""
    pieces = []
    position = 0
    for edit in sorted(edits, key=lambda each: (each.start, each.end)):
        if edit.start < position:
            raise ValueError("two edits overlap")
        pieces += [raw[position : edit.start], edit.content]
        position = edit.end
    return b"".join([*pieces, raw[position:]])


def with_attributes(raw: bytes, node: Node, changes: Mapping[str, str | None]) -> Edit:
    """The start tag with attributes set, or removed where None."""
    tag = raw[node.start : node.inner]
    for name, value in changes.items():
        pattern = re.compile(rb"""\s+%s\s*=\s*(?:"[^"]*"|'[^']*')""" % re.escape(name.encode()))
        attribute = b"" if value is None else f" {name}={quoteattr(value)}".encode()
        if pattern.search(tag):
            tag = pattern.sub(lambda _, attribute=attribute: attribute, tag, count=1)  # type: ignore[misc]
        elif value is not None:
            end = len(tag) - (2 if tag.endswith(b"/>") else 1)
            tag = tag[:end].rstrip() + attribute + tag[end:]
    return Edit(node.start, node.inner, tag)


def with_children(raw: bytes, node: Node, content: bytes, changes: Mapping[str, str | None]) -> Edit:
    """The element with its attributes changed and more children behind those it has."""
    tag = with_attributes(raw, node, changes).content
    if node.is_closed:
        name = raw[node.start + 1 : node.inner].split(None, 1)[0].rstrip(b"/>")
        return Edit(node.start, node.end, tag[:-2].rstrip() + b">" + content + b"</" + name + b">")
    return Edit(node.start, node.inner_end, tag + raw[node.inner : node.inner_end] + content)


def appended(
    raw: bytes,
    found: Sequence[Node],
    name: str,
    order: Sequence[str],
    items: Sequence[bytes],
    *,
    counted: bool = True,
) -> list[Edit]:
    """Items added to a list of the root element; a list that is not there yet is made in its place of the order."""
    if not items:
        return []
    content = b"".join(items)
    holder = next(children(found, name), None)
    if holder is not None:
        held = sum(node.parents[1:] == (name,) for node in found)
        count = {"count": str(held + len(items))} if counted else {}
        return [with_children(raw, holder, content, count)]
    root = found[0]
    behind = order[order.index(name) + 1 :]
    before = next(
        (node.start for node in found if len(node.parents) == 1 and node.name in behind), root.inner_end
    )
    count_text = f' count="{len(items)}"' if counted else ""
    tag = f"{root.prefix}{name}"
    return [Edit(before, before, f"<{tag}{count_text}>".encode() + content + f"</{tag}>".encode())]
