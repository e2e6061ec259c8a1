"""Fills a company's template with a finished report."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from roi.errors import RoiError
from roi.nearest import nearest
from roi.texts.messages import Message, at, message_of, sentences
from roi.workbook.company.anchors import (
    PREFIX,
    Anchor,
    Answer,
    anchors,
    answer,
    figures,
    unknown,
    used_in_formulas,
)
from roi.workbook.company.areas import spot_of
from roi.workbook.company.cells import occupied, with_answers
from roi.workbook.company.dependents import dependents
from roi.workbook.company.package import (
    Parts,
    content_types,
    packed,
    read_parts,
    related,
    relations,
    sheets_of,
    with_relations,
    with_types,
)
from roi.workbook.company.recomputed import Value, computed, uncomputed, with_values
from roi.workbook.company.sheets import carried, giving_way, new_names
from roi.workbook.company.splice import nodes
from roi.workbook.company.styles import merged_styles
from roi.workbook.company.usable import template_parts
from roi.workbook.company.workbook import global_names, with_sheets
from roi.workbook.markup import TYPES_PART, WORKBOOK_PART, relations_part


@dataclass(frozen=True, slots=True)
class Filled:
    """A template with a report in it."""

    file: bytes
    uncomputed: tuple[str, ...]
    """Cells of the template, as `Sheet!C4`, that are computed from a figure and hold no value before a program
    computes them: LibreOffice is not installed, or lacks their functions."""
    left: tuple[str, ...]
    """Names that begin with `roi_` and ask for nothing that a report has, as `roi_x (Sheet!C4)`; they stay as they
    are."""
    empty: tuple[str, ...]
    """Names for which this report has nothing; their cells are emptied."""
    renamed: Mapping[str, str]
    """New names of the report's sheets whose names the template has too."""


def fill_template(report: bytes, template: bytes, name: str = "the template") -> Filled:
    """The template with the report's sheets behind its own and the report's figures in the cells that ask for them.

    What the template computes from them shows its new value.

    Parameters
    ----------
    report
        A finished report, with a value beside every formula.
    template
        A company's workbook.
    name
        What messages call the template, such as its path.

    Raises
    ------
    RoiError
        When the template cannot be read or used, asks for nothing, or asks in a cell that cannot take a figure:
        with every name and cell.
    """
    return _in_the_name(report, template, name, compute=True)


def tried(report: bytes, template: bytes, name: str = "the template") -> Filled:
    """The same without computing what hangs on the figures: what is wrong with a template, told at once.

    report: A workbook that has the report's names.
    """
    return _in_the_name(report, template, name, compute=False)


def _in_the_name(report: bytes, template: bytes, name: str, *, compute: bool) -> Filled:
    ours, theirs = read_parts(report), template_parts(template, name)
    try:
        return _filled(ours, theirs, template, compute=compute)
    except RoiError as fault:
        raise RoiError(at(name, message_of(fault))) from None


def _filled(ours: Parts, theirs: Parts, template: bytes, *, compute: bool) -> Filled:
    ours, renamed = giving_way(ours, sheets_of(theirs))
    known = figures(ours)
    named = anchors(theirs, known)
    left = tuple(_with_meant(each, known) for each in unknown(theirs, known))
    faults = [*_holds_report(theirs), *_asks_nothing(theirs, named, known, left), *_line_faults(named, known)]
    asked = [cell for each in named for cell in _cells(each, known[each.name.casefold()])]
    faults += _place_faults(theirs, asked)
    if faults:
        raise RoiError(sentences(*faults))
    names = new_names(ours, theirs)
    styles_part, our_styles = (related(parts, WORKBOOK_PART, "styles")[0] for parts in (theirs, ours))
    styles = merged_styles(theirs[styles_part], ours[our_styles])
    new = dict(carried(ours, names, styles))
    left_out = related(theirs, WORKBOOK_PART, "calcChain")
    sheets = {sheet: new[names[part]] for sheet, part in sheets_of(ours).items()}
    answers = _answers(known, named, sheets)
    answered = {
        part: with_answers(theirs[part], part, {each.address: answers[each] for each in found})
        for part, found in _by_part(theirs, asked).items()
    }
    changed = {styles_part: styles.content, **_listed(ours, theirs, names, left_out), **answered}
    wanted = dependents(theirs, asked)
    whole = packed(template, changed, new, left_out)
    values = computed(whole, wanted) if compute else dict.fromkeys(wanted)
    told = {
        spot_of(each.sheet, each.address): Value(given.kind, given.value) if given.formula else None
        for each, given in answers.items()
    }
    changed |= with_values(theirs, answered, values, told)
    empty = [str(each) for each in named if not _gets_something(each, known[each.name.casefold()], answers)]
    file = packed(template, changed, new, left_out)
    return Filled(file, uncomputed(theirs, values), left, tuple(empty), renamed)


def _gets_something(asked: Anchor, source: Anchor, answers: Mapping[Anchor, Answer]) -> bool:
    return any(answers[cell].formula for cell in _cells(asked, source))


def _listed(
    ours: Parts, theirs: Parts, names: Mapping[str, str], left_out: Collection[str]
) -> dict[str, bytes]:
    """The parts of the template that say which parts and sheets there are."""
    book, of_book, types = theirs[WORKBOOK_PART], relations_part(WORKBOOK_PART), content_types(ours)
    identities = _identities(ours, theirs)
    meanings = {name: each.reference for name, each in figures(ours).items() if not each.last}
    targets = {identities[sheet]: names[part] for sheet, part in sheets_of(ours).items()}
    return {
        WORKBOOK_PART: with_sheets(book, ours[WORKBOOK_PART], identities, meanings),
        of_book: with_relations(theirs[of_book], targets, left_out),
        TYPES_PART: with_types(theirs[TYPES_PART], {new: types[old] for old, new in names.items()}, left_out),
    }


_OF_A_REPORT = ("master_check", "decision_tco")
"""Names that every report brings and no form needs."""


def _holds_report(theirs: Parts) -> Iterator[Message]:
    """A workbook that was filled already, whose older report would be taken for cells that ask."""
    names = global_names(nodes(theirs[WORKBOOK_PART], WORKBOOK_PART))
    if all(name in names for name in _OF_A_REPORT):
        yield Message("template.holds_report")


def _asks_nothing(
    theirs: Parts, named: list[Anchor], known: Collection[str], left: Collection[str]
) -> Iterator[Message]:
    """A template without any cell that gets a figure."""
    if named or any(each.name.casefold() in known for each in used_in_formulas(theirs)):
        return
    yield sentences(Message("template.asks_nothing", prefix=PREFIX), *left)


def _with_meant(unknown_name: str, known: Collection[str]) -> str:
    """A name that asks for nothing known, and the nearest that does."""
    given = unknown_name.partition(" ")[0].casefold().removeprefix(PREFIX)
    meant = nearest(given, [name.removeprefix(PREFIX) for name in known])
    return (
        Message("template.name_near", given=unknown_name, meant=f"{PREFIX}{meant[0]}")
        if meant
        else unknown_name
    )


def _cells(asked: Anchor, source: Anchor) -> list[Anchor]:
    """The cells that get something: of a figure of every year as many as there are years, else the first."""
    cells = asked.cells()
    return cells[: len(source.cells())] if source.last else cells[:1]


def _line_faults(named: list[Anchor], known: Mapping[str, Anchor]) -> Iterator[Message]:
    """Areas that cannot take a figure of every year."""
    for each in named:
        source = known[each.name.casefold()]
        years = len(source.cells()) if source.last else 1
        if years > 1 and not each.is_line():
            yield Message("template.block", name=str(each), years=years)
        elif len(each.cells()) < years:
            yield Message("template.too_few_cells", name=str(each), cells=len(each.cells()), years=years)


def _by_part(theirs: Parts, asked: list[Anchor]) -> dict[str, list[Anchor]]:
    parts = {sheet.casefold(): part for sheet, part in sheets_of(theirs).items()}
    found: dict[str, list[Anchor]] = {}
    for each in asked:
        found.setdefault(parts[each.sheet.casefold()], []).append(each)
    return found


def _place_faults(theirs: Parts, asked: list[Anchor]) -> Iterator[Message]:
    """Cells that ask for a figure and cannot take it, or ask for two."""
    for part, found in _by_part(theirs, asked).items():
        sheet = found[0].sheet
        names: dict[str, str] = {}
        for each in found:
            other = names.setdefault(each.address, each.name)
            if other.casefold() != each.name.casefold():
                cell = f"{sheet}!{each.address}"
                yield Message("template.two_names", cell=cell, one=other, other=each.name)
        for address, why in occupied(theirs, part, list(names)):
            yield Message("template.occupied", cell=f"{sheet}!{address}", why=why)


def _answers(
    known: Mapping[str, Anchor], named: list[Anchor], sheets: Mapping[str, bytes]
) -> dict[Anchor, Answer]:
    """What the cells that ask get."""
    found = {}
    for each in named:
        source = known[each.name.casefold()]
        for cell, given in zip(_cells(each, source), source.cells(), strict=True):
            found[cell] = answer(sheets[source.sheet], given)
    return found


def _identities(ours: Parts, theirs: Parts) -> dict[str, str]:
    """Identities of the report's sheets in the template's workbook, by the sheets' names."""
    used = {each.identity for each in relations(theirs, WORKBOOK_PART)}
    sheets = sheets_of(ours)
    numbers = range(1, len(sheets) + len(used) + 1)
    free = (identity for number in numbers if (identity := f"rIdRoi{number}") not in used)
    return dict(zip(sheets, free, strict=False))
