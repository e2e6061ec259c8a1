"""What is wrong with one field and what to do about it, in plain words instead of the validator's."""

from collections.abc import Callable, Sequence
from typing import Literal, get_args, get_origin

from pydantic_core import ErrorDetails

from bench.magnitude import LARGEST
from roi.countries import unknown_country
from roi.figure import Figure
from roi.nearest import nearest
from roi.scenario.as_people_write import NUMBER, WHOLE_NUMBER, instead_of
from roi.scenario.schema import expected_at, fields_at, unit_at
from roi.scenario.written import Steps
from roi.texts.messages import Message, message_of

_WANTED = {
    "model_type": NUMBER,
    "float_type": NUMBER,
    "int_type": WHOLE_NUMBER,
    "bool_type": "word.truth",
    "string_type": "word.text",
    "list_type": "word.list",
    "tuple_type": "word.list",
    "dict_type": "word.mapping",
    "date_type": "word.day",
}
"""What is wanted by the kind of pydantic's error, as the key of its name."""
_COMPARED = {
    "greater_than": ("gt", "fault.greater_than"),
    "greater_than_equal": ("ge", "fault.at_least"),
    "less_than": ("lt", "fault.less_than"),
    "less_than_equal": ("le", "fault.at_most"),
}


def sentence(error: ErrorDetails, steps: Steps, document: object) -> str:
    """One fault of pydantic in words: what is there, and what to write instead."""
    return _SAY.get(error["type"], _other)(error, steps, document)


def _other(error: ErrorDetails, _steps: Steps, _document: object) -> Message:
    return Message("fault.other", words=error["msg"], given=_shown(error["input"]))


def _out_of_bounds(error: ErrorDetails, _steps: Steps, _document: object) -> Message:
    name, key = _COMPARED[error["type"]]
    return Message(key, given=repr(error["input"]), bound=f"{error['ctx'][name]:g}", unit="")


def _not_finite(_error: ErrorDetails, _steps: Steps, _document: object) -> Message:
    return Message("fault.not_finite")


def _not_listed(error: ErrorDetails, steps: Steps, document: object) -> Message:
    known = _listed(expected_at(steps, document))
    expected = one_of(known) if known else error["ctx"]["expected"]
    return Message("fault.not_listed", given=_shown(error["input"]), expected=expected)


def _listed(expected: object) -> tuple[str, ...]:
    """The words of a closed list, as they are shown."""
    return tuple(repr(word) for word in get_args(expected)) if get_origin(expected) is Literal else ()


def _empty(_error: ErrorDetails, _steps: Steps, _document: object) -> Message:
    return Message("fault.empty")


def _empty_text(_error: ErrorDetails, _steps: Steps, _document: object) -> Message:
    return Message("fault.empty_text")


def _long_text(error: ErrorDetails, _steps: Steps, _document: object) -> Message:
    return Message("fault.long_text", given=_shown(error["input"]), most=error["ctx"]["max_length"])


def _rule(error: ErrorDetails, _steps: Steps, _document: object) -> str:
    return message_of(error["ctx"]["error"])


def _missing(_error: ErrorDetails, steps: Steps, document: object) -> Message:
    unit = unit_at(steps, document)
    if unit is not None:
        return Message("fault.missing_figure", unit=unit)
    if steps and steps[-1] == "as_of":
        return Message("fault.missing_day")
    if steps and steps[-1] == "shared":
        return Message("fault.missing_shared")
    return Message("fault.missing")


def _unknown_key(error: ErrorDetails, steps: Steps, document: object) -> Message:
    known = fields_at(steps[:-1], document)
    key = str(steps[-1])
    if error["input"] is None and key.isdigit():
        return Message("fault.comma_in_braces", digits=key)
    meant = nearest(key, known)
    if meant:
        return Message("fault.unknown_key_near", meant=repr(meant[0]))
    return Message("fault.unknown_key", known=", ".join(known))


def _wrong_type(error: ErrorDetails, steps: Steps, document: object) -> Message:
    given = error["input"]
    if error["type"] in ("model_type", "dict_type") and expected_at(steps, document) is not Figure:
        return _wrong_part(given, steps)
    wanted = _WANTED[error["type"]]
    beyond = isinstance(given, int | float) and abs(given) > LARGEST
    if wanted in (NUMBER, WHOLE_NUMBER) and not beyond:
        of_figure = steps[:-1] if steps[-1] in ("value", "low", "high") else steps
        instead = instead_of(given, _shown(given), wanted, steps, unit_at(of_figure, document))
        if instead is not None:
            return instead
    return Message("fault.wrong_type", given=_shown(given), wanted=Message(wanted))


def _wrong_part(given: object, steps: Steps) -> Message:
    if steps[:1] == ("exchange_rates",) and len(steps) > 1:
        return Message("fault.rate_without_day", given=_shown(given))
    return Message("fault.wrong_part", given=_shown(given))


def _wrong_pattern(error: ErrorDetails, steps: Steps, _document: object) -> Message:
    given = str(error["input"])
    if steps[-1] == "country" or "countries" in steps:
        return unknown_country(given)
    if steps[-1] == "currency" or "exchange_rates" in steps:
        return Message("fault.no_currency", given=repr(given))
    if given and not given.strip():
        return Message("fault.blank", given=repr(given))
    return Message("fault.character", given=repr(given))


def _wrong_kind(error: ErrorDetails, steps: Steps, _document: object) -> Message:
    tag = error.get("ctx", {}).get("tag")
    kinds = ("external", "profile", "api") if steps[-1:] == ("baseline",) else ("rent", "own", "api")
    if tag is None:
        return Message("fault.kind_missing", kinds=one_of([f"kind: {kind}" for kind in kinds]))
    return Message("fault.kind_unknown", given=repr(tag), kinds=one_of(kinds))


def one_of(words: Sequence[str]) -> str:
    """Words to choose from: `rent, own or api`."""
    *others, last = words
    return Message("word.or", others=", ".join(others), last=last) if others else last


def _shown(given: object) -> str:
    if isinstance(given, bool):
        return "true" if given else "false"
    if given is None:
        return Message("word.nothing")
    if isinstance(given, dict | list | tuple):
        return Message("word.mapping" if isinstance(given, dict) else "word.list")
    text = repr(given)
    return text if len(text) <= 60 else text[:57] + "...'"


_SAY: dict[str, Callable[[ErrorDetails, Steps, object], str]] = {
    **dict.fromkeys(_WANTED, _wrong_type),
    **dict.fromkeys(_COMPARED, _out_of_bounds),
    "missing": _missing,
    "extra_forbidden": _unknown_key,
    "finite_number": _not_finite,
    "string_pattern_mismatch": _wrong_pattern,
    "literal_error": _not_listed,
    "union_tag_not_found": _wrong_kind,
    "union_tag_invalid": _wrong_kind,
    "too_short": _empty,
    "value_error": _rule,
    "string_too_short": _empty_text,
    "string_too_long": _long_text,
}
