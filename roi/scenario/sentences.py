"""What is wrong with one field and what to do about it, in plain words instead of the validator's."""

from collections.abc import Callable

from pydantic_core import ErrorDetails

from bench.magnitude import LARGEST
from roi.countries import nearest_countries
from roi.figure import Figure
from roi.nearest import did_you_mean
from roi.scenario.as_people_write import instead_of
from roi.scenario.schema import expected_at, fields_at, unit_at
from roi.scenario.written import Steps

_WANTED = {
    "model_type": "a number",
    "float_type": "a number",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "string_type": "a text",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "a mapping",
    "date_type": "a day, YYYY-MM-DD",
}
_COMPARED = {
    "greater_than": ("gt", "greater than"),
    "greater_than_equal": ("ge", "at least"),
    "less_than": ("lt", "less than"),
    "less_than_equal": ("le", "at most"),
}


def sentence(error: ErrorDetails, steps: Steps, document: object) -> str:
    """One fault of pydantic in words: what is there, and what to write instead."""
    return _SAY.get(error["type"], _other)(error, steps, document)


def _other(error: ErrorDetails, _steps: Steps, _document: object) -> str:
    return f"{error['msg']} (found {_shown(error['input'])}); correct it"


def _out_of_bounds(error: ErrorDetails, _steps: Steps, _document: object) -> str:
    name, words = _COMPARED[error["type"]]
    return f"{error['input']!r} must be {words} {error['ctx'][name]:g}"


def _not_finite(_error: ErrorDetails, _steps: Steps, _document: object) -> str:
    return "is not a finite number; write the number, or remove the field when nobody knows it"


def _not_listed(error: ErrorDetails, _steps: Steps, _document: object) -> str:
    return f"{_shown(error['input'])} is not known here; write {error['ctx']['expected']}"


def _empty(_error: ErrorDetails, _steps: Steps, _document: object) -> str:
    return "is empty; give at least one"


def _empty_text(_error: ErrorDetails, _steps: Steps, _document: object) -> str:
    return "is an empty text; write something"


def _long_text(error: ErrorDetails, _steps: Steps, _document: object) -> str:
    return f"{_shown(error['input'])} is longer than {error['ctx']['max_length']} characters; shorten it"


def _rule(error: ErrorDetails, _steps: Steps, _document: object) -> str:
    return str(error["ctx"]["error"])


def _missing(_error: ErrorDetails, steps: Steps, document: object) -> str:
    unit = unit_at(steps, document)
    if unit is not None:
        return f"is missing; give it in {unit}, with its source when it is not your own"
    if steps and steps[-1] == "as_of":
        return "is missing; a rate without its day is worth nothing: add as_of: YYYY-MM-DD"
    if steps and steps[-1] == "shared":
        return (
            "is missing; add `shared: false` where this work carries whole servers alone, or `shared: true` where "
            "other work fills them to utilization_fraction"
        )
    return "is missing; add it (`python -m roi scenario --new FILE` shows every field)"


def _unknown_key(error: ErrorDetails, steps: Steps, document: object) -> str:
    known = fields_at(steps[:-1], document)
    key = str(steps[-1])
    if error["input"] is None and key.isdigit():
        return f"stands alone: in braces a comma parts fields; write a decimal point, as in 0.{key}"
    meant = did_you_mean(key, known)
    return f"unknown key; {meant.strip() or 'remove it, or use one of: ' + ', '.join(known)}"


def _wrong_type(error: ErrorDetails, steps: Steps, document: object) -> str:
    given = error["input"]
    if error["type"] in ("model_type", "dict_type") and expected_at(steps, document) is not Figure:
        return _wrong_part(given, steps)
    wanted = _WANTED[error["type"]]
    beyond = isinstance(given, int | float) and abs(given) > LARGEST
    if "number" in wanted and not beyond:
        of_figure = steps[:-1] if steps[-1] in ("value", "low", "high") else steps
        said = instead_of(given, wanted, steps, unit_at(of_figure, document))
        if said is not None:
            return f"{_shown(given)} {said}"
    return f"{_shown(given)} is not {wanted}; write {wanted}"


def _wrong_part(given: object, steps: Steps) -> str:
    if steps[:1] == ("exchange_rates",) and len(steps) > 1:
        return f"{_shown(given)} has no day; write {{value: ..., as_of: YYYY-MM-DD}}"
    return f"{_shown(given)} stands where a mapping of fields belongs; write them below, indented"


def _wrong_pattern(error: ErrorDetails, steps: Steps, _document: object) -> str:
    given = str(error["input"])
    if steps[-1] == "country" or "countries" in steps:
        return f"country {given!r} is unknown; {nearest_countries(given)}"
    if steps[-1] == "currency" or "exchange_rates" in steps:
        return f"{given!r} is not a currency code; write three capital letters, such as JPY"
    return f"{given!r} holds a character that is not allowed; write it on one line"


def _wrong_kind(error: ErrorDetails, steps: Steps, _document: object) -> str:
    tag = error.get("ctx", {}).get("tag")
    *others, last = ("external", "profile", "api") if steps[-1:] == ("baseline",) else ("rent", "own", "api")
    if tag is None:
        return f"kind is missing; add {''.join(f'kind: {kind}, ' for kind in others)[:-2]} or kind: {last}"
    return f"kind {tag!r} is unknown; write {', '.join(others)} or {last}"


def _shown(given: object) -> str:
    if isinstance(given, bool):
        return "true" if given else "false"
    if given is None:
        return "nothing"
    if isinstance(given, dict | list | tuple):
        return "a mapping" if isinstance(given, dict) else "a list"
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
