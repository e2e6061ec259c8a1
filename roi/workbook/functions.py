"""Functions of the sheet that both Excel and LibreOffice 7.4 know, each with its value.

No volatile function, no array formula, no function younger than Excel 2010.
"""

import math
from collections.abc import Sequence

from roi.workbook.expression import Block, Formula, Term, call, number, term


def total(block: Block) -> Formula:
    """SUM of a block."""
    return call("SUM", math.fsum(block.numbers()), block)


def product(block: Block) -> Formula:
    """PRODUCT of a block."""
    return call("PRODUCT", math.prod(block.numbers()), block)


def product_sum(*blocks: Block) -> Formula:
    """SUMPRODUCT of blocks of one shape."""
    sizes = {(len(block.cells), len(block.cells[0])) for block in blocks}
    if len(sizes) != 1:
        raise ValueError(f"SUMPRODUCT needs blocks of one shape, not {sorted(sizes)}")
    products = (math.prod(row) for row in zip(*(block.numbers() for block in blocks), strict=True))
    return call("SUMPRODUCT", math.fsum(products), *blocks)


def smallest(*terms: Term) -> Formula:
    """MIN of terms."""
    return call("MIN", min(number(each) for each in terms), *terms)


def largest(*terms: Term) -> Formula:
    """MAX of terms."""
    return call("MAX", max(number(each) for each in terms), *terms)


def smallest_of(block: Block) -> Formula:
    """MIN of a block."""
    return call("MIN", min(block.numbers()), block)


def rounded_up(given: Term) -> Formula:
    """ROUNDUP to a whole number, away from zero."""
    value = number(given)
    return call("ROUNDUP", math.copysign(math.ceil(abs(value)), value) if value else 0.0, given, 0)


def rounded_up_product(share: Term, amounts: Block, prices: Block) -> Formula:
    """SUMPRODUCT of amounts, each times a share and rounded up to a whole number, and their prices."""
    pairs = zip(amounts.numbers(), prices.numbers(), strict=True)
    value = math.fsum(math.ceil(amount * number(share)) * price for amount, price in pairs)
    factor = term(share)
    written = factor.text if factor.binds > 2 else f"({factor.text})"
    return Formula(f"SUMPRODUCT(ROUNDUP({amounts.text}*{written},0)*{prices.text})", value)


def absolute(given: Term) -> Formula:
    """ABS."""
    return call("ABS", abs(number(given)), given)


def exponential(given: Term) -> Formula:
    """EXP."""
    return call("EXP", math.exp(number(given)), given)


def natural_log(given: Term) -> Formula:
    """LN."""
    return call("LN", math.log(number(given)), given)


def when(condition: Term, then: Term, otherwise: Term) -> Formula:
    """IF; both branches must have a value, as the sheet computes them."""
    value = term(then).value if number(condition) else term(otherwise).value
    return call("IF", value, condition, then, otherwise)


def every(*conditions: Term) -> Formula:
    """AND."""
    return call("AND", all(number(each) for each in conditions), *conditions)


def some(*conditions: Term) -> Formula:
    """OR."""
    return call("OR", any(number(each) for each in conditions), *conditions)


def chosen(index: Term, *terms: Term) -> Formula:
    """CHOOSE, counted from 1."""
    return call("CHOOSE", term(terms[int(number(index)) - 1]).value, index, *terms)


def position(sought: Term, block: Block) -> Formula:
    """MATCH, exact, counted from 1.

    Raises
    ------
    ValueError
        When nothing matches: the sheet would show an error.
    """
    value = term(sought).value
    return call("MATCH", float(block.values.index(value) + 1), sought, block, 0)


def taken(block: Block, index: Term) -> Formula:
    """INDEX into a single row or column, counted from 1."""
    return call("INDEX", block.values[int(number(index)) - 1], block, index)


def first_beside(flags: Block, names: Block) -> Formula:
    """The name beside the first flag that is not set; a dash where all are."""
    unset = next((name for flag, name in zip(flags.values, names.values, strict=True) if not flag), "-")
    return Formula(f'IFERROR(INDEX({names.text},MATCH(FALSE,{flags.text},0)),"-")', unset)


def as_text(given: Term, number_format: str, shown: str) -> Formula:
    """TEXT in a format without a language of its own, such as `#,##0`; `shown` is what it gives."""
    return call("TEXT", shown, given, number_format)


def summed_where(criteria: Block, wanted: Term, amounts: Block) -> Formula:
    """SUMIF: the amounts beside which the criterion stands."""
    value = term(wanted).value
    pairs = zip(criteria.values, amounts.values, strict=True)
    found: Sequence[float] = [number_of(amount) for criterion, amount in pairs if criterion == value]
    return call("SUMIF", math.fsum(found), criteria, wanted, amounts)


def added(terms: Sequence[Term]) -> Formula:
    """One after another; nothing when there is none."""
    if not terms:
        return term(0)
    found = term(terms[0])
    for each in terms[1:]:
        found = found + each
    return found


def number_of(value: object) -> float:
    """A cell's value as a number; a text counts nothing, as in SUMIF."""
    return float(value) if isinstance(value, int | float) else 0.0
