"""A report as a file: workbook, PDF of it, or one page of Markdown for a chat or a wiki."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from roi.amounts import bare_price, money, quantity
from roi.output.markdown import markdown
from roi.output.plan.headline import decision_sentence, figure_rows
from roi.paper import Heading, Named, Paper, Part, Sentence, bullets, table
from roi.texts import Language, text
from roi.units import GRAMS_PER_KG
from roi.workbook.report.pages.material import Material, OptionLine, Risk

if TYPE_CHECKING:
    from roi.workbook.company import Filled

Format = Literal["xlsx", "pdf", "md"]
FORMATS: dict[str, Format] = {"xlsx": "xlsx", "pdf": "pdf", "md": "md"}


@dataclass(frozen=True, slots=True)
class ReportFile:
    """A finished report."""

    content: bytes
    filled: "Filled | None" = None
    """What was done with a company's template, where there is one."""


def report_file(material: Material, kind: Format, template: Path | None = None) -> ReportFile:
    """The finished file.

    Parameters
    ----------
    template
        A company's workbook to fill; not for Markdown.

    Raises
    ------
    RoiError
        When the workbook of this plan cannot be live, the template cannot be used, or LibreOffice is missing or
        fails where a PDF is wanted.
    """
    if kind == "md":
        return ReportFile(report_markdown(material).encode("utf-8"))
    from roi.workbook.report.live.calculate import calculation
    from roi.workbook.report.make import report_bytes

    live = calculation(material)
    workbook = report_bytes(material, live, fields=template is not None, printed=kind == "pdf")
    found = ReportFile(workbook)
    if template is not None:
        found = _filled(workbook, template)
    if kind == "pdf":
        from roi.workbook.convert import pdf_of

        return replace(found, content=pdf_of(found.content))
    return found


def _filled(workbook: bytes, template: Path) -> ReportFile:
    from roi.errors import RoiError
    from roi.workbook.company import fill_template
    from roi.workbook.inputs.safety import file_bytes

    found = fill_template(workbook, file_bytes(template, RoiError), str(template))
    return ReportFile(found.file, found)


def tried_template(template: Path, years: int, language: Language) -> "Filled":
    """What would be done with a company's template, without a report.

    Raises
    ------
    RoiError
        With every reason for which the template cannot be used.
    """
    from roi.errors import RoiError
    from roi.resources import template_path
    from roi.workbook.company import tried
    from roi.workbook.inputs.safety import file_bytes
    from roi.workbook.report.pages.fields import sample_book
    from roi.workbook.write import book_bytes

    sample = book_bytes(sample_book(language, years), template_path("report.xlsx"))
    return tried(sample, file_bytes(template, RoiError), str(template))


def names_paper(language: Language) -> Paper:
    """Every name for which a company's template may ask."""
    from roi.workbook.report.pages.fields import meanings

    rows = table(*(text(language, f"anchor.{name}") for name in ("name", "kind", "meaning")), words=3)
    for each in meanings(language):
        rows.add(each.name, each.kind, each.meaning)
    return Sentence(text(language, "anchor.note")), rows


RISKS_SHOWN = 3
OPTIONS_SHOWN = 5


def report_markdown(material: Material) -> str:
    """Matter, decision, figures, options, risks, sentences and proof."""
    language = material.language
    title = f"{text(language, 'paper.document')}: {material.matter}"
    return markdown(title, report_paper(material), text(language, "paper.speaks_against"))


def report_paper(material: Material) -> Iterator[Part]:
    """What the report says on one page."""
    language, decision = material.language, material.decision
    if decision.ledger is None or decision.worth is None:
        raise ValueError("a report needs a plan")
    yield Sentence(decision_sentence(decision, decision.ledger, decision.worth, language), "strong")
    figures = Named()
    for name, value in figure_rows(decision, decision.ledger, decision.worth, language):
        figures.add(name, value)
    yield figures
    yield Heading(text(language, "paper.sheet_options"))
    yield from _options(material)
    yield Heading(text(language, "paper.risks_top", count=RISKS_SHOWN))
    yield bullets(_risk(risk, language) for risk in material.risks[:RISKS_SHOWN])
    yield Heading(text(language, "paper.sentences"))
    yield bullets(material.sentences)
    yield Heading(text(language, "page.solver"))
    made = (text(language, "paper.log_made"), material.made_on.isoformat())
    yield bullets([*(f"{name}: {value}" for name, value in (*material.log, made)), *material.terms])


def _risk(risk: Risk, language: Language) -> str:
    key = "paper.risk_line" if risk.measure else "paper.risk_line_alone"
    return text(language, key, what=risk.what, effect=risk.effect, measure=risk.measure)


def _options(material: Material) -> Iterator[Part]:
    """The choice and the cheapest of each other model and supply."""
    language, currency = material.language, material.decision.scenario.currency
    names = ("option_option", "option_supply", "option_state", "option_alone", "option_carbon")
    rows = table(*(text(language, f"paper.{name}", currency=material.coin) for name in names), words=3)
    workloads = [each.name for each in material.decision.scenario.workloads]
    for workload in workloads:
        mine = [line for line in material.options if line.option.workload == workload]
        nearest = {(line.option.offer.model_id, line.option.offer.supply): line for line in reversed(mine)}
        for line in [line for line in mine if line in nearest.values()][:OPTIONS_SHOWN]:
            rows.add(*_option_row(line, material, f"{workload}: " if len(workloads) > 1 else ""))
    yield rows
    yield bullets(
        f"{other.label}: {other.made_by}, {money(other.tco, currency, language)} ({other.extra})"
        for other in material.others
    )


def _option_row(line: OptionLine, material: Material, of: str) -> tuple[str, ...]:
    option = line.option
    carbon = option.carbon_kg_co2e_per_accepted_image
    undisclosed = text(material.language, "plan.undisclosed")
    return (
        f"{of}{line.label}",
        option.offer.supply,
        line.why,
        text(material.language, "paper.none")
        if line.alone is None
        else bare_price(line.alone, material.decision.scenario.currency),
        undisclosed if carbon is None else quantity(carbon * GRAMS_PER_KG),
    )
