"""Tables of a plan that page and screens both show: cash by component, carbon by scope, levers, near-equals."""

import math
from collections.abc import Iterator, Sequence

from roi.amounts import Unit, bare_price, carbon_unit, change, coin, mass, money, money_unit
from roi.cost import COMPONENTS
from roi.disclosure import SCOPES, ScopedCarbon, carbon_by_scope, disclosure_notes, scope_name
from roi.output.figures import extra_or_tie
from roi.output.plan.totals import today_ledger, today_worth
from roi.output.years import YEARS_SHOWN, folded, year_columns, year_labels
from roi.paper import Heading, Part, Sentence, Table, Tone, table
from roi.planning.answer import PlanAlternative, PlanDecision, Worth
from roi.planning.entries import Ledger
from roi.planning.worth import summed
from roi.texts import Language, text

ALTERNATIVES_SHOWN = 3
"""Near-equals on the page; the JSON has all."""


def money_parts(decision: PlanDecision, ledger: Ledger, worth: Worth, language: Language) -> Iterator[Part]:
    """Cash of every component by year, its total, today's total beside it, and the value of all today."""
    mine, baseline = ledger.by_component_and_year(), today_ledger(decision)
    today = {} if baseline is None else baseline.by_component_and_year()
    totals = [math.fsum(part[year] for part in mine.values()) for year in range(ledger.years)]
    before = math.fsum(map(math.fsum, today.values()))
    unit = money_unit([*totals, math.fsum(totals), before], decision.scenario.currency, language)
    rows = _by_year(decision, ledger, language)
    for name in COMPONENTS:
        if name in mine or name in today:
            amounts = mine.get(name, (0.0,) * ledger.years)
            told = text(language, f"component.{name}")
            _add(rows, told, amounts, math.fsum(today.get(name, ())), unit, decision)
    _add(rows, text(language, "plan.total"), totals, before, unit, decision, "strong")
    yield Heading(text(language, "plan.money", unit=unit.name))
    yield rows
    yield Sentence(_present_value(decision, worth, language), "note")


def _by_year(decision: PlanDecision, ledger: Ledger, language: Language) -> Table:
    labels = year_labels(decision.scenario, ledger.years, language)
    sums = [text(language, "plan.sum")]
    if today_ledger(decision) is not None:
        sums.append(text(language, "plan.today_sum"))
    return table("", *year_columns(labels, language), *sums)


def _add(
    rows: Table,
    name: str,
    amounts: Sequence[float],
    today: float,
    unit: Unit,
    decision: PlanDecision,
    tone: Tone = "",
) -> None:
    cells = [unit.shown(amount) for amount in (*folded(amounts), math.fsum(amounts))]
    if today_ledger(decision) is not None:
        cells.append(unit.shown(today))
    rows.add(name, *cells, tone=tone)


def _present_value(decision: PlanDecision, worth: Worth, language: Language) -> str:
    currency, before = decision.scenario.currency, today_worth(decision)
    rate, plan = (
        decision.scenario.finance.discount_rate_per_year.value,
        money(worth.tco, currency, language),
    )
    if before is None:
        return text(language, "plan.present_value", rate=rate, plan=plan)
    today = money(before.tco, currency, language)
    return text(language, "plan.present_value_today", rate=rate, plan=plan, today=today)


def carbon_parts(decision: PlanDecision, ledger: Ledger, language: Language) -> Iterator[Part]:
    """Emissions by scope and year, location- and market-based, beside today's; what is absent says so."""
    scoped, baseline = carbon_by_scope(decision.scenario, ledger), today_ledger(decision)
    before = () if baseline is None else carbon_by_scope(decision.scenario, baseline)
    unit = carbon_unit(math.fsum(each.total_location for each in side) for side in (scoped, before))
    rows = _by_year(decision, ledger, language)
    for name in _SCOPES:
        amounts, today = _scope(scoped, name), _scope(before, name)
        if any((*amounts, *today)):
            cells = [_shown(amount, unit, language) for amount in (*_folded(amounts), summed(amounts))]
            cells += [] if baseline is None else [_shown(summed(today), unit, language)]
            tone: Tone = "strong" if name.startswith("total") else ""
            rows.add(scope_name(decision.scenario, name, language), *cells, tone=tone)
    yield Heading(text(language, "plan.scopes", unit=unit.name))
    if rows.rows:
        yield rows
    sides = [side for side in (ledger, baseline) if side is not None]
    if any(_scope((*scoped, *before), "scope_3_capital_goods")):
        yield Sentence(text(language, "plan.scopes_note"), "note")
    for note in disclosure_notes(decision.scenario, sides, language):
        yield Sentence(note, "note")
    if not ledger.carbon_disclosed:
        yield Sentence(text(language, "plan.partly_disclosed"), "warning")
    if baseline is not None and not baseline.carbon_disclosed:
        yield Sentence(text(language, "plan.partly_disclosed_today"), "warning")


def _shown(amount: float | None, unit: Unit, language: Language) -> str:
    return text(language, "plan.absent") if amount is None else unit.shown(amount)


def _folded(amounts: Sequence[float | None]) -> list[float | None]:
    """By year, those without a column of their own summed; absent where one of them is."""
    later = [summed(amounts[YEARS_SHOWN:])] if len(amounts) > YEARS_SHOWN else []
    return [*amounts[:YEARS_SHOWN], *later]


_SCOPES = (*SCOPES, "total_location", "total_market")


def _scope(scoped: Sequence[ScopedCarbon], name: str) -> list[float | None]:
    return [getattr(each, name) for each in scoped]


def lever_parts(decision: PlanDecision, language: Language) -> Iterator[Part]:
    """Today, fewer retries alone, another model alone, both, and the whole plan; nothing without a today."""
    today, plan, currency = today_worth(decision), decision.worth, decision.scenario.currency
    if today is None or plan is None or not decision.levers:
        return
    pulled = ((f"lever_{each.name}", each.worth) for each in decision.levers)
    courses = [("lever_today", today), *pulled, ("lever_plan", plan)]
    unit = money_unit((worth.tco for _, worth in courses if worth is not None), currency, language)
    names = ("lever", "lever_tco", "lever_change", "lever_image", "lever_carbon")
    told = {"unit": unit.name, "currency": coin(currency, language)}
    rows = table(*(text(language, f"plan.{name}", **told) for name in names))
    for name, worth in courses:
        if worth is not None:
            rows.add(
                text(language, f"plan.{name}"),
                unit.shown(worth.tco),
                "" if worth is today or today.tco <= 0.0 else change(worth.tco, today.tco),
                bare_price(worth.levelised_cost_per_accepted_image, currency),
                text(language, "plan.undisclosed")
                if worth.carbon_kg_co2e is None
                else mass(worth.carbon_kg_co2e),
                tone="strong" if worth is plan else "",
            )
    yield Heading(text(language, "plan.levers"))
    yield rows
    for lever in decision.levers:
        if lever.worth is None:
            reason = text(language, f"lever.{lever.reason or 'no_option'}")
            yield Sentence(f"{text(language, f'plan.lever_{lever.name}')}: {reason}", "note")


def alternative_parts(
    decision: PlanDecision, language: Language, shown: int = ALTERNATIVES_SHOWN
) -> Iterator[Part]:
    """Near-equal plans, what they do without, and what they cost more."""
    yield Heading(text(language, "plan.alternatives"))
    if not decision.alternatives:
        yield Sentence(text(language, "plan.alternatives_none"))
        return
    tcos = (other.tco for other in decision.alternatives)
    unit = money_unit(tcos, decision.scenario.currency, language)
    names = ("alternative_without", "alternative_work", "alternative_tco", "alternative_extra")
    rows = table(*(text(language, f"plan.{name}", unit=unit.name) for name in names), words=2)
    for other in decision.alternatives[:shown]:
        rows.add(
            without_words(decision, other, language),
            "\n".join(made_by(decision, other)),
            unit.shown(other.tco),
            extra_or_tie(other.extra_cost_fraction, other.settled_by, language),
        )
    yield rows
    hidden = len(decision.alternatives) - shown
    if hidden > 0:
        yield Sentence(text(language, "page.near_more", count=hidden), "note")


def without_words(decision: PlanDecision, other: PlanAlternative, language: Language) -> str:
    """What another plan does without: a model by its name; a supply has only one."""
    names = {option.offer.model_id: option.offer.model_name for option in decision.options}
    return text(language, f"plan.without_{other.differs_by}", name=names.get(other.without, other.without))


def made_by(decision: PlanDecision, other: PlanAlternative) -> tuple[str, ...]:
    """Models and supplies of another plan; the option's id where no option of it passed."""
    names = {option.offer.id: option.offer.model_name for option in decision.options}
    return tuple(
        dict.fromkeys(f"{names.get(option, option)} / {supply}" for _, option, supply in other.choices)
    )
