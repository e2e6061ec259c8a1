"""Scenarios put aside and held against the present one: kept through a reload, opened, removed."""

import pytest
from playwright.sync_api import expect

from bench.library import library_profiles
from roi.amounts import money
from roi.planning.decide_plan import plan
from roi.scenario.change import with_changes
from roi.scenario.load import demonstration
from roi.scenario.meaning import label
from roi.scenario.workload import Workload
from roi.screens.context import DRAWS
from roi.screens.frame import PAGES, WALL
from roi.texts import LANGUAGES, Language, text
from tests.app.conftest import Visits
from tests.app.visitor import Visitor


def more_npv(images: float) -> float:
    """What more pictures a month add to the value of the plan."""
    asked = with_changes(demonstration(), {"workloads[0].images_per_month": images})
    found = [plan(each, library_profiles(), explained=False).finance for each in (demonstration(), asked)]
    assert found[0] is not None
    assert found[1] is not None
    return found[1].npv - found[0].npv


IMAGES = "Accepted images a month"


def test_what_is_put_aside_stands_beside_what_it_became(visitor: Visitor) -> None:
    visitor.go("Compare")
    visitor.main.get_by_label("Name").fill("as  approved")
    visitor.push(visitor.main.get_by_role("button", name="Keep the present scenario"))
    visitor.reads("The scenarios ask the same")
    visitor.type_number(IMAGES, "31000")
    visitor.reads("now is worth JPY")
    visitor.reads("more than as approved over 5 years")
    visitor.reads("each is valued against its own today")
    visitor.go("Proposal")
    deltas = visitor.main.get_by_test_id("stMetricDelta")
    expect(deltas).to_have_count(4)
    expect(deltas.nth(1)).to_contain_text(f"+{money(more_npv(31000.0), 'JPY', 'en')} against as approved")
    visitor.go("Compare")
    visitor.acts(visitor.page.reload)
    visitor.reads("more than as approved over 5 years")
    expect(visitor.number(IMAGES)).to_have_value("31000")
    visitor.push(visitor.main.get_by_role("button", name="Open as approved"))
    expect(visitor.number(IMAGES)).to_have_value("20000")
    visitor.reads("The scenarios ask the same")
    visitor.push(visitor.main.get_by_role("button", name="Remove as approved"))
    visitor.reads("Keep the scenario as it stands under a name")
    assert not visitor.errors
    assert not visitor.outside


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_draws_all_its_tables_with_a_scenario_put_aside(
    visits: Visits, language: Language
) -> None:
    visitor = visits(f"?lang={language}")
    visitor.go(text(language, "screen.compare"))
    visitor.push(visitor.main.get_by_role("button", name=text(language, "screen.compare_keep")))
    expect(visitor.main.get_by_test_id("stTable")).to_have_count(1)
    visitor.reads("PixArt-Σ")
    visitor.type_number(label(Workload, "images_per_month", language), "31000")
    expect(visitor.main.get_by_test_id("stTable")).to_have_count(2)
    for name in (*(each for each in PAGES if each != WALL), WALL):
        visitor.sidebar.get_by_role("link", name=text(language, f"screen.{name}")).click()
        if name != WALL:
            expect(visitor.main.get_by_role("heading", level=1)).to_have_text(
                text(language, f"screen.{name}")
            )
        visitor.settle()
        for under_way in (text(language, "screen.planning"), text(language, "screen.analysing", draws=DRAWS)):
            visitor.no_longer_reads(under_way)
        visitor.settle()
        visitor.no_longer_reads(text(language, "screen.unexpected"))
