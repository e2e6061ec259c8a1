"""The first screen: the decision in one sentence, what it costs and returns, what to doubt."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from roi.amounts import change, mass, money, quantity, unit_price, whole_months
from roi.cost import ONE_OFF
from roi.disclosure import software_carbon_intensity
from roi.output.figures import owed_sentence
from roi.output.plan.totals import (
    HARDLY_FRACTION,
    LEAST_SAID,
    fallback_pictures,
    mean_running,
    paid_once,
    today_ledger,
    today_worth,
)
from roi.output.plan.what import actions, work_done
from roi.paper import Named, Part, Sentence, Table, table
from roi.planning.answer import FinanceResult, PlanDecision, Worth
from roi.planning.entries import Ledger
from roi.planning.sharing import compared_part
from roi.planning.today import with_baseline
from roi.texts import Language, bundled, text

NamedValue = tuple[str, str]

HIGH_RETURN = 1.0
"""Per year. Above it the page says why."""
IRR_SHOWN_MAX = 10.0
"""Per year. A higher rate only says that next to nothing is laid out; the JSON has it."""


def headline_rows(decision: PlanDecision, ledger: Ledger, worth: Worth, language: Language) -> list[Part]:
    """Title, the sentence that decides, and a line for each figure that a board asks for."""
    title = text(language, "plan.title", name=bundled(language, decision.scenario.name), years=ledger.years)
    return [Sentence(title, tone="strong"), _summary(decision, ledger, worth, language)]


def decision_sentence(decision: PlanDecision, ledger: Ledger, worth: Worth, language: Language) -> str:
    """What is done, for which work, and what it is worth against today."""
    done = text(
        language,
        "plan.decision_text",
        actions=actions(decision, ledger, language),
        work=work_done(decision, language),
    )
    return f"{done}{_worth_sentence(decision, ledger, worth, language)}"


def _worth_sentence(decision: PlanDecision, ledger: Ledger, worth: Worth, language: Language) -> str:
    currency, finance = decision.scenario.currency, decision.finance
    if finance is None:
        return text(
            language, "plan.worth_alone", tco=money(worth.tco, currency, language), years=ledger.years
        )
    worth_it = text(
        language,
        "plan.worth_gain" if finance.npv >= 0.0 else "plan.worth_loss",
        npv=money(abs(finance.npv), currency, language),
        years=ledger.years,
        rate=finance.discount_rate_per_year,
    )
    return f"{worth_it}{compared_alone(decision, ledger, language)}"


def compared_alone(decision: PlanDecision, ledger: Ledger, language: Language) -> str:
    """Of which workloads a return is, and with how much of the one-off cost; nothing where it is of all."""
    mine = compared_part(decision)
    if decision.finance is None or not decision.without_baseline or mine is None:
        return ""
    once, of_all = paid_once(mine), paid_once(ledger)
    return text(
        language,
        "plan.worth_of_part",
        compared=", ".join(with_baseline(decision.scenario)),
        others=", ".join(decision.without_baseline),
        once=money(once, decision.scenario.currency, language),
        of_all=money(of_all, decision.scenario.currency, language),
    )


def _summary(decision: PlanDecision, ledger: Ledger, worth: Worth, language: Language) -> Named:
    rows = Named()
    sentence = decision_sentence(decision, ledger, worth, language)
    rows.add(text(language, "plan.decision"), Sentence(sentence, tone="good"))
    for name, value in figure_rows(decision, ledger, worth, language):
        rows.add(name, value)
    return rows


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure of the plan and, where today is known, the same of going on as today."""

    name: str
    plan: str
    today: str | None
    change: str


def figure_rows(decision: PlanDecision, ledger: Ledger, worth: Worth, language: Language) -> list[NamedValue]:
    """Name and value of each figure that a board asks for: cost, what is still owed, return, carbon."""
    found = [(text(language, "plan.investment"), _investment(decision, ledger, language))]
    found += [(each.name, _beside(each, language)) for each in _costs(decision, ledger, worth, language)]
    currency = decision.scenario.currency
    owed = "; ".join(owed_sentence(each, currency, language) for each in decision.owed)
    found += [(text(language, "page.owed"), owed)] if owed else []
    if decision.finance is not None:
        found += _return_rows(decision, decision.finance, language)
    return [*found, *_carbon_rows(decision, ledger, worth, language)]


def cost_table(decision: PlanDecision, ledger: Ledger, worth: Worth, language: Language) -> Table:
    """What it costs and emits, the plan's beside today's where today is known."""
    sides = ("side_plan",) if today_worth(decision) is None else ("side_plan", "side_today", "side_change")
    rows = table(*(text(language, f"screen.{key}") for key in ("measure", *sides)))
    for each in (*_costs(decision, ledger, worth, language), _carbon_measure(decision, worth, language)):
        rows.add(each.name, each.plan, *((each.today or "-", each.change) if len(sides) > 1 else ()))
    return rows


def return_table(decision: PlanDecision, ledger: Ledger, finance: FinanceResult, language: Language) -> Table:
    """What is laid out and what it brings against today."""
    rows = table(text(language, "screen.measure"), text(language, "screen.against_today"), words=2)
    rows.add(text(language, "plan.investment"), _investment(decision, ledger, language))
    for name, value in _return_rows(decision, finance, language):
        rows.add(name, value)
    rows.add(text(language, "plan.abatement"), _abatement(decision, finance, language))
    return rows


def _costs(decision: PlanDecision, ledger: Ledger, worth: Worth, language: Language) -> Iterator[Measure]:
    currency, today, baseline = decision.scenario.currency, today_worth(decision), today_ledger(decision)
    now = None if baseline is None else mean_running(baseline)
    yearly = text(language, "plan.running_value", plan=money(mean_running(ledger), currency, language))
    running = _measure("running", mean_running(ledger), now, currency, language)
    yield replace(running, plan=yearly)
    yield _measure("tco", worth.tco, None if today is None else today.tco, currency, language)
    before = None if today is None else today.equivalent_annual_cost
    yield _measure("annual", worth.equivalent_annual_cost, before, currency, language)
    image = None if today is None else today.levelised_cost_per_accepted_image
    yield _measure(
        "per_image", worth.levelised_cost_per_accepted_image, image, currency, language, unit_price
    )


def _measure(
    key: str,
    amount: float,
    today: float | None,
    currency: str,
    language: Language,
    shown: Callable[[float, str, Language], str] = money,
) -> Measure:
    return Measure(
        text(language, f"plan.{key}"),
        shown(amount, currency, language),
        None if today is None else shown(today, currency, language),
        "" if today is None else change(amount, today),
    )


def _carbon_measure(decision: PlanDecision, worth: Worth, language: Language) -> Measure:
    before = today_worth(decision)
    plan, today = worth.carbon_kg_co2e, None if before is None else before.carbon_kg_co2e
    undisclosed = text(language, "plan.undisclosed")
    known = plan is not None and today is not None
    return Measure(
        text(language, "plan.carbon"),
        undisclosed if plan is None else f"{mass(plan)} CO2e",
        undisclosed if today is None else f"{mass(today)} CO2e",
        change(plan, today) if known and plan is not None and today is not None else "-",
    )


def _investment(decision: PlanDecision, ledger: Ledger, language: Language) -> str:
    """One-off cash of the first day, and what is paid later, comes back and is still owed, where there is any."""
    first = ledger.total(lambda entry: entry.timing == "start" and entry.year == 0)
    amounts = {
        "first": first,
        "more": paid_once(ledger) - first,
        "back": -ledger.total(lambda entry: entry.component == "residual"),
        "owed": ledger.total(lambda entry: entry.component == "owed"),
    }
    return text(language, "plan.join").join(
        text(language, f"plan.investment_{name}", amount=money(amount, decision.scenario.currency, language))
        for name, amount in amounts.items()
        if name == "first" or amount >= LEAST_SAID
    )


def _beside(measure: Measure, language: Language) -> str:
    """An amount and that of today with the change."""
    if measure.today is None:
        return measure.plan
    return text(language, "plan.beside", plan=measure.plan, today=measure.today, change=measure.change)


def _return_rows(decision: PlanDecision, finance: FinanceResult, language: Language) -> Iterator[NamedValue]:
    currency = decision.scenario.currency
    yield text(language, "plan.npv"), _npv(decision, finance, language)
    yield text(language, "plan.returns"), _returns(finance, language)
    high = _why_high(decision, finance, language)
    if high:
        yield text(language, "plan.high_return"), high
    yield text(language, "plan.payback"), _payback(finance, language)
    if finance.unrealised_review_saving >= LEAST_SAID:
        amount = money(finance.unrealised_review_saving, currency, language)
        yield text(language, "plan.unrealised"), text(language, "plan.unrealised_value", amount=amount)


def _npv(decision: PlanDecision, finance: FinanceResult, language: Language) -> str:
    amount = money(finance.npv, decision.scenario.currency, language)
    if decision.scenario.finance.tax is None:
        return text(language, "plan.npv_before_tax", amount=amount)
    tax = money(finance.tax_paid, decision.scenario.currency, language)
    return text(language, "plan.npv_after_tax", amount=amount, tax=tax)


def _returns(finance: FinanceResult, language: Language) -> str:
    if finance.irr is None:
        reason = text(language, f"irr.{finance.irr_reason or 'no_root'}")
        irr = text(language, "plan.irr_none", reason=reason)
    elif finance.irr > IRR_SHOWN_MAX:
        irr = text(language, "plan.irr_large", rate=IRR_SHOWN_MAX)
    else:
        irr = text(language, "plan.irr_value", rate=finance.irr)
    fraction = finance.roi_fraction
    gain = (
        text(language, "plan.roi_none")
        if fraction is None
        else text(language, "plan.roi_value", fraction=fraction)
    )
    return text(language, "plan.returns_value", irr=irr, roi=gain)


def _why_high(decision: PlanDecision, finance: FinanceResult, language: Language) -> str:
    """Why a return above 100 % a year is one: what is laid out, what is saved in a year, and by what most."""
    mine, theirs = compared_part(decision), decision.baseline
    if finance.irr is None or finance.irr <= HIGH_RETURN or mine is None or theirs is None:
        return ""
    now, then = (_yearly(each) for each in (theirs, mine))
    saved = {name: now.get(name, 0.0) - then.get(name, 0.0) for name in sorted({*now, *then})}
    most = max(saved, key=lambda name: saved[name])
    currency = decision.scenario.currency
    return text(
        language,
        "plan.high_return_value",
        laid_out=money(finance.investment, currency, language),
        saved=money(math.fsum(saved.values()), currency, language),
        most=text(language, f"component.{most}"),
        part=money(saved[most], currency, language),
    )


def _yearly(ledger: Ledger) -> dict[str, float]:
    """Running cash of the mean year by component [money/year]."""
    return {
        name: math.fsum(amounts) / ledger.years
        for name, amounts in ledger.by_component_and_year().items()
        if name not in ONE_OFF
    }


def _payback(finance: FinanceResult, language: Language) -> str:
    simple, discounted = finance.simple_payback_months, finance.discounted_payback_months
    if simple is None:
        return text(language, "plan.payback_never", years=finance.horizon_years)
    if simple == 0.0:
        return text(language, "plan.payback_at_once")
    if discounted is None:
        return text(language, "plan.payback_simple", simple=whole_months(simple, language))
    return text(
        language,
        "plan.payback_both",
        simple=whole_months(simple, language),
        discounted=whole_months(discounted, language),
    )


def _carbon_rows(
    decision: PlanDecision, ledger: Ledger, worth: Worth, language: Language
) -> Iterator[NamedValue]:
    count = fallback_pictures(decision)
    left_out = count >= 1.0 and worth.carbon_kg_co2e is not None
    without = text(language, "plan.carbon_fallbacks", count=quantity(count)) if left_out else ""
    yield text(language, "plan.carbon"), f"{_carbon(decision, worth, language)}{without}"
    sci = software_carbon_intensity(ledger)
    if sci is not None:
        yield text(language, "plan.sci"), text(language, "plan.sci_value", mass=mass(sci))
    if decision.finance is not None:
        yield text(language, "plan.abatement"), _abatement(decision, decision.finance, language)


def _carbon(decision: PlanDecision, worth: Worth, language: Language) -> str:
    if worth.carbon_kg_co2e is None:
        return text(language, "plan.carbon_none")
    shown, today = mass(worth.carbon_kg_co2e), today_worth(decision)
    if today is None or today.carbon_kg_co2e is None:
        return text(language, "plan.carbon_value", mass=shown)
    before = today.carbon_kg_co2e
    less = change(worth.carbon_kg_co2e, before)
    return text(language, "plan.carbon_beside", mass=shown, today=mass(before), change=less)


def _abatement(decision: PlanDecision, finance: FinanceResult, language: Language) -> str:
    cost = finance.abatement_cost_per_tonne
    if cost is None:
        disclosed = finance.avoided_kg_co2e is not None
        return text(language, "plan.abatement_none" if disclosed else "plan.abatement_undisclosed")
    today = today_worth(decision)
    before = None if today is None else today.carbon_kg_co2e
    if before and (finance.avoided_kg_co2e or 0.0) < HARDLY_FRACTION * before:
        return text(language, "plan.abatement_hardly")
    amount = money(abs(cost), decision.scenario.currency, language)
    return text(language, "plan.abatement_saves" if cost < 0.0 else "plan.abatement_costs", amount=amount)
