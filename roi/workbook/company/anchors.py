"""Cells of a template that ask for a figure of the report, by a defined name that begins with `roi_`."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from roi.errors import RoiError
from roi.texts.messages import Message
from roi.workbook.company.areas import address_of, area_of
from roi.workbook.company.package import Parts, sheets_of
from roi.workbook.company.splice import tree
from roi.workbook.expression import quoted
from roi.workbook.markup import CELL_ADDRESS, MAIN, WORKBOOK_PART

PREFIX = "roi_"
_PAGE_ONE = "decision_"
_TARGET = re.compile(
    r"(?:'(?P<quoted>(?:[^']|'')+)'|(?P<plain>[^'!]+))!"
    r"(?P<first>\$?[A-Z]{1,3}\$?[0-9]+)(?P<last>:\$?[A-Z]{1,3}\$?[0-9]+)?"
)
_IN_FORMULA = re.compile(rf"(?i)(?<![\w.\\!]){PREFIX}[\w.]+(?![\w.(])")
_TEXT_IN_FORMULA = re.compile(r'"[^"]*"|\'[^\']*\'')


@dataclass(frozen=True, slots=True)
class Anchor:
    """A defined name and the cell that it means, or the cells of an area."""

    name: str
    sheet: str
    address: str
    """Of its first cell, without dollar signs."""
    last: str = ""
    """Of an area's last cell; empty for a single one."""

    @property
    def reference(self) -> str:
        """Its first cell as a formula writes it."""
        place = CELL_ADDRESS.sub(r"$\1$\2", self.address)
        return f"{quoted(self.sheet)}!{place}"

    def cells(self) -> "list[Anchor]":
        """Each of its cells, row by row."""
        area = area_of(f"{self.address}:{self.last or self.address}", self.sheet)
        spots = () if area is None else area.spots()
        return [Anchor(self.name, self.sheet, address_of(spot)) for spot in spots]

    def is_line(self) -> bool:
        """Whether its cells stand in one row or one column."""
        area = area_of(f"{self.address}:{self.last or self.address}", self.sheet)
        return area is not None and (area.first_row == area.last_row or area.first_column == area.last_column)

    def __str__(self) -> str:
        behind = f":{self.last}" if self.last else ""
        return f"{self.name} ({self.sheet}!{self.address}{behind})"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a cell of the report holds, for another cell to refer to; without a formula it holds nothing."""

    formula: str
    kind: str
    """The cell's type: `n`, `str`, `b` or `e`."""
    value: str


def anchors(parts: Parts, known: Collection[str]) -> list[Anchor]:
    """The defined names of a template that ask for a known figure, and their cells.

    known: Names of figures in small letters.

    Raises
    ------
    RoiError
        With all those that mean no cell of a sheet.
    """
    sheets = {sheet.casefold() for sheet in sheets_of(parts)}
    found, dead = [], []
    for name, meaning in _names(parts):
        if name.casefold() in known:
            target = _target(meaning)
            if target and target[0].casefold() in sheets:
                found.append(Anchor(name, *target))
            else:
                dead.append(f"{name} ({meaning})")
    if dead:
        raise RoiError(Message("template.no_cell", names=", ".join(dead)))
    return found


def unknown(parts: Parts, known: Collection[str]) -> Iterator[str]:
    """The names that begin with `roi_` and ask for nothing known, each with what it means or where it is used."""
    names = {name.casefold() for name, _ in _names(parts)}
    for name, meaning in _names(parts):
        if name.casefold().startswith(PREFIX) and name.casefold() not in known:
            yield f"{name} ({meaning.replace('$', '').replace(chr(39), '')})"
    for each in used_in_formulas(parts):
        if each.name.casefold() not in known and each.name.casefold() not in names:
            yield str(each)


def figures(parts: Parts) -> dict[str, Anchor]:
    """The report's figures by the names under which a template asks for them, in small letters.

    Every name of cells: `roi_tco` is the report's `roi_tco`, else page one's `decision_tco`, where words or a dash
    may stand, or `tco`. One of an area is a figure of every year.
    """
    found: dict[str, Anchor] = {}
    own: dict[str, Anchor] = {}
    for entry in tree(parts[WORKBOOK_PART], WORKBOOK_PART).iter(f"{{{MAIN}}}definedName"):
        target = _target(entry.text or "")
        if target and entry.get("localSheetId") is None:
            given = entry.get("name", "").casefold()
            name = PREFIX + given.removeprefix(PREFIX).removeprefix(_PAGE_ONE)
            (own if given.startswith(PREFIX) else found).setdefault(name, Anchor(name, *target))
    return {**found, **own}


def _names(parts: Parts) -> list[tuple[str, str]]:
    entries = tree(parts[WORKBOOK_PART], WORKBOOK_PART).iter(f"{{{MAIN}}}definedName")
    return [(entry.get("name", ""), entry.text or "") for entry in entries]


def _target(text: str) -> tuple[str, str, str] | None:
    """Sheet, first cell and, of an area, last cell that a name means."""
    found = _TARGET.fullmatch(text.strip())
    if found is None:
        return None
    sheet = found["plain"] or found["quoted"].replace("''", "'")
    return sheet, found["first"].replace("$", ""), (found["last"] or "").strip(":").replace("$", "")


def used_in_formulas(parts: Parts) -> Iterator[Anchor]:
    """The names that begin with `roi_` in formulas of cells, each with the first cell of a sheet that uses it."""
    for sheet, part in sheets_of(parts).items():
        if PREFIX.encode() not in parts.get(part, b"").lower():
            continue
        seen = set()
        for cell in tree(parts[part], part).iter(f"{{{MAIN}}}c"):
            formula = _TEXT_IN_FORMULA.sub("", cell.findtext(f"{{{MAIN}}}f") or "")
            for name in _IN_FORMULA.findall(formula):
                if name.casefold() not in seen:
                    seen.add(name.casefold())
                    yield Anchor(name, sheet, cell.get("r", ""))


def answer(raw: bytes, anchor: Anchor) -> Answer:
    """What the report's cell holds; texts stand in the cells of `raw`, not in a table of their own."""
    for cell in tree(raw, anchor.sheet).iter(f"{{{MAIN}}}c"):
        if cell.get("r") == anchor.address:
            kind, value = cell.get("t", "n"), cell.findtext(f"{{{MAIN}}}v")
            if kind == "inlineStr":
                kind, value = "str", "".join(text.text or "" for text in cell.iter(f"{{{MAIN}}}t"))
            if value:
                return Answer(anchor.reference, kind, value)
    return Answer("", "n", "")
