"""Scenarios put aside and held against the present one: kept through a reload, opened, removed."""

from playwright.sync_api import expect

from tests.app.visitor import Visitor

IMAGES = "Accepted images a month"


def test_what_is_put_aside_stands_beside_what_it_became(visitor: Visitor) -> None:
    visitor.go("Compare")
    visitor.main.get_by_label("Name").fill("as  approved")
    visitor.acts(visitor.main.get_by_role("button", name="Keep the present scenario").click)
    visitor.reads("The scenarios ask the same")
    visitor.type_number(IMAGES, "31000")
    visitor.reads("now is worth JPY")
    visitor.reads("more than as approved over 5 years")
    visitor.reads("each is valued against its own today")
    visitor.acts(visitor.page.reload)
    visitor.reads("more than as approved over 5 years")
    expect(visitor.number(IMAGES)).to_have_value("31000")
    visitor.acts(visitor.main.get_by_role("button", name="Open as approved").click)
    expect(visitor.number(IMAGES)).to_have_value("20000")
    visitor.reads("The scenarios ask the same")
    visitor.acts(visitor.main.get_by_role("button", name="Remove as approved").click)
    visitor.reads("Keep the scenario as it stands under a name")
    assert not visitor.errors
    assert not visitor.outside
