"""Formulas and their values: text as a spreadsheet reads it, value as it computes it."""

import math

import pytest

from roi.workbook.expression import Cell, across, down, letters, term
from roi.workbook.functions import chosen, position, product_sum, rounded_up, summed_where, taken, total, when

PRICE = Cell("Inputs", 3, 5, 25.0)
SHARE = Cell("入力 '26", 4, 2, 0.5)


def test_references_are_absolute_and_their_sheet_is_quoted() -> None:
    assert term(PRICE).text == "'Inputs'!$E$3"
    assert term(SHARE).text == "'入力 ''26'!$B$4"


def test_a_cell_of_a_series_keeps_its_column_relative() -> None:
    assert term(Cell("Cash", 7, 28, 1.0, series=True)).text == "'Cash'!AB$7"


@pytest.mark.parametrize(
    ("formula", "text", "value"),
    [
        ((PRICE + SHARE) * 12, "(A+B)*12", 306.0),
        (PRICE - (SHARE - 1), "A-(B-1)", 25.5),
        (PRICE / (SHARE * 100), "A/(B*100)", 0.5),
        ((PRICE * SHARE) ** 0, "(A*B)^0", 1.0),
        (PRICE ** (SHARE**1), "A^(B^1)", 5.0),
        (-(PRICE + 1), "-(A+1)", -26.0),
        (1 / (1 + SHARE) ** 12, "1/(1+B)^12", 1.5**-12),
        (PRICE < SHARE, "A<B", False),
        ((PRICE + 1).equals(SHARE), "A+1=B", False),
    ],
)
def test_brackets_stand_where_the_arithmetic_needs_them(formula, text, value) -> None:  # type: ignore[no-untyped-def]
    names = formula.text.replace("'Inputs'!$E$3", "A").replace("'入力 ''26'!$B$4", "B")
    assert (names, formula.value) == (text, value)


@pytest.mark.parametrize("literal", [2, 3600, -1, True])
def test_any_other_number_must_be_a_cell(literal: int) -> None:
    with pytest.raises(ValueError, match="put it into a cell"):
        PRICE + literal


def test_a_result_that_is_no_number_stops() -> None:
    with pytest.raises(ZeroDivisionError):
        PRICE / 0


def test_a_text_inside_a_formula_keeps_its_quotation_marks() -> None:
    assert term('say "no"').text == '"say ""no"""'


def test_functions_compute_what_they_write() -> None:
    row = across([Cell("S", 1, column, float(column)) for column in (1, 2, 3)])
    other = across([Cell("S", 2, column, 10.0 * column) for column in (1, 2, 3)])
    names = down([Cell("S", row, 9, name) for row, name in ((1, "rent"), (2, "api"), (3, "rent"))])
    amounts = down([Cell("S", row, 10, 2.0**row) for row in (1, 2, 3)])
    assert (total(row).text, total(row).value) == ("SUM('S'!$A$1:$C$1)", 6.0)
    assert product_sum(row, other).value == 140.0
    assert (rounded_up(PRICE / 12).value, rounded_up(-PRICE / 12).value) == (3.0, -3.0)
    assert when(PRICE > 100, "dear", "cheap").value == "cheap"
    assert chosen(1 + PRICE / PRICE, 1, 12, 100).value == 12.0
    assert taken(row, position(PRICE / PRICE, row)).value == 1.0
    assert summed_where(names, "rent", amounts).value == 10.0
    assert math.isclose(summed_where(names, "api", amounts).value, 4.0)  # type: ignore[arg-type]


def test_cells_that_are_no_neighbours_are_no_block() -> None:
    with pytest.raises(ValueError, match="no neighbours"):
        across([PRICE, SHARE])


@pytest.mark.parametrize(("column", "name"), [(1, "A"), (26, "Z"), (27, "AA"), (702, "ZZ"), (703, "AAA")])
def test_columns_have_letters(column: int, name: str) -> None:
    assert letters(column) == name
