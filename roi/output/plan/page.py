"""The plan on the screen: the decision and its figures first, what is behind them below."""

from roi.output.page.around import api_rows
from roi.output.page.conflict import conflict_rows
from roi.output.page.ending import assumption_lines, left_out_rows
from roi.output.plan.ending import doubt_line, proof_rows, term_rows
from roi.output.plan.headline import headline_rows
from roi.output.plan.tables import alternative_parts, carbon_parts, lever_parts, money_parts
from roi.output.plan.what import fleet_rows, work_rows
from roi.output.sentences import sentences
from roi.paper import Heading, Paper, Part, bullets
from roi.planning.answer import PlanDecision
from roi.texts import Language, text


def plan_page(decision: PlanDecision, language: Language) -> Paper:
    """Decision, money, carbon, levers, near-equals, APIs, what was left out, terms, sentences, proof."""
    ledger, worth = decision.ledger, decision.worth
    if ledger is None or worth is None:
        return (
            *conflict_rows(decision, language),
            *_apis(decision, language),
            *left_out_rows(decision, language),
        )
    return (
        *headline_rows(decision, ledger, worth, language),
        *fleet_rows(decision, ledger, language),
        doubt_line(decision, language),
        *work_rows(decision, language),
        *money_parts(decision, ledger, worth, language),
        *carbon_parts(decision, ledger, language),
        *lever_parts(decision, language),
        *alternative_parts(decision, language),
        *_apis(decision, language),
        *left_out_rows(decision, language),
        *_sentences(decision, language),
        *term_rows(decision, ledger, language),
        *assumption_lines(decision, language),
        *proof_rows(decision, language),
    )


def _apis(decision: PlanDecision, language: Language) -> list[Part]:
    rows: list[Part] = []
    for workload, quotes in decision.apis.items():
        if len(decision.apis) > 1 and quotes:
            rows.append(Heading(workload, small=True))
        rows += api_rows(decision, quotes, language)
    return rows


def _sentences(decision: PlanDecision, language: Language) -> list[Part]:
    """What may be said in the meeting; warnings among it are marked."""
    said = sentences(decision, language)
    return [Heading(text(language, "plan.sentences")), bullets(said)] if said else []
