"""How sure a plan of years is: its returns over the futures, what moves them, where they turn."""

from collections.abc import Iterator, Sequence

from roi.amounts import Unit, money, money_unit, unit_price
from roi.output.sensitivity.labels import figure_label, range_label, value_label
from roi.paper import Column, Heading, Kind, Named, Part, Sentence, Table, bullets
from roi.sensitivity.plan_analysis import SOLVED_MOST, PlanAnalysis
from roi.sensitivity.plandraws.returns import PlanRisk
from roi.sensitivity.tornado import End, TornadoBar
from roi.texts import Language, text

SHOWN = 10


def plan_rows(analysis: PlanAnalysis, language: Language) -> list[Part]:
    """Returns, the figures that move them, break-even values; nothing without a plan."""
    decision = analysis.decision
    if decision.worth is None:
        return []
    years = int(decision.scenario.finance.horizon_years.value)
    rows = Named()
    risk = analysis.risk
    for name, value in [] if risk is None else _returns(analysis, risk, language):
        rows.add(name, value)
    parts: list[Part] = [Heading(text(language, "sensitivity.plan", years=years)), rows]
    bars = [bar for bar in analysis.bars if bar.npv_swing or not (bar.low.picks and bar.high.picks)]
    if decision.finance is not None and bars:
        unit = money_unit(_npvs(bars), decision.scenario.currency, language)
        parts += [Sentence(""), _table(bars[:SHOWN], unit, language), _unit_line(unit, language)]
    return [*parts, bullets(_lines(analysis, language))]


def _returns(analysis: PlanAnalysis, risk: PlanRisk, language: Language) -> Iterator[tuple[str, str]]:
    decision = analysis.decision
    currency = decision.scenario.currency
    if risk.npv is not None and decision.finance is not None:
        amounts = {
            "now": decision.finance.npv,
            "low": risk.npv.p5,
            "high": risk.npv.p95,
            "median": risk.npv.p50,
            "mean": risk.npv.mean,
            "error": risk.npv.standard_error,
        }
        shown = {name: money(amount, currency, language) for name, amount in amounts.items()}
        yield text(language, "sensitivity.plan_npv"), text(language, "sensitivity.plan_npv_value", **shown)
        yield (
            text(language, "sensitivity.plan_pays"),
            text(language, "sensitivity.plan_pays_value", share=risk.npv_positive, draws=risk.draws),
        )
        yield text(language, "sensitivity.plan_payback"), _payback(risk, language)
    if risk.cost is not None and decision.worth is not None:
        now = decision.worth.levelised_cost_per_accepted_image
        costs = {"now": now, "low": risk.cost.p5, "high": risk.cost.p95, "median": risk.cost.p50}
        prices = {name: unit_price(cost, currency, language) for name, cost in costs.items()}
        yield text(language, "sensitivity.plan_cost"), text(language, "sensitivity.plan_cost_value", **prices)


def _payback(risk: PlanRisk, language: Language) -> str:
    months = risk.payback_months
    if months is None:
        return text(language, "sensitivity.plan_payback_never", share=risk.pays_back)
    return text(
        language,
        "sensitivity.plan_payback_value",
        low=months.p5,
        high=months.p95,
        median=months.p50,
        share=risk.pays_back,
    )


def _npvs(bars: Sequence[TornadoBar]) -> list[float]:
    return [end.npv for bar in bars for end in (bar.low, bar.high) if end.npv is not None]


def _table(bars: Sequence[TornadoBar], unit: Unit, language: Language) -> Table:
    names = ("figure", "range", "plan_at_low", "plan_at_high", "plan_change")
    kinds: tuple[Kind, ...] = ("words", "words", "number", "number", "words")
    titles = (text(language, f"sensitivity.{name}") for name in names)
    rows = Table(tuple(Column(title, kind) for title, kind in zip(titles, kinds, strict=True)))
    for bar in bars:
        rows.add(
            figure_label(bar.ranged, language),
            range_label(bar.ranged, language),
            _npv(bar.low, unit, language),
            _npv(bar.high, unit, language),
            change_words(bar, language),
        )
    return rows


def _npv(end: End, unit: Unit, language: Language) -> Sentence:
    if end.npv is None:
        return Sentence(text(language, "sensitivity.plan_none"), tone="bad")
    return Sentence(unit.shown(end.npv))


def change_words(bar: TornadoBar, language: Language) -> str:
    """What a moved figure does to the plan."""
    if not bar.low.solved:
        return text(language, "sensitivity.plan_not_solved")
    if bar.changes:
        return text(language, "sensitivity.plan_other")
    resets = bar.low.resets or bar.high.resets
    return text(language, "sensitivity.plan_reset" if resets else "sensitivity.plan_same")


def _unit_line(unit: Unit, language: Language) -> Sentence:
    return Sentence(text(language, "sensitivity.plan_unit", unit=unit.name, count=SOLVED_MOST), tone="note")


def _lines(analysis: PlanAnalysis, language: Language) -> list[str]:
    lines = [
        text(
            language,
            "sensitivity.plan_break_even",
            figure=figure_label(switch.ranged, language),
            value=value_label(switch.ranged, switch.value, language),
            now=value_label(switch.ranged, switch.ranged.value, language),
        )
        for switch in analysis.switches
    ]
    drawn = analysis.risk is None or analysis.risk.npv is not None
    if not lines and analysis.bars and analysis.decision.finance is not None and drawn:
        lines.append(text(language, "sensitivity.plan_break_even_none"))
    if analysis.risk is None:
        weighed = analysis.decision.scenario.finance.risk is not None
        return [*lines, text(language, "sensitivity.plan_worlds" if weighed else "sensitivity.no_ranges")]
    if analysis.risk.npv is None:
        lines.append(text(language, "sensitivity.plan_without_baseline"))
    return [*lines, text(language, "sensitivity.plan_check", error=max(analysis.risk.check_error, 1e-16))]
