"""Hours of supplies in whole units: what their work needs, what is paid, what stands beside both."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from roi.fleet.evaluation.quantities import quantities
from roi.fleet.evaluation.units import DAYS_PER_YEAR
from roi.scenario.supply import Own, Rent
from roi.units import SECONDS_PER_HOUR
from roi.workbook.expression import Cell, Formula, term
from roi.workbook.functions import added, largest, rounded_up, smallest, total, when
from roi.workbook.report.live.attempts import Made
from roi.workbook.report.live.capex import Units
from roi.workbook.report.live.courses import Side
from roi.workbook.report.live.ground import Ground
from roi.workbook.report.live.power import idle_kw_of, idle_kwh, site_kw
from roi.workbook.report.live.timeline import Line, Timeline, by_year, summed_by_key
from roi.workbook.report.live.work import Row


@dataclass(frozen=True, eq=False)
class Needed:
    """Hours that work needs of a supply in a part of the year, and those there, by year."""

    whose: str
    needed: tuple[Formula, ...]
    there: tuple[Formula, ...]


@dataclass(frozen=True, eq=False)
class Hours:
    """A supply of whole units: paid hours by part of the year and what its waiting boards draw."""

    paid: tuple[Line, ...]
    yearly: Line
    idle_kwh: tuple[Line, ...]
    site_kw: tuple[Line, ...]
    """Power of its units at full load by part of the year; none where nothing reads it [kW]."""
    filled: Cell
    """Share of paid hours at work, of all hours of owned and committed units, all years [1]."""
    needed: tuple[Needed, ...]
    """Board-hours of all work beside those that are paid, and paid hours beside those of all units to be had."""
    peak: tuple[Needed, ...]
    """Board-hours of work that cannot wait, at the pace of its busiest month, beside those of units always on."""


def put_hours(
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
        and (side.plan.hours[place].any() or any(side.place(row.option) == place for row in rows))
    ]
    if not whole:
        return {}
    line.heading(ground.titled("busy", side.name), ground.heads("key"))
    busy = [
        _Busy(row, block, _busy(ground, line, side, row, each, block))
        for row, each in zip(rows, made, strict=True)
        for block in side.blocks
        if side.place(row.option) in whole
    ]
    return {
        (side.name, place): _supply_hours(ground, line, side, place, busy, units.get((side.name, place)))
        for place in whole
    }


@dataclass(frozen=True, eq=False)
class _Busy:
    """Board-hours of a row in a part of the year."""

    row: Row
    block: int
    line: Line


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
            side.in_block(f"{row.option.workload} / {row.option.offer.supply}", block),
            ground.say("board_hours"),
        ),
        by_year(ground.years, lambda year: requests[year] * board_s / hour),
        "money",
        key=_key(side, side.place(row.option), block),
    )


def _supply_hours(
    ground: Ground, line: Timeline, side: Side, place: int, busy: Sequence[_Busy], units: Units | None
) -> Hours:
    """hours = max(work / room, hours on throughout), whole where so paid, and what the plan has more."""
    supply = side.machine(place)
    name = supply.name
    line.heading(ground.titled("hours", side.name, supply=name), ground.heads("key"))
    swap_h = _swap_hours(ground, line, side, place, supply)
    idle_kw = idle_kw_of(ground, line, supply)
    done, paid, idle, power = [], [], [], []
    needed: list[Needed] = []
    peak: list[Needed] = []
    for block in side.blocks:
        work = _work(ground, line, side, (place, block), [each.line for each in busy])
        on = _always_on(ground, line, side, (place, block))
        hours = _paid(ground, line, side, (place, block), (work, swap_h, units, on))
        needed += _needed(ground, side, (place, block), (work, swap_h, hours))
        mine = [each for each in busy if side.place(each.row.option) == place and each.block == block]
        peak += _peak(ground, side, (place, block), mine, on)
        done.append(work)
        paid.append(hours)
        idle.append(idle_kwh(ground, line, side, (place, block), (work, hours, idle_kw)))
        if units is not None and side.programme.supplies[place].max_kw_per_unit:
            power.append(site_kw(ground, line, side, (place, block), (hours, units)))
    yearly = paid[0]
    if len(paid) > 1:
        yearly = line.line(
            (ground.say("hours_paid"), f"{name} / {ground.say('all_blocks')}", "h"),
            by_year(ground.years, lambda year: added([each.cells[year] for each in paid])),
            "total",
        )
    offered = _offered(ground, side, yearly, units) * ground.boards(supply)
    filled = when(
        offered > 0, added([total(each.fixed()) for each in done]) / when(offered > 0, offered, 1), 0
    )
    words = ground.say("filled_own" if isinstance(supply, Own) else "filled")
    share = line.figure((words, name, "1"), filled, "share")
    return Hours(tuple(paid), yearly, tuple(idle), tuple(power), share, tuple(needed), tuple(peak))


def _offered(ground: Ground, side: Side, paid: Line, units: Units | None) -> Formula:
    """Hours over which work is a share: those that are paid, or all of owned and committed units [h]."""
    if units is None:
        return total(paid.fixed())
    year_h = added([ground.block_hours(side, block) for block in side.blocks])
    return added([units.there(year) for year in range(ground.years)]) * year_h


def _always_on(ground: Ground, line: Timeline, side: Side, where: tuple[int, int]) -> Line:
    """Units that are on throughout a part of the year, as the plan has them."""
    place, block = where
    on = [float(each) for each in side.plan.on[place, 0, :, block]]
    return line.line(
        (ground.say("always_on"), side.supply_in(place, block), ground.say("units")), on, "plan", "0"
    )


def _room(ground: Ground, side: Side, place: int) -> Formula:
    """Board-hours of work in an hour of a unit, filled to the highest load."""
    supply = side.machine(place)
    return ground.boards(supply) * ground.figure(supply.utilization_fraction)


def _needed(
    ground: Ground, side: Side, where: tuple[int, int], given: tuple[Line, Line | None, Line]
) -> Iterator[Needed]:
    place, block = where
    work, swap_h, paid = given
    name = side.supply_in(place, block)
    room, rounding = _room(ground, side, place), ground.rounding_h
    busy = by_year(ground.years, lambda year: _with_swaps(work, swap_h, year))
    yield Needed(name, tuple(busy), tuple(room * (each + rounding) for each in paid.cells))
    supply = side.machine(place)
    if supply.units_max is not None:
        units = ground.constant(ground.say("units_max", supply=supply.name), float(supply.units_max))
        there = ground.block_hours(side, block) * units
        wanted = tuple(each / room for each in busy)
        yield Needed(name, wanted, tuple(there + rounding for _ in paid.cells))


def _peak(
    ground: Ground, side: Side, where: tuple[int, int], busy: Sequence[_Busy], on: Line
) -> Iterator[Needed]:
    place, block = where
    name = side.supply_in(place, block)
    rows: list[Sequence[Formula | Cell]] = []
    for each in busy:
        workload = side.workload_named(each.row.option.workload)
        if workload.deferrable:
            continue
        pace = workload.peak_factor
        cells = each.line.cells
        rows.append(cells if pace is None else [cell * ground.figure(pace) for cell in cells])
    if rows:
        needed = tuple(added([row[year] for row in rows]) for year in range(ground.years))
        room, length = _room(ground, side, place), ground.block_hours(side, block)
        rounding = ground.rounding_h
        yield Needed(name, needed, tuple(room * (length * cell + rounding) for cell in on.cells))


def _work(ground: Ground, line: Timeline, side: Side, where: tuple[int, int], busy: Sequence[Line]) -> Line:
    """All work of a supply in a part of the year; the only one's own row where there is one alone."""
    place, block = where
    mine = [each for each in busy if each.key is not None and each.key.value == _key(side, place, block)]
    if len(mine) == 1:
        return mine[0]
    name = side.supply_in(place, block)
    wanted = ground.constant(ground.say("key_of", supply=name), _key(side, place, block))
    return line.line(
        (ground.say("work_done"), name, ground.say("board_hours")),
        by_year(ground.years, lambda year: summed_by_key(busy, wanted, year) if busy else term(0)),
        "money",
    )


def _swap_hours(ground: Ground, line: Timeline, side: Side, place: int, supply: Rent | Own) -> Line | None:
    """Board-hours a part of the year for loading the models beyond the first."""
    if supply.model_swap_s is None or supply.model_swaps_per_day is None:
        return None
    serves = quantities(side.programme, side.plan).serves[place].sum(axis=0)
    further = line.line(
        (ground.say("further_models"), supply.name, "1"),
        [float(max(count - 1, 0)) for count in serves],
        "plan",
        "0",
    )
    each = ground.figure(supply.model_swap_s)
    daily = ground.figure(supply.model_swaps_per_day)
    days, hour = ground.constant("day/year", DAYS_PER_YEAR), ground.constant("s/h", SECONDS_PER_HOUR)
    return line.line(
        (ground.say("swaps"), supply.name, ground.say("board_hours")),
        by_year(ground.years, lambda year: each * daily * days * further.cells[year] / hour),
        "money",
    )


def _with_swaps(work: Line, swap_h: Line | None, year: int) -> Formula:
    return work.cells[year].formula() if swap_h is None else work.cells[year] + swap_h.cells[year]


def _paid(
    ground: Ground,
    line: Timeline,
    side: Side,
    where: tuple[int, int],
    given: tuple[Line, Line | None, Units | None, Line],
) -> Line:
    place, block = where
    work, swap_h, units, on = given
    known = side.programme.supplies[place]
    name = side.supply_in(place, block)
    room, length = _room(ground, side, place), ground.block_hours(side, block)
    beyond = line.line(
        (ground.say("beyond"), name, "h"),
        [float(each) for each in side.beyond[place, :, block]],
        "plan",
    )
    rounding = ground.rounding_h

    def hours(year: int) -> Formula:
        least = largest(_with_swaps(work, swap_h, year) / room, length * on.cells[year])
        if known.whole_hours:
            least = largest(0, rounded_up(least - rounding))
        wanted = least + beyond.cells[year]
        return wanted if units is None else smallest(wanted, length * units.there(year))

    return line.line((ground.say("hours_paid"), name, "h"), by_year(ground.years, hours), "money_fine")
