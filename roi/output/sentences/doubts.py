"""Sentences that speak against the plan, or against trusting it."""

from roi.output.figures import money, quantity
from roi.output.plan.totals import electricity_fraction, people_fraction
from roi.output.sentences.sentence import Figures, Sentence
from roi.planning.answer import FinanceResult, PlanDecision
from roi.scenario.effective import effective_figures
from roi.texts import Language, text
from roi.units import KG_PER_TONNE

PEOPLE_DOMINATE_FRACTION = 0.5
"""From half of the cost on, people decide and not electricity."""


def unrealised(decision: PlanDecision, language: Language) -> Sentence | None:
    """Saved working time that stays working time."""
    finance = decision.finance
    if finance is None or finance.unrealised_review_saving <= 0.0:
        return None
    saving = finance.unrealised_review_saving
    said = text(language, "sentence.unrealised", amount=money(saving, decision.scenario.currency))
    return Sentence("unrealised", said, {"unrealised_review_saving": saving})


def loss(decision: PlanDecision, language: Language) -> Sentence | None:
    """The net present value is below zero."""
    finance = decision.finance
    if finance is None or finance.npv >= 0.0:
        return None
    said = text(
        language,
        "sentence.loss",
        amount=money(-finance.npv, decision.scenario.currency),
        years=finance.horizon_years,
        percent=finance.discount_rate_per_year * 100,
    )
    return Sentence("loss", said, _npv_figures(finance), warning=True)


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
    return Sentence("no_payback", said, {"horizon_years": finance.horizon_years}, warning=True)


def more_carbon(decision: PlanDecision, language: Language) -> Sentence | None:
    """Emissions rise."""
    avoided = None if decision.finance is None else decision.finance.avoided_kg_co2e
    if avoided is None or avoided >= 0.0:
        return None
    said = text(language, "sentence.more_carbon", tonnes=quantity(-avoided / KG_PER_TONNE))
    return Sentence("more_carbon", said, {"avoided_kg_co2e": avoided}, warning=True)


def people_dominate(decision: PlanDecision, language: Language) -> Sentence | None:
    """Where people cost more than machines, electricity is not the argument."""
    ledger = decision.ledger
    people = None if ledger is None else people_fraction(ledger)
    if ledger is None or people is None or people < PEOPLE_DOMINATE_FRACTION:
        return None
    electricity = electricity_fraction(ledger)
    figures: Figures = {"people_and_fallback_fraction": people}
    if electricity is None:
        return Sentence(
            "people", text(language, "sentence.people", people=people * 100), figures, warning=True
        )
    said = text(language, "sentence.people_electricity", people=people * 100, electricity=electricity * 100)
    return Sentence("people", said, {**figures, "electricity_fraction": electricity}, warning=True)


def placeholders(decision: PlanDecision, language: Language) -> Sentence | None:
    """Figures that are not the user's yet."""
    listed = effective_figures(decision.scenario)
    count = sum(figure.placeholder for _, figure, _ in listed)
    if count == 0:
        return None
    said = text(language, "sentence.placeholders", count=count, total=len(listed))
    return Sentence("placeholders", said, {"placeholders": count, "figures": len(listed)}, warning=True)


def unverified(decision: PlanDecision, language: Language) -> Sentence | None:
    """The second route disagrees."""
    if decision.verified:
        return None
    return Sentence("unverified", text(language, "sentence.unverified"), {}, warning=True)
