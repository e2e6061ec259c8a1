"""From a figure of page one to the inputs it rests on: few steps, and no formula that leans on its own row."""

import pytest

from roi.texts import text
from roi.workbook.report.live.calculate import calculation
from roi.workbook.report.make import report_bytes
from tests.roi.chains import Chains, Place
from tests.roi.live_cases import told

AMOUNTS = ("initial", "capital", "applied", "running", "tco", "per_image", "carbon", "npv")
STEPS = 10
"""Of an amount of the demonstration, page one counted."""
STEPS_OF_PLANS = {"owned_japan": 20, "committed": 13}
"""Purchases, commitments, tax and parts of the year take steps of their own."""
RETURNS = {"payback": 5, "irr": 8}
"""Steps that these have more than the net present value: they look for a month and for a rate."""


def chains(case: str) -> tuple[Chains, dict[str, Place]]:
    made = calculation(told(case))
    found = Chains(report_bytes(told(case), made), text("en", "live.sheet_inputs"))
    cells = {name: getattr(made.headline, name) for name in (*AMOUNTS, *RETURNS)}
    return found, {name: (c.sheet, c.row, c.column) for name, c in cells.items() if c is not None}


@pytest.mark.parametrize("case", ["demonstration", *STEPS_OF_PLANS])
def test_an_amount_of_page_one_is_few_formulas_away_from_the_inputs(case):
    found, places = chains(case)
    most = STEPS_OF_PLANS.get(case, STEPS)
    steps = {name: 1 + len(found.longest(place)) for name, place in places.items()}
    assert {name: n for name, n in steps.items() if name in AMOUNTS and n > most} == {}
    later = {name: steps[name] - steps["npv"] for name in RETURNS if name in steps}
    assert all(later[name] <= RETURNS[name] for name in later), later


def test_no_formula_of_the_report_is_as_many_steps_from_the_inputs_as_the_plan_has_months():
    """So long would be a running sum or a product whose every cell leans on its neighbour."""
    found, _ = chains("demonstration")
    for sheet in found.book.sheetnames:
        for address, place in found.figures(sheet):
            assert len(found.longest(place)) <= STEPS + RETURNS["irr"], (sheet, address)
