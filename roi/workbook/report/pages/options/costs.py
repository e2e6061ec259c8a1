"""How the cost of every listed option comes about, live from Inputs: one line an option.

cost of an accepted image = ((making + electricity + review) * attempts + (1 - delivered) * fallback) / delivered,
and without the division where a fallback ends every request. It is the price at full use: paid hours are filled to
the highest load. Whole units, waiting and the standing cost of a model are not part of it.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from roi.options.price import Option
from roi.scenario.document import Scenario
from roi.scenario.workload import Workload
from roi.units import JOULES_PER_KWH, SECONDS_PER_HOUR
from roi.workbook.book import Sheet
from roi.workbook.expression import Cell, Formula
from roi.workbook.functions import largest
from roi.workbook.report.pages.layout import Column, put_line
from roi.workbook.report.pages.material import OptionLine
from roi.workbook.report.pages.options.machines import Machine, power_supply_efficiency
from roi.workbook.report.pages.options.retries import Retried
from roi.workbook.report.pages.source import Sources

GRAMS = "g/kg"
GRAMS_PER_KG = 1000.0


@dataclass(frozen=True, slots=True)
class Costed:
    """The live figures of an option."""

    cost: Cell
    """At full use [money per accepted image]."""
    carbon: Cell | None
    """At full use [gCO2e per accepted image]; None where it is not disclosed."""


COLUMNS = (
    ("costs_option", "box", None),
    ("costs_supply", "box", None),
    ("costs_made", "plan", "0"),
    ("costs_joules", "value", "#,##0.0"),
    ("costs_seconds", "value", "#,##0.000"),
    ("costs_boards", "value", "0"),
    ("costs_worked", "calculated", "#,##0.000"),
    ("costs_plug", "calculated", "#,##0.0"),
    ("costs_making", "calculated", "#,##0.0000"),
    ("costs_electricity", "calculated", "#,##0.0000"),
    ("costs_review", "calculated", "#,##0.0000"),
    ("costs_attempts", "calculated", "0.0000"),
    ("costs_delivered", "share", "0.00%"),
    ("costs_fallback", "calculated", "#,##0.0000"),
    ("costs_cost", "money_fine", None),
    ("costs_carbon", "calculated", "#,##0.000"),
)
"""Names, styles and number formats of the table."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What every line is computed from."""

    scenario: Scenario
    sources: Sources
    machines: Mapping[str, Machine]


def put_costs(
    sheet: Sheet, row: int, columns: list[Column], line: OptionLine, ground: Ground, retried: Retried
) -> Costed:
    """The line of an option."""
    option = line.option
    workload = next(each for each in ground.scenario.workloads if each.name == option.workload)
    machine = ground.machines[option.offer.supply]
    head = put_line(sheet, row, columns[:6], (line.label, option.offer.supply, *measured(workload, option)))
    seconds = None if option.offer.profile is None else worked_seconds(machine, head[2], head[4])
    worked = _maybe(sheet, row, 7, columns, seconds)
    plug = _maybe(sheet, row, 8, columns, plug_joules(option, machine, head, worked, ground.sources))
    making = _at(sheet, row, 9, columns, _making(machine, head[2], head[5], worked, ground.sources))
    electricity = _maybe(sheet, row, 10, columns, _electricity(machine, plug, ground.sources))
    review = _at(sheet, row, 11, columns, _review(ground, workload, option))
    attempts = _at(sheet, row, 12, columns, retried.attempts.formula())
    delivered = _at(sheet, row, 13, columns, retried.delivered.formula())
    fallback = _maybe(sheet, row, 14, columns, _fallback(ground, workload, delivered))
    attempt = making + review if electricity is None else making + electricity + review
    request = attempt * attempts
    cost = request / delivered if fallback is None else request + fallback
    placed = _at(sheet, row, 15, columns, cost)
    carbon = _carbon(machine, head[5], worked, plug, ground.sources)
    if carbon is not None:
        carbon = carbon * attempts * ground.sources.constant(GRAMS, GRAMS_PER_KG)
        carbon = carbon / delivered if fallback is None else carbon
    return Costed(placed, _maybe(sheet, row, 16, columns, carbon))


def _at(sheet: Sheet, row: int, column: int, columns: list[Column], content: Formula) -> Cell:
    (cell,) = put_line(sheet, row, [columns[column - 1]], (content,), column)
    return cell


def _maybe(
    sheet: Sheet, row: int, column: int, columns: list[Column], content: Formula | None
) -> Cell | None:
    (cell,) = put_line(sheet, row, [columns[column - 1]], (content,), column)
    return None if content is None else cell


def measured(workload: Workload, option: Option) -> tuple[float | None, ...]:
    """Images made in an attempt, joules and seconds of each, boards at work; of an API the images alone."""
    profile, images = option.offer.profile, option.attempt.images
    if profile is None or profile.energy is None or profile.speed is None:
        return float(images), None, None, None
    batch = profile.config.batch_size
    made = images if workload.deferrable else math.ceil(images / batch) * batch
    speed = profile.speed.seconds_per_image
    return float(made), profile.energy.energy_j_per_image, speed, float(profile.hardware.accelerator_count)


def worked_seconds(machine: Machine, made: Cell, seconds: Cell) -> Formula:
    """Of an attempt: making its images, work done again, and the start before the first."""
    worked = made * seconds
    if machine.again is not None:
        worked = worked * (1 + machine.again)
    return worked if machine.start is None else worked + machine.start


def plug_joules(
    option: Option, machine: Machine, head: list[Cell], worked: Cell | None, sources: Sources
) -> Formula | None:
    """Joules of an attempt at the server's plug: start and work done again draw what making images draws."""
    joules = _made_joules(option, machine, head, sources)
    if joules is None or worked is None or (machine.again is None and machine.start is None):
        return joules
    return joules * worked / (head[2] * head[4])


def _made_joules(option: Option, machine: Machine, head: list[Cell], sources: Sources) -> Formula | None:
    """Joules of an attempt's images at the server's plug, from the boundary at which they were measured."""
    profile = option.offer.profile
    if profile is None or profile.energy is None or machine.host_power is None:
        return None
    made, joules, seconds, boards = head[2:6]
    boundary = profile.energy.boundary
    if boundary == "wall":
        return made * joules
    if boundary == "host":
        return made * (joules / power_supply_efficiency(sources))
    power = machine.host_power * boards
    if boundary == "gpu_net_idle":
        idle = sources.constant(f"{option.offer.id}: idle_power_w", profile.energy.idle_power_w or 0.0)
        power = idle + power
    return made * (joules + power * seconds)


def _making(machine: Machine, made: Cell, boards: Cell, worked: Cell | None, sources: Sources) -> Formula:
    """Rent or hardware of an attempt, or an API's price of its images."""
    if machine.price_per_image is not None:
        return machine.price_per_image * made
    if worked is None:
        raise ValueError("a machine works for some seconds")
    if machine.instance is not None:
        return rent_by_second(machine, worked, sources)
    if machine.rate is None:
        raise ValueError("a machine without a rate")
    return machine.rate * (worked * boards) / sources.constant("s/h", SECONDS_PER_HOUR)


def rent_by_second(machine: Machine, worked: Cell, sources: Sources) -> Formula:
    """Of an attempt: price of the whole instance * max(seconds at work, fewest billed) / 3600"""
    if machine.instance is None:
        raise ValueError("this instance is not billed by the second")
    billed = worked if machine.minimum is None else largest(worked, machine.minimum)
    return machine.instance * billed / sources.constant("s/h", SECONDS_PER_HOUR)


def _electricity(machine: Machine, plug: Cell | None, sources: Sources) -> Formula | None:
    if plug is None or machine.electricity is None or machine.pue is None:
        return None
    return plug / sources.constant("J/kWh", JOULES_PER_KWH) * machine.pue * machine.electricity


def _review(ground: Ground, workload: Workload, option: Option) -> Formula:
    """wage * (seconds an attempt + seconds an image * images) / 3600"""
    review, sources = workload.review, ground.sources
    fixed = sources.figure(review.seconds_per_attempt)
    each = sources.figure(review.seconds_per_image)
    images = sources.constant(f"n = {option.attempt.images}", float(option.attempt.images))
    wage = sources.amount(ground.scenario.labour.wage_per_h)
    return wage * (fixed + each * images) / sources.constant("s/h", SECONDS_PER_HOUR)


def _fallback(ground: Ground, workload: Workload, delivered: Cell) -> Formula | None:
    """Of a request; None where no fallback is stated."""
    if workload.fallback_cost is None:
        return None
    return (1 - delivered) * ground.sources.amount(workload.fallback_cost)


def _carbon(
    machine: Machine, boards: Cell, worked: Cell | None, plug: Cell | None, sources: Sources
) -> Formula | None:
    """Of an attempt, location-based and embodied [kgCO2e]; None where either is not known."""
    if plug is None or worked is None:
        return None
    if machine.pue is None or machine.grid is None or machine.embodied is None:
        return None
    operational = plug / sources.constant("J/kWh", JOULES_PER_KWH) * machine.pue * machine.grid
    return operational + machine.embodied * (worked * boards)
