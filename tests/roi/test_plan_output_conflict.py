"""A plan without an answer: yearly rules are named as such, and no column is empty."""

from dataclasses import fields, replace

import pytest

from roi.fleet.problem import FleetRules
from roi.output.plan.page import plan_page
from roi.output.terminal import plain_text
from roi.planning.answer import Change, Relaxation
from roi.texts import LANGUAGES, catalogue
from tests.roi.plan_samples import impossible_plan

RULES = (
    "models_max",
    "capex_budget",
    "opex_budget",
    "carbon_cap",
    "market_cap",
    "budget_per_month",
    "carbon_cap_per_month",
    "vendor_share",
    "spot_share",
    "site_power",
)


def capped(rule: str, limit: float | None, needed: float | None):
    change = Relaxation("smallest_change", None, (Change(rule, limit, needed),), None, None, None, None)
    return replace(impossible_plan(), binding=(rule,), relaxations=(change,))


def test_a_yearly_cap_is_not_named_as_a_monthly_one():
    page = plain_text(plan_page(capped("carbon_cap", 100.0, 250.0), "en"), 120)
    assert "Rules in conflict: carbon cap per year, location-based [kgCO2e]" in page
    assert "carbon cap per year, location-based [kgCO2e]: 100 -> 250" in page


def test_columns_that_nobody_filled_are_left_out():
    page = plain_text(plan_page(capped("capex_budget", 1e6, 2e6), "en"), 120)
    [head] = [line for line in page.splitlines() if line.startswith("change ")]
    assert head.split() == ["change", "which"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_of_a_programme_has_words(language):
    assert len(RULES) == sum(field.name != "one_supply" for field in fields(FleetRules))
    assert {f"plan_rule.{rule}" for rule in RULES} <= catalogue(language).keys()


def test_a_rule_that_has_to_go_is_left_out_and_not_turned_into_none():
    page = plain_text(plan_page(capped("internal_carbon_price", None, None), "en"), 120)
    assert "internal carbon price: leave it out" in page
    assert "None" not in page
