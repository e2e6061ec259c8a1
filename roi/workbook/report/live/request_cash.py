"""Money that goes with requests, and with pictures that people make or sell today."""

from collections.abc import Iterator, Mapping

from roi.cost import STREAMS, request_streams
from roi.options.attempt import board_rates_per_h, fallback_cost, machine_costs, workload_costs
from roi.planning.supplies import is_by_use
from roi.scenario.supply import Api, Own
from roi.units import SECONDS_PER_HOUR
from roi.workbook.expression import Cell, Formula
from roi.workbook.report.live.amounts import Amount, Prices, priced
from roi.workbook.report.live.attempts import Made
from roi.workbook.report.live.courses import Side, bought_outside
from roi.workbook.report.live.ground import Ground
from roi.workbook.report.live.machines import Machine
from roi.workbook.report.live.timeline import Line, Timeline
from roi.workbook.report.live.work import Row, Work
from roi.workbook.report.symbols import formula_of

BY_USE_NAMES = {"rent": "rent_second", "hardware": "capital_by_use", "space": "space_by_use"}
"""What the price of a request is called, by stream."""


def of_request(
    ground: Ground,
    line: Timeline,
    side: Side,
    given: tuple[int, Row, Made],
    machines: Mapping[str, Machine],
    prices: Prices,
) -> Iterator[Amount]:
    """Looks, fallbacks, a service, a machine by the second, an own server by use, electricity."""
    number, row, made = given
    owner = ("row", number)
    supply = side.supply_named(row.option.offer.supply)
    workload = side.whole.workloads[row.workload]
    names = (workload.name, supply.name)

    def cash(component: str, price: Formula, change: Line | None) -> Amount:
        return Amount(component, names, priced(row.yearly, price, change), owner)

    read = ground.symbols
    attempts, delivered = read.of(row.attempts), read.of(row.delivered)
    attempt = workload_costs(read, workload, read.of(row.images))
    streams = request_streams(attempt, attempts, delivered, fallback_cost(read, workload))
    for stream, cost in streams.items():
        yield cash(STREAMS[stream].component, formula_of(cost), prices.of_stream(stream))
    if isinstance(supply, Api):
        price = ground.amount(supply.price_per_image)
        yield cash("api", price * row.images * row.attempts, prices.of("api"))
    elif is_by_use(supply):
        for stream, price in _by_use(made, machines[supply.name], row.attempts):
            label = (ground.say(BY_USE_NAMES[stream]), " / ".join(names), ground.currency)
            placed = line.figure(label, price, "calculated", "#,##0.0000")
            yield cash(STREAMS[stream].component, placed.formula(), prices.of_stream(stream))
    if isinstance(supply, Own) and made.kwh is not None:
        kwh = made.kwh
        amounts = prices.electricity(side, lambda block, year: row.requests[block].cells[year] * kwh)
        yield Amount("electricity", names, amounts, owner)


def _by_use(made: Made, machine: Machine, attempts: Cell) -> Iterator[tuple[str, Formula]]:
    """Price of a request by stream, electricity apart."""
    terms, done = machine.terms, made.worked
    if terms is None or done is None:
        raise ValueError("a machine works for some seconds")
    costs = machine_costs(terms, board_rates_per_h(terms), done.duration_s, done.busy_s, done.energy_kwh)
    for stream, cost in costs.items():
        price = formula_of(cost * attempts)
        if stream != "electricity" and price.text != "0":
            yield stream, price


def of_outside(ground: Ground, work: Work, prices: Prices) -> Iterator[Amount]:
    """Pictures that people make or sell today, and the company's own time for them."""
    hour = ground.constant("s/h", SECONDS_PER_HOUR)
    wage = ground.amount(ground.scenario.labour.wage_per_h)
    for index, workload, baseline in bought_outside(ground.scenario):
        price = ground.amount(baseline.cost_per_image)
        seconds = ground.figure(baseline.seconds_per_image)
        for component, each, change in (
            ("outside", price, "fallback"),
            ("review", seconds / hour * wage, "wage"),
        ):
            amounts = priced(work.demand[index], each, prices.of(change))
            yield Amount(component, (workload.name, baseline.name), amounts, ("outside", index))
