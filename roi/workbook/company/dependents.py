"""Cells of a template that are computed from the cells which a report fills, however far the chain reaches.

A formula counts where it may depend: one whose references cannot be read from its text (`INDIRECT`, `OFFSET`, a
sheet that is not there, several sheets at once, a name that nobody defines) is taken to.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from openpyxl.formula.tokenizer import Token, Tokenizer, TokenizerError
from openpyxl.formula.translate import Translator, TranslatorError

from roi.workbook.company.anchors import PREFIX, Anchor
from roi.workbook.company.areas import Area, Spot, area_of, spot_of
from roi.workbook.company.package import Parts, content_types, related, sheets_of
from roi.workbook.company.splice import tree
from roi.workbook.markup import MAIN, WORKBOOK_PART

WIDE = 4096
"""Cells of an area that are looked up one by one; a larger one is compared with every cell that changes."""
_POINTING = ("INDIRECT(", "OFFSET(")
_PARAMETER = "_xlpm."
"""Begins the names that LET and LAMBDA bring along."""


@dataclass(eq=False)
class _Formula:
    """What a formula fills, and what it reads."""

    fills: tuple[Spot, ...]
    reads: list[Area] = field(default_factory=list)
    anywhere: bool = False
    """Whether its text does not say what it reads."""


def dependents(template: Parts, asked: Iterable[Anchor]) -> set[Spot]:
    """Cells with formulas that may depend on the cells asked for, or on a name of the report; without the former.

    Array formulas count with all cells that they fill.
    """
    filled = {spot_of(each.sheet, each.address) for each in asked}
    formulas = list(_formulas(template))
    of_spot: dict[Spot, list[_Formula]] = defaultdict(list)
    wide: list[tuple[Area, _Formula]] = []
    for formula in formulas:
        for area in formula.reads:
            if area.size > WIDE:
                wide.append((area, formula))
                continue
            for spot in area.spots():
                of_spot[spot].append(formula)
    found: set[Spot] = set()
    waiting = [*filled, *(spot for each in formulas if each.anywhere for spot in each.fills)]
    while waiting:
        spot = waiting.pop()
        if spot in found:
            continue
        found.add(spot)
        for formula in (*of_spot[spot], *(each for area, each in wide if area.holds(spot))):
            waiting += formula.fills
    return found - filled


def _formulas(template: Parts) -> Iterator[_Formula]:
    """Every formula of every sheet."""
    names, tables = _names(template), _tables(template)
    known = {sheet.casefold() for sheet in sheets_of(template)}
    types = content_types(template)
    for sheet, part in sheets_of(template).items():
        if part not in template or "worksheet" not in types[part]:
            continue
        for fills, words in _texts(tree(template[part], part), sheet):
            formula = _Formula(fills)
            _read(formula, words, sheet, (names, tables, known), frozenset())
            yield formula


def _texts(sheet: Element, title: str) -> Iterator[tuple[tuple[Spot, ...], str | None]]:
    """Cells that a formula fills, and its text; None where none is written."""
    shared: dict[str, tuple[str, str]] = {}
    for cell in sheet.iter(f"{{{MAIN}}}c"):
        written = cell.find(f"{{{MAIN}}}f")
        if written is None:
            continue
        address, words = cell.get("r", ""), written.text
        if written.get("t") == "shared":
            if words:
                shared[written.get("si", "")] = words, address
            else:
                words = _translated(shared.get(written.get("si", "")), address)
        area = area_of(written.get("ref", address), title) if written.get("t") == "array" else None
        fills = (spot_of(title, address),) if area is None else tuple(area.spots())
        yield fills, None if written.get("t") == "dataTable" else words


def _translated(shared: tuple[str, str] | None, address: str) -> str | None:
    """A formula that several cells share, as it reads in one of them."""
    if shared is None:
        return None
    try:
        words = str(Translator(f"={shared[0]}", origin=shared[1]).translate_formula(address))
    except TranslatorError:
        return None
    return words.removeprefix("=")


_Known = tuple[Mapping[tuple[str, str], str], Mapping[str, Area], set[str]]
"""Defined names by sheet and name, tables by name, sheets; all in small letters."""


def _read(
    formula: _Formula, words: str | None, sheet: str, known: _Known, open_names: frozenset[str]
) -> None:
    """Adds what a text reads."""
    try:
        tokens = Tokenizer(f"={words}").items if words else []
    except (TokenizerError, IndexError):
        tokens = []
    if not tokens:
        formula.anywhere = True
    for token in tokens:
        if token.type == Token.FUNC and token.value.upper() in _POINTING:
            formula.anywhere = True
        if token.type == Token.OPERAND and token.subtype == Token.RANGE:
            _read_operand(formula, token.value, sheet, known, open_names)


def _read_operand(
    formula: _Formula, operand: str, sheet: str, known: _Known, open_names: frozenset[str]
) -> None:
    names, tables, sheets = known
    folded = operand.casefold()
    area = area_of(operand.removesuffix("#"), sheet)
    if area is not None:
        formula.reads.append(area)
        formula.anywhere |= area.sheet not in sheets
    elif (table := tables.get(folded.partition("[")[0])) is not None:
        formula.reads.append(table)
    elif folded.startswith((_PARAMETER, "[")) or folded in open_names:
        pass
    elif (meaning := names.get((sheet.casefold(), folded), names.get(("", folded)))) is not None:
        _read(formula, meaning, sheet, known, open_names | {folded})
    elif "!" in folded and (named := _named_of_sheet(folded, names)) is not None:
        _read(formula, named, sheet, known, open_names | {folded})
    else:
        formula.anywhere = True


def _named_of_sheet(folded: str, names: Mapping[tuple[str, str], str]) -> str | None:
    """What a name of one sheet means, written with its sheet."""
    sheet, _, name = folded.rpartition("!")
    return names.get((sheet.strip("'").replace("''", "'"), name))


def _names(template: Parts) -> dict[tuple[str, str], str]:
    """What the template's names mean; those that ask for a figure mean the cell that is filled."""
    sheets = [sheet.casefold() for sheet in sheets_of(template)]
    found = {}
    for entry in tree(template[WORKBOOK_PART], WORKBOOK_PART).iter(f"{{{MAIN}}}definedName"):
        local = entry.get("localSheetId")
        scope = "" if local is None else sheets[int(local)]
        name = entry.get("name", "").casefold()
        if entry.text and (scope == "" or not name.startswith(PREFIX)):
            found[scope, name] = entry.text
    return found


def _tables(template: Parts) -> dict[str, Area]:
    found = {}
    for sheet, part in sheets_of(template).items():
        for name in related(template, part, "table"):
            table = tree(template[name], name)
            area = area_of(table.get("ref", ""), sheet)
            if area is not None:
                found[table.get("displayName", "").casefold()] = area
    return found
