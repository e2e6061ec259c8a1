"""Figures hold the answer's own numbers, name their units and sources, and obey nobody's markup."""

import json
import math
from itertools import pairwise

import plotly.graph_objects as go
import pytest

from bench.library import library_profiles
from roi.amounts import Unit
from roi.decision.answer import Decision
from roi.decision.decide import decide
from roi.disclosure import carbon_by_scope
from roi.planning.answer import PlanDecision
from roi.planning.decide_plan import plan
from roi.scenario.change import with_changes
from roi.scenario.load import demonstration
from roi.screens.charts.abatement import abatement
from roi.screens.charts.carbon import carbon
from roi.screens.charts.cash import cash
from roi.screens.charts.frontier import frontier
from roi.screens.charts.futures import BINS, futures
from roi.screens.charts.image_cost import image_cost
from roi.screens.charts.look import COMPONENT_LOOKS, TITLE_COLUMNS, Look, wrapped
from roi.screens.charts.offer_states import Seen, Supplied, seen, supplied
from roi.screens.charts.supplies import supplies
from roi.screens.charts.tornado import tornado
from roi.screens.charts.years import years
from roi.sensitivity.analysis import Analysis, analyse
from roi.sensitivity.frontier import fid_frontier

LOOK = Look("en", False, "JPY")
DARK = Look("ja", True, "JPY")
MARKUP = "<b>x</b> <a href='javascript:alert(1)'>y</a>"


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


def drawn_frontier(rows: tuple[Seen, ...], look: Look = LOOK) -> go.Figure:
    scenario = demonstration()
    return frontier(rows, fid_frontier(scenario, library_profiles()), scenario.workloads[0], look)


def drawn_futures(analysed: Analysis, look: Look = LOOK) -> go.Figure:
    simulation = analysed.simulation
    assert simulation is not None
    assert simulation.cost is not None
    amounts = simulation.costs.tolist()
    return futures(amounts, simulation.cost, 83.09, Unit("JPY", 1.0, 2), "JPY per image", "Futures", look)


def every_figure(
    decided: Decision, planned: PlanDecision, analysed: Analysis, rows: tuple[Seen, ...], look: Look
) -> list[go.Figure]:
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


def trace(figure: go.Figure, name: str) -> go.Scatter:
    return next(each for each in figure.data if each.name == name)


def test_the_parts_of_an_image_add_up_to_its_cost(decided: Decision) -> None:
    parts = [bar.x[0] for bar in image_cost(decided, LOOK).data]
    assert math.isclose(sum(parts), decided.choices[0].cost_per_accepted_image, rel_tol=1e-12)


def test_the_bars_of_all_years_add_up_to_the_ledgers_of_plan_and_today(planned: PlanDecision) -> None:
    assert planned.ledger is not None
    assert planned.baseline is not None
    assert planned.worth is not None
    figure = years(planned, planned.ledger, planned.worth, LOOK)
    shown = math.fsum(height for bar in figure.data for height in bar.y) * 1e6
    both = planned.ledger.total(lambda _: True) + planned.baseline.total(lambda _: True)
    assert math.isclose(shown, both, rel_tol=1e-12)
    assert figure.layout.yaxis.title.text == "JPY M, at prices of the year"


def test_without_a_baseline_the_plan_stands_alone() -> None:
    alone = with_changes(demonstration(), {"workloads[0].baseline": None})
    found = plan(alone, library_profiles())
    assert found.ledger is not None
    assert found.worth is not None
    figure = years(found, found.ledger, found.worth, LOOK)
    assert list(figure.data[0].x) == ["year 1", "year 2", "year 3", "year 4", "year 5"]
    assert "going on as today" not in figure.layout.title.text


def test_cash_begins_with_the_outlay_and_ends_with_all_of_it(planned: PlanDecision) -> None:
    finance = planned.finance
    assert finance is not None
    figure = cash(finance, LOOK)
    line = figure.data[0]
    assert figure.layout.yaxis.title.text == "JPY M against today"
    assert math.isclose(line.y[0] * 1e6, -finance.investment, rel_tol=1e-12)
    assert math.isclose(line.y[-1] * 1e6, math.fsum(finance.cash_flows), rel_tol=1e-9)
    assert len(line.x) == 61


def test_the_payback_is_marked_where_the_engine_has_it(planned: PlanDecision) -> None:
    assert planned.finance is not None
    mark = trace(cash(planned.finance, LOOK), "paid back after 21 months")
    assert (mark.x[0], mark.y[0]) == (planned.finance.simple_payback_months, 0.0)


def test_the_bars_of_carbon_add_up_to_the_disclosure(planned: PlanDecision) -> None:
    assert planned.ledger is not None
    assert planned.baseline is not None
    assert planned.worth is not None
    figure = carbon(planned, planned.ledger, planned.worth, LOOK)
    sides = (planned.ledger, planned.baseline)
    disclosed = [each.total_location for side in sides for each in carbon_by_scope(planned.scenario, side)]
    shown = math.fsum(height for bar in figure.data for height in bar.y)
    assert math.isclose(shown, math.fsum(disclosed), rel_tol=1e-12)


def test_the_star_stands_at_the_choice(decided: Decision, rows: tuple[Seen, ...]) -> None:
    option, star = decided.choices[0].option, trace(drawn_frontier(rows), "the choice")
    assert option.offer.quality is not None
    assert star.x[0] == option.offer.quality.value
    assert star.y[0] == pytest.approx(decided.choices[0].cost_per_accepted_image, rel=1e-12)
    assert list(star.customdata[0]) == [option.offer.id, option.offer.supply]
    profile = option.offer.profile
    assert profile is not None
    assert profile.evidence.source.citation[:30] in star.hovertext[0]


def test_a_figure_of_another_ruler_or_version_is_no_mark(rows: tuple[Seen, ...]) -> None:
    apart = [row for row in rows if row.reason.startswith(("no fid on", "no FID on", "quality match"))]
    assert len(apart) > 200
    assert {row.fid for row in apart} == {None}
    marks = sum(len(each.x) for each in drawn_frontier(rows).data if each.mode == "markers")
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
    drawn = supplies(bars, LOOK).data
    assert list(drawn[0].marker.opacity) == [0.4 if out else 1.0 for out in failing]
    totals = [math.fsum(bar.x[place] for bar in drawn) for place in range(len(best))]
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


def test_the_ends_of_the_tornado_are_the_costs_solved_anew(analysed: Analysis) -> None:
    low, high = tornado(analysed, LOOK).data
    bar = next(each for each in analysed.bars if each.low.picks and each.high.picks)
    place = analysed.bars.index(bar)
    assert math.isclose(low.base + low.x[place], bar.low.cost_per_accepted_image or 0.0, rel_tol=1e-12)
    assert math.isclose(high.base + high.x[place], bar.high.cost_per_accepted_image or 0.0, rel_tol=1e-12)


def test_an_end_without_an_answer_is_named_and_has_no_length(analysed: Analysis) -> None:
    low = tornado(analysed, LOOK).data[0]
    assert not analysed.bars[0].low.picks
    assert (low.x[0], low.text[0]) == (0.0, "0.15: no answer")


def test_futures_are_all_counted_and_the_share_below_only_rises(analysed: Analysis) -> None:
    figure = drawn_futures(analysed)
    hidden = int(figure.layout.annotations[0].text.split()[0])
    assert len(figure.data[0].x) + hidden == 400
    share = trace(figure, "share at or below").y
    assert all(one < other for one, other in pairwise(share))
    assert math.isclose(figure.data[0].xbins.size * BINS, max(figure.data[0].x) - min(figure.data[0].x))


def test_the_lines_of_the_futures_are_the_simulations_quantiles(analysed: Analysis) -> None:
    assert analysed.simulation is not None
    cost = analysed.simulation.cost
    assert cost is not None
    lines = [each.x[0] for each in drawn_futures(analysed).data[2:]]
    assert lines == [cost.p5, cost.p50, cost.p95, 83.09]


def test_less_carbon_is_drawn_in_grams(analysed: Analysis) -> None:
    points = analysed.carbon.points
    drawn = abatement(analysed.decision, points, LOOK).data[0]
    assert list(drawn.x) == [point.carbon_kg_per_accepted_image * 1000 for point in points]
    assert list(drawn.y) == [point.cost_per_accepted_image for point in points]


@pytest.mark.parametrize("look", [LOOK, DARK], ids=["light-en", "dark-ja"])
def test_every_figure_has_a_statement_and_an_axis_with_a_unit(
    decided: Decision, planned: PlanDecision, analysed: Analysis, rows: tuple[Seen, ...], look: Look
) -> None:
    for figure in every_figure(decided, planned, analysed, rows, look):
        axes = f"{figure.layout.xaxis.title.text} {figure.layout.yaxis.title.text}"
        assert any(unit in axes for unit in ("JPY", "円", "CO2e")), axes
        assert len(figure.layout.title.text) > 5
        assert figure.layout.template.layout.paper_bgcolor == look.ground


def test_no_two_components_look_alike() -> None:
    assert len(set(COMPONENT_LOOKS.values())) == len(COMPONENT_LOOKS)


def test_markup_in_a_name_stays_text() -> None:
    asked = with_changes(
        demonstration(),
        {"supplies[2].name": MARKUP, "supplies[2].vendor": MARKUP, "workloads[0].name": MARKUP},
    )
    found = decide(asked, library_profiles())
    offers = seen(found, asked.workloads[0], library_profiles(), "en")
    drawn = [image_cost(found, LOOK), supplies(supplied(found, offers), LOOK), drawn_frontier(offers)]
    for figure in drawn:
        words = json.dumps([_words(figure), figure.layout.title.text])
        assert "&lt;b&gt;" in words
        assert "<b>" not in words
        assert "<a" not in words


def _words(figure: go.Figure) -> list[object]:
    """All that plotly reads as markup; ids for a click are never shown."""
    return [[each.name, list(each.hovertext or ()), [str(y) for y in each.y]] for each in figure.data]


@pytest.mark.parametrize("words", ["a " * 60, "あ" * 80, "長い題名、" * 20, "x" * 120])
def test_a_title_is_broken_and_loses_no_letter(words: str) -> None:
    lines = wrapped(words).split("<br>")
    assert "".join(lines).replace(" ", "") == words.replace(" ", "")
    assert all(sum(1 + (letter > "\u2e80") for letter in line) <= TITLE_COLUMNS + 2 for line in lines)
