"""The sheet Inputs: every figure in use with its range and source, and the case that drives the book."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from roi.amounts import unit_words
from roi.figure import Figure, Spec, figures
from roi.scenario.document import Scenario
from roi.scenario.effective import Resolved, effective_figures
from roi.texts import Language, bundled, text
from roi.workbook.book import Book, Choice, Sheet
from roi.workbook.expression import Cell, Formula, across, down, letters, term
from roi.workbook.functions import chosen, position
from roi.workbook.report.pages.layout import (
    Column,
    put_heading,
    put_headings,
    put_line,
    put_merged,
    put_title,
    set_widths,
)
from roi.workbook.report.pages.material import Assumption, Material, day_words
from roi.workbook.report.pages.source import Sources
from roi.workbook.styles import figure_format

CASES = ("downside", "base", "upside", "custom")
BASE = 2
HEADS = (
    ("live.input", "box"),
    ("live.in_use", "calculated"),
    ("live.downside", "input"),
    ("live.base", "input"),
    ("live.upside", "input"),
    ("live.custom", "input"),
    ("live.unit", "box"),
    ("live.of_the_run", "value"),
    ("live.acts", "box"),
    ("live.source", "box"),
    ("live.as_of", "box"),
    ("live.confidence", "box"),
    ("live.place", "box"),
    ("live.judged", "constant"),
    ("live.at_least", "constant"),
    ("live.at_most", "constant"),
    ("live.possible", "box"),
)
WIDTHS = (40, 12, 12, 12, 12, 12, 13, 12, 18, 48, 11, 9, 26, 12, 10, 10, 10)
PRINTED = 14
"""Columns on paper: what bounds an input, and whether it keeps them, is asked of the file alone."""
USED, FIRST_CASE, RUN, ACTS, JUDGED, LEAST, MOST, POSSIBLE = 2, 3, 8, 9, 14, 15, 16, 17
FIXED = re.compile(r"^finance\.horizon_years$|^site\.time_blocks\[\d+\]\.hours_per_year$")
"""Figures that make the frame of a plan: with others it must be made anew."""
NO_PART_IN_CHOICE = re.compile(
    r"^finance\.(cash_realisation_fraction|tax\.rate)$"
    r"|^workloads\[\d+\]\.baseline\.(cost|seconds|carbon)_per_image$"
)
"""Figures of pictures that come from outside today, and of what is made of the difference to today: neither what is
minimised nor a rule reads them, so that the plan of the run is the best one whatever they are. Every other figure
may move the best number of attempts, of units, or the year of a purchase, of the plan or of what runs today, and
only `plan` finds those."""
MOVES_MEANS = re.compile(r"^finance\.(discount_rate_per_year|tax\.rate|cash_realisation_fraction)$")
"""Figures that act on mean amounts."""
LEAST_ABOVE_ZERO = 1e-12
"""Stands for a bound that must not be reached."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """What the calculation takes from the sheet."""

    sheet: Sheet
    cells: Mapping[str, Cell]
    """The value in use, by the figure's place in the scenario."""
    wrong: Cell
    """Which figure or cell cannot be so; a dash where all can."""
    changed: Cell
    """Whether a figure differs from what was computed, or cannot be so."""
    unjudged: Cell
    """Whether one does on which the choice may hang in a way that nothing here judges."""
    case: Cell
    """Name of the case in use."""
    sources: Sources
    """Figures as cells; numbers that nobody changes here are listed below the table."""


def put_inputs(book: Book, material: Material, whole: Resolved) -> Inputs:
    """Make the sheet; the calculation reads the figures of the resolved scenario on it."""
    language, scenario = material.language, material.decision.scenario
    sheet = book.sheet("inputs", text(language, "live.sheet_inputs"))
    sheet.tab_colour = "F2C94C"
    set_widths(sheet, WIDTHS)
    told = "live.cases_npv" if material.by_npv else "live.cases_cost"
    note = ("live.inputs_means",) if _of_means(material) else ("live.inputs_note", told)
    notes = [text(language, name) for name in (*note, "live.inputs_legend")]
    top = put_title(sheet, text(language, "live.inputs_title"), notes, PRINTED)
    case, index = _selector(sheet, top, material)
    specs = {place: spec for place, _, spec in figures(scenario)}
    known = {each.place: each for each in material.assumptions}
    listed = [
        (place, figure, unit) for place, figure, unit in effective_figures(scenario) if not FIXED.match(place)
    ]
    columns = [Column(text(language, name), style) for name, style in HEADS]
    row = put_headings(sheet, top + 5, columns)
    cells = {
        place: _figure(
            sheet, row + offset, (place, figure, unit), known.get(place), specs.get(place), index, material
        )
        for offset, (place, figure, unit) in enumerate(listed)
    }
    last = row + len(listed) - 1
    sheet.freeze = f"C{row}"
    sheet.repeated_rows, sheet.printed_columns = f"{row - 1}:{row - 1}", PRINTED
    judged = [
        sheet.put(row + offset, JUDGED, float(_is_judged(scenario, place)), "constant", "0")
        for offset, place in enumerate(cells)
    ]
    used = list(cells.values())
    wrong = _wrong(sheet, top + 3, index, case, used, language)
    changed = _changed(sheet, top + 1, used, (row, last), wrong, material)
    unjudged = _unjudged(sheet, top + 3, used, judged, wrong, language)
    below = put_heading(sheet, last + 2, text(language, "live.fixed"), PRINTED)
    return Inputs(sheet, cells, wrong, changed, unjudged, case, Sources(whole, cells, sheet, (below, 1)))


def _selector(sheet: Sheet, row: int, material: Material) -> tuple[Cell, Cell]:
    """The case that drives the book, chosen from a list, and its number."""
    language = material.language
    names = [_case_name(case, material) for case in CASES]
    sheet.put(row, 1, text(language, "live.case"), "label")
    case = sheet.put(row, 2, names[BASE - 1], "input_text")
    offered = down([sheet.put(row + offset, 4, name, "box") for offset, name in enumerate(names)])
    sheet.put(row + 1, 1, text(language, "live.changed"), "label")
    index = sheet.put(row + 2, 2, position(case, offered), "calculated", "0")
    sheet.put(row + 2, 1, text(language, "live.case_number"), "label")
    sheet.choices.append(
        Choice(
            area=f"B{row}",
            options=offered.text.replace(f"'{sheet.title}'!", ""),
            message=text(language, "live.case_wrong"),
        )
    )
    return case, index


def _of_means(material: Material) -> bool:
    """Whether the amounts are means over drawn futures, which no case here moves."""
    return material.decision.scenario.finance.risk is not None


def _case_name(case: str, material: Material) -> str:
    name = text(material.language, f"live.case_{case}")
    elsewhere = _of_means(material) and case in ("downside", "upside")
    return text(material.language, "live.case_elsewhere", case=name) if elsewhere else name


def _figure(
    sheet: Sheet,
    row: int,
    given: tuple[str, Figure, str],
    known: Assumption | None,
    spec: Spec | None,
    index: Cell,
    material: Material,
) -> Cell:
    place, figure, unit = given
    ends = {} if _of_means(material) else material.cases
    downside, upside = ends.get(place, (figure.value, figure.value))
    style = "placeholder" if figure.placeholder else "input"
    cases = [
        sheet.put(row, FIRST_CASE + offset, value, style, figure_format(value))
        for offset, value in enumerate((downside, figure.value, upside, figure.value))
    ]
    possible = _hold(sheet, row, spec, cases, index, material)
    asked = Formula(f"IF({possible.formula().text},{chosen(index, *cases).text},NA())", cases[BASE - 1].value)
    used = sheet.put(row, USED, asked, "calculated", figure_format(*(each.value for each in cases)))
    sheet.put(row, RUN, figure.value, "value", figure_format(figure.value))
    told = (bundled(material.language, words) for words in (figure.source, figure.replace_with) if words)
    source = " -> ".join(told)
    words: list[tuple[int, str]] = [
        (1, place if known is None else known.label),
        (7, unit_words(unit, material.language)),
        (10, source),
        (11, day_words(figure.as_of)),
        (12, figure.confidence or ""),
        (13, place),
    ]
    for column, word in words:
        put_line(sheet, row, [Column("", "box")], (word,), column)
    return used


def _hold(
    sheet: Sheet, row: int, spec: Spec | None, cases: Sequence[Cell], index: Cell, material: Material
) -> Cell:
    """What may be typed, the bounds that the scenario's file has; and whether the figure of the case is so."""
    low, high = (0.0, None) if spec is None else (_least(spec), _most(spec))
    words = text(
        material.language,
        "live.wrong_between" if high is not None else "live.wrong_least",
        low="-" if low is None else f"{low:g}",
        high="-" if high is None else f"{high:g}",
    )
    area = f"{letters(FIRST_CASE)}{row}:{letters(FIRST_CASE + len(CASES) - 1)}{row}"
    least = -1e300 if low is None and high is None else low
    sheet.choices.append(Choice(area=area, at_least=least, at_most=high, message=words))
    asked = f"INDEX({across(cases).text},1,{index.formula().text})"
    held = [
        f"{asked}{sign}{sheet.put(row, column, bound, 'constant', 'General').formula().text}"
        for column, sign, bound in ((LEAST, ">=", low), (MOST, "<=", high))
        if bound is not None
    ]
    within = f"AND({','.join(held)})" if held else "TRUE"
    return sheet.put(row, POSSIBLE, Formula(f"IF(ISNUMBER({asked}),{within},FALSE)", True), "box")


def _least(spec: Spec) -> float | None:
    return spec.ge if spec.gt is None else spec.gt + LEAST_ABOVE_ZERO


def _most(spec: Spec) -> float | None:
    return spec.le if spec.lt is None else spec.lt - LEAST_ABOVE_ZERO


def _wrong(sheet: Sheet, row: int, index: Cell, case: Cell, used: Sequence[Cell], language: Language) -> Cell:
    """The first figure that is no number, or none that the scenario's file takes; a case that is none of the four.

    Such a figure has no value in use, so that nothing that follows from it has one.
    """
    area = down(used).text
    labels, possible = (area.replace(f"${letters(USED)}$", f"${letters(each)}$") for each in (1, POSSIBLE))
    cells = area.replace("$", "").partition("!")[2].partition(":")
    first = int(cells[0].lstrip("B"))
    sheet.flag(
        f"A{first}:{letters(FIRST_CASE + len(CASES) - 1)}{cells[2].lstrip('B')}",
        f"AND(ISNUMBER({index.address}),NOT(${letters(POSSIBLE)}{first}))",
        "bad",
    )
    no_case = term(text(language, "live.wrong_case", cell=f"{sheet.title}!{case.address.replace('$', '')}"))
    place = f"MATCH(FALSE,{possible},0)"
    named = f"{term(text(language, 'live.wrong_input')).text}&INDEX({labels},{place})"
    words = f'IF(ISNUMBER({index.formula().text}),IF(ISNUMBER({place}),{named},"-"),{no_case.text})'
    sheet.put(row + 1, 1, text(language, "live.wrong"), "label")
    return sheet.put(row + 1, 2, Formula(words, "-"), "box")


def _changed(
    sheet: Sheet,
    row: int,
    used: Sequence[Cell],
    rows: tuple[int, int],
    wrong: Cell,
    material: Material,
) -> Cell:
    """Whether any figure in use differs from that of the run, or cannot be so."""
    mine = down(used).text
    run = mine.replace(f"${letters(USED)}$", f"${letters(RUN)}$")
    is_wrong = f'{wrong.formula().text}<>"-"'
    formula = Formula(f"IF({is_wrong},TRUE,SUMPRODUCT(({mine}<>{run})*1)>0)", False)
    changed = sheet.put(row, 2, formula, "box")
    differs = f"${letters(USED)}{rows[0]}<>${letters(RUN)}{rows[0]}"
    sheet.flag(f"A{rows[0]}:B{rows[1]}", differs, "stale")
    put_merged(sheet, row, (5, 10), text(material.language, "live.changed_mark"), "note")
    return changed


def _is_judged(scenario: Scenario, place: str) -> bool:
    """Whether the plan of the run is the best one with another value of the figure too."""
    return scenario.finance.risk is None and NO_PART_IN_CHOICE.search(place) is not None


def _unjudged(
    sheet: Sheet,
    row: int,
    used: Sequence[Cell],
    judged: Sequence[Cell],
    wrong: Cell,
    language: Language,
) -> Cell:
    """Whether a figure was changed that is not judged here, or cannot be so."""
    mine = down(used).text
    run = mine.replace(f"${letters(USED)}$", f"${letters(RUN)}$")
    sheet.put(row, 1, text(language, "live.unjudged"), "label")
    moved = f"SUMPRODUCT(({mine}<>{run})*(1-{down(judged).text}))>0"
    return sheet.put(row, 2, Formula(f'IF({wrong.formula().text}<>"-",TRUE,{moved})', False), "box")


def mark_what_acts(book: Book, inputs: Mapping[str, Cell], material: Material) -> None:
    """Say of every figure whether amounts follow from it here, or only the choice, which `plan` makes."""
    sheet, language = book.sheets["inputs"], material.language
    used = _referred(book, sheet)
    if _of_means(material):
        used = {cell.row for place, cell in inputs.items() if MOVES_MEANS.match(place)}
    for cell in inputs.values():
        key = "live.acts_on_figures" if cell.row in used else "live.acts_on_choice"
        put_line(sheet, cell.row, [Column("", "box")], (text(language, key),), ACTS)


def _referred(book: Book, sheet: Sheet) -> set[int]:
    """Rows of Inputs to which a formula of another sheet refers."""
    title = sheet.title.replace("'", "''")
    pattern = re.compile(re.escape(f"'{title}'!${letters(USED)}$") + r"(\d+)(?!\d*:)")
    return {
        int(found)
        for each in book.sheets.values()
        if each is not sheet
        for _, placed in each.formulas()
        for found in pattern.findall(placed.formula or "")
    }
