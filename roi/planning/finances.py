"""The plan against the baseline: cash flow, net present value, rates of return, payback, abatement."""

import math

from roi.cost import PAID_ONCE
from roi.finance.discounting import monthly_rate, npv, start_factor, year_factor, yearly_rate
from roi.finance.measures import abatement_cost_per_tonne, roi_fraction
from roi.finance.payback import discounted_payback_months, simple_payback_months
from roi.finance.rates_of_return import irr
from roi.options.terms import Values
from roi.planning.answer import FinanceResult
from roi.planning.cash_flow import cash_flow, spending
from roi.planning.entries import Ledger
from roi.planning.worth import value_today, worth
from roi.scenario.document import Scenario
from roi.units import KG_PER_TONNE


def finances(scenario: Scenario, plan: Ledger, baseline: Ledger) -> FinanceResult:
    """Measures of the difference; both deliver the same accepted images.

    Raises
    ------
    RoiError
        When people work in the baseline and the scenario does not say how much of their time is money.
    """
    rate = scenario.finance.discount_rate_per_year.value
    flow = cash_flow(Values(scenario), spending(plan), spending(baseline))
    flows, tax = flow.after_tax[0].tolist(), flow.tax[0].tolist()
    value = npv(flows, monthly_rate(rate))
    found = irr(flows)
    once = _paid_once(plan, rate) - _paid_once(baseline, rate)
    avoided = _avoided_kg(scenario, plan, baseline)
    return FinanceResult(
        discount_rate_per_year=rate,
        horizon_years=plan.years,
        basis=scenario.finance.basis,
        cash_flows=tuple(flows),
        investment=-flows[0] if flows[0] else 0.0,
        npv=value,
        irr=None if found.rate is None else yearly_rate(found.rate),
        irr_reason=found.reason,
        roi_fraction=roi_fraction(value + once, once),
        simple_payback_months=simple_payback_months(flows),
        discounted_payback_months=discounted_payback_months(flows, monthly_rate(rate)),
        unrealised_review_saving=math.fsum(
            amount * year_factor(rate, year) for year, amount in enumerate(flow.unrealised_review[0].tolist())
        ),
        abatement_cost_per_tonne=None
        if avoided is None
        else abatement_cost_per_tonne(value, avoided / KG_PER_TONNE),
        avoided_kg_co2e=avoided,
        tax_paid=math.fsum(-amount * start_factor(rate, year + 1) for year, amount in enumerate(tax)),
    )


def _paid_once(ledger: Ledger, rate: float) -> float:
    """Value today of one-off costs [money]."""
    return math.fsum(value_today(entry, rate) for entry in ledger.entries if entry.component in PAID_ONCE)


def _avoided_kg(scenario: Scenario, plan: Ledger, baseline: Ledger) -> float | None:
    after, before = worth(scenario, plan).carbon_kg_co2e, worth(scenario, baseline).carbon_kg_co2e
    return None if after is None or before is None else before - after
