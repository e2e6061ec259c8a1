"""What stands beside the plan: today, each lever alone, near-equals."""

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from roi.amounts import Unit, bare_price, coin, extra, mass, money_unit
from roi.output.figures import extra_or_tie
from roi.output.layout import grid, heading
from roi.output.plan.totals import today_worth
from roi.planning.answer import Lever, PlanAlternative, PlanDecision, Worth
from roi.texts import Language, text

SHOWN = 3
"""Near-equals on the page; the JSON has all."""


def lever_rows(decision: PlanDecision, language: Language) -> list[RenderableType]:
    """Today, fewer retries alone, another model alone, both, and the whole plan."""
    today, plan = today_worth(decision), decision.worth
    if today is None or plan is None or not decision.levers:
        return []
    names = ("lever", "lever_tco", "lever_change", "lever_image", "lever_carbon")
    currency = decision.scenario.currency
    tcos = [today.tco, plan.tco, *(lever.worth.tco for lever in decision.levers if lever.worth is not None)]
    unit = money_unit(tcos, currency, language)
    told = {"unit": unit.name, "currency": coin(currency, language)}
    rows = grid(*(text(language, f"plan.{name}", **told) for name in names))
    rows.add_row(text(language, "plan.lever_today"), *_worth_cells(decision, today, today, unit, language))
    for lever in decision.levers:
        if lever.worth is not None:
            cells = _worth_cells(decision, lever.worth, today, unit, language)
            rows.add_row(text(language, f"plan.lever_{lever.name}"), *cells)
    rows.add_row(
        text(language, "plan.lever_plan"), *_worth_cells(decision, plan, today, unit, language), style="bold"
    )
    reasons = [Text(line, style="dim") for line in _lever_reasons(decision.levers, language)]
    return [heading(text(language, "plan.levers")), rows, *reasons]


def _worth_cells(
    decision: PlanDecision, worth: Worth, today: Worth, unit: Unit, language: Language
) -> tuple[str, ...]:
    currency = decision.scenario.currency
    undisclosed = text(language, "plan.undisclosed")
    return (
        unit.shown(worth.tco),
        "" if worth is today or today.tco <= 0.0 else extra(worth.tco / today.tco - 1.0),
        bare_price(worth.levelised_cost_per_accepted_image, currency),
        undisclosed if worth.carbon_kg_co2e is None else mass(worth.carbon_kg_co2e),
    )


def _lever_reasons(levers: tuple[Lever, ...], language: Language) -> Iterator[str]:
    for lever in levers:
        if lever.worth is None:
            name = text(language, f"plan.lever_{lever.name}")
            reason = text(language, f"lever.{lever.reason or 'no_option'}")
            yield f"{name}: {reason}"


def alternative_rows(decision: PlanDecision, language: Language) -> list[RenderableType]:
    """Near-equal plans, what they do without, and what they cost more."""
    title = heading(text(language, "plan.alternatives"))
    if not decision.alternatives:
        return [title, Text(text(language, "plan.alternatives_none"))]
    currency = decision.scenario.currency
    names = ("alternative_without", "alternative_work", "alternative_tco", "alternative_extra")
    unit = money_unit((other.tco for other in decision.alternatives), currency, language)
    rows = grid(*(text(language, f"plan.{name}", unit=unit.name) for name in names), words=2)
    for other in decision.alternatives[:SHOWN]:
        rows.add_row(
            text(language, f"plan.without_{other.differs_by}", name=_name(decision, other.without)),
            _work(decision, other),
            unit.shown(other.tco),
            extra_or_tie(other.extra_cost_fraction, other.settled_by, language),
        )
    hidden = len(decision.alternatives) - SHOWN
    more = [Text(text(language, "page.near_more", count=hidden), style="dim")] if hidden > 0 else []
    return [title, rows, *more]


def _name(decision: PlanDecision, without: str) -> str:
    """A model by its name; a supply has only one."""
    names = {option.offer.model_id: option.offer.model_name for option in decision.options}
    return names.get(without, without)


def _work(decision: PlanDecision, other: PlanAlternative) -> str:
    """Models and supplies of another plan; the option's id where no option of it passed."""
    names = {option.offer.id: option.offer.model_name for option in decision.options}
    made = (f"{names.get(option, option)} / {supply}" for _, option, supply in other.choices)
    return "\n".join(dict.fromkeys(made))
