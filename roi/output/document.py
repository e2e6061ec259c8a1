"""A decision as one JSON object, the contract of `recommend --json`.

Two runs on the same inputs give the same object but for `solver.seconds`.
"""

import math

from roi.decision.answer import Alternative, Choice, Decision
from roi.disclosure import market_absence
from roi.options.judged import ApiQuote, Rejection
from roi.options.price import Option
from roi.output.failures import failure_sentence
from roi.output.figures import Json, costlier, difference_sentence, flags, gpu_name, is_tie
from roi.output.not_counted import not_counted
from roi.output.rulers import rulers_document
from roi.output.verification import review_document
from roi.planning.answer import Answer, FleetYear, Owed, Relaxation, SolverReport
from roi.scenario.document import Scenario
from roi.scenario.effective import effective_figures
from roi.texts import Language

SCHEMA_VERSION = 1


def decision_document(decision: Decision, language: Language) -> Json:
    """The whole decision; `choice` is the largest share of the first workload, `choices` all shares of all."""
    choices = [choice_document(choice, language) for choice in decision.choices]
    return {
        "schema_version": SCHEMA_VERSION,
        "status": decision.status,
        "currency": decision.scenario.currency,
        "choice": choices[0] if choices else None,
        "choices": choices,
        "cost_per_accepted_image": decision.cost_per_accepted_image,
        "horizon_years": decision.scenario.finance.horizon_years.value,
        "fleet": [fleet_document(year) for year in decision.fleet],
        "owed_after_horizon": [owed_document(owed) for owed in decision.owed],
        "alternatives": [
            {"workload": workload, **_alternative(decision, alternative, language)}
            for workload, found in decision.alternatives.items()
            for alternative in found
        ],
        **judged_document(decision, language),
        "quality_rulers": rulers_document(decision),
        "binding": list(decision.binding),
        "relaxations": [relaxation_document(relaxation) for relaxation in decision.relaxations],
        "not_counted": list(not_counted(decision.scenario)),
        "assumptions": assumptions(decision.scenario),
        "measured_idle_power_w_per_gpu": dict(decision.present.idle_power_w),
        "solver": None if decision.solver is None else solver_document(decision.solver),
        "verified": decision.verified,
        "verification": review_document(decision.verification),
        "inputs_hash": decision.inputs_hash,
    }


def choice_document(choice: Choice, language: Language) -> Json:
    """One option of the decision, its cost, and everything a reader needs to repeat it."""
    return {
        **option_document(choice.option, language),
        "share_fraction": choice.share_fraction,
        "utilization_fraction": choice.utilization_fraction,
        "cost_per_accepted_image": choice.cost_per_accepted_image,
        "internal_carbon_cost_per_accepted_image": choice.internal_carbon_cost_per_accepted_image,
        "cost_components": choice.cost_components,
        "cost_per_month": choice.cost_per_accepted_image * choice.accepted_images_per_month,
        "accepted_images_per_month": choice.accepted_images_per_month,
        "requests_per_month": choice.requests_per_month,
        "energy_kwh_per_accepted_image": choice.energy_kwh_per_accepted_image,
        "carbon_kg_co2e_per_accepted_image": choice.carbon_kg_co2e_per_accepted_image,
        "operational_carbon_kg_co2e_per_accepted_image": choice.operational_kg_co2e_per_accepted_image,
        "market_carbon_kg_co2e_per_accepted_image": choice.market_kg_co2e_per_accepted_image,
        "embodied_carbon_kg_co2e_per_accepted_image": choice.embodied_kg_co2e_per_accepted_image,
    }


def fleet_document(year: FleetYear) -> Json:
    """One supply in one year; years count from 1."""
    return {
        "supply": year.supply,
        "kind": year.kind,
        "year": year.year + 1,
        "units_bought": year.units_bought,
        "units": year.units,
        "paid_hours": year.paid_hours,
        "busy_hours": year.busy_hours,
        "utilization_fraction": year.utilization_fraction,
    }


def owed_document(owed: Owed) -> Json:
    """What a commitment still costs after the last year; years count from 1."""
    return {
        "supply": owed.supply,
        "units": owed.units,
        "signed_in_year": owed.signed_in_year + 1,
        "years_after_horizon": owed.years,
        "amount": owed.amount,
    }


def option_document(option: Option, language: Language) -> Json:
    """What an option is, whatever it serves: model, settings, supply, quality, attempts, footprint, evidence."""
    offer = option.offer
    profile, quality = offer.profile, offer.quality
    config = profile.config if profile else None
    return {
        "workload": option.workload,
        "profile_id": offer.id,
        "model": offer.model_name,
        "model_id": offer.model_id,
        "gpu": gpu_name(offer),
        "supply": offer.supply,
        "supply_kind": offer.kind,
        "vendor": offer.vendor,
        "fid": quality.value if quality else None,
        "fid_reference": quality.reference if quality else None,
        "fid_match": quality.match if quality else None,
        "fid_match_note": quality.match_note if quality else None,
        "fid_source": quality.source.citation if quality else None,
        "quality_figures": [
            {"metric": each.metric, "reference": each.reference, "value": each.value, "match": each.match}
            for each in offer.bar_figures
            if each is not None
        ],
        "width": offer.width,
        "height": offer.height,
        "num_inference_steps": config.num_inference_steps if config else None,
        "batch_size": config.batch_size if config else None,
        "dtype": config.dtype if config else None,
        "quantization": config.quantization if config else None,
        "execution": config.execution if config else None,
        "images_per_attempt": option.attempt.images,
        "attempts_max": option.attempts_max,
        "cost_per_accepted_image_at_full_use": option.cost_per_accepted_image,
        "expected_attempts": option.outcome.expected_attempts,
        "deliver_probability": option.outcome.deliver_probability,
        "utilization_fraction_max": option.attempt.utilization_fraction,
        "p95_latency_s": option.attempt.p95_latency_s,
        "evidence": _evidence(option),
        "market_carbon_reason": _market_reason(option, language),
        "flags": list(flags(offer, language)),
        "costlier": list(costlier(offer, language)),
    }


def _market_reason(option: Option, language: Language) -> str | None:
    """Why there is no market-based figure; None where there is one, or nothing is disclosed at all."""
    machine = option.offer.machine
    if machine is None or machine.market_grid_intensity_kg_co2e_per_kwh is not None:
        return None
    return market_absence([machine.name], language)


def _evidence(option: Option) -> Json:
    profile = option.offer.profile
    if profile is None:
        return {"kind": "not disclosed", "source": f"price list of {option.offer.vendor}"}
    evidence = profile.evidence
    return {
        "kind": evidence.kind,
        "grade": evidence.grade,
        "boundary": profile.energy.boundary if profile.energy else None,
        "source": evidence.source.citation,
        "url": evidence.source.url,
        "date": evidence.date.isoformat(),
    }


def _alternative(decision: Decision, alternative: Alternative, language: Language) -> Json:
    offer = alternative.option.offer
    return {
        "profile_id": offer.id,
        "model": offer.model_name,
        "supply": offer.supply,
        "cost_per_accepted_image": alternative.cost_per_accepted_image,
        "internal_carbon_cost_per_accepted_image": alternative.internal_carbon_cost_per_accepted_image,
        "extra_cost_fraction": alternative.extra_cost_fraction,
        "same_cost": alternative.tied,
        "equivalent": is_tie(alternative),
        "trial_looks_per_model": alternative.trial_looks,
        "acceptance": alternative.acceptance,
        "break_even_acceptance": alternative.break_even_acceptance,
        "break_even_price_fraction": alternative.break_even_price_fraction,
        "why_close": difference_sentence(decision.scenario, alternative, language),
    }


def judged_document(answer: Answer, language: Language) -> Json:
    """What was looked at beside the choice, and what was left out."""
    return {
        "apis": [
            {"workload": workload, **_api(quote, language)}
            for workload, quotes in answer.apis.items()
            for quote in quotes
        ],
        "rejected": [_rejection(rejection, language) for rejection in answer.rejected],
        "quality_bar_excluded": answer.bar_excluded,
    }


def _api(quote: ApiQuote, language: Language) -> Json:
    """An API beside the choice: its price, and the gates it fails."""
    return {
        "supply": quote.offer.supply,
        "vendor": quote.offer.vendor,
        "model": quote.offer.model_name,
        "price_per_image": quote.offer.price_per_image,
        "cost_per_accepted_image": quote.cost_per_accepted_image,
        "passes": not quote.failures,
        "reasons": [failure.reason for failure in quote.failures],
        "details": [failure_sentence(failure, language) for failure in quote.failures],
    }


def _rejection(rejection: Rejection, language: Language) -> Json:
    """What was left out, and why."""
    return {
        "workload": rejection.workload,
        "profile_id": rejection.id,
        "model": rejection.model_name,
        "supply": rejection.supply,
        "reason": rejection.first.reason,
        "detail": failure_sentence(rejection.first, language),
        "also": [failure.reason for failure in rejection.failures[1:]],
    }


def relaxation_document(relaxation: Relaxation) -> Json:
    """A change of rules that makes an answer possible."""
    return {
        "kind": relaxation.kind,
        "workload": relaxation.workload,
        "changes": [
            {"rule": change.rule, "limit": change.limit, "needed": change.needed}
            for change in relaxation.changes
        ],
        "profile_id": relaxation.id,
        "supply": relaxation.supply,
        "cost_per_accepted_image": relaxation.cost_per_accepted_image,
        "cost_per_month": relaxation.cost_per_month,
    }


def assumptions(scenario: Scenario) -> list[Json]:
    """Every figure behind the answer with unit, source, date and confidence."""
    return [
        {
            "name": place,
            "value": figure.value,
            "unit": unit,
            "low": figure.low,
            "high": figure.high,
            "source": figure.source,
            "as_of": figure.as_of.isoformat() if figure.as_of else None,
            "confidence": figure.confidence,
            "placeholder": figure.placeholder,
        }
        for place, figure, unit in effective_figures(scenario)
    ]


def solver_document(report: SolverReport) -> Json:
    """How the programme was solved."""
    return {
        "name": report.name,
        "version": report.version,
        "status": report.status,
        "gap": report.gap,
        "bound": report.bound if math.isfinite(report.bound) else None,
        "seconds": report.seconds,
        "candidates": report.candidates,
        "candidates_after_pruning": report.candidates_after_pruning,
        "tie_break": report.tie_break,
        "tied_by": list(report.tied_by),
    }
