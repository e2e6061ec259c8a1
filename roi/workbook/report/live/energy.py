"""The sheet Energy and carbon: work, hours, kilowatt-hours and emissions, year by year."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bench.boards import board
from roi.fleet.evaluation.quantities import OWNED, quantities
from roi.fleet.evaluation.units import DAYS_PER_YEAR
from roi.planning.same_plan import ROUNDING_H
from roi.planning.supplies import is_by_use
from roi.scenario import effective
from roi.scenario.supply import Api, Own, Rent
from roi.units import HOURS_PER_YEAR, JOULES_PER_KWH, SECONDS_PER_HOUR, WATTS_PER_KW
from roi.workbook.expression import Cell, Formula, term
from roi.workbook.functions import largest, rounded_up, smallest
from roi.workbook.report.live.capex import Units
from roi.workbook.report.live.ground import Ground, times
from roi.workbook.report.live.sides import Side
from roi.workbook.report.live.timeline import Line, Timeline, added, by_year, summed_by_key
from roi.workbook.report.live.work import Row, block_name
from roi.workbook.report.pages.layout import Column, put_heading, put_headings, put_line
from roi.workbook.report.pages.options.costs import measured, plug_joules
from roi.workbook.report.pages.options.machines import Machine, machines


@dataclass(frozen=True, eq=False)
class Made:
    """What a request takes of machines; an API takes nothing that is known."""

    work: Formula
    """Attempts of a request, interruptions of a spot instance included [1]."""
    seconds: Cell | None
    """Board-seconds of an attempt [s]."""
    boards: Cell | None
    kwh: Cell | None
    """Of a request, at the facility's meter [kWh]."""
    board_s: Cell | None
    """Board-seconds of a request [s]."""
    embodied: Formula | None
    """Of a request on a supply that is paid by use [kgCO2e]; None where units carry their own."""


@dataclass(frozen=True, eq=False)
class Hours:
    """A supply of whole units: paid hours by part of the year and what its waiting boards draw."""

    paid: tuple[Line, ...]
    yearly: Line
    idle_kwh: tuple[Line, ...]
    site_kw: tuple[Line, ...]
    """Power of its units at full load by part of the year; none where nothing reads it [kW]."""


@dataclass(frozen=True, eq=False)
class Emitted:
    """Energy and carbon of a side by year."""

    kwh: tuple[Line, ...]
    location: tuple[Line, ...]
    market: tuple[Line, ...]
    embodied: tuple[Line, ...]
    owners: tuple[tuple[int | None, int | None], ...]
    """Of every line of `kwh`, `location`, `market`: row of the plan, or place of the supply in the programme."""
    makers: tuple[tuple[int | None, int | None], ...]
    """The same of `embodied`."""


@dataclass(frozen=True, eq=False)
class Energy:
    """Everything of the sheet, by side."""

    made: Mapping[str, tuple[Made, ...]]
    hours: Mapping[tuple[str, int], Hours]
    emitted: Mapping[str, Emitted]
    machines: Mapping[str, Machine]


def put_energy(
    ground: Ground,
    changes: Timeline,
    rows: Mapping[str, tuple[Row, ...]],
    units: Mapping[tuple[str, int], Units],
) -> Energy:
    """Make the sheet."""
    line = ground.timeline("energy")
    scenario = ground.material.decision.scenario
    grid = ground.change(
        changes, "site.grid_intensity_change_per_year", scenario.site.grid_intensity_change_per_year
    )
    names = list(dict.fromkeys(each.name for side in ground.sides for each in side.programme.supplies))
    line.row = put_heading(line.sheet, line.row, ground.say("supplies"), line.last_column)
    line.row, found = machines(line.sheet, line.row, scenario, names, ground.inputs.sources, ground.language)
    made: dict[str, tuple[Made, ...]] = {}
    hours: dict[tuple[str, int], Hours] = {}
    emitted: dict[str, Emitted] = {}
    for side in ground.sides:
        made[side.name] = _made(ground, line, side, rows[side.name], found)
        hours |= _hours(ground, line, side, rows[side.name], (made[side.name], units))
    for side in ground.sides:
        emitted[side.name] = _emitted(
            ground, line, side, rows[side.name], (made[side.name], hours, units, grid)
        )
    return Energy(made, hours, emitted, found)


HEADS = (
    ("option", "box", None),
    ("supply", "box", None),
    ("made", "plan", "0"),
    ("joules", "value", "#,##0.0"),
    ("seconds", "value", "#,##0.000"),
    ("boards", "value", "0"),
    ("plug_j", "calculated", "#,##0.0"),
    ("board_s", "calculated", "#,##0.000"),
    ("work", "calculated", "0.0000"),
    ("kwh", "calculated", "0.000000"),
    ("board_s_request", "calculated", "#,##0.000"),
)


def _made(
    ground: Ground, line: Timeline, side: Side, rows: Sequence[Row], found: Mapping[str, Machine]
) -> tuple[Made, ...]:
    """What a request of each option takes."""
    line.row = put_heading(line.sheet, line.row, ground.titled("taken_by", side.name), line.last_column)
    columns = [Column(ground.say(name), style, form) for name, style, form in HEADS]
    for column in range(len(columns)):
        line.sheet.widths.setdefault(column + 1, 15.0)
    line.row = put_headings(line.sheet, line.row, columns)
    return tuple(_taken(ground, line, side, row, columns, found) for row in rows)


def _taken(
    ground: Ground,
    line: Timeline,
    side: Side,
    row: Row,
    columns: list[Column],
    found: Mapping[str, Machine],
) -> Made:
    option, sources = row.option, ground.inputs.sources
    index, supply = side.supply_place(option.offer.supply)
    _, workload = side.workload_place(option.workload)
    work = row.attempts.formula()
    if isinstance(supply, Rent) and supply.interruption_overhead_fraction is not None:
        place = f"supplies[{index}].interruption_overhead_fraction"
        work = work * (1 + ground.figure(place, supply.interruption_overhead_fraction.value))
    names = (f"{option.workload}: {option.offer.id}", option.offer.supply)
    made_now = measured(workload, option)[0]
    known = ground.profiles.get(option.offer.id)
    told = (None,) * 3 if known is None else (known.joules, known.seconds, known.boards)
    head = put_line(line.sheet, line.row, columns[:6], (*names, made_now, *told))
    machine = found[option.offer.supply]
    plug = plug_joules(option, machine, head, sources)
    if plug is None or machine.pue is None:
        line.row += 1
        return Made(work, None, None, None, None, None)
    made, seconds, boards = head[2], head[4], head[5]
    cells = put_line(line.sheet, line.row, columns[6:9], (plug, made * seconds * boards, work), 7)
    kwh = cells[0] / ground.constant("J/kWh", JOULES_PER_KWH) * machine.pue * cells[2]
    whole = put_line(line.sheet, line.row, columns[9:], (kwh, cells[1] * cells[2]), 10)
    line.row += 1
    embodied = None
    if is_by_use(supply):
        embodied = term(0) if machine.embodied is None else machine.embodied * cells[1] * cells[2]
    return Made(work, cells[1], boards, whole[0], whole[1], embodied)


def _hours(
    ground: Ground,
    line: Timeline,
    side: Side,
    rows: Sequence[Row],
    given: tuple[tuple[Made, ...], Mapping[tuple[str, int], Units]],
) -> dict[tuple[str, int], Hours]:
    """Work in board-hours of every option, then of every supply of whole units its hours."""
    made, units = given
    whole = [
        place
        for place, supply in enumerate(side.programme.supplies)
        if supply.kind != "by_use"
        and (side.plan.hours[place].any() or any(_place(side, row) == place for row in rows))
    ]
    if not whole:
        return {}
    line.heading(ground.titled("busy", side.name), ground.heads("key"))
    busy = [
        _busy(ground, line, side, row, each, block)
        for row, each in zip(rows, made, strict=True)
        for block in side.blocks
        if _place(side, row) in whole
    ]
    return {
        (side.name, place): _supply_hours(ground, line, side, place, busy, units.get((side.name, place)))
        for place in whole
    }


def _place(side: Side, row: Row) -> int:
    """Number of a row's supply in the programme."""
    return next(n for n, each in enumerate(side.programme.supplies) if each.name == row.option.offer.supply)


def _key(side: Side, place: int, block: int) -> float:
    return float(place * len(side.blocks) + block + 1)


def _busy(ground: Ground, line: Timeline, side: Side, row: Row, made: Made, block: int) -> Line:
    if made.board_s is None:
        raise ValueError("units serve options with board-seconds")
    board_s, hour = made.board_s, ground.constant("s/h", SECONDS_PER_HOUR)
    requests = row.requests[block].cells
    return line.line(
        (
            row.option.offer.id,
            f"{row.option.workload} / {row.option.offer.supply}{block_name(side, block)}",
            ground.say("board_hours"),
        ),
        by_year(ground.years, lambda year: requests[year] * board_s / hour),
        "money",
        key=_key(side, _place(side, row), block),
    )


def _supply_hours(
    ground: Ground, line: Timeline, side: Side, place: int, busy: Sequence[Line], units: Units | None
) -> Hours:
    """hours = max(work / room, hours on throughout), whole where so paid, and what the plan has more."""
    name = side.programme.supplies[place].name
    index, supply = side.supply_place(name)
    if isinstance(supply, Api):
        raise ValueError("a service has no units")
    line.heading(ground.titled("hours", side.name, supply=name), ground.heads("key"))
    swap_h = _swap_hours(ground, line, side, place, (index, supply))
    idle_kw = _idle_kw(ground, line, side, (index, supply))
    paid, idle, power = [], [], []
    for block in side.blocks:
        work = _work(ground, line, side, (place, block), busy)
        hours = _paid(ground, line, side, (place, block), (work, swap_h, units))
        paid.append(hours)
        idle.append(_idle(ground, line, side, (place, block), (work, hours, idle_kw)))
        if units is not None and side.programme.supplies[place].max_kw_per_unit:
            power.append(_power(ground, line, side, (place, block), (hours, units)))
    yearly = paid[0]
    if len(paid) > 1:
        yearly = line.line(
            (ground.say("hours_paid"), f"{name} / {ground.say('all_blocks')}", "h"),
            by_year(ground.years, lambda year: added([each.cells[year] for each in paid])),
            "total",
        )
    return Hours(tuple(paid), yearly, tuple(idle), tuple(power))


def _boards(ground: Ground, side: Side, place: int) -> Cell:
    index, _ = side.supply_place(side.programme.supplies[place].name)
    return ground.constant(f"supplies[{index}].gpu_count", float(side.programme.supplies[place].boards))


def _work(ground: Ground, line: Timeline, side: Side, where: tuple[int, int], busy: Sequence[Line]) -> Line:
    place, block = where
    name = f"{side.programme.supplies[place].name}{block_name(side, block)}"
    wanted = ground.constant(ground.say("key_of", supply=name), _key(side, place, block))
    return line.line(
        (ground.say("work_done"), name, ground.say("board_hours")),
        by_year(ground.years, lambda year: summed_by_key(busy, wanted, year) if busy else term(0)),
        "money",
    )


def _swap_hours(
    ground: Ground, line: Timeline, side: Side, place: int, given: tuple[int, Rent | Own]
) -> Line | None:
    """Board-hours a part of the year for loading the models beyond the first."""
    index, supply = given
    if supply.model_swap_s is None or supply.model_swaps_per_day is None:
        return None
    serves = quantities(side.programme, side.plan).serves[place].sum(axis=0)
    further = line.line(
        (ground.say("further_models"), supply.name, "1"),
        [float(max(count - 1, 0)) for count in serves],
        "plan",
        "0",
    )
    each = ground.figure(f"supplies[{index}].model_swap_s", supply.model_swap_s.value)
    daily = ground.figure(f"supplies[{index}].model_swaps_per_day", supply.model_swaps_per_day.value)
    days, hour = ground.constant("day/year", DAYS_PER_YEAR), ground.constant("s/h", SECONDS_PER_HOUR)
    return line.line(
        (ground.say("swaps"), supply.name, ground.say("board_hours")),
        by_year(ground.years, lambda year: each * daily * days * further.cells[year] / hour),
        "money",
    )


def _paid(
    ground: Ground,
    line: Timeline,
    side: Side,
    where: tuple[int, int],
    given: tuple[Line, Line | None, Units | None],
) -> Line:
    place, block = where
    work, swap_h, units = given
    known = side.programme.supplies[place]
    name = f"{known.name}{block_name(side, block)}"
    index, supply = side.supply_place(known.name)
    if isinstance(supply, Api):
        raise ValueError("a service has no hours")
    share = ground.figure(f"supplies[{index}].utilization_fraction", supply.utilization_fraction.value)
    room = _boards(ground, side, place) * share
    length = ground.constant(
        ground.say("hours_of", block=side.programme.block_names[block]), _length(side, block)
    )
    on = line.line(
        (ground.say("always_on"), name, ground.say("units")),
        np.asarray(side.plan.on[place, 0, :, block], dtype=np.float64).tolist(),
        "plan",
        "0",
    )
    beyond = line.line(
        (ground.say("beyond"), name, "h"),
        np.asarray(side.beyond[place, :, block], dtype=np.float64).tolist(),
        "plan",
    )
    rounding = ground.constant(ground.say("rounding"), ROUNDING_H)

    def hours(year: int) -> Formula:
        busy = work.cells[year].formula() if swap_h is None else work.cells[year] + swap_h.cells[year]
        least = largest(busy / room, length * on.cells[year])
        if known.whole_hours:
            least = largest(0, rounded_up(least - rounding))
        wanted = least + beyond.cells[year]
        return wanted if units is None else smallest(wanted, length * units.units.cells[year])

    return line.line((ground.say("hours_paid"), name, "h"), by_year(ground.years, hours), "money_fine")


def _length(side: Side, block: int) -> float:
    return float(side.programme.block_hours[block])


def _idle_kw(ground: Ground, line: Timeline, side: Side, given: tuple[int, Rent | Own]) -> Cell:
    """Facility power of a board that is on and waits."""
    index, supply = given
    place, decision = f"supplies[{index}]", ground.material.decision
    if supply.idle_power_w_per_gpu is not None:
        idle = ground.figure(f"{place}.idle_power_w_per_gpu", supply.idle_power_w_per_gpu.value)
    else:
        watts = effective.idle_power_w_per_gpu(supply, decision.idle_power_w.get(supply.name))
        idle = ground.constant(ground.say("idle_measured", supply=supply.name), watts)
    host = ground.figure(f"{place}.host_power_w_per_gpu", effective.host_power_w_per_gpu(supply).value)
    where, pue = ("site", side.whole.site.pue) if isinstance(supply, Own) else (place, supply.pue)
    power = (idle + host) / ground.constant("W/kW", WATTS_PER_KW) * ground.figure(f"{where}.pue", pue.value)
    return line.figure((ground.say("idle_kw"), supply.name, "kW"), power, "calculated", "0.000")


def _idle(
    ground: Ground,
    line: Timeline,
    side: Side,
    where: tuple[int, int],
    given: tuple[Line, Line, Cell],
) -> Line:
    place, block = where
    work, hours, idle_kw = given
    boards = _boards(ground, side, place)
    return line.line(
        (
            ground.say("idle_kwh"),
            f"{side.programme.supplies[place].name}{block_name(side, block)}",
            "kWh",
        ),
        by_year(ground.years, lambda year: idle_kw * (boards * hours.cells[year] - work.cells[year])),
        "money",
    )


def _power(
    ground: Ground, line: Timeline, side: Side, where: tuple[int, int], given: tuple[Line, Units]
) -> Line:
    """Power of the units that are on at some time of a part of the year, at full load."""
    place, block = where
    hours, units = given
    known = side.programme.supplies[place]
    name = f"{known.name}{block_name(side, block)}"
    index, supply = side.supply_place(known.name)
    if not isinstance(supply, Own):
        raise ValueError("only the site's own servers draw its power")
    powered = line.line(
        (ground.say("powered_plan"), name, ground.say("units")),
        np.asarray(side.plan.powered[place, 0, :, block], dtype=np.float64).tolist(),
        "plan",
        "0",
    )
    length = ground.constant(
        ground.say("hours_of", block=side.programme.block_names[block]), _length(side, block)
    )
    rounding = ground.constant(ground.say("rounding"), ROUNDING_H)
    most = _max_kw(ground, index, supply) * ground.figure("site.pue", side.whole.site.pue.value)

    def power(year: int) -> Formula:
        needed = rounded_up(largest(0, hours.cells[year] / length - rounding))
        return largest(powered.cells[year], smallest(needed, units.units.cells[year])) * most

    return line.line((ground.say("site_kw"), name, "kW"), by_year(ground.years, power), "calculated")


def _max_kw(ground: Ground, index: int, supply: Own) -> Formula:
    place = f"supplies[{index}]"
    if supply.max_power_kw is not None:
        return ground.figure(f"{place}.max_power_kw", supply.max_power_kw.value).formula()
    known = board(supply.board)
    if known is None or known.power_limit_w is None:
        raise ValueError(f"no power limit of {supply.board}")
    limit = ground.constant(ground.say("power_limit", board=supply.board), known.power_limit_w)
    host = ground.figure(f"{place}.host_power_w_per_gpu", effective.host_power_w_per_gpu(supply).value)
    boards = ground.constant(f"{place}.gpu_count", float(supply.gpu_count))
    return boards * (limit + host) / ground.constant("W/kW", WATTS_PER_KW)


def _emitted(
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
    owners: list[tuple[int | None, int | None]] = []
    line.heading(ground.titled("kwh_of", side.name), ground.heads())
    for place, (row, each) in enumerate(zip(rows, made, strict=True)):
        if each.kwh is None:
            continue
        took = each.kwh
        kwh.append(
            line.line(
                (row.option.offer.id, f"{row.option.workload} / {row.option.offer.supply}", "kWh"),
                [took * requests for requests in row.yearly.cells],
                "money",
            )
        )
        owners.append((place, None))
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
            owners.append((None, place))
    location = _of_grid(ground, line, side, (rows, kwh, owners, grid), market=False)
    market = _of_grid(ground, line, side, (rows, kwh, owners, grid), market=True)
    embodied, makers = _embodied(ground, line, side, rows, (made, hours, units))
    return Emitted(tuple(kwh), location, market, embodied, tuple(owners), makers)


def _of_grid(
    ground: Ground,
    line: Timeline,
    side: Side,
    given: tuple[Sequence[Row], Sequence[Line], Sequence[tuple[int | None, int | None]], Line | None],
    *,
    market: bool,
) -> tuple[Line, ...]:
    rows, kwh, owners, grid = given
    line.heading(ground.titled("market_of" if market else "location_of", side.name), ground.heads())
    found = []
    for used, (row, place) in zip(kwh, owners, strict=True):
        name = rows[row].option.offer.supply if row is not None else side.programme.supplies[place or 0].name
        index, supply = side.supply_place(name)
        if isinstance(supply, Api):
            raise ValueError("a service discloses no energy")
        intensity = _intensity(ground, side, (index, supply), market=market)
        label = rows[row].option.offer.id if row is not None else ground.say("idle_kwh")
        whose = f"{rows[row].option.workload} / {name}" if row is not None else name
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
    return ground.figure(f"{place}.grid_intensity", effective.grid_intensity(spot).value)


def _embodied(
    ground: Ground,
    line: Timeline,
    side: Side,
    rows: Sequence[Row],
    given: tuple[tuple[Made, ...], Mapping[tuple[str, int], Hours], Mapping[tuple[str, int], Units]],
) -> tuple[tuple[Line, ...], tuple[tuple[int | None, int | None], ...]]:
    """Making: by the request where a supply is paid by use, by paid hours or by years of units."""
    made, hours, units = given
    line.heading(ground.titled("embodied_of", side.name), ground.heads())
    found: list[Line] = []
    makers: list[tuple[int | None, int | None]] = []
    for place, (row, each) in enumerate(zip(rows, made, strict=True)):
        if each.embodied is None:
            continue
        makes = each.embodied
        found.append(
            line.line(
                (row.option.offer.id, f"{row.option.workload} / {row.option.offer.supply}", "kgCO2e"),
                [makes * requests for requests in row.yearly.cells],
                "money",
            )
        )
        makers.append((place, None))
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
        makers.append((None, place))
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
