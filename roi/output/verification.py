"""What a second route judged anew from the raw files: in one line, and as JSON."""

from collections.abc import Iterable

from roi.output.figures import Json
from roi.paper import Tone
from roi.planning.answer import Answer
from roi.texts import Language, text
from roi.verify.review import Review


def verified_words(language: Language, *answers: Answer) -> str:
    """Whether the second route agrees with all of them, and how far it went."""
    if all(each.verified for each in answers):
        return text(language, "page.verified")
    sound = all(each.sound for each in answers)
    return text(language, "page.verified_in_part" if sound else "page.not_verified")


def proof_tone(answer: Answer) -> Tone:
    """Of these words: a warning where the second route could not go all the way."""
    return "" if answer.verified else "warning" if answer.sound else "bad"


def review_line(review: Review | None, language: Language) -> str:
    """What was judged and agrees, or what does not, and what was not judged; empty where nothing was."""
    if review is None:
        return ""
    if review.failed:
        parts = [_said(language, "page.refuted", [check.name for check in review.failed])]
    else:
        parts = [_said(language, "page.rejudged", review.rejudged)]
    if review.not_rejudged:
        parts.append(_said(language, "page.not_rejudged", review.not_rejudged))
    return text(language, "page.between_sentences").join(parts)


def review_document(review: Review | None) -> Json | None:
    """Names, and of what failed the detail; None where nothing was judged."""
    if review is None:
        return None
    return {
        "rejudged": list(review.rejudged),
        "failed": [{"name": check.name, "detail": check.detail} for check in review.failed],
        "not_rejudged": list(review.not_rejudged),
    }


def _said(language: Language, key: str, names: Iterable[str]) -> str:
    listed = [text(language, f"verify.{name}") for name in names]
    return text(language, key, names=text(language, "page.between_names").join(listed))
