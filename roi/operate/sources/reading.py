"""What is common to the sources: answers over HTTP, settings and sizes as they stand in foreign files."""

import hashlib
import http.client
import json
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bench.operations.rows import Row, utc_of_unix
from roi.errors import OperationError
from roi.texts.messages import Message, at

PATIENCE_S = 30.0
CENTURY_END_S = 4_102_444_800
"""2100-01-01, after which no call is yet [s since 1970]."""
SHOWN = 40
"""Characters of a foreign value in a sentence."""
UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError, IndexError)
"""What reading a value of another shape raises."""
NOT_SETTINGS = re.compile(r"seed|prompt|text|filename|image|mask|^id$|^is_intermediate$|^use_cache$|^board$")
"""Names of inputs that differ from call to call of one setting, or say nothing of the picture."""
_SIZE = re.compile(r"(\d+)x(\d+)")


@dataclass(frozen=True)
class Pulled:
    """Rows of a source, and what people should know of the rest."""

    rows: list[Row]
    notes: list[tuple[str, Mapping[str, object]]] = field(default_factory=list)
    """Keys of texts under `operation_pull`, with their values."""


def answer(base: str, path: str, **parameters: str) -> Any:
    """The JSON that a server answers.

    Raises
    ------
    OperationError
        When the address is none of http or https, nobody answers, or the answer is no JSON.
    """
    address = base.rstrip("/") + path + (f"?{urllib.parse.urlencode(parameters)}" if parameters else "")
    if not re.match(r"https?://[^/]", address):
        raise OperationError(Message("operating.no_address", given=repr(base)))
    try:
        with urllib.request.urlopen(address, timeout=PATIENCE_S) as reply:
            return json.load(reply)
    except urllib.error.HTTPError as fault:
        said = fault.read(300).decode(errors="replace").strip()
        sentence = Message("operating.answers", code=fault.code, words=said or fault.reason)
        raise OperationError(at(address, sentence)) from None
    except (OSError, ValueError, RecursionError, http.client.HTTPException) as fault:
        why = getattr(fault, "reason", fault)
        raise OperationError(at(address, Message("operating.no_answer", why=str(why)))) from None


def unix_moment(written: object, name: str) -> str:
    """A moment of seconds since 1970, as the ledger writes it.

    Raises
    ------
    OperationError
        For anything else, such as milliseconds, or seconds beyond this century.
    """
    if isinstance(written, bool) or not isinstance(written, int | float) or not 0 < written < CENTURY_END_S:
        raise OperationError(Message("operating.no_seconds", name=name, given=_shortly(written)))
    return utc_of_unix(written)


def _shortly(written: object) -> str:
    said = repr(written)
    return said if len(said) <= SHOWN else f"{said[:SHOWN]}..."


def setting_of(nodes: Iterable[Mapping[str, Any]], kind: str) -> str:
    """Hash of everything that is set in a graph: seeds, prompts and files apart; links are not looked at."""
    settings = sorted(
        (str(node.get(kind)), name, value)
        for node in nodes
        for name, value in (node.get("inputs") or node).items()
        if isinstance(value, bool | int | float | str) and not NOT_SETTINGS.search(name) and name != kind
    )
    return hashlib.sha256(json.dumps(settings, default=str).encode()).hexdigest()[:16]


def size_of(written: object) -> dict[str, int]:
    """Width and height of a size such as 1024x1536; nothing of `auto`."""
    found = _SIZE.fullmatch(str(written))
    return {"width": int(found[1]), "height": int(found[2])} if found else {}


def only(values: Iterable[Any]) -> Any:
    """The one value that there is; None where there is none, or several."""
    found = {each for each in values if each is not None}
    return found.pop() if len(found) == 1 else None
