"""Page and JSON: a mix, the wait of a server carried alone, amounts of any size, plain text for a pipe."""

from dataclasses import replace

import pytest

from roi.amounts import bare_price, energy, mass, money, money_unit, unit_price, unit_words, whole_money
from roi.decision.decide import decide
from roi.output.document import decision_document
from roi.output.explain import explanation, explanation_document
from roi.output.figures import costlier, offer_label
from roi.output.terminal import piped_columns
from tests.roi.decision_text import decision_text
from tests.roi.small_case import profile
from tests.roi.used_case import scenario

INT8 = {"transformer": "torchao-int8-weight-only"}
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
    assert "In 2 parts: JPY 8.35 per accepted image, JPY 835,250 a month" in page
    assert page.index("70.0% of the pictures") < page.index("30.0% of the pictures")


def test_the_largest_share_is_the_choice_and_no_part_is_an_alternative():
    document = decision_document(mixed(), "en")
    assert (document["choice"]["profile_id"], document["alternatives"]) == ("dirty", [])


def test_amounts_of_any_size_are_written_without_an_exponent():
    assert bare_price(0.0000031, "JPY") == "0.0000031"
    assert bare_price(0.0000031, "USD") == "0.0000031"
    assert money(1.94e12, "JPY", "en") == "JPY 1,940 bn"
    assert whole_money(1.94e12, "JPY", "en") == "JPY 1,940,000,000,000"
    assert (energy(0.00042), energy(105.0), energy(3.1e6)) == ("0.42 Wh", "105 kWh", "3.1 GWh")
    assert (mass(0.0002), mass(52.1), mass(3100.0)) == ("0.2 g", "52.1 kg", "3.1 t")


@pytest.mark.parametrize(
    ("amount", "currency", "english", "japanese"),
    [
        (219_339_204.0, "JPY", "JPY 219 M", "2億1,934万円"),
        # Halves go away from nothing, as Excel's ROUND has them in the cell beside the sentence.
        (92_245_000.0, "JPY", "JPY 92.2 M", "9,225万円"),
        (-4_125_000.0, "JPY", "JPY -4.13 M", "-413万円"),
        (20_500_000.0, "JPY", "JPY 20.5 M", "2,050万円"),
        (3_000_000.0, "JPY", "JPY 3.00 M", "300万円"),
        (11_892_916_463.0, "JPY", "JPY 11.9 bn", "118億9,300万円"),
        (200_000_000.0, "JPY", "JPY 200 M", "2億円"),
        (1_234_567_000_000.0, "JPY", "JPY 1,230 bn", "1兆2,346億円"),
        (999_960.0, "JPY", "JPY 1.00 M", "100万円"),
        (184_200.0, "JPY", "JPY 184,200", "184,200円"),
        (-4_451_571.0, "JPY", "JPY -4.45 M", "-445万円"),
        (0.0, "JPY", "JPY 0", "0円"),
        (1_234_567.0, "USD", "USD 1.23 M", "USD 123万"),
        (63_589.04, "USD", "USD 63,589", "USD 63,589"),
        (12.5, "USD", "USD 12.50", "USD 12.50"),
        (0.0614, "USD", "USD 0.0614", "USD 0.0614"),
        (12.5, "KWD", "KWD 12.500", "KWD 12.500"),
    ],
)
def test_an_amount_in_a_sentence_has_few_digits_and_its_reader_s_way_of_counting(
    amount: float, currency: str, english: str, japanese: str
) -> None:
    assert money(amount, currency, "en") == english
    assert money(amount, currency, "ja") == japanese


def test_the_price_of_one_thing_keeps_the_digits_it_needs():
    assert (unit_price(83.0917, "JPY", "en"), unit_price(83.0917, "JPY", "ja")) == ("JPY 83.09", "83.09円")
    assert whole_money(78_996_653.2, "JPY", "ja") == "78,996,653円"


@pytest.mark.parametrize(
    ("largest", "currency", "language", "name", "shown"),
    [
        (999_999.0, "JPY", "en", "JPY", "500,000"),
        (1e6, "JPY", "en", "JPY M", "0.50"),
        (104_900_000.0, "JPY", "en", "JPY M", "0.5"),
        (104_900_000.0, "JPY", "ja", "万円", "50"),
        (5e9, "JPY", "en", "JPY M", "0"),
        (2e10, "JPY", "en", "JPY bn", "0.0"),
        (2e10, "JPY", "ja", "億円", "0.01"),
        (900.0, "USD", "en", "USD", "500,000.00"),
    ],
)
def test_all_amounts_of_a_table_stand_in_one_unit(largest, currency, language, name, shown):
    unit = money_unit([largest, -1.0], currency, language)
    assert (unit.name, unit.shown(500_000.0), unit.shown(0.0)) == (name, shown, "-")


def test_a_sheet_counts_by_thousands_in_every_language_because_its_formats_do():
    unit = money_unit([104_900_000.0], "JPY", "ja", by_thousands=True)
    assert (unit.name, unit.number_format) == ("百万円", "#,##0.0,,")
    assert money_unit([184_200.0], "JPY", "en", by_thousands=True).number_format == "#,##0"
    with pytest.raises(ValueError, match="no number format divides by 10000"):
        money_unit([104_900_000.0], "JPY", "ja").number_format  # noqa: B018


def test_units_of_the_inputs_are_read_in_the_reader_s_words():
    assert [unit_words(unit, "ja") for unit in ("s", "JPY/h", "USD/h", "image/month", "kgCO2e/kWh")] == [
        "秒",
        "円/時間",
        "USD/時間",
        "枚/月",
        "kgCO2e/kWh",
    ]
    assert unit_words("image/month", "en") == "image/month"


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


def test_two_offers_that_differ_in_their_engine_alone_have_names_of_their_own():
    names = {
        offer_label(decide(scenario(), [profile(**changed)]).choices[0].option.offer)
        for changed in ({}, {"config__engine": "tensorrt"}, {"config__compile_mode": "default"})
    }
    assert names == {
        f"one (1024x1024, 20 steps, bf16{words}, batch 4) / rented"
        for words in ("", ", tensorrt", ", torch.compile default")
    }


@pytest.mark.parametrize(("board", "times"), [("NVIDIA H100 80GB HBM3", 1), ("NVIDIA B200", 0)])
def test_a_quantization_that_took_more_energy_on_this_board_is_said_to(board, times):
    """Oracle: the library's pair of FLUX.1 [dev] at int8, 34.5 % above 16 bits on an H100; no pair on a B200."""
    offer = decide(scenario(), [profile(config__quantization=INT8)]).choices[0].option.offer
    made = replace(offer, profile=profile(config__quantization=INT8, hardware__accelerator=board))
    said = "torchao-int8-weight-only took 35% more energy an image than 16 bits"
    assert [one.startswith(said) for one in costlier(made, "en")] == [True] * times
