"""How the cost of every listed option comes about, live from Inputs: one line an option.

cost of an accepted image = ((making + electricity + review) * attempts + (1 - delivered) * fallback) / delivered,
and without the division where a fallback ends every request. It is the price at full use: paid hours are filled to
the highest load. Whole units, waiting and the standing cost of a model are not part of it.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from roi import assumptions
from roi.cost import delivered_per_request, request_streams
from roi.footprint import operational_kg_co2e, plug_parts
from roi.numbers import Symbol, total
from roi.options.attempt import (
    Making,
    Worked,
    duration,
    fallback_cost,
    machine_costs,
    plug_j,
    worked_of,
    workload_costs,
)
from roi.options.price import Option
from roi.options.terms import Terms
from roi.scenario.document import Scenario
from roi.scenario.workload import Workload
from roi.units import GRAMS_PER_KG
from roi.workbook.book import Sheet
from roi.workbook.expression import Cell
from roi.workbook.report.pages.layout import Column, put_line
from roi.workbook.report.pages.material import OptionLine
from roi.workbook.report.pages.options.alone import Ahead, Asked, alone
from roi.workbook.report.pages.options.machines import Machine
from roi.workbook.report.pages.options.retries import Retried
from roi.workbook.report.pages.source import Sources
from roi.workbook.report.symbols import formula_of


@dataclass(frozen=True, slots=True)
class Costed:
    """The live figures of an option."""

    cost: Cell
    """At full use [money per accepted image]."""
    carbon: Cell | None
    """At full use [gCO2e per accepted image]; None where it is not disclosed."""
    alone: Cell
    """As the only source, in whole machines over the plan's years [money per accepted image]."""


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
    ("costs_taken", "calculated", "0.00E+00"),
    ("costs_alone", "money_fine", None),
)
"""Names, styles and number formats of the table."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What every line is computed from."""

    scenario: Scenario
    sources: Sources
    machines: Mapping[str, Machine]
    ahead: Ahead


def put_costs(
    sheet: Sheet, row: int, columns: list[Column], line: OptionLine, ground: Ground, retried: Retried
) -> Costed:
    """The line of an option."""
    option, sources, read = line.option, ground.sources, ground.sources.symbols
    workload = next(each for each in ground.scenario.workloads if each.name == option.workload)
    machine = ground.machines[option.offer.supply]
    head = put_line(sheet, row, columns[:6], (line.label, option.offer.supply, *measured(workload, option)))

    def put(column: int, content: Symbol | None) -> Symbol | None:
        formula = None if content is None else formula_of(content)
        (cell,) = put_line(sheet, row, [columns[column - 1]], (formula,), column)
        return None if formula is None else read.of(cell)

    done = None
    if machine.terms is not None:
        done = put_worked(option, machine.terms, head, sources, put)
    costs = machine_or_api_costs(machine, read.of(head[2]), done)
    making = put(9, total(cost for name, cost in costs.items() if name != "electricity"))
    electricity = put(10, costs.get("electricity"))
    images = read.of(sources.constant(f"n = {option.attempt.images}", float(option.attempt.images)))
    review = put(11, total(workload_costs(read, workload, images).values()))
    attempts = put(12, read.of(retried.attempts))
    delivered = put(13, read.of(retried.delivered))
    placed = {"making": making, "electricity": electricity, "review": review}
    attempt = {name: cost for name, cost in placed.items() if cost is not None}
    if attempts is None or delivered is None:
        raise ValueError("an option without attempts")
    fallback = fallback_cost(read, workload)
    streams = request_streams(attempt, attempts, delivered, fallback)
    paid = put(14, streams.get("fallback"))
    streams |= {} if paid is None else {"fallback": paid}
    accepted = delivered_per_request(delivered, fallback is not None)
    cost = put_line(sheet, row, [columns[14]], (formula_of(total(streams.values()) / accepted),), 15)[0]
    grams = _grams(machine, done, attempts / accepted)
    carbon = put_line(sheet, row, [columns[15]], (None if grams is None else formula_of(grams),), 16)[0]
    asked = Asked(option, machine, done, costs, images, attempts, delivered)
    worth = alone(
        asked,
        ground.ahead,
        sources,
        lambda taken: put_line(sheet, row, [columns[16]], (taken,), 17)[0],
    )
    only = put_line(sheet, row, [columns[17]], (worth,), 18)[0]
    return Costed(cost, None if grams is None else carbon, only)


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


def machine_or_api_costs(machine: Machine, made: Symbol, done: Worked[Symbol] | None) -> dict[str, Symbol]:
    """Money of an attempt by stream, people apart."""
    if machine.price_per_image is not None:
        return {"api": machine.price_per_image * made}
    if machine.terms is None or done is None:
        raise ValueError("a machine without terms")
    rates = {} if machine.rate is None else {"rent": machine.rate}
    return machine_costs(machine.terms, rates, done.duration_s, done.busy_s, done.energy_kwh)


def _grams(machine: Machine, done: Worked[Symbol] | None, per_image: Symbol) -> Symbol | None:
    """Location-based and embodied; None where either is not known."""
    if done is None or machine.terms is None or machine.embodied is None:
        return None
    operational = operational_kg_co2e(done.energy_kwh, machine.terms.grid_intensity_kg_co2e_per_kwh)
    return (operational + machine.embodied * done.busy_s) * per_image * GRAMS_PER_KG
