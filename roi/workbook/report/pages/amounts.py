"""Amounts and months as a board reads them, whatever they become: `JPY 4.12 M`, `412万円`, `2億1,934万円`.

A number format knows two bounds and no sign beside them, and divides by thousands alone. So what is below a
million, and every amount in Japanese, is a text that the cell's formula makes of the amount: it has its own size
and sign, and is written as in a sentence (`roi.amounts.money`). The amount stands, with every digit, where it is
computed.
"""

import math

from roi.amounts import MILLION, TEN_THOUSAND, coin_digits, money
from roi.texts import Language, table_of, text
from roi.workbook.expression import Cell, Formula, call, number, term
from roi.workbook.functions import absolute, as_text, when

GAP = "_)"
"""As wide as a bracket: between an amount and the border, behind which another word may begin."""
TEXT = f"General;General;General;@{GAP}"
DIGITS = 3
"""Digits that count of an amount of the run in a sentence."""
MANY_MILLIONS = 10.0
"""From so many on one digit behind the point is enough."""


def board_amount(amount: Cell | Formula, currency: str, language: Language) -> tuple[Formula, str]:
    """A formula that follows the amount in the unit of its size, and its number format."""
    formula = amount.formula() if isinstance(amount, Cell) else amount
    size = abs(number(formula))
    form = "#,##0.0,," if size >= MANY_MILLIONS * MILLION else "#,##0.00,,"
    large = absolute(formula) >= term(100) * 100 * 100
    if language == "ja" and currency == "JPY":
        return when(large, _counted(formula), _in_coins(formula, currency).joined("円")), TEXT
    small = term(f"{currency} ").joined(_in_coins(formula, currency))
    return when(large, formula, small), _signed(f'"{currency} "', form, '" M"')


def _in_coins(amount: Formula, currency: str) -> Formula:
    """`-184,200`, `12.50`: to the smallest coin."""
    digits = coin_digits(currency)
    coins = _half_up(number(amount) * 10**digits) / 10**digits
    if digits:
        return as_text(amount, f"#,##0.{'0' * digits}", f"{coins:,.{digits}f}")
    whole = call("ROUND", coins, amount, 0)
    return as_text(whole, "#,##0", f"{coins:,.0f}")


def _half_up(given: float) -> float:
    """ROUND of the sheet: halves go away from nothing."""
    return math.copysign(math.floor(abs(given) + 0.5), given) + 0.0


def _counted(amount: Formula) -> Formula:
    """`412万円`, `2億1,934万円`, `3億円`: whole 万."""
    man = call("ROUND", _half_up(abs(number(amount)) / TEN_THOUSAND), absolute(amount) / (term(100) * 100), 0)
    step = term(100) * 100
    count = call("INT", float(math.floor(float(man.value) / TEN_THOUSAND)), man / step)
    rest = call("MOD", float(man.value) % TEN_THOUSAND, man, step)

    def said(digits: Formula, unit: str) -> Formula:
        return as_text(digits, "#,##0", f"{float(digits.value):,.0f}").joined(unit)

    man_only = said(man, "万円")
    beyond = said(count, "億").joined(when(rest > 0, said(rest, "万円"), "円"))
    sign = when(amount < 0, "-", "")
    return sign.joined(when(man < step, man_only, beyond))


def price_format(currency: str, language: Language) -> str:
    """Of the price of one thing: two digits behind the point, four where it is less than a coin."""
    yen = language == "ja" and currency == "JPY"
    before, behind = ("", '"円"') if yen else (f'"{currency} "', "")
    usual, small = f"{before}#,##0.00{behind}{GAP}", f"{before}0.00##{behind}{GAP}"
    return f"[>=1]{usual};[<0][Red]{before}-#,##0.00##{behind}{GAP};{small}"


def _signed(before: str, digits: str, behind: str) -> str:
    """Minus and digits side by side: programs that find no minus there would set one of their own, or none."""
    some = f"{before}{digits}{behind}{GAP}"
    return f"{some};[Red]{before}-{digits}{behind}{GAP};{some};@{GAP}"


def rounded(amount: float, currency: str, language: Language) -> str:
    """An amount of the run in a sentence, three digits that count."""
    return money(float(f"{amount:.{DIGITS}g}"), currency, language)


def irr_reasons(language: Language) -> tuple[str, ...]:
    """What may stand where there is no rate of return."""
    return (*table_of(language, "irr").values(), text(language, "live.irr_plan"))


def full_months(payback: Cell | None) -> Formula | None:
    """Full months that are enough, as the sentences say it; words where there are none."""
    if payback is None:
        return None
    told = payback.value
    numeric = not isinstance(told, str)
    full = call("ROUNDUP", math.ceil(float(told)) if numeric else 0.0, payback, 0)
    return when(call("ISNUMBER", numeric, payback), full, payback)
