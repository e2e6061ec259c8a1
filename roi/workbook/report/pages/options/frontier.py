"""Cost in whole units against FID: every listed option, the frontier and the quality bar, as they were computed."""

from collections.abc import Sequence

from roi.scenario.workload import Workload
from roi.texts import text
from roi.workbook.book import Sheet
from roi.workbook.expression import Cell, Formula, call, down
from roi.workbook.functions import smallest_of
from roi.workbook.report.pages.charts import FILLS, Drawn, Frame, lines, place
from roi.workbook.report.pages.layout import Column, put_heading, put_headings, put_line, reserve
from roi.workbook.report.pages.material import FidStep, Material
from roi.workbook.report.pages.options.listing import WIDTHS, Listed, Listing

CHART_ROWS = 19
CHART_COLUMN = 5


def frontiers_height(material: Material) -> int:
    """Rows that the frontiers take."""
    return sum(_height(material, workload) for workload in material.decision.scenario.workloads)


def _height(material: Material, workload: Workload) -> int:
    """Heading, head of the table and a blank row beside the chart or the steps; nothing without figures."""
    mine = [line for line in material.options if line.option.workload == workload.name]
    if (
        workload.quality.fid_max is None
        or not mine
        or any(line.option.offer.quality is None for line in mine)
    ):
        return 0
    return 3 + max(CHART_ROWS, len(_steps(material, workload)) + 2)


def _steps(material: Material, workload: Workload) -> list[FidStep]:
    return [step for step in material.fid_steps if step.workload == workload.name]


def put_frontiers(sheet: Sheet, row: int, material: Material, listing: Listing, changed: Cell) -> None:
    """A chart for every workload beside the table of its frontier."""
    for workload in material.decision.scenario.workloads:
        if _height(material, workload) and workload.quality.fid_max is not None:
            title = text(material.language, "paper.frontier_title", workload=workload.name)
            put_heading(sheet, row, title, len(WIDTHS))
            mine, steps = listing.of(workload.name), _steps(material, workload)
            first, last = _put_frontier(sheet, row + 1, material, mine, steps, workload.quality.fid_max)
            if last >= first:
                sheet.flag(f"A{first}:D{last}", changed.formula(), "stale")
            row += _height(material, workload)


def _put_frontier(
    sheet: Sheet, row: int, material: Material, mine: Sequence[Listed], steps: Sequence[FidStep], bar: float
) -> tuple[int, int]:
    """First and last row of the steps, which are of the run."""
    language = material.language
    columns = [
        Column(text(language, "paper.frontier_option")),
        Column(text(language, "paper.frontier_supply")),
        Column(text(language, "paper.option_fid"), "value", "0.00"),
        Column(text(language, "paper.frontier_cost", currency=material.coin), "value", "#,##0.00"),
    ]
    first = here = put_headings(sheet, row, columns)
    frontier: list[list[Cell]] = []
    for step in steps:
        label, _, supply = step.label.rpartition(" / ")
        frontier.append(put_line(sheet, here + len(frontier), columns, (label, supply, step.fid, step.cost)))
    costs = down([each.alone for each in _priced(mine)])
    ends = (smallest_of(costs), call("MAX", max(costs.numbers()), costs))
    here += len(frontier)
    limits = [_bar_line(sheet, here + offset, columns, material, bar, end) for offset, end in enumerate(ends)]
    _put_chart(sheet, row, material, mine, frontier, limits)
    reserve(sheet, row + CHART_ROWS, len(WIDTHS))
    return first, here - 1


def _priced(mine: Sequence[Listed]) -> list[Listed]:
    """Those whose supply has units enough."""
    return [each for each in mine if each.line.alone is not None]


def _bar_line(
    sheet: Sheet, row: int, columns: list[Column], material: Material, bar: float, cost: Formula
) -> list[Cell]:
    return put_line(sheet, row, columns, (text(material.language, "paper.frontier_bar"), "", bar, cost))


def _put_chart(
    sheet: Sheet,
    row: int,
    material: Material,
    mine: Sequence[Listed],
    frontier: Sequence[list[Cell]],
    limits: Sequence[list[Cell]],
) -> None:
    language = material.language
    chosen = [each for each in mine if each.line.state == "chosen"]
    series = [
        _marks(text(language, "paper.frontier_options"), _priced(mine), 1),
        _marks(chosen[0].line.label, chosen[:1], 0),
    ]
    if frontier:
        series.append(_line(text(language, "paper.frontier_line"), frontier, "solid"))
    series.append(_line(text(language, "paper.frontier_bar"), limits, "dash"))
    frame = Frame(
        title=text(language, "paper.frontier_chart"),
        below=text(language, "paper.axis_fid"),
        beside=text(language, "paper.axis_cost", currency=material.coin),
        width_cm=24.0,
        height_cm=9.5,
        number_format="#,##0.0",
        below_format="0",
    )
    place(sheet, lines(frame, series), row, CHART_COLUMN)


def _marks(name: str, mine: Sequence[Listed], fill: int) -> Drawn:
    costs, fids = down([each.alone for each in mine]), down([each.fid for each in mine])
    return Drawn(name, costs, FILLS[fill], fids, marks_only=True)


def _line(name: str, rows: Sequence[list[Cell]], dash: str) -> Drawn:
    return Drawn(
        name, down([cells[3] for cells in rows]), FILLS[5], down([cells[2] for cells in rows]), dash=dash
    )
