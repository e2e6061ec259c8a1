"""Tables of a plan: totals and returns, components by year, levers, near-equals. A row is a list of words."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from roi.amounts import Unit, bare_price, mass, money, money_unit, unit_price, whole_months
from roi.output.figures import extra_or_tie
from roi.output.layout import year_labels
from roi.output.plan.headline import IRR_SHOWN_MAX
from roi.output.plan.totals import mean_running, today_ledger, today_worth
from roi.planning.answer import COMPONENTS, FinanceResult, Ledger, PlanDecision, Worth
from roi.screens.context import Context
from roi.texts import Language, text

TOTALS = ("tco", "annual", "running", "image", "carbon")


@dataclass(frozen=True, slots=True)
class Rows:
    """A table: its heading, the names of its columns, its rows."""

    title: str
    names: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...]


def totals(plan: PlanDecision, ledger: Ledger, worth: Worth, context: Context) -> Rows:
    """What it costs, the plan's beside today's."""
    language, before, today = context.language, today_worth(plan), today_ledger(plan)
    sides = ("plan",) if before is None or today is None else ("plan", "today")
    measures = [_measures(ledger, worth, context)]
    if before is not None and today is not None:
        measures.append(_measures(today, before, context))
    cells = tuple(
        (text(language, f"screen.total_{name}"), *(side[name] for side in measures)) for name in TOTALS
    )
    names = (text(language, "screen.measure"), *(text(language, f"screen.side_{side}") for side in sides))
    return Rows(text(language, "screen.totals"), names, cells)


def _measures(ledger: Ledger, worth: Worth, context: Context) -> dict[str, str]:
    currency, language = context.scenario.currency, context.language
    carbon = worth.carbon_kg_co2e
    return {
        "tco": money(worth.tco, currency, language),
        "annual": money(worth.equivalent_annual_cost, currency, language),
        "running": money(mean_running(ledger), currency, language),
        "image": unit_price(worth.levelised_cost_per_accepted_image, currency, language),
        "carbon": text(language, "plan.undisclosed") if carbon is None else f"{mass(carbon)} CO2e",
    }


def returns(finance: FinanceResult, context: Context) -> Rows:
    """What it brings against today."""
    currency, language = context.scenario.currency, context.language
    simple, discounted = finance.simple_payback_months, finance.discounted_payback_months
    cells = (
        (text(language, "plan.investment"), money(finance.investment, currency, language)),
        (text(language, "plan.npv"), money(finance.npv, currency, language)),
        (text(language, "screen.irr"), _irr(finance, language)),
        (text(language, "screen.roi"), _roi(finance, language)),
        (text(language, "screen.simple_payback"), _months(simple, finance, language)),
        (text(language, "screen.discounted_payback"), _months(discounted, finance, language)),
        (text(language, "plan.abatement"), _abatement(finance, context)),
    )
    names = (text(language, "screen.measure"), text(language, "screen.against_today"))
    return Rows(text(language, "screen.returns"), names, cells)


def _irr(finance: FinanceResult, language: Language) -> str:
    if finance.irr is None:
        return text(
            language, "plan.irr_none", reason=text(language, f"irr.{finance.irr_reason or 'no_root'}")
        )
    if finance.irr > IRR_SHOWN_MAX:
        return text(language, "plan.irr_large", rate=IRR_SHOWN_MAX)
    return text(language, "plan.irr_value", rate=finance.irr)


def _roi(finance: FinanceResult, language: Language) -> str:
    fraction = finance.roi_fraction
    return text(language, "plan.roi_none") if fraction is None else f"{fraction:,.0%}"


def _months(months: float | None, finance: FinanceResult, language: Language) -> str:
    if months is None:
        return text(language, "plan.payback_never", years=finance.horizon_years)
    return text(language, "screen.at_once") if months == 0.0 else whole_months(months, language)


def _abatement(finance: FinanceResult, context: Context) -> str:
    cost, language = finance.abatement_cost_per_tonne, context.language
    if cost is None:
        known = finance.avoided_kg_co2e is not None
        return text(language, "plan.abatement_none" if known else "plan.abatement_undisclosed")
    amount = money(abs(cost), context.scenario.currency, language)
    return text(language, "screen.tonne_saves" if cost < 0.0 else "screen.tonne_costs", amount=amount)


def components(plan: PlanDecision, ledger: Ledger, context: Context) -> Rows:
    """Cash of every component by year, its sum, and today's sum."""
    language, today = context.language, today_ledger(plan)
    mine = ledger.by_component_and_year()
    before = {} if today is None else today.by_component_and_year()
    sums = [side.total(lambda _: True) for side in (ledger, today) if side is not None]
    unit = money_unit(sums, context.scenario.currency, language)
    nothing = (0.0,) * ledger.years
    cells = [
        _row(text(language, f"component.{name}"), mine.get(name, nothing), ledger, today, unit.shown, name)
        for name in COMPONENTS
        if name in mine or name in before
    ]
    by_year = [_total_of_year(ledger, year) for year in range(ledger.years)]
    cells.append(_row(text(language, "plan.total"), by_year, ledger, today, unit.shown, None))
    last = [text(language, "plan.sum"), *([] if today is None else [text(language, "plan.today_sum")])]
    labels = year_labels(plan.scenario, ledger.years, language)
    names = (text(language, "screen.component"), *labels, *last)
    return Rows(text(language, "plan.money", unit=unit.name), names, tuple(cells))


def _row(
    title: str,
    amounts: Sequence[float],
    ledger: Ledger,
    today: Ledger | None,
    shown: Callable[[float], str],
    name: str | None,
) -> tuple[str, ...]:
    """A component, or all of them without a name."""
    sides = [side for side in (ledger, today) if side is not None]
    sums = [side.total(lambda entry: name in (None, entry.component)) for side in sides]
    return (title, *(shown(amount) for amount in (*amounts, *sums)))


def _total_of_year(ledger: Ledger, year: int) -> float:
    return ledger.total(lambda entry: entry.year == year)


def levers(plan: PlanDecision, context: Context) -> Rows | None:
    """Today, fewer retries alone, another model alone, both, the whole plan; None without a today."""
    today, language = today_worth(plan), context.language
    if today is None or plan.worth is None or not plan.levers:
        return None
    courses = [("today", today), *((each.name, each.worth) for each in plan.levers), ("plan", plan.worth)]
    tcos = (worth.tco for _, worth in courses if worth is not None)
    unit = money_unit(tcos, context.scenario.currency, language)
    cells = tuple(
        (text(language, f"plan.lever_{name}"), *_course(worth, unit, context))
        for name, worth in courses
        if worth is not None
    )
    keys = ("lever", "lever_tco", "lever_image", "lever_carbon")
    names = tuple(text(language, f"plan.{key}", currency=context.coin, unit=unit.name) for key in keys)
    return Rows(text(language, "plan.levers"), names, cells)


def lever_reasons(plan: PlanDecision, language: Language) -> Iterator[str]:
    """Why a lever brings nothing alone."""
    for lever in plan.levers:
        if lever.worth is None:
            name = text(language, f"plan.lever_{lever.name}")
            reason = text(language, f"lever.{lever.reason or 'no_option'}")
            yield f"{name}: {reason}"


def _course(worth: Worth, unit: Unit, context: Context) -> tuple[str, ...]:
    language = context.language
    carbon = worth.carbon_kg_co2e
    return (
        unit.shown(worth.tco),
        bare_price(worth.levelised_cost_per_accepted_image, context.scenario.currency),
        text(language, "plan.undisclosed") if carbon is None else mass(carbon),
    )


def alternatives(plan: PlanDecision, context: Context) -> Rows | None:
    """Plans without the chosen model or supply, and what they cost more; None where there are none."""
    if not plan.alternatives:
        return None
    language = context.language
    unit = money_unit((other.tco for other in plan.alternatives), context.scenario.currency, language)
    names_of = {option.offer.id: option.offer.model_name for option in plan.options}
    models = {option.offer.model_id: option.offer.model_name for option in plan.options}
    cells = tuple(
        (
            text(language, f"plan.without_{other.differs_by}", name=models.get(other.without, other.without)),
            "; ".join(
                dict.fromkeys(f"{names_of.get(key, key)} / {supply}" for _, key, supply in other.choices)
            ),
            unit.shown(other.tco),
            extra_or_tie(other.extra_cost_fraction, other.settled_by, language),
        )
        for other in plan.alternatives
    )
    keys = ("alternative_without", "alternative_work", "alternative_tco", "alternative_extra")
    names = tuple(text(language, f"plan.{key}", unit=unit.name) for key in keys)
    return Rows(text(language, "plan.alternatives"), names, cells)
