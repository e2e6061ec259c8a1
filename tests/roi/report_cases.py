"""Reports for tests: made once, read back, turned into pages."""

import re
import subprocess
from datetime import date
from functools import cache

from bench.library import library_profiles
from roi.decision.decide import decide
from roi.output.report.material import material_of
from roi.planning.decide_plan import plan
from roi.scenario.change import with_changes
from roi.scenario.document import Scenario
from roi.scenario.load import demonstration
from roi.sensitivity.base import plan_base
from roi.sensitivity.frontier import fid_frontier
from roi.sensitivity.montecarlo.simulate import simulate_decision
from roi.sensitivity.plan_analysis import PlanAnalysis
from roi.sensitivity.plandraws.returns import plan_risk
from roi.sensitivity.tornado import tornado_of
from roi.texts import Language
from roi.workbook.convert import PDF, WORKBOOK, converted
from roi.workbook.report.live.calculate import calculation
from roi.workbook.report.make import report_bytes
from roi.workbook.report.pages.material import Material

DAY = date(2026, 4, 1)
DRAWS = 200
LONGEST_S = 900.0
"""For many workbooks in one call of LibreOffice."""
ATTACKS = ("=cmd|' /C calc'!A0", "+1", "@SUM(1)", '=HYPERLINK("http://x","y")', "😀 مرحبا \u202eabc", "=1+1")
LONG = ("=1+1 稟議 because 😀 " * 800)[:10_000]


def analysed(scenario: Scenario) -> PlanAnalysis:
    """A plan, its figures moved under it, and a few futures."""
    decision = plan(scenario, library_profiles())
    bars = tornado_of(plan_base(decision, library_profiles()), solved_most=0)
    return PlanAnalysis(decision, bars, (), plan_risk(decision, draws=DRAWS))


@cache
def analysis() -> PlanAnalysis:
    """Of the demonstration."""
    return analysed(demonstration())


def material(language: Language, found: PlanAnalysis) -> Material:
    """What a report says."""
    scenario = found.decision.scenario
    choice = decide(scenario, library_profiles())
    simulation = simulate_decision(choice, library_profiles(), draws=DRAWS, seed=1, shape="triangular")
    return material_of(found, simulation, fid_frontier(scenario, library_profiles()), language, DAY)


@cache
def report(language: Language) -> bytes:
    """The demonstration's report."""
    told = material(language, analysis())
    return report_bytes(told, calculation(told))


@cache
def report_for_template(language: Language) -> bytes:
    """The same with the fields of a company's template."""
    told = material(language, analysis())
    return report_bytes(told, calculation(told), fields=True)


@cache
def attacked() -> bytes:
    """A report in which every text that a person may write is an attack."""
    changes: dict[str, object] = {
        "name": ATTACKS[0],
        "proposal": {
            "title": ATTACKS[1],
            "proposer": ATTACKS[2],
            "department": ATTACKS[3],
            "budget_line": ATTACKS[4],
            "purpose": LONG,
            "schedule": LONG,
            "risks": LONG,
        },
        "workloads[0].name": ATTACKS[0],
        "supplies[2].name": ATTACKS[5],
    }
    found = analysed(with_changes(demonstration(), changes))
    told = material("en", found)
    return report_bytes(told, calculation(told))


def recalculated(files: dict[str, bytes]) -> dict[str, bytes]:
    """The workbooks as LibreOffice writes them after computing every formula, all in one call."""
    return converted(files, WORKBOOK, timeout_s=LONGEST_S)


def pages(files: dict[str, bytes]) -> dict[str, list[str]]:
    """The text of every printed page."""
    made = converted(files, PDF, timeout_s=LONGEST_S)
    return {name: _texts(content) for name, content in made.items()}


def _texts(content: bytes) -> list[str]:
    command = ["pdftotext", "-layout", "-", "-"]
    told = subprocess.run(command, input=content, capture_output=True, check=True).stdout.decode()
    return told.split("\f")[:-1]


def without_spaces(words: str) -> str:
    """Words as they can be found on a page whose lines wrap."""
    return re.sub(r"\s+", "", words)
