"""The sheet Log: what made the report, the proposer's words whole, figures in use that Inputs does not list."""

from collections.abc import Mapping, Sequence

from roi.texts import Language, text
from roi.workbook.book import Book, Sheet
from roi.workbook.expression import Cell
from roi.workbook.report.pages.layout import Column, begin_sheet, put, put_heading, put_table, put_text
from roi.workbook.report.pages.material import Assumption, Material, day_words

WIDTHS = (46, 14, 18, 60, 12, 11, 40)


def log_page(book: Book, material: Material, inputs: Mapping[str, Cell]) -> Cell:
    """Make the sheet; the cell that holds the hash of the inputs. `inputs` by their place in the scenario."""
    language = material.language
    sheet, row = begin_sheet(book, "log", WIDTHS, [text(language, "paper.log_note")], language)
    made = (text(language, "paper.log_made"), day_words(material.made_on))
    found = {}
    for name, value in (made, *material.log):
        put(sheet, row, 1, name, "label")
        found[value] = put_text(sheet, row, (2, len(WIDTHS)), value, "box")
        row += 1
    row = _words(sheet, row + 1, material)
    row = _terms(sheet, row, material)
    _assumptions(sheet, row, [each for each in material.assumptions if each.place not in inputs], language)
    return found[material.decision.inputs_hash]


def _words(sheet: Sheet, row: int, material: Material) -> int:
    """The proposal as it was written, every word."""
    language, proposal = material.language, material.decision.scenario.proposal
    told = {"purpose": proposal.purpose, "schedule": proposal.schedule, "risks": proposal.risks}
    written = {name: words for name, words in told.items() if words is not None}
    if not written:
        return row
    row = put_heading(sheet, row, text(language, "paper.log_words"), len(WIDTHS))
    for name, words in written.items():
        put(sheet, row, 1, text(language, f"paper.{name}"), "label")
        put_text(sheet, row, (2, len(WIDTHS)), words, "box")
        row += 1
    return row + 1


def _terms(sheet: Sheet, row: int, material: Material) -> int:
    row = put_heading(sheet, row, text(material.language, "plan.terms"), len(WIDTHS))
    for term in material.terms:
        put_text(sheet, row, (1, len(WIDTHS)), term)
        row += 1
    return row + 1


def _assumptions(sheet: Sheet, row: int, further: Sequence[Assumption], language: Language) -> None:
    title = text(language, "paper.log_assumptions", count=len(further))
    row = put_heading(sheet, row, title, len(WIDTHS))
    names = (
        "log_figure",
        "log_value",
        "log_unit",
        "log_source_of",
        "log_as_of",
        "log_confidence",
        "log_replace",
    )
    styles = ("box", "value", "box", "box", "box", "box", "box")
    columns = [
        Column(text(language, f"paper.{name}"), style) for name, style in zip(names, styles, strict=True)
    ]
    put_table(sheet, row, columns, [_contents(each, language) for each in further])


def _contents(each: Assumption, language: Language) -> tuple[str | float, ...]:
    replace = text(language, "paper.log_placeholder", where=each.replace_with or each.source)
    return (
        each.label if each.label == each.place else f"{each.label}\n{each.place}",
        each.value,
        each.unit,
        each.source,
        day_words(each.as_of),
        each.confidence,
        replace if each.placeholder else "",
    )
