"""Why a gate did not open: the words of the contract in it, and the note of a match, in the reader's language."""

from collections.abc import Mapping

from bench.library import parts_of
from roi.options.offer import Failure
from roi.texts import Language, text
from roi.texts.messages import Bundled, Message, said, sentences, worded


def failure_sentence(failure: Failure, language: Language) -> str:
    """Why a gate did not open, with its figures."""
    values = failure.values if language == "en" else _told(failure.values, language)
    return text(language, f"reason.{failure.text}", **values)


def failure_name(failure: Failure, language: Language) -> str:
    """The same in a few words, for a table."""
    values: Mapping[str, object] = failure.values
    if language != "en":
        values = _told(values, language)
        if "match" in values:
            values = {**values, "match": said(language, Message(f"matched.{values['match']}"))}
    return text(language, f"short.{failure.text}", **values)


def _told(values: Mapping[str, object], language: Language) -> dict[str, object]:
    """The values with words where a key of the contract stands; the key stays beside its word, to be typed in."""
    found = dict(values)
    for name, table in (("answer", "answer"), ("kind", "evidence_kind")):
        if name in found:
            found[name] = said(language, Message(f"{table}.{found[name]}"))
    if "note" in found:
        found["note"] = said(language, note_message(str(found["note"])))
    return found


def note_message(note: str) -> Message:
    """The note of a match; one that was read from a file stays as it stands there."""
    parts = (worded(part, "match_note") for part in parts_of(note))
    return sentences(*(part if isinstance(part, Message) else Bundled(part) for part in parts))
