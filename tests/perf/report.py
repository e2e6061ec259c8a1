"""Writing a full report: seconds and highest memory of a fresh process, beside XlsxWriter with as many cells; and
the command on the demonstration, beside the plan's own seconds.
"""

import pickle
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.library import library_profiles
from roi.output.report.material import material_of
from roi.planning.decide_plan import plan
from roi.scenario.change import with_changes
from roi.scenario.document import Scenario
from roi.scenario.load import demonstration
from roi.sensitivity.frontier import fid_frontier
from roi.sensitivity.plan_analysis import PlanAnalysis
from roi.sensitivity.plandraws.returns import plan_risk
from roi.workbook.report.pages.material import Material
from tests.roi.report_cases import DAY

SECONDS_AIM, MIB_AIM = 3.0, 300.0
COMMAND_AIMS = {0: 5.0, 10_000: 8.0}
"""Longest time of the command by draws [s]."""
DRAWS = 1000

WRITE = """
import pickle, sys, time
material = pickle.load(open(sys.argv[1], "rb"))
from roi.workbook.report.live.calculate import calculation
from roi.workbook.report.make import report_book
from roi.workbook.write import book_bytes
from roi.resources import template_path
began = time.perf_counter()
book = report_book(material, calculation(material))
content = book_bytes(book, template_path("report.xlsx"))
took = time.perf_counter() - began
placed = [cell for sheet in book.sheets.values() for cell in sheet.cells.values()]
formulas = sum(cell.formula is not None for cell in placed)
mib = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM")) / 1024
print(took, mib, len(placed), formulas, len(content))
"""
PEER = """
import sys, time
import xlsxwriter
cells, formulas = int(sys.argv[1]), int(sys.argv[2])
began = time.perf_counter()
book = xlsxwriter.Workbook(sys.argv[3])
sheet, look = book.add_worksheet(), book.add_format({"border": 1, "num_format": "#,##0"})
for number in range(cells):
    row, column = divmod(number, 12)
    if number < formulas:
        sheet.write_formula(row, column, f"=$A$1*B{row + 2}+'Sheet1'!$C$4", look, 1.5 * number)
    elif number % 2:
        sheet.write_number(row, column, 1.5 * number, look)
    else:
        sheet.write_string(row, column, f"cell {number}", look)
book.close()
took = time.perf_counter() - began
mib = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM")) / 1024
print(took, mib)
"""


def report(*, quick: bool) -> None:
    """Print one line: the plan has 20 workloads over 5 years, with drawn futures but no tornado."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "material"
        place.write_bytes(pickle.dumps(_material(5 if quick else 20)))
        took, mib, cells, formulas, size = _told(WRITE, str(place))
        peer_s, peer_mib = _told(PEER, str(int(cells)), str(int(formulas)), str(Path(folder) / "peer.xlsx"))
    count = 5 if quick else 20
    print(
        f"report: {count} workloads, 5 years: {took:.2f} s (aim {SECONDS_AIM:g}), {mib:.0f} MiB (aim {MIB_AIM:g}), "
        f"{cells:,.0f} cells, {formulas:,.0f} formulas, {size / 1e6:.2f} MB; XlsxWriter as many cells "
        f"{peer_s:.2f} s, {peer_mib:.0f} MiB: {took / peer_s:.1f} times as long"
    )

    _commands()


def _commands() -> None:
    """Elapsed seconds and those of the processor: on a busy machine the first say more of the others."""
    plan_s, plan_cpu_s = _run("plan")
    with tempfile.TemporaryDirectory() as folder:
        for draws, aim in COMMAND_AIMS.items():
            file = str(Path(folder) / f"{draws}.xlsx")
            took, cpu_s = _run("report", "-o", file, "--draws", str(draws))
            print(
                f"report: demonstration, {draws:,} draws: {took:.1f} s (aim {aim:g}), {cpu_s:.1f} s of the "
                f"processor; plan alone {plan_s:.1f} s, {plan_cpu_s:.1f} s"
            )


def _run(*arguments: str) -> tuple[float, float]:
    """Elapsed and processor seconds of a command."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([sys.executable, "-m", "roi", *arguments], capture_output=True, check=True)
    took, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    return took, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _told(program: str, *arguments: str) -> list[float]:
    command = [sys.executable, "-c", program, *arguments]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    return [float(word) for word in done.stdout.split()]


def _material(workloads: int) -> Material:
    scenario = _scenario(workloads)
    profiles = library_profiles()
    decision = plan(scenario, profiles, time_limit_s=60)
    analysis = PlanAnalysis(decision, (), (), plan_risk(decision, draws=DRAWS))
    return material_of(analysis, None, fid_frontier(scenario, profiles), "en", DAY)


def _scenario(workloads: int) -> Scenario:
    """The demonstration with its workload several times, each of another size."""
    base = demonstration()
    first = base.workloads[0].model_dump(mode="json")
    several = []
    for number in range(workloads):
        images = {**first["images_per_month"], "value": 10_000 + 3_000 * number, "low": None, "high": None}
        several.append({**first, "name": f"pictures {number + 1}", "images_per_month": images})
    return with_changes(base, {"workloads": several})
