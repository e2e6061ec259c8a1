"""The listed options: what they cost as the only source in whole units, and at full use, both live.

As the only source an option's units are a formula, which says when one has become cheaper than the plan. That none
has is no proof: mixtures, other numbers of attempts, the years of purchases and options that are not listed are a
programme and no formula. Unless nothing was changed that has a part in the choice, the sheet says that it does not
judge.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from roi.options.price import Option
from roi.scenario.supply import Own, Rent
from roi.texts import text
from roi.workbook.book import Sheet
from roi.workbook.expression import Cell, Formula, Term, down, letters, term
from roi.workbook.functions import position, smallest_of, some, taken, when
from roi.workbook.report.pages.headline import Headline
from roi.workbook.report.pages.layout import Column, Content, put_heading, put_headings, put_line, put_merged
from roi.workbook.report.pages.material import Material, OptionLine
from roi.workbook.report.pages.options.costs import Costed

TOLERANCE = 1e-6
"""Share of the cost below which a difference is none."""
WIDTHS = (38, 24, 12, 13, 13, 13, 11, 12, 9, 9, 9, 15, 34, 13)
COLUMNS = (
    ("option_option", "box", None),
    ("option_supply", "box", None),
    ("option_state", "box", None),
    ("option_alone", "value", "#,##0.00"),
    ("option_in_plan", "value", "#,##0.00"),
    ("option_cost", "money_fine", None),
    ("option_against", "share", "+0.0%;-0.0%;0.0%"),
    ("option_carbon", "calculated", "#,##0.00"),
    ("option_fid", "value", "0.00"),
    ("option_images", "plan", "0"),
    ("option_most", "plan", "0"),
    ("option_evidence", "box", None),
    ("option_why", "box", None),
    ("option_compared", "calculated", "#,##0.00"),
)
"""Names, styles and number formats of the table."""
OF_THE_RUN = (4, 5)
"""Columns that hold values of the run: the latter alone, the former where no formula gives the cost."""


STATES = {"chosen": "paper.state_chosen", "near": "paper.state_near", "in": "paper.state_in"}


@dataclass(frozen=True, slots=True)
class Listed:
    """One option on the sheet."""

    line: OptionLine
    name: Cell
    supply: Cell
    alone: Cell
    """As the only source in whole units; a mark where its supply has too few."""
    cost: Cell
    """Live, at full use."""
    carbon: Cell
    """Live, at full use; an empty mark where it is not disclosed."""
    fid: Cell
    """A mark where nobody published it."""
    compared: Cell
    """The live cost as the only source; a mark for an option that was cheaper by it already, for the whole plan
    keeps it out, and where it is no more than the least that it can cost."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an option has become cheaper than the plan, and what to say of it."""

    message: Cell
    challenged: Cell


@dataclass(frozen=True, slots=True)
class Listing:
    """All options on the sheet."""

    options: tuple[Listed, ...]
    message: Cell
    """What to do when an option has become cheaper or nothing here judges that, or that none has."""
    challenged: Cell
    """Whether the message asks to run the plan again."""

    def of(self, workload: str) -> tuple[Listed, ...]:
        """Those of a workload."""
        return tuple(each for each in self.options if each.line.option.workload == workload)


def put_listing(
    sheet: Sheet, row: int, material: Material, costed: Sequence[Costed], tolerance: Cell, headline: Headline
) -> tuple[int, Listing]:
    """A table for every workload below the messages; the row after them and what was placed.

    Values of the run are marked as soon as an input is changed.
    """
    language = material.language
    columns = [
        Column(text(language, f"paper.{name}", currency=material.coin), style, number_format)
        for name, style, number_format in COLUMNS
    ]
    changed, single = headline.changed, len(material.decision.scenario.workloads) == 1
    lines = list(zip(material.options, costed, strict=True))
    workloads = list(dict.fromkeys(line.option.workload for line in material.options))
    message_row, row = row, row + len(workloads) + 1
    listed: list[Listed] = []
    told: Verdict | None = None
    for offset, workload in enumerate(workloads):
        mine = [each for each in lines if each[0].option.workload == workload]
        row = put_heading(sheet, row, text(language, "paper.options_of", workload=workload), len(WIDTHS))
        row = put_headings(sheet, row, columns)
        placed = [
            _put_line(sheet, row + place, columns, each, (mine[0][1].cost, headline.per_image), material)
            for place, each in enumerate(mine)
        ]
        told = _put_verdict(
            sheet, message_row + offset, placed if single else [], (tolerance, headline), told, material
        )
        listed += placed
        for here in range(row, row + len(placed)):
            for column in OF_THE_RUN:
                kept = sheet.cells[here, column]
                if kept.formula is None and not isinstance(kept.content, str):
                    sheet.flag(f"{letters(column)}{here}", changed.formula(), "stale")
        row += len(placed) + 1
    if told is None:
        raise ValueError("a report needs options")
    return row, Listing(tuple(listed), told.message, told.challenged)


def _put_verdict(
    sheet: Sheet,
    row: int,
    placed: Sequence[Listed],
    given: tuple[Cell, Headline],
    before: Verdict | None,
    material: Material,
) -> Verdict:
    """Whether one of the options has become cheaper than the plan, and what to say then; none are given where the
    plan's amounts are of several workloads together.
    """
    (tolerance, headline), language = given, material.language
    unjudged = headline.unjudged.formula()
    same = when(headline.changed, text(language, "paper.rerun_none"), text(language, "paper.rerun_kept"))
    quiet: Term = when(unjudged, text(language, "paper.rerun_unjudged"), same)
    challenged: Formula = unjudged
    if placed and any(isinstance(each.compared.value, float) for each in placed):
        compared = down([each.compared for each in placed])
        cheapest = smallest_of(compared)
        cheaper = cheapest < headline.per_image * (1 - tolerance)
        named = when(cheaper, _message(placed, position(cheapest, compared), material), quiet)
        possible = headline.wrong.equals("-")
        quiet = when(possible, named, text(language, "paper.rerun_wrong"))
        challenged = Formula(f"IF({possible.text},{some(cheaper, unjudged).text},TRUE)", False)
    if before is not None:
        quiet, challenged = before.message.formula(), before.challenged.formula()
    told = put_merged(sheet, row, (1, len(WIDTHS) - 1), quiet, "note")
    sheet.heights[row] = 18.0
    flag = sheet.put(row, len(WIDTHS), challenged, "box")
    sheet.flag(f"A{row}:{letters(len(WIDTHS))}{row}", flag.formula(), "stale")
    return Verdict(told, flag)


def _put_line(
    sheet: Sheet,
    row: int,
    columns: list[Column],
    each: tuple[OptionLine, Costed],
    against: tuple[Cell, Cell],
    material: Material,
) -> Listed:
    line, costed = each
    cells = put_line(sheet, row, columns, _contents(line, costed, against, material))
    return Listed(line, *(cells[place] for place in (0, 1, 3, 5, 7, 8, 13)))


def _contents(
    line: OptionLine, costed: Costed, against: tuple[Cell, Cell], material: Material
) -> tuple[Content, ...]:
    """`against`: cost of the choice at full use, and of a picture in the plan."""
    chosen, in_plan = against
    option, language = line.option, material.language
    quality, profile = option.offer.quality, option.offer.profile
    kind = "paper.evidence_api" if profile is None else f"evidence.{profile.evidence.kind}"
    none = text(language, "paper.none")
    alone: Content = none if line.alone is None else line.alone
    live = float(costed.alone.value)
    if line.alone is not None and abs(live - line.alone) <= TOLERANCE * line.alone:
        alone = costed.alone
    exact = alone is costed.alone and not _is_least(option, material)
    comparable = exact and live >= float(in_plan.value) * (1.0 - TOLERANCE)
    return (
        line.label,
        option.offer.supply,
        text(language, STATES[line.state]),
        alone,
        text(language, "paper.none") if line.in_plan is None else line.in_plan,
        costed.cost,
        costed.cost / chosen - 1,
        text(language, "paper.none") if costed.carbon is None else costed.carbon,
        text(language, "paper.none") if quality is None else quality.value,
        float(option.attempt.images),
        float(option.attempts_max),
        text(language, kind),
        line.why,
        costed.alone if comparable else none,
    )


def _is_least(option: Option, material: Material) -> bool:
    """Whether the live cost is the least that units may cost, which are bought or committed to."""
    supplies = {each.name: each for each in material.decision.scenario.supplies}
    supply = supplies[option.offer.supply]
    if isinstance(supply, Own):
        return not (supply.sunk or supply.shared)
    return isinstance(supply, Rent) and supply.term == "reserved"


def _message(placed: Sequence[Listed], index: Formula, material: Material) -> Formula:
    """That the option at that place of the list has become cheaper than the choice."""
    begin = term(text(material.language, "paper.rerun_before"))
    winner = taken(down([each.name for each in placed]), index)
    supply = taken(down([each.supply for each in placed]), index)
    return (
        begin.joined(winner).joined(" / ").joined(supply).joined(text(material.language, "paper.rerun_after"))
    )
