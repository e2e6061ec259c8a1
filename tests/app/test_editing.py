"""Edits of the table of inputs, laid over a scenario."""

import pytest

from roi.errors import ScenarioError
from roi.figure import USER_SOURCE
from roi.scenario.change import with_changes
from roi.scenario.document import Scenario
from roi.scenario.load import demonstration
from roi.screens.editing import (
    contents,
    edited,
    edited_as_far_as_possible,
    sections,
    with_parts,
)
from roi.texts import LANGUAGES, Language
from roi.texts.messages import said


def edit(part: str, edits: dict[str, dict[str, object]], scenario: Scenario | None = None) -> Scenario:
    """The demonstration with edits by label in a part."""
    base = scenario or demonstration()
    section = next(each for each in sections(base, "en") if str(each.steps[0]) == part)
    numbered = {section.labels.index(label): cells for label, cells in edits.items()}
    return edited(base, section, numbered, "en").scenario  # type: ignore[arg-type]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_table_edited_back_to_what_it_shows_changes_nothing(language: Language) -> None:
    for section in sections(demonstration(), language):
        same = {number: {"value": contents(row).get("value")} for number, row in enumerate(section.rows)}
        assert edited(demonstration(), section, same, language).scenario == demonstration()


def test_a_typed_number_is_the_visitors_own_within_the_old_range() -> None:
    price = edit("site", {"Electricity price": {"value": "31.5"}}).site.electricity_price
    assert price is not None
    assert (price.value, price.unit, price.low, price.high) == (31.5, "JPY/kWh", 20, 35)
    assert (price.source, price.placeholder, price.as_of) == (USER_SOURCE, False, None)


def test_a_number_beyond_the_old_range_drops_the_end_it_passes() -> None:
    price = edit("site", {"Electricity price": {"value": "40"}}).site.electricity_price
    assert price is not None
    assert (price.low, price.high) == (20, None)


def test_a_source_typed_beside_the_number_stays() -> None:
    cells = {"value": "28", "source": "our bill", "as_of": "2026-10-31", "confidence": "high"}
    price = edit("site", {"Electricity price": cells}).site.electricity_price
    assert price is not None
    assert (price.source, str(price.as_of), price.confidence) == ("our bill", "2026-10-31", "high")


def test_percent_and_full_width_digits_are_read() -> None:
    finance = edit("finance", {"Discount rate": {"value": "８ %"}}).finance
    assert finance.discount_rate_per_year.value == 0.08


def test_a_decimal_comma_is_read_and_told_with_its_row() -> None:
    section = next(each for each in sections(demonstration(), "en") if each.steps == ("site",))
    found = edited(demonstration(), section, {section.labels.index("PUE"): {"value": "1,4"}}, "en")
    assert found.scenario.site.pue.value == 1.4
    assert [note.sentence("en") for note in found.notes] == [
        "PUE: site.pue: 1,4 was read as 1.4: its comma is a decimal comma"
    ]


def test_a_fault_of_an_edit_is_told_in_the_readers_language() -> None:
    section = next(each for each in sections(demonstration(), "ja") if each.steps == ("site",))
    row = next(number for number, each in enumerate(section.rows) if each.steps == ("site", "pue"))
    _, fault = edited_as_far_as_possible(demonstration(), section, {row: {"value": "154"}}, "ja")
    assert (
        said("ja", fault or "")
        == f"{section.labels[row]}: site.pue: 154 はあり得ない値です。単位が % なら 1.54 と書きます"
    )
    assert str(fault).endswith(": site.pue: 154 is not possible; %? then write 1.54")


def test_a_number_of_three_decimals_that_stands_is_not_read_anew() -> None:
    """As a text `1.234` would have two readings; only the source beside it was typed."""
    base = with_changes(demonstration(), {"site.pue": 1.234})
    pue = edit("site", {"PUE": {"value": "1.234", "source": "our meter"}}, base).site.pue
    assert (pue.value, pue.source) == (1.234, "our meter")


def test_a_number_that_cannot_be_is_refused_with_its_row() -> None:
    with pytest.raises(ScenarioError, match=r"PUE: site\.pue: 154 is not possible; %\? then write 1\.54"):
        edit("site", {"PUE": {"value": "154"}})


def test_an_emptied_value_is_left_out() -> None:
    assert edit("workloads", {"Fallback picture": {"value": None}}).workloads[0].fallback_cost is None


def test_a_part_appears_when_its_fields_are_filled_and_goes_with_them() -> None:
    filled = {"Tax: Tax rate": {"value": "30 %"}, "Tax: Depreciation period": {"value": "5"}}
    taxed = edit("finance", filled)
    assert taxed.finance.tax is not None
    assert (taxed.finance.tax.rate.value, taxed.finance.tax.life_years) == (0.3, 5)
    emptied = {label: {"value": None} for label in (*filled, "Tax: Depreciation")}
    assert edit("finance", emptied, taxed).finance.tax is None


def test_half_a_part_names_what_is_missing() -> None:
    with pytest.raises(ScenarioError, match=r"life_years"):
        edit("finance", {"Tax: Tax rate": {"value": "30 %"}})


def test_another_kind_of_baseline_needs_its_own_fields_alone() -> None:
    external = edit(
        "workloads",
        {
            "Baseline: Kind of baseline": {"value": "external"},
            "Baseline: Name": {"value": "agency"},
            "Baseline: Price of a usable picture": {"value": "2500"},
            "Baseline: Own time for a picture": {"value": "60"},
        },
    )
    baseline = external.workloads[0].baseline
    assert baseline is not None
    assert baseline.kind == "external"


def test_every_fault_names_the_row() -> None:
    with pytest.raises(ScenarioError, match=r"Electricity price: site\.electricity_price") as refused:
        edit("site", {"Electricity price": {"value": "-3"}, "PUE": {"value": "much"}})
    assert len(str(refused.value).splitlines()) == 2


def test_a_supply_can_be_removed_and_a_second_of_the_same_name_cannot_be_added() -> None:
    base = demonstration()
    supplies = [supply.model_dump(mode="json") for supply in base.supplies]
    assert with_parts(base, "supplies", supplies[1:]).supplies == base.supplies[1:]
    with pytest.raises(ScenarioError, match="twice"):
        with_parts(base, "supplies", [*supplies, supplies[0]])


def test_edits_that_break_a_rule_hold_back_themselves_alone() -> None:
    base = demonstration()
    section = next(each for each in sections(base, "en") if each.steps[0] == "workloads")
    rows = {row.steps[2:]: number for number, row in enumerate(section.rows)}
    edits = {
        rows["images_per_month",]: {"value": "-5"},
        rows["attempts_max",]: {"value": "5"},
        rows["acceptance", "mean"]: {"value": "sixty"},
        rows["min_pixels",]: {"value": "262144"},
    }
    found, fault = edited_as_far_as_possible(base, section, edits, "en")  # type: ignore[arg-type]
    asked = {"workloads[0].attempts_max": 5, "workloads[0].min_pixels": 262_144}
    assert found.scenario == with_changes(base, asked)
    assert fault is not None
    assert "greater than 0" in fault
    assert "sixty" in fault
