"""Numbers, and yes and no, as people write them: `1,234.5`, `1.234,5`, `0,233`, `１．４`, `はい`.

A comma before other than three digits, or behind a leading zero, is a decimal comma. `1,234`, `1.890` and `20.000`
have two readings and are never guessed: a file whose numbers are no text, such as YAML, says which by itself.
"""

import re
import unicodedata
from dataclasses import dataclass

from bench.magnitude import LARGEST, reach, shortly
from roi.texts.messages import Message

_EXPONENT = r"(?P<exponent>[eE][-+]?[0-9]+)?"
_POINT = re.compile(rf"(?P<whole>[0-9]*)\.(?P<part>[0-9]*){_EXPONENT}")
_COMMA = re.compile(rf"(?P<whole>[0-9]*),(?P<part>[0-9]+){_EXPONENT}")
_WHOLE = re.compile(rf"[0-9]+{_EXPONENT}")
_GROUPED = re.compile(r"[0-9]{1,3}(?P<mark>[,.'])[0-9]{3}((?P=mark)[0-9]{3})*(?P<part>[.,][0-9]+)?")
_LENGTH_MAX = 40
_DASHES = {0x2212: "-", 0x2013: "-"}
"""The minus sign and the dash that office programs put in the place of a hyphen."""

TRUTHS = {
    **dict.fromkeys(("true", "yes", "y", "1", "はい", "有", "○", "合格"), True),
    **dict.fromkeys(("wahr", "ja", "vrai", "oui", "verdadero", "sí"), True),
    **dict.fromkeys(("false", "no", "n", "0", "いいえ", "無", "×", "不合格"), False),
    **dict.fromkeys(("falsch", "nein", "faux", "non", "falso"), False),
}
"""What a spreadsheet in English, Japanese, German, French or Spanish writes, and what people do."""


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number as it was written."""

    number: float | int | None
    """None where it has two readings."""
    readings: tuple[float, ...] = ()
    """The two of them: with the mark as a decimal mark, and as one between thousands."""
    decimal_comma: bool = False


def numeral(written: str, *, whole: bool = False) -> Numeral | None:
    """The number that a text is; None when it is none, or is something beside a number.

    whole: Whether a comma before three digits parts thousands, as in a whole number. Full-width digits say the
    same: nobody who writes them has a decimal comma.
    """
    narrow = unicodedata.normalize("NFKC", written).strip()
    bare = re.sub(r"(?<=[0-9])\s(?=[0-9])", "'", narrow.translate(_DASHES))
    sign = -1 if bare.startswith("-") else 1
    digits = bare[1:].lstrip() if bare[:1] in ("-", "+") else bare
    if not digits.isascii() or len(digits) > _LENGTH_MAX or not re.search("[0-9]", digits):
        return None
    full_width = any("０" <= letter <= "９" for letter in written)
    if full_width and "," not in digits:
        return _single(digits, sign)
    return _grouped(digits, sign, thousands=whole or full_width) or _single(digits, sign)


def out_of_reach(number: float) -> Message:
    """Why a number cannot be calculated with."""
    return Message(f"fault.reach_{reach(number)}", number=shortly(number), most=f"{LARGEST:g}")


def truth(written: str) -> bool | None:
    """Yes or no; None when the word says neither."""
    return TRUTHS.get(unicodedata.normalize("NFKC", written).strip().casefold())


def _grouped(digits: str, sign: int, *, thousands: bool) -> Numeral | None:
    """A number with marks between thousands, or one that may have them."""
    found = _GROUPED.fullmatch(digits)
    if found is None or digits.startswith("0") or (found["part"] or "").startswith(found["mark"]):
        return None
    mark, part = found["mark"], found["part"] or ""
    plain = digits.removesuffix(part).replace(mark, "")
    if part:
        return Numeral(sign * float(f"{plain}.{part[1:]}"), decimal_comma=part[0] == ",")
    number = sign * int(plain)
    if mark == "'" or digits.count(mark) > 1 or (thousands and mark == ","):
        return Numeral(number)
    return Numeral(None, (sign * float(digits.replace(",", ".")), number))


def _single(digits: str, sign: int) -> Numeral | None:
    """A number with at most one mark, which is a decimal mark."""
    if _WHOLE.fullmatch(digits):
        return Numeral(sign * (int(digits) if digits.isdigit() else float(digits)))
    comma = _COMMA.fullmatch(digits)
    if comma is None and (_POINT.fullmatch(digits) is None or digits.startswith(".e")):
        return None
    try:
        return Numeral(sign * float(digits.replace(",", ".")), decimal_comma=comma is not None)
    except ValueError:
        return None
