"""Fills a company's template with a finished report."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from roi.errors import RoiError
from roi.workbook.company.anchors import (
    PREFIX,
    Anchor,
    Answer,
    anchors,
    answer,
    figures,
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
from roi.workbook.company.sheets import carried, new_names
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


def fill_template(
    report: bytes, template: bytes, name: str = "the template", required: Collection[str] = ()
) -> Filled:
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
    required
        Names of figures that the template must ask for.

    Raises
    ------
    RoiError
        When the template cannot be read or used, asks for a figure that the report does not have, or does not ask
        for a required one: with every name and cell.
    """
    ours, theirs = read_parts(report), template_parts(template, name)
    try:
        return _filled(ours, theirs, template, required)
    except RoiError as fault:
        raise RoiError(f"{name}: {fault}") from None


def unused_anchors(report: bytes, template: bytes, name: str = "the template") -> tuple[str, ...]:
    """Names of the report's figures for which the template does not ask."""
    ours, theirs = read_parts(report), template_parts(template, name)
    asked = {each.name.casefold() for each in (*anchors(theirs), *used_in_formulas(theirs))}
    return tuple(name for name in figures(ours) if name not in asked)


def _filled(ours: Parts, theirs: Parts, template: bytes, required: Collection[str]) -> Filled:
    asked = anchors(theirs)
    faults = [*_name_faults(ours, theirs, asked, required), *_place_faults(theirs, asked)]
    if faults:
        raise RoiError("; ".join(faults))
    names = new_names(ours, theirs)
    styles_part, our_styles = (related(parts, WORKBOOK_PART, "styles")[0] for parts in (theirs, ours))
    styles = merged_styles(theirs[styles_part], ours[our_styles])
    new = dict(carried(ours, names, styles))
    left_out = related(theirs, WORKBOOK_PART, "calcChain")
    sheets = {sheet: new[names[part]] for sheet, part in sheets_of(ours).items()}
    answers = _answers(ours, asked, sheets)
    answered = {
        part: with_answers(theirs[part], part, {each.address: answers[each] for each in found})
        for part, found in _by_part(theirs, asked).items()
    }
    changed = {styles_part: styles.content, **_listed(ours, theirs, names, left_out), **answered}
    values = computed(packed(template, changed, new, left_out), dependents(theirs, asked))
    known = {
        spot_of(each.sheet, each.address): Value(told.kind, told.value) for each, told in answers.items()
    }
    changed |= with_values(theirs, answered, values, known)
    return Filled(packed(template, changed, new, left_out), uncomputed(theirs, values))


def _listed(
    ours: Parts, theirs: Parts, names: Mapping[str, str], left_out: Collection[str]
) -> dict[str, bytes]:
    """The parts of the template that say which parts and sheets there are."""
    book, of_book, types = theirs[WORKBOOK_PART], relations_part(WORKBOOK_PART), content_types(ours)
    identities = _identities(ours, theirs)
    meanings = {name: each.reference for name, each in figures(ours).items()}
    targets = {identities[sheet]: names[part] for sheet, part in sheets_of(ours).items()}
    return {
        WORKBOOK_PART: with_sheets(book, ours[WORKBOOK_PART], identities, meanings),
        of_book: with_relations(theirs[of_book], targets, left_out),
        TYPES_PART: with_types(theirs[TYPES_PART], {new: types[old] for old, new in names.items()}, left_out),
    }


def _name_faults(ours: Parts, theirs: Parts, asked: list[Anchor], required: Collection[str]) -> Iterator[str]:
    """Names that one of the two has and the other lacks, or that both bring."""
    known = figures(ours)
    used = {each.name.casefold() for each in asked}
    in_formulas = [each for each in used_in_formulas(theirs) if each.name.casefold() not in used]
    unknown = [str(each) for each in (*asked, *in_formulas) if each.name.casefold() not in known]
    if unknown:
        yield (
            f"asks for {', '.join(unknown)}, which the report does not have; it has "
            f"{', '.join(sorted(known))}"
        )
    used |= {each.name.casefold() for each in in_formulas}
    missing = [each for each in required if each.casefold() not in used]
    if missing:
        yield (
            f"does not ask for {', '.join(missing)}; give a cell of it that name in Excel, in the box to the left "
            "of the formula bar"
        )
    sheets = {sheet.casefold() for sheet in sheets_of(theirs)}
    brought = [sheet for sheet in sheets_of(ours) if sheet.casefold() in sheets]
    if brought:
        yield f"has the sheets {', '.join(brought)}, which the report brings too; rename them"
    names, taken = (global_names(nodes(parts[WORKBOOK_PART], WORKBOOK_PART)) for parts in (ours, theirs))
    twice = [taken[key] for key in names if key in taken and not key.startswith(PREFIX)]
    if twice:
        yield f"has the names {', '.join(twice)}, which the report brings too; rename them"


def _by_part(theirs: Parts, asked: list[Anchor]) -> dict[str, list[Anchor]]:
    parts = {sheet.casefold(): part for sheet, part in sheets_of(theirs).items()}
    found: dict[str, list[Anchor]] = {}
    for each in asked:
        found.setdefault(parts[each.sheet.casefold()], []).append(each)
    return found


def _place_faults(theirs: Parts, asked: list[Anchor]) -> Iterator[str]:
    """Cells that ask for a figure and cannot take it, or ask for two."""
    for part, found in _by_part(theirs, asked).items():
        sheet = found[0].sheet
        names: dict[str, str] = {}
        for each in found:
            other = names.setdefault(each.address, each.name)
            if other.casefold() != each.name.casefold():
                yield f"{sheet}!{each.address} asks for {other} and for {each.name}; delete one of the names"
        for sentence in occupied(theirs, part, list(names)):
            yield f"{sheet}!{sentence}; let the name mean another cell"


def _answers(ours: Parts, asked: list[Anchor], sheets: Mapping[str, bytes]) -> dict[Anchor, Answer]:
    """What the cells that ask get."""
    known = figures(ours)
    sources = {each: known[each.name.casefold()] for each in asked}
    return {each: answer(sheets[source.sheet], source) for each, source in sources.items()}


def _identities(ours: Parts, theirs: Parts) -> dict[str, str]:
    """Identities of the report's sheets in the template's workbook, by the sheets' names."""
    used = {each.identity for each in relations(theirs, WORKBOOK_PART)}
    sheets = sheets_of(ours)
    numbers = range(1, len(sheets) + len(used) + 1)
    free = (identity for number in numbers if (identity := f"rIdRoi{number}") not in used)
    return dict(zip(sheets, free, strict=False))
