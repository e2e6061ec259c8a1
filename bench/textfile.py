"""Files as text, whatever wrote them: UTF-8, or cp932 as Japanese Excel writes it, or cp1252 as Western Excel does.

Almost any bytes can be read as cp1252 and many Western words as cp932 (`it's` with a curly apostrophe turns into
a kanji between two letters), so that the first encoding that fits is not the right one. The text is read both
ways, and the way that leaves fewer odd characters is taken: a kanji that stands alone between letters is odd, and
so are four accented letters in a row. Where both leave as many it is cp932.
"""

import functools
import itertools
import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Encoding = Literal["utf-8", "cp932", "cp1252"]

ODD_FRACTION_MAX = 0.5
"""Judgement: a text of which more than half of the characters beyond ASCII are odd is in another encoding."""

_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f]")
_KANJI_OF_LEVEL_TWO = 0x989F
"""First code of the rarer half of kanji in cp932 (JIS X 0208, rows 48 to 84)."""
_LETTERS = frozenset("ŒœŠšŽžŸ") | {chr(code) for code in range(0xC0, 0x100)} - {"×", "÷"}
_WORDS_OF_ONE = frozenset("àáèéêëíìóòúùýæøåöÀÁÈÉÍÓÚÅØÖ")
_NEVER_BETWEEN_LETTERS = frozenset("“”‘„‚•")
"""Where one of these stands between letters it is the first half of a kanji."""
_SIGNS = frozenset("€£¥§©®™°±²³µ·¼½¾ªº¿¡×«»’–—…†\u00a0\u00ad") | _NEVER_BETWEEN_LETTERS
_LETTERS_TOGETHER_MAX = 3

_log = logging.getLogger(__name__)


_NO_TEXT = {
    "utf16": "is text in UTF-16; save it as UTF-8",
    "no_text": "is neither UTF-8 nor cp932 nor cp1252 text; save it as UTF-8",
}


class TextError(ValueError):
    """Why bytes are no text, and what to do; the file is named by whoever read it."""

    def __init__(self, kind: Literal["utf16", "no_text"]) -> None:
        super().__init__(_NO_TEXT[kind])
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text and how its bytes were read."""

    text: str
    encoding: Encoding


def decoded(raw: bytes) -> Decoded:
    """The text of bytes in UTF-8, with or without byte order mark, in cp932 or in cp1252.

    Raises
    ------
    TextError
        When they are text in none of the three.
    """
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise TextError("utf16")
    try:
        return Decoded(raw.decode("utf-8-sig"), "utf-8")
    except UnicodeDecodeError:
        pass
    tried = [_tried(raw, "cp932", _odd_in_japanese), _tried(raw, "cp1252", _odd_in_western)]
    fitting = [each for each in tried if each is not None and each[0] <= ODD_FRACTION_MAX]
    if not fitting:
        raise TextError("no_text")
    return min(fitting, key=lambda each: each[0])[1]


def read_text(path: Path) -> str:
    """The text of a file; when it is not UTF-8, the log says what it was taken for.

    Raises
    ------
    OSError
        When the file cannot be read.
    TextError
        When it holds no text in UTF-8, cp932 or cp1252.
    """
    found = decoded(path.read_bytes())
    tell(path, found.encoding)
    return found.text


@functools.lru_cache(maxsize=1024)
def tell(path: Path, encoding: Encoding) -> None:
    """Log what a file that is not UTF-8 was taken for, once; without a handler that goes to standard error."""
    if encoding != "utf-8":
        _log.warning("%s: is not UTF-8 and was read as %s; save it as UTF-8", path, encoding)


def _tried(
    raw: bytes, encoding: Encoding, odd: Callable[[str, str, str], float]
) -> tuple[float, Decoded] | None:
    """The share of odd characters among those beyond ASCII, and the text; None when it is none."""
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        return None
    if _CONTROL.search(text):
        return None
    runs = [*_runs(text)]
    beyond = sum(len(run) for run, _, _ in runs)
    return sum(odd(*run) for run in runs) / max(beyond, 1), Decoded(text, encoding)


def _runs(text: str) -> Iterator[tuple[str, str, str]]:
    """Every row of characters beyond ASCII, with the character before and after it."""
    position = 0
    before = ""
    for is_ascii, group in itertools.groupby(text, str.isascii):
        run = "".join(group)
        position += len(run)
        if is_ascii:
            before = run[-1]
        else:
            yield run, before, text[position : position + 1]


def _odd_in_japanese(run: str, before: str, after: str) -> float:
    """How many characters hardly stand in a Japanese text; a kanji alone beside a letter is half odd."""
    kinds = [_kind(character) for character in run]
    alone = len(run) == 1 and (before.isalpha() or after.isalpha())
    if "none" in kinds:
        return len(run)
    if "kana" in kinds:
        return 0
    if kinds.count("half") == len(run):
        return 0 if len(run) > 1 and not (before.isalpha() or after.isalpha()) else len(run)
    if 2 * kinds.count("common") < len(run):
        return len(run)
    return 0.5 if alone else 0


def _kind(character: str) -> Literal["kana", "half", "common", "rare", "none"]:
    """What a character of cp932 is to a Japanese text."""
    code = ord(character)
    if 0xFF61 <= code <= 0xFF9F:
        return "half"
    if 0x3000 <= code <= 0x30FF or 0xFF01 <= code <= 0xFFE6:
        return "kana"
    raw = character.encode("cp932")
    if len(raw) == 1 or 0xE000 <= code <= 0xF8FF:
        return "none"
    return "common" if int.from_bytes(raw) < _KANJI_OF_LEVEL_TWO else "rare"


def _odd_in_western(run: str, before: str, after: str) -> float:
    """The same in a text of Western Europe: up to three accented letters in a word, and signs, are not odd."""
    pieces = ["".join(group) for _, group in itertools.groupby(run, _LETTERS.__contains__)]
    around = [before, *pieces, after]
    return sum(
        _odd_in_western_piece(piece, around[place][-1:], around[place + 2][:1])
        for place, piece in enumerate(pieces)
    )


def _odd_in_western_piece(piece: str, before: str, after: str) -> float:
    if piece[0] not in _LETTERS:
        between = before.isalpha() and after.isalpha()
        fits = _SIGNS.issuperset(piece) and not (between and _NEVER_BETWEEN_LETTERS.intersection(piece))
        return 0 if fits else len(piece)
    if len(piece) > _LETTERS_TOGETHER_MAX and len(set(piece)) > 1:
        return len(piece)
    in_word = before.isalpha() or after.isalpha()
    return 0 if in_word or piece in _WORDS_OF_ONE else 0.5 * len(piece)
