"""What a request takes of machines: joules, seconds, board-hours, making."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from roi import assumptions
from roi.footprint import plug_parts
from roi.numbers import Symbol
from roi.options.attempt import Making, Worked, duration, plug_j, worked_of
from roi.options.price import Option
from roi.options.terms import Terms
from roi.planning.supplies import is_by_use
from roi.scenario.workload import Workload
from roi.workbook.book import Sheet
from roi.workbook.expression import Cell, Formula
from roi.workbook.report.live.courses import Side
from roi.workbook.report.live.ground import Ground
from roi.workbook.report.live.machines import Machine
from roi.workbook.report.live.timeline import Timeline
from roi.workbook.report.live.work import Row
from roi.workbook.report.pages.layout import Column, put_heading, put_headings, put_line
from roi.workbook.report.pages.source import Sources
from roi.workbook.report.symbols import formula_of


@dataclass(frozen=True, eq=False)
class Made:
    """What a request takes of machines; an API takes nothing that is known."""

    worked: Worked[Symbol] | None
    """An attempt."""
    kwh: Cell | None
    """Of a request, at the facility's meter [kWh]."""
    board_s: Formula | None
    """Board-seconds of a request [s]."""
    embodied: Formula | None
    """Of a request on a supply that is paid by use [kgCO2e]; None where units carry their own."""


HEADS = (
    ("option", "box", None),
    ("supply", "box", None),
    ("made", "plan", "0"),
    ("joules", "value", "#,##0.0"),
    ("seconds", "value", "#,##0.000"),
    ("boards", "value", "0"),
    ("worked", "calculated", "#,##0.000"),
    ("plug_j", "calculated", "#,##0.0"),
    ("board_s", "calculated", "#,##0.000"),
    ("kwh", "calculated", "0.000000"),
    ("board_s_request", "calculated", "#,##0.000"),
)


def put_attempts(
    ground: Ground, line: Timeline, side: Side, rows: Sequence[Row], found: Mapping[str, Machine]
) -> tuple[Made, ...]:
    """What a request of each option takes."""
    line.row = put_heading(line.sheet, line.row, ground.titled("taken_by", side.name), line.last_column)
    columns = [Column(ground.say(name), style, form) for name, style, form in HEADS]
    for column in range(len(columns)):
        line.sheet.widths.setdefault(column + 1, 15.0)
    line.row = put_headings(line.sheet, line.row, columns)
    return tuple(_attempt(ground, line, side, row, columns, found) for row in rows)


def _attempt(
    ground: Ground,
    line: Timeline,
    side: Side,
    row: Row,
    columns: list[Column],
    found: Mapping[str, Machine],
) -> Made:
    option, sources = row.option, ground.inputs.sources
    supply, workload = side.supply_named(option.offer.supply), side.workload_named(option.workload)
    names = (f"{option.workload}: {option.offer.id}", option.offer.supply)
    made_now = measured(workload, option)[0]
    known = ground.profiles.get(option.offer.id)
    told = (None,) * 3 if known is None else (known.joules, known.seconds, known.boards)
    head = put_line(line.sheet, line.row, columns[:6], (*names, made_now, *told))
    machine = found[option.offer.supply]
    if known is None or machine.terms is None:
        line.row += 1
        return Made(None, None, None, None)
    read = sources.symbols
    done = put_worked(option, machine.terms, head, sources, steps(line.sheet, line.row, columns, sources))
    (busy,) = put_line(line.sheet, line.row, columns[8:9], (formula_of(done.busy_s),), 9)
    tries = read.of(row.attempts)
    per_request = formula_of(done.energy_kwh * tries), busy * row.attempts
    kwh, _ = put_line(line.sheet, line.row, columns[9:], per_request, 10)
    line.row += 1
    embodied = None
    if is_by_use(supply):
        embodied = read.of(0) if machine.embodied is None else machine.embodied * read.of(per_request[1])
    made_kg = None if embodied is None else formula_of(embodied)
    return Made(replace(done, busy_s=read.of(busy)), kwh, per_request[1], made_kg)


def measured(workload: Workload, option: Option) -> tuple[float | None, ...]:
    """Images made in an attempt, joules and seconds of each, boards at work; of an API the images alone."""
    profile, images = option.offer.profile, option.attempt.images
    if profile is None or profile.energy is None or profile.speed is None:
        return float(images), None, None, None
    batch = profile.config.batch_size
    made = images if workload.deferrable else math.ceil(images / batch) * batch
    speed = profile.speed.seconds_per_image
    return float(made), profile.energy.energy_j_per_image, speed, float(profile.hardware.accelerator_count)


Put = Callable[[int, Symbol | None], Symbol | None]
"""Places a step in its column of the line and gives its cell."""


def steps(sheet: Sheet, row: int, columns: Sequence[Column], sources: Sources) -> Put:
    """Places the steps of one line."""

    def put(column: int, content: Symbol | None) -> Symbol | None:
        formula = None if content is None else formula_of(content)
        (cell,) = put_line(sheet, row, [columns[column - 1]], (formula,), column)
        return None if formula is None else sources.symbols.of(cell)

    return put


def put_worked(
    option: Option, terms: Terms[Symbol], head: Sequence[Cell], sources: Sources, put: Put
) -> Worked[Symbol]:
    """An attempt on a machine, by its steps: seconds in column 7, joules at the plug in column 8."""
    made, joules, seconds, boards = (sources.symbols.of(cell) for cell in head[2:6])
    fixed_j, host_s = _parts(option, joules, seconds, sources)
    making = Making(made * seconds, boards, made * fixed_j, made * host_s * boards)
    duration_s = put(7, duration(making.seconds, terms))
    if duration_s is None:
        raise ValueError("a machine works for some seconds")
    plug = put(8, plug_j(making, terms.host_power_w_per_gpu, duration_s))
    if plug is None:
        raise ValueError("a machine draws some joules")
    return worked_of(making, terms, duration_s, plug)


def _parts(option: Option, joules: Symbol, seconds: Symbol, sources: Sources) -> tuple[Symbol, Symbol]:
    """Of an image at the server's plug: joules, and seconds through which the rest of the server counts."""
    profile, read = option.offer.profile, sources.symbols
    if profile is None or profile.energy is None:
        raise ValueError(f"{option.offer.id} has no joules")
    boundary, idle_w = profile.energy.boundary, None
    if boundary == "gpu_net_idle":
        idle = profile.energy.idle_power_w or 0.0
        idle_w = read.of(sources.constant(f"{option.offer.id}: idle_power_w", idle))
    efficiency = read.of(1)
    if boundary == "host":
        value = assumptions.parameter("power_supply_efficiency_fraction").value
        efficiency = read.of(sources.constant("power_supply_efficiency_fraction", value))
    return plug_parts(joules, boundary, seconds, idle_w, efficiency)
