"""The input workbook as people fill it in: read as a person would, or a message that names the cell."""

import io
import json
import re
import zipfile
from datetime import date, datetime, time

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from roi.__main__ import main
from roi.errors import ScenarioError
from roi.figure import figures
from roi.scenario.load import demonstration
from roi.workbook.inputs.columns import COLUMNS
from roi.workbook.inputs.reading import workbook_from_bytes
from roi.workbook.inputs.typed import as_day, as_list, as_number, as_text, as_truth
from roi.workbook.inputs.writing import TITLE_ROW
from tests.roi.workbook_cases import (
    DEMONSTRATION,
    NAME,
    cell_of,
    changed,
    entered,
    read,
    row_of,
    saved,
    write,
)

DATED = datetime(2026, 4, 1)  # noqa: DTZ001 (a sheet's days have no time zone)
WAGE, PUE, SHARE = "labour.wage_per_h", "site.pue", "workloads[0].deliver_min"


def message(raw):
    with pytest.raises(ScenarioError) as caught:
        read(raw)
    return str(caught.value)


def with_cell_xml(place, xml):
    """The demonstration with the value cell of a place replaced in the sheet's own XML."""
    sheet = load_workbook(io.BytesIO(DEMONSTRATION)).worksheets[0]
    address = f"C{row_of(sheet, place)}"
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(DEMONSTRATION)) as old, zipfile.ZipFile(buffer, "w") as new:
        for info in old.infolist():
            content = old.read(info)
            if info.filename == "xl/worksheets/sheet1.xml":
                pattern = f'<c r="{address}"[^>]*?(/>|>.*?</c>)'
                content, count = re.subn(pattern, xml.replace("HERE", address), content.decode(), count=1)
                assert count == 1
            new.writestr(info.filename, content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "unit", "number"),
    [
        ("1,234.5", None, 1234.5),
        ("１，２３４", None, 1234),
        ("¥2,800", "JPY/h", 2800),
        ("￥２，８００", "JPY/h", 2800),
        ("2800円", "JPY/h", 2800),
        ("JPY 2800", "JPY/h", 2800),
        ("$5", "USD/h", 5),
        ("$5", "JPY/h", None),
        ("€5", "USD/h", None),
        ("20 %", "1", 0.2),
        ("２０％", "1/year", 0.2),
        ("20%", "JPY/h", None),
        ("−0.5", "1/year", -0.5),
        ("1e-3", None, 0.001),
        ("1,5", None, 1.5),
        ("0,233", None, 0.233),
        ("1.234,5", None, 1234.5),
        ("12,34", None, 12.34),
        ("8,5 %", "1/year", 0.085),
        ("€0,5", "EUR/h", 0.5),
        ("1,234", None, None),
        ("1.890", None, None),
        ("€1,234", "EUR/h", None),
        ("$1,234", "USD/h", 1234),
        ("about 5", None, None),
        ("1/2", None, None),
        ("", None, None),
        ("NaN", None, None),
        ("inf", None, None),
        (True, None, None),
        (date(2026, 1, 2), None, None),
    ],
)
def test_a_number_is_what_a_person_reads(content, unit, number):
    assert as_number(content, unit) == number


@pytest.mark.parametrize(
    "content",
    ["2026/4/1", "2026.4.1", "2026年4月1日", "２０２６－０４－０１", date(2026, 4, 1), DATED],
)
def test_a_day_is_what_a_person_reads(content):
    assert as_day(content) == "2026-04-01"


@pytest.mark.parametrize("content", ["4/1/2026", "1 April", 46113.0, time(1, 30)])
def test_a_day_that_could_be_another_is_not_guessed(content):
    assert as_day(content) is None


def test_truths_texts_and_lists_are_what_a_person_reads():
    assert [as_truth(word) for word in ("はい", "TRUE", 1.0, "○", "no", "maybe")] == [
        True,
        True,
        True,
        True,
        False,
        None,
    ]
    assert [as_text(content) for content in (5.0, 5.5, True, date(2026, 1, 2), ' "a "')] == [
        "5",
        "5.5",
        "true",
        "2026-01-02",
        "a ",
    ]
    assert as_list('JPN、KOR; "a, b"\nFIN,') == ["JPN", "KOR", "a, b", "FIN"]
    assert as_list(4.0) == ["4"]


def test_figures_typed_as_people_type_them_are_read():
    found = read(
        entered({WAGE: "￥３，０００", PUE: "１．４", SHARE: "90%", "workloads[0].attempts_max": "４"})
    )
    assert found.labour.wage_per_h.value == 3000
    assert (found.site.pue.value, found.workloads[0].deliver_min.value) == (1.4, 0.9)
    assert found.workloads[0].attempts_max == 4


def test_a_decimal_comma_is_read_and_told_with_its_cell():
    """`1,4` in a text cell is 1.4; `attempts_max` takes `1,000` as a whole number only where it is one."""
    found = workbook_from_bytes(entered({PUE: "1,4", SHARE: "87,5 %"}), NAME)
    assert (found.scenario.site.pue.value, found.scenario.workloads[0].deliver_min.value) == (1.4, 0.875)
    assert [note.sentence("en") for note in found.notes] == [
        f"{cell_of(PUE)}: {PUE}: 1,4 was read as 1.4: its comma is a decimal comma",
        f"{cell_of(SHARE)}: {SHARE}: 87,5 % was read as 0.875: its comma is a decimal comma",
    ]


def test_countries_are_taken_by_any_name_in_any_width():
    entries = {
        "site.country": "日本",
        "supplies[0].country": "ＪＰ",
        "workloads[0].countries": "UK、Germany、ｕｓａ",
    }
    found = read(entered(entries))
    assert (found.site.country, found.supplies[0].country) == ("JPN", "JPN")
    assert found.workloads[0].countries == ("GBR", "DEU", "USA")


def test_words_days_and_lists_typed_as_people_type_them_are_read():
    entries = {
        "finance.basis": "Nominal",
        "proposal.drafted_on": DATED,
        "proposal.decision_wanted_by": "2026年4月15日",
        "proposal.within_budget": "はい",
        "workloads[0].images_per_attempt": 2,
        "workloads[0].countries": "JPN、KOR",
        "supplies[0].name": 5,
    }
    found = read(entered(entries))
    assert (found.finance.basis, found.proposal.within_budget) == ("nominal", True)
    assert (found.proposal.drafted_on, found.proposal.decision_wanted_by) == (
        date(2026, 4, 1),
        date(2026, 4, 15),
    )
    assert (found.workloads[0].images_per_attempt, found.workloads[0].countries) == ((2,), ("JPN", "KOR"))
    assert found.supplies[0].name == "5"


@pytest.mark.parametrize(
    ("place", "content", "words"),
    [
        (WAGE, "about 3000", "labour.wage_per_h.value: 'about 3000' is not a number; write a number"),
        (WAGE, "$30", "'$30' holds a number and its unit; write value: 30, unit: USD/h"),
        (WAGE, "2,800", "labour.wage_per_h.value: '2,800' may be 2.8 or 2800; write 2.8 or 2800"),
        (WAGE, "20.000", "'20.000' may be 20 or 20000"),
        (WAGE, "2800 JPY/h", "'2800 JPY/h' holds a number and its unit; write value: 2800, unit: JPY/h"),
        ("site.grid_intensity", 420, "420 kgCO2e/kWh is not possible; g/kWh? then write 0.42"),
        ("supplies[0].country", "Germny", "country 'Germny' is unknown; nearest: DEU (Germany)"),
        ("finance.horizon_years", -5, "finance.horizon_years: value -5 must be greater than 0"),
        (WAGE, date(2026, 4, 1), "'2026-04-01' is not a number"),
        (PUE, None, "site.pue.value: is missing"),
        ("workloads[0].attempts_max", 2.5, "workloads[0].attempts_max: 2.5 is not a whole number"),
        ("workloads[0].images_per_attempt", "1, two", "'two' is not a whole number"),
        ("proposal.drafted_on", "4/1/2026", "'4/1/2026' is not a day; write YYYY-MM-DD"),
        ("proposal.within_budget", "maybe", "'maybe' is not true or false"),
        ("finance.basis", "guess", "finance.basis: 'guess' is not known here"),
        ("supplies[0].kind", "lease", "kind 'lease' is unknown"),
        ("workloads[0].baseline.kind", "studio", "write external, profile or api"),
    ],
)
def test_a_wrong_entry_is_told_with_its_cell(place, content, words):
    (line,) = message(entered({place: content})).splitlines()
    assert words in line
    assert line.startswith(f"{cell_of(place)}: ")


def test_a_message_names_the_column_of_the_fault():
    assert message(entered({WAGE: "high?"}, "high")).startswith(
        f"{cell_of(WAGE, 'high')}: labour.wage_per_h.high"
    )
    assert message(entered({WAGE: "€/h"}, "unit")).startswith(
        f"{cell_of(WAGE)}: labour.wage_per_h: unit '€/h'"
    )
    assert message(entered({"exchange_rates.USD": "USD/JPY"}, "unit")).startswith(
        cell_of("exchange_rates.USD", "unit")
    )
    assert message(entered({"name": "somebody"}, "source")).startswith(cell_of("name", "source"))


def test_a_formula_counts_with_the_value_saved_beside_it():
    raw = with_cell_xml(WAGE, '<c r="HERE"><f>1000*3</f><v>3000</v></c>')
    assert read(raw).labour.wage_per_h.value == 3000


def test_a_formula_without_a_saved_value_is_told():
    told = "holds a formula that was never computed; type the value, or save the file from Excel"
    assert f"{cell_of(WAGE)}: {told}" in message(entered({WAGE: "=1000*3"})).splitlines()


def test_an_error_in_a_cell_is_told():
    raw = with_cell_xml(WAGE, '<c r="HERE" t="e"><f>1/0</f><v>#DIV/0!</v></c>')
    assert f"{cell_of(WAGE)}: holds the error #DIV/0!" in message(raw)


def test_merged_cells_are_told_with_their_area():
    first = cell_of(WAGE).rpartition("!C")[2]
    raw = changed(lambda sheet: sheet.merge_cells(f"C{first}:D{first}"))
    assert f"{NAME}: Scenario!C{first}:D{first}: merged cells hide" in message(raw)


def test_merged_cells_over_a_heading_do_no_harm():
    def merge(sheet):
        row = row_of(sheet, WAGE) - 1
        sheet.merge_cells(f"A{row}:L{row}")
        sheet.merge_cells("A1:L1")

    assert read(changed(merge)) == demonstration()


def test_a_row_that_stands_twice_is_told_with_both_rows():
    def repeat(sheet):
        sheet.cell(900, 1).value, sheet.cell(900, 3).value = WAGE, 1

    row = cell_of(WAGE).rpartition("!C")[2]
    assert message(changed(repeat)) == (
        f"{NAME}: Scenario!A900: {WAGE} stands in row {row} already; keep one of them, or count the number up"
    )


def test_a_gap_in_the_numbers_is_told():
    def skip(sheet):
        for row in range(4, sheet.max_row + 1):
            cell = sheet.cell(row, 1)
            cell.value = str(cell.value or "").replace("supplies[9]", "supplies[50]") or None

    assert "supplies[50]: number 50 follows 8; count from 0 without a gap" in message(changed(skip))


def test_a_place_that_is_none_is_told_with_what_cannot_be_read():
    def misspell(sheet):
        sheet.cell(row_of(sheet, WAGE), 1).value = "labour.wage per h!"

    lines = message(changed(misspell)).splitlines()
    assert any("is no place of a scenario from '!' on; copy the spelling" in line for line in lines)


def test_a_value_without_a_place_is_not_lost_in_silence():
    def forget(sheet):
        sheet.cell(900, 3).value = 5

    assert message(changed(forget)).startswith(f"{NAME}: Scenario!C900: has a value but no place")


def test_an_unknown_place_is_told_with_the_nearest():
    def rename(sheet):
        sheet.cell(900, 1).value, sheet.cell(900, 3).value = "labour.wage_per_hour", 5

    assert f"{NAME}: Scenario!C900: labour.wage_per_hour: unknown key; did you mean 'wage_per_h'?" in message(
        changed(rename)
    )


def test_a_value_where_a_part_belongs_is_told():
    def overwrite(sheet):
        sheet.cell(900, 1).value, sheet.cell(900, 3).value = "workloads[0].acceptance", 0.5

    assert "stands both for a value and for a part with rows of its own" in message(changed(overwrite))


def test_two_sheets_of_inputs_are_not_guessed_between():
    workbook = load_workbook(io.BytesIO(DEMONSTRATION))
    workbook.copy_worksheet(workbook.worksheets[0])
    assert "the sheets 'Scenario' and 'Scenario Copy' both hold inputs" in message(saved(workbook))


def test_a_title_that_stands_twice_is_not_guessed_between():
    def repeat(sheet):
        sheet.cell(3, 14).value = "Value"

    assert "Scenario!N3: the title 'Value' stands twice" in message(changed(repeat))


def test_another_workbook_is_told_what_is_looked_for():
    assert "no sheet has the columns 'Place' and 'Value' (sheets: 'Scenario', 'How to fill in')" in message(
        changed(lambda sheet: sheet.delete_rows(1, 5))
    )


def test_curled_quotation_marks_and_full_width_brackets_are_read():
    def curl(sheet):
        sheet.cell(900, 1).value = "workloads［０］.acceptance_by_model[“SDXL Turbo”].mean"
        sheet.cell(900, 3).value = 0.6

    found = read(changed(curl)).workloads[0].acceptance_by_model
    assert [(key, acceptance.mean.value) for key, acceptance in found.items()] == [
        ("stabilityai/sdxl-turbo", 0.6)
    ]


def test_the_command_tells_the_cell_and_exits_with_two(tmp_path, capsys):
    path = write(entered({PUE: 0.5}), tmp_path)
    assert main(["check", str(path)]) == 2
    assert f"{path}: Scenario!C" in capsys.readouterr().err


def test_a_currency_named_in_the_unit_is_kept():
    place = "supplies[4].upkeep_per_year"
    assert read(entered({place: "USD/year"}, "unit")).supplies[4].upkeep_per_year.unit == "USD/year"


def titled(column: str, title: str) -> bytes:
    """The demonstration with another title over a column."""

    def change(sheet: Worksheet) -> None:
        sheet.cell(TITLE_ROW, COLUMNS.index(column) + 1).value = title

    return changed(change)


@pytest.mark.parametrize(
    ("column", "title"), [("unit", "Units"), ("low", "Lows"), ("placeholder", "Placeholders")]
)
def test_a_title_like_that_of_a_missing_column_is_refused_by_its_name(column, title):
    with pytest.raises(ScenarioError, match=f"the title '{title}' is not known; did you mean"):
        read(titled(column, title))


def test_a_column_of_one_s_own_is_left_alone():
    def change(sheet: Worksheet) -> None:
        sheet.cell(TITLE_ROW, len(COLUMNS) + 1).value = "checked by legal"

    assert read(changed(change)) == demonstration()


def test_an_amount_without_a_unit_beside_foreign_prices_is_a_fault():
    place = next(
        f"supplies[{number}].price_per_h"
        for number, supply in enumerate(demonstration().supplies)
        if getattr(getattr(supply, "price_per_h", None), "unit", None) == "USD/h"
    )
    with pytest.raises(ScenarioError, match="an amount without a unit") as told:
        read(entered({place: None}, "unit"))
    assert cell_of(place, "unit") in str(told.value)


def test_what_people_type_in_japanese_is_read():
    found = read(
        entered(
            {
                "workloads[0].images_per_attempt": "１、２、４",
                "workloads[0].deferrable": "はい",
                "site.country": "jpn",
            }
        )
    )
    workload = found.workloads[0]
    assert (workload.images_per_attempt, workload.deferrable, found.site.country) == ((1, 2, 4), True, "JPN")


@pytest.mark.parametrize(("written", "two"), [("1.890", "1.89 or 1890"), ("20.000", "20 or 20000")])
def test_a_number_with_two_readings_is_refused_with_both(written, two):
    assert f"'{written}' may be {two}" in message(entered({"workloads[0].images_per_month": written}))


def test_a_value_outside_its_own_range_is_a_sentence_for_an_exchange_rate_too():
    assert "high 165 lies below value 170" in message(entered({"exchange_rates.USD": 170}))


def without_rows(*places: str) -> bytes:
    """The demonstration after somebody deleted rows."""

    def change(sheet: Worksheet) -> None:
        for place in places:
            sheet.delete_rows(row_of(sheet, place))

    return changed(change)


def test_a_row_that_was_deleted_is_told_with_what_counts_instead():
    gone = ("finance.basis", "limits.models_max", "finance.tax.rate")
    found = workbook_from_bytes(without_rows(*gone), NAME)
    assert [(each.place, each.rows, each.counted) for each in found.left_out] == [
        ("finance.basis", 1, "real"),
        ("finance.tax.rate", 1, ""),
        ("limits.models_max", 1, ""),
    ]
    [note] = found.notes
    assert note.sentence("en").startswith(
        f"{NAME}: rows missing for 3 fields (finance.basis, finance.tax.rate, "
    )


def test_a_part_without_any_row_is_one_thing_and_the_paper_s_head_none():
    found = workbook_from_bytes(
        without_rows(
            "finance.tax.rate", "finance.tax.depreciation", "finance.tax.life_years", "proposal.title"
        ),
        NAME,
    )
    assert [(each.place, each.rows) for each in found.left_out] == [("finance.tax", 3)]


def test_a_workbook_with_all_rows_is_told_nothing_of():
    found = workbook_from_bytes(DEMONSTRATION, NAME)
    assert (found.left_out, found.notes) == ((), ())


def test_check_remarks_on_a_deleted_row_and_plan_s_note_is_not_said_twice(tmp_path, capsys):
    path = write(without_rows("finance.basis"), tmp_path)
    assert main(["check", str(path), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    [remark] = [each for each in told["remarks"] if each["kind"] == "no_row"]
    assert remark["name"] == "finance.basis"
    assert "the workbook has no row for it and real counts" in remark["what_to_do"]
    assert told["notes"] == []


def test_every_figure_outside_its_own_range_is_a_sentence_with_its_cell():
    ranged = {
        place: 2 * figure.high + 1 for place, figure, _ in figures(demonstration()) if figure.high is not None
    }
    ranged |= {
        f"exchange_rates.{code}": 2 * rate.high for code, rate in demonstration().exchange_rates.items()
    }
    assert len(ranged) > 30
    lines = message(entered(ranged)).splitlines()
    for place in ranged:
        assert any(line.startswith(f"{cell_of(place)}: {place}") for line in lines), place
