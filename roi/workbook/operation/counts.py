"""The sheet Counts: what was planned and what the ledger counted, by use and by supply."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from roi.operate.approved import Approved
from roi.operate.counted import Counted, Happened, key_of
from roi.operate.energy import read_of
from roi.policy.monthly_plan import PlannedUse
from roi.texts import Language, text
from roi.units import JOULES_PER_KWH, SECONDS_PER_HOUR
from roi.workbook.book import Book, Sheet
from roi.workbook.expression import Block, Cell, down, term
from roi.workbook.functions import largest
from roi.workbook.report.pages.layout import (
    Column,
    Content,
    begin_sheet,
    put,
    put_heading,
    put_headings,
    put_line,
)

PLANNED: dict[str, Callable[[PlannedUse], float | None]] = {
    "requests": lambda use: use.requests,
    "attempts": lambda use: use.attempts,
    "accepted_requests": lambda use: use.accepted_requests,
    "first_attempt_acceptance": lambda use: use.first_attempt_acceptance,
    "review_seconds_per_attempt": lambda use: use.review_seconds_per_attempt,
    "energy_kwh": lambda use: use.energy_kwh,
    "energy_j_per_attempt": lambda use: use.energy_j_per_attempt,
    "carbon_kg_co2e": lambda use: use.carbon_kg_co2e,
}
COUNTED = (
    "requests",
    "attempts",
    "requests_judged",
    "requests_accepted",
    "first_judged",
    "first_accepted",
    "attempts_metered",
    "energy_j",
    "attempts_reviewed",
    "review_seconds",
)
"""Fields of `Counted`."""
IDLE = ("idle_energy_kwh", "idle_board_energy_kwh", "carbon_kg_co2e")
"""Fields of `PlannedSupply`."""
READ = ("idle_j", "seconds", "gap_s", "board_s")
"""Fields of `Read`."""
WIDTH, NAME_WIDTH = 13.0, 44.0


@dataclass(frozen=True, slots=True)
class Counts:
    """Cells of the sheet, of uses and supplies by their names."""

    planned: dict[str, dict[str, Cell]]
    counted: dict[str, dict[str, Cell]]
    """`energy_kwh` among them where it was counted."""
    idle_planned: dict[str, dict[str, Cell]]
    idle_kwh: dict[str, Cell]
    """Of supplies whose waiting boards were read."""
    seconds_per_hour: Cell

    def planned_block(self, field: str) -> Block:
        """A planned figure of all uses."""
        return down([row[field] for row in self.planned.values()])

    def counted_block(self, field: str) -> Block:
        """A count of all uses."""
        return down([row[field] for row in self.counted.values()])


def counts_page(book: Book, held: Approved, found: Happened, language: Language) -> Counts:
    """Make the sheet."""
    widths = (NAME_WIDTH, *([WIDTH] * (len(COUNTED) + 1)))
    notes = [text(language, "operation_paper.counts_note")]
    sheet, row = begin_sheet(book, "counts", widths, notes, language, "operation_paper")
    hour, joules = (
        _constant(sheet, row + offset, name, amount, language)
        for offset, (name, amount) in enumerate(
            (("seconds_per_hour", SECONDS_PER_HOUR), ("joules_per_kwh", JOULES_PER_KWH))
        )
    )
    uses = held.uses(found.month)
    names = [use.title for use in uses]
    row, planned = _table(
        sheet,
        row + 3,
        "planned",
        list(PLANNED),
        names,
        [[one(use) for one in PLANNED.values()] for use in uses],
        "plan",
        language,
    )
    done = [found.uses[key_of(use)] for use in uses]
    row, counted = _table(
        sheet,
        row,
        "counted",
        COUNTED,
        names,
        [[float(getattr(each, name)) for name in COUNTED] for each in done],
        "input",
        language,
    )
    _busy(
        sheet,
        language,
        planned,
        counted,
        {name: (use, each) for name, use, each in zip(names, uses, done, strict=True)},
    )
    idle_planned, idle = _idle(sheet, row, held, found, joules, language)
    return Counts(planned, counted, idle_planned, idle, hour)


def _constant(sheet: Sheet, row: int, name: str, amount: float, language: Language) -> Cell:
    put(sheet, row, 1, text(language, f"operation_paper.{name}"), "label")
    return sheet.put(row, 2, amount, "constant")


def _table(
    sheet: Sheet,
    row: int,
    title: str,
    fields: Sequence[str],
    names: Sequence[str],
    lines: Sequence[Sequence[Content]],
    style: str,
    language: Language,
) -> tuple[int, dict[str, dict[str, Cell]]]:
    """A row for each name; the row after the table and its cells that hold a figure."""
    row = put_heading(sheet, row, text(language, f"operation_paper.{title}"), len(COUNTED) + 2)
    heads = [Column(text(language, "operation_paper.of"))]
    heads += [Column(text(language, f"operation_column.{field}"), style) for field in fields]
    row = put_headings(sheet, row, heads)
    cells = {}
    for offset, (name, line) in enumerate(zip(names, lines, strict=True)):
        placed = put_line(sheet, row + offset, heads, (name, *line))[1:]
        cells[name] = {
            field: cell for field, cell, given in zip(fields, placed, line, strict=True) if given is not None
        }
    return row + len(names) + 1, cells


def _busy(
    sheet: Sheet,
    language: Language,
    planned: dict[str, dict[str, Cell]],
    counted: dict[str, dict[str, Cell]],
    done: dict[str, tuple[PlannedUse, Counted]],
) -> None:
    """kWh of attempts beside the counts: metered ones stand for all, at the plan's ratio of facility to board."""
    column = len(COUNTED) + 2
    for place, (name, mine) in enumerate(counted.items()):
        if not place:
            head = mine["requests"].row - 1
            sheet.put(head, column, text(language, "operation_column.energy_kwh"), "column")
        use, each = done[name]
        asked = planned[name]
        known = use.energy_kwh and use.energy_j_per_attempt and each.attempts_metered
        told: Content = text(language, "operation.unknown")
        if known:
            per_joule = asked["energy_kwh"] / (asked["attempts"] * asked["energy_j_per_attempt"])
            told = mine["energy_j"] / mine["attempts_metered"] * mine["attempts"] * per_joule
        placed = put(sheet, mine["requests"].row, column, told, "calculated")
        if known:
            mine["energy_kwh"] = placed


def _idle(
    sheet: Sheet, row: int, held: Approved, found: Happened, joules: Cell, language: Language
) -> tuple[dict[str, dict[str, Cell]], dict[str, Cell]]:
    """Waiting boards: what was planned and read; the part of their time that was not read is as planned."""
    supplies = held.supplies(found.month)
    read = [read_of(held, found, one) for one in supplies]
    lines = [
        [
            *(getattr(one, field) for field in IDLE),
            *(None if each is None else float(getattr(each, field)) for field in READ),
        ]
        for one, each in zip(supplies, read, strict=True)
    ]
    names = [one.supply or "" for one in supplies]
    shown = [name or text(language, "operation_paper.site") for name in names]
    _, cells = _table(sheet, row, "waiting", (*IDLE, *READ), shown, lines, "value", language)
    planned = {name: cells[each] for name, each in zip(names, shown, strict=True)}
    kwh = {}
    for name, one, each in zip(names, supplies, read, strict=True):
        if each is not None and one.idle_board_energy_kwh:
            mine = planned[name]
            counted = mine["idle_j"] / joules * (mine["idle_energy_kwh"] / mine["idle_board_energy_kwh"])
            unread = largest(1 - mine["seconds"] / mine["board_s"], 0) if each.board_s else term(0)
            drawn = counted + unread * mine["idle_energy_kwh"]
            kwh[name] = sheet.put(mine["idle_j"].row, len(IDLE) + len(READ) + 2, drawn, "calculated")
    if kwh:
        head = min(cell.row for row in planned.values() for cell in row.values()) - 1
        sheet.put(head, len(IDLE) + len(READ) + 2, text(language, "operation_column.idle_kwh"), "column")
    return planned, kwh
