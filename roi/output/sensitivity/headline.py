"""The few lines that a board reads: how sure, between what and what, what decides, where it turns."""

from collections.abc import Iterator

from roi.amounts import mass, money, unit_price
from roi.output.sensitivity.labels import (
    Names,
    broken_rules,
    chance_words,
    figure_label,
    rule_names,
    value_label,
)
from roi.paper import Named, Part, Sentence
from roi.sensitivity.analysis import Analysis
from roi.sensitivity.montecarlo.answer import Simulation, WorkloadRisk
from roi.sensitivity.switching import Switch
from roi.sensitivity.tornado import TornadoBar
from roi.texts import Language, bundled, text


def moving(analysis: Analysis) -> list[TornadoBar]:
    """The figures that move the cost or take the answer away, widest first."""
    return [bar for bar in analysis.bars if bar.cost_swing > 0 or not (bar.low.picks and bar.high.picks)]


def headline_rows(analysis: Analysis, simulation: Simulation | None, language: Language) -> list[Part]:
    """Title, the decision as it stands, and what is to be known about it."""
    scenario = analysis.decision.scenario
    rows = Named()
    names = Names(analysis.decision)
    _add_answer(analysis, names, rows, language)
    title = Sentence(
        text(language, "sensitivity.title", name=bundled(language, scenario.name)), tone="strong"
    )
    if simulation is None:
        unknown = Sentence(text(language, "sensitivity.no_ranges"), tone="warning")
        rows.add(text(language, "sensitivity.beware"), unknown)
        return [title, rows]
    _add_cost(simulation, scenario.currency, rows, language)
    for name, value in _turning(analysis, names, language):
        rows.add(name, value)
    for risk in simulation.workloads:
        several = len(simulation.workloads) > 1
        for name, value in _certainty(analysis, simulation, risk, language):
            rows.add(name, Sentence(f"{risk.workload}: {value}" if several else value))
    placeholders = sum(each.ranged.placeholder for each in simulation.influences)
    if placeholders:
        value = text(language, "sensitivity.beware_value", count=placeholders, inputs=simulation.inputs)
        rows.add(text(language, "sensitivity.beware"), Sentence(value, tone="warning"))
    return [title, rows]


def _add_answer(analysis: Analysis, names: Names, rows: Named, language: Language) -> None:
    currency = analysis.decision.scenario.currency
    several = len(analysis.decision.scenario.workloads) > 1
    for choice in analysis.decision.choices:
        offer = choice.option.offer
        value = text(
            language,
            "sensitivity.stands_value",
            options=names.label(offer.id, offer.supply),
            cost=unit_price(choice.cost_per_accepted_image, currency, language),
        )
        of = f"{choice.option.workload}: " if several else ""
        rows.add(text(language, "sensitivity.stands"), Sentence(f"{of}{value}", tone="good"))


def _add_cost(simulation: Simulation, currency: str, rows: Named, language: Language) -> None:
    cost = simulation.cost
    if cost is None:
        return
    value = text(
        language,
        "sensitivity.cost_value",
        low=unit_price(cost.p5, currency, language),
        high=unit_price(cost.p95, currency, language),
        median=unit_price(cost.p50, currency, language),
        mean=unit_price(cost.mean, currency, language),
        error=unit_price(cost.standard_error, currency, language),
    )
    rows.add(text(language, "sensitivity.cost"), Sentence(value))


def _turning(analysis: Analysis, names: Names, language: Language) -> Iterator[tuple[str, str]]:
    """What matters most, and where the choice turns first."""
    moved = moving(analysis)
    if moved:
        most = _most(moved[0], analysis.decision.scenario.currency, language)
        yield text(language, "sensitivity.matters"), most
    inside = [switch for switch in analysis.switches if switch.within_range]
    if not inside:
        yield text(language, "sensitivity.turns"), text(language, "sensitivity.turns_never")
        return
    first = inside[0]
    turn, now = (value_label(first.ranged, each, language) for each in (first.value, first.ranged.value))
    near = "sensitivity.turns_below" if first.beyond < first.ranged.value else "sensitivity.turns_above"
    yield (
        text(language, "sensitivity.turns"),
        text(
            language,
            near if turn == now else "sensitivity.turns_value",
            figure=figure_label(first.ranged, language),
            value=turn,
            now=now,
            then=then_label(first, names, language),
        ),
    )


def then_label(switch: Switch, names: Names, language: Language) -> str:
    """What is chosen beyond a switch, or the rules that nothing meets."""
    if switch.picks:
        return names.of(switch.picks)
    rules = rule_names(broken_rules(switch.fault), language)
    return text(language, "sensitivity.then_nothing", rules=rules)


def _most(bar: TornadoBar, currency: str, language: Language) -> str:
    figure = figure_label(bar.ranged, language)
    for end in (bar.low, bar.high):
        if not end.picks:
            value = value_label(bar.ranged, end.value, language)
            return text(language, "sensitivity.matters_unanswered", figure=figure, value=value)
    costs = sorted(end.cost_per_accepted_image or 0.0 for end in (bar.low, bar.high))
    low, high = (unit_price(cost, currency, language) for cost in costs)
    return text(language, "sensitivity.matters_value", figure=figure, low=low, high=high)


def _certainty(
    analysis: Analysis, simulation: Simulation, risk: WorkloadRisk, language: Language
) -> Iterator[tuple[str, str]]:
    """How often the choice stays the best, whether the bar holds, what knowing would be worth, carbon."""
    key = "sensitivity.stays_else" if risk.unanswered else "sensitivity.stays_value"
    if len(analysis.decision.serving(risk.workload)) > 1:
        key = "sensitivity.stays_together"
    yield (
        text(language, "sensitivity.stays"),
        text(language, key, share=risk.stays_best, draws=simulation.draws, rest=risk.unanswered),
    )
    for bar in risk.bars:
        yield text(language, "sensitivity.bar"), chance_words(bar, language)
    if risk.knowing is not None and risk.knowing > 0:
        yield text(language, "sensitivity.knowing"), _knowing(analysis, risk, risk.knowing, language)
    if risk.carbon is not None:
        yield (
            text(language, "sensitivity.carbon"),
            text(
                language,
                "sensitivity.carbon_value",
                low=mass(risk.carbon.p5),
                high=mass(risk.carbon.p95),
                median=mass(risk.carbon.p50),
            ),
        )


def _knowing(analysis: Analysis, risk: WorkloadRisk, amount: float, language: Language) -> str:
    scenario = analysis.decision.scenario
    workload = scenario.workload(risk.workload)
    images = 0.0 if workload is None else workload.images_per_month.value
    return text(
        language,
        "sensitivity.knowing_value",
        amount=unit_price(amount, scenario.currency, language),
        month=money(amount * images, scenario.currency, language),
    )
