"""The sheet Energy and carbon: work, hours, kilowatt-hours and emissions, year by year."""

from collections.abc import Mapping
from dataclasses import dataclass

from roi.workbook.report.live.attempts import Made, put_attempts
from roi.workbook.report.live.capex import Units
from roi.workbook.report.live.emissions import Emitted, put_emissions
from roi.workbook.report.live.ground import Ground
from roi.workbook.report.live.hours import Hours, put_hours
from roi.workbook.report.live.machines import Machine, machines
from roi.workbook.report.live.timeline import Timeline
from roi.workbook.report.live.work import Row
from roi.workbook.report.pages.layout import put_heading


@dataclass(frozen=True, eq=False)
class Energy:
    """Everything of the sheet, by side."""

    made: Mapping[str, tuple[Made, ...]]
    hours: Mapping[tuple[str, int], Hours]
    emitted: Mapping[str, Emitted]
    machines: Mapping[str, Machine]


def put_energy(
    ground: Ground,
    changes: Timeline,
    rows: Mapping[str, tuple[Row, ...]],
    units: Mapping[tuple[str, int], Units],
) -> Energy:
    """Make the sheet."""
    line = ground.timeline("energy")
    scenario = ground.scenario
    grid = ground.change(changes, scenario.site.grid_intensity_change_per_year)
    names = list(dict.fromkeys(each.name for side in ground.sides for each in side.programme.supplies))
    line.row = put_heading(line.sheet, line.row, ground.say("supplies"), line.last_column)
    line.row, found = machines(line.sheet, line.row, scenario, names, ground.inputs.sources, ground.language)
    made: dict[str, tuple[Made, ...]] = {}
    hours: dict[tuple[str, int], Hours] = {}
    emitted: dict[str, Emitted] = {}
    for side in ground.sides:
        made[side.name] = put_attempts(ground, line, side, rows[side.name], found)
        hours |= put_hours(ground, line, side, rows[side.name], (made[side.name], units))
    for side in ground.sides:
        emitted[side.name] = put_emissions(
            ground, line, side, rows[side.name], (made[side.name], hours, units, grid)
        )
    return Energy(made, hours, emitted, found)
