"""Amounts as figures and tiles show them: few digits, in the reader's way of counting."""

from roi.output.figures import WHOLE_UNIT_CURRENCIES
from roi.output.figures import money as whole_money
from roi.screens.language import money
from roi.texts import Language, text

BILLION, MILLION = 1e9, 1e6
HUNDRED_MILLION, TEN_THOUSAND = 1e8, 1e4
"""The steps of Japanese counting: 億 and 万."""


def coin(currency: str, language: Language) -> str:
    """What a currency is called where it stands alone."""
    return text(language, "plan.jpy") if currency == "JPY" else currency


def short_money(amount: float, currency: str, language: Language) -> str:
    """A large amount in four digits: `JPY 219.3 M`, in Japanese `2.19億円`."""
    if language == "ja" and currency == "JPY":
        return _japanese(amount)
    least = MILLION if currency in WHOLE_UNIT_CURRENCIES else MILLION / 10
    if abs(amount) < least:
        return money(amount, currency, language)
    if abs(amount) >= BILLION:
        return text(language, "screen.billions", currency=currency, amount=_digits(amount / BILLION))
    return text(language, "screen.millions", currency=currency, amount=_digits(amount / MILLION))


def _digits(amount: float) -> str:
    return f"{amount:,.1f}" if abs(amount) >= 10 else f"{amount:,.2f}"


def _japanese(amount: float) -> str:
    if abs(amount) >= HUNDRED_MILLION:
        return f"{amount / HUNDRED_MILLION:,.2f}億円"
    if abs(amount) >= 100 * TEN_THOUSAND:
        return f"{amount / TEN_THOUSAND:,.0f}万円"
    return whole_money(amount, "JPY").removeprefix("JPY ") + "円"
