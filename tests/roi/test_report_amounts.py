"""Amounts and rates of the report as they are shown: the unit follows the amount, and no sign is lost."""

import shutil

import pytest

from roi.amounts import money
from roi.resources import template_path
from roi.texts import LANGUAGES, Language, text
from roi.workbook.book import Book
from roi.workbook.report.pages.amounts import board_amount, price_format
from roi.workbook.write import book_bytes
from tests.roi.report_cases import pages

pytestmark = pytest.mark.skipif(
    shutil.which("soffice") is None or shutil.which("pdftotext") is None,
    reason="needs LibreOffice and poppler",
)

RUN = 110_210_000.0
"""What every amount is in the run; what it becomes is what a page must show."""
SHOWN: dict[tuple[Language, str], dict[float, str]] = {
    ("en", "JPY"): {
        RUN: "JPY 110.2 M",
        -RUN: "JPY -110.2 M",
        1_400_000.0: "JPY 1.4 M",
        385_233.0: "JPY 385,233",
        -206_278.0: "JPY -206,278",
        0.0: "JPY 0",
    },
    ("en", "USD"): {385_233.4: "USD 385,233.40", 0.4: "USD 0.40", -12.5: "USD -12.50", RUN: "USD 110.2 M"},
    ("ja", "JPY"): {
        RUN: "1億1,021万円",
        -RUN: "-1億1,021万円",
        100_210_000.0: "1億21万円",
        300_000_000.0: "3億円",
        12_345_670_000.0: "123億4,567万円",
        4_120_000.0: "412万円",
        92_245_000.0: "9,225万円",
        -4_120_000.0: "-412万円",
        385_233.0: "385,233円",
        -206_278.0: "-206,278円",
        0.0: "0円",
    },
}
RATES = {-0.315: "-31.5%", 0.729: "72.9%", 0.0: "0.0%"}
PRICES = {83.087: "83.09", 0.0614: "0.0614", 1_234.5: "1,234.50", 0.5: "0.50"}


def file_of(language: Language, currency: str) -> bytes:
    """A page of amounts that were others in the run, then of rates and prices."""
    book = Book()
    sheet = book.sheet("amounts", "Amounts")
    sheet.widths.update({1: 20.0, 2: 40.0})
    row = 0
    for amount in SHOWN[language, currency]:
        row += 1
        cell = sheet.put(row, 1, RUN, "text", "General")
        sheet.put(row, 2, *_at(board_amount(cell, currency, language)))
        del sheet.cells[row, 1]
        sheet.put(row, 1, amount, "text", "General")
    for numbers, form in (
        (RATES, text(language, "paper.irr_format")),
        (PRICES, price_format(currency, language)),
    ):
        for number in numbers:
            row += 1
            sheet.put(row, 2, number, "share", form)
    return book_bytes(book, template_path("report.xlsx"))


def _at(shown):
    content, form = shown
    return content, "money", form


def test_every_amount_is_shown_in_the_unit_of_its_own_size_and_with_its_sign():
    files = {f"{language}-{currency}": file_of(language, currency) for language, currency in SHOWN}
    printed = pages(files)
    for (language, currency), amounts in SHOWN.items():
        lines = [
            line.split() for line in "\n".join(printed[f"{language}-{currency}"]).splitlines() if line.strip()
        ]
        shown = [" ".join(line[1:]) for line in lines[: len(amounts)]]
        assert shown == list(amounts.values()), (language, currency)
        rest = [" ".join(line) for line in lines[len(amounts) : len(amounts) + len(RATES) + len(PRICES)]]
        assert rest[: len(RATES)] == list(RATES.values())
        unit = "{}円" if language == "ja" else f"{currency} {{}}"
        assert rest[len(RATES) :] == [unit.format(each) for each in PRICES.values()]


@pytest.mark.parametrize(("language", "currency"), SHOWN)
def test_a_text_of_an_amount_has_the_value_that_the_sheet_computes(language, currency):
    for amount, shown in SHOWN[language, currency].items():
        content, _ = board_amount(Book().sheet("a", "A").put(1, 1, amount), currency, language)
        assert content.value in (shown, amount)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_cell_and_a_sentence_write_an_amount_alike(language):
    """Where both are given to the same digits."""
    book = Book()
    sheet = book.sheet("amounts", "Amounts")
    for row, amount in enumerate((110_000_000.0, 4_120_000.0, 385_233.0, 100_210_000.0), 1):
        content, _ = board_amount(sheet.put(row, 1, amount), "JPY", language)
        if isinstance(content.value, str):
            assert content.value == money(amount, "JPY", language)
