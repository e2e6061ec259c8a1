"""Page and JSON: a mix, the wait of a server carried alone, amounts of any size, plain text for a pipe."""

import pytest

from roi.decision.decide import decide
from roi.output.document import decision_document
from roi.output.explain import explanation, explanation_document
from roi.output.figures import bare_price, energy, mass, money
from roi.output.plain import piped_columns
from tests.roi.decision_text import decision_text
from tests.roi.small_case import profile
from tests.roi.used_case import scenario

DIRTY = profile("dirty", energy__energy_j_per_image=9000.0, speed__seconds_per_image=1.0)
CLEAN = profile("clean", energy__energy_j_per_image=100.0, speed__seconds_per_image=1.5)


def mixed():
    """A carbon cap that 70 % of dirty and 30 % of clean meet."""
    each = [decide(scenario(), [one]).choices[0] for one in (DIRTY, CLEAN)]
    first, second = (option.carbon_kg_co2e_per_accepted_image * 100_000 for option in each)
    cap = 0.7 * first + 0.3 * second
    asked = scenario({"limits.carbon_cap_per_month": cap, "workloads[0].mix": True})
    return decide(asked, [CLEAN, DIRTY])


def test_a_mix_has_one_title_one_total_and_a_share_for_each_part():
    """0.7 x 8.225 + 0.3 x 8.65 = 8.3525."""
    page = decision_text(mixed(), "en", 200)
    assert page.count("100,000 accepted images a month") == 1
    assert "A mix of 2: JPY 8.35 per accepted image, JPY 835,250 a month" in page
    assert page.index("70.0% of the pictures") < page.index("30.0% of the pictures")


def test_the_largest_share_is_the_choice_and_no_part_is_an_alternative():
    document = decision_document(mixed(), "en")
    assert (document["choice"]["profile_id"], document["alternatives"]) == ("dirty", [])


def test_amounts_of_any_size_are_written_without_an_exponent():
    assert bare_price(0.0000031, "JPY") == "0.0000031"
    assert bare_price(0.0000031, "USD") == "0.0000031"
    assert money(1.94e12, "JPY") == "JPY 1,940,000,000,000"
    assert (energy(0.00042), energy(105.0), energy(3.1e6)) == ("0.42 Wh", "105 kWh", "3.1 GWh")
    assert (mass(0.0002), mass(52.1), mass(3100.0)) == ("0.2 g", "52.1 kg", "3.1 t")


def test_the_page_for_a_pipe_has_no_trailing_blank_and_only_what_old_terminals_print():
    page = decision_text(decide(scenario(), [DIRTY, CLEAN]), "en")
    assert [line for line in page.splitlines() if line != line.rstrip()] == []
    assert page.isascii()
    assert decision_text(decide(scenario(), [DIRTY, CLEAN]), "ja").encode("cp932")


@pytest.mark.parametrize(("asked", "columns"), [("80", 80), ("", 120), ("wide", 120), ("0", 120)])
def test_a_pipe_is_as_wide_as_columns_says(monkeypatch, asked, columns):
    monkeypatch.setenv("COLUMNS", asked)
    assert piped_columns() == columns


def test_an_explanation_in_json_holds_the_lines_of_the_page():
    lines = explanation(decide(scenario(), [DIRTY, CLEAN]), "clean", "en")
    document = explanation_document("clean", lines)
    assert document == {"schema_version": 1, "id": "clean", "lines": lines}
    assert lines[0] == "Why not clean?"
