"""How sure the plan is, as the report lists it: figures at their ends, break-even values, drawn futures."""

from bisect import bisect_left
from collections.abc import Iterator
from itertools import pairwise

from roi.amounts import coin, unit_words
from roi.options.bars import AnyBar
from roi.output.sensitivity.labels import bar_label, broken_rules, draws_note, figure_label, rule_names
from roi.output.sensitivity.planned import change_words
from roi.planning.answer import PlanDecision
from roi.scenario.effective import effective_figures
from roi.sensitivity.inputs import ranged_inputs
from roi.sensitivity.montecarlo.answer import Simulation, WorkloadRisk
from roi.sensitivity.montecarlo.spread import Spread
from roi.sensitivity.plan_analysis import PlanAnalysis
from roi.sensitivity.plandraws.returns import PlanRisk
from roi.sensitivity.tornado import End, TornadoBar
from roi.texts import Language, catalogue, text
from roi.workbook.report.pages.amounts import rounded
from roi.workbook.report.pages.material import Futures, Moved, Quantity, Turn

BINS = 24
TAIL_FRACTION = 0.005
"""Futures at either end that share a bin with their neighbours: a few far out would flatten all others."""
MONEY_FORMAT = "#,##0;[Red]-#,##0"
PRICE_FORMAT = "#,##0.00;[Red]-#,##0.00"


def moved(analysis: PlanAnalysis, language: Language) -> tuple[Moved, ...]:
    """Every figure that moves the NPV, or the cost of an image without a baseline, at both ends."""
    by_npv = analysis.decision.finance is not None
    return tuple(
        Moved(
            label=figure_label(bar.ranged, language),
            unit=unit_words(bar.ranged.unit, language),
            low=bar.ranged.low,
            value=bar.ranged.value,
            high=bar.ranged.high,
            at_low=_result(bar.low, by_npv=by_npv),
            at_high=_result(bar.high, by_npv=by_npv),
            placeholder=bar.ranged.placeholder,
            remark=_remark(bar, language),
        )
        for bar in analysis.bars
        if bar.npv_swing or bar.cost_swing or not (bar.low.picks and bar.high.picks)
    )


def _result(end: End, *, by_npv: bool) -> float | None:
    return end.npv if by_npv else end.cost_per_accepted_image


def _remark(bar: TornadoBar, language: Language) -> str:
    faults = [
        text(language, key, rules=rules_told(end.fault, language))
        for end, key in ((bar.low, "paper.fault_low"), (bar.high, "paper.fault_high"))
        if not end.picks
    ]
    if faults:
        return " ".join(faults)
    return change_words(bar, language)


def rules_told(fault: str | None, language: Language) -> str:
    """Rules in words; a plan's own rules first."""
    known = catalogue(language)
    rules = [
        text(language, f"plan_rule.{rule}") if f"plan_rule.{rule}" in known else rule
        for rule in broken_rules(fault)
    ]
    return rule_names(rules, language)


def moved_note(analysis: PlanAnalysis, language: Language) -> str:
    """How the ends were found."""
    solved = sum(end.solved for bar in analysis.bars for end in (bar.low, bar.high))
    return text(language, "paper.moved_solved" if solved else "paper.moved_kept", count=solved)


def case_values(analysis: PlanAnalysis) -> dict[str, tuple[float, float]]:
    """Of every figure that moves the kept plan's result, the ends at which it is worst and best, by its place."""
    decision = analysis.decision
    if decision.worth is None:
        return {}
    by_npv = decision.finance is not None
    now = _gain(
        None if decision.finance is None else decision.finance.npv,
        decision.worth.levelised_cost_per_accepted_image,
        by_npv=by_npv,
    )
    found: dict[str, tuple[float, float]] = {}
    for bar in analysis.bars:
        gains = {bar.ranged.value: now}
        for end in (bar.low, bar.high):
            gains.setdefault(
                end.value, _gain(end.fixed_npv, end.fixed_cost_per_accepted_image, by_npv=by_npv)
            )
        known = {value: gain for value, gain in gains.items() if gain is not None}
        ends = min(known, key=known.__getitem__), max(known, key=known.__getitem__)
        if ends[0] != ends[1]:
            found |= dict.fromkeys(bar.ranged.places, ends)
    return found


def _gain(npv: float | None, cost: float | None, *, by_npv: bool) -> float | None:
    """What is better the larger it is [money]."""
    return npv if by_npv else None if cost is None else -cost


def turns(analysis: PlanAnalysis, language: Language) -> tuple[Turn, ...]:
    """Values within their ranges at which the NPV changes its sign."""
    return tuple(
        Turn(
            figure_label(switch.ranged, language),
            unit_words(switch.ranged.unit, language),
            switch.value,
            switch.ranged.value,
            switch.change_fraction,
        )
        for switch in analysis.switches
    )


def futures(analysis: PlanAnalysis, simulation: Simulation | None, language: Language) -> Futures | None:
    """The plan's drawn futures, and how often the choice for a picture stays the best; None without draws."""
    risk = analysis.risk
    if risk is None:
        return None
    currency = analysis.decision.scenario.currency
    drawn = risk.costs if risk.npvs is None else risk.npvs
    name = "paper.futures_cost" if risk.npvs is None else "paper.futures_npv"
    return Futures(
        draws=risk.draws,
        seed=risk.seed,
        inputs=risk.inputs,
        quantities=tuple(_quantities(analysis.decision, risk, language)),
        chances=tuple(_chances(risk, simulation, language)),
        bins=_bins([float(value) for value in drawn.tolist()]),
        binned=text(language, name, currency=coin(currency, language)),
        notes=tuple(_notes(analysis, risk, simulation, language)),
    )


def range_words(analysis: PlanAnalysis, language: Language) -> str:
    """Where the result lies in nine of ten futures, to three digits that count."""
    risk, currency = analysis.risk, analysis.decision.scenario.currency
    weighed = analysis.decision.scenario.finance.risk
    if weighed is not None:
        return text(language, "paper.range_weighed", worlds=weighed.worlds)
    if risk is None:
        ranged = ranged_inputs(analysis.decision.scenario)
        return text(language, "paper.range_none") if ranged else text(language, "sensitivity.no_ranges")
    if risk.npv is not None:
        low, high = (rounded(each, currency, language) for each in (risk.npv.p5, risk.npv.p95))
        return text(
            language, "paper.range_npv", low=low, high=high, draws=risk.draws, share=risk.npv_positive or 0.0
        )
    if risk.cost is None:
        return text(language, "paper.range_none")
    low, high = (rounded(each, currency, language) for each in (risk.cost.p5, risk.cost.p95))
    return text(language, "paper.range_cost", low=low, high=high, draws=risk.draws)


def _quantities(decision: PlanDecision, risk: PlanRisk, language: Language) -> Iterator[Quantity]:
    currency, finance, worth = decision.scenario.currency, decision.finance, decision.worth
    rows = (
        (
            "quantity_npv",
            coin(currency, language),
            MONEY_FORMAT,
            None if finance is None else finance.npv,
            risk.npv,
        ),
        (
            "quantity_payback",
            text(language, "paper.unit_months"),
            "0.0",
            None if finance is None else finance.simple_payback_months,
            risk.payback_months,
        ),
        (
            "quantity_cost",
            text(language, "paper.unit_image", currency=coin(currency, language)),
            PRICE_FORMAT,
            None if worth is None else worth.levelised_cost_per_accepted_image,
            risk.cost,
        ),
    )
    for key, unit, number_format, now, spread in rows:
        if spread is not None:
            yield _quantity(text(language, f"paper.{key}"), unit, number_format, now, spread)


def _quantity(name: str, unit: str, number_format: str, now: float | None, spread: Spread) -> Quantity:
    return Quantity(name, unit, number_format, now, spread.p5, spread.p50, spread.p95, spread.mean)


def _chances(
    risk: PlanRisk, simulation: Simulation | None, language: Language
) -> Iterator[tuple[str, float]]:
    if risk.npv_positive is not None:
        yield text(language, "paper.chance_pays"), risk.npv_positive
    if risk.pays_back is not None:
        yield text(language, "paper.chance_payback"), risk.pays_back
    for each in () if simulation is None else simulation.workloads:
        yield text(language, "paper.chance_best", workload=each.workload), each.stays_best
        yield text(language, "paper.chance_passes", workload=each.workload), each.passes
        for asked, chance in _least_chances(each).items():
            if chance is not None:
                named = bar_label(asked, language)
                yield text(language, "paper.chance_bar", workload=each.workload, bar=named), chance


def _least_chances(risk: WorkloadRisk) -> dict[AnyBar, float | None]:
    """That each bar is met, of the chosen model that is least sure to; None where nobody can say of one."""
    found: dict[AnyBar, float | None] = {}
    for bar in risk.bars:
        both = (found.get(bar.asked, bar.probability), bar.probability)
        known = [each for each in both if each is not None]
        found[bar.asked] = min(known) if len(known) == len(both) else None
    return found


def _bins(values: list[float]) -> tuple[tuple[float, float, int], ...]:
    """Equal steps over all but one in a hundred; the first and the last bin reach to the ends."""
    ranked = sorted(values)
    aside = int(len(ranked) * TAIL_FRACTION)
    low, high = ranked[aside], ranked[-1 - aside]
    if low == high:
        return ((ranked[0], ranked[-1], len(values)),)
    edges = [low + (high - low) * place / BINS for place in range(BINS + 1)]
    edges[0], edges[-1] = ranked[0], ranked[-1]
    places = [bisect_left(ranked, edge) for edge in edges[:-1]] + [len(ranked)]
    counts = [after - before for before, after in pairwise(places)]
    return tuple(zip(edges[:-1], edges[1:], counts, strict=True))


def _notes(
    analysis: PlanAnalysis, risk: PlanRisk, simulation: Simulation | None, language: Language
) -> Iterator[str]:
    figures = effective_figures(analysis.decision.scenario)
    drawn = sum(len(influence.ranged.places) for influence in risk.influences)
    yield text(
        language,
        "sensitivity.note_ranges",
        inputs=risk.inputs,
        shape=text(language, "sensitivity.shape_triangular"),
        certain=len(figures) - drawn,
    )
    yield text(language, "sensitivity.note_seed", seed=risk.seed)
    yield text(language, "paper.note_kept")
    if simulation is not None and simulation.draws < risk.draws:
        yield text(language, "paper.note_choice", draws=simulation.draws)
    for each in () if simulation is None else simulation.workloads:
        for asked, chance in _least_chances(each).items():
            if chance is None:
                yield text(language, "paper.note_bar", workload=each.workload, bar=bar_label(asked, language))
    note = None if simulation is None else draws_note(simulation, language)
    if note is not None:
        yield note
    moving = ", ".join(
        f"{figure_label(each.ranged, language)} {each.rank_correlation:+.2f}" for each in risk.influences[:4]
    )
    yield text(language, "paper.note_moves", figures=moving)
