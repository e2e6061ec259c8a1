"""Amounts and months as a board reads them, in cells that keep every digit: `4.12 M`, `412万円`, `2億1934万円`."""

import math

from roi.amounts import MILLION, THOUSAND, money
from roi.texts import Language
from roi.workbook.expression import Cell, Formula, call, number, term
from roi.workbook.functions import when

GAP = "_)"
"""As wide as a bracket: between an amount and the border, behind which another word may begin."""
MAN = f'[>=10000]0"億"0000"万円"{GAP};[>=0]#,##0"万円"{GAP};[Red]-#,##0"万円"{GAP}'
"""Of a number of 万円."""
MILLIONS = {1.0: "0.00,,", 10.0: "0.0,,", 100.0: "#,##0,,"}
"""Three digits that count, by the millions that an amount has at least."""
DIGITS = 3


def board_amount(amount: Cell | Formula, currency: str, language: Language) -> tuple[Formula, str]:
    """A formula that follows the amount, and its number format; the unit stands in the cell.

    The unit is chosen by the amount of the run: one that grows a hundredfold has more digits, never another unit.
    """
    formula = amount.formula() if isinstance(amount, Cell) else amount
    size = abs(number(formula))
    if size < MILLION:
        return formula, board_format(currency, language, fine=size < THOUSAND)
    if language == "ja" and currency == "JPY":
        return formula / (term(100) * 100), MAN
    form = next(form for least, form in reversed(MILLIONS.items()) if size >= least * MILLION)
    return formula, _signed(f'"{currency} "', form, '" M"')


def board_format(currency: str, language: Language, *, fine: bool) -> str:
    """Of an amount in coins; `fine`: with two digits behind the point, as the price of one thing has."""
    digits = "#,##0.00" if fine else "#,##0"
    if language == "ja" and currency == "JPY":
        return _signed("", digits, '"円"')
    return _signed(f'"{currency} "', digits, "")


def _signed(before: str, digits: str, behind: str) -> str:
    """Minus and digits side by side: programs that find no minus there would set one of their own, or none."""
    return f"{before}{digits}{behind}{GAP};[Red]{before}-{digits}{behind}{GAP}"


def rounded(amount: float, currency: str, language: Language) -> str:
    """An amount of the run in a sentence, three digits that count."""
    return money(float(f"{amount:.{DIGITS}g}"), currency, language)


def full_months(payback: Cell | None) -> Formula | None:
    """Full months that are enough, as the sentences say it; words where there are none."""
    if payback is None:
        return None
    told = payback.value
    numeric = not isinstance(told, str)
    full = call("ROUNDUP", math.ceil(float(told)) if numeric else 0.0, payback, 0)
    return when(call("ISNUMBER", numeric, payback), full, payback)
