"""`python -m roi sensitivity`: page, document, charts, refusals; few draws, the demonstration as it is."""

import builtins
import json
import re
from pathlib import Path

import numpy as np
import pytest
from scipy import optimize, special

from bench.library import library_profiles
from roi.__main__ import main
from roi.decision.decide import decide
from roi.figure import figures
from roi.output.charts.files import write_sensitivity_charts
from roi.output.sensitivity.document import sensitivity_document
from roi.output.sensitivity.labels import figure_label, range_label, value_label
from roi.output.sensitivity.page import sensitivity_page
from roi.output.terminal import plain_text
from roi.scenario.change import with_changes
from roi.scenario.effective import effective_figures
from roi.scenario.load import demonstration
from roi.sensitivity.analysis import Analysis, analyse
from roi.sensitivity.inputs import Ranged, field_of, ranged_inputs
from roi.sensitivity.plan_analysis import PlanAnalysis, analyse_plan
from roi.texts import catalogue
from tests.roi.planning_cases import years
from tests.roi.sensitivity_cases import RANGES, ranged_scenario, two_profiles
from tests.roi.small_case import SECOND, TEXT, profile

JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    return analyse(demonstration(), library_profiles(), draws=200)


@pytest.fixture(scope="module")
def several() -> Analysis:
    """With two figures that have a range: without foresight every point is solved."""
    ranged = ("labour.wage_per_h", "supplies[2].price_per_image", "exchange_rates.USD")
    base = with_changes(
        ranged_scenario(), {place: each["value"] for place, each in RANGES.items() if place not in ranged}
    )
    asked = with_changes(
        base, {"workloads": [base.workloads[0].model_dump(mode="json"), SECOND], "limits.models_max": 1}
    )
    return analyse(asked, two_profiles(), draws=50)


def test_the_page_says_what_matters_most_and_where_the_choice_turns(analysis: Analysis) -> None:
    page = plain_text(sensitivity_page(analysis, "en"), 120)
    assert "share of images accepted: at 0.15 nothing meets all rules" in page
    assert "cost of taking up, Verda H100 Finland" in page
    turn = optimize.brentq(lambda mean: delivered(mean) - 0.85, 0.15, 0.5, xtol=1e-9)
    assert re.search(rf"Turns first .*at {turn:.4g} \(now 0\.5\)", page)
    assert "27 of 38 drawn figures are placeholders" in page
    assert "Seed 1" in page


def delivered(mean: float) -> float:
    """Of the demonstration, with 6 attempts of 4 images and a + b = 3: 1 - B(a, b + 24) / B(a, b)."""
    a, b = 3.0 * mean, 3.0 * (1.0 - mean)
    return 1.0 - float(np.exp(special.betaln(a, b + 24) - special.betaln(a, b)))


@pytest.mark.parametrize("columns", [80, 120])
@pytest.mark.parametrize("language", ["en", "ja"])
def test_no_line_is_wider_than_the_terminal(analysis: Analysis, columns: int, language: str) -> None:
    from rich.cells import cell_len

    page = plain_text(sensitivity_page(analysis, language), columns)
    assert max(cell_len(line) for line in page.splitlines()) <= columns


def test_the_japanese_page_is_japanese_and_the_english_is_not(analysis: Analysis) -> None:
    japanese = plain_text(sensitivity_page(analysis, "ja"), 120)
    english = plain_text(sensitivity_page(analysis, "en"), 120)
    assert not JAPANESE.search(english)
    headings = [
        catalogue("ja")[f"sensitivity.{key}"] for key in ("tornado", "switching", "frontier", "notes")
    ]
    assert [heading for heading in headings if heading not in japanese] == []


def test_several_workloads_are_named_and_tied_ones_are_said_to_be(several: Analysis) -> None:
    page = plain_text(sensitivity_page(several, "en"), 120)
    assert "How sure, pictures" in page
    assert "How sure, banners" in page
    assert "In the futures each workload is decided by itself, on machines of its own" in " ".join(
        page.split()
    )


def test_the_document_holds_what_the_analysis_found(analysis: Analysis) -> None:
    document = json.loads(json.dumps(sensitivity_document(analysis, "en"), allow_nan=False))
    assert document["status"] == "optimal"
    assert document["monte_carlo"]["draws"] == 200
    assert document["monte_carlo"]["decides_as_recommend_does"] is True
    assert len(document["tornado"]) == len(ranged_inputs(demonstration()))
    first = document["tornado"][0]
    assert (first["name"], first["at_low"]["fault"]) == ("workloads[0].acceptance.mean", "deliver_min")
    assert document["cost_carbon_frontier"]["complete"] is True
    assert document["cost_fid_frontier"][0]["fid_max"] == 6.15
    shares = [best["probability"] for best in document["monte_carlo"]["workloads"][0]["best"]]
    nothing = document["monte_carlo"]["workloads"][0]["no_answer_probability"]
    assert sum(shares) + nothing == pytest.approx(1.0, abs=1e-12)
    assert document["inputs_hash"] == decide(demonstration(), library_profiles()).inputs_hash


@pytest.fixture(scope="module")
def planned() -> PlanAnalysis:
    outside = {
        "kind": "external",
        "name": "agency",
        "seconds_per_image": 0,
        "cost_per_image": {"value": 300, "low": 5, "high": 400},
    }
    asked = years(2, **{"workloads[0].baseline": outside, "finance.discount_rate_per_year": 0.1})
    return analyse_plan(asked, [profile()], draws=100)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_page_of_a_plan_says_what_it_returns_and_where_that_turns(
    planned: PlanAnalysis, language: str
) -> None:
    quick = analyse(planned.decision.scenario, [profile()], draws=20)
    page = plain_text(sensitivity_page(quick, language, planned), 120)
    assert catalogue(language)["sensitivity.plan_pays"] in page
    break_even = planned.decision.worth.levelised_cost_per_accepted_image
    assert f"{break_even:.4g}"[:4] in page
    assert bool(JAPANESE.search(page)) == (language == "ja")


def test_the_document_of_a_plan_holds_its_spread_and_its_turning_points(planned: PlanAnalysis) -> None:
    quick = analyse(planned.decision.scenario, [profile()], draws=20)
    document = json.loads(json.dumps(sensitivity_document(quick, "en", planned), allow_nan=False))["plan"]
    assert document["npv_as_it_stands"] == planned.decision.finance.npv
    assert document["monte_carlo"]["npv"]["p50"] == planned.risk.npv.p50
    assert document["monte_carlo"]["largest_difference_to_repricing"] < 1e-9
    assert document["npv_switching"][0]["name"] == "workloads[0].baseline.cost_per_image"
    assert document["tornado"][0]["at_low"]["solved_anew"] is True


def test_the_npv_of_a_plan_is_drawn(planned: PlanAnalysis, tmp_path: Path) -> None:
    quick = analyse(planned.decision.scenario, [profile()], draws=20)
    names = {path.name for path in write_sensitivity_charts(quick, tmp_path, "svg", "en", planned)}
    assert "sensitivity-npv.svg" in names


def test_a_scenario_without_an_answer_shows_the_conflict_and_exits_with_1(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "strict.yaml"
    file.write_text(TEXT.replace("fid_max: 20", "fid_max: 0.1"), encoding="utf-8")
    assert main(["sensitivity", str(file)]) == 1
    assert "nothing meets all rules" in capfd.readouterr().out
    assert main(["sensitivity", str(file), "--json"]) == 1
    document = json.loads(capfd.readouterr().out)
    assert (document["status"], document["monte_carlo"], document["tornado"]) == ("infeasible", None, [])


def test_the_command_writes_page_and_charts(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    arguments = ["sensitivity", "--draws", "50", "--charts", str(tmp_path), "--format", "svg", "--lang", "ja"]
    assert main(arguments) == 0
    printed = capfd.readouterr()
    assert "50 通りの想定" in printed.out
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["sensitivity-carbon.svg", "sensitivity-spread.svg", "sensitivity-tornado.svg"]
    assert all(name in printed.err for name in names)


def test_the_same_charts_are_the_same_bytes(analysis: Analysis, tmp_path: Path) -> None:
    first, again = (
        write_sensitivity_charts(analysis, tmp_path / name, "svg", "en") for name in ("one", "two")
    )
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in again]


def test_a_frontier_of_several_fid_levels_is_drawn(several: Analysis, tmp_path: Path) -> None:
    names = {path.name for path in write_sensitivity_charts(several, tmp_path, "png", "en")}
    assert "sensitivity-fid.png" in names
    assert (tmp_path / "sensitivity-tornado.png").read_bytes()[:4] == b"\x89PNG"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--draws", "1"), "at least 2 draws"),
        (("--seed", "-1"), "a seed of 0 or more"),
        (("--distribution", "normal"), "--distribution 'normal': choose one of triangular, pert, uniform"),
        (("--format", "gif"), "--format 'gif': choose one of png, svg, pdf"),
        (("--workload", "films"), "--workload 'films' is not in the scenario"),
        (("--lang", "de"), "no texts in that language"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(
    arguments: tuple[str, ...], sentence: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["sensitivity", *arguments]) == 2
    assert sentence in capfd.readouterr().err


def test_charts_without_vl_convert_name_the_extra(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    plain = builtins.__import__

    def without(name, *rest, **named):
        if name.partition(".")[0] == "vl_convert":
            raise ModuleNotFoundError("No module named 'vl_convert'", name="vl_convert")
        return plain(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", without)
    assert main(["sensitivity", "--draws", "20", "--charts", str(tmp_path)]) == 2
    assert "pip install 'image-roi[charts]'" in capfd.readouterr().err


def test_every_figure_of_a_scenario_has_a_name_in_both_languages() -> None:
    listed = {place for place, _, _ in figures(demonstration())}
    listed |= {place for place, _, _ in effective_figures(demonstration())} | set(RANGES)
    fields = {field_of(place) for place in listed}
    for language in ("en", "ja"):
        assert {field for field in fields if f"field.{field}" not in catalogue(language)} == set()


def test_labels_say_whose_figure_it_is_and_in_which_unit() -> None:
    shared = Ranged(("a", "b"), 150.0, 80.0, 300.0, "W", "host_power_w_per_gpu", "", False)
    rate = Ranged(("r",), 0.1, 0.0624, 0.12, "1/year", "discount_rate_per_year", "", True)
    price = Ranged(("p",), 2.5, 1.0, 12345.6, "USD/h", "price_per_h", "rented", False)
    assert figure_label(shared, "en") == "power of the server's rest, 2 supplies"
    assert figure_label(price, "ja") == "1時間のレンタル料（rented）"
    looks = [
        Ranged(
            (f"workloads[0].{part}.seconds_per_image",), 3.0, 1.0, 9.0, "s", "seconds_per_image", "w", False
        )
        for part in ("review", "baseline")
    ]
    said = [figure_label(each, "en") for each in looks]
    assert said == ["look per image, w", "own time for today's picture, w"]
    assert value_label(rate, 0.0624, "en") == "6.24%/year"
    assert value_label(rate, 0.0624, "ja") == "6.24%/年"
    assert range_label(price, "en") == "1 .. 12,346 (2.5) USD/h"
