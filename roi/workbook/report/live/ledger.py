"""The sheet Cash flow: every amount of both sides by year, and their sums by component."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from roi.cost import COMPONENTS, STREAMS, change_of, request_streams
from roi.options.attempt import board_rates_per_h, fallback_cost, machine_costs, workload_costs
from roi.planning.assemble import supplies_today
from roi.planning.supplies import is_by_use
from roi.scenario.money import Escalation
from roi.scenario.supply import Api, Own, Rent
from roi.texts import text
from roi.units import MONTHS_PER_YEAR, SECONDS_PER_HOUR
from roi.workbook.expression import Cell, Formula, down
from roi.workbook.functions import added, largest, total
from roi.workbook.report.live.attempts import Made
from roi.workbook.report.live.capex import Units
from roi.workbook.report.live.courses import Owner, Side, bought_outside
from roi.workbook.report.live.energy import Energy
from roi.workbook.report.live.ground import Ground, times
from roi.workbook.report.live.timeline import Line, Timeline, by_year, keys_of, summed_by_key
from roi.workbook.report.live.work import Row, Work
from roi.workbook.report.pages.options.machines import Machine
from roi.workbook.report.symbols import formula_of


@dataclass(frozen=True, eq=False)
class Booked:
    """The sums of a side."""

    by_component: Mapping[str, Line]
    """Whole amounts; the amount itself where a component has one alone, so that no step of the chain is idle."""
    compared: Mapping[str, Line]
    """Those of the workloads that state what serves them today."""
    by_row: Mapping[int, tuple[Line, ...]] = field(default_factory=dict)
    """Amounts that go with the requests of each row of the plan, by its number."""


@dataclass(frozen=True, eq=False)
class Parts:
    """What the amounts are made from."""

    work: Work
    units: Mapping[tuple[str, int], Units]
    energy: Energy
    shares: Callable[[Side, Owner], Formula | None]
    """Share of an owner in what is compared; None where all is."""


@dataclass(frozen=True, slots=True)
class _Amount:
    """A row before it is placed."""

    component: str
    names: tuple[str, str]
    amounts: Sequence[Formula]
    owner: Owner


def put_ledger(ground: Ground, line: Timeline, changes: Timeline, parts: Parts) -> dict[str, Booked]:
    """Fill the sheet; what people make or sell today stands with today's amounts."""
    prices = _Prices(ground, changes)
    if any(_has_prices(side) for side in ground.sides):
        line.heading(ground.say("request_prices"), ground.heads())
    found = {side.name: list(_amounts(ground, line, side, parts, prices)) for side in ground.sides}
    outside = list(_outside(ground, parts.work, prices))
    if outside:
        found["today"] = [*found.get("today", []), *outside]
    booked: dict[str, Booked] = {}
    for name, amounts in found.items():
        side = next((each for each in ground.sides if each.name == name), None)
        booked[name] = _book(ground, line, name, amounts, partial(_share, parts, side))
    return booked


def _has_prices(side: Side) -> bool:
    """Whether something is paid by use, or a model costs something to keep."""
    by_use = any(supply.kind == "by_use" for supply in side.programme.supplies)
    return by_use or any(side.whole.cost_of_model(model) is not None for model in side.programme.model_names)


def _share(parts: Parts, side: Side | None, owner: Owner) -> Formula | None:
    return None if side is None else parts.shares(side, owner)


class _Prices:
    """Changes of prices from year to year, each a row on the sheet of years."""

    def __init__(self, ground: Ground, changes: Timeline) -> None:
        self._ground, self._line = ground, changes
        escalation: Escalation = ground.scenario.finance.escalation
        self.changes: dict[str, Line | None] = {
            name: ground.change(changes, getattr(escalation, name))
            for name in ("electricity", "wage", "rent", "api", "upkeep", "fallback")
        }

    def of_stream(self, stream: str) -> Line | None:
        """The same of a price stream."""
        escalation = self._ground.scenario.finance.escalation
        return self._ground.change(self._line, change_of(stream, escalation))

    def of(self, name: str) -> Line | None:
        """Price over today's, by year."""
        return self.changes[name]


def _book(
    ground: Ground,
    line: Timeline,
    name: str,
    amounts: Sequence[_Amount],
    share: Callable[[Owner], Formula | None],
) -> Booked:
    """Rows of all amounts with their component's number, then a sum for every component."""
    line.heading(ground.titled("amounts", name), ground.heads("component_number"))
    lines = tuple(
        line.line(
            (
                text(ground.language, f"component.{each.component}"),
                " / ".join(filter(None, each.names)),
                ground.currency,
            ),
            each.amounts,
            "money",
            key=float(COMPONENTS.index(each.component) + 1),
            before=share(each.owner),
        )
        for each in amounts
    )
    line.heading(ground.titled("components", name), ground.heads("component_number"))
    present = [name for name in COMPONENTS if any(each.component == name for each in amounts)]
    by_component = {}
    for component in present:
        mine = [row for row, amount in zip(lines, amounts, strict=True) if amount.component == component]
        summed = _sum(ground, line, component, lambda wanted, year: summed_by_key(lines, wanted, year))
        by_component[component] = mine[0] if len(mine) == 1 else summed
    by_row: dict[int, tuple[Line, ...]] = {}
    for row, amount in zip(lines, amounts, strict=True):
        kind, number = amount.owner
        if kind == "row":
            by_row[number] = (*by_row.get(number, ()), row)
    if all(each.before is None for each in lines):
        return Booked(by_component, by_component, by_row)
    line.heading(ground.titled("compared", name), ground.heads("component_number"))
    compared = {
        each: _sum(ground, line, each, lambda wanted, year: shared_by_key(lines, wanted, year))
        for each in present
    }
    return Booked(by_component, compared, by_row)


def _sum(ground: Ground, line: Timeline, component: str, formula: Callable[[Cell, int], Formula]) -> Line:
    number = Cell(line.sheet.title, line.row, 4, float(COMPONENTS.index(component) + 1))
    return line.line(
        (text(ground.language, f"component.{component}"), "", ground.currency),
        by_year(ground.years, lambda year: formula(number, year)),
        "money",
        key=float(number.value),
    )


def shared_by_key(lines: Sequence[Line], wanted: Cell, year: int) -> Formula:
    """Sum of the rows of a component, each with its share, in a year."""
    keys, shares = keys_of(lines), down([each.before for each in lines if each.before is not None])
    amounts = down([each.cells[year] for each in lines])
    words = f"SUMPRODUCT(({keys.text}={wanted.formula().text})*{shares.text}*{amounts.text})"
    found = zip(keys.values, shares.numbers(), amounts.numbers(), strict=True)
    return Formula(words, sum(share * amount for key, share, amount in found if key == wanted.value))


def _amounts(ground: Ground, line: Timeline, side: Side, parts: Parts, prices: _Prices) -> Iterator[_Amount]:
    rows, made = parts.work.rows[side.name], parts.energy.made[side.name]
    for number, (row, each) in enumerate(zip(rows, made, strict=True)):
        yield from _of_request(ground, line, side, (number, row, each), parts.energy.machines, prices)
    for place, _ in enumerate(side.programme.supplies):
        yield from _of_supply(ground, side, place, parts, prices)
    yield from _of_models(ground, line, side, prices)
    yield from _of_site(ground, side, parts, prices)


def _of_request(
    ground: Ground,
    line: Timeline,
    side: Side,
    given: tuple[int, Row, Made],
    machines: Mapping[str, Machine],
    prices: _Prices,
) -> Iterator[_Amount]:
    """Looks, fallbacks, a service, a machine by the second, an own server by use, electricity."""
    number, row, made = given
    owner = ("row", number)
    supply = side.supply_named(row.option.offer.supply)
    workload = side.whole.workloads[row.workload]
    names = (workload.name, supply.name)

    def cash(component: str, price: Formula, change: Line | None) -> _Amount:
        amounts = [times(row.yearly.cells[year] * price, change, year) for year in range(ground.years)]
        return _Amount(component, names, amounts, owner)

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
        amounts = by_year(
            ground.years,
            lambda year: added(
                [
                    times(
                        row.requests[block].cells[year] * kwh * _tariff(ground, side, block),
                        prices.of("electricity"),
                        year,
                    )
                    for block in side.blocks
                ]
            ),
        )
        yield _Amount("electricity", names, amounts, owner)


BY_USE_NAMES = {"rent": "rent_second", "hardware": "capital_by_use", "space": "space_by_use"}
"""What the price of a request is called, by stream."""


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


def _upkeep(ground: Ground, supply: Own) -> Formula:
    return ground.amount(supply.upkeep_per_year) + ground.amount(supply.space_per_year)


def _tariff(ground: Ground, side: Side, block: int) -> Formula:
    """Price of a kilowatt-hour at the site in a part of the year, at today's prices."""
    site = side.whole.site
    own = site.time_blocks[block].electricity_price if site.time_blocks else None
    price = own or site.electricity_price
    if price is None:
        raise ValueError("own servers without a price of electricity")
    return ground.amount(price)


def _of_supply(ground: Ground, side: Side, place: int, parts: Parts, prices: _Prices) -> Iterator[_Amount]:
    """Hours, commitments, upkeep, waiting boards, purchases, residuals, opening."""
    here = (side.name, place)
    supply = side.supply(place)
    owner, spot = ("supply", place), ("", supply.name)
    units, hours = parts.units.get(here), parts.energy.hours.get(here)
    if units is not None and units.signed is not None:
        yield _Amount("rent", spot, [cell.formula() for cell in units.signed.paid.cells], owner)
        if units.signed.owed is not None:
            value = total(units.signed.owed.values.fixed())
            yield _Amount("owed", spot, _last(ground, value), owner)
    elif isinstance(supply, Rent) and hours is not None:
        price = ground.amount(supply.price_per_h)
        paid = hours.yearly.cells
        amounts = [times(paid[year] * price, prices.of("rent"), year) for year in range(ground.years)]
        yield _Amount("rent", spot, amounts, owner)
    if isinstance(supply, Own) and units is not None:
        upkeep = _upkeep(ground, supply)
        amounts = [
            times(units.units.cells[year] * upkeep, prices.of("upkeep"), year) for year in range(ground.years)
        ]
        yield _Amount("upkeep", spot, amounts, owner)
        for component, bought in (("purchase", units.purchase), ("residual", units.residual)):
            if bought is not None:
                yield _Amount(component, spot, [cell.formula() for cell in bought.cells], owner)
    if isinstance(supply, Own) and hours is not None:
        found = hours
        amounts = by_year(
            ground.years,
            lambda year: added(
                [
                    times(each.cells[year] * _tariff(ground, side, block), prices.of("electricity"), year)
                    for block, each in enumerate(found.idle_kwh)
                ]
            ),
        )
        yield _Amount("electricity", spot, amounts, owner)
    new = supply.name not in supplies_today(side.whole)
    if side.plan.opened[place] and supply.opening_cost is not None and new:
        once = ground.amount(supply.opening_cost)
        yield _Amount("opening", spot, _first(ground, once), owner)


def _first(ground: Ground, amount: Formula) -> list[Formula]:
    """In the first year alone."""
    numbers = ground.numbers.cells
    return by_year(ground.years, lambda year: numbers[year].formula().equals(0) * amount)


def _last(ground: Ground, amount: Formula) -> list[Formula]:
    """In the last year alone."""
    numbers, horizon = ground.numbers.cells, ground.horizon
    return by_year(ground.years, lambda year: (numbers[year] + 1).equals(horizon) * amount)


def _of_models(ground: Ground, line: Timeline, side: Side, prices: _Prices) -> Iterator[_Amount]:
    """Taking up of models that are not in operation today, and their upkeep."""
    scenario = side.whole
    for place, model in enumerate(side.programme.model_names):
        cost = scenario.cost_of_model(model)
        if cost is None:
            continue
        if side.plan.kept[place].any():
            upkeep = ground.amount(cost.upkeep_per_year)
            kept = _flags(line, ground.say("kept"), model, side.plan.kept[place].tolist())
            amounts = [
                times(kept.cells[year] * upkeep, prices.of("upkeep"), year) for year in range(ground.years)
            ]
            yield _Amount("model", ("", model), amounts, ("model", place))
        if side.programme.model_migration[place] and side.plan.taken[place].any():
            migration = ground.amount(cost.migration)
            taken = _flags(line, ground.say("taken"), model, side.plan.taken[place].tolist())
            amounts = [cell * migration for cell in taken.cells]
            yield _Amount("migration", ("", model), amounts, ("model", place))


def _flags(line: Timeline, label: str, model: str, held: Sequence[bool]) -> Line:
    """What the plan does with a model by year: 1 or 0."""
    return line.line((label, model, "1"), [float(each) for each in held], "plan", "0")


def _of_site(ground: Ground, side: Side, parts: Parts, prices: _Prices) -> Iterator[_Amount]:
    """The charge for the highest power of the year."""
    charge = side.whole.site.demand_charge_per_kw_month
    by_supply = [
        each.site_kw for (name, _), each in parts.energy.hours.items() if name == side.name and each.site_kw
    ]
    if charge is None or not by_supply:
        return
    price = ground.amount(charge)
    months = ground.constant("month/year", float(MONTHS_PER_YEAR))

    def amount(year: int) -> Formula:
        peaks = [added([lines[block].cells[year] for lines in by_supply]) for block in side.blocks]
        return times(largest(*peaks) * price * months, prices.of("electricity"), year)

    yield _Amount("demand_charge", ("", ""), by_year(ground.years, amount), ("site", 0))


def _outside(ground: Ground, work: Work, prices: _Prices) -> Iterator[_Amount]:
    """Pictures that people make or sell today, and the company's own time for them."""
    scenario = ground.scenario
    hour = ground.constant("s/h", SECONDS_PER_HOUR)
    wage = ground.amount(scenario.labour.wage_per_h)
    for index, workload, baseline in bought_outside(scenario):
        names = (workload.name, baseline.name)
        price = ground.amount(baseline.cost_per_image)
        seconds = ground.figure(baseline.seconds_per_image)
        images = work.demand[index].cells
        for component, each, change in (
            ("outside", price, "fallback"),
            ("review", seconds / hour * wage, "wage"),
        ):
            amounts = [times(images[year] * each, prices.of(change), year) for year in range(ground.years)]
            yield _Amount(component, names, amounts, ("outside", index))
