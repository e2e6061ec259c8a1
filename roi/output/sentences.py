"""Sentences to say in the meeting that decides, each with the figures behind it and only when it holds.

First those that speak for the plan, then those that speak against it, or against trusting it.
"""

from collections.abc import Callable

from bench.profile import Quality
from roi.amounts import money, part, quantity, unit_price, whole_months
from roi.output.plan.totals import (
    HARDLY_FRACTION,
    LEAST_SAID,
    electricity_fraction,
    fallback_pictures,
    mean_running,
    people_fraction,
    today_ledger,
    today_worth,
)
from roi.paper import Figures, Sentence
from roi.planning.answer import FinanceResult, PlanDecision
from roi.scenario.baseline import ProfileBaseline
from roi.scenario.effective import placeholders_of
from roi.scenario.workload import Workload
from roi.texts import Language, text
from roi.units import KG_PER_TONNE


def consumption(decision: PlanDecision, language: Language) -> Sentence | None:
    """Energy of generation falls, with or without proof that quality stays."""
    worth, today = decision.worth, today_worth(decision)
    if worth is None or today is None or not _energy_known(decision):
        return None
    if not 0.0 < worth.energy_kwh < today.energy_kwh:
        return None
    reduction = 1.0 - worth.energy_kwh / today.energy_kwh
    if reduction < HARDLY_FRACTION:
        return None
    figures: Figures = {
        "energy_reduction_fraction": reduction,
        "plan_energy_kwh": worth.energy_kwh,
        "baseline_energy_kwh": today.energy_kwh,
    }
    quality = _quality_figures(decision)
    key = "consumption" if quality is None else "consumption_same_quality"
    said = text(language, f"sentence.{key}", percent=reduction * 100)
    return Sentence(said, key=key, figures={**figures, **(quality or {})})


def _energy_known(decision: PlanDecision) -> bool:
    """Whether all of today and all of the plan run on machines whose joules are known."""
    return (
        not decision.without_baseline
        and all(isinstance(workload.baseline, ProfileBaseline) for workload in decision.scenario.workloads)
        and all(choice.option.attempt.energy_kwh is not None for choice in decision.choices)
    )


def _quality_figures(decision: PlanDecision) -> Figures | None:
    """FID of plan and of today by workload, where all are known in one reference and none gets worse."""
    figures: Figures = {}
    for workload in decision.scenario.workloads:
        today = _quality_today(decision, workload)
        plans = [c.option.offer.quality for c in decision.choices if c.option.workload == workload.name]
        known = [quality for quality in plans if quality is not None]
        if today is None or not known or len(known) < len(plans):
            return None
        if any(each.reference != today.reference or each.value > today.value for each in known):
            return None
        figures[f"plan_fid[{workload.name}]"] = max(each.value for each in known)
        figures[f"baseline_fid[{workload.name}]"] = today.value
        figures[f"fid_reference[{workload.name}]"] = today.reference
    return figures


def _quality_today(decision: PlanDecision, workload: Workload) -> Quality | None:
    today = (o.offer.quality for o in decision.baseline_options if o.workload == workload.name)
    return next(today, None)


def total_cost(decision: PlanDecision, language: Language) -> Sentence | None:
    """Total cost of ownership, and carbon beside it where both sides disclose it; only when the plan costs less."""
    worth, today, finance = decision.worth, today_worth(decision), decision.finance
    if worth is None or today is None or finance is None or not 0.0 <= worth.tco < today.tco:
        return None
    currency = decision.scenario.currency
    reduction = 1.0 - worth.tco / today.tco
    figures: Figures = {
        "plan_tco": worth.tco,
        "baseline_tco": today.tco,
        "tco_reduction_fraction": reduction,
        "horizon_years": finance.horizon_years,
    }
    sides: dict[str, str] = {}
    if worth.carbon_kg_co2e is not None and today.carbon_kg_co2e is not None:
        figures |= {"plan_kg_co2e": worth.carbon_kg_co2e, "baseline_kg_co2e": today.carbon_kg_co2e}
        sides = {
            "plan_tonnes": quantity(worth.carbon_kg_co2e / KG_PER_TONNE),
            "baseline_tonnes": quantity(today.carbon_kg_co2e / KG_PER_TONNE),
        }
    said = text(
        language,
        "sentence.tco_carbon" if sides else "sentence.tco",
        **sides,
        years=finance.horizon_years,
        plan=money(worth.tco, currency, language),
        baseline=money(today.tco, currency, language),
        percent=reduction * 100,
    )
    return Sentence(said, key="tco", figures=figures)


def running_cost(decision: PlanDecision, language: Language) -> Sentence | None:
    """Running cash of a year falls."""
    baseline = today_ledger(decision)
    if decision.ledger is None or baseline is None:
        return None
    plan, today = mean_running(decision.ledger), mean_running(baseline)
    if not 0.0 <= plan < today:
        return None
    currency = decision.scenario.currency
    said = text(
        language,
        "sentence.running",
        plan=money(plan, currency, language),
        baseline=money(today, currency, language),
        percent=(1.0 - plan / today) * 100,
    )
    return Sentence(
        said, key="running", figures={"plan_running_per_year": plan, "baseline_running_per_year": today}
    )


def per_image(decision: PlanDecision, language: Language) -> Sentence | None:
    """Price of an accepted picture, beside today's where it is known; against the plan where today's is lower."""
    worth, today, currency = decision.worth, today_worth(decision), decision.scenario.currency
    if worth is None:
        return None
    mine = worth.levelised_cost_per_accepted_image
    figures: Figures = {"levelised_cost_per_accepted_image": mine}
    if today is None:
        said = text(language, "sentence.per_image", plan=unit_price(mine, currency, language))
        return Sentence(said, key="per_image", figures=figures)
    theirs = today.levelised_cost_per_accepted_image
    said = text(
        language,
        "sentence.per_image_today",
        plan=unit_price(mine, currency, language),
        baseline=unit_price(theirs, currency, language),
    )
    figures["baseline_levelised_cost_per_accepted_image"] = theirs
    return Sentence(said, key="per_image", figures=figures, tone="warning" if mine > theirs else "")


def payback(decision: PlanDecision, language: Language) -> Sentence | None:
    """When the outlay has come back, discounted too where it does."""
    finance = decision.finance
    if finance is None or finance.investment <= 0.0 or not finance.simple_payback_months:
        return None
    simple, discounted = finance.simple_payback_months, finance.discounted_payback_months
    figures: Figures = {"simple_payback_months": simple, "investment": finance.investment}
    months = whole_months(simple, language)
    if discounted is not None:
        figures["discounted_payback_months"] = discounted
    later = months if discounted is None else whole_months(discounted, language)
    if later == months:
        return Sentence(text(language, "sentence.payback", months=months), key="payback", figures=figures)
    said = text(language, "sentence.payback_both", months=months, discounted=later)
    return Sentence(said, key="payback", figures=figures)


def carbon(decision: PlanDecision, language: Language) -> Sentence | None:
    """Emissions fall; both sides disclose them."""
    finance, today = decision.finance, decision.baseline_worth
    avoided = None if finance is None else finance.avoided_kg_co2e
    if finance is None or today is None or avoided is None or not today.carbon_kg_co2e:
        return None
    if avoided < HARDLY_FRACTION * today.carbon_kg_co2e:
        return None
    said = text(
        language,
        "sentence.carbon",
        tonnes=quantity(avoided / KG_PER_TONNE),
        percent=part(avoided / today.carbon_kg_co2e).removesuffix("%"),
        years=finance.horizon_years,
    )
    left_out = fallback_pictures(decision)
    if left_out >= 1.0:
        said += text(language, "sentence.carbon_fallbacks", count=quantity(left_out))
    figures: Figures = {"avoided_kg_co2e": avoided, "baseline_kg_co2e": today.carbon_kg_co2e}
    return Sentence(said, key="carbon", figures=figures)


PEOPLE_DOMINATE_FRACTION = 0.5
"""From half of the cost on, people decide and not electricity."""


def unrealised(decision: PlanDecision, language: Language) -> Sentence | None:
    """Saved working time that stays working time."""
    finance = decision.finance
    if finance is None or finance.unrealised_review_saving < LEAST_SAID:
        return None
    saving = finance.unrealised_review_saving
    said = text(language, "sentence.unrealised", amount=money(saving, decision.scenario.currency, language))
    return Sentence(said, key="unrealised", figures={"unrealised_review_saving": saving})


def loss(decision: PlanDecision, language: Language) -> Sentence | None:
    """The net present value is below zero."""
    finance = decision.finance
    if finance is None or finance.npv >= 0.0:
        return None
    said = text(
        language,
        "sentence.loss",
        amount=money(-finance.npv, decision.scenario.currency, language),
        years=finance.horizon_years,
        percent=finance.discount_rate_per_year * 100,
    )
    return Sentence(said, key="loss", figures=_npv_figures(finance), tone="warning")


def _npv_figures(finance: FinanceResult) -> Figures:
    return {
        "npv": finance.npv,
        "discount_rate_per_year": finance.discount_rate_per_year,
        "horizon_years": finance.horizon_years,
    }


def no_payback(decision: PlanDecision, language: Language) -> Sentence | None:
    """What is laid out does not come back."""
    finance = decision.finance
    if finance is None or finance.investment <= 0.0 or finance.simple_payback_months is not None:
        return None
    said = text(language, "sentence.no_payback", years=finance.horizon_years)
    return Sentence(said, key="no_payback", figures={"horizon_years": finance.horizon_years}, tone="warning")


def more_carbon(decision: PlanDecision, language: Language) -> Sentence | None:
    """Emissions rise."""
    avoided = None if decision.finance is None else decision.finance.avoided_kg_co2e
    if avoided is None or avoided >= 0.0:
        return None
    said = text(language, "sentence.more_carbon", tonnes=quantity(-avoided / KG_PER_TONNE))
    return Sentence(said, key="more_carbon", figures={"avoided_kg_co2e": avoided}, tone="warning")


def people_dominate(decision: PlanDecision, language: Language) -> Sentence | None:
    """Where people cost more than machines, electricity is not the argument."""
    ledger = decision.ledger
    people = None if ledger is None else people_fraction(ledger)
    if ledger is None or people is None or people < PEOPLE_DOMINATE_FRACTION:
        return None
    electricity = electricity_fraction(ledger)
    figures: Figures = {"people_and_fallback_fraction": people}
    if electricity is None:
        said = text(language, "sentence.people", people=people * 100)
        return Sentence(said, key="people", figures=figures, tone="warning")
    said = text(language, "sentence.people_electricity", people=people * 100, electricity=electricity * 100)
    return Sentence(
        said, key="people", figures={**figures, "electricity_fraction": electricity}, tone="warning"
    )


def placeholders(decision: PlanDecision, language: Language) -> Sentence | None:
    """Figures that are not the user's yet."""
    count, total = placeholders_of(decision.scenario)
    if count == 0:
        return None
    said = text(language, "sentence.placeholders", count=count, total=total)
    return Sentence(
        said, key="placeholders", figures={"placeholders": count, "figures": total}, tone="warning"
    )


def unverified(decision: PlanDecision, language: Language) -> Sentence | None:
    """The second route disagrees."""
    if decision.sound:
        return None
    return Sentence(text(language, "sentence.unverified"), key="unverified", tone="warning")


def sentences(decision: PlanDecision, language: Language) -> tuple[Sentence, ...]:
    """Every sentence that holds for the answer, those that speak against it last; none without a plan."""
    if decision.worth is None or decision.ledger is None:
        return ()
    found = (rule(decision, language) for rule in _RULES)
    return tuple(sorted(filter(None, found), key=lambda sentence: sentence.warning))


_RULES: tuple[Callable[[PlanDecision, Language], Sentence | None], ...] = (
    consumption,
    total_cost,
    running_cost,
    per_image,
    payback,
    carbon,
    unrealised,
    loss,
    no_payback,
    more_carbon,
    people_dominate,
    placeholders,
    unverified,
)
