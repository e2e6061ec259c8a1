"""All figures at once: how often the choice stays the best, what else wins, what cost moves with."""

from collections.abc import Iterator

from roi.amounts import extra
from roi.decision.near import NEAR_FRACTION
from roi.output.figures import offer_label
from roi.output.sensitivity.labels import Names, draws_note, figure_label
from roi.paper import Heading, Part, Sentence, bullets, table
from roi.scenario.effective import effective_figures
from roi.sensitivity.analysis import Analysis
from roi.sensitivity.montecarlo.answer import Simulation, WorkloadRisk
from roi.texts import Language, text

WINS_SHOWN = 5
INFLUENCES_SHOWN = 4
CORRELATION_MIN = 0.05
"""Weaker ones are hardly told from chance."""


def future_rows(analysis: Analysis, simulation: Simulation, language: Language) -> list[Part]:
    """Per workload who is the best how often; then what the cost moves with."""
    names, parts = Names(analysis.decision), []
    for risk in simulation.workloads:
        parts += _workload(analysis, simulation, risk, names, language)
    moving = [each for each in simulation.influences if abs(each.rank_correlation) >= CORRELATION_MIN]
    if moving:
        figures = ", ".join(
            f"{figure_label(each.ranged, language)} {each.rank_correlation:+.2f}"
            for each in moving[:INFLUENCES_SHOWN]
        )
        parts.append(Sentence(text(language, "sensitivity.together", figures=figures)))
    return parts


def _workload(
    analysis: Analysis, simulation: Simulation, risk: WorkloadRisk, names: Names, language: Language
) -> list[Part]:
    several = len(simulation.workloads) > 1
    title = text(
        language,
        "sensitivity.futures_of" if several else "sensitivity.futures",
        workload=risk.workload,
        draws=simulation.draws,
        inputs=simulation.inputs,
    )
    together = len(analysis.decision.serving(risk.workload)) > 1
    best = text(language, "sensitivity.best_single" if together else "sensitivity.best_option")
    rows = table(best, text(language, "sensitivity.best_share"))
    for win in risk.wins[:WINS_SHOWN]:
        rows.add(names.label(win.id, win.supply), f"{win.fraction:.1%}")
    if risk.unanswered:
        rows.add(Sentence(text(language, "sensitivity.nothing"), tone="bad"), f"{risk.unanswered:.1%}")
    passes = text(language, "sensitivity.passes", share=risk.passes, as_set=risk.passes_as_set)
    return [Heading(title), rows, Sentence(passes), *_near(analysis, risk, language)]


def _near(analysis: Analysis, risk: WorkloadRisk, language: Language) -> Iterator[Part]:
    """Options that are within 2 % as things stand."""
    near = [
        f"{offer_label(each.option.offer)} {extra(each.extra_cost_fraction)}"
        for each in analysis.decision.alternatives.get(risk.workload, ())
        if each.extra_cost_fraction is not None and each.extra_cost_fraction <= NEAR_FRACTION
    ]
    if near:
        options = "; ".join(near)
        yield Sentence(text(language, "sensitivity.near", fraction=NEAR_FRACTION, options=options))


def note_rows(analysis: Analysis, simulation: Simulation, language: Language) -> list[Part]:
    """What was drawn and how, what was not, and where the draws decide less than a decision does."""
    lines = note_lines(analysis, simulation, language)
    return [Heading(text(language, "sensitivity.notes")), bullets(lines)]


def note_lines(analysis: Analysis, simulation: Simulation, language: Language) -> Iterator[str]:
    """The same as lines."""
    drawn = sum(len(each.ranged.places) for each in simulation.influences)
    yield text(
        language,
        "sensitivity.note_ranges",
        inputs=simulation.inputs,
        shape=text(language, f"sensitivity.shape_{simulation.shape}"),
        certain=len(effective_figures(analysis.decision.scenario)) - drawn,
    )
    note = draws_note(simulation, language)
    if note is not None:
        yield note
    yield text(language, "sensitivity.note_seed", seed=simulation.seed)
