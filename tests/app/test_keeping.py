"""What was worked on is not lost: by a reload, a closed tab, the back button, a bad cell, a word too many."""

import json
from pathlib import Path

from playwright.sync_api import expect

from roi.scenario.change import with_changes
from roi.scenario.load import demonstration, scenario_from_text
from roi.scenario.written import part_at, resolve
from roi.scenario.yaml_writing import yaml_of
from roi.screens.sharing import link_value, unpacked
from tests.app.conftest import Visits
from tests.app.test_travelling import faster, price
from tests.app.visitor import Visitor

IMAGES = "workloads[0].images_per_month"


def again(visitor: Visitor) -> Visitor:
    """The tab loaded anew."""
    visitor.acts(visitor.page.reload)
    return visitor


def new_tab(visitor: Visitor, query: str = "") -> Visitor:
    """Another tab of the same browser."""
    return Visitor(visitor.page.context.new_page(), visitor.address, query)


def test_a_reload_keeps_scenario_language_and_profiles(visitor: Visitor, tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    file.write_text(json.dumps(faster()), encoding="utf-8")
    visitor.type_number("Accepted images a month", "31000")
    visitor.go("Evidence")
    visitor.give(file)
    visitor.reads("180 profiles")
    again(visitor)
    visitor.reads("180 profiles")
    visitor.reads("Your work goes on")
    expect(visitor.number("Accepted images a month")).to_have_value("31000")
    visitor.acts(visitor.sidebar.get_by_text("日本語").click)
    visitor.until(lambda: "lang=ja" in visitor.page.url)
    again(visitor)
    expect(visitor.sidebar.get_by_role("textbox", name="月間の合格枚数")).to_have_value("31000")


def test_a_closed_tab_goes_on_in_the_next_one(visitor: Visitor) -> None:
    visitor.type_number("Accepted images a month", "31000")
    context = visitor.page.context
    later = context.new_page()
    visitor.page.close()
    visitor = Visitor(later, visitor.address, "")
    visitor.reads("Your work goes on")
    expect(visitor.number("Accepted images a month")).to_have_value("31000")


def test_the_back_button_turns_the_page_and_keeps_the_figures(visitor: Visitor) -> None:
    visitor.go("Scenario")
    visitor.type_number("Accepted images a month", "31000")
    visitor.go("Evidence")
    visitor.type_number("Highest FID", "9")
    visitor.acts(visitor.page.go_back)
    expect(visitor.main.get_by_role("heading", name="Scenario").first).to_be_visible()
    expect(visitor.number("Highest FID")).to_have_value("9.00")
    expect(visitor.number("Accepted images a month")).to_have_value("31000")
    again(visitor)
    expect(visitor.number("Highest FID")).to_have_value("9.00")


def test_a_link_opens_what_was_sent_and_later_edits_have_their_own(visits: Visits) -> None:
    sent = link_value(with_changes(demonstration(), {IMAGES: 25_000}), "en")
    visitor = visits(f"?s={sent}")
    expect(visitor.number("Accepted images a month")).to_have_value("25000")
    visitor.type_number("Accepted images a month", "31000")
    visitor.until(lambda: f"s={sent}" not in visitor.page.url)
    again(visitor)
    expect(visitor.number("Accepted images a month")).to_have_value("31000")
    other = new_tab(visitor, f"?s={sent}")
    expect(other.number("Accepted images a month")).to_have_value("25000")
    other.go("Scenario")
    other.page.get_by_text("Load or take away").click()
    other.push(other.main.get_by_role("button", name="Go on with it"))
    expect(other.number("Accepted images a month")).to_have_value("31000")


def test_a_damaged_link_shows_no_answer_that_is_not_its_own(visits: Visits) -> None:
    visitor = visits("?s=1.AAAA")
    visitor.reads("This link cannot be opened")
    visitor.reads("The link is damaged")
    expect(visitor.sidebar.get_by_role("textbox")).to_have_count(0)
    expect(visitor.main).not_to_contain_text("JPY")
    visitor.push(visitor.main.get_by_role("button", name="Open the demonstration"))
    visitor.reads(price({}))


AT_ONCE = """title => {
  const links = [...document.querySelectorAll('[data-testid="stSidebarNavLink"]')]
  document.activeElement.blur()
  setTimeout(() => links.find(each => each.innerText.includes(title)).click(), 1)
}"""


def test_a_number_typed_on_the_way_to_another_page_counts(visitor: Visitor) -> None:
    """Both requests leave before the first is answered."""
    images = visitor.number("Accepted images a month")
    for number, title in enumerate(("TCO", "Scenario", "Evidence", "TCO"), start=31_000):
        before = visitor.page.url
        images.fill(str(number))
        visitor.acts(lambda title=title: visitor.page.evaluate(AT_ONCE, title))  # type: ignore[misc]
        expect(visitor.main.get_by_role("heading", name=title).first).to_be_visible()
        visitor.until(lambda number=number: kept(visitor)[:1] == [number])  # type: ignore[misc]
        visitor.until(lambda before=before: visitor.page.url.split("?")[-1] not in before)  # type: ignore[misc]
        expect(images).to_have_value(str(number))


def test_steps_are_undone_and_done_again(visitor: Visitor) -> None:
    for number in ("31000", "32000"):
        visitor.type_number("Accepted images a month", number)
    images = visitor.number("Accepted images a month")
    undo, redo = (visitor.sidebar.get_by_role("button", name=name, exact=True) for name in ("Undo", "Redo"))
    visitor.push(undo)
    expect(images).to_have_value("31000")
    visitor.push(undo)
    expect(images).to_have_value("20000")
    expect(undo).to_be_disabled()
    visitor.push(redo)
    visitor.push(redo)
    expect(images).to_have_value("32000")
    expect(redo).to_be_disabled()


def test_leaving_ones_figures_asks_first_and_they_stay_in_the_browser(visitor: Visitor) -> None:
    visitor.type_number("Accepted images a month", "31000")
    visitor.sidebar.get_by_role("button", name="Back to the demonstration").click()
    visitor.push(visitor.page.get_by_role("button", name="Leave my figures"))
    expect(visitor.number("Accepted images a month")).to_have_value("20000")
    visitor.push(visitor.sidebar.get_by_role("button", name="Undo"))
    expect(visitor.number("Accepted images a month")).to_have_value("31000")
    visitor.push(visitor.sidebar.get_by_role("button", name="Redo"))
    expect(visitor.number("Accepted images a month")).to_have_value("20000")
    visitor.type_number("Accepted images a month", "20001")
    visitor.go("Scenario")
    visitor.page.get_by_text("Load or take away").click()
    visitor.push(visitor.main.get_by_role("button", name="Go on with it"))
    expect(visitor.number("Accepted images a month")).to_have_value("31000")
    again(visitor)
    again(visitor)
    expect(visitor.number("Accepted images a month")).to_have_value("31000")


def test_a_file_that_would_replace_work_is_asked_about(visitor: Visitor, tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(yaml_of(with_changes(demonstration(), {"name": "From a file"}), "en"), encoding="utf-8")
    visitor.type_number("Accepted images a month", "31000")
    visitor.go("Scenario")
    visitor.page.get_by_text("Load or take away").click()
    visitor.give(file)
    visitor.reads("takes the place of yours")
    visitor.push(visitor.main.get_by_role("button", name="Keep mine"))
    expect(visitor.number("Accepted images a month")).to_have_value("31000")
    visitor.no_longer_reads("takes the place of yours")


def test_a_bad_cell_holds_back_itself_alone(visitor: Visitor) -> None:
    visitor.go("Scenario")
    visitor.edit("images_per_month", "-5")
    visitor.edit("attempts_max", "5")
    visitor.reads("must be greater than 0")
    expect(visitor.sidebar.get_by_role("button", name="Undo")).to_be_enabled()
    visitor.settle()
    visitor.page.get_by_text("Load or take away").click()
    given = scenario_from_text(visitor.take("Scenario (YAML)").decode("utf-8"), "scenario.yaml")
    assert given == with_changes(demonstration(), {"workloads[0].attempts_max": 5})


def kept(visitor: Visitor, part: str = IMAGES) -> list[object]:
    """The number that stands at a place in each scenario that the browser keeps, the newest first."""
    found = visitor.page.evaluate("JSON.parse(localStorage.getItem('image-roi.work') ?? '[]')")
    documents = [unpacked(each["scenario"], "en").model_dump(mode="json") for each in found]
    return [part_at(each, resolve(each, f"{part}.value")) for each in documents]


def test_going_on_with_other_work_leaves_the_present_one_kept_and_a_step_back(visitor: Visitor) -> None:
    visitor.type_number("Accepted images a month", "31000")
    other = new_tab(visitor, f"?s={link_value(with_changes(demonstration(), {IMAGES: 25_000}), 'en')}")
    other.type_number("Electricity price", "33")
    again(other)
    other.type_number("Accepted images a month", "26000")
    other.go("Scenario")
    other.page.get_by_text("Load or take away").click()
    go_on = other.main.get_by_role("button", name="Go on with it")
    expect(go_on).to_have_count(1)
    other.push(go_on)
    expect(other.number("Accepted images a month")).to_have_value("31000")
    assert kept(other) == [26_000, 31_000]
    other.push(other.sidebar.get_by_role("button", name="Undo"))
    expect(other.number("Accepted images a month")).to_have_value("26000")
    expect(other.number("Electricity price")).to_have_value("33")


def test_two_tabs_keep_what_each_was_worked_on_last(visitor: Visitor) -> None:
    price, share = "Electricity price", "Acceptance of an image"
    visitor.type_number(price, "31")
    other = new_tab(visitor)
    expect(other.number(price)).to_have_value("31")
    other.type_number(share, "0.7")
    visitor.type_number(price, "33")
    visitor.until(lambda: len(kept(visitor)) == 2)
    prices, shares = (kept(visitor, at) for at in ("site.electricity_price", "workloads[0].acceptance.mean"))
    assert list(zip(prices, shares, strict=True)) == [(33, 0.5), (31, 0.7)]
    again(other)
    expect(other.number(share)).to_have_value("0.7")
    other.page.close()
    visitor.page.close()
    later = Visitor(visitor.page.context.new_page(), visitor.address, "")
    expect(later.number(price)).to_have_value("33")
    later.type_number(price, "34")
    later.until(lambda: kept(later, "site.electricity_price") == [34, 31])
    later.go("Scenario")
    later.page.get_by_text("Load or take away").click()
    later.push(later.main.get_by_role("button", name="Go on with it"))
    expect(later.number(share)).to_have_value("0.7")


def test_what_is_kept_is_forgotten_on_wish(visitor: Visitor) -> None:
    visitor.type_number("Accepted images a month", "31000")
    visitor.until(lambda: len(kept(visitor)) == 1)
    tab = new_tab(visitor, f"?s={link_value(with_changes(demonstration(), {IMAGES: 25_000}), 'en')}")
    tab.go("Scenario")
    tab.page.get_by_text("Load or take away").click()
    tab.main.get_by_role("button", name="Forget these").click()
    tab.push(tab.page.get_by_role("button", name="Drop them"))
    tab.until(lambda: kept(tab) == [])
    fresh = new_tab(tab)
    expect(fresh.number("Accepted images a month")).to_have_value("20000")
