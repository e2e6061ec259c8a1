"""What people write in another way than the contract, taken as it is meant: countries by any name, decimal commas.

Every number that was read with a decimal comma is noted. What has two readings stays as it is, and the contract
refuses it with both; of a text that stands where a number belongs the refusal says what to write instead.
"""

import re
import unicodedata
from dataclasses import replace

from roi.countries import country_code
from roi.figure import MONEY, Figure
from roi.notes import Note
from roi.scenario.schema import expected_at
from roi.scenario.written import Steps, Written
from roi.texts.messages import Message
from roi.words import numeral

_WITH_COMMA = re.compile("[^A-DF-Za-df-z]{0,30}[,，][^A-DF-Za-df-z]{0,30}")
"""A text with a comma that may be a number, told apart from the many sources in words."""
_NUMBERS = (float, int, Figure)
NUMBER, WHOLE_NUMBER = "word.number", "word.whole_number"
"""Keys of what may be wanted."""


def taken(written: Written) -> Written:
    """The document as the contract wants it, with notes of what was read another way than it stands."""
    notes = list(written.notes)
    value = _taken(written.value, (), written, notes)
    return replace(written, value=value, notes=tuple(notes))


def _taken(part: object, steps: Steps, written: Written, notes: list[Note]) -> object:
    if isinstance(part, dict):
        return {key: _taken(below, (*steps, key), written, notes) for key, below in part.items()}
    if isinstance(part, list):
        return [_taken(below, (*steps, index), written, notes) for index, below in enumerate(part)]
    if not isinstance(part, str):
        return part
    if _holds_country(steps):
        return country_code(part) or part
    return _number(part, steps, written, notes)


def _holds_country(steps: Steps) -> bool:
    return bool(steps) and (steps[-1] == "country" or steps[-2:-1] == ("countries",))


def _number(part: str, steps: Steps, written: Written, notes: list[Note]) -> object:
    if not _WITH_COMMA.fullmatch(part):
        return part
    found = numeral(part)
    if found is None or found.number is None or not found.decimal_comma:
        return part
    if expected_at(steps, written.value) not in _NUMBERS:
        return part
    values = {"place": written.place_of(steps), "written": part.strip(), "read": f"{found.number:.15g}"}
    notes.append(Note("decimal_comma", values))
    return found.number


_CURRENCY = r"[A-Z]{3}|[¥$€円]"
_MARKED = re.compile(
    rf"(?P<before>{_CURRENCY})?\s*(?P<number>[-+0-9.,'_ ]+?)\s*(?:(?P<percent>%)|(?P<behind>{_CURRENCY}))?"
)
_WITH_UNIT = re.compile(r"(?P<number>[-+]?[0-9][0-9.,' ]*?)\s*(?P<unit>[A-Za-zµ¥$€円千万億][^0-9]{0,20})")
_CURRENCIES = {"¥": "JPY", "円": "JPY", "$": "USD", "€": "EUR"}
_MANY = {
    **dict.fromkeys(("k", "thousand", "千"), 1e3),
    "万": 1e4,
    **dict.fromkeys(("m", "mio", "million", "millions"), 1e6),
    "億": 1e8,
    **dict.fromkeys(("bn", "billion", "billions"), 1e9),
}
"""Words for many, which are no unit."""
_AMBIGUOUS = re.compile(r"-?[1-9][0-9]{0,2}\.[0-9]{3}")
_LENGTH_MAX = 40


def instead_of(given: object, shown: str, wanted: str, steps: Steps, unit: str | None) -> Message | None:
    """What to write where a number is wanted, such as `write 0.8`; None when nobody can tell.

    shown: What is given as a sentence shows it.
    wanted: The key of a number or of a whole number.
    unit: The unit of the figure that stands there; None where it is a plain number.
    """
    if isinstance(given, bool) or given is None:
        return None
    if isinstance(given, int | float):
        whole_already = float(given).is_integer()
        return _write(shown, wanted, int(given)) if whole_already else None
    narrow = unicodedata.normalize("NFKC", str(given)).strip()
    if len(narrow) > _LENGTH_MAX:
        return None
    return (
        _one_of_two(narrow, shown, whole=wanted == WHOLE_NUMBER)
        or _number_alone(narrow, shown, wanted, steps, unit)
        or _number_and_unit(narrow, shown, wanted, steps, unit)
    )


def _write(shown: str, wanted: str, number: float) -> Message:
    return Message("fault.write_number", given=shown, wanted=Message(wanted), number=number)


def _one_of_two(narrow: str, shown: str, *, whole: bool) -> Message | None:
    read = numeral(narrow, whole=whole)
    if read is None or read.number is not None:
        return None
    one, other = (f"{number:.15g}" for number in read.readings)
    sure = f"{one}0" if _AMBIGUOUS.fullmatch(one) else one
    return Message("fault.two_readings", given=shown, one=one, other=other, sure=sure)


def _number_alone(narrow: str, shown: str, wanted: str, steps: Steps, unit: str | None) -> Message | None:
    """A number in quotation marks, with a percent sign, a currency or marks between thousands."""
    found = _MARKED.fullmatch(narrow)
    read = numeral(found["number"].replace("_", ""), whole=wanted == WHOLE_NUMBER) if found else None
    if found is None or read is None or read.number is None:
        return None
    number = read.number / 100 if found["percent"] else float(read.number)
    currency = found["before"] or found["behind"]
    if currency:
        return _with_unit(number, shown, steps, _in_currency(unit, currency), unit)
    return _write(shown, wanted, int(number) if number.is_integer() else number)


def _number_and_unit(narrow: str, shown: str, wanted: str, steps: Steps, unit: str | None) -> Message | None:
    """A number with its unit, or with a word for many; a unit that is not the field's is not put in its place."""
    found = _WITH_UNIT.fullmatch(narrow)
    read = numeral(found["number"]) if found else None
    if found is None or read is None or read.number is None:
        return None
    word = found["unit"].strip()
    many = _MANY.get(word.casefold())
    if many is not None:
        return _write(shown, wanted, round(read.number * many))
    number = f"{read.number:.15g}"
    if unit is None or unit == "1":
        return Message("fault.number_and_a_unit", given=shown, number=number)
    money, *per = word.split("/")
    written = _in_currency(unit, money)
    if written is not None:
        word = "/".join((written.partition("/")[0], *per))
    same = _singular(word) == _singular(written or unit)
    return _with_unit(read.number, shown, steps, (written or unit) if same else None, unit)


def _singular(unit: str) -> str:
    return "/".join(part.strip().removesuffix("s") for part in unit.split("/"))


def _in_currency(unit: str | None, currency: str) -> str | None:
    """The unit of money in a currency; None where it is not of money, or that is no currency."""
    code = _CURRENCIES.get(currency, currency)
    if unit is None or unit.partition("/")[0] != MONEY or not re.fullmatch("[A-Z]{3}", code):
        return None
    return unit.replace(MONEY, code)


def _with_unit(
    number: float, shown: str, steps: Steps, written: str | None, unit: str | None
) -> Message | None:
    """What to write of a number and its unit; without one that is the field's, in which unit it is wanted."""
    if written is None:
        return None if unit is None else Message("fault.number_in_another_unit", given=shown, unit=unit)
    pair = f"value: {number:.15g}, unit: {written}"
    told = pair if steps[-1:] == ("value",) else f"{{{pair}}}"
    return Message("fault.number_and_its_unit", given=shown, pair=told)
