"""How the cost of every listed option comes about, live from Inputs: one line an option.

cost of an accepted image = ((making + electricity + review) * attempts + (1 - delivered) * fallback) / delivered,
and without the division where a fallback ends every request. It is the price at full use: paid hours are filled to
the highest load. Whole units, waiting and the standing cost of a model are not part of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from roi.cost import delivered_per_request, request_streams
from roi.footprint import operational_kg_co2e
from roi.numbers import Symbol, total
from roi.options.attempt import Worked, fallback_cost, machine_costs, workload_costs
from roi.units import GRAMS_PER_KG
from roi.workbook.book import Sheet
from roi.workbook.expression import Cell
from roi.workbook.report.live.ahead import Ahead
from roi.workbook.report.live.attempts import measured, put_worked, steps
from roi.workbook.report.live.machines import Machine
from roi.workbook.report.live.retries import Retried
from roi.workbook.report.pages.layout import Column, put_line
from roi.workbook.report.pages.material import OptionLine
from roi.workbook.report.pages.options.alone import Asked, alone
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
class CostSources:
    """What every line is computed from."""

    sources: Sources
    machines: Mapping[str, Machine]
    ahead: Ahead


def put_costs(
    sheet: Sheet, row: int, columns: list[Column], line: OptionLine, given: CostSources, retried: Retried
) -> Costed:
    """The line of an option."""
    option, sources, read = line.option, given.sources, given.sources.symbols
    workload = next(each for each in sources.scenario.workloads if each.name == option.workload)
    machine = given.machines[option.offer.supply]
    head = put_line(sheet, row, columns[:6], (line.label, option.offer.supply, *measured(workload, option)))
    put, done = steps(sheet, row, columns, sources), None
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
        given.ahead,
        sources,
        lambda taken: put_line(sheet, row, [columns[16]], (taken,), 17)[0],
    )
    only = put_line(sheet, row, [columns[17]], (worth,), 18)[0]
    return Costed(cost, None if grams is None else carbon, only)


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
