"""The answer on the screen: a page a person reads in ten seconds, the proof and the assumptions below it."""

from collections.abc import Sequence

from roi.amounts import quantity
from roi.decision.answer import Choice, Decision
from roi.output.not_counted import not_counted_line
from roi.output.page.answer import answer_rows, workload_total
from roi.output.page.around import api_rows, change_lines, near_rows, tie_lines
from roi.output.page.conflict import conflict_rows
from roi.output.page.ending import assumption_lines, left_out_rows, proof
from roi.paper import Paper, Part, Sentence
from roi.scenario.workload import Workload
from roi.texts import Language, text


def decision_page(decision: Decision, language: Language) -> Paper:
    """Title, answer, near-equals, APIs, what was left out, what would change it, assumptions, proof."""
    if decision.status == "infeasible":
        return (*conflict_rows(decision, language), *left_out_rows(decision, language))
    parts: list[Part] = []
    for workload in decision.scenario.workloads:
        chosen = decision.serving(workload.name)
        parts += _workload_parts(decision, workload, chosen, language)
    line = not_counted_line(decision.scenario, language)
    return (
        *parts,
        *([Sentence(f"\n{line}")] if line else []),
        *left_out_rows(decision, language),
        *assumption_lines(decision, language),
        *proof(decision, language),
    )


def _workload_parts(
    decision: Decision, workload: Workload, chosen: Sequence[Choice], language: Language
) -> list[Part]:
    near = decision.alternatives.get(workload.name, ())
    return [
        Sentence(_title(decision, workload, chosen, language), tone="strong"),
        *_answers(decision, workload, chosen, language),
        *tie_lines(chosen[0], near, language),
        *near_rows(decision, near, language),
        *api_rows(decision, decision.apis.get(workload.name, ()), language),
        *change_lines(decision, workload, chosen[0], near, language),
    ]


def _share_words(choice: Choice, language: Language) -> str:
    key = "page.mix_share" if choice.share_fraction >= 0.0005 else "page.mix_share_small"
    return text(language, key, share=choice.share_fraction)


def _title(decision: Decision, workload: Workload, chosen: Sequence[Choice], language: Language) -> str:
    """How many pictures are asked for; with growth or drawn futures also the mean, whose amounts are told."""
    asked = {"workload": workload.name, "images": quantity(workload.images_per_month.value)}
    risk, growth = decision.scenario.finance.risk, workload.growth_per_year
    if risk is None and (growth is None or not growth.value):
        return text(language, "page.title", **asked)
    mean = quantity(sum(choice.accepted_images_per_month for choice in chosen))
    years = decision.scenario.finance.horizon_years.value
    if risk is not None:
        return text(language, "page.title_drawn", **asked, mean=mean, years=years, worlds=risk.worlds)
    return text(language, "page.title_grows", **asked, mean=mean, years=years)


def _answers(
    decision: Decision, workload: Workload, chosen: Sequence[Choice], language: Language
) -> list[Part]:
    """The rows of the choice; of a mix the total first, then each part under its share."""
    if len(chosen) == 1:
        return [answer_rows(decision, workload, chosen[0], language)]
    total = workload_total(decision, chosen, language)
    parts: list[Part] = [Sentence(text(language, "page.mix", count=len(chosen), total=total))]
    for choice in chosen:
        parts.append(Sentence("\n" + _share_words(choice, language), tone="strong"))
        parts.append(answer_rows(decision, workload, choice, language))
    return parts
