"""Kilowatt-hours and emissions of a side, line by line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from roi.fleet.evaluation.quantities import OWNED
from roi.scenario import effective
from roi.scenario.supply import Api, Own, Rent
from roi.units import HOURS_PER_YEAR
from roi.workbook.expression import Cell, Formula
from roi.workbook.functions import added
from roi.workbook.report.live.capex import Units
from roi.workbook.report.live.ground import Ground, times
from roi.workbook.report.live.hours import Hours
from roi.workbook.report.live.sides import Owner, Side
from roi.workbook.report.live.taken import Made
from roi.workbook.report.live.timeline import Line, Timeline
from roi.workbook.report.live.work import Row


@dataclass(frozen=True, eq=False)
class Emitted:
    """Energy and carbon of a side by year."""

    kwh: tuple[Line, ...]
    location: tuple[Line, ...]
    market: tuple[Line, ...]
    embodied: tuple[Line, ...]
    owners: tuple[Owner, ...]
    """Of every line of `kwh`, `location`, `market`: row of the plan, or place of the supply in the programme."""
    makers: tuple[Owner, ...]
    """The same of `embodied`."""


def put_emissions(
    ground: Ground,
    line: Timeline,
    side: Side,
    rows: Sequence[Row],
    given: tuple[
        tuple[Made, ...],
        Mapping[tuple[str, int], Hours],
        Mapping[tuple[str, int], Units],
        Line | None,
    ],
) -> Emitted:
    """Kilowatt-hours of requests and of waiting boards, the grid's emissions, the making of machines."""
    made, hours, units, grid = given
    kwh: list[Line] = []
    owners: list[Owner] = []
    line.heading(ground.titled("kwh_of", side.name), ground.heads())
    for place, (row, each) in enumerate(zip(rows, made, strict=True)):
        if each.kwh is not None:
            kwh.append(_of_requests(line, row, each.kwh, "kWh"))
            owners.append(("row", place))
    for (name, place), found in hours.items():
        if name == side.name:
            kwh.append(
                line.line(
                    (ground.say("idle_kwh"), side.programme.supplies[place].name, "kWh"),
                    [
                        added(list(blocks))
                        for blocks in zip(*(each.cells for each in found.idle_kwh), strict=True)
                    ],
                    "money",
                )
            )
            owners.append(("supply", place))
    location = _of_grid(ground, line, side, (rows, kwh, owners, grid), market=False)
    market = _of_grid(ground, line, side, (rows, kwh, owners, grid), market=True)
    embodied, makers = _embodied(ground, line, side, rows, (made, hours, units))
    return Emitted(tuple(kwh), location, market, embodied, tuple(owners), makers)


def _of_requests(line: Timeline, row: Row, each: Cell | Formula, unit: str) -> Line:
    """An amount of a request times the requests of each year."""
    names = (row.option.offer.id, f"{row.option.workload} / {row.option.offer.supply}", unit)
    return line.line(names, [each * requests for requests in row.yearly.cells], "money")


def _of_grid(
    ground: Ground,
    line: Timeline,
    side: Side,
    given: tuple[Sequence[Row], Sequence[Line], Sequence[Owner], Line | None],
    *,
    market: bool,
) -> tuple[Line, ...]:
    rows, kwh, owners, grid = given
    line.heading(ground.titled("market_of" if market else "location_of", side.name), ground.heads())
    found = []
    for used, (kind, number) in zip(kwh, owners, strict=True):
        option = rows[number].option if kind == "row" else None
        name = side.programme.supplies[number].name if option is None else option.offer.supply
        index, supply = side.supply_place(name)
        if isinstance(supply, Api):
            raise ValueError("a service discloses no energy")
        intensity = _intensity(ground, side, (index, supply), market=market)
        label = ground.say("idle_kwh") if option is None else option.offer.id
        whose = name if option is None else f"{option.workload} / {name}"
        found.append(
            line.line(
                (label, whose, "kgCO2e"),
                [times(used.cells[year] * intensity, grid, year) for year in range(ground.years)],
                "money",
            )
        )
    return tuple(found)


def _intensity(ground: Ground, side: Side, given: tuple[int, Rent | Own], *, market: bool) -> Cell:
    """Of the grid where a machine stands; the market-based one where one is stated."""
    index, supply = given
    spot, place = (side.whole.site, "site") if isinstance(supply, Own) else (supply, f"supplies[{index}]")
    if market and spot.market_grid_intensity is not None:
        return ground.figure(f"{place}.market_grid_intensity", spot.market_grid_intensity.value)
    return ground.figure(f"{place}.grid_intensity", effective.grid_intensity(side.whole, spot).value)


def _embodied(
    ground: Ground,
    line: Timeline,
    side: Side,
    rows: Sequence[Row],
    given: tuple[tuple[Made, ...], Mapping[tuple[str, int], Hours], Mapping[tuple[str, int], Units]],
) -> tuple[tuple[Line, ...], tuple[Owner, ...]]:
    """Making: by the request where a supply is paid by use, by paid hours or by years of units."""
    made, hours, units = given
    line.heading(ground.titled("embodied_of", side.name), ground.heads())
    found: list[Line] = []
    makers: list[Owner] = []
    for place, (row, each) in enumerate(zip(rows, made, strict=True)):
        if each.embodied is not None:
            found.append(_of_requests(line, row, each.embodied, "kgCO2e"))
            makers.append(("row", place))
    for place, known in enumerate(side.programme.supplies):
        here = (side.name, place)
        index, supply = side.supply_place(known.name)
        if isinstance(supply, Api) or effective.embodied_kg_co2e_per_gpu(supply) is None:
            continue
        if known.kind in OWNED and here in units:
            amounts = units[here].alive
            per = _making(ground, index, supply)
        elif known.kind == "on_demand" and here in hours:
            amounts = hours[here].yearly
            per = _making(ground, index, supply) / ground.constant("h/year", HOURS_PER_YEAR)
        else:
            continue
        found.append(
            line.line(
                (ground.say("making"), known.name, "kgCO2e"),
                [per * amount for amount in amounts.cells],
                "money",
            )
        )
        makers.append(("supply", place))
    return tuple(found), tuple(makers)


def _making(ground: Ground, index: int, supply: Rent | Own) -> Formula:
    """Of a unit for a year of its life."""
    place = f"supplies[{index}]"
    board_kg = effective.embodied_kg_co2e_per_gpu(supply)
    if board_kg is None:
        raise ValueError("nobody published the making of this board")
    host = effective.embodied_host_kg_co2e_per_gpu(supply)
    whole = ground.figure(f"{place}.embodied_kg_co2e_per_gpu", board_kg.value) + ground.figure(
        f"{place}.embodied_host_kg_co2e_per_gpu", host.value
    )
    life = ground.figure(f"{place}.lifetime_years", effective.lifetime_years(supply).value)
    return whole * ground.constant(f"{place}.gpu_count", float(supply.gpu_count)) / life
