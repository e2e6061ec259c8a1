"""Every faulty file of tests/roi/bad, the line its message names and the words it says."""

from pathlib import Path

import pytest

from roi.errors import ScenarioError
from roi.resources import template_path
from roi.scenario.load import load_scenario, scenario_from_text

BAD = Path(__file__).with_name("bad")
DEMONSTRATION = template_path("demonstration.yaml")

FAULTS: dict[str, list[tuple[int | None, tuple[str, ...]]]] = {
    "missing_price.yaml": [(27, ("supplies[0].price_per_h", "is missing", "money/h"))],
    "negative_price.yaml": [(33, ("supplies[0].price_per_h", "-2 must be at least 0"))],
    "pue_below_one.yaml": [(10, ("site.pue", "0.9 must be at least 1"))],
    "acceptance_zero.yaml": [(22, ("workloads[0].acceptance.mean", "must be greater than 0"))],
    "acceptance_above_one.yaml": [(22, ("1.2 must be at most 1",))],
    "nan.yaml": [(12, ("labour.wage_per_h", "not a finite number"))],
    "infinite.yaml": [(12, ("labour.wage_per_h", "not a finite number"))],
    "infinite_by_exponent.yaml": [(12, ("not a finite number",))],
    "unknown_key_near.yaml": [
        (23, ("unknown key; did you mean 'attempts_max'?",)),
        (17, ("workloads[0].attempts_max", "is missing")),
    ],
    "unknown_key_far.yaml": [(12, ("labour.zebra", "unknown key", "wage_per_h"))],
    "unknown_key_in_figure.yaml": [(33, ("supplies[0].price_per_h.as_off", "did you mean 'as_of'?"))],
    "unknown_top_key.yaml": [(11, ("workload", "did you mean 'workloads'?"))],
    "wrong_unit.yaml": [(33, ("supplies[0].price_per_h", "unit 'USD/kWh' does not fit", "USD/h"))],
    "wrong_unit_of_time.yaml": [(24, ("unit 'min' does not fit", "'s'"))],
    "unit_without_currency.yaml": [(9, ("site.electricity_price", "does not fit", "USD/kWh"))],
    "bomb.yaml": [
        (2, ("anchor '&a' is not allowed",)),
        (3, ("anchor '&b' is not allowed",)),
        (3, ("alias '*a' is not allowed",)),
        (4, ("alias '*b' is not allowed",)),
    ],
    "tabs.yaml": [(12, ("is indented with a tab; use spaces",))],
    "full_width_space.yaml": [(12, ("full-width space",))],
    "program_tag.yaml": [(2, ("tag '!!python/object/apply:os.system' is not allowed; remove it",))],
    "duplicate_key.yaml": [(9, ("site.country", "stands twice, first on line 8"))],
    "empty.yaml": [(None, ("is empty", "scenario --new"))],
    "only_comment.yaml": [(None, ("is empty",))],
    "a_list.yaml": [(1, ("holds a list, not a mapping",))],
    "a_word.yaml": [(1, ("holds a single value",))],
    "two_documents.yaml": [(53, ("a second document begins",))],
    "deep.yaml": [(1, ("nested more than 20 deep",))],
    "broken_brackets.yaml": [(20, ("cannot be read as YAML",))],
    "colon_in_text.yaml": [(2, ("cannot be read as YAML",))],
    "currency_without_rate.yaml": [(31, ("supplies[0].price_per_h", "needs a dated exchange rate", "USD"))],
    "rate_without_day.yaml": [(6, ("exchange_rates.USD.as_of", "is missing", "a rate without its day"))],
    "rate_as_number.yaml": [(6, ("exchange_rates.USD", "has no day"))],
    "rate_of_own_currency.yaml": [(6, ("exchange_rates.JPY", "own currency; remove"))],
    "rate_of_zero.yaml": [(6, ("exchange_rates.USD.value", "must be greater than 0"))],
    "rate_on_no_day.yaml": [(6, ("'2026-13-01' is not a day; write YYYY-MM-DD",))],
    "currency_in_words.yaml": [(3, ("currency", "three capital letters"))],
    "unknown_country.yaml": [(8, ("site.country", "'JAP' is unknown", "JPN (Japan)"))],
    "country_misspelt.yaml": [(32, ("country 'Germny' is unknown; nearest: DEU (Germany)",))],
    "country_of_two.yaml": [(32, ("country 'Korea' is unknown; nearest: KOR (South Korea), PRK (",))],
    "grid_in_grams.yaml": [
        (35, ("supplies[0].grid_intensity: 420 kgCO2e/kWh is not possible; g/kWh? then write 0.42",))
    ],
    "high_in_grams.yaml": [(35, ("high 440 kgCO2e/kWh is not possible; g/kWh? then write 0.44",))],
    "pue_in_percent.yaml": [(10, ("site.pue: 154 is not possible; %? then write 1.54",))],
    "pue_without_a_meaning.yaml": [(10, ("site.pue: 15.4 is not possible; usual are 1 to 2.5 (",))],
    "discount_in_percent.yaml": [(14, ("8 [1/year] is not possible; %? then write 0.08",))],
    "share_in_percent.yaml": [(25, ("deliver_min: value 80 must be at most 1; %? then write 0.8",))],
    "horizon_in_months.yaml": [(15, ("60 year is not possible; month? then write 5",))],
    "wage_of_a_year.yaml": [
        (12, ("4500000 JPY/h is not possible; JPY/month? then write 26162.8; JPY/year? then write 2250",))
    ],
    "wage_in_another_currency.yaml": [
        (12, ("2800 USD/h is not possible; JPY/h? then write that unit; USD/month? then write 16.2791",))
    ],
    "price_of_a_megawatt_hour.yaml": [(9, ("25000 JPY/kWh is not possible; JPY/MWh? then write 25",))],
    "rate_turned_round.yaml": [
        (6, ("USD.value: 0.0067 JPY/USD is not possible; USD/JPY? then write 149.254",))
    ],
    "power_in_watts.yaml": [(32, ("max_power_kw: 10200 kW is not possible; W? then write 10.2",))],
    "number_and_unit.yaml": [
        (9, ("'25 JPY/kWh' holds a number and its unit; write {value: 25, unit: JPY/kWh}",))
    ],
    "number_and_unit_as_value.yaml": [(12, ("'28 USD/h' holds", "write value: 28, unit: USD/h"))],
    "comma_in_braces.yaml": [(12, ("labour.wage_per_h.5: stands alone", "write a decimal point"))],
    "point_of_two_readings.yaml": [(12, ("'20.000' may be 20 or 20000; write 20 or 20000",))],
    "point_that_needs_a_digit.yaml": [(10, ("'1.234' may be 1.234 or 1234; write 1.2340 or 1234",))],
    "repeated_supply.yaml": [(47, ("supplies[2].name", "'rented' is used twice"))],
    "low_above_value.yaml": [(41, ("supplies[1].capex", "low 50000000 lies above value 40000000"))],
    "high_below_value.yaml": [(41, ("high 35000000 lies below value 40000000",))],
    "truth_as_number.yaml": [(12, ("true is not a number",))],
    "truth_as_value.yaml": [(12, ("labour.wage_per_h.value", "true is not a number"))],
    "thousands_separator.yaml": [(12, ("labour.wage_per_h: '2,800' may be 2.8 or 2800; write 2.8 or 2800",))],
    "number_in_quotes.yaml": [(33, ("supplies[0].price_per_h.value", "write 68.8"))],
    "full_width_number.yaml": [(12, ("write 2800",))],
    "percent.yaml": [(25, ("'80%' is not a number; write 0.8",))],
    "clock_time.yaml": [(24, ("'1:30' is not a number",))],
    "list_for_mapping.yaml": [(11, ("labour", "a list stands where a mapping"))],
    "mapping_for_list.yaml": [(19, ("workloads[0].images_per_attempt", "a mapping is not a list"))],
    "nothing_for_section.yaml": [(11, ("labour", "nothing stands where a mapping"))],
    "latency_on_deferrable.yaml": [(17, ("workloads[0]", "deferrable workload waits"))],
    "beta_with_mean_one.yaml": [(20, ("workloads[0].acceptance", "needs a mean below 1"))],
    "beta_without_concentration.yaml": [(20, ("workloads[0].acceptance", "needs 'concentration'"))],
    "unknown_kind_of_acceptance.yaml": [
        (21, ("workloads[0].acceptance.kind", "'alike', 'beta' or 'redrawn'"))
    ],
    "unknown_model.yaml": [
        (
            24,
            (
                "acceptance_by_model.SDXL-Trubo: model 'SDXL-Trubo' is unknown; nearest: Stable Diffusion XL Turbo",
            ),
        )
    ],
    "one_model_twice.yaml": [(28, ("SDXL Turbo: is the same model as 'stabilityai/sdxl-turbo' above",))],
    "unknown_allowed_country.yaml": [
        (23, ("workloads[0].countries[1]", "'DEO' is unknown", "DEU (Germany)"))
    ],
    "too_many_images.yaml": [(17, ("32 attempts of 64 images are 2,048 images", "at most 2,000"))],
    "ambiguous_board.yaml": [(30, ("supplies[0].board", "A100 SXM 40GB"))],
    "unknown_kind_of_supply.yaml": [(46, ("supplies[2]", "'cloud' is unknown; write rent, own or api"))],
    "baseline_below_zero.yaml": [
        (30, ("workloads[0].baseline.seconds_per_image: ", "-5 must be at least 0"))
    ],
    "baseline_of_unknown_kind.yaml": [
        (26, ("workloads[0].baseline: ", "kind 'studio' is unknown; write external, profile or api"))
    ],
    "supply_without_kind.yaml": [(46, ("supplies[2]", "kind is missing"))],
    "supply_is_a_word.yaml": [(46, ("supplies[2]", "stands where a mapping"))],
    "own_without_shared.yaml": [(36, ("supplies[1].shared", "add `shared: false` where this work carries"))],
    "own_without_tariff.yaml": [(7, ("site.electricity_price", "needed by the own supplies"))],
    "no_workloads.yaml": [(16, ("workloads", "is empty; give at least one"))],
    "fraction_of_a_gpu.yaml": [(31, ("supplies[0].gpu_count", "is not a whole number"))],
    "utilization_of_one.yaml": [(35, ("supplies[0].utilization_fraction", "1 must be less than 1"))],
    "newer_version.yaml": [(1, ("schema_version", "2 is not known here; write 1"))],
    "repeated_attempt_size.yaml": [(23, ("workloads[0].images_per_attempt", "named twice"))],
    "empty_name.yaml": [(2, ("name: is an empty text; write something",))],
    "two_faults.yaml": [(12, ("-5 must be at least 0",)), (14, ("'x' is not a number",))],
    "faults_near_and_across.yaml": [
        (47, ("is used twice",)),
        (50, ("-3 must be at least 0",)),
        (50, ("needs a dated exchange rate",)),
    ],
    "binary.yaml": [(None, ("neither UTF-8 nor cp932 nor cp1252",))],
    "utf16.yaml": [(None, ("is text in UTF-16; save it as UTF-8",))],
    "control_character.yaml": [(None, ("is not YAML text",))],
}


def _message(path: Path) -> str:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path)
    return str(caught.value)


def test_the_file_from_which_the_faulty_ones_are_made_is_valid():
    assert [supply.name for supply in load_scenario(BAD / "valid.yaml").supplies] == [
        "rented",
        "owned",
        "service",
    ]


def test_every_faulty_file_is_in_the_table():
    assert {path.name for path in BAD.glob("*.yaml")} == {*FAULTS, "valid.yaml"}


@pytest.mark.parametrize("name", FAULTS)
def test_a_faulty_file_names_each_fault_with_its_line_and_nothing_else(name):
    path = BAD / name
    lines = _message(path).splitlines()
    assert len(lines) == len(FAULTS[name])
    for number, words in FAULTS[name]:
        place = f"{path}:{number}: " if number else f"{path}: "
        assert [line for line in lines if line.startswith(place) and all(word in line for word in words)]


@pytest.mark.parametrize("name", FAULTS)
def test_no_message_shows_the_programs_inside(name):
    message = _message(BAD / name)
    assert not [
        word for word in ("Traceback", "pydantic", "ValidationError", "Input should") if word in message
    ]


def test_a_folder_is_named_as_such(tmp_path):
    assert _message(tmp_path) == f"{tmp_path}: is a folder; name a scenario file (YAML)"


def test_a_missing_file_is_told_how_to_come_by():
    assert _message(Path("nowhere.yaml")) == (
        "nowhere.yaml: no such file; `python -m roi scenario --new nowhere.yaml` writes one"
    )


def test_a_file_above_one_mebibyte_is_refused(tmp_path):
    path = tmp_path / "large.yaml"
    path.write_text("# " + "x" * (1 << 20), encoding="utf-8")
    assert _message(path) == f"{path}: is larger than 1 MiB; a scenario is a few hundred lines"


def test_a_thousand_anchors_print_twenty_lines():
    with pytest.raises(ScenarioError) as caught:
        scenario_from_text("\n".join(f"k{n}: &a{n} 1" for n in range(1000)), "many.yaml")
    assert len(str(caught.value).splitlines()) == 20


def test_a_mapping_where_the_currency_stands_is_told_as_such():
    text = (BAD / "valid.yaml").read_text(encoding="utf-8").replace("currency: JPY", "currency: {a: 1}")
    with pytest.raises(ScenarioError) as caught:
        scenario_from_text(text, "odd.yaml")
    assert "odd.yaml:3: currency: a mapping is not a text; write a text" in str(caught.value).splitlines()


@pytest.mark.parametrize(
    ("field", "written", "advice"),
    [
        ("wage_per_h", "$1.2", "write {value: 1.2, unit: USD/h}"),
        ("wage_per_h", "1.2 USD", "write {value: 1.2, unit: USD/h}"),
        ("wage_per_h", "USD 1.2", "write {value: 1.2, unit: USD/h}"),
        ("wage_per_h", "28円", "write {value: 28, unit: JPY/h}"),
        ("wage_per_h", "4500 USD/month", "not this figure's unit; write the number in money/h alone"),
        ("images_per_month", "5M", "write 5000000"),
        ("images_per_month", "1.5 million", "write 1500000"),
        ("images_per_month", "2万", "write 20000"),
        ("images_per_month", "5 images/month", "write {value: 5, unit: image/month}"),
        ("images_per_month", "240000 images/year", "write the number in image/month alone"),
        ("images_per_month", "$5", "write the number in image/month alone"),
    ],
)
def test_advice_about_a_number_never_changes_the_amount(field: str, written: str, advice: str) -> None:
    lines = DEMONSTRATION.read_text(encoding="utf-8").splitlines()
    (place,) = [number for number, line in enumerate(lines) if line.lstrip().startswith(f"{field}:")]
    depth = len(lines[place]) - len(lines[place].lstrip())
    end = next(n for n in range(place + 1, len(lines)) if len(lines[n]) - len(lines[n].lstrip()) <= depth)
    text = "\n".join([*lines[:place], f"{' ' * depth}{field}: {written}", *lines[end:]])
    with pytest.raises(ScenarioError) as caught:
        scenario_from_text(text, "mine.yaml")
    assert advice in str(caught.value)


@pytest.mark.parametrize(
    ("proposal", "told"),
    [
        (
            "drafted_on: 2026-05-01\n  decision_wanted_by: 2026-04-30",
            "proposal: decision_wanted_by 2026-04-30 lies before drafted_on 2026-05-01",
        ),
        ("proposer: '  '", "proposal.proposer: '  ' is blank; write a name"),
    ],
)
def test_a_head_that_cannot_be_so_is_refused(proposal: str, told: str) -> None:
    text = f"{DEMONSTRATION.read_text(encoding='utf-8')}\nproposal:\n  {proposal}\n"
    with pytest.raises(ScenarioError) as caught:
        scenario_from_text(text, "mine.yaml")
    assert told in str(caught.value)
