"""What stands in a cell, read as a person would read it: `１，２３４`, `1,234.5`, `20 %`, `¥300`, `はい`."""

import re
import unicodedata
from dataclasses import replace
from datetime import date, datetime, time

from roi.words import Numeral, numeral, truth

_MARKED = re.compile(r"(?P<before>[¥$€£\\]|[A-Z]{3})?(?P<number>[^A-Z¥$€£円%]+)(?P<after>円|[A-Z]{3}|%)?")
_MARKS = {"¥": "JPY CNY", "\\": "JPY", "円": "JPY", "€": "EUR", "£": "GBP"}
"""Currencies that a mark may mean; the dollar sign means any currency whose code ends in D."""
_THOUSANDS_PARTED_BY_COMMA = ("¥", "$", "£", "\\", "円", "JPY", "USD", "GBP")
"""Marks of people who part thousands by a comma, so that `¥2,800` has one reading."""
_SHARES = ("1", "1/year", None)
"""Units in which a percentage is a number."""
_DAY = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")
_QUOTED = re.compile(r'"((?:[^"]|"")*)"')
_ENTRY = re.compile(r'\s*("(?:[^"]|"")*"|[^,;、\n]*?)\s*(?:[,;、\n]|$)')


def typed_number(content: object, unit: str | None = None, *, whole: bool = False) -> Numeral | None:
    """The number in a cell; None when it holds none, and a numeral without a number when it has two readings.

    A percentage is read where the unit is a share, a currency's mark where it is the unit's own.
    """
    if isinstance(content, bool) or not isinstance(content, int | float | str):
        return None
    if not isinstance(content, str):
        return Numeral(content)
    found = _MARKED.fullmatch(_narrow(content))
    if found is None or not all(_fits(mark, unit) for mark in (found["before"], found["after"])):
        return None
    parted = any(mark in _THOUSANDS_PARTED_BY_COMMA for mark in (found["before"], found["after"]))
    written = content if found["number"] == _narrow(content) else found["number"]
    read = numeral(written.strip(), whole=whole or parted)
    if read is None or read.number is None or found["after"] != "%":
        return read
    return replace(read, number=read.number / 100)


def as_number(content: object, unit: str | None = None, *, whole: bool = False) -> float | int | None:
    """The number in a cell; None when it holds none that can be told for certain."""
    read = typed_number(content, unit, whole=whole)
    return None if read is None else read.number


def as_truth(content: object) -> bool | None:
    """Yes or no; None when the cell says neither."""
    if isinstance(content, bool):
        return content
    if isinstance(content, int | float):
        content = f"{content:g}"
    return truth(content) if isinstance(content, str) else None


def as_day(content: object) -> str | None:
    """A day as YYYY-MM-DD; None when the cell holds none that can be told for certain."""
    if isinstance(content, datetime):
        return content.date().isoformat()
    if isinstance(content, date):
        return content.isoformat()
    found = _DAY.fullmatch(_narrow(content).replace(" ", "")) if isinstance(content, str) else None
    return f"{found[1]}-{int(found[2]):02d}-{int(found[3]):02d}" if found else None


def as_text(content: object) -> str:
    """A text; a whole number loses the `.0` that a sheet keeps in secret, quotation marks keep what they hold."""
    if isinstance(content, bool):
        return "true" if content else "false"
    if isinstance(content, float) and content.is_integer():
        return str(int(content))
    if isinstance(content, datetime):
        return content.date().isoformat() if content.time() == time() else content.isoformat()
    if isinstance(content, date | time):
        return content.isoformat()
    text = str(content)
    quoted = _QUOTED.fullmatch(text.strip())
    return quoted[1].replace('""', '"') if quoted else text.strip()


def as_list(content: object) -> list[str]:
    """The entries of a cell that holds several, parted by commas, semicolons or line ends."""
    if not isinstance(content, str):
        return [as_text(content)]
    entries = _ENTRY.findall(content)
    return [as_text(entry) for entry in entries if entry]


def text_shown(text: str) -> str:
    """A text for a cell; quotation marks stand around one that would be read as another."""
    plain = text == text.strip() and text and not _QUOTED.fullmatch(text)
    return text if plain else '"' + text.replace('"', '""') + '"'


def entry_shown(text: str) -> str:
    """An entry of a list for a cell."""
    plain = text_shown(text) == text and not re.search(r'[,;、\n"]', text)
    return text if plain else '"' + text.replace('"', '""') + '"'


def _narrow(text: str) -> str:
    narrow = unicodedata.normalize("NFKC", text).strip()
    return narrow.replace("\N{MINUS SIGN}", "-").replace("\N{EN DASH}", "-")


def _fits(mark: str | None, unit: str | None) -> bool:
    """Whether a mark beside a number says what the unit says."""
    if mark is None:
        return True
    if mark == "%":
        return unit in _SHARES
    currency = (unit or "").partition("/")[0]
    if mark == "$":
        return len(currency) == 3 and currency.endswith("D")
    return currency in _MARKS.get(mark, mark).split()
