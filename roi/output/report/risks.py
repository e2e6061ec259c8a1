"""What may go wrong with the plan: from its own figures, and in the proposer's words."""

from collections.abc import Iterator

from roi.amounts import extra, money, unit_price
from roi.output.report.sureness import rules_told
from roi.output.sensitivity.labels import figure_label, value_label
from roi.planning.answer import PlanDecision
from roi.scenario.effective import effective_figures, placeholders_of
from roi.sensitivity.plan_analysis import PlanAnalysis
from roi.sensitivity.tornado import End, TornadoBar
from roi.texts import Language, text
from roi.workbook.report.pages.material import Risk

FIGURES_TOLD = 4
"""Figures whose ends are told as risks."""


def risks(analysis: PlanAnalysis, language: Language) -> tuple[Risk, ...]:
    """Figures that turn out badly, the worst first, and placeholders, dependence on one supply, thin evidence."""
    decision = analysis.decision
    figures = list(_figures(analysis, language))
    return (
        *figures[:1],
        *_placeholders(decision, language),
        *figures[1:2],
        *_proposers(decision, language),
        *_dependence(decision, language),
        *_evidence(decision, language),
        *figures[2:],
    )


def _figures(analysis: PlanAnalysis, language: Language) -> Iterator[Risk]:
    """Figures whose worse end leaves no answer, breaks a rule, or costs most."""
    decision = analysis.decision
    found = [(worse, bar) for bar in analysis.bars if (worse := _worse(decision, bar)) is not None]
    found.sort(key=lambda each: _gravity(decision, each[0]))
    for worse, bar in found[:FIGURES_TOLD]:
        what = text(
            language,
            "paper.risk_figure",
            figure=figure_label(bar.ranged, language),
            value=value_label(bar.ranged, worse.value, language),
            now=value_label(bar.ranged, bar.ranged.value, language),
        )
        yield Risk(what, _effect(decision, worse, language), _measure(decision, bar, language))


def _gravity(decision: PlanDecision, end: End) -> tuple[bool, bool, float]:
    """Lower is graver."""
    return bool(end.picks), not end.fixed_breaks or end.solved, _gain(decision, end)


def _worse(decision: PlanDecision, bar: TornadoBar) -> End | None:
    """The end that is worse than the present; None where neither is."""
    ends = [end for end in (bar.low, bar.high) if end.value != bar.ranged.value]
    unanswered = next((end for end in ends if not end.picks), None)
    if unanswered is not None:
        return unanswered
    worst = min(ends, key=lambda end: _gain(decision, end), default=None)
    return None if worst is None or _gain(decision, worst) >= _gain_now(decision) else worst


def _gain(decision: PlanDecision, end: End) -> float:
    """NPV, or the cost of an image below zero where there is none [money]."""
    if decision.finance is not None and end.npv is not None:
        return end.npv
    return -(end.cost_per_accepted_image or 0.0)


def _gain_now(decision: PlanDecision) -> float:
    if decision.finance is not None:
        return decision.finance.npv
    return 0.0 if decision.worth is None else -decision.worth.levelised_cost_per_accepted_image


def _effect(decision: PlanDecision, end: End, language: Language) -> str:
    currency = decision.scenario.currency
    if not end.picks:
        return text(language, "paper.risk_no_answer")
    if end.fixed_breaks and not end.solved:
        return text(language, "paper.risk_breaks", rules=rules_told(", ".join(end.fixed_breaks), language))
    if decision.finance is not None and end.npv is not None:
        npv, now = money(end.npv, currency, language), money(decision.finance.npv, currency, language)
        key = "paper.risk_npv_today" if _cheaper(decision, end) else "paper.risk_npv"
        return text(language, key, npv=npv, now=now)
    return text(
        language, "paper.risk_cost", cost=unit_price(end.cost_per_accepted_image or 0.0, currency, language)
    )


def _cheaper(decision: PlanDecision, end: End) -> bool:
    """Whether the plan's own picture costs less there: what is worse is then that today's way gains more."""
    now, then = decision.worth, end.cost_per_accepted_image
    return now is not None and then is not None and then < now.levelised_cost_per_accepted_image


def _measure(decision: PlanDecision, bar: TornadoBar, language: Language) -> str:
    """Where the real figure is to be had for a placeholder, else that it is watched."""
    for place, figure, _ in effective_figures(decision.scenario):
        if place == bar.ranged.place and figure.placeholder and figure.replace_with:
            return text(language, "paper.measure_replace")
    return text(language, "paper.measure_watch")


def _placeholders(decision: PlanDecision, language: Language) -> Iterator[Risk]:
    count, total = placeholders_of(decision.scenario)
    if count:
        yield Risk(
            text(language, "paper.risk_placeholders", count=count, total=total),
            text(language, "paper.risk_placeholders_effect"),
            text(language, "paper.risk_placeholders_measure"),
        )


def _proposers(decision: PlanDecision, language: Language) -> Iterator[Risk]:
    told = decision.scenario.proposal.risks
    if told is not None:
        yield Risk(told, text(language, "paper.risk_told"), "")


def _dependence(decision: PlanDecision, language: Language) -> Iterator[Risk]:
    """A supply that makes everything."""
    supplies = {choice.option.offer.supply for choice in decision.choices}
    if len(supplies) != 1:
        return
    (supply,) = supplies
    other = next((each for each in decision.alternatives if each.differs_by == "supply"), None)
    key = "paper.risk_supply_only" if other is None else "paper.risk_supply_other"
    more = "" if other is None else extra(other.extra_cost_fraction)
    yield Risk(
        text(language, "paper.risk_supply", supply=supply),
        text(language, key, extra=more),
        text(language, "paper.risk_supply_measure"),
    )


def _evidence(decision: PlanDecision, language: Language) -> Iterator[Risk]:
    """Joules or quality that were not measured at these very settings."""
    for offer in {choice.option.offer.id: choice.option.offer for choice in decision.choices}.values():
        if offer.quality is not None and offer.quality.match != "exact":
            yield Risk(
                text(language, "paper.risk_quality", model=offer.model_name),
                text(language, f"match.{offer.quality.match}"),
                text(language, "paper.risk_quality_measure"),
            )
