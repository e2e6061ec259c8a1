"""Cells of a template that ask for a figure of the report, by a defined name that begins with `roi_`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from roi.errors import RoiError
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
    """A defined name and the cell it means; of an area the one at the upper left."""

    name: str
    sheet: str
    address: str
    """Without dollar signs."""

    @property
    def reference(self) -> str:
        """As a formula writes it."""
        place = CELL_ADDRESS.sub(r"$\1$\2", self.address)
        return f"{quoted(self.sheet)}!{place}"

    def __str__(self) -> str:
        return f"{self.name} ({self.sheet}!{self.address})"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a cell of the report holds, for another cell to refer to."""

    formula: str
    kind: str
    """The cell's type: `n`, `str`, `b` or `e`."""
    value: str


def anchors(parts: Parts) -> list[Anchor]:
    """The defined names of a template that begin with `roi_`, and their cells.

    Raises
    ------
    RoiError
        With all those that mean no cell of a sheet.
    """
    sheets = {sheet.casefold() for sheet in sheets_of(parts)}
    found, dead = [], []
    for entry in tree(parts[WORKBOOK_PART], WORKBOOK_PART).iter(f"{{{MAIN}}}definedName"):
        name = entry.get("name", "")
        if name.casefold().startswith(PREFIX):
            target = _target(entry.text or "")
            if target and target[0].casefold() in sheets:
                found.append(Anchor(name, *target[:2]))
            else:
                dead.append(f"{name} ({entry.text or ''})")
    if dead:
        raise RoiError(
            f"means no cell with {', '.join(dead)}; let each mean one cell, or delete it in Excel under "
            "Formulas, Name Manager"
        )
    return found


def figures(parts: Parts) -> dict[str, Anchor]:
    """The report's figures by the names under which a template asks for them, in small letters.

    Every name of one cell: `roi_tco` is the report's `roi_tco`, or page one's `decision_tco`, or `tco`.
    """
    found: dict[str, Anchor] = {}
    for entry in tree(parts[WORKBOOK_PART], WORKBOOK_PART).iter(f"{{{MAIN}}}definedName"):
        target = _target(entry.text or "")
        if target and not target[2] and entry.get("localSheetId") is None:
            name = PREFIX + entry.get("name", "").casefold().removeprefix(PREFIX).removeprefix(_PAGE_ONE)
            found.setdefault(name, Anchor(name, *target[:2]))
    return found


def _target(text: str) -> tuple[str, str, bool] | None:
    """Sheet and first cell that a name means, and whether it is an area."""
    found = _TARGET.fullmatch(text.strip())
    if found is None:
        return None
    sheet = found["plain"] or found["quoted"].replace("''", "'")
    return sheet, found["first"].replace("$", ""), found["last"] is not None


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
    """What the report's cell holds; texts stand in the cells of `raw`, not in a table of their own.

    Raises
    ------
    RoiError
        When the cell is empty.
    """
    for cell in tree(raw, anchor.sheet).iter(f"{{{MAIN}}}c"):
        if cell.get("r") == anchor.address:
            kind, value = cell.get("t", "n"), cell.findtext(f"{{{MAIN}}}v")
            if kind == "inlineStr":
                kind, value = "str", "".join(text.text or "" for text in cell.iter(f"{{{MAIN}}}t"))
            if value is not None:
                return Answer(anchor.reference, kind, value)
    raise RoiError(
        f"asks for {anchor.name}, which is empty in this report; delete the name from the template"
    )
