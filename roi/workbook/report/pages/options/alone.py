"""What a listed option costs as the only source of its pictures, live, in whole machines over the plan's years."""

from collections.abc import Callable
from dataclasses import dataclass

from roi.cost import delivered_per_request, request_streams
from roi.numbers import Symbol
from roi.options.attempt import Worked, board_rates_per_h, fallback_cost, machine_costs, workload_costs
from roi.options.price import Option
from roi.planning.supplies import is_by_use
from roi.scenario.supply import Api, Own, Rent
from roi.units import HOURS_PER_YEAR, SECONDS_PER_HOUR
from roi.workbook.expression import Block, Cell, Formula
from roi.workbook.functions import added, rounded_up_product
from roi.workbook.report.live.ahead import Ahead
from roi.workbook.report.live.machines import Machine
from roi.workbook.report.pages.source import Sources
from roi.workbook.report.symbols import formula_of

ROUNDING = 1e-9
"""A load this little above a whole number of units is rounding, as for `roi.fleet.whole_units`."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An option and the cells of its line."""

    option: Option
    machine: Machine
    done: Worked[Symbol] | None
    """An attempt; None for a service."""
    costs: dict[str, Symbol]
    """Money of an attempt by stream, people apart; asked of a service alone."""
    images: Symbol
    attempts: Symbol
    delivered: Symbol


def alone(asked: Asked, ahead: Ahead, sources: Sources, placed: Callable[[Formula | None], Cell]) -> Formula:
    """Value today of all cash over that of the pictures [money per accepted image].

    `placed` puts what a picture takes of a unit's year into its column.
    """
    scenario, read = sources.scenario, sources.symbols
    number_of = [each.name for each in scenario.workloads].index(asked.option.workload)
    workload = scenario.workloads[number_of]
    supply = next(each for each in scenario.supplies if each.name == asked.option.offer.supply)
    fallback = fallback_cost(read, workload)
    accepted = delivered_per_request(asked.delivered, fallback is not None)
    attempt = _of_requests(asked, supply, ahead, sources, waits=workload.deferrable)
    attempt |= workload_costs(read, workload, asked.images)
    streams = request_streams(attempt, asked.attempts, asked.delivered, fallback)
    parts = [
        formula_of(cost / accepted * read.of(ahead.weight(number_of, stream)))
        for stream, cost in streams.items()
    ]
    taken = None
    if not isinstance(supply, Api) and not is_by_use(supply) and asked.done is not None:
        board_s = asked.done.busy_s * asked.attempts / accepted
        if not workload.deferrable and workload.peak_factor is not None:
            board_s = board_s * read.figure(workload.peak_factor)
        room_s = read.boards(supply) * read.figure(supply.utilization_fraction) * SECONDS_PER_HOUR
        taken = formula_of(board_s / room_s / HOURS_PER_YEAR)
    cell = placed(taken)
    if taken is not None and not isinstance(supply, Api):
        by_hour = workload.deferrable and isinstance(supply, Rent) and supply.term != "reserved"
        years = ahead.unit_years(supply, waits=workload.deferrable)
        parts.append(_units(cell, ahead.demand(number_of), years, sources, by_hour=by_hour))
    parts += _once(asked, supply, ahead, sources)
    return added(parts) / ahead.weight(number_of, None)


def _of_requests(
    asked: Asked, supply: Rent | Own | Api, ahead: Ahead, sources: Sources, *, waits: bool
) -> dict[str, Symbol]:
    """Money of an attempt that goes with it: all of it where a supply is paid by use, else electricity, less that
    of waiting for as long where the unit's hours carry it."""
    terms, done, read = asked.machine.terms, asked.done, sources.symbols
    if terms is None or done is None:
        return dict(asked.costs)
    if is_by_use(supply):
        return machine_costs(terms, board_rates_per_h(terms), done.duration_s, done.busy_s, done.energy_kwh)
    if not isinstance(supply, Own) or terms.electricity_price_per_kwh is None:
        return {}
    kwh = done.energy_kwh
    if not waits:
        kwh = kwh - read.of(ahead.idle_kw(supply)) * done.busy_s / SECONDS_PER_HOUR
    return {"electricity": kwh * terms.electricity_price_per_kwh}


def _units(taken: Cell, demand: Block, years: Block, sources: Sources, *, by_hour: bool) -> Formula:
    """Whole units of each year, or whole hours of a unit, at what one costs in it."""
    kept = 1 - sources.constant("1e-9", ROUNDING)
    share = taken * kept
    if by_hour:
        hours = sources.constant("h/year", float(HOURS_PER_YEAR))
        return rounded_up_product(share * hours, demand, years) / hours
    return rounded_up_product(share, demand, years)


def _once(asked: Asked, supply: Rent | Own | Api, ahead: Ahead, sources: Sources) -> list[Formula]:
    """Opening of the supply; taking up of the model and its upkeep."""
    found = []
    if supply.opening_cost is not None and ahead.is_new(supply):
        found.append(sources.amount(supply.opening_cost))
    model = asked.option.offer.model_id
    cost = sources.scenario.cost_of_model(model)
    if cost is not None:
        found.append(sources.amount(cost.upkeep_per_year) * ahead.kept_years())
        if model not in ahead.present().models_today:
            found.append(sources.amount(cost.migration))
    return found
