"""Changes a part of a package at a few places and leaves every other byte as it is.

Reading a part and writing it anew would lose what a library does not know: extensions, shapes, the order of
attributes. Here the parser only tells where elements stand; the bytes between are never touched.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree
from xml.etree.ElementTree import Element
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from roi.errors import RoiError
from roi.texts.messages import Message

EDITED_BYTES_MAX = 16 << 20
"""A sheet of this size has some 300,000 cells; every element of an edited part is held in memory."""
_TAG = re.compile(rb"""<[^\s/>]+(?:\s+[^\s=]+\s*=\s*(?:"[^"]*"|'[^']*'))*\s*/?>""")
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")
_OTHER_ENCODING = re.compile(rb"""<\?xml[^>]*encoding=["'](?!utf-8|us-ascii)""", re.IGNORECASE)


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
        self._open: list[tuple[str, str, Mapping[str, str], int, int]] = []
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
        if tag is None:
            raise expat.ExpatError(f"no start tag at byte {start}")
        prefix, colon, name = qualified.rpartition(":")
        self._open.append((name, prefix + colon, attributes, start, tag.end()))

    def _end(self, _qualified: str) -> None:
        name, prefix, attributes, start, inner = self._open.pop()
        closed = self._raw[inner - 2 : inner] == b"/>"
        inner_end = inner if closed else self._parser.CurrentByteIndex
        end = inner if closed else self._raw.index(b">", inner_end) + 1
        parents = tuple(entry[0] for entry in self._open)
        self.nodes.append(Node(name, prefix, attributes, parents, start, inner, inner_end, end))


def tree(raw: bytes, part: str) -> Element:
    """A part as a tree, to read only.

    Raises
    ------
    RoiError
        When it is no XML in UTF-8, or declares a document type.
    """
    _require_plain(raw, part)
    try:
        return ElementTree.fromstring(raw)
    except ElementTree.ParseError:
        raise _damaged(part) from None


def nodes(raw: bytes, part: str) -> list[Node]:
    """Every element of a part in the order of the start tags.

    Raises
    ------
    RoiError
        When it is no XML in UTF-8, declares a document type, or is too large.
    """
    _require_plain(raw, part)
    if len(raw) > EDITED_BYTES_MAX:
        raise RoiError(Message("template.large", part=part, most=EDITED_BYTES_MAX >> 20))
    try:
        return _Reader(raw).read()
    except expat.ExpatError:
        raise _damaged(part) from None


def _require_plain(raw: bytes, part: str) -> None:
    if raw.startswith(_WIDE) or _OTHER_ENCODING.match(raw):
        raise RoiError(Message("template.no_text", part=part))
    if b"<!DOCTYPE" in raw:
        raise RoiError(Message("template.document_type", part=part))


def _damaged(part: str) -> RoiError:
    return RoiError(Message("template.damaged", part=part))


def children(found: Sequence[Node], *path: str) -> Iterator[Node]:
    """The elements on a path of names below the root element."""
    *parents, name = path
    for node in found:
        if node.name == name and node.parents[1:] == tuple(parents):
            yield node


def applied(raw: bytes, edits: Iterable[Edit]) -> bytes:
    """The bytes after all edits, which must not overlap; those at one place in the order given."""
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
        attribute = b"" if value is None else f" {name}={quoteattr(value)}".encode()
        found = re.search(rb"""\s+%s\s*=\s*(?:"[^"]*"|'[^']*')""" % re.escape(name.encode()), tag)
        end = len(tag) - (2 if tag.endswith(b"/>") else 1)
        before, after = (found.start(), found.end()) if found else (end, end)
        tag = tag[:before] + attribute + tag[after:]
    return Edit(node.start, node.inner, tag)


def with_children(
    raw: bytes, node: Node, content: bytes, changes: Mapping[str, str | None] | None = None
) -> list[Edit]:
    """The element with its attributes changed and more children behind those it has."""
    tag = with_attributes(raw, node, changes or {})
    if not node.is_closed:
        return [tag, Edit(node.inner_end, node.inner_end, content)]
    opened = tag.content[:-2].rstrip() + b">"
    return [Edit(node.start, node.end, opened + content + f"</{node.prefix}{node.name}>".encode())]


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
        return with_children(raw, holder, content, {"count": str(held + len(items))} if counted else {})
    count = f' count="{len(items)}"' if counted else ""
    tag = f"{found[0].prefix}{name}"
    return [inserted(found, name, order, f"<{tag}{count}>".encode() + content + f"</{tag}>".encode())]


def inserted(found: Sequence[Node], name: str, order: Sequence[str], content: bytes) -> Edit:
    """A new child of the root element in its place of the order."""
    behind = order[order.index(name) + 1 :]
    place = next(
        (node.start for node in found if len(node.parents) == 1 and node.name in behind), found[0].inner_end
    )
    return Edit(place, place, content)
