"""Figures hold the answer's own numbers, name their units and sources, and obey nobody's markup."""

import math
from dataclasses import replace
from itertools import pairwise
from typing import Any, get_args

import pytest

from bench.library import library_profiles
from roi.amounts import Unit, money
from roi.decision.answer import Decision
from roi.decision.decide import decide
from roi.disclosure import carbon_by_scope
from roi.output.charts.files import Format, picture
from roi.output.charts.frontier import frontier
from roi.output.charts.grammar import Spec, legend_columns, said_of
from roi.output.charts.image import image_cost, supplies
from roi.output.charts.look import COMPONENT_COLOURS, TITLE_COLUMNS, Look, columns_of, wrapped
from roi.output.charts.plan import carbon, cash, years
from roi.output.charts.sureness import BINS, abatement, futures, tornado
from roi.output.offer_states import Seen, Supplied, seen, supplied
from roi.planning.answer import PlanDecision
from roi.planning.decide_plan import plan
from roi.scenario.change import with_changes
from roi.scenario.load import demonstration
from roi.sensitivity.analysis import Analysis, analyse
from roi.sensitivity.frontier import fid_frontier

LOOK = Look("en", False, "JPY")
DARK = Look("ja", True, "JPY")


@pytest.fixture(scope="module")
def decided() -> Decision:
    return decide(demonstration(), library_profiles())


@pytest.fixture(scope="module")
def planned() -> PlanDecision:
    return plan(demonstration(), library_profiles())


@pytest.fixture(scope="module")
def analysed() -> Analysis:
    return analyse(demonstration(), library_profiles(), draws=400)


@pytest.fixture(scope="module")
def rows(decided: Decision) -> tuple[Seen, ...]:
    return seen(decided, decided.scenario.workloads[0], library_profiles(), "en")


@pytest.fixture(scope="module")
def bars(decided: Decision, rows: tuple[Seen, ...]) -> tuple[Supplied, ...]:
    return supplied(decided, rows)


def drawn_frontier(rows: tuple[Seen, ...], look: Look = LOOK) -> Spec:
    scenario = demonstration()
    return frontier(rows, fid_frontier(scenario, library_profiles()), scenario.workloads[0], look)


def drawn_futures(analysed: Analysis, look: Look = LOOK) -> Spec:
    simulation = analysed.simulation
    assert simulation is not None
    assert simulation.cost is not None
    amounts = simulation.costs.tolist()
    return futures(amounts, simulation.cost, 83.09, Unit("JPY", 1.0, 2), "JPY per image", "Futures", look)


def every_figure(
    decided: Decision, planned: PlanDecision, analysed: Analysis, rows: tuple[Seen, ...], look: Look
) -> list[Spec]:
    assert planned.ledger is not None
    assert planned.worth is not None
    assert planned.finance is not None
    return [
        image_cost(decided, look),
        years(planned, planned.ledger, planned.worth, look),
        cash(planned.finance, look),
        carbon(planned, planned.ledger, planned.worth, look),
        drawn_frontier(rows, look),
        supplies(supplied(decided, rows), look),
        tornado(analysed, look),
        drawn_futures(analysed, look),
        abatement(analysed.decision, analysed.carbon.points, look),
    ]


def rows_of(spec: Spec, mark: str = "") -> list[dict[str, Any]]:
    """The values of all layers of a mark, or of all marks."""
    found = []
    for layer in spec["layer"]:
        for each in layer.get("layer", [layer]):
            if mark in ("", each["mark"]["type"]):
                found += each["data"]["values"]
    return found


def axis_title(spec: Spec, channel: str) -> str:
    """What the axis is called by the first layer that has it."""
    layers = (each for layer in spec["layer"] for each in layer.get("layer", [layer]))
    return next(
        str(each["encoding"][channel]["axis"]["title"]) for each in layers if channel in each["encoding"]
    )


def test_the_parts_of_an_image_add_up_to_its_cost(decided: Decision) -> None:
    parts = [row["amount"] for row in rows_of(image_cost(decided, LOOK), "bar")]
    assert math.isclose(sum(parts), decided.choices[0].cost_per_accepted_image, rel_tol=1e-12)


def test_the_heading_names_the_workload_whose_price_it_tells(decided: Decision) -> None:
    first = decided.scenario.workloads[0]
    several = decided.scenario.model_copy(
        update={"workloads": (first, first.model_copy(update={"name": "banners"}))}
    )
    heads = [
        " ".join(image_cost(each, LOOK)["title"]["text"])
        for each in (decided, replace(decided, scenario=several))
    ]
    assert heads[0].startswith("An accepted image costs ")
    assert heads[1].startswith("An accepted image of product-pictures costs ")


def test_the_bars_of_all_years_add_up_to_the_ledgers_of_plan_and_today(planned: PlanDecision) -> None:
    assert planned.ledger is not None
    assert planned.baseline is not None
    assert planned.worth is not None
    spec = years(planned, planned.ledger, planned.worth, LOOK)
    shown = math.fsum(row["y"] - row["y2"] for row in rows_of(spec)) * 1e6
    both = planned.ledger.total(lambda _: True) + planned.baseline.total(lambda _: True)
    assert math.isclose(shown, both, rel_tol=1e-12)
    assert axis_title(spec, "y") == "JPY M, at prices of the year"
    assert axis_title(spec, "x") == "left: plan, right: today"


def test_bars_stand_on_each_other_without_a_gap(planned: PlanDecision) -> None:
    assert planned.ledger is not None
    assert planned.worth is not None
    rows = rows_of(years(planned, planned.ledger, planned.worth, LOOK))
    first = [row for row in rows if (row["x"], row["side"]) == ("year 1", "plan")]
    assert [row["y2"] for row in first] == [0.0, *(row["y"] for row in first[:-1])]


def test_without_a_baseline_the_plan_stands_alone() -> None:
    alone = with_changes(demonstration(), {"workloads[0].baseline": None})
    found = plan(alone, library_profiles())
    assert found.ledger is not None
    assert found.worth is not None
    spec = years(found, found.ledger, found.worth, LOOK)
    across = spec["layer"][0]["encoding"]["x"]["scale"]["domain"]
    assert across == ["year 1", "year 2", "year 3", "year 4", "year 5"]
    assert "xOffset" not in spec["layer"][0]["encoding"]
    assert "going on as today" not in said_of(spec)


def test_cash_begins_with_the_outlay_and_ends_with_all_of_it(planned: PlanDecision) -> None:
    finance = planned.finance
    assert finance is not None
    spec = cash(finance, LOOK)
    line = rows_of(spec, "area")
    assert axis_title(spec, "y") == "JPY M against today"
    assert math.isclose(line[0]["y"] * 1e6, -finance.investment, rel_tol=1e-12)
    assert math.isclose(line[-1]["y"] * 1e6, math.fsum(finance.cash_flows), rel_tol=1e-9)
    assert len(line) == 61
    ended = money(math.fsum(finance.cash_flows), "JPY", "en")
    assert f"has brought {ended} more" in said_of(spec)
    assert "value today JPY 4.12 M" in said_of(spec)
    assert spec["layer"][0]["encoding"]["x"]["axis"]["values"] == [0, 12, 24, 36, 48, 60]


def test_the_payback_is_marked_where_the_engine_has_it(planned: PlanDecision) -> None:
    assert planned.finance is not None
    marks = {row["name"]: row for row in rows_of(cash(planned.finance, LOOK), "point") if "name" in row}
    mark = marks["paid back after 21 months"]
    assert (mark["x"], mark["y"]) == (planned.finance.simple_payback_months, 0.0)


def test_the_bars_of_carbon_add_up_to_the_disclosure(planned: PlanDecision) -> None:
    assert planned.ledger is not None
    assert planned.baseline is not None
    assert planned.worth is not None
    spec = carbon(planned, planned.ledger, planned.worth, LOOK)
    sides = (planned.ledger, planned.baseline)
    disclosed = [each.total_location for side in sides for each in carbon_by_scope(planned.scenario, side)]
    shown = math.fsum(row["y"] - row["y2"] for row in rows_of(spec))
    assert math.isclose(shown, math.fsum(disclosed), rel_tol=1e-12)


def test_the_star_stands_at_the_choice(decided: Decision, rows: tuple[Seen, ...]) -> None:
    option = decided.choices[0].option
    [star] = [row for row in rows_of(drawn_frontier(rows), "point") if row["kind"] == "the choice"]
    assert option.offer.quality is not None
    assert star["x"] == option.offer.quality.value
    assert star["y"] == pytest.approx(decided.choices[0].cost_per_accepted_image, rel=1e-12)
    assert (star["id"], star["supply"]) == (option.offer.id, option.offer.supply)
    profile = option.offer.profile
    assert profile is not None
    assert profile.evidence.source.citation[:30] in star["said"]


def test_every_mark_of_the_frontier_can_be_asked_about(rows: tuple[Seen, ...]) -> None:
    marks = [layer for layer in drawn_frontier(rows)["layer"] if layer["mark"]["type"] == "point"]
    asked = [param["select"]["fields"] for layer in marks for param in layer["params"]]
    assert asked == [["id", "supply"]] * len(marks)


def test_a_figure_of_another_ruler_or_version_is_no_mark(rows: tuple[Seen, ...]) -> None:
    apart = [row for row in rows if row.reason.startswith(("no fid on", "no FID on", "quality match"))]
    assert len(apart) > 150
    assert {row.fid for row in apart} == {None}
    marks = len(rows_of(drawn_frontier(rows), "point"))
    assert marks == sum(row.fid is not None and row.cost_per_accepted_image is not None for row in rows)


def test_every_offer_is_in_or_out_with_a_reason(decided: Decision, rows: tuple[Seen, ...]) -> None:
    passing = {(option.offer.id, option.offer.supply) for option in decided.options}
    assert {(row.id, row.supply) for row in rows if row.state != "out"} == passing
    out = [row for row in rows if row.state == "out"]
    assert len(out) == len(decided.rejected)
    assert all(row.reason and row.detail for row in out)


def test_near_offers_cost_what_the_decision_says(decided: Decision, rows: tuple[Seen, ...]) -> None:
    [near] = decided.alternatives.values()
    wanted = [(each.option.offer.id, each.cost_per_accepted_image) for each in near]
    found = [(row.id, row.cost_per_accepted_image) for row in rows if row.state == "near"]
    assert [name for name, _ in found] == [name for name, _ in wanted]
    assert [cost for _, cost in found] == pytest.approx([cost for _, cost in wanted], rel=1e-12)


def test_each_supply_shows_its_cheapest_offer_and_pales_where_none_passes(
    rows: tuple[Seen, ...], bars: tuple[Supplied, ...]
) -> None:
    best = [each.row for each in bars]
    assert [row.supply for row in best] == list(dict.fromkeys(row.supply for row in best))
    failing = [row.state == "out" for row in best]
    assert failing == sorted(failing)
    drawn = rows_of(supplies(bars, LOOK), "bar")
    pale = [layer["mark"]["opacity"] for layer in supplies(bars, LOOK)["layer"]]
    assert pale == [1.0, 0.4][: 1 + any(failing)]
    totals = [
        math.fsum(row["amount"] for row in drawn if row["place"] == place) for place in range(len(best))
    ]
    alone = {
        row.supply: min(
            other.cost_per_accepted_image
            for other in rows
            if (other.supply, other.state == "out") == (row.supply, row.state == "out")
            and other.cost_per_accepted_image is not None
        )
        for row in best
    }
    assert totals == pytest.approx([alone[row.supply] for row in best], rel=1e-12)


def ends(analysed: Analysis, side: str) -> list[dict[str, Any]]:
    return [row for row in rows_of(tornado(analysed, LOOK), "bar") if row["name"] == f"at {side}"]


def test_the_ends_of_the_tornado_are_the_costs_solved_anew(analysed: Analysis) -> None:
    bar = next(each for each in analysed.bars if each.low.picks and each.high.picks)
    place = analysed.bars.index(bar)
    assert ends(analysed, "low")[place]["x"] == bar.low.cost_per_accepted_image
    assert ends(analysed, "high")[place]["x"] == bar.high.cost_per_accepted_image


def test_an_end_without_an_answer_is_named_and_has_no_length(analysed: Analysis) -> None:
    low = ends(analysed, "low")[0]
    assert not analysed.bars[0].low.picks
    assert (low["x"] - low["x2"], low["value"]) == (0.0, "0.15: no answer")


def test_of_two_values_on_one_side_of_a_bar_one_is_written(analysed: Analysis) -> None:
    spec = tornado(analysed, LOOK)
    for layer in spec["layer"]:
        if layer["mark"]["type"] == "text":
            names = [row["y"] for row in layer["data"]["values"]]
            assert len(names) == len(set(names))


def test_a_long_value_leaves_its_unit_to_what_a_pointer_is_told(analysed: Analysis) -> None:
    rows = {row["said"].partition(":")[0]: row for row in ends(analysed, "high")}
    pictures, look = rows["pictures a month"], rows["look per image"]
    assert (pictures["value"], look["value"]) == ("40,000", "15 s")
    assert "40,000 image/month" in pictures["said"]


def test_futures_are_all_counted_and_the_share_below_only_rises(analysed: Analysis) -> None:
    spec = drawn_futures(analysed)
    hidden = int(spec["title"]["subtitle"][-1].split()[0])
    bins = rows_of(spec, "bar")
    assert len(bins) == BINS
    assert sum(row["y"] for row in bins) + hidden == 400
    share = [row["y"] for row in spec["layer"][-1]["layer"][-1]["data"]["values"]]
    assert all(one < other for one, other in pairwise(share))
    widths = [row["x2"] - row["x"] for row in bins]
    assert widths == pytest.approx([widths[0]] * BINS)


def light_of(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("dark", [False, True])
def test_the_share_below_stands_out_from_the_bars_in_both_themes(analysed: Analysis, *, dark: bool) -> None:
    bars, curve = drawn_futures(analysed, Look("en", dark, "JPY"))["layer"]
    edge, line = (each["mark"]["color"] for each in curve["layer"])
    assert line != bars["layer"][0]["mark"]["color"]
    below, above = sorted(map(light_of, (edge, line)))
    assert (above + 0.05) / (below + 0.05) > 4.5


def test_the_lines_of_the_futures_are_the_simulations_quantiles(analysed: Analysis) -> None:
    assert analysed.simulation is not None
    cost = analysed.simulation.cost
    assert cost is not None
    lines = [row["x"] for row in rows_of(drawn_futures(analysed), "rule")]
    assert lines == [cost.p5, cost.p50, cost.p95, 83.09]


def test_less_carbon_is_drawn_in_grams(analysed: Analysis) -> None:
    points = analysed.carbon.points
    drawn = rows_of(abatement(analysed.decision, points, LOOK), "line")
    assert [row["x"] for row in drawn] == [point.carbon_kg_per_accepted_image * 1000 for point in points]
    assert [row["y"] for row in drawn] == [point.cost_per_accepted_image for point in points]


@pytest.mark.parametrize("look", [LOOK, DARK], ids=["light-en", "dark-ja"])
def test_every_figure_has_a_statement_and_an_axis_with_a_unit(
    decided: Decision, planned: PlanDecision, analysed: Analysis, rows: tuple[Seen, ...], look: Look
) -> None:
    for spec in every_figure(decided, planned, analysed, rows, look):
        axes = f"{axis_title(spec, 'x')} {axis_title(spec, 'y')}"
        assert any(unit in axes for unit in ("JPY", "円", "CO2e")), axes
        assert len(said_of(spec)) > 5
        assert spec["config"]["background"] == look.ground


@pytest.mark.parametrize("ending", get_args(Format))
def test_a_chart_is_drawn_to_a_file_with_japanese_letters(planned: PlanDecision, ending: Format) -> None:
    assert planned.finance is not None
    drawn = picture(cash(planned.finance, DARK), ending)
    begins = {"png": b"\x89PNG", "svg": b"<svg", "pdf": b"%PDF"}
    assert drawn.startswith(begins[ending])
    if ending == "svg":
        assert "5年間で、現状のままより" in drawn.decode("utf-8")


def test_a_legend_has_as_many_columns_as_fit_a_telephone() -> None:
    assert [legend_columns([name]) for name in ("API", "x" * 20, "x" * 30, "あ" * 12)] == [3, 2, 1, 1]


def test_no_two_components_look_alike() -> None:
    assert len(set(COMPONENT_COLOURS.values())) == len(COMPONENT_COLOURS)


@pytest.mark.parametrize("words", ["a " * 60, "あ" * 80, "長い題名、" * 20, "x" * 120])
def test_a_title_is_broken_and_loses_no_letter(words: str) -> None:
    lines = wrapped(words)
    assert "".join(lines).replace(" ", "") == words.replace(" ", "")
    assert all(columns_of(line) <= TITLE_COLUMNS + 2 for line in lines)


def test_an_amount_stays_on_one_line() -> None:
    lines = wrapped("After 5 years the plan has brought JPY 5.98 M more than going on", 44)
    assert lines == ["After 5 years the plan has brought", "JPY 5.98 M more than going on"]
