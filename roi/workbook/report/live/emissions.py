"""Kilowatt-hours and emissions of a side, line by line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from roi.fleet.evaluation.quantities import OWNED
from roi.footprint import embodied_kg_co2e_per_year
from roi.options.terms import machine_terms
from roi.scenario import effective
from roi.scenario.site import Site
from roi.scenario.supply import Api, Own, Rent
from roi.texts import text
from roi.units import HOURS_PER_YEAR
from roi.workbook.expression import Cell, Formula
from roi.workbook.functions import added
from roi.workbook.report.live.attempts import Made
from roi.workbook.report.live.capex import Units
from roi.workbook.report.live.courses import Owner, Side
from roi.workbook.report.live.ground import Ground, times
from roi.workbook.report.live.hours import Hours
from roi.workbook.report.live.timeline import Line, Timeline
from roi.workbook.report.live.work import Row
from roi.workbook.report.symbols import formula_of


@dataclass(frozen=True, eq=False)
class Emitted:
    """Energy and carbon of a side by year."""

    kwh: tuple[Line, ...]
    location: tuple[Line, ...]
    market: tuple[Line, ...] | None
    """None where a used supply states no market-based intensity."""
    embodied: tuple[Line, ...]
    owners: tuple[Owner, ...]
    """Of every line of `kwh`, `location` and `market`: row of the plan, or place of the supply in the programme."""
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
    used: list[Line] = []
    owners: list[Owner] = []
    line.heading(ground.titled("kwh_of", side.name), ground.heads())
    for place, (row, each) in enumerate(zip(rows, made, strict=True)):
        if each.kwh is not None:
            kwh.append(_of_requests(line, row, each.kwh, "kWh"))
            used.append(kwh[-1])
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
            used.append(found.idle_kwh[0] if len(found.idle_kwh) == 1 else kwh[-1])
            owners.append(("supply", place))
    drawn = (rows, used, owners, grid)
    location = _of_grid(ground, line, side, drawn, market=False)
    market = _of_markets(ground, line, side, drawn)
    embodied, makers = _embodied(ground, line, side, rows, (made, hours, units))
    return Emitted(tuple(kwh), location, market, embodied, tuple(owners), makers)


def _of_requests(line: Timeline, row: Row, each: Cell | Formula, unit: str) -> Line:
    """An amount of a request times the requests of each year."""
    names = (row.option.offer.id, f"{row.option.workload} / {row.option.offer.supply}", unit)
    return line.line(names, [each * requests for requests in row.yearly.cells], "money")


_Drawn = tuple[Sequence[Row], Sequence[Line], Sequence[Owner], Line | None]
"""Rows, kilowatt-hours where they first stand, whose they are, and the change of the grid."""


def _of_markets(ground: Ground, line: Timeline, side: Side, given: _Drawn) -> tuple[Line, ...] | None:
    """Market-based emissions, or the line that says for which supplies no intensity is stated."""
    rows, _, owners, _ = given
    used = {each.name: each for each in (_machine(side, rows, owner) for owner in owners)}
    missing = [name for name, each in used.items() if _spot(side, each).market_grid_intensity is None]
    if not missing:
        return _of_grid(ground, line, side, given, market=True)
    line.heading(ground.titled("market_of", side.name), ground.heads())
    absent = text(ground.language, "plan.absent")
    line.figure((ground.say("sum_market"), ", ".join(missing), "kgCO2e"), absent, "calculated")
    return None


def _machine(side: Side, rows: Sequence[Row], owner: Owner) -> Rent | Own:
    kind, number = owner
    return side.machine(side.place(rows[number].option) if kind == "row" else number)


def _spot(side: Side, supply: Rent | Own) -> Site | Rent:
    """Where a machine draws its electricity."""
    return side.whole.site if isinstance(supply, Own) else supply


def _of_grid(
    ground: Ground,
    line: Timeline,
    side: Side,
    given: _Drawn,
    *,
    market: bool,
) -> tuple[Line, ...]:
    rows, kwh, owners, grid = given
    line.heading(ground.titled("market_of" if market else "location_of", side.name), ground.heads())
    found = []
    for used, owner in zip(kwh, owners, strict=True):
        option = rows[owner[1]].option if owner[0] == "row" else None
        supply = _machine(side, rows, owner)
        intensity = _intensity(ground, side, supply, market=market)
        label = ground.say("idle_kwh") if option is None else option.offer.id
        whose = supply.name if option is None else f"{option.workload} / {supply.name}"
        found.append(
            line.line(
                (label, whose, "kgCO2e"),
                [times(used.cells[year] * intensity, grid, year) for year in range(ground.years)],
                "money",
            )
        )
    return tuple(found)


def _intensity(ground: Ground, side: Side, supply: Rent | Own, *, market: bool) -> Cell:
    """Of the grid where a machine stands, or of its contract."""
    spot = _spot(side, supply)
    if market:
        if spot.market_grid_intensity is None:
            raise ValueError(f"{supply.name!r} states no market-based intensity")
        return ground.figure(spot.market_grid_intensity)
    return ground.figure(effective.grid_intensity(side.whole, spot))


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
        supply = side.supply(place)
        if isinstance(supply, Api) or effective.embodied_kg_co2e_per_gpu(supply) is None:
            continue
        if known.kind in OWNED and here in units:
            amounts = units[here].alive
            per = _making(ground, supply, units[here].life if isinstance(supply, Own) else None)
        elif known.kind == "on_demand" and here in hours:
            amounts = hours[here].yearly
            per = _making(ground, supply) / ground.constant("h/year", HOURS_PER_YEAR)
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


def _making(ground: Ground, supply: Rent | Own, life: Cell | None = None) -> Formula:
    """Of a unit for a year of its life; of a server that is bought for one of the whole years in which it works."""
    terms = machine_terms(ground.symbols, supply)
    if terms.embodied_kg_co2e_per_gpu is None:
        raise ValueError("nobody published the making of this board")
    years = terms.lifetime_years if life is None else ground.symbols.of(life)
    return formula_of(embodied_kg_co2e_per_year(terms.embodied_kg_co2e_per_gpu, terms.boards, years))
