"""A report of a plan that weighs drawn futures: mean amounts of the run, and live what follows from them."""

import io
from functools import cache

import pytest
from openpyxl import load_workbook

from roi.output.plan.totals import today_ledger
from roi.output.report.material import material_of
from roi.planning.answer import PlanDecision
from roi.planning.decide_plan import plan
from roi.scenario.change import with_changes
from roi.sensitivity.plan_analysis import PlanAnalysis
from roi.texts import text
from roi.workbook.report.live.calculate import calculation
from roi.workbook.report.live.inputs import FIRST_CASE
from roi.workbook.report.make import report_book, report_bytes
from roi.workbook.report.pages.material import Material
from tests.roi.live_cases import CASES
from tests.roi.report_cases import DAY, recalculated
from tests.roi.test_report_live import compare, compare_years, figures_of
from tests.workbook_strict import package_faults

DRAWN = ("demonstration", "owned_japan", "committed", "alone")
"""Rented machines, purchases with tax for a part of the work, commitments, no baseline."""
RATE = "finance.discount_rate_per_year"
RISK = {"weight": 0.5, "tail_fraction": 0.4, "worlds": 3}


@cache
def drawn(case: str) -> PlanDecision:
    scenario, profiles = CASES[case]()
    found = plan(with_changes(scenario, {"finance.risk": RISK}), profiles, explained=False)
    assert found.programme is not None
    assert len(found.programme.world_probability) == RISK["worlds"]
    return found


def told(case: str) -> Material:
    return material_of(PlanAnalysis(drawn(case), (), (), None), None, (), "en", DAY)


@pytest.mark.parametrize("case", DRAWN)
def test_cached_values_are_the_engine_s(case):
    decision, made = drawn(case), calculation(told(case))
    for name, expected in figures_of(decision).items():
        cell = getattr(made.headline, name)
        if name.startswith("today") and decision.without_baseline:
            continue
        compare(None if cell is None else cell.value, expected, f"{case}: {name}")
    for ledger, rows in ((decision.ledger, made.course.plan), (today_ledger(decision), made.course.today)):
        compare_years(ledger, {name: [cell.value for cell in cells] for name, cells in rows.items()}, case)
    for check in made.checks:
        assert check.left.value == pytest.approx(check.right.value, rel=1e-9), check.name


def test_avoided_emissions_and_what_they_cost_are_the_engine_s_where_a_part_is_compared():
    finance, made = drawn("committed").finance, calculation(told("committed"))
    assert drawn("committed").without_baseline
    placed = made.book.sheets["results"].cells
    figures = {placed[row, 1].content: cell.content for (row, column), cell in placed.items() if column == 4}
    assert figures[text("en", "live.avoided")] == pytest.approx(finance.avoided_kg_co2e, rel=1e-9)
    assert figures[text("en", "live.abatement")] == pytest.approx(finance.abatement_cost_per_tonne, rel=1e-9)


def test_amounts_of_the_run_are_grey_from_what_is_applied_for_as_soon_as_an_input_is_changed():
    book = report_book(told("demonstration"), calculation(told("demonstration")))
    sheet = book.sheets["decision"]
    applied = next(
        row
        for (row, column), cell in sheet.cells.items()
        if column == 1 and cell.content == text("en", "paper.applied")
    )
    assert f"A{applied}:" in {
        area.partition(":")[0] + ":" for area, _, style in sheet.flags if style == "constant"
    }


def test_libreoffice_finds_the_same_and_a_changed_input_is_not_judged():
    made = {case: calculation(told(case)) for case in DRAWN}
    files = {case: report_bytes(told(case), made[case]) for case in DRAWN}
    chosen, rate = made["demonstration"].headline.scenario, made["demonstration"].inputs[RATE]
    book = load_workbook(io.BytesIO(files["demonstration"]))
    sheet = book[chosen.sheet]
    sheet.cell(chosen.row, chosen.column).value = text("en", "live.case_custom")
    sheet.cell(rate.row, FIRST_CASE + 3).value = 0.2
    buffer = io.BytesIO()
    book.save(buffer)
    anew = recalculated({**files, "moved": buffer.getvalue()})
    for case, content in files.items():
        assert package_faults(content) == [], case
        cached, found = (load_workbook(io.BytesIO(each), data_only=True) for each in (content, anew[case]))
        for sheet in load_workbook(io.BytesIO(content)):
            for row in sheet.iter_rows():
                for each in row:
                    if each.data_type == "f":
                        expected = cached[sheet.title][each.coordinate].value
                        compare(found[sheet.title][each.coordinate].value, expected, f"{case} {each}")
    page = load_workbook(io.BytesIO(anew["moved"]), data_only=True).worksheets[0]
    words = [cell.value for row in page.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert text("en", "paper.checks_unjudged") in words
