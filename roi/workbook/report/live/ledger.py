"""The sheet Cash flow: every amount of both sides by year, and their sums by component."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from roi.cost import COMPONENTS
from roi.texts import text
from roi.workbook.expression import Cell, Formula, down
from roi.workbook.report.live.amounts import Amount, Prices
from roi.workbook.report.live.capex import Units
from roi.workbook.report.live.courses import Owner, Side
from roi.workbook.report.live.energy import Energy
from roi.workbook.report.live.ground import Ground
from roi.workbook.report.live.request_cash import of_outside, of_request
from roi.workbook.report.live.supply_cash import of_models, of_site, of_supply
from roi.workbook.report.live.timeline import Line, Timeline, by_year, keys_of, summed_by_key
from roi.workbook.report.live.work import Work


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
    shares: Callable[[Side | None, Owner], Formula | None]
    """Share of an owner in what is compared; None where all is."""


def put_ledger(ground: Ground, line: Timeline, changes: Timeline, parts: Parts) -> dict[str, Booked]:
    """Fill the sheet; what people make or sell today stands with today's amounts."""
    prices = Prices(ground, changes)
    if any(_has_prices(side) for side in ground.sides):
        line.heading(ground.say("request_prices"), ground.heads())
    found = {side.name: list(_amounts(ground, line, side, parts, prices)) for side in ground.sides}
    outside = list(of_outside(ground, parts.work, prices))
    if outside:
        found["today"] = [*found.get("today", []), *outside]
    return {
        name: _book(ground, line, name, amounts, partial(parts.shares, ground.side(name)))
        for name, amounts in found.items()
    }


def _has_prices(side: Side) -> bool:
    """Whether something is paid by use, or a model costs something to keep."""
    by_use = any(supply.kind == "by_use" for supply in side.programme.supplies)
    return by_use or any(side.whole.cost_of_model(model) is not None for model in side.programme.model_names)


def _book(
    ground: Ground,
    line: Timeline,
    name: str,
    amounts: Sequence[Amount],
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


def _amounts(ground: Ground, line: Timeline, side: Side, parts: Parts, prices: Prices) -> Iterator[Amount]:
    """Of requests, supplies, models and the site."""
    rows, made, hours = parts.work.rows[side.name], parts.energy.made[side.name], parts.energy.hours
    for number, (row, each) in enumerate(zip(rows, made, strict=True)):
        yield from of_request(ground, line, side, (number, row, each), parts.energy.machines, prices)
    for place, _ in enumerate(side.programme.supplies):
        here = side.name, place
        yield from of_supply(ground, side, place, (parts.units.get(here), hours.get(here)), prices)
    yield from of_models(ground, line, side, prices)
    yield from of_site(ground, side, hours, prices)
