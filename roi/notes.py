"""What a reader of files did with something that people write in another way than the contract, to be told."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from roi.texts import Language, text

Kind = Literal["decimal_comma", "decimal_commas", "encoding", "no_rows"]


@dataclass(frozen=True)
class Note:
    """One thing that was read as somebody probably meant it."""

    kind: Kind
    values: Mapping[str, object]
    """What the sentence under `note` of `roi.texts` is filled with; always its `place`."""

    def sentence(self, language: Language) -> str:
        """The note in words."""
        return text(language, f"note.{self.kind}", **self.values)


def encoding_notes(place: object, encoding: str) -> tuple[Note, ...]:
    """That a file was not UTF-8, and what it was taken for; nothing for UTF-8."""
    if encoding == "utf-8":
        return ()
    return (Note("encoding", {"place": str(place), "encoding": encoding}),)
