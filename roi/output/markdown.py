"""A paper as Markdown, for a chat or a wiki."""

import re
from collections.abc import Iterable, Iterator, Sequence

from roi.paper import Bullets, Cell, Heading, Named, Part, Sentence, Table, Tone, words_of

_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~!$])")
BOLD: tuple[Tone, ...] = ("strong", "good", "bad")


def markdown(title: str, paper: Iterable[Part], against: str) -> str:
    """All parts below a title; `against` marks a sentence that speaks against the matter."""
    lines = [line for part in paper for line in _lines(part, against)]
    return "\n".join((f"# {plain(title)}", "", *lines)) + "\n"


def plain(words: str) -> str:
    """Words on one line that Markdown shows as they are."""
    return _MARKUP.sub(r"\\\1", " ".join(words.split()))


def _lines(part: Part, against: str) -> Iterator[str]:
    if isinstance(part, Heading):
        yield from ("", f"## {plain(part.text)}", "")
    elif isinstance(part, Sentence):
        yield _said(part)
    elif isinstance(part, Bullets):
        for each in part.sentences:
            yield f"- **{plain(against)}** {plain(each.text)}" if each.warning else f"- {_said(each)}"
    elif isinstance(part, Named):
        yield from _table(("", ""), part.rows)
    elif isinstance(part, Table):
        yield from _table([column.title for column in part.columns], [row.cells for row in part.rows])


def _said(sentence: Sentence) -> str:
    return f"**{plain(sentence.text)}**" if sentence.tone in BOLD else plain(sentence.text)


def _table(titles: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    yield from ("", _row(titles), f"|{'---|' * len(titles)}")
    yield from (_row(cells) for cells in rows)
    yield ""


def _row(cells: Iterable[Cell]) -> str:
    return f"| {' | '.join(plain(words_of(cell)) for cell in cells)} |"
