"""Numbers, and yes and no, as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roi.words import numeral, truth


@pytest.mark.parametrize(
    ("written", "number", "comma"),
    [
        ("0,233", 0.233, True),
        ("-0,03", -0.03, True),
        (",5", 0.5, True),
        ("12,34", 12.34, True),
        ("1234,567", 1234.567, True),
        ("1,5e3", 1500.0, True),
        ("1.234,5", 1234.5, True),
        ("1 234,5", 1234.5, True),
        ("1'234.5", 1234.5, False),
        ("1,234.5", 1234.5, False),
        ("1,234,567", 1234567, False),
        ("1.234.567", 1234567, False),
        ("0.233", 0.233, False),
        ("−0.5", -0.5, False),
        ("1e-3", 0.001, False),
        ("１．４", 1.4, False),
        ("１．２３４", 1.234, False),
        ("１，２３４", 1234, False),
        ("０，２３３", 0.233, True),
    ],
)
def test_a_number_with_one_reading(written: str, number: float, *, comma: bool) -> None:
    found = numeral(written)
    assert found is not None
    assert (found.number, found.decimal_comma) == (number, comma)


@pytest.mark.parametrize(
    ("written", "readings"),
    [("1.890", (1.89, 1890)), ("20.000", (20, 20000)), ("1,234", (1.234, 1234)), ("-1,234", (-1.234, -1234))],
)
def test_a_number_with_two_readings_is_not_guessed(written: str, readings: tuple[float, float]) -> None:
    found = numeral(written)
    assert found is not None
    assert (found.number, found.readings) == (None, readings)


def test_a_comma_before_three_digits_parts_thousands_where_a_whole_number_is_asked_for() -> None:
    found = numeral("1,234", whole=True)
    assert found is not None
    assert found.number == 1234
    doubtful = numeral("4.000", whole=True)
    assert doubtful is not None
    assert doubtful.readings == (4, 4000)


@pytest.mark.parametrize(
    "written",
    ["", ".", ",", "-", "1/2", "1:30", "1,23,456", "1.2.3", "1 2", "NaN", "inf", "0x10", "12 kW", "1_0"],
)
def test_what_is_no_number_is_none(written: str) -> None:
    assert numeral(written) is None


@given(st.floats(-1e9, 1e9).filter(lambda number: "e" not in f"{number!r}"))
def test_any_number_with_a_comma_is_that_number_or_has_it_as_a_reading(number: float) -> None:
    for written in (repr(number), repr(number).replace(".", ",")):
        found = numeral(written)
        assert found is not None
        assert number in (found.number, *found.readings)


def test_yes_and_no_in_the_words_of_spreadsheets_and_people() -> None:
    yes = ("1", "true", "TRUE", "Yes", "y", "はい", "WAHR", "ja", "VRAI", "合格", "１")
    no = ("0", "false", "No", "n", "いいえ", "FALSCH", "nein", "FAUX", "不合格", "×")
    assert [truth(word) for word in (*yes, *no)] == [True] * len(yes) + [False] * len(no)
    assert [truth(word) for word in ("maybe", "", "2", "-1")] == [None] * 4
