"""The sheet Retry and review: from the pictures needed to requests, attempts and people's time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from roi.cost import delivered_per_request
from roi.options.attempt import look_s
from roi.options.price import Option
from roi.units import MONTHS_PER_YEAR, SECONDS_PER_HOUR
from roi.workbook.expression import Cell
from roi.workbook.functions import added
from roi.workbook.report.live.courses import Side
from roi.workbook.report.live.ground import Ground, times
from roi.workbook.report.live.retries import Key, Retried, key_of, retries
from roi.workbook.report.live.timeline import Line, Timeline, by_year
from roi.workbook.report.pages.layout import Column, put_heading, put_headings, put_line
from roi.workbook.report.symbols import formula_of


@dataclass(frozen=True, eq=False)
class Row:
    """One option of a side: what a request of it takes, and its requests."""

    option: Option
    workload: int
    images: Cell
    attempts: Cell
    accepted: Cell
    """Pictures of a request, a fallback included [1]."""
    delivered: Cell
    """Share of requests that end with an accepted image before any fallback [1]."""
    requests: tuple[Line, ...]
    """By part of the year."""
    yearly: Line


@dataclass(frozen=True, eq=False)
class Work:
    """The rows of every side, and the pictures needed."""

    rows: Mapping[str, tuple[Row, ...]]
    demand: Mapping[int, Line]
    """Pictures of a year by the workload's number."""


def put_work(ground: Ground, changes: Timeline) -> Work:
    """Make the sheet."""
    line = ground.timeline("retry")
    sheet = line.sheet
    asked = [(side, option) for side in ground.sides for option in side.options]
    sources = ground.inputs.sources
    given = [side.acceptance(option) for side, option in asked]
    keys = [key_of(sources, each, option) for each, (_, option) in zip(given, asked, strict=True)]
    acceptances = {key[0]: each for key, each in zip(keys, given, strict=True)}
    outcomes: dict[Key, Retried] = {}
    if keys:
        line.row = put_heading(sheet, line.row, ground.say("retries"), line.last_column)
        line.row, outcomes = retries(sheet, line.row, keys, acceptances, sources, ground.language)
    taken = {side.name: _requests_table(ground, line, side, outcomes) for side in ground.sides}
    demand = put_demand(ground, line, changes)
    rows = {side.name: _rows(ground, line, side, taken[side.name], demand) for side in ground.sides}
    return Work(rows, demand)


HEADS = (
    ("option", "box", None),
    ("supply", "box", None),
    ("images", "plan", "0"),
    ("attempts", "calculated", "0.0000"),
    ("accepted", "calculated", "0.0000"),
    ("review_s", "calculated", "#,##0.0"),
    ("review_h", "calculated", "0.000000"),
)


@dataclass(frozen=True, slots=True)
class _Request:
    images: Cell
    attempts: Cell
    accepted: Cell
    delivered: Cell


def _requests_table(
    ground: Ground, line: Timeline, side: Side, outcomes: Mapping[Key, Retried]
) -> list[_Request]:
    """What a request of each option leads to."""
    sheet = line.sheet
    line.row = put_heading(sheet, line.row + 1, ground.titled("requests_of", side.name), line.last_column)
    columns = [Column(ground.say(name), style, form) for name, style, form in HEADS]
    line.row = put_headings(sheet, line.row, columns)
    return [
        _request(
            ground,
            line,
            side,
            option,
            outcomes[key_of(ground.inputs.sources, side.acceptance(option), option)],
            columns,
        )
        for option in side.options
    ]


def _request(
    ground: Ground, line: Timeline, side: Side, option: Option, found: Retried, columns: Sequence[Column]
) -> _Request:
    workload, sheet = side.workload_named(option.workload), line.sheet
    names = (f"{option.workload}: {option.offer.id}", option.offer.supply, float(option.attempt.images))
    images = put_line(sheet, line.row, columns[:3], names)[2]
    accepted = delivered_per_request(ground.symbols.of(found.delivered), workload.fallback_cost is not None)
    look = formula_of(look_s(ground.symbols, workload.review, ground.symbols.of(images)))
    cells = put_line(sheet, line.row, columns[3:6], (found.attempts, formula_of(accepted), look), 4)
    hours = cells[2] * cells[0] / ground.constant("s/h", SECONDS_PER_HOUR)
    put_line(sheet, line.row, columns[6:], (hours,), 7)
    line.row += 1
    return _Request(images, found.attempts, cells[1], found.delivered)


def put_demand(ground: Ground, line: Timeline, changes: Timeline) -> dict[int, Line]:
    """Pictures of a year by workload."""
    months = ground.constant("month/year", float(MONTHS_PER_YEAR))
    scenario = ground.scenario
    grown = {
        index: ground.change(changes, each.growth_per_year) for index, each in enumerate(scenario.workloads)
    }
    line.heading(ground.say("demand"), ground.heads())
    found = {}
    for index, each in enumerate(scenario.workloads):
        monthly = ground.figure(each.images_per_month)
        change = grown[index]
        found[index] = line.line(
            (ground.say("demand_of"), each.name, ground.say("images_a_year")),
            [times(monthly * months, change, year) for year in range(ground.years)],
            "money",
        )
    return found


def _rows(
    ground: Ground, line: Timeline, side: Side, taken: Sequence[_Request], demand: Mapping[int, Line]
) -> tuple[Row, ...]:
    line.heading(ground.titled("fractions", side.name), ground.heads())
    shares = [
        [
            line.line(
                (side.options[row].offer.id, _whose(side, row, block), "1"),
                [float(share) for share in side.fractions[row, :, block]],
                "plan",
                "0.00%",
            )
            for block in side.blocks
        ]
        for row in range(len(side.options))
    ]
    line.heading(ground.titled("volumes", side.name), ground.heads())
    return tuple(_row(ground, line, side, row, taken[row], shares[row], demand) for row in range(len(taken)))


def _row(
    ground: Ground,
    line: Timeline,
    side: Side,
    row: int,
    request: _Request,
    shares: Sequence[Line],
    demand: Mapping[int, Line],
) -> Row:
    """Requests = pictures needed * share of this option / pictures of a request."""
    option = side.options[row]
    workload = [each.name for each in side.whole.workloads].index(option.workload)
    requests = tuple(
        line.line(
            (option.offer.id, _whose(side, row, block), ground.say("requests")),
            [
                needed * part / request.accepted
                for needed, part in zip(demand[workload].cells, share.cells, strict=True)
            ],
            "money",
        )
        for block, share in enumerate(shares)
    )
    yearly = requests[0]
    if len(requests) > 1:
        yearly = line.line(
            (option.offer.id, ground.say("all_blocks"), ground.say("requests")),
            by_year(ground.years, lambda year: added([each.cells[year] for each in requests])),
            "total",
        )
    return Row(
        option,
        workload,
        request.images,
        request.attempts,
        request.accepted,
        request.delivered,
        requests,
        yearly,
    )


def _whose(side: Side, row: int, block: int) -> str:
    option = side.options[row]
    return side.in_block(f"{option.workload} / {option.offer.supply}", block)
