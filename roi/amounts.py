"""Amounts as a person reads them, by language: one rule for terminal, Markdown, screens and sheets.

A large amount is rounded to three digits that count, in Japanese to whole 万 or five digits; a small one, and the
price of one thing, keeps the digits it needs. All amounts of one table stand in one unit. Programs and auditors get
the numbers themselves. What a currency's smallest coin is Unicode's common locale data, by way of Babel.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal

from babel.numbers import get_currency_precision

from roi.texts import Language, table_of, text

THOUSAND, TEN_THOUSAND, MILLION, HUNDRED_MILLION = 1e3, 1e4, 1e6, 1e8
BILLION, TRILLION = 1e9, 1e12
COUNTED = (("兆", TRILLION), ("億", HUNDRED_MILLION), ("万", TEN_THOUSAND))
"""The steps of Japanese counting."""
COUNTED_DIGITS = 5
"""Digits that count of a Japanese amount of 1億 and more: `2億1,934万`."""
THREE_DIGITS = Context(prec=3, rounding=ROUND_HALF_UP)
"""Halves go away from nothing, as on a sheet."""
FOUR_FIGURES = 1e4
"""What stands before the point of the largest amount of a table is less than this, but for millions of millions."""


@dataclass(frozen=True, slots=True)
class Unit:
    """The unit in which all amounts of one table, axis or sheet stand."""

    name: str
    size: float
    digits: int
    """Behind the point."""

    def shown(self, amount: float) -> str:
        """The bare amount in this unit; a dash for nothing."""
        return f"{amount / self.size:,.{self.digits}f}" if amount else "-"

    @property
    def number_format(self) -> str:
        """The same on a sheet, whose cell keeps every digit: each comma at the end divides by a thousand.

        Raises
        ------
        ValueError
            For a unit that is no power of a thousand.
        """
        commas = round(math.log(self.size, THOUSAND))
        if THOUSAND**commas != self.size:
            raise ValueError(f"{self.name}: no number format divides by {self.size:g}")
        places = f".{'0' * self.digits}" if self.digits else ""
        return f"#,##0{places}{',' * commas}"


def coin_digits(currency: str) -> int:
    """Digits behind the point of a currency's smallest coin: 0 for JPY, 2 for USD."""
    return get_currency_precision(currency)


def coin(currency: str, language: Language) -> str:
    """What a currency is called where it stands alone: in a heading, on an axis."""
    return text(language, "amount.jpy") if currency == "JPY" else currency


def part(share: float) -> str:
    """A share of a whole: `100%` only where it is all of it and `0%` only where it is nothing, else `99.5%`."""
    if share in (0.0, 1.0):
        return f"{share:.0%}"
    for digits in range(3):
        shown = f"{share:.{digits}%}"
        if float(shown[:-1]) not in (0.0, 100.0):
            return shown
    return "99.99%" if round(share) else "0.01%"


def money(amount: float, currency: str, language: Language) -> str:
    """An amount in a sentence: `JPY 219 M`, `JPY 184,200`, `USD 12.50`; in Japanese `2億1,934万円`, `184,200円`."""
    told = float(THREE_DIGITS.create_decimal_from_float(amount))
    if 0 < abs(amount) < 1:
        return unit_price(amount, currency, language)
    if abs(told) < MILLION:
        digits = 0 if abs(amount) >= THOUSAND else get_currency_precision(currency)
        return _named(f"{amount:,.{digits}f}", currency, language)
    if language == "ja":
        return _named(_japanese(amount), currency, language)
    key, size = ("million", MILLION) if abs(told) < BILLION else ("billion", BILLION)
    digits = max(2 - math.floor(math.log10(abs(told) / size)), 0)
    return text(language, f"amount.{key}", currency=currency, amount=f"{told / size:,.{digits}f}")


def _japanese(amount: float) -> str:
    """`2億1,934万`: whole 万, and no more than five digits that count."""
    places = max(math.floor(math.log10(abs(amount))) + 1 - COUNTED_DIGITS, 4)
    rest, said = int(Decimal(abs(amount)).quantize(Decimal(f"1e{places}"), ROUND_HALF_UP)), ""
    for name, size in COUNTED:
        count, rest = divmod(rest, int(size))
        said += f"{count:,}{name}" if count else ""
    return f"-{said}" if amount < 0 else said


def _named(digits: str, currency: str, language: Language) -> str:
    """Digits with their currency, at the place where the language has it."""
    if language == "ja" and currency == "JPY":
        return f"{digits}{coin(currency, language)}"
    return f"{currency} {digits}"


def whole_money(amount: float, currency: str, language: Language) -> str:
    """An amount to the last coin, for who checks it: `JPY 78,996,653`, `USD 1,842.00`."""
    return _named(f"{amount:,.{get_currency_precision(currency)}f}", currency, language)


def unit_price(amount: float, currency: str, language: Language) -> str:
    """The price of one thing with the digits it needs: `JPY 9.21`, `USD 0.0614`; in Japanese `9.21円`."""
    return _named(bare_price(amount, currency), currency, language)


def bare_price(amount: float, currency: str) -> str:
    """The digits of `unit_price`."""
    whole_coins = get_currency_precision(currency) == 0
    if amount == 0 or abs(amount) >= (0.1 if whole_coins else 1):
        return f"{amount:,.2f}"
    return small(amount) if abs(amount) < 0.01 or whole_coins else f"{amount:.4f}"


def money_unit(
    amounts: Iterable[float], currency: str, language: Language, *, by_thousands: bool = False
) -> Unit:
    """The unit of a table: coins, millions or billions; in Japanese coins, 万 or 億.

    `by_thousands` is for sheets, whose number formats divide by nothing else: in Japanese too they have millions.
    """
    largest = max((abs(amount) for amount in amounts), default=0.0)
    name = coin(currency, language)
    if largest < MILLION:
        digits = 0 if largest >= THOUSAND else get_currency_precision(currency)
        return Unit(text(language, "amount.unit_one", currency=name), 1.0, digits)
    few = largest < FOUR_FIGURES * MILLION
    if language == "ja" and not by_thousands:
        key, size = ("unit_man", TEN_THOUSAND) if few else ("unit_oku", HUNDRED_MILLION)
        return Unit(text(language, f"amount.{key}", currency=name), size, 0 if few else 2)
    key, size = ("unit_million", MILLION) if few else ("unit_billion", BILLION)
    return Unit(text(language, f"amount.{key}", currency=name), size, _digits(largest / size))


def _digits(largest: float) -> int:
    """Places behind the point that leave the largest of a table three or four digits that count."""
    return 0 if largest >= THOUSAND else 1 if largest >= 10 else 2


def carbon_unit(masses_kg: Iterable[float]) -> Unit:
    """Kilograms, or tonnes from ten of them on."""
    largest = max((abs(mass) for mass in masses_kg), default=0.0)
    if largest < 10 * THOUSAND:
        return Unit("kgCO2e", 1.0, 0 if largest >= 100 else 2)
    return Unit("tCO2e", THOUSAND, _digits(largest / THOUSAND))


def small(amount: float) -> str:
    """Two digits that count, without an exponent: `0.0000031`."""
    return f"{amount:.{1 - math.floor(math.log10(abs(amount)))}f}" if amount else "0"


def quantity(amount: float) -> str:
    """Three digits that count, with separators and without an exponent: `0.0123`, `5.2`, `1,234`."""
    if abs(amount) >= 100 or amount == 0:
        return f"{amount:,.0f}"
    return f"{amount:.3g}" if abs(amount) >= 0.001 else small(amount)


def energy(kwh: float) -> str:
    """Energy in the unit that suits it: `0.42 Wh`, `105 kWh`, `3.1 GWh`."""
    return _in_unit(kwh, (("TWh", 1e9), ("GWh", 1e6), ("MWh", 1e3), ("kWh", 1.0), ("Wh", 1e-3)))


def mass(kg: float) -> str:
    """Emissions in the unit that suits them: `0.2 g`, `52.1 kg`, `3.1 t`."""
    return _in_unit(kg, (("Mt", 1e9), ("kt", 1e6), ("t", 1e3), ("kg", 1.0), ("g", 1e-3)))


def _in_unit(amount: float, units: tuple[tuple[str, float], ...]) -> str:
    name, size = next((unit for unit in units if abs(amount) >= unit[1]), units[-1])
    return f"{quantity(amount / size)} {name}"


def extra(fraction: float | None) -> str:
    """A difference: `+2.4%`; a dash against nothing."""
    return "-" if fraction is None else f"{fraction:+.1%}"


def change(amount: float, before: float) -> str:
    """The difference of an amount against what it was; a dash against nothing."""
    return extra(amount / before - 1.0 if before > 0.0 else None)


def whole_months(months: float, language: Language) -> str:
    """Full months that are enough: 19.4 gives 20 months."""
    count = math.ceil(months)
    return text(language, "plan.month_one") if count == 1 else text(language, "plan.month_many", count=count)


def unit_words(unit: str, language: Language) -> str:
    """A unit as the inputs write it, in the reader's words: `JPY/h` is `円/時間` in Japanese."""
    return _by_parts(unit, table_of(language, "unit"))


def unit_of_words(words: str, language: Language) -> str:
    """The other way round; a unit that is written as the inputs write it stays."""
    return _by_parts(words, {word: unit for unit, word in table_of(language, "unit").items()})


def _by_parts(unit: str, known: Mapping[str, str]) -> str:
    """Part by part; in brackets stands what is meant where nothing is written."""
    bare = unit.removeprefix("(").removesuffix(")")
    told = "/".join(known.get(part, part) for part in bare.split("/"))
    return unit.replace(bare, told) if bare else unit


def with_unit(number: str, unit: str, language: Language) -> str:
    """A number and its unit: `2,130 JPY/h`, `0.1/year`; shares stand bare."""
    words = unit_words(unit, language).removeprefix("1")
    return f"{number}{words}" if unit.startswith("1") else f"{number} {words}"
