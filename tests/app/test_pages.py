"""What the pages of the answer tell a visitor: proposal, options, TCO, risk."""

import pytest
from playwright.sync_api import expect

from bench.library import library_profiles
from roi.amounts import bare_price
from roi.decision.decide import decide
from roi.output.explain import explanation
from roi.output.offer_states import seen
from roi.output.rulers import ruler_lines
from roi.output.sentences import sentences
from roi.planning.answer import PlanDecision
from roi.planning.decide_plan import plan
from roi.scenario.change import with_changes
from roi.scenario.load import demonstration
from roi.scenario.meaning import label
from roi.scenario.workload import Workload
from roi.screens.context import DRAWS
from roi.screens.sharing import link_value
from roi.texts import LANGUAGES, Language, text
from tests.app.conftest import Visits
from tests.app.visitor import Visitor

NAME = "<b>bold</b> **md** :red[x] $x^2$ `a`"


@pytest.fixture(scope="module")
def planned() -> PlanDecision:
    return plan(demonstration(), library_profiles())


def linked(**changes: object) -> str:
    places = {name.replace("__", "."): value for name, value in changes.items()}
    return "?s=" + link_value(with_changes(demonstration(), places), "en")


def test_the_proposal_says_every_sentence_of_the_plan(visitor: Visitor, planned: PlanDecision) -> None:
    for sentence in sentences(planned, "en"):
        visitor.reads(sentence.text)


def test_the_tiles_are_those_of_the_plan(visitor: Visitor, planned: PlanDecision) -> None:
    assert planned.worth is not None
    tiles = visitor.main.get_by_test_id("stMetricValue")
    image = bare_price(planned.worth.levelised_cost_per_accepted_image, "JPY")
    expect(tiles).to_have_text([image, "4.12 M", "21 months", "2.62 t"])


def test_a_lever_moved_while_planning_gives_the_plan_of_the_last_value(visitor: Visitor) -> None:
    visitor.type_number("Accepted images a month", "25000")
    visitor.type_number("Accepted images a month", "35000")
    asked = with_changes(demonstration(), {"workloads[0].images_per_month": 35000.0})
    worth = plan(asked, library_profiles()).worth
    assert worth is not None
    tile = visitor.main.get_by_test_id("stMetricValue").first
    price = bare_price(worth.levelised_cost_per_accepted_image, "JPY")
    expect(tile).to_have_text(price)


BARS = [
    {"metric": "geneval", "reference": "geneval/original-prompts", "at_least": 0.6},
    {"metric": "hpsv3", "reference": "hpsv3/hpdv3-products", "at_least": 5.0},
]


def test_bars_on_other_rulers_stand_on_every_page_and_are_levers(visits: Visits) -> None:
    """GenEval of 0.6 keeps PixArt-Sigma out and costs; HPSv3 of 5 keeps out nothing and says so."""
    asked = with_changes(demonstration(), {"workloads[0].quality.bars": BARS})
    found = decide(asked, library_profiles())
    visitor = visits(linked(**{"workloads[0]__quality__bars": BARS}))
    for page in ("Proposal", "Options"):
        visitor.go(page)
        visitor.reads("Quality bars")
        for choice in found.choices:
            for line in ruler_lines(found, asked.workloads[0], choice, "en"):
                visitor.reads(line)
        visitor.reads("proves nothing here")
    visitor.type_number("At least: geneval/original-prompts", "0.5")
    visitor.reads("geneval 0.54 on geneval/original-prompts, bar at least 0.5")


def test_placeholders_lead_to_the_list_of_what_is_left_to_bring(visitor: Visitor) -> None:
    visitor.reads("27 of 68 figures are placeholders")
    visitor.main.get_by_role("link", name="Replace placeholders with your figures").first.click()
    visitor.reads("Figures to bring")


def test_a_click_on_a_mark_says_why_not(visitor: Visitor) -> None:
    visitor.go("Options")
    found = decide(demonstration(), library_profiles())
    cheapest = found.apis["product-pictures"][0].offer
    mark = visitor.main.locator(f"path[aria-label*='said: {cheapest.model_name} / {cheapest.supply}']").first
    mark.wait_for()
    box = mark.bounding_box()
    assert box is not None
    visitor.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    for line in explanation(found, cheapest.id, "en"):
        visitor.reads(line.strip())


def test_words_and_state_filter_the_options(visitor: Visitor) -> None:
    found = decide(demonstration(), library_profiles())
    offers = seen(found, found.scenario.workloads[0], library_profiles(), "en")
    visitor.go("Options")
    visitor.reads(f"{len(offers)} of {len(offers)} options")
    visitor.main.get_by_role("textbox", name="Words").fill("pixart b200")
    visitor.acts(lambda: visitor.main.get_by_role("textbox", name="Words").press("Enter"))
    kept = [row for row in offers if "PixArt" in row.label and "b200" in row.id]
    assert 0 < len(kept) < len(offers)
    visitor.reads(f"{len(kept)} of {len(offers)} options")
    visitor.main.get_by_role("button", name="the choice").click()
    visitor.reads("No option fits the filter")


def test_without_a_baseline_there_is_a_cost_and_no_return(visits: Visits) -> None:
    visitor = visits(linked(**{"workloads[0]__baseline": None}))
    visitor.reads("there is no return to show")
    tiles = visitor.main.get_by_test_id("stMetricValue")
    expect(tiles).to_have_text(["83.09", "–", "–", "2.62 t"])


def test_a_plan_that_cannot_be_names_the_rule(visits: Visits) -> None:
    visitor = visits(linked(limits__opex_budget_per_year=1000.0))
    visitor.reads("Rules in conflict")
    visitor.reads("budget of running costs per year")
    visitor.no_longer_reads("RECOMPUTATION DISAGREES")


def test_a_name_full_of_markup_is_shown_as_typed_on_every_page(visits: Visits) -> None:
    visitor = visits(linked(**{"supplies[2]__name": NAME}))
    visitor.reads(f"Rent {NAME} by the hour")
    for page in ("Options", "TCO", "Risk"):
        visitor.go(page)
        visitor.reads(NAME)
        expect(visitor.main.locator("b, .katex, code")).to_have_count(0)


def test_risk_names_what_matters_most_and_the_return(visitor: Visitor) -> None:
    visitor.go("Risk")
    visitor.reads("What matters most: share of images accepted")
    visitor.reads("The plan pays in 75% of futures")
    visitor.reads("27 of 68 figures are placeholders")


def test_tco_shows_both_sides_and_all_supplies(visitor: Visitor) -> None:
    visitor.go("TCO")
    visitor.reads("Over 5 years the plan costs JPY 79.0 M")
    visitor.reads("Cheapest accepted image: rented JPY 83.09")


def test_where_nothing_passes_the_options_still_say_why(visits: Visits) -> None:
    visitor = visits(linked(**{"workloads[0]__quality__fid_max": 1.0}))
    found = decide(
        with_changes(demonstration(), {"workloads[0].quality.fid_max": 1.0}), library_profiles(), near=False
    )
    visitor.go("Options")
    offers = seen(found, found.scenario.workloads[0], library_profiles(), "en")
    visitor.reads(f"All {len(offers)} options")
    box = visitor.main.get_by_role("combobox").first
    expect(box).to_be_visible()
    visitor.no_longer_reads("Traceback")


def test_a_plan_that_weighs_drawn_futures_is_taken_away_as_a_workbook(visits: Visits) -> None:
    visitor = visits(linked(finance__risk={"weight": 0.5, "worlds": 2}))
    visitor.push(visitor.main.get_by_role("button", name="Make the report"))
    assert visitor.take("Report as workbook (.xlsx)").startswith(b"PK")


CUT = """
() => [...document.querySelectorAll('[data-testid="stMetric"] *')]
  .filter(each => each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).overflow !== 'visible')
  .map(each => each.textContent)
"""


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_on_a_telephone_is_cut_short(visits: Visits, language: Language) -> None:
    visitor = visits(f"?lang={language}")
    visitor.go(text(language, "screen.compare"))
    visitor.push(visitor.main.get_by_role("button", name=text(language, "screen.compare_keep")))
    visitor.type_number(label(Workload, "images_per_month", language), "31000")
    deltas = visitor.main.get_by_test_id("stMetricDelta")
    for page in ("proposal", "options", "tco", "risk"):
        visitor.go(text(language, f"screen.{page}"))
        visitor.no_longer_reads(text(language, "screen.planning"))
        visitor.no_longer_reads(text(language, "screen.analysing", draws=DRAWS))
        visitor.page.set_viewport_size({"width": 390, "height": 900})
        visitor.settle()
        if page == "proposal":
            expect(deltas.nth(1)).to_contain_text(" A")
            assert visitor.page.evaluate(CUT) == []
        expect(visitor.main.locator(".role-title-text text").first).to_be_visible()
        assert "…" not in "".join(visitor.main.locator("svg text").all_text_contents())
        visitor.page.set_viewport_size({"width": 1280, "height": 900})
        visitor.settle()
