"""A report as a file: workbook, PDF of it, or one page of Markdown for a chat or a wiki."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

from roi.amounts import bare_price, coin, money, quantity
from roi.output.plan.headline import decision_sentence, figure_rows
from roi.texts import text
from roi.units import GRAMS_PER_KG
from roi.workbook.report.pages.material import Material, OptionLine

Format = Literal["xlsx", "pdf", "md"]
FORMATS: dict[str, Format] = {"xlsx": "xlsx", "pdf": "pdf", "md": "md"}


def report_file(material: Material, kind: Format, template: Path | None = None) -> bytes:
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
        return report_markdown(material).encode("utf-8")
    from roi.workbook.report.live.calculate import calculation
    from roi.workbook.report.make import report_bytes

    workbook = report_bytes(material, calculation(material))
    if template is not None:
        workbook = _filled(workbook, template)
    if kind == "pdf":
        from roi.workbook.convert import pdf_of

        return pdf_of(workbook)
    return workbook


def _filled(workbook: bytes, template: Path) -> bytes:
    from roi.errors import RoiError
    from roi.workbook.company import fill_template
    from roi.workbook.inputs.safety import file_bytes

    return fill_template(workbook, file_bytes(template, RoiError), str(template))


RISKS_SHOWN = 3
OPTIONS_SHOWN = 5
_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~!$])")


def report_markdown(material: Material) -> str:
    """Matter, decision, figures, options, risks, sentences and proof."""
    return "\n".join(_lines(material)) + "\n"


def _lines(material: Material) -> Iterator[str]:
    language, decision = material.language, material.decision
    if decision.ledger is None or decision.worth is None:
        raise ValueError("a report needs a plan")
    yield f"# {text(language, 'paper.document')}: {plain(material.matter)}"
    yield ""
    yield f"**{plain(decision_sentence(decision, decision.ledger, decision.worth, language))}**"
    yield from _table(("", ""), figure_rows(decision, decision.ledger, decision.worth, language))
    yield from _heading(text(language, "paper.sheet_options"))
    yield from _options(material)
    yield from _heading(text(language, "paper.risks_top", count=RISKS_SHOWN))
    yield from (
        f"- {plain(risk.what)}: {plain(risk.effect)}. {plain(risk.measure)}"
        for risk in material.risks[:RISKS_SHOWN]
    )
    yield from _heading(text(language, "paper.sentences"))
    for sentence in material.sentences:
        mark = f"**{plain(text(language, 'paper.speaks_against'))}** " if sentence.warning else ""
        yield f"- {mark}{plain(sentence.text)}"
    yield from _heading(text(language, "page.solver"))
    yield from (f"- {plain(name)}: {plain(value)}" for name, value in material.log)
    yield f"- {plain(text(language, 'paper.log_made'))}: {material.made_on.isoformat()}"
    yield from (f"- {plain(term)}" for term in material.terms)


def _heading(title: str) -> tuple[str, ...]:
    return ("", f"## {plain(title)}", "")


def _options(material: Material) -> Iterator[str]:
    """The choice and the cheapest of each other model and supply."""
    language, currency = material.language, material.decision.scenario.currency
    names = ("option_option", "option_supply", "option_state", "option_alone", "option_carbon")
    heads = [text(language, f"paper.{name}", currency=coin(currency, language)) for name in names]
    nearest = {
        (line.option.offer.model_id, line.option.offer.supply): line for line in reversed(material.options)
    }
    listed = [line for line in material.options if line in nearest.values()][:OPTIONS_SHOWN]
    yield from _table(heads, [_option_row(line, material) for line in listed])
    for other in material.others:
        amount = f"{money(other.tco, currency, language)} ({other.extra})"
        yield f"- {plain(other.label)}: {plain(other.made_by)}, {amount}"


def _option_row(line: OptionLine, material: Material) -> tuple[str, ...]:
    option = line.option
    carbon = option.carbon_kg_co2e_per_accepted_image
    undisclosed = text(material.language, "plan.undisclosed")
    return (
        line.label,
        option.offer.supply,
        line.why,
        text(material.language, "paper.none")
        if line.alone is None
        else bare_price(line.alone, material.decision.scenario.currency),
        undisclosed if carbon is None else quantity(carbon * GRAMS_PER_KG),
    )


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield ""
    yield f"| {' | '.join(plain(head) for head in heads)} |"
    yield f"|{'---|' * len(heads)}"
    yield from (f"| {' | '.join(plain(cell) for cell in row)} |" for row in rows)
    yield ""


def plain(words: str) -> str:
    """Words on one line that Markdown shows as they are."""
    return _MARKUP.sub(r"\\\1", " ".join(words.split()))
