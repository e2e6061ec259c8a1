"""The sheet of everything for which a company's template may ask: names, what they mean, and what stands there.

A name that this report has nothing for means an empty cell, so that every name is known in every report.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from roi.cost import ONE_OFF, PAID_ONCE
from roi.scenario.supply import Own
from roi.texts import Language, text
from roi.workbook.book import Book, Sheet
from roi.workbook.expression import Cell, Formula, across, call, letters, quoted, term
from roi.workbook.functions import added, total, when
from roi.workbook.report.pages.course import Course
from roi.workbook.report.pages.headline import Headline
from roi.workbook.report.pages.layout import (
    Column,
    Content,
    put,
    put_headings,
    put_text,
    put_title,
    set_widths,
)
from roi.workbook.report.pages.material import Material, day_words

FIGURES, WORDS, YEARLY = (
    (
        "applied",
        "applied_with_tax",
        "capital",
        "initial",
        "running",
        "tco",
        "per_image",
        "owed",
        "npv",
        "irr",
        "payback",
        "discounted_payback",
        "tax",
        "carbon",
        "today_running",
        "today_tco",
        "today_per_image",
        "today_carbon",
        "scenario",
        "changed",
        "unjudged",
        "master_check",
    ),
    (
        "title",
        "proposer",
        "department",
        "drafted_on",
        "wanted_by",
        "made_on",
        "budget_line",
        "within_budget",
        "purpose",
        "schedule",
        "risks",
        "decision",
        "vendor",
        "term",
        "currency",
        "placeholders",
        *(
            f"{name}_{place}"
            for name, most in (("sentence", 6), ("warning", 3), ("risk", 3))
            for place in range(1, most + 1)
        ),
    ),
    (
        "years",
        "capital_by_year",
        "running_by_year",
        "cost_by_year",
        "today_by_year",
        "saving_by_year",
        "cash_by_year",
    ),
)
"""Names without `roi_`: of figures, of texts, of figures of every year."""
_WIDTHS = (26.0, 60.0)
_FORMATS = {
    **dict.fromkeys(("scenario", "changed", "unjudged", "master_check"), "General"),
    **dict.fromkeys(("per_image", "today_per_image"), "#,##0.00"),
    **dict.fromkeys(("payback", "discounted_payback"), "0.0"),
    "irr": "0.0%",
}
MAY_BE_WORDS = ("irr", "payback", "discounted_payback")
"""Figures in whose place the report may say in words why there is none."""
_FIRST = 3
"""Column of the values."""


@dataclass(frozen=True, slots=True)
class Meant:
    """A name and what it means."""

    name: str
    meaning: str
    kind: str
    """What it gives: a figure, a text, or one a year."""


def meanings(language: Language) -> Iterator[Meant]:
    """Every name for which a template may ask."""
    kinds = (("anchor.kind_number", FIGURES), ("anchor.kind_text", WORDS), ("anchor.kind_yearly", YEARLY))
    for kind, names in kinds:
        for name in names:
            yield Meant(f"roi_{name}", _meaning(name, language), text(language, kind))


def fields_page(book: Book, material: Material, headline: Headline, course: Course) -> None:
    """Make the sheet and name its cells."""
    language, years = material.language, len(material.year_labels)
    sheet = book.sheet("fields", text(language, "anchor.sheet"))
    row = _head(sheet, language, years)
    yearly = _yearly(material, course)
    for name in YEARLY:
        cells = _put_yearly(book, sheet, row, name, yearly.get(name, ()), years, language)
        if name == "capital_by_year":
            capital = total(across(cells))
        row += 1
    for name in FIGURES:
        _put_names(sheet, row, name, language)
        content: Content = capital if name == "capital" else _number_alone(_known(book, name), name)
        cell = put(sheet, row, _FIRST, content, "calculated", _FORMATS.get(name, "#,##0"))
        if name in MAY_BE_WORDS:
            book.name(f"roi_{name}", cell)
        _name(book, name, cell)
        row += 1
    words, of_run = _words(material), _of_the_run(material)
    for name in WORDS:
        _put_names(sheet, row, name, language)
        content = words.get(name)
        if of_run.get(name):
            made = put(sheet, row, _FIRST + years, of_run[name], "box")
            content = _marked(made, headline, language)
        _name(book, name, put_text(sheet, row, (_FIRST, _FIRST + years - 1), content, "box"))
        row += 1


def sample_book(language: Language, years: int) -> Book:
    """A book that has every name and no figures: what is wrong with a template is told by filling it with this."""
    book = Book()
    sheet = book.sheet("fields", text(language, "anchor.sheet"))
    row = _head(sheet, language, years)
    for name in (*YEARLY, *FIGURES, *WORDS):
        if name in YEARLY:
            _put_yearly(book, sheet, row, name, (), years, language)
        else:
            _name(book, name, sheet.put(row, _FIRST, None, "box"))
        row += 1
    return book


def _head(sheet: Sheet, language: Language, years: int) -> int:
    set_widths(sheet, (*_WIDTHS, *(16.0 for _ in range(years + 1))))
    row = put_title(sheet, text(language, "anchor.heading"), [text(language, "anchor.note")], _FIRST + 1)
    return put_headings(
        sheet, row, [Column(text(language, f"anchor.{name}")) for name in ("name", "meaning", "content")]
    )


def _meaning(name: str, language: Language) -> str:
    stem, _, place = name.rpartition("_")
    return text(language, f"anchor.{stem if place.isdigit() else name}", place=place)


def _known(book: Book, name: str) -> Formula | None:
    """A figure that already has its name, as a reference."""
    place = book.names.get(f"roi_{name}", book.names.get(name))
    return None if place is None else Formula(place, _value_at(book, place))


def _number_alone(known: Formula | None, name: str) -> Formula | None:
    """Nothing where words say why there is no figure: a form's `>0` holds for every text.

    Where an input is changed later so that there is none, the cell is an error, which is no approval.
    """
    if known is None or name not in MAY_BE_WORDS:
        return known
    numeric = not isinstance(known.value, str)
    return when(call("ISNUMBER", numeric, known), known, call("NA", "#N/A")) if numeric else None


def _value_at(book: Book, place: str) -> float | str | bool:
    title, _, address = place.rpartition("!")
    sheet = next(sheet for sheet in book.sheets.values() if quoted(sheet.title) == title)
    _, column, row = address.split("$")
    placed = next(
        cell
        for (at, in_column), cell in sheet.cells.items()
        if (letters(in_column), at) == (column, int(row))
    )
    return "" if placed.content is None else placed.content


def _name(book: Book, name: str, cell: Cell) -> None:
    """Name the cell, unless a figure of that name stands elsewhere."""
    if f"roi_{name}" not in book.names and name not in book.names:
        book.name(f"roi_{name}", cell)


def _put_yearly(
    book: Book, sheet: Sheet, row: int, name: str, contents: Sequence[Content], years: int, language: Language
) -> list[Cell]:
    _put_names(sheet, row, name, language)
    given = contents or [None] * years
    style = "box" if name == "years" else "money"
    cells = [put(sheet, row, _FIRST + place, content, style) for place, content in enumerate(given)]
    last = f"${letters(cells[-1].column)}${cells[-1].row}"
    book.name(f"roi_{name}", cells[0])
    if len(cells) > 1:
        book.names[f"roi_{name}"] += f":{last}"
    return cells


def _put_names(sheet: Sheet, row: int, name: str, language: Language) -> None:
    put(sheet, row, 1, f"roi_{name}", "label")
    put_text(sheet, row, (2, 2), _meaning(name, language), "box")


def _yearly(material: Material, course: Course) -> Mapping[str, Sequence[Content]]:
    """Cash of the plan and of today by year; what is compared is absent where nothing is."""
    years = range(len(material.year_labels))

    def cash(parts: Mapping[str, Sequence[Cell]], counts: Callable[[str], bool] = bool) -> list[Formula]:
        rows = [cells for name, cells in parts.items() if counts(name)]
        return [added([cells[year] for cells in rows]) for year in years]

    found: dict[str, Sequence[Content]] = {
        "years": material.year_labels,
        "capital_by_year": cash(course.plan, lambda name: name in PAID_ONCE),
        "running_by_year": cash(course.plan, lambda name: name not in ONE_OFF),
        "cost_by_year": cash(course.plan),
    }
    if course.today:
        found["today_by_year"] = cash(course.today)
        pairs = zip(cash(course.today), cash(course.plan), strict=True)
        found["saving_by_year"] = [today - plan for today, plan in pairs]
    if course.cumulative:
        found["cash_by_year"] = [course.cumulative[12 * (year + 1)].formula() for year in years]
    return found


def _words(material: Material) -> Mapping[str, str]:
    """What the proposer wrote, and what does not hang on the inputs."""
    language, scenario = material.language, material.decision.scenario
    proposal = scenario.proposal
    count, of = material.placeholders, len(material.assumptions)
    state = "paper.placeholders" if count else "paper.placeholders_none"
    return {
        "title": material.matter,
        "proposer": proposal.proposer or "",
        "department": proposal.department or "",
        "drafted_on": day_words(proposal.drafted_on),
        "wanted_by": day_words(proposal.decision_wanted_by),
        "made_on": day_words(material.made_on),
        "budget_line": proposal.budget_line or "",
        "within_budget": material.within_budget,
        "purpose": proposal.purpose or text(language, "paper.purpose_default"),
        "risks": proposal.risks or "",
        "currency": scenario.currency,
        "placeholders": text(language, state, count=count, total=of),
    }


def _of_the_run(material: Material) -> Mapping[str, str]:
    """What was decided and what may be said of it; with other inputs it may be another."""
    language = material.language
    labels = material.year_labels
    told = {
        "decision": material.asked,
        "schedule": "; ".join(material.schedule),
        "vendor": text(language, "anchor.join").join(_vendors(material)),
        "term": text(language, "anchor.term_value", years=len(labels), first=labels[0], last=labels[-1]),
    }
    for warning, name in ((False, "sentence"), (True, "warning")):
        mine = [each.text for each in material.sentences if each.warning is warning]
        told |= {f"{name}_{place}": sentence for place, sentence in enumerate(mine, 1)}
    for place, risk in enumerate(material.risks, 1):
        told[f"risk_{place}"] = text(
            language, "anchor.risk_value", what=risk.what, effect=risk.effect, measure=risk.measure
        ).strip()
    return told


def _vendors(material: Material) -> list[str]:
    """Who sells what the plan uses; of own servers their name."""
    used = {choice.option.offer.supply for choice in material.decision.choices}
    used |= {row.supply for row in material.decision.fleet if row.units_bought}
    return list(
        dict.fromkeys(
            supply.name if isinstance(supply, Own) else supply.vendor
            for supply in material.decision.scenario.supplies
            if supply.name in used
        )
    )


def _marked(made: Cell, headline: Headline, language: Language) -> Formula:
    """Words of the run, which say so as soon as an input is changed."""
    before, _, behind = text(language, "paper.of_the_run", words="\n").partition("\n")
    told = term(before).joined(made) if before else made.formula()
    return when(headline.changed, told.joined(behind), made)
