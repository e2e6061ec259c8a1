"""From the demonstration to figures of one's own: five questions, then the list of what is left to bring."""

from pathlib import Path

import pytest
import yaml
from playwright.sync_api import expect

from bench.library import library_profiles
from roi.amounts import bare_price, money
from roi.planning.decide_plan import plan
from roi.scenario.change import with_changes
from roi.scenario.document import Scenario
from roi.scenario.load import demonstration
from roi.scenario.supply import Own
from roi.scenario.yaml_writing import yaml_of
from roi.screens.first_answer import quality_steps
from roi.sensitivity.base import plan_base
from roi.sensitivity.placeholders import placeholders, placeholders_by_effect
from roi.sensitivity.tornado import tornado_of
from tests.app.conftest import Visits
from tests.app.visitor import Visitor

PEOPLE = "photographers, designers or an agency"


def answered(scenario: Scenario) -> str:
    worth = plan(scenario, library_profiles(), explained=False).worth
    assert worth is not None
    return bare_price(worth.levelised_cost_per_accepted_image, "JPY")


def test_five_answers_give_the_plan_of_what_was_answered(visitor: Visitor) -> None:
    visitor.reads("Demonstration: an invented company, none of these figures are yours")
    visitor.go("Your figures")
    for question, number in (("1. How many pictures", "3000"), ("3. Of ten pictures", "4")):
        field = visitor.main.get_by_role("textbox", name=question)
        field.fill(number)
        visitor.acts(lambda field=field: field.press("Enter"))  # type: ignore[misc]
    visitor.choose(visitor.main.get_by_role("combobox", name="2. Where do these pictures come from"), PEOPLE)
    visitor.acts(visitor.main.get_by_text("no, rented machines and services only").click)
    visitor.acts(visitor.main.get_by_text("among the better two thirds").click)
    visitor.push(visitor.main.get_by_role("button", name="Show the first answer"))
    asked = with_changes(
        demonstration(),
        {
            "workloads[0].images_per_month": 3000,
            "workloads[0].acceptance.mean": 0.4,
            "workloads[0].quality.fid_max": quality_steps(library_profiles(), "fid/mjhq-30k")["middle"],
            "workloads[0].baseline": {
                "kind": "external",
                "name": PEOPLE,
                "cost_per_image": 3000,
                "seconds_per_image": 0,
            },
            "supplies": [
                each.model_dump(mode="json") for each in demonstration().supplies if not isinstance(each, Own)
            ],
        },
    )
    expect(visitor.main.get_by_test_id("stMetricValue").first).to_have_text(answered(asked))
    visitor.reads("Your scenario")
    visitor.no_longer_reads("Demonstration:")
    visitor.reads(f"Draft: {len(placeholders(asked))} of")


def test_the_list_ticks_itself_off_from_what_moves_most(visitor: Visitor) -> None:
    visitor.go("Your figures")
    found = placeholders_by_effect(plan(demonstration(), library_profiles()))
    first = found[0]
    assert first.ranged.field == "acceptance_mean"
    assert first.npv_swing is not None
    visitor.reads(f"can move the net present value by {money(first.npv_swing, 'JPY', 'en')}")
    visitor.reads(f"0 of {len(found)} brought")
    field = visitor.main.get_by_role("textbox", name="share of images accepted")
    field.fill("0.6")
    visitor.acts(lambda: field.press("Enter"))
    visitor.reads(f"1 of {len(found)} brought")
    expect(visitor.number("Acceptance of an image")).to_have_value("0.6")
    visitor.push(visitor.main.get_by_role("button", name="150 JPY/USD is right"))
    visitor.reads(f"2 of {len(found)} brought")
    visitor.reads(f"Draft: {len(found) - 2} of")


def test_without_placeholders_the_answer_is_no_draft(visits: Visits, tmp_path: Path) -> None:
    visitor = visits()
    expect(visitor.main.get_by_text("task_alt")).to_have_count(0)
    file = tmp_path / "own.yaml"
    file.write_text(without_placeholders(), encoding="utf-8")
    visitor.go("Scenario")
    visitor.main.get_by_text("Load or take away").click()
    visitor.give(file)
    visitor.reads("No placeholders left")
    expect(visitor.main.get_by_text("task_alt")).to_have_count(1)
    visitor.no_longer_reads("Draft:")


def without_placeholders() -> str:
    document = yaml.safe_load(yaml_of(demonstration(), "en"))

    def cleared(part: object) -> object:
        if isinstance(part, dict):
            return {key: cleared(value) for key, value in part.items() if key != "placeholder"}
        return [cleared(each) for each in part] if isinstance(part, list) else part

    return yaml.safe_dump(cleared(document), allow_unicode=True)


def test_the_effect_of_a_placeholder_is_its_bar_of_the_kept_plan() -> None:
    decided = plan(demonstration(), library_profiles(), explained=False)
    base = plan_base(decided, library_profiles())
    names = {"acceptance_mean", "exchange_rate", "discount_rate_per_year"}
    found = {each.ranged.field: each.npv_swing for each in placeholders_by_effect(decided)}
    for bar in tornado_of(base, solved_most=0):
        if bar.ranged.field in names:
            assert found[bar.ranged.field] == pytest.approx(bar.npv_swing, rel=1e-9)


@pytest.mark.parametrize(("label", "refused"), [("Discount rate", "8"), ("pictures a month", "-3")])
def test_a_figure_that_is_refused_does_not_stay_in_its_field(
    visitor: Visitor, label: str, refused: str
) -> None:
    visitor.go("Your figures")
    visitor.no_longer_reads("Weighing what")
    field = visitor.main.get_by_role("textbox", name=label).last
    field.fill(refused)
    visitor.drawn()
    visitor.acts(lambda: field.press("Enter"))
    visitor.reads("The last change was not taken over")
    expect(field).to_have_value("")


def test_an_answer_that_cannot_be_is_refused_and_not_left_out(visitor: Visitor) -> None:
    visitor.go("Your figures")
    visitor.main.get_by_role("textbox", name="3. Of ten pictures").fill("60")
    visitor.push(visitor.main.get_by_role("button", name="Show the first answer"))
    visitor.reads("The last change was not taken over")


def test_answers_are_read_as_people_write_numbers(visitor: Visitor) -> None:
    """A decimal comma is no mark to be dropped, and `5.000` has two readings."""
    visitor.go("Your figures")
    volume = visitor.main.get_by_role("textbox", name="1. How many pictures")
    volume.fill("5.000")
    visitor.main.get_by_role("textbox", name="3. Of ten pictures").fill("2,5")
    visitor.push(visitor.main.get_by_role("button", name="Show the first answer"))
    visitor.reads("1. How many pictures do you publish a month: '5.000' may be 5 or 5000; write 5 or 5000")
    volume.fill("5000")
    visitor.push(visitor.main.get_by_role("button", name="Show the first answer"))
    visitor.reads("2,5 was read as 2.5: its comma is a decimal comma")
    expect(visitor.number("Acceptance of an image")).to_have_value("0.25")
    expect(visitor.number("Accepted images a month")).to_have_value("5000")
