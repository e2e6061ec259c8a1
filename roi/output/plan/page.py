"""The plan on the screen: the decision and its figures first, what is behind them below."""

from rich.console import Group, RenderableType
from rich.text import Text

from roi.output.layout import bullets, heading
from roi.output.page.around import api_rows
from roi.output.page.conflict import conflict_rows
from roi.output.page.ending import left_out_rows
from roi.output.plan.amounts import carbon_rows, money_rows
from roi.output.plan.compared import alternative_rows, lever_rows
from roi.output.plan.ending import assumption_rows, doubt_line, proof_rows, term_rows
from roi.output.plan.headline import headline_rows
from roi.output.plan.what import fleet_rows, work_rows
from roi.output.sentences import sentences
from roi.planning.answer import PlanDecision
from roi.texts import Language, text


def plan_page(decision: PlanDecision, language: Language) -> RenderableType:
    """Decision, money, carbon, levers, near-equals, APIs, what was left out, terms, sentences, proof."""
    ledger, worth = decision.ledger, decision.worth
    if ledger is None or worth is None:
        return Group(
            *conflict_rows(decision, language), *_apis(decision, language), *left_out_rows(decision, language)
        )
    return Group(
        *headline_rows(decision, ledger, worth, language),
        *fleet_rows(decision, ledger, language),
        doubt_line(decision, language),
        *work_rows(decision, language),
        *money_rows(decision, ledger, worth, language),
        *carbon_rows(decision, ledger, language),
        *lever_rows(decision, language),
        *alternative_rows(decision, language),
        *_apis(decision, language),
        *left_out_rows(decision, language),
        *_sentences(decision, language),
        *term_rows(decision, ledger, language),
        *assumption_rows(decision, language),
        *proof_rows(decision, language),
    )


def _apis(decision: PlanDecision, language: Language) -> list[RenderableType]:
    rows: list[RenderableType] = []
    for workload, quotes in decision.apis.items():
        if len(decision.apis) > 1 and quotes:
            rows.append(Text(f"\n{workload}", style="dim"))
        rows += api_rows(decision, quotes, language)
    return rows


def _sentences(decision: PlanDecision, language: Language) -> list[RenderableType]:
    """What may be said in the meeting; warnings among it are marked."""
    lines = [
        ("!", sentence.text, "yellow") if sentence.warning else ("-", sentence.text, "")
        for sentence in sentences(decision, language)
    ]
    return [heading(text(language, "plan.sentences")), bullets(lines)] if lines else []
