"""What was left out, what the answer rests on, and its proof."""

from collections import Counter
from collections.abc import Iterator

from roi.amounts import with_unit
from roi.decision.answer import Decision
from roi.output.failures import failure_name
from roi.output.verification import proof_tone, review_line, verified_words
from roi.paper import Heading, Part, Sentence, table
from roi.planning.answer import PlanDecision
from roi.scenario.effective import effective_figures
from roi.scenario.supply import Api
from roi.texts import Language, bundled, text


def left_out_rows(decision: Decision | PlanDecision, language: Language) -> list[Part]:
    """How many options were left out, by reason."""
    if not decision.rejected:
        return []
    counted: Counter[str] = Counter(
        failure_name(rejection.first, language) for rejection in decision.rejected
    )
    rows = table(*(text(language, f"page.{key}") for key in ("left_out_reason", "left_out_count")))
    for reason, count in sorted(counted.items(), key=lambda item: (-item[1], item[0])):
        rows.add(reason, str(count))
    return [Heading(text(language, "page.left_out")), rows]


def assumption_lines(decision: Decision | PlanDecision, language: Language) -> list[Part]:
    """The placeholders, those that the same paper replaces on one line, and where all figures are listed."""
    listed = effective_figures(decision.scenario)
    replace: dict[str, list[str]] = {}
    for place, figure, unit in listed:
        if figure.placeholder:
            where = bundled(language, figure.replace_with or figure.source)
            replace.setdefault(where, []).append(
                f"{place} {with_unit(f'{figure.value:,.10g}', unit, language)}"
            )
    count = sum(len(places) for places in replace.values())
    waiting = [Sentence(line, "note") for line in _measured_waiting(decision, language)]
    rows = table(*[""] * 3, words=3)
    for where, places in replace.items():
        real = text(language, "page.placeholder_get", where=where)
        rows.add(Sentence("!", "warning"), "\n".join(places), real)
    if not count:
        none = text(language, "page.placeholders_none", total=len(listed))
        return [Heading(text(language, "page.assumptions")), Sentence(none), *waiting]
    summary = text(language, "page.placeholders", count=count, total=len(listed))
    more = text(language, "page.more_assumptions", total=len(listed))
    return [Heading(text(language, "page.assumptions")), Sentence(summary), rows, Sentence(more), *waiting]


def _measured_waiting(decision: Decision | PlanDecision, language: Language) -> Iterator[str]:
    """Power of a waiting board of each supply in use for which the scenario states none and profiles do."""
    known = decision.idle_power_w if isinstance(decision, PlanDecision) else decision.present.idle_power_w
    used = {choice.option.offer.supply for choice in decision.choices}
    for supply in decision.scenario.supplies:
        unstated = not isinstance(supply, Api) and supply.idle_power_w_per_gpu is None
        power_w = known.get(supply.name) if unstated and supply.name in used else None
        if power_w is not None:
            yield text(language, "page.measured_waiting", supply=supply.name, watts=power_w)


def proof(decision: Decision, language: Language) -> list[Part]:
    """How the programme was solved and whether the recomputation agrees."""
    report = decision.solver
    if report is None:
        return []
    value = text(
        language,
        "page.solver_value",
        name=report.name,
        version=report.version,
        status=text(language, f"page.status_{report.status}"),
        gap=report.gap,
        kept=report.candidates_after_pruning,
        total=report.candidates,
        verified=verified_words(language, decision),
    )
    again = review_line(decision.verification, language)
    told = [Sentence(line, proof_tone(decision)) for line in (value, again) if line]
    return [Heading(text(language, "page.solver")), *told]
