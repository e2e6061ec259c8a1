"""The answer on the screen: a page a person reads in ten seconds, the proof and the assumptions below it."""

from rich.console import Group, RenderableType
from rich.text import Text

from roi.decision.answer import Choice, Decision
from roi.output.page.answer import answer_rows
from roi.output.page.around import api_rows, change_lines, near_rows
from roi.output.page.conflict import conflict_rows
from roi.output.page.ending import assumption_lines, left_out_rows, proof
from roi.scenario.workload import Workload
from roi.texts import Language, text


def decision_page(decision: Decision, language: Language) -> RenderableType:
    """Title, answer, near-equals, APIs, what was left out, what would change it, assumptions, proof."""
    if decision.status == "infeasible":
        return Group(*conflict_rows(decision, language), *left_out_rows(decision, language))
    parts: list[RenderableType] = []
    for choice in decision.choices:
        workload = decision.scenario.workload(choice.option.workload)
        if workload is not None:
            parts += _choice_parts(decision, workload, choice, language)
    return Group(
        *parts,
        *left_out_rows(decision, language),
        *assumption_lines(decision, language),
        proof(decision, language),
    )


def _choice_parts(
    decision: Decision, workload: Workload, choice: Choice, language: Language
) -> list[RenderableType]:
    near = decision.alternatives.get(workload.name, ())
    title = text(language, "page.title", workload=workload.name, images=workload.images_per_month.value)
    return [
        Text(title, style="bold"),
        answer_rows(decision, workload, choice, language),
        *near_rows(decision, choice, near, language),
        *api_rows(decision, decision.apis.get(workload.name, ()), language),
        *change_lines(choice, near, language),
    ]
