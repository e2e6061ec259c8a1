"""A plan as one JSON object, the contract of `plan --json`.

Two runs on the same inputs give the same object but for `solver.seconds`. Years are keyed "1" to "n"; `years` says
which fiscal years they are. Amounts of money by year are cash at the prices of their year; `present_value` and
every total of `finance`, `worth` and `levers` are worth today. Of energy and carbon stands what decides, and the
disclosure by scope.
"""

from collections.abc import Iterable, Sequence

from roi.decision.shares import choices_of
from roi.disclosure import (
    ScopedCarbon,
    carbon_by_scope,
    grid_bases,
    market_absence,
    site_electricity,
    software_carbon_intensity,
    upstream_absence,
    uses_own_electricity,
    without_market,
)
from roi.fiscal import fiscal_years
from roi.output.document import (
    assumptions,
    choice_document,
    fleet_document,
    judged_document,
    owed_document,
    relaxation_document,
    solver_document,
)
from roi.output.figures import Json
from roi.output.plan.totals import fallback_pictures
from roi.output.sentences import sentences
from roi.output.verification import review_document
from roi.planning.answer import FinanceResult, PlanDecision, Worth
from roi.planning.entries import Ledger
from roi.planning.worth import summed
from roi.scenario.document import Scenario
from roi.texts import Language

SCHEMA_VERSION = 1


def plan_document(decision: PlanDecision, language: Language) -> Json:
    """The whole answer: what is done, what it costs and emits, against today, and its proof."""
    return {
        "schema_version": SCHEMA_VERSION,
        "status": decision.status,
        "name": decision.scenario.name,
        "currency": decision.scenario.currency,
        "verified": decision.verified,
        "verification": review_document(decision.verification),
        **_terms(decision),
        "choices": _choices(decision, language),
        "fleet": [fleet_document(row) for row in decision.fleet],
        "owed_after_horizon": [owed_document(owed) for owed in decision.owed],
        **_money(decision, language),
        "carbon": carbon_document(decision.scenario, decision.ledger, language),
        "fallback_pictures_in_no_emissions": fallback_pictures(decision),
        **_compared(decision, language),
        "binding": list(decision.binding),
        "relaxations": [relaxation_document(relaxation) for relaxation in decision.relaxations],
        "sentences": [
            {"key": sentence.key, "text": sentence.text, "figures": sentence.figures}
            for sentence in sentences(decision, language)
        ],
        "assumptions": assumptions(decision.scenario),
        "measured_idle_power_w_per_gpu": dict(decision.idle_power_w),
        "solver": None if decision.solver is None else solver_document(decision.solver),
        "inputs_hash": decision.inputs_hash,
    }


def _terms(decision: PlanDecision) -> Json:
    """What the money means: price year, nominal or real, tax."""
    scenario, ledger = decision.scenario, decision.ledger
    fiscal = None if ledger is None else fiscal_years(scenario, ledger.years)
    return {
        "price_year": scenario.price_year,
        "basis": scenario.finance.basis,
        "amounts": scenario.finance.amounts,
        "years": []
        if ledger is None
        else [
            {"year": year + 1, "fiscal_year": None if fiscal is None else fiscal[year]}
            for year in range(ledger.years)
        ],
    }


def _choices(decision: PlanDecision, language: Language) -> list[Json]:
    """Every choice as `recommend` prints it, with its requests and pictures by year."""
    if decision.ledger is None:
        return []
    figures = choices_of(decision.scenario, decision.ledger, decision.choices, decision.fleet)
    return [
        {
            **choice_document(shown, language),
            "requests": _by_year(choice.requests_by_year),
            "accepted_images": _by_year(choice.accepted_by_year),
        }
        for choice, shown in zip(decision.choices, figures, strict=True)
    ]


def _money(decision: PlanDecision, language: Language) -> Json:
    return {
        "tco": _components(decision.ledger),
        "worth": _worth(decision.worth),
        "baseline": None
        if decision.baseline is None
        else {
            "tco": _components(decision.baseline),
            "worth": _worth(decision.baseline_worth),
            "accepted_images": _by_year(decision.baseline.accepted_images),
            "review_hours": _by_year(decision.baseline.review_hours),
            "carbon": carbon_document(decision.scenario, decision.baseline, language),
        },
        "without_baseline": list(decision.without_baseline),
        "accepted_images": None if decision.ledger is None else _by_year(decision.ledger.accepted_images),
        "review_hours": None if decision.ledger is None else _by_year(decision.ledger.review_hours),
        "finance": None if decision.finance is None else _finance(decision.finance),
    }


def _components(ledger: Ledger | None) -> Json:
    if ledger is None:
        return {}
    return {name: _by_year(amounts) for name, amounts in ledger.by_component_and_year().items()}


def _worth(worth: Worth | None) -> Json | None:
    if worth is None:
        return None
    return {
        "tco_present_value": worth.tco,
        "equivalent_annual_cost": worth.equivalent_annual_cost,
        "levelised_cost_per_accepted_image": worth.levelised_cost_per_accepted_image,
        "carbon_kg_co2e": worth.carbon_kg_co2e,
        "market_carbon_kg_co2e": worth.market_carbon_kg_co2e,
        "energy_kwh": worth.energy_kwh,
    }


def _finance(finance: FinanceResult) -> Json:
    return {
        "discount_rate_per_year": finance.discount_rate_per_year,
        "horizon_years": finance.horizon_years,
        "basis": finance.basis,
        "investment": finance.investment,
        "npv": finance.npv,
        "irr": finance.irr,
        "irr_reason": finance.irr_reason,
        "roi": finance.roi_fraction,
        "simple_payback_months": finance.simple_payback_months,
        "discounted_payback_months": finance.discounted_payback_months,
        "unrealised_review_saving": finance.unrealised_review_saving,
        "abatement_cost_per_tonne": finance.abatement_cost_per_tonne,
        "avoided_kg_co2e": finance.avoided_kg_co2e,
        "tax_paid": finance.tax_paid,
        "cash_flows": list(finance.cash_flows),
    }


def _compared(decision: PlanDecision, language: Language) -> Json:
    return {
        "levers": [
            {"name": lever.name, "worth": _worth(lever.worth), "reason": lever.reason}
            for lever in decision.levers
        ],
        "alternatives": [
            {
                "differs_by": other.differs_by,
                "without": other.without,
                "choices": [
                    {"workload": workload, "profile_id": option, "supply": supply}
                    for workload, option, supply in other.choices
                ],
                "tco_present_value": other.tco,
                "extra_cost_fraction": other.extra_cost_fraction,
                "settled_by": other.settled_by,
            }
            for other in decision.alternatives
        ],
        **judged_document(decision, language),
    }


def _by_year(amounts: Sequence[float]) -> dict[str, float]:
    return {str(year): amount for year, amount in enumerate(amounts, start=1)}


def carbon_document(scenario: Scenario, ledger: Ledger | None, language: Language) -> Json | None:
    """Operational by year, location- and market-based, embodied as amortised, and the disclosure by scope.

    What decides is `location` and `embodied`. Market-based years are null, with the reason, where electricity is
    used for which no market-based intensity is stated; so is category 3 where the upstream part is not known.
    """
    if ledger is None:
        return None
    missing, own = without_market(ledger), uses_own_electricity(scenario, ledger)
    return {
        "disclosed": ledger.carbon_disclosed,
        "grid_basis": grid_bases(scenario),
        "location": _summed(ledger, [(use.year, use.location_kg) for use in ledger.energy]),
        "market": _summed(ledger, [(use.year, use.market_kg) for use in ledger.energy]),
        "market_reason": market_absence(missing, language) if missing else None,
        "embodied": _summed(ledger, [(use.year, use.embodied_kg) for use in ledger.energy]),
        "energy_kwh": _summed(ledger, [(use.year, use.energy_kwh) for use in ledger.energy]),
        "scope_2_basis": site_electricity(scenario).basis if own else None,
        "scope_3_category_3_reason": upstream_absence(scenario, language) if own else None,
        "scopes": {str(each.year + 1): _scope(each) for each in carbon_by_scope(scenario, ledger)},
        "sci_kg_co2e_per_accepted_image": software_carbon_intensity(ledger),
    }


def _scope(each: ScopedCarbon) -> Json:
    return {
        "scope_2_location": each.scope_2_location,
        "scope_2_market": each.scope_2_market,
        "scope_3_category_3": each.scope_3_fuel_and_energy,
        "scope_3_category_1_location": each.scope_3_purchased_services,
        "scope_3_category_1_market": each.scope_3_purchased_services_market,
        "scope_3_category_2": each.scope_3_capital_goods,
    }


def _summed(ledger: Ledger, amounts: Iterable[tuple[int, float | None]]) -> dict[str, float | None]:
    found: list[list[float | None]] = [[] for _ in range(ledger.years)]
    for year, amount in amounts:
        found[year].append(amount)
    return {str(year): summed(of_year) for year, of_year in enumerate(found, start=1)}
